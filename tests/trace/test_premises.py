"""The premise graph: levels, an order to learn in, ancestors, and a circle refused; lean-dojo's shapes through a fake."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from prover.errors import InputError
from prover.trace.leandojo import missing, read_theorem
from prover.trace.premises import ancestors, curriculum, graph_json, most_used, premise_graph
from prover.trace.theorem import Step, TracedTheorem, Use


def theorem(name: str, *uses: str, proof: str = "simp") -> TracedTheorem:
    names = tuple(Use(use, "M", False) for use in uses)
    return TracedTheorem(name, "theorem", ": True", proof, "", "M.lean", 1, "M", names)


THEOREMS = [
    theorem("d", "b", "c"),
    theorem("a", "Nat.add_comm", proof="long proof"),
    theorem("b", "a"),
    theorem("c", "a", proof="rfl"),
    theorem("e", proof="rfl"),
]


def test_levels_and_curriculum() -> None:
    graph = premise_graph(THEOREMS)
    assert {name: graph.nodes[name]["level"] for name in graph} == {"a": 0, "e": 0, "b": 1, "c": 1, "d": 2}
    assert curriculum(graph) == ["e", "a", "c", "b", "d"]
    assert ancestors(graph, "d") == {"a", "b", "c"}
    assert most_used(graph, 1) == [("a", 2)]
    assert "Nat.add_comm" not in graph
    assert graph_json(graph)["edges"] == [["b", "d"], ["c", "d"], ["a", "b"], ["a", "c"]]


def test_circles_and_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match=r"(a → b|b → a)$"):
        premise_graph([theorem("a", "b"), theorem("b", "a")])
    with pytest.raises(InputError, match="'nobody'"):
        ancestors(premise_graph(THEOREMS), "nobody")


@dataclass
class FakeTheorem:
    """What `lean_dojo.TracedTheorem` offers of a theorem."""

    statement: str
    proof: str | None = "by\n  exact Nat.add_comm a b"
    comments: list[Any] = field(default_factory=lambda: [SimpleNamespace(text="/-- Sums commute. -/")])
    theorem: Any = field(default_factory=lambda: SimpleNamespace(full_name="My.comm"))
    file_path: str = "My/Basic.lean"
    start: Any = field(default_factory=lambda: SimpleNamespace(line_nb=7))

    def get_theorem_statement(self) -> str:
        return self.statement

    def get_tactic_proof(self) -> str | None:
        return self.proof

    def get_premise_full_names(self) -> list[str]:
        return ["Nat.add_comm", "My.comm", "Nat.add_comm"]

    def get_traced_tactics(self) -> list[Any]:
        return [
            SimpleNamespace(
                tactic="exact Nat.add_comm a b", state_before="⊢ a + b = b + a", state_after="no goals"
            )
        ]


REPOSITORY = SimpleNamespace(commit="abc", url="https://example.org/a/b")


def test_a_theorem_of_lean_dojo_becomes_one_of_ours() -> None:
    read = read_theorem(FakeTheorem("theorem comm (a b : ℕ) : a + b = b + a :="), REPOSITORY)
    assert read is not None
    assert (read.name, read.statement) == ("My.comm", "(a b : ℕ) : a + b = b + a")
    assert (read.words, read.line, read.module) == ("Sums commute.", 7, "My.Basic")
    assert [use.name for use in read.uses] == ["Nat.add_comm"]
    assert read.steps == (Step("exact Nat.add_comm a b", "⊢ a + b = b + a", "no goals"),)
    assert read.leandojo()["commit"] == "abc"


def test_what_is_no_plain_theorem_is_left_out() -> None:
    assert read_theorem(FakeTheorem("instance : Inhabited ℕ :="), REPOSITORY) is None


def test_missing_names_each_requirement(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prover.trace.leandojo.shutil.which", lambda tool: None if tool == "elan" else tool)
    monkeypatch.setattr("prover.trace.leandojo.importlib.util.find_spec", lambda _: object())
    (tmp_path / ".git").mkdir()
    (tmp_path / "lean-toolchain").write_text("leanprover/lean4:v4.2.0\n")
    reasons = missing(str(tmp_path))
    assert len(reasons) == 2
    assert reasons[0].startswith("the program elan")
    assert "4.3.0" in reasons[1]
    (tmp_path / "lean-toolchain").write_text("leanprover/lean4:v4.35.0\n")
    assert len(missing(str(tmp_path))) == 1
