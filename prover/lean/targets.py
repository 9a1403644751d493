"""Reference files: Lean files that leave theorems open, and what a submitted file repeats of them. Pure text."""

from __future__ import annotations

from collections.abc import Mapping

from prover import syntax
from prover.errors import InputError
from prover.lean.source import not_lean
from prover.lean.toolchain import Toolchain
from prover.syntax import Command, LeanTextError
from prover.types import Header, Statement, Status, Verdict


def as_read_by(toolchain: Toolchain, text: str) -> str:
    """The file with its imports as the toolchain spells them. Raises `InputError`."""
    try:
        header = syntax.parse_header(text)
    except LeanTextError as error:
        raise not_lean(text, error) from error
    return f"{toolchain.header(Header(header.imports))}{text[header.end :]}\n"


def open_statements(text: str) -> list[Statement]:
    """The theorems that a reference leaves open, each under what stands before it.

    Raises `InputError` where the text is not Lean, or leaves nothing open.
    """
    found = []
    try:
        imports = syntax.parse_header(text)
        rest = text[imports.end :]
        before = ""
        for command in syntax.split_commands(rest):
            own = rest[command.start : command.end]
            theorem = _open_theorem(command, own)
            if theorem is None:
                before += own + "\n"
            else:
                prefix = "".join(f"{line} in\n" for line in command.context)
                header = Header(imports.imports, before + prefix)
                found.append(Statement(theorem.name, theorem.signature, header))
    except LeanTextError as error:
        raise not_lean(text, error) from error
    if not found:
        raise InputError("the reference leaves no theorem open; expected one or more that end in `sorry`")
    return found


def without_restated(text: str, reference: str) -> str:
    """`text` with the commands blanked that it repeats from the reference; lines and columns stay."""
    try:
        repeated = {_words(reference[c.start : c.end]) for c in _commands(reference)}
        result = text
        for command in _commands(text):
            own = text[command.start : command.end]
            if command.keyword not in ("theorem", "lemma") and _words(own) in repeated:
                blank = "".join("\n" if char == "\n" else " " for char in own)
                result = result[: command.start] + blank + result[command.end :]
    except LeanTextError:
        return text  # not Lean: whoever parses it next says why
    return result


def worst(verdicts: Mapping[str, Verdict]) -> Verdict:
    """The first that is not proved, else the one of the lowest tier."""
    for name, verdict in verdicts.items():
        if verdict.status is not Status.PROVED:
            detail = f"{name}: {verdict.detail}"
            return Verdict(
                verdict.status,
                detail=detail,
                diagnostics=verdict.diagnostics,
                toolchain=verdict.toolchain,
                checker=verdict.checker,
            )
    return min(verdicts.values(), key=lambda verdict: verdict.tier.rank)


def _commands(text: str) -> list[Command]:
    """With offsets into the whole text."""
    start = syntax.parse_header(text).end
    blank = "".join("\n" if char == "\n" else " " for char in text[:start])
    return syntax.split_commands(blank + text[start:])


def _open_theorem(command: Command, text: str) -> syntax.Theorem | None:
    if command.keyword not in ("theorem", "lemma"):
        return None
    try:
        theorem = syntax.parse_theorem(text[command.keyword_offset - command.start :])
    except LeanTextError:
        return None  # proved by pattern matching: it has no body that could be `sorry`
    return theorem if syntax.is_open(theorem.body) else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.text for token in syntax.code(syntax.tokenize(text)))
