"""The pages of ``bgpcheck sign`` and its actions. Pure."""

from __future__ import annotations

from bgpcheck.manual.facts import WRONG
from bgpcheck.manual.page import Example, Page

KEYGEN = Example(
    'bgpcheck sign keygen --prefix 193.0.0.0/21 --asn 3333 --organisation "Example Ltd" --out new.pem',
    "a key and its certificate; prints the line to publish",
)
MESSAGE = Example(
    "bgpcheck sign message --service-key 7c44c70b-9c62-4a89-a6b2-d281b6ce7a49 --prefix 193.0.0.0/21 --asn 3333",
    "what is signed, and not a byte more",
)
SIGN = Example(
    'bgpcheck sign sign --validation-id "$(cat message.txt)" --key key.pem',
    "the signature, and how to submit it",
)
VERIFY = Example(
    'bgpcheck sign verify --validation-id "$(cat message.txt)" --signature signature.txt --certificate certificate.pem',
    "would it verify, if this certificate were published?",
)
RECORD = Example(
    'bgpcheck sign verify --validation-id "$(cat message.txt)" --signature signature.txt --record record.txt',
    "does it verify with what a registry publishes? here nothing is",
    status=6,
)
ID = "The validation id is Microsoft's: take it from the peering's advertisedPublicPrefixInfo where it is there."
DONE = {0: "done", **WRONG}
SEE = ('README, "Signed prefixes"', "bgpcheck explain SIG-2    what Azure makes of a signature")
PAGES = {
    "": Page(
        examples=(KEYGEN, MESSAGE, SIGN, VERIFY),
        notes=(ID,),
        status={0: "done or verified", 6: "verify: it does not verify", **WRONG},
        see=("bgpcheck sign ACTION --help    keygen, message, sign or verify alone", *SEE),
    ),
    "keygen": Page(
        examples=(KEYGEN,),
        notes=("The key's file is readable by you alone. It is overwritten with --force only, and never printed.",),
        status=DONE,
        see=SEE,
    ),
    "message": Page(examples=(MESSAGE,), notes=(ID,), status=DONE, see=SEE),
    "sign": Page(
        examples=(SIGN,),
        notes=(ID, "The calls that submit the signature are printed on standard error, and never run."),
        status=DONE,
        see=SEE,
    ),
    "verify": Page(
        examples=(VERIFY, RECORD),
        notes=(ID,),
        status={0: "verified", 6: "it does not verify", **WRONG},
        see=SEE,
    ),
}
