"""The weaver: a proof that Lean accepted, with the proof in words as comments in it, by a model.

Only comments may be new: an answer whose Lean code is not token by token the proof that was given is no answer, and
`fault` says so. What comes back is not checked by Lean yet. Idea: TheoremLlama's NL-FL bootstrapping (Wang et
al., 2024).
"""

from __future__ import annotations

from prover import syntax
from prover.agents.compose import compose
from prover.agents.speak import ask, values_of
from prover.agents.values import Draft, Speaker
from prover.agents.writer import draft
from prover.syntax import Kind, LeanTextError
from prover.types import Problem, Statement

CHANGED = "the answer's Lean code is not that of the proof"
SILENT = "the answer has no comment that the proof had not"


async def weave_by_model(
    speaker: Speaker, problem: Problem, statement: Statement, proof: str, n: int
) -> list[Draft]:
    """`n` answers to one prompt. Of the problem its words and its proof in words are told."""
    values = {
        **values_of(problem, statement),
        "proof": compose(statement, proof).text,
        "solution": problem.informal_proof.strip(),
    }
    answers = await ask(speaker, "weaver", values, n)
    return [_read(draft(speaker, statement, answer), proof) for answer in answers]


def _read(found: Draft, proof: str) -> Draft:
    if not found.proof:
        return found
    woven = commented(found.proof, proof)
    if woven is None:
        return Draft("", found.completion, found.prompt_version, CHANGED)
    if _comments(woven) <= _comments(proof):
        return Draft("", found.completion, found.prompt_version, SILENT)
    return Draft(woven, found.completion, found.prompt_version)


def commented(text: str, proof: str) -> str | None:
    """The part of `text` that is `proof` with comments: the whole of it, or what stands behind a restated head. None
    where its code is another."""
    try:
        said, known = (syntax.code(syntax.tokenize(one)) for one in (text, proof))
    except LeanTextError:
        return None
    before = len(said) - len(known)
    if not known or before < 0 or [t.text for t in said[before:]] != [t.text for t in known]:
        return None
    if before == 0:
        return text
    # Only the head of the theorem may stand before it, and that ends where its proof begins.
    if said[0].text not in ("theorem", "lemma") or said[before - 1].text not in (":=", "by"):
        return None
    return text[said[before - 1].end :].strip("\n").rstrip()


def _comments(text: str) -> int:
    try:
        return sum(token.kind is Kind.COMMENT for token in syntax.tokenize(text))
    except LeanTextError:
        return 0
