"""The pages of ``bgpcheck evidence`` and its actions. Pure."""

from __future__ import annotations

from bgpcheck.manual.facts import WRONG
from bgpcheck.manual.page import Example, Page

VERIFY = Example("bgpcheck evidence verify evidence.zip", "are these the bytes that were collected?")
SIGNED = Example("bgpcheck evidence verify signed.zip --key pub.pem", "did the owner of this key sign them?")
REPLAY = Example("bgpcheck evidence replay evidence.zip", "do they still lead to the same verdict?")
SHOW = Example("bgpcheck evidence show evidence.zip", "what was asked, and what came back?")
COPY = Example("bgpcheck evidence show evidence.zip --redact --output new.zip", "a copy to share: no contacts, service key, Azure ids")
SIGN = Example(
    "bgpcheck evidence sign evidence.zip --key key.pem --output new.zip", "say that it is yours (check --sign-key signs at once)"
)
KEY = (
    "A key: openssl genpkey -algorithm ed25519 -out key.pem, or bgpcheck sign keygen (RSA). Its public half, to give away: openssl pkey"
    " -in key.pem -pubout -out pub.pem. The time of signing is what the signer claims; nothing proves it. Both names of the key are told:"
    " its key id, which the signature holds (securesystemslib computes it), and its fingerprint (openssl pkey -pubin -in pub.pem -outform"
    " DER | sha256sum)."
)
COPIES = (
    "A redacted copy keeps the original's manifest: verify says which members are as they were. It can't be replayed. What stands in a"
    " redacted member nothing proves. Names and national telephone numbers in registries' remarks stay."
)
LIVE = "Bundles of lab and watch work too: they hold what stood announced at the end, and a transcript of every event."
DAMAGED = {6: "damaged: a member is missing, changed or extra", **WRONG}
SEE = ('README, "Evidence"    what is in a bundle; to verify it without bgpcheck',)
PAGES = {
    "": Page(
        examples=(VERIFY, REPLAY, SHOW, SIGN),
        notes=(LIVE,),
        status={0: "intact, signed, shown; replay ends as the original check did", 6: "damaged, not signed by --key, or differs", **WRONG},
        see=("bgpcheck evidence ACTION --help    verify, replay, show or sign alone", *SEE),
    ),
    "verify": Page(
        examples=(VERIFY, SIGNED),
        notes=(KEY, COPIES),
        status={0: "intact, and signed by --key where one is given", 6: "damaged, or not signed by it", **WRONG},
        see=SEE,
    ),
    "replay": Page(
        examples=(REPLAY,),
        notes=(LIVE,),
        status={
            0: "the original check ended with 0, 3, 4 or 5: replay ends with the same",
            6: "damaged, or facts, verdicts or reasons differ",
            **WRONG,
        },
        see=SEE,
    ),
    "show": Page(examples=(SHOW, COPY), notes=(COPIES,), status={0: "shown, or copied", **DAMAGED}, see=SEE),
    "sign": Page(examples=(SIGN,), notes=(KEY,), status={0: "signed", **DAMAGED}, see=SEE),
}
