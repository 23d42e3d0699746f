"""Facts and verdicts of many routes at once, as columns. Pure; needs numpy.

Rule: nothing is defined here. Columns gather what a fact rests on; what follows from it, the one definition in ``facts`` and
``verdict`` says, asked once for each different case.
"""
