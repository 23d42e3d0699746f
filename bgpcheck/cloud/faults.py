"""What Azure's refusals mean for whoever asked: errors by who is to blame. Asks nobody.

Rule: of what Azure says only a code and the name of an action are repeated, never a token, a person or a whole answer.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from bgpcheck.errors import BgpcheckError, FetchError, UsageError
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from bgpcheck.circuit.resource import Resource
    from bgpcheck.cloud.places import Place

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")
_ACTION = re.compile(r"action '(Microsoft\.[\w/.]{1,150})'", re.IGNORECASE)
LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS)  # the user can't mend these
ROLE = "the role Reader on the circuit or its resource group"


class LaterError(FetchError):
    """Azure wants to be asked later: after ``wait`` seconds."""

    def __init__(self, message: str, wait: float) -> None:
        """Keep the seconds apart from the ``message``."""
        super().__init__(message, GapReason.RATE_LIMITED)
        self.wait = wait


def refused(status: int, code: str, message: str, resource: Resource, place: Place) -> BgpcheckError:
    """Turn an answer of Azure's that is an error into ours: what the user can mend is a ``UsageError``, the rest a ``FetchError``."""
    said = f" ({code})" if _CODE.fullmatch(code) else ""
    if status == HTTPStatus.UNAUTHORIZED:
        return UsageError(f"Azure does not accept the sign-in{said}: {place.sign_in}")
    if status == HTTPStatus.FORBIDDEN:
        action = _ACTION.search(message)
        wanted = f"{ROLE}, or a role with {action[1]}" if action else ROLE
        return UsageError(f"Azure does not let you read {resource.id}{said}: ask for {wanted}")
    if status == HTTPStatus.NOT_FOUND:
        return UsageError(f"Azure has no such {_missing(code, resource)}{said}: {resource.id}, or you may not see it")
    if status == HTTPStatus.CONFLICT and code == "MissingSubscriptionRegistration":
        return UsageError(f"the subscription {resource.subscription} has never used Microsoft.Network{said}: it has no circuits")
    if status in LATER or not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        reason = GapReason.RATE_LIMITED if status == HTTPStatus.TOO_MANY_REQUESTS else GapReason.UNREACHABLE
        return FetchError(f"{place.host} answers {status}{said}", reason)
    return UsageError(f"{place.host} refuses to show {resource.id}: it answers {status}{said}")


def _missing(code: str, resource: Resource) -> str:
    """Say what was not found, as far as the code tells."""
    return {"SubscriptionNotFound": "subscription", "ResourceGroupNotFound": "resource group"}.get(code, resource.kind)
