"""Azure's circuits: readers of every shape in which Azure's tools describe them, and the workflow as a state machine. Pure.

Rule: a reader gives what the data say; what is allowed and what follows is said by ``workflow`` and the rules alone.
"""
