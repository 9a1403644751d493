"""One round of proposals: made and judged side by side, committed in their order, dropped behind the first proof.

What is committed never depends on what happens to be ready first. A slot is free for whatever is ready, but nothing is
begun behind a proof that is already known: it would be in vain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from prover.errors import InfraError
from prover.search.duplicates import normal_form
from prover.search.ledger import Step
from prover.types import Attempt, Completion, Spend, Status, Verdict, audited


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proof that is proposed. `place` tells it from others of the same author and parent, in any session."""

    proof: str
    author: str
    place: str = ""
    parent: Attempt | None = None
    completion: Completion | None = None
    prompt_version: str = ""
    fault: str = ""
    """Why there is no proof in it; Lean is not asked then."""


Wave = Callable[[], Awaitable[Sequence[Candidate]]]
"""Makes proposals that come together, e.g. the samples of one call."""

Order = tuple[int, int]
"""Which wave, and which of its proposals."""


class Judges(Protocol):
    """What a round needs of the desk."""

    def known(self, proposal: Candidate, form: str) -> Verdict | None:
        """The verdict for which Lean need not be asked, if there is one."""
        ...

    async def ask(self, proof: str) -> tuple[Verdict, Spend]:
        """Both gates."""
        ...

    def before_commit(self) -> None:
        """Raises `SearchStoppedError` where a bound was reached."""
        ...

    def commit(self, proposal: Candidate, form: str, verdict: Verdict, spend: Spend) -> Step: ...

    def waste(self, spend: Spend) -> None:
        """Count what was judged in vain."""
        ...


def lent(verdict: Verdict) -> Verdict | None:
    """The verdict as a duplicate gets it. A proof is never lent: what counts was itself checked."""
    if verdict.proved or verdict.status is Status.INFRA:
        return None
    return replace(verdict, cached=True)


_Judged = tuple[Verdict, Spend] | None
"""None: not judged, because a proof that comes before it was known."""


@dataclass(eq=False)
class _Pending:
    order: Order
    proposal: Candidate
    form: str
    twin: _Pending | None
    """An earlier one of the same form, whose failure would be this one's."""
    task: asyncio.Task[_Judged] | None = None


class Drawing:
    """Not used twice."""

    def __init__(self, desk: Judges, width: int, *, stop_at_first: bool) -> None:
        self._desk, self._stop_at_first = desk, stop_at_first
        self._slots = asyncio.Semaphore(width)
        self._forms: dict[str, _Pending] = {}
        self._pending: list[_Pending] = []
        self._proof: Order | None = None
        """The earliest one known so far."""

    async def run(self, waves: Sequence[Wave]) -> list[Step]:
        tasks = [asyncio.create_task(self._begin(order, wave)) for order, wave in enumerate(waves)]
        steps: list[Step] = []
        try:
            for task in tasks:
                for pending in await task:
                    if steps:
                        self._desk.before_commit()
                    step = await self._commit(pending)
                    steps.append(step)
                    if step[1].status is Status.INFRA:
                        raise InfraError(step[1].detail or "Lean broke down")
                    if audited(step[1]) and self._stop_at_first:
                        return steps
            return steps
        finally:
            await self._drop(tasks)

    async def _begin(self, order: int, wave: Wave) -> list[_Pending]:
        """Make the proposals of a wave and have their judgement begun."""
        found = []
        for index, proposal in enumerate(await wave()):
            form = normal_form(proposal.proof)
            twin = self._forms.get(form)
            # Only an earlier one, whatever is ready first: the same in every session.
            pending = _Pending(
                (order, index), proposal, form, twin if twin and twin.order < (order, index) else None
            )
            if pending.twin is not None or twin is None:
                self._forms.setdefault(form, pending)
            else:
                self._forms[form] = pending
            pending.task = asyncio.create_task(self._judge(pending))
            self._pending.append(pending)
            found.append(pending)
        return found

    async def _judge(self, pending: _Pending) -> _Judged:
        known = self._desk.known(pending.proposal, pending.form)
        if known is not None:
            return known, Spend()
        if pending.twin is not None and pending.twin.task is not None:
            first = await asyncio.shield(pending.twin.task)
            if first is not None and (verdict := lent(first[0])) is not None:
                return verdict, Spend()
        async with self._slots:
            if self._proof is not None and self._proof < pending.order:
                return None
            verdict, spend = await self._desk.ask(pending.proposal.proof)
            if audited(verdict) and self._stop_at_first:
                self._proof = min(self._proof or pending.order, pending.order)
            return verdict, spend

    async def _commit(self, pending: _Pending) -> Step:
        assert pending.task is not None
        judged = await pending.task
        self._pending.remove(pending)
        if (
            judged is None
        ):  # what seemed to come behind a proof does not: that one was a duplicate of a failure
            judged = await self._desk.ask(pending.proposal.proof)
        return self._desk.commit(pending.proposal, pending.form, *judged)

    async def _drop(self, waves: Sequence[asyncio.Task[Any]]) -> None:
        """Cancel what is in flight; what was judged in vain has been spent all the same."""
        tasks = [pending.task for pending in self._pending if pending.task is not None]
        for task in (*waves, *tasks):
            task.cancel()
        await asyncio.gather(*waves, *tasks, return_exceptions=True)
        for task in tasks:
            if not task.cancelled() and task.exception() is None and (judged := task.result()) is not None:
                self._desk.waste(judged[1])
