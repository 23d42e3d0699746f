"""What servers say of a file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.formats.transfer import Version, conditions, ftp_time, http_version, md5_of, rest_of, resuming, same

HEX, OTHER = "d41d8cd98f00b204e9800998ecf8427e", "0" * 32
DATE = "Sun, 01 Nov 2026 06:00:01 GMT"
MODIFIED = "Sun, 01 Nov 2026 06:00:00 GMT"

MOMENTS = [
    (MODIFIED, datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Sun, 01 Nov 2026 06:00:00 -0200", datetime(2026, 11, 1, 8, tzinfo=UTC)),
    ("Sun, 01 Nov 2026 06:00:00", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("20261101060000", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("20261301060000", None),
    ("2026", None),
    ("yesterday", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "moment"), MOMENTS)
def test_when_a_version_is_of(text: str, moment: datetime | None) -> None:
    assert Version(modified=text).moment == moment


ANSWERS = [
    ({}, Version()),
    ({"etag": '"a"', "content-length": "7"}, Version('"a"', "", 7, '"a"')),
    ({"etag": 'W/"a"'}, Version('W/"a"')),
    ({"etag": 'W/"a"', "last-modified": MODIFIED, "date": DATE}, Version('W/"a"', MODIFIED)),
    ({"last-modified": MODIFIED, "date": DATE}, Version("", MODIFIED, None, MODIFIED)),
    ({"last-modified": MODIFIED, "date": MODIFIED}, Version("", MODIFIED)),  # it may change within this second
    ({"last-modified": MODIFIED}, Version("", MODIFIED)),
    ({"content-length": "-1"}, Version()),
    ({"content-length": "9" * 16}, Version()),
]


@pytest.mark.parametrize(("headers", "version"), ANSWERS)
def test_the_version_of_an_answer(headers: dict[str, str], version: Version) -> None:
    assert http_version(headers) == version


def test_conditions() -> None:
    assert conditions(Version()) == {}
    assert conditions(Version("e", "m")) == {"If-None-Match": "e", "If-Modified-Since": "m"}


RESUMED = [
    (Version('"a"', "", 100, '"a"'), 40, {"Range": "bytes=40-", "If-Range": '"a"'}),
    (Version('"a"', "", None, '"a"'), 40, {"Range": "bytes=40-", "If-Range": '"a"'}),
    (Version('"a"', "", 100, '"a"'), 0, {}),
    (Version('"a"', "", 100, '"a"'), 100, {}),
    (Version('W/"a"', "", 100), 40, {}),
]


@pytest.mark.parametrize(("version", "have", "headers"), RESUMED)
def test_how_the_rest_is_asked_for(version: Version, have: int, headers: dict[str, str]) -> None:
    assert resuming(version, have) == headers


RANGES = [
    ("bytes 40-99/100", 100, 100),
    ("bytes 40-99/*", 100, 100),
    ("bytes 40-99/100", None, 100),
    ("bytes 0-99/100", 100, None),
    ("bytes 41-99/100", 100, None),
    ("bytes 40-98/100", 100, None),
    ("bytes 40-98/*", 100, None),
    ("bytes 40-99/101", 101, None),
    ("bytes 40-100/101", 100, None),
    ("bytes 40-99", 100, None),
    ("bytes */100", 100, None),
    ("lines 40-99/100", 100, None),
    ("bytes 40-٩٩/100", 100, None),
    ("", 100, None),
]


@pytest.mark.parametrize(("text", "size", "total"), RANGES)
def test_which_part_comes(text: str, size: int | None, total: int | None) -> None:
    if total is not None:
        assert rest_of(text, Version(size=size), 40) == total
        return
    with pytest.raises(FormatError):
        rest_of(text, Version(size=size), 40)


SAME = [
    (Version(modified="1", size=5), Version(modified="1", size=5), True),
    (Version(modified="1", size=5), Version(modified="2", size=5), False),
    (Version(modified="1", size=5), Version(modified="1", size=6), False),
    (Version(modified="1"), Version(modified="1"), False),
    (Version(size=5), Version(size=5), False),
]


@pytest.mark.parametrize(("known", "found", "equal"), SAME)
def test_the_same_version(known: Version, found: Version, equal: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert same(known, found) is equal


@pytest.mark.parametrize(
    ("reply", "time"),
    [("213 20261101060000", "20261101060000"), ("213 20261101060000.123", "20261101060000"), ("213 soon", ""), ("550 no", ""), ("", "")],
)
def test_times_of_ftp(reply: str, time: str) -> None:
    assert ftp_time(reply) == time


DIGESTS = [
    (f"MD5 (f) = {HEX}\n", HEX),
    (f"MD5(f)= {HEX.upper()}", HEX),
    (f"{HEX}  f\n", HEX),
    (f"{HEX} *f\n", HEX),
    (f"{HEX}\n", HEX),
    (f"{HEX}  delegated-arin-extended-20261101\n", HEX),  # the day's file, of which f is a copy
    (f"{HEX}  f\n{OTHER}  g\n", HEX),
    (f"{OTHER}  g\r\nMD5 (f) = {HEX}\r\n", HEX),
    (f"{OTHER}  g\n{HEX}  h\n", "says no MD5 of f"),
    (f"{HEX}0\n", "is no MD5 of a file"),
    ("<html>not found</html>", "is no MD5 of a file"),
    ("", "is no MD5 of a file"),
]


@pytest.mark.parametrize(("text", "digest"), DIGESTS)
def test_md5(text: str, digest: str) -> None:
    if len(digest) == 32:
        assert md5_of(text, "f") == digest
        return
    with pytest.raises(FormatError, match=digest):
        md5_of(text, "f")
