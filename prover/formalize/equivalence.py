"""Do two statements say the same? Proved in Lean in both directions, or not decided; never "different".

Each statement is closed over its binders and assumed for the other, as in BEq ("Rethinking and Improving
Autoformalization", ICLR 2025; StepFun-Formalizer, arXiv 2508.04440). All true statements follow from each other, so a
proof counts only where it rests on the assumption: it takes the assumption as it stands, its arguments permuted and its
hypotheses derived; or automation closes the gap, and the same automation does not prove the conclusion by itself.
Every proof is audited. Limits: statements with universe variables are compared by shape alone; the rest is `unknown`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from prover.agents.compose import compose
from prover.agents.falsifier.signature import read_signature
from prover.agents.falsifier.telescope import Telescope, telescope
from prover.agents.hammer import hammer
from prover.errors import InfraError
from prover.formalize.alive import alive
from prover.formalize.lint import budget
from prover.formalize.result import Comparison, Relation
from prover.lean.protocol import Checker, Limits
from prover.syntax import LeanTextError
from prover.types import Statement, audited

CLAIM = "the_claim"
_HEARTBEATS = 40_000
_MAX_ORDERS = 24
_COMPUTING = ("rfl", "decide")
"""Where these prove the conclusion, any true equation of the same value would prove it: shape alone decides."""
_WEAK = ("omega", "(simp_all; done)")
"""What may close a gap, and must not close the whole."""


@dataclass(slots=True)
class Comparer:
    """Compares statements under one header; remembers which of them automation proves by itself."""

    checker: Checker
    seconds: float
    """Of Lean's CPU, for each direction."""
    _weak: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    _easy: dict[str, bool] = field(default_factory=dict)

    async def compare(self, left: Statement, right: Statement) -> tuple[Relation, tuple[str, ...]]:
        """How two statements relate, with the proofs. Raises `InfraError` where Lean breaks."""
        if self.seconds <= 0 or left.header != right.header:
            return Relation.UNKNOWN, ()
        there, back = await self.implies(left, right), await self.implies(right, left)
        evidence = tuple(proof for proof in (there, back) if proof)
        if there and back:
            return Relation.EQUIVALENT, evidence
        if there or back:
            return (Relation.IMPLIES if there else Relation.IMPLIED), evidence
        return Relation.UNKNOWN, ()

    async def comparison(
        self, name: str, left: Statement, left_shape: str, right: Statement, right_shape: str
    ) -> Comparison:
        """Between `name` and the statement `right`, which is called by its own name; by shape where that is enough."""
        if left_shape and left_shape == right_shape:
            return Comparison(
                name, right.name, Relation.EQUIVALENT, ("equal up to names, order and notation",)
            )
        # Two statements of one name cannot stand in one file.
        other = replace(right, name=f"{right.name}_other") if right.name == left.name else right
        try:
            relation, evidence = await self.compare(left, other)
        except InfraError as error:
            if not await alive(left.header, self.checker):
                raise
            return Comparison(name, right.name, Relation.UNKNOWN, (f"Lean broke off: {error}",))
        return Comparison(name, right.name, relation, evidence)

    async def implies(self, premise: Statement, conclusion: Statement) -> str:
        """An audited proof of `conclusion` that rests on `premise`, as Lean text; empty where none was found."""
        try:
            goal = implication(premise, conclusion)
            given, wanted = (telescope(read_signature(one.signature)) for one in (premise, conclusion))
        except LeanTextError:
            return ""
        computed, weak = await self._without(conclusion, wanted)
        if computed:
            return ""
        blocks = list(dict.fromkeys(_direct(given, wanted)))
        if not weak:
            blocks += dict.fromkeys(_bridged(given, wanted))
        if (proof := await self._first(goal, blocks)) is not None:
            return proof
        if weak or await self._is_easy(conclusion):
            return ""
        result = await hammer(goal, self.checker, budget(self.seconds))
        return await self._audited(goal, result.proof) if result.proof is not None else ""

    async def _first(self, goal: Statement, blocks: Sequence[str]) -> str | None:
        """The first block that proves the goal and passes the audit."""
        limits = Limits(wall_s=60, cpu_s=max(1.0, self.seconds), heartbeats=_HEARTBEATS)
        waiting = list(blocks)
        while waiting:
            answers = (await self.checker.probe(goal, waiting, limits)).answers
            for block, answer in zip(waiting, answers, strict=True):
                if answer.closed and (proof := await self._audited(goal, block)):
                    return proof
            if all(answer.answered for answer in answers) or not any(a.answered for a in answers):
                return None
            # The batch broke off at one block: those behind it have not been asked.
            waiting = [b for b, a in zip(waiting, answers, strict=True) if not a.answered][1:]
        return None

    async def _audited(self, goal: Statement, block: str) -> str:
        return compose(goal, block).text if audited(await self.checker.audit(goal, block)) else ""

    async def _without(self, statement: Statement, view: Telescope) -> tuple[bool, bool]:
        """Whether computation, and whether weak automation, proves it without any assumption."""
        key = statement.signature
        if key not in self._weak:
            blocks = [f"{_intro(len(view.arguments))}{tactic}" for tactic in (*_COMPUTING, *_WEAK)]
            limits = Limits(wall_s=60, cpu_s=max(1.0, self.seconds), heartbeats=_HEARTBEATS)
            answers = (await self.checker.probe(_closed_alone(statement), blocks, limits)).answers
            closes = [answer.closed for answer in answers]
            self._weak[key] = any(closes[: len(_COMPUTING)]), any(closes)
        return self._weak[key]

    async def _is_easy(self, statement: Statement) -> bool:
        """Whether the hammer proves it without any assumption, in the time that it has with one."""
        key = statement.signature
        if key not in self._easy:
            result = await hammer(_closed_alone(statement), self.checker, budget(self.seconds))
            self._easy[key] = result.proof is not None
        return self._easy[key]


