"""The servers that the settings name: what each is for, how it is addressed, and which is asked first. Asks none of them.

Rule: whoever is to be trusted, treated politely, tried or left alone is found here and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.fetch.session import server_of
from bgpcheck.fetch.whois import place, whois_uri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.settings import Settings


class Server(NamedTuple):
    """One server. ``kind``: of the sources that it answers for, as in ``recheckMinutes``; ``purpose``: the same with a name.

    ``name``: its registry's or database's, empty for a validator; ``first``: it is asked before others of its kind, not in their place.
    """

    kind: str
    purpose: str
    name: str
    uri: str
    host: str
    port: int
    first: bool = True

    @property
    def place(self) -> tuple[str, int]:
        """Its host and port."""
        return self.host, self.port


def servers(settings: Settings) -> Iterator[Server]:
    """Give every server, once for each of its purposes: RDAP and whois of the regional registries, IRR, national ones, validators."""
    for name, rir in settings.rirs.items():
        yield Server("rdap", "rdap", name, rir.rdap, *server_of(rir.rdap))
        yield Server("rdap", "whois", name, whois_uri(rir.whois), *place(rir.whois), first=False)
    for name, source in sorted(settings.irr.items()):
        yield Server("irr", "irr", name, whois_uri(source.server), *place(source.server))
    for name, national in settings.national.items():
        yield Server("nir", "nir", name, national.url, *server_of(national.url))
    for url in settings.validators:
        yield Server("vrps", "vrps", "", url, *server_of(url))
