"""`dag`: the goal is broken up into lemmas that imply it; each lemma is proved, refuted, or broken up further.

Recursive decomposition as in Hilbert and APOLLO, in the shape of a DAG. A decomposition counts when Lean accepts the
goal's proof with the lemmas left open. Then its lemmas are tried side by side, what is cheap before what is dear: a
proof known from before, the hammer, a refutation, drafts and their corrections, and, down to `depth`, a decomposition
of their own. A lemma that may cite others gets them as hypotheses, so that none waits for another. What failed, and
why, is told to the next decomposition. The whole is put together and judged like any other proof.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from prover.agents.decomposer import assemble, decompose, lemma_statement
from prover.agents.falsifier.signature import read_signature
from prover.agents.values import Decomposition, FailedNode, Lemma
from prover.search.desk import Desk
from prover.search.drawing import Candidate
from prover.search.policy import setting
from prover.search.recall import keep, known_proof
from prover.search.strategies import malot
from prover.search.strategies.hammer import first_try
from prover.search.strategies.refute import refute
from prover.syntax import LeanTextError
from prover.types import Attempt, Statement, Status, StopReason, Verdict, audited

ROLES = ("decomposer", "writer", "corrector")
_AUTHOR = "decomposer"


@dataclass(frozen=True, slots=True)
class DagSettings:
    rounds: int = setting(2, least=1)
    width: int = setting(2, least=1)
    depth: int = setting(1)
    drafts: int = setting(4)
    fixes: int = setting(1)
    goals: bool = setting(True)
    share: bool = setting(True)
    hammer_cpu_s: float = setting(4.0)
    refute_cpu_s: float = setting(2.0)


async def search(desk: Desk, settings: DagSettings) -> StopReason:
    if not await first_try(desk, settings.hammer_cpu_s):
        await _break_up(desk, settings, settings.depth)
    return StopReason.EXHAUSTED


async def _break_up(desk: Desk, settings: DagSettings, depth: int) -> bool:
    """Whether the desk's goal was proved from lemmas."""
    failed: list[FailedNode] = []
    for turn in range(settings.rounds):
        allowance = desk.afford(samples=settings.width)
        speaker = desk.speaker("decomposer", f"split{turn}", allowance)
        made = await decompose(speaker, desk.problem, desk.statement, allowance.samples, failed=failed)
        for index, decomposition in enumerate(made):
            place = f"split{turn}.{index}"
            if await _try(desk, decomposition, place, settings=settings, depth=depth, failed=failed):
                return True
    return False


async def _try(
    desk: Desk,
    decomposition: Decomposition,
    place: str,
    *,
    settings: DagSettings,
    depth: int,
    failed: list[FailedNode],
) -> bool:
    """Prove the goal by one decomposition; lemmas that did not work out are added to `failed`."""
    skeleton, verdict = await _skeleton(desk, decomposition, place)
    if audited(verdict):
        return True
    if verdict.status is not Status.INCOMPLETE:
        return False
    nodes = [_Node(lemma, _desk_of(desk, lemma, decomposition, place)) for lemma in decomposition.lemmas]
    await _prove(nodes, settings, depth)
    failed += [FailedNode(node.lemma, node.reason) for node in nodes if node.proof is None]
    proofs = {node.lemma.name: node.proof for node in nodes if node.proof is not None}
    if len(proofs) < len(nodes):
        return False
    whole = assemble(desk.statement, decomposition, proofs)
    _, verdict = await desk.submit(whole, _AUTHOR, parent=skeleton, place=f"{place}.whole")
    if not audited(verdict):
        reason = f"it was proved by itself, but the whole was not accepted: {verdict.detail}"
        failed += [FailedNode(node.lemma, reason) for node in nodes[-1:]]
    return audited(verdict)


