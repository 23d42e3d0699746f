"""IANA's RDAP bootstrap files: those that ``registry update`` has brought, or the ones that come with bgpcheck. Waits for the disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.errors import BgpcheckError
from bgpcheck.fetch.files import read_whole
from bgpcheck.formats import bootstrap
from bgpcheck.store.downloads import Downloads
from bgpcheck.store.places import default_downloads

if TYPE_CHECKING:
    from bgpcheck.formats.bootstrap import Bootstrap
    from bgpcheck.settings import Settings

EMBEDDED = Path(__file__).resolve().parent.parent / "iana" / "rdap.json"  # IANA's files of 2019-06-07, 2019-11-06 and 2021-12-07
LIMIT = 1 << 20  # bytes of one


def servers(settings: Settings) -> Bootstrap:
    """Give who answers for what. What was brought counts only where all three files are there and can be read."""
    downloads = Downloads(default_downloads())
    kept = {kind: downloads.kept(url) for kind, url in settings.bootstrap.items()}
    parts = {kind: (one.url, downloads.path(one)) for kind, one in kept.items() if one}
    if parts.keys() == {*bootstrap.KINDS}:
        try:
            return bootstrap.parse(
                bootstrap.joined({kind: read_whole(path, url, limit=LIMIT) for kind, (url, path) in parts.items()}), file="iana"
            )
        except BgpcheckError:
            pass  # one that has been damaged since it was looked through
    return bootstrap.parse(read_whole(EMBEDDED, EMBEDDED.name, limit=LIMIT), file=EMBEDDED.name)
