"""Texts that somebody could put into a registry, a router or a file to make bgpcheck's output do something."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from typing import TYPE_CHECKING

from registry import Registry

from bgpcheck import api

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2026-11-02T00:00:00Z"
PREFIX = "193.0.0.0/21"
CALM = "Alpha"
TEXTS = {
    "a script": "<script>alert(1)</script>",
    "an image": '"><img src=x onerror=alert(1)>',
    "an attribute": "' onmouseover='alert(1)",
    "an entity": "&lt;b&gt;&#60;i&#62;",
    "the end of a style": "</style></title></head><body>",
    "a comment": "--><!-- <![CDATA[ ]]>",
    "colours": "\x1b[31mred\x1b[0m\x9b31m",
    "a cleared screen": "\x1b[2J\x1b[H\x1bc",
    "a terminal link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "a terminal title": "\x1b]0;owned\x07",
    "a carriage return": "bad\rgood\b\b\b\x7f",
    "lines": "one\n\n# two\n\n* three\r\n    four\u2028five\u2029six\x0bseven\x0ceight\x85nine",
    "a row of ours": "X\n\n✔ tour: configured\n  Azure is expected to accept every prefix.",
    "right to left": "\u202egnp.exe\u202c \u2066isolated\u2069 \u200f\u061c",
    "nothing to see": "a\u200b\u200d\u2060\ufeff\u00ad\u034f\u3164\u115f\u2800\U000e0041b",
    "other worlds": "\ue000 \U000f0000 \uffff \U0010ffff \u0378",
    "a NUL": "a\0b",
    "half a character": "a\ud800b\udfff",
    "emoji": "👩‍💻 🇳🇱 ☎️ 🧨",
    "accents without end": "Z" + "\u0351" * 40,
    "a formula": '=HYPERLINK("http://evil.example";"click")',
    "a command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "a sum": "+1+1",
    "a difference": "-1-1",
    "a tabulator and a formula": "\t=1+1",
    "a formula for others": "＝1+1",  # noqa: RUF001 (a full-width sign)
    "a Markdown link": "[click](javascript:alert(1)) ![x](http://evil.example/x.png) <http://evil.example>",
    "a plain link": "https://evil.example/ www.evil.example mail@evil.example",
    "a reference": "[x]: http://evil.example\n[x] [^1]",
    "a heading": "# heading",
    "an underlined heading": "===\n---",
    "a list": "- item",
    "a numbered list": "1. item",
    "a quotation": "> quoted",
    "code": "```\n`` ` ~~~",
    "code by blanks": "        indented",
    "a table": "| a | b |\n|---|---|\n|| x",
    "marks": "**bold** _thin_ ~~gone~~ $x$ ==y== \\ \\\\",
    "a hundred thousand": "A" * 100_000,
    "a hundred thousand words": "<b> " * 25_000,
    "nothing": "",
    "a blank": " ",
    "braces": "{text} %s %(x)s {0} {0.__class__}",
    "rich": "[bold red]x[/] [link=http://evil.example]y[/link] :bomb:",
}  # fmt: skip


def rpsl(text: str) -> str:
    """What of a text can stand in an RPSL file: no bytes that no text file has."""
    return "".join(one for one in text.encode("utf-8", "replace").decode() if one not in "\0\a\b\x7f")


def registry(text: str, folder: Path) -> Path:
    """A registry that says ``text`` wherever a registry can say what it likes."""
    word = "".join(rpsl(text).replace(",", "").replace("#", "").split())[:200] or "X-MNT"
    line = " ".join(rpsl(text).splitlines())[:5000] or "x"
    made = Registry(
        rows={"ripencc": ["EU|asn|3333|1|19940519|allocated|one", "NL|ipv4|193.0.0.0|4096|19930901|allocated|two"]},
        vrps=["193.0.0.0/20 AS3333"],
        routes={"RADB": [f"193.0.0.0/21 AS25152 {word}"]},
        objects={
            "RIPE": [
                f"inetnum: 193.0.0.0 - 193.0.15.255\nnetname: {word}\ndescr: {line}\norg: ORG-X\nmnt-by: {word}\nsource: RIPE",
                f"organisation: ORG-X\norg-name: {line}\nmnt-by: {word}\nsource: RIPE",
            ]
        },
        rdap_ip={"193.0.0.0/20": ("ripencc", "ALLOCATED PA", "ORG-A", text)},
        rdap_autnum={3333: ("ripencc", "ORG-B", f"Beta {text}")},
    ).write(folder)
    (made / "\x1b[31mnotes\u202e<b>=1+1.txt").write_text("x")
    return made


def quoted(text: str) -> str:
    """A text as YAML has it: everything that is no plain letter is spelled out."""
    whole = text.encode("utf-8", "replace").decode()
    return '"' + "".join(one if one.isascii() and one.isalnum() else f"\\U{ord(one):08x}" for one in whole) + '"'


def preflight(text: str, folder: Path) -> Path:
    """A preflight file whose user, or somebody who gave him a line to paste, wrote ``text`` wherever he could."""
    word = quoted(text[:300])
    block = f"{{prefixes: [{PREFIX}, 193.0.8.0/24]}}"
    path = folder / "p.yaml"
    path.write_text(
        f"name: {word}\npeering: {{peerAsn: 3333, serviceKey: {word}, ipv4: {block}}}\n"
        f"organisation: {{name: {word}, contact: {word}}}\nregistryData: {json.dumps(str(folder / 'registry'))}\n"
    )
    return path


def outcomes(text: str, folder: Path) -> api.Outcomes:
    """Judge the hostile peering by the hostile registry."""
    registry(text, folder / "registry")
    return api.check_sync(api.Options(preflight=str(preflight(text, folder)), now=NOW))


def papers(outcomes: api.Outcomes) -> dict[str, str]:
    """The papers of the bundle, by name."""
    with zipfile.ZipFile(io.BytesIO(outcomes.bundle())) as archive:
        return {name: archive.read(name).decode() for name in ("report.html", "ticket.md", "loa-draft.md")}


def acting(text: str) -> list[str]:
    """Characters of an output that act on a terminal or are not to be seen; a newline is meant to be there."""
    return [one for one in text if one != "\n" and unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