async def _skeleton(desk: Desk, decomposition: Decomposition, place: str) -> tuple[Attempt, Verdict]:
    """The goal's proof with every lemma left open, judged: `INCOMPLETE` says that the lemmas imply the goal."""
    bare = replace(decomposition, lemmas=tuple(replace(lemma, proof="") for lemma in decomposition.lemmas))
    text = "" if decomposition.fault else assemble(desk.statement, bare)

    async def wave() -> Sequence[Candidate]:
        source = decomposition.completion
        version = decomposition.prompt_version
        return [Candidate(text, _AUTHOR, place, None, source, version, decomposition.fault)]

    return (await desk.draw([wave]))[0]


@dataclass
class _Node:
    lemma: Lemma
    desk: Desk
    reason: str = "no proof of it was found"
    dead: bool = False
    """Refuted: not to be tried further."""

    @property
    def proof(self) -> str | None:
        found = self.desk.proof
        return None if found is None else found[0].proof


def _desk_of(desk: Desk, lemma: Lemma, decomposition: Decomposition, place: str) -> Desk:
    used = [other for other in decomposition.lemmas if other.name in lemma.uses]
    statement = with_hypotheses(lemma_statement(lemma, desk.statement), used)
    return desk.for_goal(statement, f"{place}.{lemma.name}", lemma.words)


def with_hypotheses(statement: Statement, used: Sequence[Lemma]) -> Statement:
    """The statement with lemmas that its proof may cite, under their own names, as hypotheses in front."""
    binders = []
    for lemma in used:
        try:
            parts = read_signature(lemma.signature)
        except LeanTextError:
            return statement
        if parts.universes:
            return statement
        closed = f"∀ {parts.binder_text}, {parts.goal}" if parts.binder_text else parts.goal
        binders.append(f"({lemma.name} : {closed}\n)")
    return replace(statement, signature=" ".join([*binders, statement.signature]))


async def _prove(nodes: Sequence[_Node], settings: DagSettings, depth: int) -> None:
    """Try the nodes side by side, each step on all that are open before the next, dearer one."""
    await _side_by_side([_cheaply(node, settings) for node in nodes])
    waiting = [node for node in nodes if node.proof is None]
    if settings.refute_cpu_s > 0:
        await _side_by_side([_refute(node, settings) for node in waiting])
    if any(node.dead for node in waiting):
        return  # the goal cannot be had this way; what was proved is kept
    if settings.drafts:
        await _side_by_side([_draft(node, settings) for node in waiting])
    for node in waiting:
        if node.proof is None and depth > 0:
            await _break_up(node.desk, settings, depth - 1)
        _keep(node, settings)
        if node.proof is None:
            node.reason = _reason(node)
            return  # the others would be proved in vain


async def _cheaply(node: _Node, settings: DagSettings) -> None:
    desk = node.desk
    if node.lemma.proof:
        await desk.submit(node.lemma.proof, _AUTHOR, place="own")
    if node.proof is None and settings.share and (known := await known_proof(desk)) is not None:
        await desk.submit(known, "memory")
    if node.proof is None:
        await first_try(desk, settings.hammer_cpu_s)
    _keep(node, settings)


async def _refute(node: _Node, settings: DagSettings) -> None:
    # Without the lemmas that it may cite: a counterexample to it is one whatever they say.
    plain = node.desk.for_goal(lemma_statement(node.lemma, node.desk.statement), "plain")
    found = await refute(plain, settings.refute_cpu_s)
    if found is not None:
        node.dead = True
        node.reason = f"refuted: {found} is a counterexample" if found else "refuted: its negation was proved"


async def _draft(node: _Node, settings: DagSettings) -> None:
    await malot.search(
        node.desk,
        malot.MalotSettings(plans=0, drafts=settings.drafts, depth=settings.fixes, goals=settings.goals),
    )
    _keep(node, settings)


def _keep(node: _Node, settings: DagSettings) -> None:
    if settings.share and node.proof is not None:
        keep(node.desk, node.lemma.words)


def _reason(node: _Node) -> str:
    last = node.desk.last
    if last is None:
        return node.reason
    errors = (d.message for d in last[1].diagnostics if d.severity == "error")
    return f"no proof of it was found; the last error: {next(errors, last[1].detail)}"


async def _side_by_side(tries: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run all; the first that raises ends the others, and is what is raised."""
    tasks = [asyncio.ensure_future(one) for one in tries]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
