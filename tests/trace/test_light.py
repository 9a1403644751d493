"""The light tracer on real Lean, and its reading of positions, scopes and reference data."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from prover import cli
from prover.errors import InputError
from prover.lean.toolchain import Toolchain
from prover.problems import load_problems
from prover.trace.light import TracedFile, context_of, read_references, trace_folder
from prover.trace.theorem import TracedTheorem, Use

A = """import Mathlib
namespace Mini
variable (k : ℕ)
/-- Twice a number is even: `𝔸` is astral. -/
theorem two_mul_even (𝔸 : ℕ) : Even (2 * 𝔸) := ⟨𝔸, by ring⟩
lemma quad_even (n : ℕ) : Even (4 * n) := by
  have h := two_mul_even (2 * n)
  have e : 4 * n = 2 * (2 * n) := by ring
  rw [e]
  exact h
theorem by_pattern : ∀ n : ℕ, 0 ≤ n
  | _ => Nat.zero_le _
end Mini
"""
MAIN = """import Mathlib
import Mini.A
open Mini in
theorem use_it : Even (4 * 5) := quad_even 5
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "Mini").mkdir(parents=True)
    (root / ".lake" / "packages").mkdir(parents=True)
    (root / ".lake" / "packages" / "Other.lean").write_text("theorem other : True := trivial\n")
    (root / "Mini" / "A.lean").write_text(A, encoding="utf-8")
    (root / "Main.lean").write_text(MAIN, encoding="utf-8")
    return root


async def trace(root: Path, toolchain: Toolchain) -> dict[str, TracedFile]:
    return {file.path: file async for file in trace_folder(root, toolchain, jobs=2)}


@pytest.mark.lean
async def test_theorems_with_statement_proof_words_and_names_used(project: Path, core: Toolchain) -> None:
    files = await trace(project, core)
    assert set(files) == {"Mini/A.lean", "Main.lean"}
    first, second = files["Mini/A.lean"].theorems
    assert (first.name, first.statement) == ("Mini.two_mul_even", "(𝔸 : ℕ) : Even (2 * 𝔸)")
    assert first.words == "Twice a number is even: `𝔸` is astral."
    assert second.proof.endswith("exact h")
    assert Use("Mini.two_mul_even", "Mini.A", in_statement=False) in second.uses
    assert [use.name for use in second.uses if use.in_statement] == ["Nat", "Even"]
    assert (second.line, second.module, second.keyword) == (6, "Mini.A", "lemma")
    assert second.context == "open Mini\nvariable (k : ℕ)"
    assert files["Mini/A.lean"].left_out == ("Mini.by_pattern",)
    (used,) = files["Main.lean"].theorems
    assert [(use.name, use.module) for use in used.uses if not use.in_statement] == [
        ("Mini.quad_even", "Mini.A")
    ]
    assert used.context == "open Mini"
    assert used.line == 4


@pytest.mark.lean
async def test_a_file_that_fails_is_told_of_with_those_that_import_it(project: Path, core: Toolchain) -> None:
    (project / "Bad.lean").write_text("import Mathlib\ntheorem wrong : 1 = 2 := rfl\n")
    (project / "After.lean").write_text("import Bad\ntheorem t : True := trivial\n")
    (project / "Odd.lean").write_bytes(b"import Mathlib\ntheorem \xff\xfe : True := trivial\n")
    files = await trace(project, core)
    assert "1 is not definitionally equal" in files["Bad.lean"].error
    assert files["After.lean"].error == "imports Bad.lean, which failed"
    assert files["Odd.lean"].error
    assert len(files["Main.lean"].theorems) == 1


async def test_what_holds_no_lean_or_imports_itself_is_refused(tmp_path: Path, core: Toolchain) -> None:
    with pytest.raises(InputError, match=r"holds no \.lean file"):
        await trace(tmp_path, core)
    with pytest.raises(InputError, match="expected a folder"):
        await trace(tmp_path / "nowhere", core)
    (tmp_path / "A.lean").write_text("import B\n")
    (tmp_path / "B.lean").write_text("import A\n")
    with pytest.raises(InputError, match="imports itself"):
        await trace(tmp_path, core)


@pytest.mark.lean
def test_the_verb_writes_rows_that_the_loaders_read(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git = ["git", "-C", str(project), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    out = tmp_path / "out"
    assert cli.main(["trace", str(project), "--profile", "core", "--out", str(out), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["tracer"], answer["theorems"], answer["levels"]) == ("light", 3, 3)
    rows = [json.loads(line) for line in (out / "theorems.jsonl").read_text().splitlines()]
    assert [row["Name"] for row in rows] == ["Mini.two_mul_even", "Mini.quad_even", "use_it"]
    assert all(len(row["Commit"]) == 40 for row in rows)
    problems = load_problems(out / "theorems.jsonl").problems
    assert problems[2].statement is not None
    assert problems[2].statement.header.preamble == "open Mini"
    premises = [json.loads(line) for line in (out / "premises.jsonl").read_text().splitlines()]
    assert premises[2]["premises"] == [{"full_name": "Mini.quad_even", "module": "Mini.A"}]
    edges = json.loads((out / "graph.json").read_text())["edges"]
    assert sorted(edges) == [["Mini.quad_even", "use_it"], ["Mini.two_mul_even", "Mini.quad_even"]]


def test_without_lean_dojo_a_url_is_refused_with_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prover.trace.leandojo._reachable", lambda _: False)
    assert cli.main(["trace", "https://example.org/a/b", "--out", str(tmp_path), "--with", "lean-dojo"]) == 3
    said = capsys.readouterr().err
    assert "lean-dojo cannot trace here; it lacks" in said
    assert "a network: github.com cannot be reached" in said


def test_scopes_open_their_namespaces_and_close_with_their_end() -> None:
    text = "import X\nopen A\nnamespace N\nvariable (n : ℕ)\nnamespace M\n#t1\nend M\nsection\nopen B\nend\nend N\n#t2"
    context = context_of(text)
    assert context(text.index("t1")) == ["open A", "open N", "variable (n : ℕ)", "open N.M"]
    assert context(text.index("t2")) == ["open A"]


@pytest.mark.parametrize(
    "data", [{}, {"references": {}, "decls": {"a": [0]}}, {"references": [], "decls": {}}]
)
def test_reference_data_of_another_shape_raises_what_is_promised(data: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, IndexError, AttributeError)):
        read_references("theorem a : True := trivial", data)


def test_shapes_of_the_field() -> None:
    theorem = TracedTheorem(
        "A.b", "theorem", ": True", "trivial", "So.", "A.lean", 3, "A", (Use("c", "C", False),)
    )
    assert theorem.theorem_llama()["Statement"] == "theorem A.b : True"
    assert theorem.premises()["premises"] == [{"full_name": "c", "module": "C"}]
    assert theorem.leandojo()["traced_tactics"] == []
