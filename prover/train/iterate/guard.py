"""What stands between a round's data and its training: nothing held out, and for the control nothing that fits.

`assert_clean` is a second look, apart from the harvest's own decontamination: by the digests of the statements' shapes,
over the very file that is trained on.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from prover.bootstrap.decontaminate import HeldOut
from prover.bootstrap.example import Example, read_examples
from prover.bootstrap.fingerprint import Fingerprint
from prover.codec import digest, to_json
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


def shuffled(examples: Sequence[Example], seed: int) -> list[Example]:
    """Each statement with the answer to another one of its kind: as many examples, of the same texts, that teach
    nothing about which proof fits which statement. Where one problem has more than half of a kind, what cannot be
    paired is left out."""
    found: list[Example] = []
    for kind in sorted({example.kind for example in examples}):
        own = [e for e in examples if e.kind is kind and e.split == "train"]
        names = sorted({e.problem for e in own})
        random.Random(f"{seed}/{kind}").shuffle(names)
        own.sort(key=lambda e: (names.index(e.problem), e.id))
        shift = max(Counter(e.problem for e in own).values(), default=0)
        for place, example in enumerate(own):
            other = own[(place + shift) % len(own)]
            if other.problem != example.problem:
                name = digest([to_json(example.prompt), to_json(other.completion)])[:20]
                facts = {**example.provenance, "answer_of": other.problem}
                found.append(
                    replace(
                        example, id=f"shuffled-{kind}-{name}", completion=other.completion, provenance=facts
                    )
                )
    return list({example.id: example for example in found}.values())
