"""Errors by who is to blame. Pure. Rule: expected failure of a source is a ``Gap`` value, never one of these."""

from __future__ import annotations


class BgpcheckError(Exception):
    """Root of everything that bgpcheck raises on purpose; the command line shows its text on one line."""


class UsageError(BgpcheckError):
    """The caller asked wrongly: an unknown flag, name or combination."""


class FormatError(BgpcheckError):
    """Somebody sent rubbish. Says where: ``file`` (name), ``line`` (1-based) and ``field``, as far as known."""

    def __init__(self, message: str, *, file: str | None = None, line: int | None = None, field: str | None = None) -> None:
        """Keep the place apart from the ``message`` (which says what would be right)."""
        super().__init__(message)
        self.message, self.file, self.line, self.field = message, file, line, field

    def __str__(self) -> str:
        """``file:line: field: message``, leaving out what is not known."""
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file or (f"line {self.line}" if self.line else "")
        return ": ".join(part for part in (place, self.field, self.message) if part)

    def at(self, *, file: str | None = None, line: int | None = None, field: str | None = None) -> FormatError:
        """Give the same error with a place filled in where it had none."""
        return FormatError(self.message, file=self.file or file, line=self.line or line, field=self.field or field)


class FetchError(BgpcheckError):
    """Something outside could not be had; the edge turns it into a ``Gap``. ``reason``: the gap's, empty where nobody has said."""

    def __init__(self, message: str, reason: str = "") -> None:
        """Keep the reason apart from the ``message``, which becomes the gap's detail."""
        super().__init__(message)
        self.reason = reason


class IntegrityError(BgpcheckError):
    """Evidence is damaged: a member is missing, changed or extra."""
