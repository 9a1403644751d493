"""The shapes of the field: rows of several publishers, and Lean files with several theorems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.lean import process
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain
from prover.paths import bundled
from prover.problems import Loaded, load_problems
from prover.problems.lean_file import read_theorems
from prover.types import Header, Problem, Statement


def load_rows(folder: Path, *rows: dict[str, Any]) -> Loaded:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return load_problems(path)


def one(folder: Path, **fields: Any) -> Problem:
    loaded = load_rows(folder, fields)
    assert loaded.refused == ()
    (problem,) = loaded.problems
    return problem


def load_lean(folder: Path, text: str) -> Loaded:
    path = folder / "file.lean"
    path.write_text(text)
    return load_problems(path)


MATHLIB = "import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 0\n\nopen BigOperators Real Nat Topology Rat\n\n"
MATHLIB_HEADER = Header(
    ("Mathlib", "Aesop"), "set_option maxHeartbeats 0\n\nopen BigOperators Real Nat Topology Rat"
)


def test_deepseek(tmp_path: Path) -> None:
    problem = one(
        tmp_path,
        name="two_plus_two",
        split="valid",
        informal_prefix="/-- What is $2+2$? Show that it is 4.-/\n",
        formal_statement="theorem two_plus_two (n : ℕ) (h₀ : n = 2) :\n    n + n = 4 := by\n",
        goal="n : ℕ\n⊢ n + n = 4",
        header=MATHLIB,
    )
    assert problem.statement == Statement(
        "two_plus_two", "(n : ℕ) (h₀ : n = 2) :\n    n + n = 4", MATHLIB_HEADER
    )
    assert problem.informal_statement == "What is $2+2$? Show that it is 4."
    assert (problem.id, problem.split, dict(problem.meta)) == ("two_plus_two", "valid", {})


def test_goedel(tmp_path: Path) -> None:
    code = MATHLIB + "/-- Show that $1 = 1$. -/\ntheorem lean_workbook_1 : 1 = 1 := by sorry"
    problem = one(tmp_path, problem_id="lean_workbook_1", lean4_code=code, origin="workbook")
    assert problem.statement == Statement("lean_workbook_1", ": 1 = 1", MATHLIB_HEADER)
    assert problem.informal_statement == "Show that $1 = 1$."
    assert problem.meta == {"origin": "workbook"}


def test_kimina(tmp_path: Path) -> None:
    problem = one(
        tmp_path,
        uuid="0001-abc",
        problem="Find $x$ with $x + 1 = 3$.",
        answer="2",
        source="olympiads",
        question_type="math-word-problem",
        tags=["algebra", "easy"],
        formal_statement="import Mathlib\n\n/- Find $x$. -/\ntheorem algebra_1 {x : ℤ} (h : x + 1 = 3) : x = 2 := by sorry",
        formal_proof="import Mathlib\n\ntheorem algebra_1 {x : ℤ} (h : x + 1 = 3) : x = 2 := by\n  omega\n",
        author=None,
    )
    assert problem.id == "0001-abc"
    assert problem.statement == Statement(
        "algebra_1", "{x : ℤ} (h : x + 1 = 3) : x = 2", Header(("Mathlib",), "")
    )
    assert problem.informal_statement == "Find $x$ with $x + 1 = 3$."
    assert problem.reference_proof.endswith("x = 2 := by\n  omega")
    assert problem.meta == {
        "answer": "2",
        "source": "olympiads",
        "question_type": "math-word-problem",
        "tags": "algebra, easy",
    }


def test_theorem_llama(tmp_path: Path) -> None:
    problem = one(
        tmp_path,
        Name="Nat.foo",
        Statement="theorem foo (n : ℕ) : n ≤ n",
        Proof=":= by simp",
        Informal_statement="Every $n$ is at most itself.",
        Informal_proof="Plain.",
        Commented_proof=":= by\n  -- plain\n  simp",
    )
    assert (problem.id, problem.statement) == ("Nat.foo", Statement("foo", "(n : ℕ) : n ≤ n"))
    assert (problem.informal_proof, problem.reference_proof) == ("Plain.", ":= by simp")
    assert problem.meta["commented_proof"].startswith(":= by")


def test_bundled_shape(tmp_path: Path) -> None:
    problem = one(
        tmp_path,
        name="false_one",
        split="test",
        subject="logic",
        difficulty=2,
        truth=False,
        informal_statement="Words.",
        informal_proof="",
        header="import Mathlib\n\nopen Nat\n\n",
        formal_statement="theorem false_one (n : ℕ) : n ! = n := by\n  sorry",
        formal_proof="  intro x\n  simp\n",
        refutation_proof="  decide",
    )
    assert problem.statement == Statement("false_one", "(n : ℕ) : n ! = n", Header(("Mathlib",), "open Nat"))
    assert problem.reference_proof == "  intro x\n  simp"
    assert problem.meta == {
        "subject": "logic",
        "difficulty": "2",
        "truth": "false",
        "refutation_proof": "  decide",
    }


def test_the_bundled_set_loads_whole() -> None:
    loaded = load_problems(bundled("data", "core"))
    assert loaded.refused == ()
    assert len(loaded.problems) >= 120
    assert {p.split for p in loaded.problems} == {"train", "valid", "test"}
    assert all(p.statement and p.informal_statement and p.meta["subject"] for p in loaded.problems)
    assert sum(bool(p.reference_proof) for p in loaded.problems) >= 60


def test_words_only(tmp_path: Path) -> None:
    problem = one(
        tmp_path, id=7, question="Show that 1 = 1.", proof="It is.", formal_statement="", license="MIT"
    )
    assert (problem.id, problem.statement, problem.licence) == ("7", None, "MIT")
    assert (problem.informal_statement, problem.informal_proof) == ("Show that 1 = 1.", "It is.")


def test_a_statement_with_its_proof(tmp_path: Path) -> None:
    problem = one(tmp_path, formal_statement="lemma a : 1 = 1 := by\n  rfl")
    assert problem.statement == Statement("a", ": 1 = 1")
    assert (problem.id, problem.reference_proof) == ("a", "by\n  rfl")


def test_a_statement_with_imports_ignores_the_header_field(tmp_path: Path) -> None:
    problem = one(
        tmp_path,
        header="import Aesop\nopen Real",
        formal_statement="import Mathlib\nopen Nat\ntheorem a : 1 = 1 := by",
    )
    assert problem.statement == Statement("a", ": 1 = 1", Header(("Mathlib",), "open Nat"))


def test_several_theorems_in_one_statement(tmp_path: Path) -> None:
    formal = (
        "def f (n : ℕ) := n\n\nlemma helper (n : ℕ) : f n = n := rfl\n\n"
        "theorem early : f 1 = 1 := by sorry\n\ntheorem main : f 2 = 2 := by sorry"
    )
    problem = one(tmp_path, name="p", header=MATHLIB, formal_statement=formal)
    assert problem.statement is not None
    assert problem.statement.name == "main"
    assert "lemma helper (n : ℕ) : f n = n := rfl" in problem.statement.header.preamble
    assert "early" not in problem.statement.header.preamble


def test_names_in_guillemets(tmp_path: Path) -> None:
    problem = one(tmp_path, name="my problem", formal_statement="theorem «my problem» : 1 = 1 := by sorry")
    assert (problem.id, problem.statement) == ("my problem", Statement("«my problem»", ": 1 = 1"))
    assert load_lean(tmp_path, "theorem «a b».c' : 1 = 1 := sorry").problems[0].id == "«a b».c'"


FILE = """import Mathlib
import Aesop

