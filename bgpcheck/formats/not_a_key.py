"""What a file is that holds no key as it is wanted, and what to give instead. Pure.

Rule: what is said follows from the file's first words alone; nothing of a key is in any message.
"""

from __future__ import annotations

import re

PUBLIC_HALF = "openssl pkey -in key.pem -pubout -out pub.pem"
_PRIVATE = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_SSH_PRIVATE = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_SSH_PUBLIC = re.compile(rb"\A\s*(?:ssh-|ecdsa-|sk-|---- BEGIN SSH2 PUBLIC KEY ----)")
_SSH_RSA = b"ssh-rsa "
_FIRST = 1 << 12  # bytes in which a file says what it is
# How a file begins that may be taken for a private key, and what it is.
_OTHERS = (
    (re.compile(rb"-----BEGIN [A-Z ]*PUBLIC KEY-----"), "a public key"),
    (_SSH_PUBLIC, "a public key"),
    (re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----"), "a certificate"),
)


def private(data: bytes, make: str, *, opened: bool = False) -> str:
    """Say what a file is that holds no private key in PEM.

    ``make``: the command that makes a key of the kind that is wanted. ``opened``: whether a passphrase was given for it.
    """
    said = "is no private key in PEM"
    if _SSH_PRIVATE in data:  # ssh-keygen writes no Ed25519 key as PKCS #8 (OpenSSH 9.2, measured), and OpenSSL reads none of its own form
        turned = "cp FILE key.pem && ssh-keygen -p -m PKCS8 -f key.pem"
        return f"{said}, but one of OpenSSH: make another ({make}), or turn a copy of an RSA key ({turned})"
    if opened and is_private(data):
        return f"{said}, or its passphrase is another one"
    what = next((name for begins, name in _OTHERS if begins.search(data[:_FIRST])), "")
    return f"{said}, but {what}, which can't sign: give its private half" if what else f"{said}: make one ({make})"


def public(data: bytes) -> str:
    """Say what a file is that holds no public key or certificate in PEM."""
    ask = f"ask the signer for pub.pem ({PUBLIC_HALF})"
    if data.lstrip().startswith(_SSH_RSA):
        return "is an OpenSSH key, PEM is wanted: ssh-keygen -e -m PKCS8 -f FILE > pub.pem"
    if _SSH_PRIVATE in data or _SSH_PUBLIC.search(data):  # see above
        return f"is an OpenSSH key, which signs no bundle: {ask}"
    if is_private(data):
        return f"is a private key, which is for signing alone: verify with its public half ({PUBLIC_HALF})"
    return f"holds no public key or certificate in PEM that can be read: {ask}"


def is_private(data: bytes) -> bool:
    """Tell whether a file has a private key in it, of any kind."""
    return bool(_PRIVATE.search(data))
