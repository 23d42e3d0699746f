"""Keys are covered, and nothing else is touched."""

from __future__ import annotations

import pytest

from bgpcheck.formats.credentials import fit_json as covered


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b'{"sharedKey": "A1B2"}', b'{"sharedKey": "***"}'),
        (b'{"SHAREDKEY" :"a\\"b\\\\", "x": "y"}', b'{"SHAREDKEY" :"***", "x": "y"}'),
        (b'[{"authorizationKey":\n"k"},{"AuthorizationKey":"l"}]', b'[{"authorizationKey":\n"***"},{"AuthorizationKey":"***"}]'),
        (b'{"sharedKey": null, "sharedKey2": "x"}', b'{"sharedKey": null, "sharedKey2": "x"}'),
        (b'{"sharedKey": ""}', b'{"sharedKey": ""}'),
        (b'{"serviceKey": "a1410692"}', b'{"serviceKey": "a1410692"}'),  # identifies the circuit, and is no secret (TKT-2)
        (b"\xff\xfe", b"\xff\xfe"),
    ],
)
def test_covered(data: bytes, wanted: bytes) -> None:
    assert covered(data) == wanted
    assert covered(wanted) == wanted