/-! # Several problems -/

open Nat

def double (n : ℕ) := n + n

namespace Inner

/-- Twice one is two. -/
theorem first : double 1 = 2 := by
  sorry

-- A proved lemma.
lemma proved (n : ℕ) : double n = n + n := rfl

example : double 2 = 4 := rfl

/- Twice two
   is four. -/
open Real in
@[simp] private theorem second (n : ℕ) : double 2 = 4 := sorry

theorem sum : (match 1 with | 0 => 0 | n => n) = 1
  := by -- not yet
  sorry

end Inner

-- Far away.

-- Near,
-- and nearer.
set_option maxRecDepth 100 in theorem «third one» : Inner.proved 1 = rfl := by
#check Nat
"""


def test_a_file_of_several_theorems(tmp_path: Path) -> None:
    loaded = load_lean(tmp_path, FILE)
    assert loaded.refused == ()
    first, second, total, third = loaded.problems
    assert [p.id for p in loaded.problems] == ["first", "second", "sum", "«third one»"]
    assert [p.informal_statement for p in loaded.problems] == [
        "Twice one is two.",
        "Twice two\n   is four.",
        "",
        "Near,\nand nearer.",
    ]
    assert [int(p.source.rsplit(":", 1)[1]) for p in loaded.problems] == [13, 24, 26, 36]
    assert first.statement is not None
    assert first.statement.header == Header(
        ("Mathlib", "Aesop"),
        "/-! # Several problems -/\n\nopen Nat\n\ndef double (n : ℕ) := n + n\n\nnamespace Inner",
    )
    assert second.statement is not None
    preamble = second.statement.header.preamble
    assert preamble.startswith(first.statement.header.preamble)
    assert "lemma proved (n : ℕ) : double n = n + n := rfl" in preamble
    assert preamble.endswith("\nopen Real")
    assert "example" not in preamble
    assert "first" not in preamble
    assert total.statement is not None
    assert total.statement.signature == ": (match 1 with | 0 => 0 | n => n) = 1"
    assert "open Real" not in total.statement.header.preamble
    assert third.statement is not None
    assert "end Inner" in third.statement.header.preamble
    assert third.statement.header.preamble.endswith("set_option maxRecDepth 100")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("example : 1 = 1 := sorry", 1, "an open `example` has no name"),
        ("theorem b : 1 = 1 := by\n  have := sorry\n  rfl", 1, "the proof of `b` holds a `sorry`"),
        (
            "abbrev answer : ℕ := sorry\n\ntheorem b : answer = 1 := sorry",
            3,
            "`b` rests on `answer`, which is left open",
        ),
        ("instance : Foo := sorry\ntheorem b : 1 = 1 := sorry", 2, "`b` rests on an unnamed definition"),
        ("theorem b : ∀ n, P n\n  | 0 => sorry", 2, "pattern matching"),
        ("theorem b (n : ℕ : n = n := sorry", 1, "a bracket is left open"),
    ],
)
def test_what_cannot_be_a_problem(tmp_path: Path, text: str, line: int, reason: str) -> None:
    loaded = load_lean(
        tmp_path,
        f"{text}\n\ntheorem z : 2 = 2 := sorry\n"
        if "instance" not in text
        else f"theorem z : 2 = 2 := sorry {text}",
    )
    assert [p.id for p in loaded.problems] == ["z"]
    assert [(r.line, reason in r.reason) for r in loaded.refused] == [(line, True)]
    statement = loaded.problems[0].statement
    assert statement is not None
    assert "theorem b" not in statement.header.preamble


def test_a_refused_theorem_is_no_context(tmp_path: Path) -> None:
    text = "def n : ℕ := sorry\n\ntheorem b : n = n := by\n\ntheorem z : 2 = 2 := by"
    loaded = load_lean(tmp_path, text)
    assert ["rests on `n`" in r.reason for r in loaded.refused] == [True]
    assert loaded.problems[0].statement == Statement("z", ": 2 = 2", Header((), "def n : ℕ := sorry"))


def test_a_theorem_proved_by_cases_is_context(tmp_path: Path) -> None:
    proved = "theorem b : ∀ n : ℕ, n = n\n  | 0 => rfl\n  | _ + 1 => rfl"
    loaded = load_lean(tmp_path, f"{proved}\n\ntheorem z : 2 = 2 := sorry")
    assert loaded.refused == ()
    assert loaded.problems[0].statement == Statement("z", ": 2 = 2", Header((), proved))


def test_context_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prover.problems.lean_file.MAX_CONTEXT", 1_000_000)
    pairs = (f"theorem a{i} : P := p\ntheorem b{i} : Q := sorry\n" for i in range(1_000))
    loaded = load_lean(tmp_path, "".join(pairs))
    assert loaded.refused[0].reason == "more than 1,000,000 characters of context: expected a smaller file"
    assert len(loaded.problems) + len(loaded.refused) == 1_000
    assert sum(len(p.statement.header.preamble) for p in loaded.problems if p.statement) <= 1_000_000


CONTEXTS = """import Mathlib

