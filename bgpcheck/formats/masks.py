"""Mailboxes, telephones and addresses in what others have written: masked before it is kept or shown. Pure.

Rule: every expression is linear in what it reads. A certificate in a remark stays as it is: Base64 has no ``@``, and no blank in a number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats.address import address

if TYPE_CHECKING:
    from collections.abc import Callable

# One after the other without a blank is one: else the second would be seen once the first is masked, and not before.
_HOST = r"(?:\[[^\]\n]{1,64}\]|[\w-]++(?>(?:\.[\w-]++)*))"
_MAIL = re.compile(rf"(?:\"[^\"\n]{{1,64}}\"|(?<![\w.+'%&-])[\w.+'%&-]+)@{_HOST}(?>(?:[\w.+'%&-]*@{_HOST})*)")
# Written so that no program reads it: john (at) example.org, john[at]example(dot)org, john%40example.org.
_AT = r"(?:[ \t]?[(\[{<]at[)\]}>][ \t]?|%40)[\w-]++(?>(?:(?:\.|[ \t]?[(\[{<]dot[)\]}>][ \t]?)[\w-]++)+)"
_SPELLED = re.compile(rf"(?i)(?<![\w.+-])[\w.+-]++{_AT}(?>(?:[\w.+-]*+{_AT})*)")
# ITU-T E.123: the international prefix, then groups; or one number, where it stands alone and so can't be Base64.
_PHONE = re.compile(r"(?<![\w+])(?>(?:\+\d{1,3}[ .()-][\d .()-]{5,}\d)+)|(?<=[\s:])\+\d{8,15}(?![\w+/=])")
_WORD = re.compile(r"(?<![0-9A-Fa-f.:])[0-9A-Fa-f:.]{2,45}(?![\w])")
MOST_PASSES = 5  # one shows nothing new but where somebody tries
MAIL, PHONE, ADDRESS = "(mailbox left out)", "(telephone left out)", "(address left out)"


def without_people(text: str) -> str:
    """Mask mailboxes and telephones."""
    return _PHONE.sub(PHONE, _SPELLED.sub(MAIL, _MAIL.sub(MAIL, text)))


def unmasked(text: str) -> str:
    """Give a name or handle that has nothing to mask; empty else, since two that are masked alike are not therefore one."""
    return "" if any(mask in text for mask in (MAIL, PHONE)) or without_people(text) != text else text


def settled(text: str, mask: Callable[[str], str]) -> str:
    """Mask until nothing changes: a mask may end what stood before something else, and so show it."""
    for _ in range(MOST_PASSES):
        before, text = text, mask(text)
        if text == before:
            break
    return text


def without_us(text: str) -> str:
    """Mask these, and addresses too: a server that refuses often names whom it refuses."""
    return settled(text, lambda one: _WORD.sub(_covered, without_people(one)))


def _covered(found: re.Match[str]) -> str:
    """Mask a word that is an address."""
    return ADDRESS if any(map(_is_address, _readings(found[0]))) else found[0]


def _readings(word: str) -> tuple[str, ...]:
    """Give what may be the address in a word: after ``IP:``, before a port, at the end of a sentence."""
    plain = word.rstrip(".:") or word
    return plain, word, plain.removeprefix(":"), plain.removeprefix(":").rpartition(":")[0]


def _is_address(word: str) -> bool:
    """Tell whether a word is an IPv4 or IPv6 address."""
    try:
        address(word)
    except FormatError:
        return False
    return True
