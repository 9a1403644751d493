"""Drafts of critiques: what Lean said of a proof's steps, and what a critic said of them where Lean agrees.

A critic's answer is about the one proof that its prompt shows. What else the critic knew when it was asked, the plan
and Lean's verdict, stands in the harvested prompt, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from prover.agents.compose import compose
from prover.agents.extract import without_thought
from prover.agents.feedback import MAX_ERRORS, errors_of, message_of
from prover.agents.fences import fenced_blocks
from prover.agents.speak import values_of
from prover.agents.tame import Verbatim, tame
from prover.bootstrap.answers import asked, code_tokens, completion_of
from prover.bootstrap.critiques import agrees, by_lean, written
from prover.bootstrap.drafts import Draft, Found, Maker, provenance
from prover.bootstrap.example import Kind
from prover.bootstrap.material import Material, Session, Step, flat
from prover.types import Call, audited


def critiques(maker: Maker, material: Material) -> Iterator[Callable[[], Draft]]:
    for session in material.sessions:
        for attempt, verdict in session.trace.own_steps:
            judged = by_lean(attempt.proof, verdict)
            text = written(judged, sound=audited(verdict)) if judged else ""
            if text:
                found = Found(material, session, (attempt, verdict))
                yield partial(_critique, maker, found, text, {}, by="lean")
        for call in session.calls.values():
            if call.agent != "critic" or not call.completions:
                continue
            said = tame(Verbatim(without_thought(call.completions[0].text, maker.family.think)[0]))
            about = _shown(call, session)
            if about is not None and agrees(said, about[0].proof, about[1]):
                known = _known(call, session, about)
                yield partial(_critique, maker, Found(material, session, about), said, known, by="critic")


def _shown(call: Call, session: Session) -> Step | None:
    """The attempt whose proof, and no longer one, a prompt shows."""
    texts = [call.prompt] if isinstance(call.prompt, str) else [text for _, text in call.prompt]
    shown = {block.text.strip() for text in texts for block in fenced_blocks(text)}
    return next(
        (
            step
            for step in session.trace.own_steps
            if step[0].proof and tame(compose(step[0].statement, step[0].proof).text).strip() in shown
        ),
        None,
    )


def _known(call: Call, session: Session, about: Step) -> Mapping[str, Any]:
    """What the critic was told beside the proof, as values for its prompt."""
    prompt = flat(call.prompt)
    values: dict[str, Any] = {}
    plan = session.plan_in(prompt)
    if plan is not None:
        values |= {"plan": plan.text, "steps": plan.steps}
    attempt, verdict = about
    errors = errors_of(verdict, compose(attempt.statement, attempt.proof))[:MAX_ERRORS]
    message = message_of(verdict) if not verdict.proved else ""
    if any(tame(text) in prompt for text in (message, *(e["message"] for e in errors)) if text.strip()):
        values["last"] = {"status": verdict.status.value, "message": message, "errors": errors}
    return values


def _critique(maker: Maker, found: Found, text: str, known: Mapping[str, Any], *, by: str) -> Draft:
    attempt, verdict = found.step
    proof = compose(attempt.statement, attempt.proof).text
    values = {**values_of(found.problem, attempt.statement), "proof": proof, **known}
    question = asked(maker.family, "critic", attempt.statement, values)
    sound = audited(verdict)
    return Draft(
        Kind.CRITIQUE,
        found.problem,
        attempt.statement,
        question.prompt,
        completion_of(question, text.strip()),
        attempt.proof,
        # A critic says more than Lean's own words.
        (by != "critic", code_tokens(attempt.proof), attempt.proof),
        {**provenance(found, question), "by": by},
        # A wrong proof has more to learn from, and who only sees wrong ones learns to call all wrong.
        turn="1 sound" if sound else "0 unsound",
    )
