"""Where a verdict's time comes from (fetchers note themselves when each answer came). Waits for nobody, but knows what time it is."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from bgpcheck.errors import UsageError
from bgpcheck.model import is_digits


def now_of(text: str | datetime | None) -> datetime:
    """Find the verdict's time: as given, else SOURCE_DATE_EPOCH, else the clock (interface.md, Clock). Whole seconds, UTC.

    Raises:
        UsageError: what is given is not a time.
    """
    if isinstance(text, datetime):
        return text.astimezone(UTC).replace(microsecond=0)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        if text is not None:
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).replace(microsecond=0)
        if epoch:
            if not is_digits(epoch):
                raise ValueError(epoch)
            return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        what = f"--now: {text!r}" if text is not None else f"SOURCE_DATE_EPOCH: {epoch!r}"
        raise UsageError(f"{what} is not a time: write 2026-01-31T12:00:00Z") from error
    return datetime.now(UTC).replace(microsecond=0)
