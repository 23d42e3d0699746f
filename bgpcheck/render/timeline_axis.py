"""The axis of a timeline: from when to when, in UTC, with round moments named. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.render.drawing import Strip, write
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from bgpcheck.render.timeline_lanes import Story

WIDTH, NAME, END, LANE, ROAM = 740, 8, 206, 366, 362  # where columns begin, and how wide the lanes are
HEAD, MOST_TICKS = 40, 5  # pixels of the axis, and its labels
SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEPS = (
    *(SECOND * one for one in (1, 2, 5, 10, 15, 30)),
    *(MINUTE * one for one in (1, 2, 5, 10, 15, 30)),
    *(HOUR * one for one in (1, 2, 3, 6, 12)),
    *(DAY * one for one in (1, 2, 7, 14, 30, 90, 365, 3650, 36500)),
)
FORMS = ((DAY * 5, "%Y-%m-%d"), (DAY, "%d %H:%M"), (30 * MINUTE, "%H:%M"), (0, "%H:%M:%S"))  # of ticks, by seconds from which


class Axis(NamedTuple):
    """From the first to the last moment."""

    first: datetime
    last: datetime
    end: str = "the end"  # what is called so

    @classmethod
    def of(cls, story: Story, now: datetime) -> Axis:
        """Take the moments of a story; the verdict's own where it has none."""
        return cls(story.first or now, story.last or now, "the last that was read" if story.cut else "the end")

    @property
    def seconds(self) -> float:
        """Give how long it is, never nothing."""
        return (self.last - self.first).total_seconds() or 1.0

    def x(self, at: datetime) -> float:
        """Give where a moment stands."""
        return round(LANE + ROAM * (at - self.first).total_seconds() / self.seconds, 1)

    def ticks(self) -> list[datetime]:
        """Give round moments, a few."""
        step = next(one for one in STEPS if self.seconds / one <= MOST_TICKS)
        start = EPOCH + ((self.first - EPOCH) // timedelta(seconds=step) + 1) * timedelta(seconds=step)
        found = (start + number * timedelta(seconds=step) for number in range(MOST_TICKS + 1))
        return [one for one in found if one <= self.last]

    @property
    def told(self) -> str:
        """Say from when to when, in UTC."""
        if self.first == self.last:
            return f"all at {utc(self.first)}"
        return f"{utc(self.first)} to {utc(self.last)}"

    def clock(self, at: datetime) -> str:
        """Write a moment: the time of day where all is of one day."""
        return utc(at) if self.first.date() != self.last.date() else f"{at:%H:%M:%S}"

    def head(self) -> Strip:
        """Draw the axis."""
        ticks = self.ticks()
        form = next(form for least, form in FORMS if self.seconds >= least)

        def draw(y: int) -> str:
            parts = [write(NAME, y + 14, self.told, WIDTH * 0.88, "bold"), write(END, y + 30, "at the end", LANE - END, "pale small")]
            named = [one for one in ticks if _apart(self.x(one))]
            parts += [f'<text class="pale small mid" x="{self.x(one):g}" y="{y + 30}">{one:{form}}</text>' for one in named]
            lines = "".join(f"M{self.x(one):g} {y + 34}v5" for one in ticks)
            return "\n".join((*parts, f'<path class="grid" d="M{LANE} {y + 38.5}h{ROAM}{lines}"/>'))

        return Strip(HEAD, draw)


def _apart(x: float) -> bool:
    """Tell whether a label in the middle of ``x`` stays on the picture."""
    return x <= WIDTH - 34
