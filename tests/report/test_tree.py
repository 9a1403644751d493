"""What hangs under what: real searches with a scripted model, and accounts that are not as they should be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from prover.errors import InputError
from prover.report.record import read_selftest
from prover.report.tree import MAX_NODES, Node, nodes_of, shown
from prover.search.policy import Policy
from prover.store import Store
from prover.types import Attempt, Call, Completion, Spend, Status, StopReason, Tier, Trace, Verdict
from tests.report import scene
from tests.report.conftest import problem
from tests.search.scene import fenced


def name(node: Node | None) -> str:
    if node is None:
        return ""
    if node.goal is not None:
        return f"({node.goal.name})"
    if node.step is not None:
        return f"{node.step[0].author}:{' '.join(node.step[0].proof.split())[:18]}"
    return node.call.agent if node.call else "?"


def links(nodes: list[Node]) -> set[tuple[str, str]]:
    return {(name(node.parent), name(node)) for node in nodes}


async def trees(folder: Path, *searches: object) -> dict[str, tuple[Trace, list[Node]]]:
    await scene.make_run(folder, searches or scene.SEARCHES)  # type: ignore[arg-type]
    store = Store.read(folder)
    found = {}
    for trace in store.traces():
        item = trace.problem.id
        found[item] = (trace, nodes_of(trace, tuple(store.calls(item)), store.sources(item)))
    store.close()
    return found


async def test_plans_drafts_corrections_critiques_and_lemmas(tmp_path: Path) -> None:
    found = await trees(tmp_path / "run")
    assert links(found["planned"][1]) == {
        ("", "planner"),
        ("planner", "writer:exact lost n"),
        ("planner", "writer:simp"),
        ("writer:exact lost n", "corrector:good"),
        ("writer:simp", "corrector"),
    }
    assert {
        ("writer:simp", "critic"),
        ("critic", "corrector:ring"),
        ("corrector:ring", "critic"),
        ("critic", "corrector:good"),
    } <= links(found["criticized"][1])
    skeleton = name(found["goal"][1][0])
    assert skeleton.startswith("decomposer:")
    assert links(found["goal"][1]) >= {
        (skeleton, "(step_1)"),
        (skeleton, "(step_2)"),
        ("(step_2)", "writer:good"),
    }
    step_2 = next(node for node in found["goal"][1] if name(node) == "(step_2)")
    assert [name(node) for node in step_2.uses] == ["(step_1)"]


async def test_every_node_stands_behind_its_parent(tmp_path: Path) -> None:
    for _, nodes in (await trees(tmp_path / "run")).values():
        place = {id(node): number for number, node in enumerate(nodes)}
        assert all(node.parent is None or place[id(node.parent)] < place[id(node)] for node in nodes)
        assert all(node.call is None or node.call.agent != "goals" for node in nodes)


async def test_a_refused_decomposition_and_a_negation(tmp_path: Path) -> None:
    item = scene.problem("goal", "(n : ℕ) : n < n")
    policy = Policy(
        "d", "dag", settings={"width": 1, "rounds": 1, "drafts": 1, "depth": 0, **scene.NOTHING}, refute=True
    )
    rules = (
        {"contains": ["Break the following theorem up", "theorem goal_neg"], "answers": ["No idea."]},
        {"contains": "Break", "answers": ["I would not."]},
        {"answers": [fenced("simp")]},
    )
    trace, nodes = (await trees(tmp_path / "run", (item, policy, rules)))["goal"]
    assert trace.stop_reason is StopReason.EXHAUSTED
    assert "(negation)" in {name(node) for node in nodes}
    assert ("(negation)", "decomposer:") in links(nodes)
    assert ("", "decomposer:") in links(nodes)


def _steps(count: int) -> tuple[tuple[Attempt, Verdict], ...]:
    statement = problem(0).statement
    assert statement is not None
    failed = Verdict(Status.ELABORATION_ERROR)
    steps = [(Attempt(f"a{n}", statement, f"simp {n}", "writer"), failed) for n in range(count)]
    last = Attempt("won", statement, "rfl", "corrector", f"a{count - 1}")
    return (*steps, (last, Verdict(Status.PROVED, Tier.AUDITED)))


def test_of_a_long_search_the_way_to_the_proof_is_shown() -> None:
    trace = Trace(problem(0), _steps(500), StopReason.PROVED, Spend())
    nodes = nodes_of(trace, (), {})
    assert trace.proof is not None
    kept = shown(nodes, trace.proof[0])
    assert len(kept) == MAX_NODES
    assert [name(node) for node in kept[-2:]] == ["writer:simp 499", "corrector:rfl"]
    assert name(kept[0]) == "writer:simp 0"
    assert all(node.parent is None or any(node.parent is other for other in kept) for node in kept)


def test_what_was_open_at_an_error_stands_with_the_attempt() -> None:
    trace = Trace(problem(0), _steps(1), StopReason.PROVED, Spend())
    asked = Call("g", "goals", "a0", "", {}, (Completion("⊢ n = n"),))
    nodes = nodes_of(trace, (asked,), {})
    assert [node.open_goals for node in nodes] == [("⊢ n = n",), ()]


def test_damaged_links_end_as_roots() -> None:
    steps = _steps(2)
    circle = (
        (replace(steps[0][0], parent_id="a1"), steps[0][1]),
        (replace(steps[1][0], parent_id="a0"), steps[1][1]),
        (replace(steps[2][0], parent_id="nobody"), steps[2][1]),
    )
    odd = Call("c", "corrector", "x" * 50 + ".fix99999999999", "", {}, (Completion("text"),))
    nodes = nodes_of(Trace(problem(0), circle, StopReason.PROVED, Spend()), (odd,), {"a0": ("gone", 7)})
    assert len(nodes) == 4
    assert sum(node.parent is None for node in nodes) == 3


def test_a_self_test_in_the_run_folder_is_read_strictly(tmp_path: Path) -> None:
    assert read_selftest(tmp_path) is None
    good = {"fakes": 3, "twins": 2, "proved_fakes": [], "refused_twins": [], "infra": [], "toolchain": "Lean"}
    (tmp_path / "selftest.json").write_text(json.dumps(good))
    assert read_selftest(tmp_path) == good
    for bad in ("{", "[]", json.dumps({**good, "fakes": "3"}), json.dumps({**good, "infra": 1})):
        (tmp_path / "selftest.json").write_text(bad)
        with pytest.raises(InputError, match="prover selftest --json"):
            read_selftest(tmp_path)
