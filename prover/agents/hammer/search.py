"""Best-first search over tactic scripts, with Lean's goals as states.

A node is a script and the goals it leaves, as Lean printed them; its moves act on the first goal. Nodes wait in a
queue by cost so far, the weight of what is open, and the cost of the next slice of moves: a promising node is
widened first, and no node keeps the queue waiting. Facts that keep it small: a state is entered once (by its normal
form); when a first goal is closed, its other branches are dropped; text that Lean refuses for an unknown name is
never asked again; a block that ran out of heartbeats is asked once more with a larger share, later.
Deterministic for the same answers.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from prover.agents.hammer.advice import Adviser, openings
from prover.agents.hammer.goals import Goal, parse_goal
from prover.agents.hammer.moves.base import Move, View
from prover.agents.hammer.script import Step, linear
from prover.agents.hammer.session import Session
from prover.agents.hammer.toolbox import Toolbox
from prover.lean.protocol import Probe

LIGHT_HEARTBEATS = 12_000
HEAVY_HEARTBEATS = 60_000
RETRY_HEARTBEATS = 300_000
RANK_COST = 0.05
"""What each place further down costs a draft: they come with the likeliest first."""
ALIKE_COST = 1.5
"""How much later a goal is asked about for each goal with the same target that was."""
LIGHT_WIDTH = 16
COST_SPREAD = 0.8
HEAVY_WIDTH = 6
MAX_GOALS = 24
MAX_GOAL_SIZE = 20_000
_UNKNOWN = re.compile(r"Unknown (?:identifier|constant) `([^`]+)`")
_WORD = re.compile(r"[\w.']+")
_TIMEOUT_MARKS = ("deterministic) timeout", "maximum recursion depth")

Generate = Callable[[View], Iterable[Move]]


@dataclass(frozen=True)
class Node:
    steps: tuple[Step, ...]
    goals: tuple[Goal, ...]
    cost: float
    reserve: int = 0
    """Heartbeats that its steps may need again: every probe runs them from the start."""

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(g.key for g in self.goals)

    @property
    def weight(self) -> float:
        """What is still to be done: the first goal by its size, and a little for each that waits behind it."""
        return min(self.goals[0].size, 2000) / 400 + 0.4 * min(len(self.goals) - 1, 10)

    def child(self, move: Move, goals: tuple[Goal, ...]) -> Node:
        step = Step(move.text, len(self.goals), len(goals))
        reserve = self.reserve + (HEAVY_HEARTBEATS if move.heavy else LIGHT_HEARTBEATS)
        return Node((*self.steps, step), goals, self.cost + 0.25 + move.cost, reserve)


@dataclass
class _Entry:
    """A node with those of its moves that were not asked yet, cheapest first."""

    node: Node
    light: list[Move]
    heavy: list[Move]
    retries: list[Move] = field(default_factory=list)

    def next_cost(self) -> float | None:
        costs = [moves[0].cost for moves in (self.light, self.heavy) if moves]
        if self.retries:
            costs.append(self.retries[0].cost + 2.0)
        return min(costs, default=None)

    def take(self) -> tuple[list[Move], int]:
        """The next slice of moves of one kind, and the heartbeats for each: its own and those of the steps before."""
        spent = self.node.reserve
        if self.light and (not self.heavy or self.light[0].cost <= self.heavy[0].cost):
            batch = _alike(self.light, LIGHT_WIDTH)
            del self.light[: len(batch)]
            return batch, LIGHT_HEARTBEATS + spent
        if self.heavy:
            batch = _alike(self.heavy, HEAVY_WIDTH)
            del self.heavy[: len(batch)]
            return batch, HEAVY_HEARTBEATS + spent
        batch, self.retries = self.retries[:HEAVY_WIDTH], self.retries[HEAVY_WIDTH:]
        return batch, RETRY_HEARTBEATS + spent


def _alike(moves: list[Move], width: int) -> list[Move]:
    """The first moves, as far as they cost about the same: what is far-fetched waits for its turn in the queue."""
    return [m for m in moves[:width] if m.cost <= moves[0].cost + COST_SPREAD]


class Search:
    """One search; `generate` gives the moves for a goal, cheapest first."""

    def __init__(
        self, session: Session, tools: Toolbox, generate: Generate, adviser: Adviser | None = None
    ) -> None:
        self.session = session
        self.adviser = adviser
        self.tools = tools
        self.generate = generate
        self.nodes = 0
        self._queue: list[tuple[float, int, _Entry]] = []
        self._order = 0
        self._seen: set[tuple[str, ...]] = set()
        self._reached: set[tuple[str, ...]] = set()
        self._banned: set[str] = set()
        self._advised = 0
        self._asked_about: set[str] = set()
        self._targets: Counter[str] = Counter()
        self._unadvised: list[tuple[float, int, Node]] = []

    async def run(self, goals: tuple[Goal, ...]) -> tuple[Step, ...] | None:
        """Steps that close all goals, or None when there is nothing left to try."""
        self._enter(Node((), goals, 0.0))
        while self._queue or self._open_to_advice():
            if self._advice_is_due():
                done = await self._take_advice()
                if done is not None:
                    return done
                continue
            _, _, entry = heapq.heappop(self._queue)
            if self._dominated(entry.node):
                continue
            batch, heartbeats = entry.take()
            batch = [m for m in batch if not self._banned & names_in(m.text)]
            if not batch:
                self._push(entry)
                continue
            answers = await self.session.probe([linear(entry.node.steps, m.text) for m in batch], heartbeats)
            done = self._take(entry, list(zip(batch, answers, strict=True)), heartbeats)
            if done is not None:
                return done
        return None

    def _open_to_advice(self) -> bool:
        return self.adviser is not None and self._advised < self.adviser.goals and bool(self._unadvised)

    def _advice_is_due(self) -> bool:
        """Advice is taken at even intervals of Lean's CPU, and where there is nothing else left to do."""
        if self.adviser is None or not self._open_to_advice():
            return False
        after = self.adviser.after_s
        interval = max(0.0, self.session.budget.lean_cpu_s - after) / (self.adviser.goals + 1)
        return not self._queue or self.session.cpu_s >= after + self._advised * interval

    async def _take_advice(self) -> tuple[Step, ...] | None:
        """Ask about the first goal of the most promising state whose first goal was not asked about yet."""
        assert self.adviser is not None
        promise, order, node = heapq.heappop(self._unadvised)
        goal = node.goals[0]
        if goal.key in self._asked_about or self._dominated(node):
            return None
        # What is asked about should differ in more than its hypotheses.
        late = node.cost + node.weight + ALIKE_COST * self._targets[goal.target]
        if late > promise:
            heapq.heappush(self._unadvised, (late, order, node))
            return None
        self._asked_about.add(goal.key)
        self._targets[goal.target] += 1
        self._advised += 1
        drafts = await self.adviser.ask(goal)
        heartbeats = HEAVY_HEARTBEATS + node.reserve
        found = await openings(self.session, linear(node.steps), drafts, heartbeats)
        moves = [(Move(one.text, RANK_COST * one.rank, heavy=True), one.answer) for one in found]
        done, _ = self._follow(node, moves)
        return done

    def _take(
        self, entry: _Entry, answers: list[tuple[Move, Probe]], heartbeats: int
    ) -> tuple[Step, ...] | None:
        node = entry.node
        for move, answer in answers:
            timed_out = any(m in answer.error for m in _TIMEOUT_MARKS)
            if timed_out and heartbeats < RETRY_HEARTBEATS:
                entry.retries.append(move)
        done, closed = self._follow(node, answers)
        if done is None and not closed:
            self._push(entry)
        return done

    def _follow(self, node: Node, answers: list[tuple[Move, Probe]]) -> tuple[tuple[Step, ...] | None, bool]:
        """Enter the states that moves led to: the steps of a proof, if one is done, and whether the first goal is."""
        for move, answer in answers:
            if answer.closed:
                return (*node.steps, Step(move.text, len(node.goals), 0)), True
        children = [
            node.child(move, goals)
            for move, answer in answers
            if not answer.error and (goals := _read_goals(answer))
        ]
        rest = node.key[1:]
        closed = next((c for c in children if rest and c.key == rest), None)
        if closed is not None:
            self._reached.add(rest)
            children = [closed]
        for child in children:
            self._enter(child)
        return None, closed is not None

    def _enter(self, node: Node) -> None:
        budget = self.session.budget
        if node.key in self._seen or len(node.steps) > budget.max_depth or self.nodes >= budget.max_nodes:
            return
        self._seen.add(node.key)
        self.nodes += 1
        if self.adviser is not None:
            heapq.heappush(self._unadvised, (node.cost + node.weight, self.nodes, node))
        view = View(node.goals[0], self.tools, len(node.steps), len(node.goals) - 1)
        moves: dict[str, Move] = {}
        for move in self.generate(view):
            if self.tools.knows(move.text) and move.text not in moves:
                moves[move.text] = move
        ordered = sorted(moves.values(), key=lambda m: m.cost)
        self._push(_Entry(node, [m for m in ordered if not m.heavy], [m for m in ordered if m.heavy]))

    def _push(self, entry: _Entry) -> None:
        next_cost = entry.next_cost()
        if next_cost is None:
            return
        self._order += 1
        heapq.heappush(self._queue, (entry.node.cost + entry.node.weight + next_cost, self._order, entry))

    def _dominated(self, node: Node) -> bool:
        """The goals behind some of this node's open goals were reached already with those closed."""
        key = node.key
        return any(key[i:] in self._reached for i in range(1, len(key)))


def _read_goals(answer: Probe) -> tuple[Goal, ...]:
    """The goals that are left, none where there are too many of them or they are too large."""
    if len(answer.goals) > MAX_GOALS:
        return ()
    goals = tuple(parse_goal(g) for g in answer.goals)
    return goals if sum(g.size for g in goals) <= MAX_GOAL_SIZE else ()


def names_in(text: str) -> set[str]:
    return set(_WORD.findall(text))
