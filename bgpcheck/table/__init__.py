"""Prefix look-ups over records in memory. Pure."""
