"""An audit as a picture: the address space by verdict, and bars. Pure; the one module that knows matplotlib (extra ``plot``).

Rule: the picture is read without colour too: verdicts differ in lightness in the maps, and by hatches in bars and legend.
Everything is placed by pixels, so that a cell is the same number of pixels everywhere.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.errors import UsageError
from bgpcheck.render.audit_cells import Block, Cells, hilbert
from bgpcheck.render.audit_counts import PASSES, VERDICTS
from bgpcheck.render.audit_summary import routes, share
from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bgpcheck.columns.judged import Judged

ORDER4, ORDER6 = 9, 6
LEAST4 = 8
IPV4 = (Block(0, 0, ""),)
# What IANA's "IPv6 Global Unicast Address Assignments" gives the registries, as far as it is of use; each block has a scale of its own.
IPV6 = tuple(
    Block(first << 48, length, f"{first:x}::/{length} {name}".rstrip())
    for first, length, name in (
        *((0x2001, 16, ""), (0x2003, 16, "RIPE"), (0x2400, 12, "APNIC"), (0x2410, 12, "APNIC")),
        *((0x2600, 12, "ARIN"), (0x2610, 23, "ARIN"), (0x2620, 23, "ARIN"), (0x2630, 12, "ARIN")),
        *((0x2800, 12, "LACNIC"), (0x2A00, 12, "RIPE"), (0x2A10, 12, "RIPE"), (0x2C00, 12, "AFRINIC")),
    )
)
ACROSS = 3  # blocks of IPv6 side by side
NOT_UNICAST = (0, 10, 127, *range(224, 256))  # first octets

# In the order of VERDICTS: distinguishable with every kind of colour blindness (after Okabe and Ito), and by lightness.
COLOURS = ("#0A5C96", "#EB9B1E", "#1A0A14", "#CFCFCF")
HATCHES = ("", "///", "xxx", "...")
LINES = ("#FFFFFF", "#7A4A00", "#FFFFFF", "#6E6E6E")  # of hatches
EMPTY = "#FFFFFF"
INK, SOFT, FAINT = "#222222", "#555555", "#8A8A8A"

BARS = {"reason": "Reason", "rpki": "RPKI", "irr": "IRR", "holder": "Holder", "registration": "Registration", "registry": "Registry"}
MOST_BARS = 7  # words of a kind; where there are more, the last bar is of all others
# Pixels.
WIDTH, HEIGHT, DPI = 2400, 1240, 100
CELL4, CELL6 = 2, 3
TOP, LEFT4, LEFT6, LEFT_BARS, BAR = 150, 40, 1120, 1960, 320
SIDE6 = CELL6 << ORDER6
LINE = 22
LONGEST = 30  # characters of a bar's word


class Plot:
    """Counts chunks; ``draw`` draws them. Memory does not grow with the rows."""

    def __init__(self) -> None:
        """Find matplotlib; ``UsageError`` where it is not installed."""
        try:
            import matplotlib.figure  # noqa: F401, PLC0415 (an extra)
        except ImportError as error:
            raise UsageError("--plot needs matplotlib: pip install 'bgpcheck[plot]'") from error
        self._ipv4 = Cells(4, IPV4, ORDER4, LEAST4)
        self._ipv6 = Cells(6, IPV6, ORDER6)
        self._words: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in ("verdict", *BARS)}

    def add(self, judged: Judged) -> None:
        """Count a chunk."""
        for case, count in zip(judged.cases, np.bincount(judged.case, minlength=len(judged.cases)).tolist(), strict=True):
            for name, counts in self._words.items():
                counts[getattr(case, name) or "none", case.verdict] += count
        verdicts = np.array([VERDICTS.index(case.verdict) for case in judged.cases], np.intp)[judged.case]
        self._ipv4.add(judged.routes, verdicts)
        self._ipv6.add(judged.routes, verdicts)

    def draw(self, form: str, title: str = "") -> bytes:
        """Draw as ``png`` or ``svg``; the same counts and matplotlib give the same bytes, whatever the user's own settings of it."""
        from matplotlib import rc_context, style  # noqa: PLC0415 (an extra)
        from matplotlib.figure import Figure  # noqa: PLC0415 (as above)

        fixed: Any = {"svg.hashsalt": "bgpcheck", "svg.fonttype": "none", "hatch.linewidth": 0.7, "text.parse_math": False}
        out = io.BytesIO()
        with style.context("default"), rc_context(fixed):
            sheet = _Sheet(Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white"))
            self._heading(sheet, title)
            self._space4(sheet)
            self._space6(sheet)
            self._legend(sheet)
            self._bars(sheet)
            sheet.figure.savefig(out, format=form, dpi=DPI, metadata={"Date": None} if form == "svg" else {"Software": None})
        return out.getvalue()

    def _heading(self, sheet: _Sheet, title: str) -> None:
        """Write the answer, and how to read the maps."""
        verdicts = self._words["verdict"]
        total, passing = verdicts.total(), verdicts[PASSES, PASSES]
        answer = f"{share(passing, total)} would pass as they are" if total else "nothing was judged"
        sheet.text(LEFT4, 52, title or f"{routes(total)}: {answer}", 21, bold=True)
        note = (
            "A cell shows the worst verdict that at least a tenth of its routes have. Neighbours in the address space are neighbours here."
        )
        sheet.text(LEFT4, 90, note, 12, colour=SOFT)

    def _space4(self, sheet: _Sheet) -> None:
        """Draw IPv4, with the first octets."""
        sheet.text(LEFT4, TOP - 16, "IPv4: a cell is a /18, a square a /8", 13, bold=True)
        axes = sheet.map(LEFT4, TOP, CELL4, self._ipv4.pictures()[0])
        side = 1 << ORDER4 - 4
        for octet, (x, y) in enumerate(zip(*(one.tolist() for one in hilbert(4)), strict=True)):
            sheet.frame(axes, x * side, y * side, side, "////" if octet in NOT_UNICAST else "")
            sheet.label(axes, x * side + 0.8, y * side + 0.8, str(octet), 7.5)

    def _space6(self, sheet: _Sheet) -> None:
        """Draw the blocks of IPv6 one beside the other."""
        sheet.text(LEFT6, TOP - 16, "IPv6: a cell is 1/4096 of its block", 13, bold=True)
        for number, (block, picture) in enumerate(zip(IPV6, self._ipv6.pictures(), strict=True)):
            row, column = divmod(number, ACROSS)
            axes = sheet.map(LEFT6 + column * SIDE6, TOP + row * SIDE6, CELL6, picture)
            sheet.label(axes, 0.6, 0.6, block.name, 9)

    def _legend(self, sheet: _Sheet) -> None:
        """Say which colour is which verdict, with counts, and what is not drawn."""
        counts = self._words["verdict"]
        total = counts.total()
        top = TOP + len(IPV6) // ACROSS * SIDE6 + 42
        sheet.text(LEFT6, top, "Verdict", 13, bold=True)
        for number, verdict in enumerate(VERDICTS):
            middle = top + 28 + number * 34
            sheet.box(LEFT6, middle - 12, 44, 24, number)
            sheet.text(LEFT6 + 60, middle + 6, verdict, 13)
            sheet.text(LEFT6 + 385, middle + 6, f"{counts[verdict, verdict]:,}", 13, align="right")
            sheet.text(LEFT6 + 490, middle + 6, share(counts[verdict, verdict], total) if total else "", 13, align="right")
        sheet.text(LEFT6, top + 184, "White: no route. Hatched: not for unicast on the Internet.", 12, colour=SOFT)
        left_out = (self._ipv4.left_out, f"IPv4 wider than /{LEAST4}"), (self._ipv6.left_out, "IPv6 outside these blocks")
        missing = ", ".join(f"{count:,} {what}" for count, what in left_out if count)
        sheet.text(LEFT6, top + 208, f"Not drawn: {missing}." if missing else "", 12, colour=SOFT)

    def _bars(self, sheet: _Sheet) -> None:
        """Draw how many routes have each word, and which verdicts they have; all bars have one scale."""
        y = TOP - 16.0
        for name, heading in BARS.items():
            sheet.text(LEFT_BARS - 200, y, heading, 13, bold=True)
            for word, counts in _rows(self._words[name]):
                y += LINE
                self._bar(sheet, y, word, counts)
            y += 2 * LINE - 6

    def _bar(self, sheet: _Sheet, y: float, word: str, counts: Counter[str]) -> None:
        """Draw one word's bar."""
        sheet.text(LEFT_BARS - 12, y, word if len(word) <= LONGEST else word[: LONGEST - 1] + "…", 11, align="right")
        at = float(LEFT_BARS)
        for number, verdict in enumerate(VERDICTS):
            width = BAR * counts[verdict] / self._words["verdict"].total()
            if width:
                sheet.box(at, y - 14, width, 17, number)
            at += width
        sheet.text(at + 8, y, f"{counts.total():,}", 11)


def _rows(counts: Counter[tuple[str, str]]) -> list[tuple[str, Counter[str]]]:
    """Give words with their routes by verdict, the most common first; past ``MOST_BARS`` the rest together, last."""
    words: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (word, verdict), count in counts.items():
        if count:
            words[word][verdict] += count
    ranked = sorted(words.items(), key=lambda one: (-one[1].total(), one[0]))
    if len(ranked) <= MOST_BARS:
        return ranked
    rest = Counter[str]()
    for _, more in ranked[MOST_BARS - 1 :]:
        rest.update(more)
    return [*ranked[: MOST_BARS - 1], (f"{len(ranked) - MOST_BARS + 1} others", rest)]


class _Sheet:
    """A figure on which everything is placed by pixels from its upper left corner."""

    def __init__(self, figure: Any) -> None:  # noqa: ANN401 (matplotlib's)
        self.figure = figure

    def text(self, x: float, y: float, text: str, size: float, *, bold: bool = False, align: str = "left", colour: str = INK) -> None:  # noqa: PLR0913 (how a text looks)
        """Write a line; ``y`` is its base."""
        weight = "bold" if bold else "normal"
        self.figure.text(x / WIDTH, 1 - y / HEIGHT, visible(text), size=size, weight=weight, ha=align, va="baseline", color=colour)

    def box(self, x: float, y: float, width: float, height: float, verdict: int) -> None:
        """Draw a piece of a bar in a verdict's colour and hatch."""
        from matplotlib.patches import Rectangle  # noqa: PLC0415 (an extra)

        place, size = (x / WIDTH, 1 - (y + height) / HEIGHT), (width / WIDTH, height / HEIGHT)
        look: dict[str, Any] = {"facecolor": COLOURS[verdict], "hatch": HATCHES[verdict], "edgecolor": LINES[verdict], "linewidth": 0}
        self.figure.add_artist(Rectangle(place, *size, transform=self.figure.transFigure, **look))

    def map(self, x: float, y: float, pixels: int, cells: NDArray[np.uint8]) -> Any:  # noqa: ANN401 (as above)
        """Draw a square of cells, some ``pixels`` each way."""
        from matplotlib.colors import ListedColormap  # noqa: PLC0415 (an extra)

        side = pixels * len(cells)
        axes = self.figure.add_axes((x / WIDTH, 1 - (y + side) / HEIGHT, side / WIDTH, side / HEIGHT))
        extent = (0, len(cells), len(cells), 0)
        axes.imshow(
            cells, cmap=ListedColormap([EMPTY, *COLOURS]), vmin=0, vmax=len(COLOURS), interpolation="none", extent=extent, aspect="auto"
        )
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set(color=FAINT, linewidth=0.8)
        return axes

    def frame(self, axes: Any, x: float, y: float, side: float, hatch: str) -> None:  # noqa: ANN401 (as above; a place)
        """Draw the frame of a square in a map."""
        from matplotlib.patches import Rectangle  # noqa: PLC0415 (an extra)

        axes.add_patch(Rectangle((x, y), side, side, fill=False, edgecolor="#B5B5B5" if hatch else FAINT, linewidth=0.35, hatch=hatch))

    def label(self, axes: Any, x: float, y: float, text: str, size: float) -> None:  # noqa: ANN401 (as above)
        """Name a square in a map, readable on every colour."""
        box = {"facecolor": "#FFFFFF", "alpha": 0.75, "linewidth": 0, "pad": 0.6}
        axes.text(x, y, text, size=size, color="#000000", ha="left", va="top", bbox=box)
