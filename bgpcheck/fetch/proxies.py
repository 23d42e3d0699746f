"""The proxies that the user has set (``https_proxy``, ``no_proxy``). Reads the environment."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def proxy_for(scheme: str, host: str) -> str | None:
    """Give the address of the proxy by which a host is asked; None where it is asked directly."""
    found = getproxies().get(scheme)
    return None if not found or proxy_bypass(host) else _address(found)


def servers() -> list[str]:
    """Name the proxies, as ``host:port``: whoever set them wants them asked."""
    found = (urlsplit(_address(url)) for scheme, url in getproxies().items() if scheme in {"http", "https"})
    return [f"{one.hostname}:{one.port or 80}" for one in found if one.hostname]


def _address(text: str) -> str:
    """Write what may be a mere ``host:port`` as an address."""
    return text if "//" in text else f"http://{text}"
