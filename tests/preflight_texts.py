"""Preflight files, good and bad, as the tests of the parser have them: for whoever else has to tell them apart."""

from __future__ import annotations

from typing import Any

from formats import test_preflight as written

from bgpcheck.formats.preflight import MAX_PREFIXES, MAX_WORD

LEAST, WHOLE = written.LEAST, written.WHOLE


def rows(test: Any) -> list[Any]:  # noqa: ANN401 (a test of a table)
    """Give the rows of a test's tables, the one nearest to it first."""
    return [row for mark in test.pytestmark if mark.name == "parametrize" for row in mark.args[1]]


def texts() -> dict[str, str | bytes]:
    """Give files by a name that tells what is particular about them."""
    found: dict[str, str | bytes] = {"the whole": WHOLE, "the least": LEAST, "no text": b"name: a\npeering: \xff\n"}
    found |= {f"example {path.stem}": path.read_bytes() for path in written.EXAMPLES}
    found |= {f"{place} {says}": text for text, place, says in written.PLACES}
    found |= {f"filter {word[:40]}": written.FILTERED % word for word, _ in rows(written.test_a_route_filter)}
    for word in [*written.NO_ASN, *(row[0] for row in rows(written.test_spellings_of_an_as_number) if isinstance(row, tuple))]:
        found[f"peerAsn {word}"] = LEAST.replace("3333", word)
        found[f"customerAsn {word}"] = LEAST.replace("    prefixes", f"    customerAsn: {word}\n    prefixes")
    for word in [row[0] for test in (written.test_no_prefix, written.test_spellings_of_a_prefix) for row in rows(test)]:
        found[f"prefix {word[:60]}"] = LEAST.replace("193.0.0.0/21", f'"{word}"')
        found[f"link {word[:60]}"] = LEAST.replace("    prefixes", f'    primary: "{word}"\n    prefixes')
    for word in [
        *(row[0] for row in rows(written.test_names_of_a_registry)),
        "NTTCOM",
        "lacn\u0131c",
        "MER\u0131T",
        "RIPE",
        "RIPENC",
        "",
        "ripencc ripe",
    ]:
        found[f"registry {word!r}"] = LEAST.replace("    prefixes", f'    routingRegistryName: "{word}"\n    prefixes')
    return found | MORE


MORE: dict[str, str | bytes] = {
    "nulls": "name:\npeering:\n  peerAsn: 3333\n  serviceKey:\n  md5KeyVariable: ~\n"
    "  ipv4: {primary: , secondary: ~, customerAsn: , routingRegistryName: , prefixes: [193.0.0.0/21]}\n"
    "  ipv6: {prefixes: }\nregistryData:\npolicy: null\n",
    "a null peering": "peering:\n",
    "a null family": LEAST + "  ipv6:\n",
    "a null organisation": LEAST + "organisation:\n",
    "a null cloud": LEAST + "  cloud:\n",
    **{
        f"{key} {word}": LEAST + f"{key}: {word}\n"
        for key in ("name", "policy", "  serviceKey")
        for word in ("yes", "No", "ON", "off", "y")
    },
    "a number for a name": LEAST + "name: 345\n",
    "a truth for a name": LEAST + "name: true\n",
    "the longest name": LEAST + f"name: {'x' * MAX_WORD}\n",
    "too long a name": LEAST + f"name: {'x' * (MAX_WORD + 1)}\n",
    "too many prefixes": "peering:\n  peerAsn: 3333\n  ipv4:\n   prefixes:\n" + "   - 193.0.0.0/21\n" * (MAX_PREFIXES + 1),
    "an IPv6 prefix in the IPv4 list": LEAST.replace("193.0.0.0/21", "'2001:67c:2e8::/48'"),
    "an IPv4 address at the end": LEAST.replace("193.0.0.0/21", "'::ffff:193.0.0.0/120'"),
    "eight groups": LEAST.replace("193.0.0.0/21", "'1:2:3:4:5:6:7:8/128'"),
    "eight groups and none": LEAST.replace("193.0.0.0/21", "'1:2:3:4:5:6:7:8::/128'"),
    "seven groups": LEAST.replace("193.0.0.0/21", "'1:2:3:4:5:6:7/128'"),
    "seven groups and some": LEAST.replace("193.0.0.0/21", "'1:2:3:4:5:6:7::/128'"),
    "two gaps": LEAST.replace("193.0.0.0/21", "'1::2::3/128'"),
    "six groups and an IPv4 address": LEAST.replace("193.0.0.0/21", "'1:2:3:4:5:6:193.0.0.1/128'"),
    "seven groups and an IPv4 address": LEAST.replace("193.0.0.0/21", "'1:2:3:4:5:6:7:193.0.0.1/128'"),
    "a length with zeros": LEAST.replace("193.0.0.0/21", "193.0.0.0/021"),
    "a length with many zeros": LEAST.replace("193.0.0.0/21", "193.0.0.0/0021"),
    "prefixes of IPv6 only": "peering: {peerAsn: 3333, ipv6: {prefixes: ['2001:67c:2e8::/48']}}",
    "a layer in quotes": LEAST + "  layer: '3'\n",
    "a VLAN in quotes": LEAST + "  vlanId: '345'\n",
    "no VLAN that there is": LEAST + "  vlanId: 5000\n",
    "an AS number with zeros behind AS": LEAST.replace("3333", "AS0003333"),
    "an AS number above all": LEAST.replace("3333", "AS4294967296"),
    "asdot with zeros": LEAST.replace("3333", "'1.00010'"),
}
GOOD_AND_BAD = texts()
NUMBER = "a YAML reader makes a number of the word, and how it was written is lost: bgpcheck reads the word"
UNLIKE = {
    # What bgpcheck refuses and an editor with the schema takes, each with the reason; nothing is the other way round.
    "a.yaml:5: peering.peerAsn anchors": "anchors are gone once the YAML is read",
    "a.yaml:5: peering.peerAsn tags": "tags are gone once the YAML is read",
    "a.yaml:21 key 'policy' is there twice": "editors complain of it by themselves; a schema sees one of the two",
    "a.yaml:6: peering.vlanId '3e2' is not a number": NUMBER,
    "a.yaml:6: peering.vlanId zeros in front": NUMBER,
    "a.yaml:12: peering.ipv4.customerAsn '010' has zeros in front": NUMBER,
    **{
        f"{key} {word}": NUMBER
        for key in ("peerAsn", "customerAsn")
        for word in ("0o17", "0x1f", "1e3", "010", "00", "+3333", "1.", "65536.0")
    },
    # Asdot without quotes is a number with a point: 1.10 and 1.1 are one.
    **{f"{key} {word}": NUMBER for key in ("peerAsn", "customerAsn") for word in ("1.65536", ".1")},
}
