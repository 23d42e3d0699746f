"""What the help, the man page and shell completion say: one place for each fact, and writers that lay it out.

Pure. Rule: what an option is called and does stands where it is read (``cli``); examples, statuses and where to read on stand here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bgpcheck.manual.page import Page


def about(*path: str) -> Page:
    """Give the page of a command, or of its action: ``about("check")``, ``about("registry", "build")``; of ``bgpcheck`` without one."""
    pages: dict[str, Page] = import_module(f"bgpcheck.manual.{path[0] if path else 'top'}").PAGES
    return pages[" ".join(path[1:])]