def double (n : ℕ) := n + n

namespace Inner

/-- Twice one is two. -/
theorem first : double 1 = 2 := by sorry

theorem proved (n : ℕ) : double n = n + n := rfl

section
variable (m : ℕ)
set_option maxRecDepth 1000 in
open Nat in
@[simp] private theorem second (n : ℕ) : 3 ! = 6 ∧ double n = n + n ∧ m = m := sorry
end

theorem «third one».{u} {α : Sort u} (a : α) : a = a := by
end Inner

open Inner in
theorem last : proved 1 = rfl := sorry
"""


BLOCKS = st.sampled_from(
    [
        ("open", "theorem {} : P := by sorry"),
        ("open", "/-- Words. -/\nlemma {} (n : ℕ := 1) : |n| ≥ 0 := by -- := sorry\n  sorry"),
        ("open", "set_option a 1 in open B in @[simp] theorem {} : P :="),
        ("open", "private theorem {} : let x := 1; x = 1\n  := sorry"),
        ("kept", "theorem {} : P := by\n  open A in\n  simp"),
        ("kept", "def {} : ℕ := 1 -- sorry"),
        ("kept", "theorem {} : P\n  | 0 => p"),
        ("refused", "theorem {} : P := by\n  have := sorry\n  simp"),
        ("refused", "theorem {} := sorry"),
        ("refused", "example : {} := sorry"),
        ("dropped", "example : {} := rfl"),
        ("plain", "/- theorem {} : P := sorry -/"),
        ("plain", '#check "theorem {} : P := sorry"'),
        ("plain", "open X{}"),
    ]
)


@given(st.lists(BLOCKS, max_size=12), st.sampled_from(["\n", "\n\n", "\n-- note\n\n"]))
def test_every_block_goes_where_it_belongs(blocks: list[tuple[str, str]], glue: str) -> None:
    kinds = {f"x{i}y": kind for i, (kind, _) in enumerate(blocks)}
    text = "import A\n" + glue.join(block.format(f"x{i}y") for i, (_, block) in enumerate(blocks))
    findings = read_theorems(text)
    opened = [name for name, kind in kinds.items() if kind == "open"]
    assert [found.statement.name for found in findings.open] == opened
    assert len(findings.refused) == list(kinds.values()).count("refused")
    for found in findings.open:
        before = list(kinds)[: list(kinds).index(found.statement.name)]
        in_preamble = {name for name in kinds if name in found.statement.header.preamble}
        assert {name for name in before if kinds[name] == "kept"} <= in_preamble
        assert not {name for name in kinds if kinds[name] in ("open", "refused", "dropped")} & in_preamble
        assert in_preamble <= set(before)


@pytest.mark.lean
def test_statements_elaborate_in_their_context(core: Toolchain, tmp_path: Path) -> None:
    for problem in load_lean(tmp_path, CONTEXTS).problems:
        statement = problem.statement
        assert statement is not None
        path = tmp_path / "statement.lean"
        header = core.header(statement.header) + statement.header.preamble
        path.write_text(f"{header}\n{statement.declare()} := sorry\n#print axioms {statement.name}\n")
        done = process.run([*core.argv, str(path)], Limits(wall_s=60), env=core.env)
        output = done.stdout.decode()
        assert "error" not in output, problem.id
        assert "depends on axioms: [sorryAx]" in output, problem.id


def test_a_quoted_name_with_a_space_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    row = {"name": "«y z»", "formal_statement": "theorem «y z» : 2 = 2 := by\n"}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    loaded = load_problems(path)
    assert loaded.refused == ()
    assert [(p.id, p.statement.name) for p in loaded.problems if p.statement] == [("«y z»", "«y z»")]
