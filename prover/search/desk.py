"""The desk of one search: its statement, Lean, the seats of its agents, what is left of the budget, and a judge.

Strategies propose, the desk alone has proposals judged: the fast gate, and for what passes it the slow one. Every
answer of a model and every verdict goes into the ledger as it comes and is never paid for twice: a search that goes on
in another session runs again from its start, is answered from the ledger, and so arrives where it was.

For that to hold, nothing may depend on what happens to be ready first. Proposals are judged side by side and committed
in their order; those behind the first proof are dropped. Budgets are looked at only where a round begins (`afford`) and
before a verdict is committed, and count what the search has used so far on its own way, remembered or not. Limits: Lean
seconds and the clock are not the same twice, so a search that one of them stops may stop a little earlier or later.
"""

from __future__ import annotations

import asyncio
import copy
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from prover.agents.values import Draft, Lemma, Speaker
from prover.codec import digest
from prover.config import Budget
from prover.errors import InfraError, InputError
from prover.lean.protocol import Checker
from prover.search.drawing import Candidate, Drawing, Wave, lent
from prover.search.duplicates import normal_form
from prover.search.ledger import Ledger, Notebook, Step
from prover.search.memory import LemmaMemory
from prover.search.metered import Allowance, Metered, SearchStoppedError
from prover.search.premises import PremiseLibrary
from prover.types import (
    Attempt,
    Call,
    Completion,
    Problem,
    Spend,
    Statement,
    Status,
    StopReason,
    Verdict,
    audited,
)

_GRACE_S = 5.0
INFRA_TRIES = 3
"""How often one question is put to Lean before a breakdown of ours is accepted as the answer."""


def candidate(draft: Draft, author: str, place: str, parent: Attempt | None = None) -> Candidate:
    """What an agent drafted, as a proposal."""
    fault = draft.fault or ("" if draft.proof.strip() else "the draft is empty")
    return Candidate(draft.proof, author, place, parent, draft.completion, draft.prompt_version, fault)


@runtime_checkable
class ReadsGoals(Protocol):
    """A checker that can also say what is open at a place of a submission."""

    async def goals(
        self, statement: Statement, submission: str, line: int, column: int
    ) -> tuple[str, ...]: ...


@dataclass
class Account:
    """What a search has used up, over all its goals."""

    spend: Spend = field(default_factory=Spend)
    """In all sessions, but for this session's clock."""
    used: Spend = field(default_factory=Spend)
    """On its way, as if it ran for the first time."""
    unrecorded: Spend = field(default_factory=Spend)
    """What goes into the ledger with the next attempt."""
    started: float = field(default_factory=time.monotonic)
    waiting: int = 0
    """How many of its goals wait for Lean to be free."""
    holding: int = 0
    """How many of its goals keep Lean busy."""
    idle_s: float = 0.0
    """How long it could do nothing but wait for Lean, which others kept busy, up to `since`."""
    since: float = 0.0

    def clock(self) -> float:
        """Seconds of this session that were the search's own."""
        now = time.monotonic()
        if self.waiting and not self.holding:
            self.idle_s += now - self.since
        self.since = now
        return now - self.started - self.idle_s

    def moves(self, *, waiting: int = 0, holding: int = 0) -> None:
        """So many more of its goals wait for Lean, or hold it."""
        self.clock()
        self.waiting += waiting
        self.holding += holding


