"""The bundled problems: their schema and their splits as text, and every statement, proof and refutation in Lean."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from prover.lean.checker import PlainChecker
from prover.lean.files import FileReport
from prover.lean.protocol import Limits
from prover.lean.source import Refusal, Submission, parse_submission
from prover.problems import load_problems
from prover.syntax import code, parse_header, parse_theorem, tokenize
from prover.types import ALLOWED_AXIOMS, Statement, Status

FOLDER = Path(__file__).parents[1] / "data" / "core"
SPLITS = ("train", "valid", "test")
KEYS = (
    "name",
    "split",
    "subject",
    "difficulty",
    "truth",
    "informal_statement",
    "informal_proof",
    "header",
    "formal_statement",
    "formal_proof",
    "refutation_proof",
)
SUBJECTS = (
    "counting",
    "divisibility",
    "functions",
    "induction",
    "inequalities",
    "integers",
    "logic",
    "modular",
    "nat_arith",
    "parity",
    "primes_gcd",
    "sequences",
)
HEADERS = ("import Mathlib\n\n", "import Mathlib\n\nopen Nat\n\n")
END = " := by\n  sorry"
LIMITS = Limits(wall_s=600, cpu_s=300)

Row = dict[str, Any]


def read(split: str) -> list[Row]:
    lines = (FOLDER / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


ROWS = [row for split in SPLITS for row in read(split)]
TRUE = [row for row in ROWS if row["truth"]]
FALSE = [row for row in ROWS if not row["truth"]]


def signature(row: Row) -> str:
    text = row["formal_statement"]
    return text.removeprefix(f"theorem {row['name']} ").removesuffix(END)


def negation(row: Row) -> str:
    """The type of the refutation: not the statement closed over its binders."""
    text = signature(row)
    depth = 0
    for token in code(tokenize(text)):
        depth += (token.text in "([{⟨⦃") - (token.text in ")]}⟩⦄")
        if token.text == ":" and depth == 0:
            binders, goal = text[: token.start].strip(), text[token.end :].strip()
            return f"¬ (∀ {binders}, {goal})" if binders else f"¬ ({goal})"
    raise AssertionError(f"{row['name']}: no colon before the goal")


def skeleton(row: Row) -> tuple[str, ...]:
    """The statement with all numerals alike and its variables numbered in the order of their appearance."""
    names: dict[str, str] = {}
    words = []
    for token in code(tokenize(signature(row))):
        text = token.text
        if text[0].isdigit():
            text = "0"
        elif re.fullmatch(r"[A-Za-z]\w*['₀-₉]*", text) and (len(text) < 3 or text[0].islower()):
            text = text if text in ("fun", "max", "min") else names.setdefault(text, f"v{len(names)}")
        words.append(text)
    return tuple(words)


def lean_file(theorems: Iterable[tuple[Row, str]]) -> str:
    """One Lean file; each theorem stands behind its own `open`, closed again after it."""
    parts = ["import Mathlib\n"]
    for row, theorem in theorems:
        preamble = row["header"].removeprefix("import Mathlib\n\n")
        parts.append(f"section\n{preamble}{theorem}\nend\n")
    return "\n".join(parts)


def failures(report: FileReport, expected: Status) -> Iterator[str]:
    for theorem in report.theorems:
        if theorem.status is not expected:
            said = [d.message for d in report.diagnostics if theorem.line <= d.line <= theorem.line + 3]
            yield f"{theorem.name}: {theorem.status} {theorem.detail} {' '.join(said)[:300]}"
        elif expected is Status.PROVED and not set(theorem.axioms) <= ALLOWED_AXIOMS:
            yield f"{theorem.name}: axioms {theorem.axioms}"


# schema


@pytest.mark.parametrize("split", SPLITS)
def test_every_line_is_canonical_json_with_the_keys_in_order(split: str) -> None:
    for line in (FOLDER / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert tuple(row) == KEYS
        assert json.dumps(row, ensure_ascii=False) == line
        assert row["split"] == split


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_a_row_says_what_the_card_promises(row: Row) -> None:
    assert re.fullmatch(r"[a-z0-9_]+", row["name"])
    assert row["subject"] in SUBJECTS
    assert row["name"].startswith(f"{row['subject']}_")
    assert row["difficulty"] in (1, 2, 3, 4, 5)
    assert type(row["truth"]) is bool
    for key in ("informal_statement", "informal_proof"):
        assert len(row[key]) > 20 or (key == "informal_proof" and row[key].endswith("."))
        assert row[key] == " ".join(row[key].split())
        assert row[key].count("$") % 2 == 0
        assert row[key].count("{") == row[key].count("}")
        assert "..." not in row[key]
    assert row["header"] in HEADERS
    assert ("open Nat" in row["header"]) == bool(re.search(r"[\w)] ?!", signature(row)))
    assert row["formal_statement"].startswith(f"theorem {row['name']} ")
    assert row["formal_statement"].endswith(END)
    assert row["formal_statement"].count("sorry") == 1
    for key in ("formal_proof", "refutation_proof"):
        assert all(line.startswith("  ") and line == line.rstrip() for line in row[key].splitlines())
        assert "sorry" not in row[key]
    assert row["truth"] != row["informal_proof"].startswith("(The statement is false")
    assert not (row["truth"] and row["refutation_proof"])
    assert row["truth"] or (row["refutation_proof"] and not row["formal_proof"])


def test_nearly_all_true_problems_have_a_proof() -> None:
    assert sum(not row["formal_proof"] for row in TRUE) <= 10


def test_size_and_balance() -> None:
    total = len(ROWS)
    assert total >= 200
    assert len(FALSE) >= 15
    by_split = Counter(row["split"] for row in ROWS)
    for split, share in zip(SPLITS, (0.5, 0.2, 0.3), strict=True):
        assert abs(by_split[split] / total - share) < 0.02
        part = [row for row in ROWS if row["split"] == split]
        levels = Counter(row["difficulty"] for row in part)
        for level, wanted in zip(range(1, 6), (0.25, 0.25, 0.25, 0.15, 0.10), strict=True):
            assert abs(levels[level] / len(part) - wanted) < 0.05, (split, level)
        subjects = Counter(row["subject"] for row in part)
        assert set(subjects) == set(SUBJECTS)
        assert max(subjects.values()) < 0.15 * len(part)
        assert any(not row["truth"] for row in part)


def test_names_and_words_are_unique() -> None:
    for key in ("name", "informal_statement", "formal_statement"):
        counts = Counter(row[key] for row in ROWS)
        assert [text for text, count in counts.items() if count > 1] == []


def test_no_two_splits_share_a_statement_up_to_numerals_and_names() -> None:
    seen: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    names: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in ROWS:
        seen[skeleton(row)].add(row["split"])
        names[skeleton(row)].append(row["name"])
    assert [names[key] for key, splits in seen.items() if len(splits) > 1] == []


def test_a_skeleton_forgets_numerals_and_names_only() -> None:
    def row(text: str) -> Row:
        return {"name": "t", "formal_statement": f"theorem t {text}{END}"}

    assert skeleton(row("(n : ℕ) (h : 6 ∣ n) : 3 ∣ n")) == skeleton(row("(k : ℕ) (hk : 10 ∣ k) : 5 ∣ k"))
    assert skeleton(row("(n : ℕ) : Even n")) != skeleton(row("(n : ℕ) : Odd n"))
    assert skeleton(row("(a b : ℕ) : a ∣ b")) != skeleton(row("(a b : ℕ) : b ∣ a"))


def test_the_loader_reads_every_row() -> None:
    loaded = load_problems(FOLDER)
    assert loaded.refused == ()
    problems = {problem.id: problem for problem in loaded.problems}
    assert set(problems) == {row["name"] for row in ROWS}
    for row in ROWS:
        problem = problems[row["name"]]
        assert problem.statement is not None
        assert problem.statement.signature == signature(row)
        assert problem.reference_proof == row["formal_proof"]
        assert problem.split == row["split"]
        assert problem.meta["truth"] == json.dumps(row["truth"])


def test_statements_and_proofs_parse_as_one_theorem() -> None:
    for row in ROWS:
        assert parse_header(row["header"]).imports == ("Mathlib",)
        assert parse_theorem(row["formal_statement"]).name == row["name"]
        assert parse_theorem(row["formal_statement"]).signature == signature(row)


def test_every_proof_passes_the_gate() -> None:
    for row in ROWS:
        statement = Statement(row["name"], signature(row))
        text = row["formal_proof"] or row["refutation_proof"]
        parsed = parse_submission(text, statement)
        assert isinstance(parsed, Submission), (row["name"], parsed)
        assert parsed.tactic
        assert isinstance(parse_submission(f"{text}\n  native_decide", statement), Refusal)


def test_the_card_counts_what_is_there() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")

    def line(label: str, rows: list[Row]) -> str:
        counts = Counter(row["split"] for row in rows)
        return f"| {label} | {' | '.join(str(counts[split]) for split in SPLITS)} | {len(rows)} |"

    expected = [line("all", ROWS), line("false on purpose", FALSE)]
    expected += [line(f"difficulty {n}", [r for r in ROWS if r["difficulty"] == n]) for n in range(1, 6)]
    expected += [line(f"`{name}`", [r for r in ROWS if r["subject"] == name]) for name in SUBJECTS]
    assert [text for text in expected if text not in card] == []


# Lean


@pytest.mark.lean
async def test_every_statement_elaborates(checker: PlainChecker) -> None:
    text = lean_file((row, row["formal_statement"]) for row in ROWS)
    report = await checker.check_file(text, LIMITS)
    assert len(report.theorems) == len(ROWS)
    assert list(failures(report, Status.INCOMPLETE)) == []
    assert [d.message for d in report.diagnostics if d.severity == "error"] == []


@pytest.mark.lean
@pytest.mark.slow
@pytest.mark.parametrize("split", SPLITS)
async def test_every_reference_proof_is_accepted(checker: PlainChecker, split: str) -> None:
    proved = [row for row in TRUE if row["formal_proof"] and row["split"] == split]
    text = lean_file(
        (row, f"theorem {row['name']} {signature(row)} := by\n{row['formal_proof']}") for row in proved
    )
    report = await checker.check_file(text, LIMITS)
    assert len(report.theorems) == len(proved)
    assert list(failures(report, Status.PROVED)) == []
    assert report.status is Status.PROVED


@pytest.mark.lean
async def test_every_false_statement_is_refuted(checker: PlainChecker) -> None:
    text = lean_file(
        (row, f"theorem {row['name']}_neg : {negation(row)} := by\n{row['refutation_proof']}")
        for row in FALSE
    )
    report = await checker.check_file(text, LIMITS)
    assert len(report.theorems) == len(FALSE)
    assert list(failures(report, Status.PROVED)) == []
    assert report.status is Status.PROVED


@pytest.mark.lean
async def test_a_proof_put_under_another_statement_is_noticed(checker: PlainChecker) -> None:
    proved = [row for row in TRUE if len(row["formal_proof"].splitlines()) > 3][:20]
    shifted = zip(proved, proved[1:] + proved[:1], strict=True)
    text = lean_file(
        (row, f"theorem {row['name']} {signature(row)} := by\n{other['formal_proof']}")
        for row, other in shifted
    )
    report = await checker.check_file(text, LIMITS)
    assert [theorem.name for theorem in report.theorems if theorem.status is Status.PROVED] == []