def closed(statement: Statement) -> str:
    """The statement as one proposition, `∀ BINDERS, GOAL`. Raises `LeanTextError` for one with universe variables."""
    parts = read_signature(statement.signature)
    if parts.universes:
        raise LeanTextError("a statement with universe variables is not compared", 0)
    return f"∀ {parts.binder_text}, {parts.goal}" if parts.binder_text else parts.goal


def implication(premise: Statement, conclusion: Statement) -> Statement:
    """`(the_claim : PREMISE) : CONCLUSION`."""
    signature = f"({CLAIM} : {closed(premise)}\n) : {closed(conclusion)}"
    return Statement(f"{conclusion.name}_from_{premise.name}", signature, conclusion.header)


def _closed_alone(statement: Statement) -> Statement:
    return Statement(f"{statement.name}_alone", f": {closed(statement)}", statement.header)


def _intro(count: int) -> str:
    return "".join(["intro", *(f" v{index}" for index in range(count)), "\n"]) if count else ""


def _direct(given: Telescope, wanted: Telescope) -> Iterator[str]:
    """The claim itself is the conclusion, up to the order of variables and hypotheses."""
    yield f"with_reducible exact {CLAIM}"
    start = _intro(len(wanted.arguments))
    yield f"{start}with_reducible (apply {CLAIM} <;> assumption)"
    for arguments in _orders(given, wanted, "assumption"):
        yield f"{start}with_reducible exact @{CLAIM} {arguments}".rstrip()
        yield f"{start}with_reducible exact (@{CLAIM} {arguments}).symm".replace(" )", ")")


def _bridged(given: Telescope, wanted: Telescope) -> Iterator[str]:
    """The claim at the conclusion's variables; weak automation derives its hypotheses and closes the gap."""
    start = _intro(len(wanted.arguments))
    derive = "first | assumption | omega | (simp_all; done)"
    yield f"{start}apply {CLAIM} <;> first | assumption | omega"
    for arguments in _orders(given, wanted, derive):
        fact = f"{start}have the_fact := @{CLAIM} {arguments}".rstrip() + "\n"
        yield f"{fact}exact the_fact"
        yield f"{fact}omega"
        yield f"{fact}simp_all"
        yield f"{fact}constructor <;> (intros; first | assumption | omega | (simp_all; done))"


def _orders(given: Telescope, wanted: Telescope, derive: str) -> Iterator[str]:
    """Arguments for the claim: the conclusion's variables of the same kinds, in every order, up to a bound."""
    pools = [
        [f"v{at}" for at, other in enumerate(wanted.arguments) if other.data and other.kind == one.kind]
        for one in given.arguments
        if one.data
    ]
    orders = (order for order in itertools.product(*pools) if len(set(order)) == len(order))
    for order in itertools.islice(orders, _MAX_ORDERS):
        values = iter(order)
        yield " ".join(
            "inferInstance" if one.instance else next(values) if one.data else f"(by {derive})"
            for one in given.arguments
        )
