"""How a model of a prompt family would have written an answer, and the proof that it reads back as what was meant.

The forms are those of `prover.agents`: a fenced block that restates the theorem for a role that is answered in text;
what follows a `:= by` for one that continues the code; a thought, the family's forced text, and what follows it, for
one that forces an answer. `read_back` is the same extraction that a search uses, so that no example teaches an answer
from which a search would take another proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from prover import syntax
from prover.agents.compose import compose
from prover.agents.extract import extract, extract_tail
from prover.agents.family import Family, Rendered
from prover.agents.tame import Verbatim, tame
from prover.bootstrap.example import Text
from prover.models.base import Message, Role
from prover.search.duplicates import normal_form
from prover.search.memory import content_key, renamed
from prover.syntax import LeanTextError, Shape
from prover.types import Statement

_NAME = "«it»"
"""Of the theorem where names do not count."""


class NoFormError(ValueError):
    """The family has no form for such an answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in the family's words."""

    family: Family
    rendered: Rendered
    statement: Statement

    @property
    def prompt(self) -> Text:
        prompt = self.rendered.prompt
        return prompt if isinstance(prompt, str) else tuple(prompt)


def asked(family: Family, role: str, statement: Statement, values: Mapping[str, Any]) -> Asked:
    owner, _ = family.role(role)
    return Asked(owner if owner is not family else family, family.render(role, values), statement)


def answer(question: Asked, proof: str, *, thought: str = "", text: str = "") -> str:
    """The completion. `text` is a whole answer in a model's own words, for a role that is answered in text; else the
    proof is written in the family's form. Raises `NoFormError` where it cannot be, or would not read back."""
    spec, rendered = question.rendered.role, question.rendered
    if spec.forced is not None:
        tail = _tail(question, proof) if spec.answer == "tactics" else _fenced(question, proof)
        # What ends a thought must end it but once.
        plain = thought.replace(spec.forced.close, "").strip("\n")
        completion = f"{plain}{chr(10) if plain else ''}{spec.forced.close}{rendered.forced}{tail}"
    elif spec.answer == "tactics":
        if thought:
            raise NoFormError("the family has no place for a thought")
        completion = _tail(question, proof)
    else:
        begin, close = question.family.think[0] if question.family.think else ("", "")
        plain = thought.replace(close, "").strip("\n") if close else ""
        if thought and not plain:
            raise NoFormError("the family has no place for a thought")
        said = text.strip("\n") if text else _fenced(question, proof)
        completion = f"{begin}\n{plain}\n{close}\n\n{said}" if plain else said
    completion = tame(Verbatim(completion))
    meant = tactic_block(question.statement, proof) if spec.answer == "tactics" else proof
    if not same_proof(question.statement, read_back(question, completion), meant):
        raise NoFormError("the answer would not read back as the proof")
    return completion


def completion_of(question: Asked, text: str) -> Text:
    """An answer's text in the form of its prompt, with nothing in it that a tokenizer would read as the end of it."""
    plain = tame(Verbatim(text))
    return plain if isinstance(question.rendered.prompt, str) else (Message(Role.ASSISTANT, plain),)


def read_back(question: Asked, completion: str) -> str:
    """The submission that a search would take from the answer; empty where there is none."""
    spec, family = question.rendered.role, question.family
    if spec.answer == "tactics":
        tail = completion
        if spec.forced is not None:
            tail = completion.partition(spec.forced.close)[2].removeprefix(question.rendered.forced)
        ends = [at for stop in spec.stop if (at := tail.find(stop)) >= 0]
        return extract_tail(tail[: min(ends, default=len(tail))], question.statement).code
    return extract(completion, question.statement, think=family.think, fences=family.fences).code


def same_proof(statement: Statement, one: str, other: str) -> bool:
    """Whether two submissions are the same proof of a statement, restated or not."""
    forms = {normal_form(compose(statement, proof).text) for proof in (one, other)}
    return bool(one.strip()) and len(forms) == 1


def form_of(statement: Statement, proof: str) -> str:
    """The same for submissions that are the same proof of a statement, under whatever name: a tactic block, what
    follows a `:=`, or the theorem stated anew."""
    anyone = replace(statement, name=_NAME)
    own = renamed(proof, statement.name, _NAME)
    try:
        if not _restates_otherwise(statement, own):
            return normal_form(tactic_block(anyone, own))
    except NoFormError:
        pass
    return normal_form(compose(anyone, own).text)


