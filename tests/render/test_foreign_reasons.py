"""A policy is a file that anybody may have written, and its reasons are any text: no output lets them act, or make rows of their own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import pytest
from hostile import TEXTS, acting, quoted
from program import NOW, ROOT

from bgpcheck import api
from bgpcheck.render import FORMATS, render

if TYPE_CHECKING:
    from pathlib import Path

    from bgpcheck.result import Result

TOUR = str(ROOT / "configs" / "preflight" / "tour.yaml")
OWN = (ROOT / "configs" / "policies" / "microsoft-peering.yaml").read_text()


def judged(text: str, folder: Path) -> Result:
    """The tour, judged by a policy whose every row gives ``text`` as its reason."""
    file = folder / "mine.yaml"
    mine = re.sub(r"""reason: (?:"[^"]*"|[^,}\n]+)""", lambda _: f"reason: {quoted(re.sub('[{}]', '', text)[:400])}", OWN)
    file.write_text(mine.replace("name: microsoft-peering", "name: mine"))
    return api.check_sync(api.Options(preflight=TOUR, policy=str(file), now=NOW)).result


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in TEXTS.items() if text.strip()])
def test_a_reason_is_shown_and_not_obeyed(text: str, tmp_path: Path) -> None:
    calm, found = judged("calm", tmp_path), judged(text, tmp_path)
    shown = {form: render([found], form) for form in FORMATS}
    assert {form: acting(out) for form, out in shown.items() if acting(out)} == {}
    assert len(shown["markdown"].splitlines()) == len(render([calm], "markdown").splitlines())
    rows = [line for line in shown["markdown"].splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {9}  # of eight cells
    assert "\n✔ tour: configured" not in shown["table"]
    assert len(fromstring(shown["junit"]).findall(".//testcase")) == len(found.assessments)  # noqa: S314 (our own)
    assert json.loads(shown["sarif"])["runs"][0]["results"]
