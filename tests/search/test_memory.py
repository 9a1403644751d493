"""The lemma memory: found by content, by words, by vectors; kept in a file; other files refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from prover.errors import InputError
from prover.search.memory import LemmaMemory, Proved, content_key, terms_of
from prover.types import Header, Statement

HEADER = Header(("Mathlib",))


def lemma(name: str, signature: str, words: str = "", imports: str = "Mathlib") -> Proved:
    return Proved(Statement(name, signature, Header((imports,))), f"proof of {name}", words, "p")


LEMMAS = [
    lemma("a", "(n : ℕ) : 2 ∣ n * (n + 1)", "A product of neighbours is even."),
    lemma("b", "(p : ℕ) (h : Nat.Prime p) : 1 < p", "A prime is more than one."),
    lemma("c", "(x : ℤ) : 0 ≤ x ^ 2", "A square is not negative."),
]


def test_the_same_content_under_another_name_is_found_and_kept_once() -> None:
    memory = LemmaMemory()
    assert memory.add(LEMMAS[0])
    assert not memory.add(lemma("z", "(n : ℕ)  : 2 ∣ n /- by -/ * (n + 1)"))
    found = memory.find(Statement("other", "(n : ℕ) : 2 ∣ n * (n +1)", HEADER))
    assert found == LEMMAS[0]
    assert found.proof_of(Statement("other", ": True", HEADER)) == "proof of a"
    assert memory.find(Statement("other", "(n : ℕ) : 2 ∣ n * (n + 2)", HEADER)) is None
    assert (
        memory.find(Statement("other", "(n : ℕ) : 2 ∣ n * (n + 1)", Header(("Mathlib",), "open Nat"))) is None
    )


def test_likeness_by_words_and_symbols() -> None:
    memory = LemmaMemory()
    for item in LEMMAS:
        memory.add(item)
    for number in range(20):
        memory.add(lemma(f"n{number}", f"(m : ℕ) : m + {number} = {number} + m", "Sums commute."))
    memory.add(lemma("d", "(p : ℕ) (h : Nat.Prime p) : 1 < p + 1", imports="Init"))
    found = memory.like(
        Statement("q", "(q : ℕ) (hq : Nat.Prime q) : 2 ≤ q", HEADER), "Every prime is at least two.", 1
    )
    assert [item.statement.name for item in found] == ["b"]
    assert memory.like(LEMMAS[2].statement, "square", 1)[0].statement.name != "c"
    assert [
        p.statement.name for p in memory.like(Statement("q", "(y : ℤ) : 0 ≤ y ^ 2 + 1", HEADER), n=1)
    ] == ["c"]
    assert LemmaMemory().like(LEMMAS[0].statement) == []


@pytest.mark.parametrize(
    "words", ['" OR *', "NEAR(a b)", "'; DROP TABLE lemmas; --", "\ud800", "«", "", "∣ ∣ ∣"]
)
def test_words_are_never_a_query(words: str) -> None:
    memory = LemmaMemory()
    memory.add(LEMMAS[0])
    memory.like(Statement("q", ": 2 ∣ 4", HEADER), words)
    assert len(memory) == 1


def test_likeness_by_vectors() -> None:
    def embed(texts: Sequence[str]) -> Sequence[Sequence[float]]:
        return [[float("prime" in text.lower()), float("square" in text.lower()), 0.1] for text in texts]

    memory = LemmaMemory(embed=embed)
    for item in LEMMAS:
        memory.add(item)
    found = memory.like(Statement("q", ": True", HEADER), "About a square.", 2)
    assert found[0].statement.name == "c"


def test_a_file_outlives_its_process_and_is_shared(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "lemmas.db"
    first, second = LemmaMemory(path), LemmaMemory(path)
    first.add(LEMMAS[0])
    assert second.find(LEMMAS[0].statement) == LEMMAS[0]
    second.add(LEMMAS[1])
    first.close()
    second.close()
    assert len(LemmaMemory(path)) == 2


def test_other_files_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("no database " * 100)
    with pytest.raises(InputError, match="cannot be used as a lemma memory"):
        LemmaMemory(text)
    other = tmp_path / "other.db"
    sqlite3.connect(other).execute("CREATE TABLE t (x)").connection.commit()
    with pytest.raises(InputError, match="another kind of database"):
        LemmaMemory(other)


def test_a_proof_that_restates_its_theorem_is_renamed() -> None:
    text = "lemma x : True := trivial\ntheorem a : 1 = 1 := by\n  -- a\n  exact a.b (a := rfl)"
    known = Proved(Statement("a", ": 1 = 1", HEADER), text)
    assert known.proof_of(Statement("z", ": 1 = 1", HEADER)) == text.replace(
        "theorem a", "theorem z"
    ).replace("(a :=", "(z :=")


def test_keys_and_terms() -> None:
    assert content_key(Statement("a", ": 1 = 1", HEADER)) == content_key(
        Statement("b", ":  1 =  1 -- so", HEADER)
    )
    assert terms_of("2 ∣ Nat.gcd a_1") == ["2", "u2223", "nat", "gcd", "a", "1"]
    assert terms_of('"open') == ["open"]
