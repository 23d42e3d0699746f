"""Configured, but not confirmed by one look that asked everybody: no output calls that good."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bgpcheck.cli.check import status
from bgpcheck.render import FORMATS, render
from bgpcheck.waited import Until

if TYPE_CHECKING:
    from bgpcheck.result import Result


@pytest.fixture(params=[True, False], ids=["not confirmed", "confirmed"])
def waited(request: pytest.FixtureRequest, ready: Result) -> tuple[bool, Result]:
    """A result that is configured and was waited for."""
    at = None if request.param else ready.decided_at
    return request.param, replace(ready, until=Until(ready.decided_at - timedelta(hours=1), 3, (), at, "by some answers"))


def test_the_status_is_that_of_no_verdict(waited: tuple[bool, Result]) -> None:
    open_, result = waited
    assert (result.unconfirmed, status(result)) == (open_, 5 if open_ else 0)


@pytest.mark.parametrize("form", ["table", "markdown", "html", "junit", "sarif", "github"])
def test_every_output_says_so(waited: tuple[bool, Result], form: str) -> None:
    open_, result = waited
    text = " ".join(render([result], form, **({"width": 200, "color": False} if form == "table" else {})).split())
    assert ("not confirmed" in text) == open_
    assert ("Azure is expected to accept every prefix" in text) != open_ or form == "sarif"
    assert form in FORMATS


def test_no_machine_takes_it_for_good(waited: tuple[bool, Result]) -> None:
    open_, result = waited
    suites = ET.fromstring(render([result], "junit"))  # noqa: S314 (our own)
    assert int(suites.attrib["errors"]) == open_
    kinds = [one["kind"] for one in json.loads(render([result], "sarif"))["runs"][0]["results"]]
    assert ("open" in kinds) == open_
    assert render([result], "github").startswith("::error") == open_
