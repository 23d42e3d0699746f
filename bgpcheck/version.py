"""The version, in one place; read by the build as well. Pure."""

__version__ = "0.1.0"
