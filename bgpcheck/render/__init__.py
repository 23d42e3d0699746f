"""A result as text, one output a file. Pure. Rule: nothing from outside leaves unescaped.

To add an output: one file here and one line in ``FORMATS``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bgpcheck.result import Result

# Name → (module, function). Imported when asked for: drawing tables costs more than judging.
FORMATS = {
    "table": ("table", "as_table"),
    "json": ("json_lines", "as_json"),
    "jsonl": ("json_lines", "as_jsonl"),
    "csv": ("csv", "as_csv"),
    "markdown": ("markdown", "as_markdown"),
    "junit": ("junit", "as_junit"),
    "sarif": ("sarif", "as_sarif"),
    "github": ("github", "as_github"),
    "html": ("report", "as_html"),
}
PLACING = frozenset({"junit", "sarif", "github"})  # these take the ``places`` of each result, and tell ``faults``


def render(results: Sequence[Result], form: str, **options: object) -> str:
    """Write results in a form of ``FORMATS``.

    ``width`` and ``color`` are for the table, ``told`` for html, ``places`` and ``faults`` for those of ``PLACING``.
    """
    module, function = FORMATS[form]
    written: str = getattr(import_module(f"bgpcheck.render.{module}"), function)(results, **options)
    return written
