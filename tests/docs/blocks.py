"""The code in the documentation's pages: what is run, what is not and why.

    ```console            lines behind `$ ` are commands, the others what is to be seen
    $ prover check a.lean
    yes: …
    ```
    ```python             a program, run in the same folder
    <!-- not run: needs a GPU -->   before a block: it is not run, for this reason

`python -m tests.docs.blocks` lists what is not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
RUN = ("console", "python")
_NOT_RUN = re.compile(r"<!--\s*not run:\s*(.+?)\s*-->", re.DOTALL)
_HEREDOC = re.compile(r"<<-?\s*'?(\w+)'?")
_COMMAND = re.compile(r"^\s*(?:\$ )?(?:prover|make|pip|python3?|vllm|ray|git|curl|\.venv/bin/\w+)\s+\S")


@dataclass(frozen=True, slots=True)
class Command:
    """One command with what the page shows behind it; `line` is the page's."""

    line: int
    text: str
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code. `line` is that of its first line; `not_run` is the reason given, or empty."""

    page: Path
    line: int
    language: str
    text: str
    not_run: str = ""

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def has_commands(self) -> bool:
        """Whether a reader would take it for something to type."""
        return self.language in RUN or (
            self.language in ("", "sh", "bash", "shell", "text")
            and any(_COMMAND.match(line) for line in self.text.splitlines())
        )

    @property
    def is_run(self) -> bool:
        return self.language in RUN and not self.not_run


def blocks(page: Path) -> list[Block]:
    """All blocks of code of a page, fenced or indented."""
    found: list[Block] = []
    reason = ""
    for token in MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8")):
        if token.type == "html_block":
            said = _NOT_RUN.fullmatch(token.content.strip())
            reason = " ".join(said[1].split()) if said else ""
            continue
        if token.type in ("fence", "code_block"):
            assert token.map is not None
            language = token.info.strip().split(" ")[0] if token.info.strip() else ""
            line = token.map[0] + (2 if token.type == "fence" else 1)
            found.append(Block(page, line, language, token.content, reason))
        reason = ""
    return found


def commands(block: Block) -> list[Command]:
    """The commands of a `console` block. Raises `ValueError` where output stands before the first."""
    found: list[Command] = []
    lines = iter(enumerate(block.text.splitlines(), block.line))
    for number, line in lines:
        if line.startswith("$ "):
            found.append(Command(number, "\n".join(_whole(line[2:], lines))))
        elif not found:
            raise ValueError(f"{block.page.name}:{number}: expected `$ ` and a command")
        else:
            last = found.pop()
            found.append(Command(last.line, last.text, (*last.shown, line.rstrip())))
    return found


def _whole(first: str, rest: Iterator[tuple[int, str]]) -> Iterator[str]:
    """A command's lines: with `\\` at the end, and with what a here-document holds."""
    yield first
    text = first
    while text.endswith("\\") and (more := next(rest, None)):
        text = more[1]
        yield text
    heredoc = _HEREDOC.search(first)
    while heredoc and text != heredoc[1] and (more := next(rest, None)):
        text = more[1]
        yield text
    if heredoc and text != heredoc[1]:
        raise ValueError(f"{first}: no line {heredoc[1]} in the block")


def matches(shown: Sequence[str], said: str) -> bool:
    """Whether a page shows what was said: `…` stands for any text in a line, alone in a line for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() in ("…", "...") else re.escape(line).replace("…", ".*") + r"[^\S\n]*\n"
        for line in (line.rstrip() for line in shown)
    )
    said = said if said.endswith("\n") or not said else f"{said}\n"
    return re.fullmatch(pattern, said) is not None


def not_run() -> list[Block]:
    return [block for page in PAGES for block in blocks(page) if block.has_commands and not block.is_run]


if __name__ == "__main__":
    for one in not_run():
        print(f"{one.place}: {one.not_run or 'NO REASON GIVEN'}")
