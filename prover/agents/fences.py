"""Fenced blocks of a model's answer. Pure text, linear time, never raises.

Models are careless with fences, so this is wider than Markdown: a fence may open and close in the middle of a line, a
closing one may carry junk (```` ```& ````), a labelled one at the start of a line ends the block before it, and the
last block may be left open. `~~~` is an operator of Lean: it counts only on a line of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = re.compile(r"`{3,}|^[ \t]*~{3,}(?=[ \t]*[\w+-]*[ \t]*\r?$)", re.MULTILINE)
_LABEL = re.compile(r"[ \t]*([A-Za-z][\w+#.-]*)?")
_REST = re.compile(r"[^\n`]*")
_NAMES = """
    lean lean4 lean3 tactic tactics text txt plain plaintext markdown md latex tex math python py json yaml toml
    bash sh shell console output haskell coq rocq agda isabelle ocaml rust c cpp diff log
"""
LANGUAGES = frozenset(_NAMES.split())


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two fences. `label` is in lower case, empty where there is none."""

    label: str
    text: str
    closed: bool


def fenced_blocks(text: str) -> list[Block]:
    """All fenced blocks, in order."""
    blocks: list[Block] = []
    label, start, fence = "", -1, ""
    for mark in _MARK.finditer(text):
        word = mark[0].strip()
        if start >= 0:
            if word[0] != fence[0] or len(word) < len(fence):
                continue
            reopened = _labelled_line(text, mark)
            blocks.append(Block(label, text[start : mark.start()], closed=not reopened))
            start = -1
            if not reopened:
                continue
        label, start = _opening(text, mark.end())
        fence = word
    if start >= 0:
        blocks.append(Block(label, text[start:], closed=False))
    return blocks


def before_fences(text: str) -> str:
    """What stands before the first fence."""
    mark = _MARK.search(text)
    return text[: mark.start()] if mark else text


def _labelled_line(text: str, mark: re.Match[str]) -> bool:
    """The fence begins its line and is followed by the name of a language: it opens a block."""
    line = text.rfind("\n", 0, mark.start()) + 1
    label = _LABEL.match(text, mark.end())
    return (
        not text[line : mark.start()].strip() and label is not None and (label[1] or "").lower() in LANGUAGES
    )


def _opening(text: str, end: int) -> tuple[str, int]:
    """The label of a block and where its code begins, for a fence that ends at `end`."""
    label = _LABEL.match(text, end)
    rest = _REST.match(text, label.end() if label else end)
    assert label is not None
    assert rest is not None
    word = (label[1] or "").lower()
    if not rest[0].strip():
        # The rest of the line is blank: the code begins on the next one.
        return word, min(rest.end() + 1, len(text)) if text[
            rest.end() : rest.end() + 1
        ] == "\n" else rest.end()
    return (word, label.end()) if word in LANGUAGES else ("", end)
