"""Documents, bundles, statements and replay. Pure: bytes in, bytes out."""
