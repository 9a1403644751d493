"""What a search did on one problem, as a tree that can be walked: plans, drafts, corrections, critiques, lemmas.

A node is an attempt with its verdict, an answer of an agent that became no attempt (a plan, a critique, a draft that
nobody judged, a hammer that found nothing), or a goal apart from the problem's own: a lemma of a decomposition, or the
negation. What hangs under what follows from attempts' parents and from the places of calls; lemmas of one
decomposition also name those that they rest on, which makes the picture a DAG. Limits: an attempt at a lemma that no
call led to is hung under the newest decomposition with a lemma of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from prover.agents.decomposer import stated_lemmas
from prover.agents.values import Lemma
from prover.types import NEGATED, Attempt, Call, Completion, Status, Trace, Verdict, audited

MAX_NODES = 60
"""Nodes shown of one problem in one run; those on the way to the proof are always among them."""
PROVED, REFUTED, OPEN = "proved", "refuted", "open"

Source = tuple[str, int]
"""A call's id, and which of its answers."""

_FIX = re.compile(r"^(.*)\.fix(\d{1,6})$", re.DOTALL)
_REVIEW = re.compile(r"^(.*)\.review(\d{1,6})$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal beside the problem's own."""

    name: str
    statement: str
    status: str
    words: str = ""


@dataclass(slots=True, eq=False)
class Node:
    """One of: `step`, an attempt with its verdict; `answer` to a call; `goal`."""

    order: float
    step: tuple[Attempt, Verdict] | None = None
    call: Call | None = None
    answer: Completion | None = None
    goal: Goal | None = None
    place: str = ""
    parent: Node | None = None
    uses: list[Node] = field(default_factory=list)
    open_goals: tuple[str, ...] = ()
    """What Lean said was open at an attempt's first error."""


@dataclass(slots=True)
class _Scope:
    """A goal's node with what tells that something belongs to it."""

    prefix: str
    name: str
    since: float
    within: str
    """The name of the statement that was broken up."""
    node: Node


def nodes_of(trace: Trace, calls: Sequence[Call], sources: Mapping[str, Source]) -> list[Node]:
    """Every node, each behind its parent; `sources` says by attempt which answer it was taken from."""
    known = {call.id: call for call in calls}
    attempts = {}
    for position, step in enumerate(trace.steps):
        call_id, sample = sources.get(step[0].id, ("", 0))
        call = known.get(call_id)
        place = _place(call, sample) if call is not None else ""
        attempts[step[0].id] = Node(float(position), step, call, step[0].completion, place=place)
    answers = _answers(trace, calls, sources, attempts)
    nodes = [*attempts.values(), *answers]
    for call in calls:
        if call.agent == "goals" and call.place in attempts:
            attempts[call.place].open_goals = tuple(answer.text for answer in call.completions)
    scopes = _scopes(trace, nodes)
    by_place = {node.place: node for node in reversed(nodes) if node.place and not _is_review(node)}
    reviews = {(node.call.place if node.call else ""): node for node in nodes if _is_review(node)}
    plans = {
        (node.call.place, node.place): node for node in nodes if node.call and node.call.agent == "planner"
    }
    for node in nodes:
        node.parent = _before(node, attempts, by_place, reviews, plans) or _scope(node, scopes)
    return _ordered([*nodes, *(scope.node for scope in scopes)])


def shown(nodes: Sequence[Node], proof: Attempt | None) -> list[Node]:
    """At most `MAX_NODES`, in their order and none without what it hangs under: the way to the proof comes first."""
    if len(nodes) <= MAX_NODES:
        return list(nodes)
    keep: dict[int, Node] = {}
    first = [
        node for node in nodes if proof is not None and node.step is not None and node.step[0].id == proof.id
    ]
    goals = [node for node in nodes if node.goal is not None]
    for node in (*first, *goals, *nodes):
        line: list[Node] = []
        link: Node | None = node
        while link is not None and id(link) not in keep:
            line.append(link)
            link = link.parent
        if len(keep) + len(line) <= MAX_NODES:
            keep |= {id(one): one for one in line}
    return [node for node in nodes if id(node) in keep]


def _is_review(node: Node) -> bool:
    return node.call is not None and node.call.agent == "critic"


def _place(call: Call, sample: int) -> str:
    """Where in the search one answer belongs, as the strategies name it."""
    head, _, last = call.place.rpartition(".")
    start = f"{head}." if head else ""
    if call.agent == "planner":
        return f"{start}plan{sample}"
    if call.agent == "writer" and last == "drafts":
        return f"{start}draft{sample}"
    if call.agent == "writer" and last.startswith("plan"):
        return f"{call.place}.draft{sample}"
    if call.agent in ("writer", "decomposer"):
        return f"{call.place}.{sample}"
    if call.agent == "corrector" and len(call.completions) > 1:
        return f"{call.place}.{sample}"
    return call.place


def _answers(
    trace: Trace, calls: Sequence[Call], sources: Mapping[str, Source], attempts: Mapping[str, Node]
) -> list[Node]:
    """The answers that became no attempt. Each is put before the next attempt that a call led to."""
    taken = set(sources.values())
    tried = {(attempt.author, attempt.proof) for attempt, _ in trace.steps}
    first: dict[str, float] = {}
    for attempt_id, (call_id, _) in sources.items():
        if attempt_id in attempts:
            first[call_id] = min(first.get(call_id, float("inf")), attempts[attempt_id].order)
    found = []
    order = float(len(trace.steps))
    for number, call in reversed(list(enumerate(calls))):
        order = min(order, first.get(call.id, order))
        if call.agent == "goals":
            continue
        for sample, answer in enumerate(call.completions):
            if (call.id, sample) in taken or (call.agent, answer.text) in tried:
                continue
            if call.agent == "memory" and answer.text in ("", "[]"):
                continue
            place = _place(call, sample)
            # Behind the attempts of the same call, before those of the next one.
            late = 0.5 if call.id in first else -0.5
            at = order + late + number / (4 * len(calls)) + sample / (8 * len(calls) * len(call.completions))
            found.append(Node(at, call=call, answer=answer, place=place))
    return found


def _scopes(trace: Trace, nodes: Sequence[Node]) -> list[_Scope]:
    """The goals beside the problem's own, each with its node."""
    own = trace.problem.statement
    scopes: list[_Scope] = []
    negated = f"{own.name}{NEGATED}" if own else ""
    if own and any(_about(node) == negated or node.place.startswith("negation.") for node in nodes):
        at = min(
            node.order for node in nodes if _about(node) == negated or node.place.startswith("negation.")
        )
        status = PROVED if trace.refutation is not None else OPEN
        goal = Goal("negation", _declared(nodes, negated), status, "The statement's negation")
        scopes.append(_Scope("negation.", negated, at, "", Node(at - 0.25, goal=goal)))
    for node in sorted((n for n in nodes if n.step is not None), key=lambda n: n.order):
        if node.step is None or node.call is None or node.call.agent != "decomposer":
            continue
        attempt, verdict = node.step
        if verdict.status is not Status.INCOMPLETE and not verdict.proved:
            continue
        lemmas = stated_lemmas(attempt, node.answer)
        made = {lemma.name: _lemma(node, lemma, number, nodes) for number, lemma in enumerate(lemmas)}
        for lemma in lemmas:
            made[lemma.name].uses = [made[name] for name in lemma.uses if name in made]
            prefix = f"{node.place}.{lemma.name}."
            scopes.append(_Scope(prefix, lemma.name, node.order, attempt.statement.name, made[lemma.name]))
    return scopes


def _lemma(parent: Node, lemma: Lemma, number: int, nodes: Iterable[Node]) -> Node:
    later = [node.step for node in nodes if node.step is not None and node.order > parent.order]
    status = OPEN
    if any(a.statement.name == lemma.name and audited(v) for a, v in later):
        status = PROVED
    elif any(a.statement.name == f"{lemma.name}{NEGATED}" and audited(v) for a, v in later):
        status = REFUTED
    goal = Goal(lemma.name, f"theorem {lemma.name} {lemma.signature}", status, lemma.words)
    return Node(parent.order + 0.1 + number / 1000, goal=goal, parent=parent)


def _about(node: Node) -> str:
    return node.step[0].statement.name if node.step is not None else ""


def _declared(nodes: Iterable[Node], name: str) -> str:
    return next((n.step[0].statement.declare() for n in nodes if n.step and _about(n) == name), "")


def _before(
    node: Node,
    attempts: Mapping[str, Node],
    by_place: Mapping[str, Node],
    reviews: Mapping[str, Node],
    plans: Mapping[tuple[str, str], Node],
) -> Node | None:
    """What a node follows on, by its place and its parent; None for the first of a goal."""
    call = node.call
    found: Node | None = None
    if call is not None and call.agent == "critic":
        review = _REVIEW.match(call.place)
        found = by_place.get(call.place)
        if review:
            number = int(review[2])
            mended = by_place.get(f"{review[1]}.fix{number}")
            known = mended.step[0].parent_id if mended is not None and mended.step is not None else None
            found = attempts.get(known or "") or _newest(by_place, review[1], number)
    elif call is not None and call.agent == "corrector":
        if call.place.endswith(".revised"):
            draft = call.place.removesuffix(".revised")
            found = reviews.get(draft) or by_place.get(draft)
        elif fix := _FIX.match(call.place):
            found = reviews.get(f"{fix[1]}.review{fix[2]}")
            if found is None and node.step is None:
                found = _newest(by_place, fix[1], int(fix[2]))
    elif call is not None and call.agent == "writer":
        head, _, last = call.place.rpartition(".")
        start = f"{head}." if head else ""
        plan = "plan0" if last == "drafts" else last
        found = plans.get((f"{start}plan", f"{start}{plan}"))
    if found is None and node.step is not None:
        found = attempts.get(node.step[0].parent_id or "")
    return None if found is node else found


def _newest(by_place: Mapping[str, Node], chain: str, before: int) -> Node | None:
    """What a chain had come to before its correction of that number."""
    places = [*(f"{chain}.fix{number}" for number in reversed(range(before))), f"{chain}.revised", chain]
    return next((by_place[place] for place in places if place in by_place), None)


def _scope(node: Node, scopes: Sequence[_Scope]) -> Node | None:
    """The goal that a node is for; None for the problem's own."""
    place = node.call.place if node.call is not None else ""
    if place:
        inside = [scope for scope in scopes if place.startswith(scope.prefix)]
        if inside or node.step is None:
            return max(inside, key=lambda scope: len(scope.prefix)).node if inside else None
    about = _about(node)
    names = (about, about.removesuffix(NEGATED))
    fitting = [s for s in scopes if s.name in names and s.since <= node.order and s.within != about]
    return fitting[-1].node if fitting else None


def _ordered(nodes: Sequence[Node]) -> list[Node]:
    """By their order, each behind its parent; a link that would close a circle is dropped."""
    for node in nodes:
        seen, link = {id(node)}, node.parent
        while link is not None:
            if id(link) in seen:
                node.parent = None
                break
            seen.add(id(link))
            link = link.parent
    done: dict[int, Node] = {}
    for node in sorted(nodes, key=lambda node: node.order):
        line = [node]
        while (above := line[-1].parent) is not None and id(above) not in done:
            line.append(above)
        done |= {id(one): one for one in reversed(line) if id(one) not in done}
    return list(done.values())
