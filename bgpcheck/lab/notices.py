"""Notifications in words: what a code and subcode mean (RFC 4271 s4.5, RFC 4486, RFC 9003, RFC 8538, RFC 7313). Pure data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bgpcheck.formats.exabgp_events import Notification

CODES = {
    1: "message header error",
    2: "OPEN message error",
    3: "UPDATE message error",
    4: "hold timer expired",
    5: "finite state machine error",
    6: "cease",
    7: "ROUTE-REFRESH message error",
}
SUBCODES = {
    (1, 1): "connection not synchronised",
    (1, 2): "bad message length",
    (1, 3): "bad message type",
    (2, 1): "unsupported version number",
    (2, 2): "bad peer AS: the AS number is not the one that the other side has configured",
    (2, 3): "bad BGP identifier",
    (2, 4): "unsupported optional parameter",
    (2, 6): "unacceptable hold time",
    (2, 7): "unsupported capability",
    (3, 1): "malformed attribute list",
    (3, 2): "unrecognised well-known attribute",
    (3, 3): "missing well-known attribute",
    (3, 4): "attribute flags error",
    (3, 5): "attribute length error",
    (3, 6): "invalid ORIGIN attribute",
    (3, 8): "invalid NEXT_HOP attribute",
    (3, 9): "optional attribute error",
    (3, 10): "invalid network field",
    (3, 11): "malformed AS_PATH",
    (5, 1): "unexpected message in OpenSent",
    (5, 2): "unexpected message in OpenConfirm",
    (5, 3): "unexpected message in Established",
    (6, 1): "maximum number of prefixes reached",
    (6, 2): "administrative shutdown",
    (6, 3): "peer de-configured",
    (6, 4): "administrative reset",
    (6, 5): "connection rejected",
    (6, 6): "other configuration change",
    (6, 7): "connection collision resolution",
    (6, 8): "out of resources",
    (6, 9): "hard reset",
    (6, 10): "BFD down",
    (7, 1): "invalid message length",
}
MAXIMUM = (6, 1)
LONGEST = 300  # characters of a peer's own words


def words(one: Notification) -> str:
    """Say what a notification means, such as ``sent: cease, maximum number of prefixes reached (6/1)``; the peer's words are raw."""
    meaning = CODES.get(one.code, "unknown error")
    detail = SUBCODES.get((one.code, one.subcode))
    way = "sent" if one.direction == "send" else "received"
    said = one.message.strip()[:LONGEST]
    own = f": {said}" if (one.code, one.subcode) in {(6, 2), (6, 4)} and said else ""  # RFC 9003: a shutdown communication
    return f"{way}: {meaning}{f', {detail}' if detail else ''} ({one.code}/{one.subcode}){own}"
