"""Azure itself, asked over its own SDK. Waits for the network.

Rule: nothing here can write: what is sent is GET, and POST for the three lists of a running session alone (``azure.READS``).
"""