def _restates_otherwise(statement: Statement, proof: str) -> bool:
    """Whether the submission states the theorem anew in other words, such as with other names of its binders."""
    try:
        tokens = syntax.code(syntax.tokenize(proof))
        if not tokens or syntax.shape_of(tokens) is not Shape.DECLARATIONS:
            return False
        said = syntax.parse_theorem(proof.strip()).signature
    except LeanTextError:
        return True
    return content_key(replace(statement, signature=said)) != content_key(statement)


def tactic_block(statement: Statement, proof: str) -> str:
    """The submission as a tactic block. Raises `NoFormError` where it has lemmas of its own or is no such thing."""
    try:
        tokens = syntax.code(syntax.tokenize(proof))
        shape = syntax.shape_of(tokens) if tokens else Shape.TACTICS
        if shape is Shape.TACTICS:
            return proof
        if shape is Shape.DECLARATIONS:
            body = syntax.parse_theorem(proof.strip()).body
            return tactic_block(statement, body)
        body = proof.strip().removeprefix(":=").strip()
        if body.startswith("by") and body[2:3].isspace():
            return _dedented(body[2:])
        return f"exact {body}" if "\n" not in body else f"exact (\n{_indented(body)})"
    except LeanTextError as error:
        raise NoFormError(f"no tactic block: {error.reason}") from None


def _tail(question: Asked, proof: str) -> str:
    """What the model goes on with, to the text that ends an answer: below a `:= by`, else at the margin."""
    block = tactic_block(question.statement, proof).strip("\n")
    before = question.rendered.forced or question.rendered.prompt
    below = isinstance(before, str) and before.rstrip().endswith("by")
    stop = question.rendered.role.stop
    return (f"\n{_indented(block)}" if below else block) + (stop[0] if stop else "")


def _fenced(question: Asked, proof: str) -> str:
    label = question.family.fences[0] if question.family.fences else "lean4"
    return f"```{label}\n{compose(question.statement, proof).text.strip(chr(10))}\n```"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line.strip() else line for line in text.split("\n"))


def _dedented(text: str) -> str:
    """The lines behind a `by`: those below it moved to the left margin."""
    first, *rest = text.split("\n")
    lines = [line for line in rest if line.strip()]
    if first.strip():
        # `by tac` with further lines below: these are measured against the first tactic, which has moved.
        if lines:
            raise NoFormError("the layout of a one-line `by` with further lines")
        return first.strip()
    depth = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return "\n".join(line[depth:] for line in rest).strip("\n")


def code_tokens(text: str) -> int:
    """How long a proof is: its tokens, comments left out, and the theorem where it restates one by itself."""
    try:
        tokens = syntax.code(syntax.tokenize(text))
        heads = [token for token in tokens if token.text in ("theorem", "lemma")]
        if len(heads) == 1 and tokens and tokens[0] is heads[0]:
            return len(syntax.code(syntax.tokenize(syntax.parse_theorem(text).body)))
        return len(tokens)
    except LeanTextError:
        return len(text.split())


def without_comments(text: str) -> str:
    """The proof without the lines and line ends that are comments only; as it is where that would change its layout."""
    try:
        tokens = syntax.tokenize(text)
        comments = [t for t in tokens if t.kind is syntax.Kind.COMMENT]
        parts: list[str] = []
        end = 0
        for token in comments:
            parts.append(text[end : token.start])
            end = token.end
        bare = "".join([*parts, text[end:]])
        lines = [line.rstrip() for line in bare.split("\n")]
        kept = "\n".join(line for line in lines if line)
        return kept if normal_form(kept) == normal_form(text) else text
    except LeanTextError:
        return text


def untidiness(proof: str) -> int:
    """How many of a proof's tactics leave to Lean what to do: alternatives, tries, repetitions."""
    try:
        words: Sequence[str] = [t.text for t in syntax.code(syntax.tokenize(proof))]
    except LeanTextError:
        return 0
    return sum(word in ("first", "try", "repeat", "all_goals", "any_goals", "iterate") for word in words)
