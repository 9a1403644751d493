"""Drafts of repairs: what a corrector made of a failed attempt, or a proof of another attempt that is much like it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from prover import syntax
from prover.agents.feedback import told
from prover.agents.speak import values_of
from prover.agents.values import Round
from prover.bootstrap.answers import NoFormError, asked, form_of
from prover.bootstrap.drafts import Draft, Found, Maker, proofs_of, rank_of
from prover.bootstrap.example import Kind
from prover.bootstrap.material import Material, Session, Standing, Step
from prover.syntax import LeanTextError

_ALIKE = 0.5
"""From this likeness (0 to 1) on, a failed attempt and a proof are an error and its repair."""
_PAIRED = 4
"""Failed attempts of a problem that are paired with another attempt's proof."""
_MOST_FAILED = 48
_MOST_PROOFS = 8
"""Different ones that are compared: the first failures, and the shortest and cleanest proofs."""
_MOST_TOKENS = 400


def repairs(maker: Maker, material: Material) -> Iterator[Callable[[], Draft]]:
    mended = set()
    for found in proofs_of(material, Standing.OWN):
        rounds = found.session.rounds_before(found.step[0])
        if any(r.attempt.proof for r in rounds):
            mended.add(rounds[-1].attempt.id)
            yield partial(_repair, maker, found, rounds)
    if maker.settings.paired_repairs:
        yield from _pairs(maker, material, mended)


def _pairs(maker: Maker, material: Material, mended: set[str]) -> Iterator[Callable[[], Draft]]:
    """The failed attempts that are nearest to a proof, nearest first."""
    ordered = sorted(
        proofs_of(material, Standing.OWN), key=lambda found: rank_of(found.step[0].proof, found.step)
    )
    proofs: dict[str, Found] = {}
    for found in ordered:
        proofs.setdefault(form_of(found.step[0].statement, found.step[0].proof), found)
    failures: dict[str, tuple[Session, Step]] = {}
    for session in material.sessions:
        for failed in session.failures if proofs else ():
            if failed[0].id not in mended:
                failures.setdefault(form_of(failed[0].statement, failed[0].proof), (session, failed))
    kept = list(proofs.values())[:_MOST_PROOFS]
    likeness = Likeness([found.step[0].proof for found in kept])
    pairs = []
    for session, failed in list(failures.values())[:_MOST_FAILED]:
        near, place = likeness.nearest(failed[0].proof)
        if near >= _ALIKE:
            pairs.append((-near, failed[0].id, session, failed, kept[place]))
    for _, _, session, failed, found in sorted(pairs, key=lambda row: row[:2])[:_PAIRED]:
        rounds = [*session.rounds_before(failed[0]), Round(*failed)]
        yield partial(_repair, maker, found, rounds[-1:], paired=True)


class Likeness:
    """How alike a text is to each of some texts, by their tokens."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._matchers = []
        for text in texts:
            matcher = difflib.SequenceMatcher(None, autojunk=False)
            matcher.set_seq2(_tokens(text))
            self._matchers.append(matcher)

    def nearest(self, text: str) -> tuple[float, int]:
        """(likeness from 0 to 1, which), the first of equal ones; 0 where none is alike."""
        best = (0.0, 0)
        tokens = _tokens(text)
        for place, matcher in enumerate(self._matchers):
            matcher.set_seq1(tokens)
            least = max(best[0], _ALIKE)
            # Bounds from above, and much cheaper.
            if tokens and matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
                ratio = matcher.ratio()
                best = (ratio, place) if ratio > best[0] else best
        return best


def _tokens(text: str) -> list[str]:
    try:
        return [token.text for token in syntax.code(syntax.tokenize(text))][:_MOST_TOKENS]
    except LeanTextError:
        return []


def _repair(maker: Maker, found: Found, rounds: Sequence[Round], *, paired: bool = False) -> Draft:
    attempt = found.step[0]
    _, spec = maker.family.role("corrector")
    shown = told(rounds, attempt.statement, spec.rounds)
    if not shown:
        raise NoFormError("the tries before it say nothing")
    values = {**values_of(found.problem, attempt.statement), "rounds": shown, "last": shown[-1]}
    question = asked(maker.family, "corrector", attempt.statement, values)
    thought = "" if paired or attempt.completion is None else attempt.completion.reasoning
    text = "" if paired or attempt.completion is None else attempt.completion.text
    plain = question.rendered.role.answer == "tactics"
    if plain and question.rendered.role.forced is None:
        thought = ""
    draft = maker.draft(
        Kind.REPAIR,
        found,
        question,
        attempt.proof,
        thought=thought,
        text="" if plain else text,
    )
    last = rounds[-1].attempt
    failed = {"failed": last.id, "paired": paired, "rounds": len(shown)}
    return replace(
        draft,
        provenance={**draft.provenance, **failed},
        rank=(paired, *draft.rank),
        failed=form_of(last.statement, last.proof),
    )
