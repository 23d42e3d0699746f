"""The proxies that the user has set (``https_proxy``, ``no_proxy``). Reads the environment."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from bgpcheck.errors import UsageError

PORTS = {"http": 80, "https": 443}


def proxy_for(scheme: str, host: str) -> str | None:
    """Give the address of the proxy by which a host is asked; None where it is asked directly."""
    found = getproxies().get(scheme)
    return None if not found or proxy_bypass(host) else _read(scheme, found)[0]


def servers() -> list[tuple[str, int]]:
    """Name the proxies, as hosts and ports: whoever set them wants them asked."""
    return [_read(scheme, text)[1] for scheme, text in getproxies().items() if scheme in PORTS]


def _read(scheme: str, text: str) -> tuple[str, tuple[str, int]]:
    """Read what may be a mere ``host:port`` as an address, with its server; ``UsageError`` where it can't be used."""
    url = text if "//" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        if parts.scheme in PORTS and parts.hostname:
            return url, (parts.hostname, parts.port or PORTS[parts.scheme])
    except ValueError:
        pass
    raise UsageError(f"{scheme}_proxy: {_without_key(text)!r} is no http:// or https:// address of a proxy")


def _without_key(text: str) -> str:
    """Leave out a proxy's user and password."""
    return text.rpartition("@")[2][:100]
