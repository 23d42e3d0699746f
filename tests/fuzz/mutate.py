"""Structured mutations: what a hostile or broken writer makes of a good file. Deterministic for a ``Random``.

The same mutations serve Hypothesis, which draws the ``Random``, and libFuzzer, as its second mutator.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

NUMBER = re.compile(rb"-?\d+")
NUMBERS = (
    *(b"0", b"-1", b"1", b"00", b"31", b"32", b"33", b"127", b"128", b"129", b"255", b"256", b"65535", b"65536", b"4294967295"),
    *(b"4294967296", b"-4294967296", b"9007199254740993", b"18446744073709551616", b"1e5", b"1e400", b"-1e400", b"1.5", b"0x10", b"NaN"),
    *(b"Infinity", b"-Infinity", b"9" * 40, b"9" * 400, b"9" * 4301, b"0" * 400, "٣".encode(), "²".encode(), b"1_000", b"+5"),
)
ODD = tuple(
    one.encode("utf-8", "surrogatepass")
    for one in (
        *(
            "\0",
            "\ufeff",
            "\u2028",
            "\x85",
            "\x0b",
            "\x1b[2J",
            "\u202e",
            "İ",
            "\u0131",
            "ß",
            "ǅ",
            "e\u0301",
            "\ud800",
            "\U0010ffff",
            "\uffff",
        ),
        *("\r", "\r\n", "\n\n\n", "\t", "%", "#", "&a *a", "!!python/object:os.system", "<<: *a", "{{", "[[", '"', "'", "\\", "\\u0000"),
        *("\\ud800", "|", ";", ",,,", "::", "/33", "/-1", "AS", "AS-", "../", "${", "$$", "1.2.3.4", "::ffff:1.2.3.4", "fe80::1%eth0"),
    )
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 1.5, 1e308, 2**32, 2**64, 10**400, "", " ", "\0", "x" * 2000, "\ud800", "NONE", "AS1", "0.0.0.0/0"),
    *(
        [],
        {},
        [[]],
        [None],
        {"": ""},
        {"a": []},
        ["a", "a"],
        [[[[[[[[[[]]]]]]]]]],
        "9" * 5000,
        "2026-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
    ),
)
DEEP = (1, 2, 21, 41, 70, 151, 400)


def _place(data: bytes, random: Random) -> tuple[int, int]:
    """Give two places in order."""
    one, other = random.randrange(len(data) + 1), random.randrange(len(data) + 1)
    return min(one, other), max(one, other)


def _cut(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _gone(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    first, last = _place(data, random)
    return data[:first] + data[min(last, first + 40) :]


def _again(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    first, last = _place(data, random)
    return data[:last] + data[first:last] * random.choice((1, 1, 2, 20)) + data[last:]


def _swapped(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    (a, b), (c, d) = sorted([_place(data, random), _place(data, random)])
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:] if a <= b <= c <= d else data[::-1]


def _flipped(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    found = bytearray(data or b"\0")
    for _ in range(random.choice((1, 1, 2, 8))):
        found[random.randrange(len(found))] = random.choice((0, 1, 0x7F, 0x80, 0xFF, random.randrange(256)))
    return bytes(found)


def _numbered(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    places = list(NUMBER.finditer(data))
    if not places:
        return data
    one = random.choice(places)
    return data[: one.start()] + random.choice(NUMBERS) + data[one.end() :]


def _odd(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(ODD) * random.choice((1, 1, 1, 3, 300)) + data[at:]


def _lines(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    rows = data.split(b"\n")
    at, to = random.randrange(len(rows)), random.randrange(len(rows))
    what = random.randrange(4)
    if what == 0:
        rows.insert(to, rows[at])
    elif what == 1:
        rows.insert(to, rows.pop(at))
    elif what == 2:
        del rows[at]
    else:
        rows[at] += random.choice((b" " * 5000, b"\r", b"\\", b"x" * 5000))
    return b"\n".join(rows)


def _nested(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    at, depth = random.randrange(len(data) + 1), random.choice(DEEP)
    begin, end = random.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"{", b"}"), (b"- ", b""), (b"(", b")")))
    return data[:at] + begin * depth + (b"1" if end else b"") + end * depth + data[at:]


def _crossed(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    other = random.choice(others) if others else b""
    (first, last), at = _place(other, random), random.randrange(len(data) + 1)
    return data[:at] + other[first:last] + data[random.choice((at, at, len(data))) :]


def _tree(data: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """Change one place of a JSON value: another value, a key twice or in other letters, a part gone or elsewhere."""
    try:
        whole = {"": json.loads(data)}
        found = places(whole)
        holder, key = random.choice(found)
        how = random.randrange(5)
        if how == 0 and isinstance(holder, dict) and key and isinstance(key, str):
            holder[random.choice((key.upper(), key + " ", key[:-1], key + "\0"))] = holder.get(key)
        elif how == 1 and len(holder) > 1:
            del holder[key]
        elif how == 2:
            other, name = random.choice(found)
            holder[key] = json.loads(json.dumps(other[name]))
        elif how == 3:
            holder[key] = [holder[key]] * random.choice((1, 2, 40))
        else:
            holder[key] = random.choice(VALUES)
        return json.dumps(whole[""]).encode()
    except (ValueError, RecursionError, KeyError, IndexError, TypeError):
        return _crossed(data, random, others)


def places(value: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 (JSON)
    """Give every place in a value: what holds it, and under which key."""
    found, waiting = [], [value]
    while waiting:
        one = waiting.pop()
        for key, inner in one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ():
            found.append((one, key))
            waiting.append(inner)
    return found


CHANGES = (_cut, _gone, _again, _swapped, _flipped, _numbered, _odd, _lines, _nested, _crossed, _tree, _tree, _tree, _numbered)


def mutated(data: bytes, random: Random, others: Sequence[bytes], most: int) -> bytes:
    """Change data once or a few times; at most ``most`` bytes remain."""
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        data = random.choice(CHANGES)(data, random, others)[: 4 * most]
    return data[:most]
