"""What might mend a statement, or make it shorter: a missing `0 < n`, hypotheses that follow from the others.

Advice to its author, never a verdict: that nothing speaks against a mended statement is no proof of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from prover.agents.falsifier import falsify, vacuous
from prover.agents.falsifier.signature import read_signature
from prover.agents.hammer import HammerBudget, hammer
from prover.formalize.cases import small_cases
from prover.formalize.elaborated import App, Const, Elaborated, Literal, Term
from prover.formalize.finding import Finding
from prover.formalize.places import Place, is_data
from prover.formalize.show import bare, number_type, show
from prover.lean.protocol import Checker, Limits
from prover.syntax import LeanTextError
from prover.types import Statement, StopReason

_HEARTBEATS = 20_000
_NAT = Const("Nat")
_HIDDEN = "✝"
"""What Lean's print sets behind a name that `intros` has made up."""


async def positivity(
    statement: Statement,
    read: Elaborated,
    witness: Mapping[str, str],
    checker: Checker,
    seconds: float,
) -> Finding | None:
    """That `0 < n` is perhaps missing: the counterexample sets n in ℕ to 0, and with that hypothesis there is none
    among small numbers, or, where these cannot be calculated, none is found in so many seconds of Lean's CPU."""
    naturals = [local.name.rstrip(_HIDDEN) for local in read.locals if number_type(local.type) == "ℕ"]
    zeros = [name for name, value in witness.items() if value == "0" and naturals.count(name) == 1]
    groups = [[name] for name in zeros] + ([zeros] if len(zeros) > 1 else [])
    for names in groups:
        if await _stands(statement, read, names, checker, seconds / len(groups)):
            missing = " and ".join(f"`0 < {name}`" for name in names)
            plural = "are" if len(names) > 1 else "is"
            return Finding(
                "positivity_missing",
                f"perhaps {missing} {plural} missing: no counterexample is found where that holds",
                ", ".join(f"0 < {name}" for name in names),
            )
    return None


async def _stands(
    statement: Statement, read: Elaborated, names: Sequence[str], checker: Checker, seconds: float
) -> bool:
    bound = {local.name: local.type for local in read.locals if is_data(local.type)}
    facts = [local.type for local in read.locals if not is_data(local.type)]
    more: list[Term] = [
        App(Const("LT.lt"), (_NAT, Const("_"), Literal(0, _NAT), Const(local.name)))
        for local in read.locals
        if local.name.rstrip(_HIDDEN) in names
    ]
    against = small_cases(Place(read.target, bound, (*facts, *more)), App(Const("Not"), (read.target,)))
    if against.sure or (against.known and against.example is None):
        return against.known and against.example is None
    try:
        parts = read_signature(statement.signature)
    except LeanTextError:
        return False
    if not {name for binder in parts.binders for name in binder.names}.issuperset(names) or seconds <= 0:
        return False
    assumed = " ".join(f"(positive_{name} : 0 < {name})" for name in names)
    text = f"{parts.universes} {parts.binder_text} {assumed} : {parts.goal}".strip()
    mended = replace(statement, name=f"{statement.name}_mended", signature=text)
    empty = await hammer(vacuous(mended), checker, _budget(seconds / 2))
    if empty.proof is not None:
        return False
    found = await falsify(mended, checker, _budget(seconds))
    return found.proof is None and found.stop_reason is not StopReason.UNSUPPORTED


async def implied(statement: Statement, read: Elaborated, checker: Checker) -> tuple[Finding, ...]:
    """Hypotheses that follow from the others by linear arithmetic, so that the statement says the same without them.

    Only those before the colon, and not to be asked of a statement whose hypotheses are contradictory.
    """
    try:
        binders = read_signature(statement.signature).binders
    except LeanTextError:
        return ()
    named = {name for binder in binders for name in binder.names}
    facts = [local for local in read.locals if local.name in named and not is_data(local.type)]
    if len(facts) < 2:
        return ()
    blocks = [f"have again : type_of% {fact.name} := by clear {fact.name}; omega" for fact in facts]
    probes = await checker.probe(statement, blocks, Limits(heartbeats=_HEARTBEATS))
    return tuple(
        Finding(
            "implied_hypothesis",
            f"the hypothesis {fact.name} follows from the others",
            bare(show(fact.type)),
        )
        for fact, answer in zip(facts, probes.answers, strict=True)
        if answer.goals or answer.closed
    )


def _budget(seconds: float) -> HammerBudget:
    return HammerBudget(lean_cpu_s=seconds, wall_s=30 + 10 * seconds)
