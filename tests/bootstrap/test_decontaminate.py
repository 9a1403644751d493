"""Held-out problems stay out: by text, shape, n-grams and words; splits follow from a statement alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from prover.bootstrap.decontaminate import HeldOut, Strictness
from prover.bootstrap.fingerprint import Fingerprint, Forms, fingerprint, fingerprints, split_of
from prover.bootstrap.journal import Journal
from prover.errors import InputError
from prover.lean.checker import PlainChecker, open_checker
from prover.types import Header, Problem, Statement

CORE = Header(("Core",))
LONG = "(a b c : ℕ) (h : a + b * c = 7) (g : a * b ≤ c + 3) : a ^ 2 + b ^ 2 ≤ c * (a + b) + 40"


def problem(name: str, signature: str, words: str = "") -> Problem:
    return Problem(name, words, statement=Statement(name, signature, CORE))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def checker() -> AsyncIterator[PlainChecker]:
    checker = open_checker("core", jobs=1)
    yield checker
    await checker.aclose()


def printed(signature: str, words: str = "", **forms: str) -> Fingerprint:
    return fingerprint(Statement("t", signature, CORE), Forms(**forms), words)


@pytest.mark.lean
@pytest.mark.asyncio(loop_scope="module")
async def test_names_order_and_notation_do_not_hide_a_held_out_problem(checker: PlainChecker) -> None:
    held = await fingerprints([problem("held", "(n m : ℕ) (h : n < m) : n + 2 ≤ m + 1")], checker)
    others = [
        problem("same_text", "(n m : ℕ)  (h : n < m) :\n  n + 2 ≤ m + 1"),
        problem("renamed", "(x : ℕ) {y : ℕ} (hyp : y > x) : y + 1 ≥ x + 2"),
        problem("numeral", "(n m : ℕ) (h : n < m) : n + 5 ≤ m + 4"),
        problem("other", "(n m : ℕ) (h : n ≤ m) : n + 2 ≤ m + 2"),
        problem("unreadable", "(n : Nowhere) : n = n"),
    ]
    prints = await fingerprints(others, checker)
    loose, strict = HeldOut(held), HeldOut(held, Strictness.CLUSTER)

    def rule(among: HeldOut, name: str) -> str:
        found = among.like(prints[name])
        return found.rule if found is not None else ""

    assert [rule(loose, name) for name in prints] == ["text", "shape", "", "", ""]
    assert [rule(strict, name) for name in prints] == ["text", "shape", "cluster", "", ""]
    assert prints["unreadable"].shape == ""
    assert prints["unreadable"].cluster


@pytest.mark.lean
@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_known_is_not_asked_again(checker: PlainChecker, tmp_path: Path) -> None:
    problems = [
        problem("a", "(n : ℕ) : n + 0 = n"),
        problem("b", "(n : Nowhere) : n = n"),
        Problem("words", "w"),
    ]
    with Journal(tmp_path / "journal") as journal:
        first = await fingerprints(problems, checker, journal=journal)
    assert set(first) == {"a", "b"}

    class Nobody:
        toolchain = checker.toolchain

    with Journal(tmp_path / "journal") as journal:
        again = await fingerprints(problems, Nobody(), journal=journal)  # type: ignore[arg-type]
    assert again == first


def test_nearly_the_same_code_is_refused_and_a_changed_one_is_not() -> None:
    held = HeldOut({"held": printed(LONG)})
    other_names = LONG.replace("a", "x").replace("h :", "hyp :").replace("c", "z")
    assert held.like(printed(other_names)).rule == "code"  # type: ignore[union-attr]
    assert held.like(printed(LONG.replace("40", "41"))).rule == "code"  # type: ignore[union-attr]
    changed = LONG.replace("7", "9").replace("≤ c + 3", "< c").replace("a ^ 2 + b ^ 2", "a * b")
    assert held.like(printed(changed)) is None


def test_short_statements_are_told_apart_by_text_and_shape_only() -> None:
    held = HeldOut({"held": printed("(n : ℕ) : n + 0 = n")})
    assert held.like(printed("(n : ℕ) : n + 1 = n")) is None
    assert held.like(printed("(n : ℕ) : n + 0 = n")).rule == "text"  # type: ignore[union-attr]


def test_a_run_of_words_in_common_is_refused() -> None:
    words = "Let n be a positive integer such that the sum of the squares of its digits is at most 40. Show n < 10^40."
    held = HeldOut({"held": printed("(n : ℕ) : n = n", words)})
    other = "A question. " + words.upper() + " Is it sharp?"
    assert held.like(printed("(k : ℤ) : k = k", other)).rule == "words"  # type: ignore[union-attr]
    assert (
        held.like(printed("(k : ℤ) : k = k", "Let n be a positive integer such that the sum is odd.")) is None
    )
    assert held.inside(f"Think: {words}").rule == "words"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (f"theorem helper {LONG} := by nlinarith\n\ntheorem t : True := trivial", True),
        (f"Here:\n```lean4\nlemma helper {LONG.replace('b', 'y')} := by\n  nlinarith\n```\n", True),
        (f"have key : ∀ {LONG.replace(' : a ^ 2', ', a ^ 2')} := by\n  nlinarith\nexact key", True),
        ("theorem t (a b c : ℕ) (h : a + b * c = 7) : a ≤ 7 := by\n  omega", False),
        ("no Lean « at all", False),
    ],
)
def test_a_proof_that_carries_a_held_out_statement_is_refused(text: str, holds: bool) -> None:
    held = HeldOut({"held": printed(LONG)})
    found = held.inside(text)
    assert (found is not None) == holds
    assert found is None or found.problem == "held"


def test_splits_depend_on_the_cluster_alone_and_keep_their_shares() -> None:
    shares = {"valid": 0.2, "test": 0.1}
    splits = {f"cluster {i}": split_of(f"cluster {i}", shares) for i in range(4000)}
    counts = {name: list(splits.values()).count(name) for name in ("train", "valid", "test")}
    assert 700 < counts["valid"] < 900
    assert 320 < counts["test"] < 480
    assert all(split_of(cluster, shares) == split for cluster, split in splits.items())
    assert any(split_of(cluster, shares, 1) != split for cluster, split in splits.items())
    assert split_of("x", {}) == "train"


def test_a_journal_loses_no_more_than_a_line_that_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "journal"
    with Journal(path) as journal:
        journal.put("a", {"x": 1})
        journal.put("b", "ü")
        with pytest.raises(InputError, match="another process is at work"):
            Journal(path)
    whole = path.read_bytes()
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        with Journal(path) as journal:
            kept = len(journal)
            assert kept == whole[:cut].count(b"\n")
            journal.put("c", kept)
        with Journal(path) as journal:
            assert (journal.get("c"), len(journal)) == (kept, kept + 1)
    path.write_bytes(b"[1]\n")
    with pytest.raises(InputError, match=r"journal:1: expected a line"):
        Journal(path)
