from __future__ import annotations

import json

from certificates import ID, NOW, signature

from bgpcheck.facts.signature import Question, judge
from bgpcheck.facts.validation_id import parse_id
from bgpcheck.formats import x509
from bgpcheck.model import Signed
from bgpcheck.render.signature import as_json, as_text


def test_what_is_not_known_is_called_so() -> None:
    about = parse_id(ID)
    fact = judge(Question(about.prefix, (3333,)), Signed(ID, signature()), None, NOW, x509.verifies)
    assert as_text(about, fact, NOW).startswith("\u2718 none: 193.0.0.0/21 for AS3333\n  decided at 2026-11-02T00:00:00Z")
    body = json.loads(as_json(about, fact, NOW))
    assert (body["signature"], body["predictedAzureState"], body["basis"], body["certificates"]) == ("none", None, None, [])
