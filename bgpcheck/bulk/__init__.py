"""Audits: routes read in chunks, judged here, in local processes or on a Dask cluster, given back in their order. Waits.

Rule: no more chunks are under way than a window holds, so that an audit's memory does not grow with its input.
"""
