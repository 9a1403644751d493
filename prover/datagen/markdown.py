"""Problems in words from a Markdown file.

    ---
    licence: CC-BY-4.0
    source: Notes of the problem seminar
    ---
    # Problem sum_of_odds
    The sum of two odd numbers is even.
    ## Answer
    ## Proof

A heading `Problem ID` begins a problem; its words are what stands below it, up to a deeper heading. Those may be
`Answer`, `Proof` (or `Solution`) and `Licence` (or `License`), each once. Without an id a problem is called after the
file and its number. The front matter is optional: lines `key: value` of `FRONT`. Text before the first problem is an
introduction and passed over; so is a heading without `Problem` above that level, with its text. Markdown and LaTeX in
the words are kept as they are; a heading inside a code block is none. What is wrong is refused with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from markdown_it import MarkdownIt

from prover.problems.reading import RowError
from prover.types import Problem

FRONT = ("licence", "license", "source", "title", "author", "url")
_PARTS = {
    "answer": "answer",
    "proof": "proof",
    "solution": "proof",
    "licence": "licence",
    "license": "licence",
}
_PROBLEM = re.compile(r"problem\b[ \t]*[:.#]?[ \t]*(.*)", re.IGNORECASE)
_KEY = re.compile(r"([A-Za-z_-]+)[ \t]*:[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str
    line: int
    """From 0, as are the next ones."""
    below: int


@dataclass
class _Draft:
    id: str
    line: int
    level: int
    parts: dict[str, str] = field(default_factory=dict)


def problems_in_markdown(text: str, stem: str) -> Iterator[Problem | RowError]:
    """The problems of a file, or why one of them cannot be used. `stem` names those without an id; a problem's
    `source` is its line."""
    lines = text.split("\n")
    try:
        front, begin = _front(lines)
    except RowError as error:
        yield error
        return
    body = "\n".join(["" for _ in range(begin)] + lines[begin:])
    headings = list(_headings(body))
    if not any(_PROBLEM.fullmatch(heading.text) for heading in headings):
        yield RowError("no problem in it: expected a heading `# Problem NAME`, and its words below")
        return
    number = 0
    draft: _Draft | None = None
    fault: RowError | None = None
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        below = "\n".join(lines[heading.below : following.line if following else len(lines)]).strip()
        names = _PROBLEM.fullmatch(heading.text)
        if names is not None and (draft is None or heading.level <= draft.level):
            if draft is not None:
                yield fault or _finished(draft, front)
            number += 1
            name = names[1].strip() or f"{stem}_{number}"
            draft, fault = _Draft(name, heading.line + 1, heading.level, {"words": below}), None
        elif draft is not None and heading.level > draft.level:
            fault = fault or _add(draft, heading, below)
        elif draft is not None:
            yield fault or _finished(draft, front)
            draft, fault = None, None
    if draft is not None:
        yield fault or _finished(draft, front)


def _add(draft: _Draft, heading: _Heading, below: str) -> RowError | None:
    part = _PARTS.get(heading.text.strip().rstrip(":.").lower())
    if part is None:
        reason = (
            f"the heading {heading.text[:60]!r}: expected Answer, Proof, Solution or Licence below a problem"
        )
        return RowError(reason, heading.line + 1)
    if part in draft.parts:
        return RowError(
            f"the problem {draft.id[:60]!r} has two parts {part!r}: expected one", heading.line + 1
        )
    draft.parts[part] = below
    return None


def _finished(draft: _Draft, front: Mapping[str, str]) -> Problem | RowError:
    if not draft.parts["words"]:
        return RowError(f"the problem {draft.id[:60]!r} has no words below its heading", draft.line)
    labels = {key: front[key] for key in ("source", "title", "author", "url") if front.get(key)}
    if draft.parts.get("answer"):
        labels["answer"] = draft.parts["answer"]
    return Problem(
        id=draft.id,
        informal_statement=draft.parts["words"],
        informal_proof=draft.parts.get("proof", ""),
        source=str(draft.line),
        licence=draft.parts.get("licence") or front.get("licence", ""),
        meta=labels,
    )


def _front(lines: list[str]) -> tuple[dict[str, str], int]:
    """The front matter and where the text begins. Raises `RowError`."""
    if not lines or lines[0].rstrip() != "---":
        return {}, 0
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        raise RowError("the front matter that begins with `---` has no end: expected another `---`", 1)
    found: dict[str, str] = {}
    for at, line in enumerate(lines[1:end], 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _KEY.fullmatch(line.strip())
        key = match[1].lower() if match else ""
        if match is None or key not in FRONT:
            expected = "`key: value` with a key among " + ", ".join(FRONT)
            raise RowError(f"front matter: expected {expected}, found {line.strip()[:60]!r}", at)
        key = "licence" if key == "license" else key
        if key in found:
            raise RowError(f"front matter: {key} stands there twice", at)
        found[key] = match[2].strip().strip("\"'")
    return found, end + 1


def _headings(body: str) -> Iterator[_Heading]:
    tokens = MarkdownIt("commonmark").parse(body)
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.map is not None and token.level == 0:
            text = " ".join(inline.content.split())
            yield _Heading(int(token.tag[1:]), text, token.map[0], token.map[1])
