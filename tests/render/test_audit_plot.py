"""The picture of an audit: what stands in it, and that it is read without colour."""

from __future__ import annotations

import io
import sys
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import numpy as np
import pytest
from render.test_audit import HAND, MISS, PASS, ROWS, Row, judged_of

from bgpcheck.errors import UsageError
from bgpcheck.render import audit_plot
from bgpcheck.render.audit_cells import hilbert
from bgpcheck.render.audit_plot import COLOURS, EMPTY, HATCHES, Plot

pytest.importorskip("matplotlib")


def drawn(rows: list[Row], form: str = "svg", title: str = "") -> bytes:
    plot = Plot()
    plot.add(judged_of(rows))
    return plot.draw(form, title)


def words(data: bytes) -> list[str]:
    """Give all texts of an SVG."""
    root = ET.fromstring(data)  # noqa: S314 (as above)
    return ["".join(one.itertext()).strip() for one in root.iter("{http://www.w3.org/2000/svg}text")]


def test_texts() -> None:
    found = words(drawn(ROWS))
    assert "8 routes: 25.0% would pass as they are" in found
    for text in ("configured", "validation-needed", "manual-validation", "undetermined", "Registry", "ripencc", "none", "2a00::/12 RIPE"):
        assert text in found
    assert {str(octet) for octet in range(256)} <= set(found)
    assert "Not drawn: 1 IPv4 wider than /8." in found
    assert found.count("no-registry-match") == 1


def test_nothing_judged() -> None:
    found = words(drawn([]))
    assert "0 routes: nothing was judged" in found
    assert not any(text.startswith("Not drawn") for text in found)


@pytest.mark.parametrize("form", ["png", "svg"])
def test_same_counts_same_bytes(form: str) -> None:
    import matplotlib as mpl  # noqa: PLC0415 (an extra)

    first = drawn(ROWS, form)
    assert first.startswith(b"\x89PNG" if form == "png" else b"<?xml")
    apart = Plot()
    apart.add(judged_of(ROWS[4:]))
    apart.add(judged_of(ROWS[:4]))
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "savefig.facecolor": "red", "svg.hashsalt": "other"}):
        assert apart.draw(form) == first
    assert b"<dc:date>" not in first


def test_a_title_acts_nowhere() -> None:
    found = words(drawn(ROWS, title="$x^2$ <b> \x1b[31m & more"))
    assert "$x^2$ <b> \\x1b[31m & more" in found


def test_a_reason_of_ones_own_is_text() -> None:
    reason = "$\\frac{1}{$ a reason that goes on and on and on"
    found = words(drawn([("193.0.0.0/21", 1, MISS._replace(reason=reason))]))
    assert "1 route: 0.0% would pass as they are" in found
    assert reason[:29] + "…" in found


def test_of_many_words_the_rest_is_counted() -> None:
    rows: list[Row] = [("193.0.0.0/21", 1, MISS._replace(reason=f"reason-{place}")) for place in range(9) for _ in range(20 - place)]
    found = words(drawn(rows))
    assert [text for text in found if text.startswith("reason-")] == [f"reason-{place}" for place in range(6)]
    assert found[found.index("3 others") + 1] == str(14 + 13 + 12)


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def test_every_cell_has_its_pixels() -> None:
    from matplotlib.image import imread  # noqa: PLC0415 (an extra)

    picture = (imread(io.BytesIO(drawn([("100.64.0.0/10", 1, HAND), ("193.0.0.0/16", 1, PASS)], "png"))) * 255).round().astype(int)
    assert picture.shape == (audit_plot.HEIGHT, audit_plot.WIDTH, 4)
    x, y = hilbert(audit_plot.ORDER4)
    for octets, colour in ((100 << 8 | 96, COLOURS[2]), (193 << 8, COLOURS[0]), (150 << 8 | 80, EMPTY)):
        cell = (octets << 2) + 2
        left, top = (int(one[cell]) * audit_plot.CELL4 for one in (x, y))
        square = picture[audit_plot.TOP + top :, audit_plot.LEFT4 + left :][: audit_plot.CELL4, : audit_plot.CELL4, :3]
        assert {tuple(pixel) for row in square.tolist() for pixel in row} == {rgb(colour)}


def linear(colour: str) -> np.ndarray:
    share = np.array(rgb(colour)) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lightness(linear_colour: np.ndarray) -> float:
    """CIE L* of a colour, 0 to 100."""
    shine = float(np.array([0.2126, 0.7152, 0.0722]) @ np.clip(linear_colour, 0, 1))
    return 116 * shine ** (1 / 3) - 16 if shine > 0.008856 else 903.3 * shine


def test_colours_are_told_apart_in_grey_and_by_hatches() -> None:
    shades = sorted(lightness(linear(colour)) for colour in (*COLOURS, EMPTY))
    assert all(lighter - darker > 12 for darker, lighter in pairwise(shades))
    assert len(set(HATCHES)) == len(COLOURS) == len(set(COLOURS))


# Machado, Oliveira and Fernandes 2009, severity 1: what people without one kind of cone see.
BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_are_told_apart_by_the_colour_blind(kind: str) -> None:
    seen = [np.array(BLINDNESS[kind]) @ linear(colour) for colour in (*COLOURS, EMPTY)]
    for one, other in combinations(seen, 2):
        assert abs(lightness(one) - lightness(other)) > 8


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "matplotlib.figure", raising=False)
    with pytest.raises(UsageError, match=r"pip install 'bgpcheck\[plot\]'"):
        Plot()
