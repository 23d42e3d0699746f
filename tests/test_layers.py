"""The house's layers, read from the imports: what decides does not wait, what waits does not decide."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "bgpcheck"
# What waits: modules and packages at the edge. Everything else is pure.
EDGE = (
    *(
        "api",
        "client",
        "resync",
        "telling",
        "plan",
        "circuit_input",
        "watching",
        "hearing",
        "judging",
        "stage",
        "lookups",
        "speaker",
        "waiting",
        "look",
        "until",
    ),
    *("hearing", "judging", "sinks", "bulk", "cloud", "gather", "engine", "fetch", "store", "cli", "__main__", "__init__", "version"),
)
WAITING_LIBRARIES = {
    *("asyncio", "socket", "ssl", "select", "selectors", "subprocess", "threading", "multiprocessing", "concurrent", "urllib", "http"),
    *("os", "sys", "pathlib", "tempfile", "shutil", "glob", "time", "random", "secrets", "signal", "logging", "importlib.resources"),
    *("exabgp", "ipwhois", "dns", "aiohttp", "azure", "requests", "uuid", "getpass", "platform", "locale"),
}
PURE_PARTS = ("urllib.parse",)  # splits text
# Pure by use, though the library can do more: each with the reason.
ALLOWED = {
    ("formats/vrps.py", "sys"),  # sys.intern
    ("formats/vrps_plain.py", "sys"),  # the same
    ("formats/whois_networks.py", "ipwhois"),  # its readers of text: the Net that they want knows neither resolver nor socket
    ("routes.py", "socket"),  # inet_ntop only spells
}
# What edge modules (but for the command line) don't import: they have it judged by ``conclude``, ``lookup`` or ``lab``.
DECIDING = ("verdict", "assess", "situation", "facts", "knowledge")


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def is_edge(path: Path) -> bool:
    first = name_of(path).removesuffix(".py").split("/")[0]
    return first in EDGE


def imports(path: Path, *, typing_too: bool = False) -> set[str]:
    """Modules that a file imports when it runs, wherever in the file the import stands."""
    tree = ast.parse(path.read_text())
    skipped: set[int] = set()
    if not typing_too:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                skipped |= {id(inner) for part in node.body for inner in ast.walk(part)}
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


PURE = [path for path in modules() if not is_edge(path)]
EDGES = [path for path in modules() if is_edge(path)]


def test_there_are_both_layers() -> None:
    assert len(PURE) > 30
    assert len(EDGES) > 8


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_what_decides_imports_nothing_that_waits(path: Path) -> None:
    libraries = {one for one in imports(path) if {one, one.split(".")[0]} & WAITING_LIBRARIES and not one.startswith(PURE_PARTS)}
    assert not {one for one in libraries if (name_of(path), one.split(".")[0]) not in ALLOWED}
    ours = {one.removeprefix("bgpcheck.").split(".")[0] for one in imports(path) if one.startswith("bgpcheck.")}
    assert not ours & (set(EDGE) - {"version"})


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_what_decides_has_no_clock_no_files_and_does_not_await(path: Path) -> None:
    tree = ast.parse(path.read_text())
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not calls & {"open", "print", "input", "datetime.now", "datetime.utcnow", "date.today", "exec", "eval"}
    waits = [node for node in ast.walk(tree) if isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith))]
    assert not waits
    coroutines = [node.name for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]
    assert not coroutines


@pytest.mark.parametrize("path", [path for path in EDGES if name_of(path).split("/")[0] != "cli"], ids=name_of)
def test_what_waits_does_not_decide(path: Path) -> None:
    ours = {one.removeprefix("bgpcheck.").split(".")[0] for one in imports(path) if one.startswith("bgpcheck.")}
    assert not ours & set(DECIDING)


def test_two_modules_know_the_library_of_keys() -> None:
    """Certificates with the RSA keys that sign prefixes, and the keys that sign bundles."""
    users = [name_of(path) for path in modules() if any(one.startswith("cryptography") for one in imports(path))]
    assert users == ["formats/keypair.py", "formats/x509.py"]


def test_only_the_command_line_draws_on_its_randomness() -> None:
    """Making keys and certificates is the one thing in ``formats/x509.py`` that is not pure."""
    users = {name_of(path) for path in modules() if re.search(r"x509\.(?:new_key|self_signed)\(", path.read_text())}
    assert users == {"cli/sign.py"}


@pytest.mark.parametrize("path", [path for path in PURE if name_of(path).startswith("facts/")], ids=name_of)
def test_facts_know_neither_sources_nor_outputs(path: Path) -> None:
    ours = {one.removeprefix("bgpcheck.").split(".")[0] for one in imports(path, typing_too=True) if one.startswith("bgpcheck.")}
    assert ours <= {"facts", "model", "situation", "iana", "settings", "errors"}


@pytest.mark.parametrize("path", [path for path in PURE if name_of(path).startswith("formats/")], ids=name_of)
def test_formats_know_neither_facts_nor_verdicts(path: Path) -> None:
    ours = {one.removeprefix("bgpcheck.").split(".")[0] for one in imports(path) if one.startswith("bgpcheck.")}
    assert ours <= {"formats", "model", "routes", "errors", "claim", "peering", "settings"}


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_module_uses_a_hidden_default(path: Path) -> None:
    """No bare except, no except Exception, no shell, no unverified TLS anywhere."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None
            assert ast.unparse(node.type) != "Exception"
    text = path.read_text()
    assert "shell=True" not in text
    assert "verify=False" not in text
