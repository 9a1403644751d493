"""Premises of a traced library: what a statement may cite, what is shown to whom, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prover import cli
from prover.agents.family import load_family
from prover.agents.values import Speaker
from prover.errors import InputError
from prover.search.ledger import Notebook
from prover.search.policy import Policy
from prover.search.premises import Premise, PremiseLibrary, read_premises
from prover.types import Header, Problem, Statement
from tests.search.scene import Account, Script, fenced, lean, play

IMPORTS = {
    "Lib": ["Lib.Order", "Lib.Power"],
    "Lib.Power": ["Lib.Order"],
    "Lib.Order": [],
    "Other": ["Lib.Order"],
}
PREMISES = [
    Premise("le_refl", "(n : ℕ) : n ≤ n", "Every number is at most itself.", "Lib.Order", 3),
    Premise("le_square", "(n : ℕ) : n ≤ n ^ 2", "A number is at most its square.", "Lib.Power", 5),
    Premise("le_cube", "(n : ℕ) : n ≤ n ^ 3", "A number is at most its cube.", "Lib.Power", 9),
    Premise("other", "(n : ℕ) : n ≤ n ^ 4", "A number is at most its fourth power.", "Other", 2),
]


def library(**more: Any) -> PremiseLibrary:
    return PremiseLibrary(PREMISES, IMPORTS, **more)


def goal(signature: str = "(m : ℕ) : m ≤ m ^ 5", *imports: str, name: str = "goal") -> Statement:
    return Statement(name, signature, Header(imports or ("Lib",)))


@pytest.mark.parametrize(
    ("imports", "expected"),
    [
        (("Lib",), {"le_refl", "le_square", "le_cube"}),
        (("Lib.Order",), {"le_refl"}),
        (("Other",), {"le_refl", "other"}),
        (("Nothing",), set()),
    ],
)
def test_only_what_the_header_imports_is_accessible(imports: tuple[str, ...], expected: set[str]) -> None:
    assert library().accessible(goal("(m : ℕ) : m = m", *imports)) == expected


def test_an_import_that_was_not_traced_stands_for_the_modules_below_it() -> None:
    untraced = PremiseLibrary(PREMISES, {name: IMPORTS[name] for name in ("Lib.Order", "Lib.Power")})
    assert untraced.accessible(goal()) == {"le_refl", "le_square", "le_cube"}


@pytest.mark.parametrize(
    "statement",
    [
        goal("(n : ℕ) : n ≤ n ^ 2", name="le_square"),
        goal("(n : ℕ) : n ≤ n ^ 2 -- the same\n", name="renamed"),
        goal("(n : ℕ) : 0 + n ≤ n ^ 2", name="le_square"),
    ],
)
def test_neither_the_theorem_itself_nor_what_comes_later_is_accessible(statement: Statement) -> None:
    assert library().accessible(statement) == {"le_refl"}
    first = goal("(n : ℕ) : n ≤ n", name="le_refl")
    # Everything else imports its file.
    assert library().accessible(first) == set()
    assert "le_square" in library().accessible(goal("(n : ℕ) : n ≤ n ^ 3", name="le_cube"))


def test_the_likest_come_first_by_words_or_by_embeddings() -> None:
    assert [p.name for p in library().like(goal(), "at most its cube", 2)] == ["le_cube", "le_square"]

    def embed(texts: Any) -> list[list[float]]:
        return [[1.0, 0.0] if "itself" in text else [0.0, 1.0] for text in texts]

    assert [p.name for p in library(embed=embed).like(goal(), "itself", 1)] == ["le_refl"]
    assert library().like(goal(), "", 0) == []


def test_roots_are_what_every_header_imports() -> None:
    core = library(roots=("Lib",))
    assert core.accessible(goal("(m : ℕ) : m = m", "Mathlib")) == {"le_refl", "le_square", "le_cube"}


async def test_agents_are_shown_premises_and_the_ledger_keeps_them(tmp_path: Path) -> None:
    model = Script(tmp_path, [{"answers": ["1. Say it.", fenced("bad"), fenced("worse"), fenced("good")]}])
    family = load_family("generic")
    seats = {
        role: Speaker(model, family, family.sampling(role)) for role in ("planner", "writer", "corrector")
    }
    policy = Policy("m", "malot", settings={"drafts": 1, "depth": 1}, premises=2)
    ledger = Account()
    item = Problem("p", "A number is at most its fifth power.", statement=goal())
    await play(policy, model, lean(), ledger=ledger, problem=item, models=seats, library=library())
    assert len(model.asked) == 3
    for text, *_ in model.asked:
        assert "# Library" in text
        assert "theorem le_cube (n : ℕ) : n ≤ n ^ 3" in text
        assert "le_refl" not in text
    (kept,) = [call for call in ledger.calls.values() if call.agent == "premises"]
    assert {row[0] for row in json.loads(kept.completions[0].text)} == {"le_cube", "le_square"}


async def test_a_search_that_goes_on_is_shown_what_it_was_shown(tmp_path: Path) -> None:
    ledger = Notebook()
    policy = Policy("w", "whole-proof", settings={"samples": 1, "batch": 1}, premises=1)
    family = load_family("generic")

    async def prompt(known: PremiseLibrary) -> str:
        model = Script(tmp_path, [{"answers": [fenced("bad")]}])
        seats = {"writer": Speaker(model, family, family.sampling("writer"))}
        item = Problem("p", "At most its cube.", statement=goal())
        await play(policy, model, lean(), ledger=ledger, problem=item, models=seats, library=known)
        return model.asked[0][0] if model.asked else ""

    assert "le_cube" in await prompt(library(sha256="one"))
    assert await prompt(library(sha256="one")) == ""


def row(**more: Any) -> str:
    plain = {
        "Name": "a",
        "Statement": "theorem a : 1 = 1",
        "Informal_statement": "",
        "module": "A",
        "line": 1,
    }
    return json.dumps(plain | more) + "\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "holds no theorem"),
        ("{", "theorems.jsonl:1: not JSON"),
        (row() + row(line="1"), "theorems.jsonl:2: expected the field `line` to be a whole number"),
        (row(line=True), "`line`"),
        (row(Statement="theorem a (: 1"), "the statement is not Lean"),
        (json.dumps([1]) + "\n", "`Name`"),
    ],
)
def test_a_trace_that_is_none_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "theorems.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=complaint):
        read_premises(tmp_path)


def test_modules_of_another_shape_are_refused(tmp_path: Path) -> None:
    (tmp_path / "theorems.jsonl").write_text(row(), encoding="utf-8")
    assert len(read_premises(tmp_path)) == 1
    (tmp_path / "modules.json").write_text('{"A": "B"}')
    with pytest.raises(InputError, match=r"modules\.json: expected an object"):
        read_premises(tmp_path)


def test_the_options_are_refused_where_nothing_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.lean"
    file.write_text("theorem a : 1 = 1 := by sorry\n")
    assert cli.main(["prove", str(file), "--premises", str(tmp_path)]) == 2
    assert "asks no model" in capsys.readouterr().err
    assert cli.main(["prove", str(file), "--premises-embedding", "x"]) == 2
    assert "expected --premises" in capsys.readouterr().err
