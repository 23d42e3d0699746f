"""Bytes to records, one format a file. Pure. Rule: a parser answers or raises ``FormatError`` with the place."""