@dataclass
class Desk:
    """What a strategy may use for one goal. A search over several goals has a desk for each (`for_goal`): they share
    the budget, the ledger and the account, and each has its own statement, duplicates and names of places."""

    problem: Problem
    statement: Statement
    checker: Checker
    budget: Budget
    ledger: Ledger = field(default_factory=Notebook)
    seats: Mapping[str, Speaker] = field(default_factory=dict)
    """By role."""
    seed: int = 0
    share: Budget = field(default_factory=Budget)
    """Where the search pauses: what the run has for this problem at present, all sessions together."""
    run_is_over: Callable[[], bool] = lambda: False
    """Whether the whole run has used up what it may: the search pauses then, too."""
    width: int = 1
    """How many checks of this search may run at a time."""
    lean: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """Held by whoever keeps Lean busy by himself for long; shared by the searches of a run."""
    steps: list[Step] = field(default_factory=list)
    """All goals' attempts, in the order in which they were committed."""
    account: Account = field(default_factory=Account)
    memory: LemmaMemory | None = None
    lemmas: Sequence[Lemma] = ()
    """Proved lemmas that the memory offers for this problem."""
    library: PremiseLibrary | None = None
    premises: tuple[Lemma, ...] = ()
    """Theorems of the library that agents are shown."""
    prefix: str = ""
    """What the places of this goal's calls begin with."""
    detail: str = ""
    """Why the search ended, where no verdict says it."""

    def __post_init__(self) -> None:
        self._known = {attempt.id: (attempt, verdict) for attempt, verdict in self.steps}
        self._forms: dict[str, Step] = {}
        self._sources: dict[int, tuple[Completion, str, int]] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    def for_goal(self, statement: Statement, place: str, words: str = "") -> Desk:
        """A desk for another goal of the same search. `place` is unique among the goals of this one; agents are told
        `words` for the problem's own."""
        goal = copy.copy(self)
        goal.statement, goal.prefix, goal.lemmas, goal.detail = statement, f"{self.prefix}{place}.", (), ""
        goal.problem = replace(self.problem, informal_statement=words, informal_proof="")
        goal._forms = {}
        return goal

    @property
    def proof(self) -> Step | None:
        """The first audited proof of this desk's goal."""
        return next((s for s in self.steps if s[0].statement == self.statement and audited(s[1])), None)

    @property
    def last(self) -> Step | None:
        """The newest attempt at this desk's goal."""
        return next((s for s in reversed(self.steps) if s[0].statement == self.statement), None)

    # The budget

    @property
    def total(self) -> Spend:
        spend = self.account.spend
        return replace(spend, wall_s=spend.wall_s + self.account.clock())

    def remaining(self) -> Budget:
        return self.budget.minus(self._so_far())

    def _so_far(self) -> Spend:
        return replace(self.account.used, wall_s=self.total.wall_s)

    def afford(self, *, samples: int = 0, calls: int = 1) -> Allowance:
        """What the round that begins may use: up to `samples` proofs, and its part of the tokens for each call.

        Raises `SearchStoppedError` where a bound was reached.
        """
        self._stop_if(self.budget.exceeded(self._so_far()))
        if self.share.exceeded(self.total) is not None or self.run_is_over():
            raise SearchStoppedError(StopReason.PAUSED)
        left = self.remaining()
        granted = samples if left.samples is None else min(samples, left.samples)
        tokens = None if left.tokens is None else max(1, left.tokens // max(1, calls))
        return Allowance(granted, tokens, self._deadline())

    def _deadline(self) -> float | None:
        left = self.remaining().wall_s
        return None if left is None else asyncio.get_running_loop().time() + left

    def _stop_if(self, reason: StopReason | None) -> None:
        if reason is not None:
            raise SearchStoppedError(reason)

    def charge(self, spend: Spend) -> None:
        """Count what is not in the ledger yet; it goes there with the next attempt, so that a kill never splits the
        two. Its wall seconds are left out: the desk reads the clock itself."""
        spend = replace(spend, wall_s=0.0)
        self.account.spend += spend
        self.account.used += spend
        self.account.unrecorded += spend

    @asynccontextmanager
    async def hold_lean(self) -> AsyncIterator[float]:
        """Keep Lean busy by oneself, in the `lean` slots of the run: the seconds of clock that are left for it.

        The clock stands still until Lean is there: how many searches are in flight decides nothing. Whoever holds Lean
        keeps that bound himself; one that hangs a while longer raises `SearchStoppedError`.
        """
        self.account.moves(waiting=1)
        try:
            await self.lean.acquire()
        finally:
            self.account.moves(waiting=-1)
        self.account.moves(holding=1)
        try:
            wall_s = self.remaining().wall_s
            async with asyncio.timeout(None if wall_s is None else wall_s + _GRACE_S):
                yield math.inf if wall_s is None else wall_s
        except TimeoutError:
            raise SearchStoppedError(StopReason.WALL) from None
        finally:
            self.account.moves(holding=-1)
            self.lean.release()

    # Agents

    def speaker(self, role: str, place: str, allowance: Allowance) -> Speaker:
        """The agent's model, metered and remembered. `place` is unique among the calls of that role."""
        seat = self.seats[role]
        version = seat.family.version(role)
        place = f"{self.prefix}{place}"
        metered = Metered(seat.model, self, role=role, place=place, allowance=allowance, version=version)
        return replace(seat, model=metered, premises=self.premises)

    async def remembered(self, call_id: str, ask: Callable[[], Awaitable[Call]]) -> Call:
        """What the ledger holds under that id, or else what `ask` says, which is kept and counted.

        Who asks the same at the same time waits for the one answer.
        """
        async with self._asking.setdefault(call_id, asyncio.Lock()):
            call = self.ledger.recall(call_id)
            if call is None:
                call = await ask()
                self.ledger.remember(self.problem.id, call)
                self.account.spend += call.spend
        self.account.used += call.spend
        for index, completion in enumerate(call.completions):
            self._sources[id(completion)] = (completion, call.id, index)
        return call

    async def goals(self, attempt: Attempt, verdict: Verdict) -> tuple[str, ...]:
        """What is open where the first error of an attempt is; nothing where Lean cannot tell."""
        errors = [d for d in verdict.diagnostics if d.severity == "error" and d.line > 0]
        checker = self.checker
        if not errors or not isinstance(checker, ReadsGoals):
            return ()
        call_id = digest(["goals", self.problem.id, attempt.id])[:24]

        async def ask() -> Call:
            try:
                place = (errors[0].line, errors[0].column)
                goals = await checker.goals(attempt.statement, attempt.proof, *place)
            except (InputError, InfraError):
                goals = ()
            return Call(call_id, "goals", attempt.id, "", {}, tuple(Completion(goal) for goal in goals))

        return tuple(answer.text for answer in (await self.remembered(call_id, ask)).completions)

    # The judge

    async def submit(
        self, proof: str, author: str, *, parent: Attempt | None = None, place: str = "", fault: str = ""
    ) -> Step:
        """Have one proof judged by the fast gate and, when that accepts it, by the slow one."""

        async def alone() -> Sequence[Candidate]:
            return [Candidate(proof, author, place, parent, fault=fault)]

        return (await self.draw([alone]))[0]

    async def draw(self, waves: Sequence[Wave], *, stop_at_first: bool = True) -> list[Step]:
        """Have all proposals judged, as they come and side by side, and commit them in their order.

        Ends with the first proof, unless told to go on; what is in flight then is dropped. Raises `InfraError` for
        a proposal that Lean broke down on, and `SearchStoppedError` where Lean's seconds or the clock ran out.
        """
        return await Drawing(self, self.width, stop_at_first=stop_at_first).run(waves)

    def known(self, proposal: Candidate, form: str) -> Verdict | None:
        """The verdict for which Lean need not be asked: there is no code, it was judged before, or its like was."""
        known = self._known.get(self._id(proposal))
        if known is not None and known[1].status is not Status.INFRA:
            return known[1]
        if proposal.fault:
            return Verdict(Status.NO_CODE, detail=proposal.fault)
        seen = self._forms.get(form)
        return lent(seen[1]) if seen is not None else None

    async def ask(self, proof: str) -> tuple[Verdict, Spend]:
        """Both gates."""
        fast, spend = await patiently(lambda: self.checker.check(self.statement, proof))
        if not fast.proved or audited(fast):
            return fast, spend
        slow, more = await patiently(lambda: self.checker.audit(self.statement, proof))
        return slow, spend + more

    def before_commit(self) -> None:
        """Raises `SearchStoppedError` where Lean's seconds or the clock ran out; proposals that were paid for are not
        dropped for want of further ones."""
        bounds = Budget(lean_cpu_s=self.budget.lean_cpu_s, wall_s=self.budget.wall_s)
        self._stop_if(bounds.exceeded(self._so_far()))

    def waste(self, spend: Spend) -> None:
        """Count what was judged in vain: it was spent, but is no part of the search's way."""
        self.account.spend += replace(spend, wall_s=0.0)
        self.account.unrecorded += replace(spend, wall_s=0.0)

    def _id(self, proposal: Candidate) -> str:
        parent = proposal.parent.id if proposal.parent is not None else ""
        place = [proposal.author, parent, proposal.place]
        return digest([self.problem.id, self.statement.declare(), *place, proposal.proof])[:24]

    def commit(self, proposal: Candidate, form: str, verdict: Verdict, spend: Spend) -> Step:
        attempt_id = self._id(proposal)
        known = self._known.get(attempt_id)
        if known is not None and known[1].status is not Status.INFRA:
            self.account.used += Spend(lean_cpu_s=0.0 if known[1].cached else known[1].cpu_s)
            self._forms.setdefault(form, known)
            return known
        twin = self._forms.get(form) if not proposal.fault else None
        if twin is not None and (its := lent(twin[1])) is not None:
            verdict = its
        attempt = Attempt(
            attempt_id,
            self.statement,
            proposal.proof,
            proposal.author,
            proposal.parent.id if proposal.parent is not None else None,
            proposal.completion,
            proposal.prompt_version,
        )
        self.charge(spend)
        source = self._sources.get(id(proposal.completion))
        where = source[1:] if source is not None else None
        self.ledger.record(self.problem.id, attempt, verdict, self.account.unrecorded, where)
        self.account.unrecorded = Spend()
        step = (attempt, verdict)
        self.steps[:] = [other for other in self.steps if other[0].id != attempt_id]
        self.steps.append(step)
        self._known[attempt_id] = step
        if not proposal.fault:
            self._forms.setdefault(form, step)
        return step

    def checked_as(self, step: Step) -> Step:
        """The attempt whose text Lean was asked about: the first of its kind, where `step` is a duplicate of it."""
        first = self._forms.get(normal_form(step[0].proof))
        return first if first is not None and step[1].cached else step


async def patiently(ask: Callable[[], Awaitable[Verdict]]) -> tuple[Verdict, Spend]:
    """Ask, and again while the answer is `INFRA`: our breakdown says nothing about the submission."""
    spend = Spend()
    for attempt in range(INFRA_TRIES):
        if attempt:
            await asyncio.sleep(0.2 * attempt)
        verdict = await ask()
        spend += Spend(checks=1, lean_cpu_s=0.0 if verdict.cached else verdict.cpu_s)
        if verdict.status is not Status.INFRA:
            break
    return verdict, spend


async def is_read(statement: Statement, checker: Checker) -> bool:
    """Whether Lean reads a statement by itself. Raises `InfraError` where it breaks down, again and again."""
    verdict, _ = await patiently(lambda: checker.check_statement(statement))
    if verdict.status is Status.INFRA:
        raise InfraError(f"{statement.name}: {verdict.detail}")
    return verdict.status is Status.INCOMPLETE
