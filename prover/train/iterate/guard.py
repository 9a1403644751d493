"""What stands between a round's data and its training: nothing held out.

A second look, apart from the harvest's own decontamination, over the very file that is trained on: it is the one that
the harvest wrote, byte for byte; each example is about a training problem whose shape no held-out one has; and no
held-out statement stands in what an example shows or teaches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from prover.bootstrap.decontaminate import Contamination, HeldOut
from prover.bootstrap.example import Example, read_examples, texts_in
from prover.bootstrap.fingerprint import Fingerprint
from prover.errors import InputError
from prover.train.iterate.inputs import file_digest
from prover.types import Problem


@dataclass(frozen=True)
class Guard:
    """The held-out problems, and the fingerprints of those that may be learned from, by id."""

    held: HeldOut
    trained_on: Mapping[str, Fingerprint]

    def assert_clean(self, path: Path, sha256: str) -> None:
        """Raises `InputError` where the file is not that of the digest, and for the first example that is about a
        held-out problem or about no known one, or that holds a held-out statement."""
        for example in _examples(path, sha256):
            known = self.trained_on.get(example.problem)
            if known is None:
                raise InputError(
                    f"{path}: {example.id} is about {example.problem}, which is no training problem"
                )
            near = self.held.like(known)
            if near is not None:
                raise InputError(
                    f"{path}: {example.id} is about {example.problem}, which is the held-out {near.problem} "
                    f"(same {near.rule}): nothing is trained"
                )
            self._assert_no_mention(example, path)

    def assert_no_mention(self, path: Path, sha256: str) -> None:
        """The same for data from elsewhere, whose problems are not known: no held-out statement stands in it."""
        for example in _examples(path, sha256):
            self._assert_no_mention(example, path)

    def _assert_no_mention(self, example: Example, path: Path) -> None:
        for text in (*texts_in(example.prompt), *texts_in(example.completion)):
            inside = self.held.inside(text)
            if inside is not None:
                raise InputError(
                    f"{path}: {example.id} holds the held-out {inside.problem}: nothing is trained"
                )


def too_near(held: HeldOut, problem: Problem, own: Fingerprint) -> Contamination | None:
    """The held-out problem that a problem is like, or whose statement stands in its own."""
    assert problem.statement is not None
    shown = f"theorem {problem.statement.name} {problem.statement.signature}"
    return held.like(own) or held.inside(shown)


def _examples(path: Path, sha256: str) -> Iterator[Example]:
    if file_digest(path) != sha256:
        raise InputError(f"{path}: was changed since it was written or first read: nothing is trained")
    return read_examples(path)
