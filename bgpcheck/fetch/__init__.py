"""What waits for a document: files, snapshots, and the servers of registries and validators.

Rule: every read has a size limit; a failure is a ``Gap``, not silence.
"""
