"""IANA's registries, embedded with their dates. Pure data."""
