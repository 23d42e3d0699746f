"""The page of ``bgpcheck completion``. Pure."""

from __future__ import annotations

from bgpcheck.manual.facts import WRONG
from bgpcheck.manual.page import Example, Page

PAGES = {
    "": Page(
        examples=(
            Example(
                'eval "$(bgpcheck completion bash)"', "in ~/.bashrc; or once, into ~/.local/share/bash-completion/completions/bgpcheck"
            ),
            Example("bgpcheck completion zsh > ~/.zfunc/_bgpcheck", "a folder that $fpath names, before compinit"),
            Example("bgpcheck completion fish > ~/.config/fish/completions/bgpcheck.fish", "where fish looks"),
        ),
        notes=("The script starts nothing: it holds all words. Write it again after an update of bgpcheck.",),
        status={0: "done", **WRONG},
        see=("bgpcheck explain --man    the manual page",),
    )
}
