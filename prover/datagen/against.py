"""Decontamination: which rows are too near to a problem of a benchmark, and the evidence.

A row is a benchmark's problem when its words are alike (`likeness`), when its statement has the same text, the same
shape or the same `loose` shape (`prints`), when its Lean tokens are nearly the same, when its proof holds the
benchmark's statement as a lemma, or when the two statements are proved equivalent in Lean. Limits: a benchmark's
statement that the profile cannot read is compared by text and tokens only, and its problem by words; the card says how
many those are. An equivalence is looked for between a row and the few statements that share most of its terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from prover.bootstrap.decontaminate import HeldOut
from prover.bootstrap.fingerprint import Forms, fingerprint
from prover.datagen.likeness import Texts
from prover.datagen.prints import Print, nearness, print_of
from prover.datagen.sources import split_name
from prover.errors import InputError
from prover.formalize.equivalence import Comparer
from prover.lean.protocol import Checker
from prover.problems import load_problems, resolve_benchmark
from prover.syntax import LeanTextError, parse_theorem, split_commands
from prover.types import NEGATED, Problem, Statement

NEAR_TERMS = 0.6
"""From this share of common terms on, an equivalence is looked for."""
MOST_NEAR = 2
_RULES = {
    "text": "its statement is that of the benchmark's problem, but for names",
    "shape": "its statement is that of the benchmark's problem, up to names, order and notation",
    "code": "its Lean statement is nearly that of the benchmark's problem (n-grams of tokens)",
    "inside": "its proof holds the statement of the benchmark's problem",
    "words": "its words hold a run of the benchmark's words",
    "cluster": "its statement is that of the benchmark's problem, up to numerals",
}


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`refused` rows could not be read."""

    name: str
    sha256: str
    problems: tuple[Problem, ...]
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """Why a row is left out. `evidence` is what a person can compare: the other's words and statement, Lean proofs."""

    rule: str
    """`words`, `text`, `shape`, `loose`, `code`, `inside` or `equivalent`."""
    benchmark: str
    problem: str
    message: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """What proofs in Lean say of a row: the match, if there is one."""

    match: Match | None = None
    tried: tuple[str, ...] = ()
    """The benchmark's problems that an equivalence was looked for with."""


def read_benchmarks(names: Sequence[str]) -> tuple[Benchmark, ...]:
    """The benchmarks, each a known name, a file or a folder, with `:SPLIT` or without. Raises `InputError`."""
    found: dict[str, Benchmark] = {}
    for name in names:
        base, split = split_name(name)
        if base == "-":
            raise InputError("--against: expected a benchmark, a file or a folder, found -")
        path, card = resolve_benchmark(base)
        loaded = load_problems(path, split=split or None, name_words=True)
        label = f"{card.name}:{split}" if split else card.name
        if label in found:
            raise InputError(f"--against: {label} is given twice")
        found[label] = Benchmark(label, loaded.digest, loaded.problems, len(loaded.refused))
    return tuple(found.values())


class Against:
    """The benchmarks' problems, to be looked through. `prints` are those of their statements, by `key_of`."""

    def __init__(self, benchmarks: Sequence[Benchmark], prints: Mapping[str, Print]) -> None:
        self._problems = {key_of(b.name, p.id): (b.name, p) for b in benchmarks for p in b.problems}
        self._prints = {key: one for key, one in prints.items() if key in self._problems}
        self._words = Texts({key: p.informal_statement for key, (_, p) in self._problems.items()})
        statements = {key: p.statement for key, (_, p) in self._problems.items() if p.statement is not None}
        fingerprints = {
            key: fingerprint(statement, _forms(self._prints.get(key, Print())))
            for key, statement in statements.items()
        }
        self._held = HeldOut(fingerprints)
        self._loose = {
            self._prints[key].loose: key for key in reversed(self._prints) if self._prints[key].loose
        }

    @property
    def readable(self) -> int:
        """How many statements can be compared by what Lean reads in them."""
        return sum(bool(one.shape) for one in self._prints.values())

    def match(
        self, words: str, statement: Statement, read: Print, proofs: Sequence[str] = ()
    ) -> Match | None:
        """The first reason to leave a row out, without asking Lean."""
        if alike := self._words.like(words):
            first = alike[0]
            return self._match("words", first.key, f"its words are alike: {first.value:.0%} {first.measure}")
        found = self._held.like(fingerprint(statement, _forms(read)))
        if found is not None:
            return self._match(found.rule, found.problem, _RULES[found.rule])
        if read.loose and (key := self._loose.get(read.loose)):
            message = (
                "its statement is that of the benchmark's problem, up to names and the order of what commutes"
            )
            return self._match("loose", key, message)
        for text in dict.fromkeys(part for proof in proofs for part in _parts(proof, statement.name)):
            if found := self._held.inside(text):
                return self._match("inside", found.problem, _RULES["inside"])
        return None

    async def compare(self, statement: Statement, read: Print, checker: Checker, seconds: float) -> Compared:
        """The reason to leave a row out that a proof in Lean gives; `seconds` of CPU for each direction."""
        tried = []
        for key in self._near(read):
            _, problem = self._problems[key]
            assert problem.statement is not None
            tried.append(key)
            own = await _under(problem.statement, statement, read, checker)
            if own is None:
                continue
            other = replace(problem.statement, name="of_the_benchmark")
            comparer = Comparer(checker, seconds)
            row = replace(own, name="of_the_row")
            # Only both directions count: without the first the second need not be tried.
            there = await comparer.implies(row, other)
            back = await comparer.implies(other, row) if there else ""
            if there and back:
                match = self._match("equivalent", key, "the two statements are proved equivalent in Lean")
                evidence = "\n\n".join([match.evidence, there, back])
                return Compared(replace(match, evidence=evidence), tuple(tried))
        return Compared(None, tuple(tried))

    def _near(self, read: Print) -> list[str]:
        if not read.terms:
            return []
        near = ((nearness(read, other), key) for key, other in self._prints.items() if other.terms)
        likely = sorted(
            (pair for pair in near if pair[0] >= NEAR_TERMS), key=lambda pair: (-pair[0], pair[1])
        )
        return [key for _, key in likely[:MOST_NEAR]]

    def _match(self, rule: str, key: str, message: str) -> Match:
        name, problem = self._problems[key]
        parts = [problem.informal_statement.strip()]
        if problem.statement is not None:
            parts.append(problem.statement.declare())
        return Match(rule, name, problem.id, message, "\n\n".join(filter(None, parts)))


def key_of(benchmark: str, problem: str) -> str:
    return f"{benchmark}/{problem}"


def _parts(proof: str, name: str) -> Iterator[str]:
    """A proof's own lemmas, and its body: what it restates of the theorem is compared as a statement already."""
    try:
        commands = split_commands(proof)
        own = {name, f"{name}{NEGATED}"}
        if not any(command.name in own for command in commands):
            yield proof
            return
        for command in commands:
            text = proof[command.start : command.end]
            restated = command.name in own
            yield parse_theorem(proof[command.keyword_offset : command.end]).body if restated else text
    except LeanTextError:
        yield proof


def _forms(read: Print) -> Forms:
    return Forms(read.shape, read.cluster)


async def _under(
    benchmark: Statement, statement: Statement, read: Print, checker: Checker
) -> Statement | None:
    """The row's statement under the benchmark's header, where it means the same there; else None."""
    if statement.header == benchmark.header:
        return statement
    moved = replace(statement, header=benchmark.header)
    return moved if (await print_of(moved, checker)).shape == read.shape else None
