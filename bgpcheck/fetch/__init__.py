"""What waits for a document: files today. Rule: every read has a size limit; a failure is a ``Gap``, not silence."""
