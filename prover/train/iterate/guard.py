"""What stands between a round's data and its training: nothing held out.

`assert_clean` is a second look, apart from the harvest's own decontamination: by the digests of the statements' shapes,
over the very file that is trained on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from prover.bootstrap.decontaminate import HeldOut
from prover.bootstrap.example import Example, read_examples
from prover.bootstrap.fingerprint import Fingerprint
from prover.errors import InputError


@dataclass(frozen=True)
class Guard:
    """The held-out problems, and the fingerprints of those that may be learned from, by id."""

    held: HeldOut
    trained_on: Mapping[str, Fingerprint]

    def assert_clean(self, examples: Iterable[Example], where: Path) -> None:
        """Raises `InputError` for the first example that is about a held-out problem, or about no known one."""
        for example in examples:
            known = self.trained_on.get(example.problem)
            if known is None:
                raise InputError(
                    f"{where}: {example.id} is about {example.problem}, which is no training problem"
                )
            near = self.held.like(known)
            if near is not None:
                raise InputError(
                    f"{where}: {example.id} is about {example.problem}, which is the held-out {near.problem} "
                    f"(same {near.rule}): nothing is trained"
                )

    def assert_no_mention(self, path: Path) -> None:
        """The same for data from elsewhere, whose problems are not known: no held-out statement stands in it."""
        for example in read_examples(path):
            prompt = example.prompt if isinstance(example.prompt, str) else example.prompt[-1].content
            inside = self.held.inside(prompt) or self.held.inside(example.target)
            if inside is not None:
                raise InputError(
                    f"{path}: {example.id} holds the held-out {inside.problem}: nothing is trained"
                )
