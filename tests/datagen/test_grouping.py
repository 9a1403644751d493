"""Likeness in words, duplicates, clusters and splits."""

from __future__ import annotations

import pytest

from prover.datagen.grouping import SPLITS, Grouped, clusters, duplicates, read_shares, split_by
from prover.datagen.likeness import Texts, tokens
from prover.datagen.prints import Print
from prover.errors import InputError
from prover.problems import load_problems, resolve_benchmark


def test_latex_and_plain_text_read_alike() -> None:
    assert tokens(r"Let $n \geq 2$ be even.") == tokens("let n >= 2 be even .")


def test_the_same_words_with_other_names_are_alike() -> None:
    texts = Texts({"a": r"Show that $n^2 + n$ is even for every natural number $n$."})
    (found,) = texts.like("Prove that k^2 + k is even for every natural number k.")
    assert found.key == "a"
    assert texts.like("Show that $n^2 - n$ is divisible by three or not.") == []
    long = "Here is some long introduction about numbers and what they are. " + (
        r"Show that $n^2 + n$ is even for every natural number $n$."
    )
    assert [one.key for one in texts.like(long)] == ["a"]


def test_bundled_problems_of_different_splits_are_not_alike() -> None:
    path = resolve_benchmark("core")[0]
    held_out = Texts({p.id: p.informal_statement for p in load_problems(path, split="test").problems})
    found = {p.id: held_out.like(p.informal_statement) for p in load_problems(path, split="train").problems}
    assert {name: one for name, one in found.items() if one} == {}


def row(
    name: str, *, origin: str = "", shape: str = "", cluster: str = "", words: str = "", kind: str = "proof"
) -> Grouped:
    return Grouped(name, origin or name, f"text {name}", Print(shape=shape, cluster=cluster), words, kind)


def test_duplicates_have_one_shape_and_one_kind() -> None:
    rows = [
        row("a", shape="s"),
        row("b", shape="s"),
        row("c", shape="s", kind="negation"),
        row("d"),
        row("e"),
    ]
    assert duplicates(rows) == {"b": "a"}


def test_near_duplicates_are_one_cluster() -> None:
    words = r"Show that $7$ divides $2^{3n} - 1$ for every natural number $n$."
    rows = [
        row("a", cluster="x"),
        row("b", cluster="x"),
        row("c", origin="p", words=words),
        row("d", origin="p", words=words, cluster="x"),
        row("e", words=r"Show that $7$ divides $2^{3k} - 1$ for every natural number $k$."),
        row("f", words="Something else entirely, about primes and their squares."),
    ]
    found = clusters(rows)
    assert len({found[name] for name in "abcde"}) == 1
    assert found["f"] != found["a"]
    assert clusters(rows[::-1]) == found


def test_splits_follow_from_the_cluster_and_the_seed() -> None:
    shares = read_shares("train=0.8,valid=0.1,test=0.1")
    names = [f"cluster {number}" for number in range(4000)]
    splits = [split_by(shares, 0, name) for name in names]
    assert splits == [split_by(shares, 0, name) for name in names]
    assert splits != [split_by(shares, 1, name) for name in names]
    parts = {name: splits.count(name) / len(names) for name in SPLITS}
    assert all(abs(parts[name] - shares[name]) < 0.03 for name in SPLITS)
    only = read_shares("test=1")
    assert {split_by(only, 0, name) for name in names} == {"test"}


@pytest.mark.parametrize("text", ["train", "train=2", "train=0.5", "dev=1", "train=0.5,train=0.5", "train=x"])
def test_shares_that_make_no_whole(text: str) -> None:
    with pytest.raises(InputError, match="--splits"):
        read_shares(text)
