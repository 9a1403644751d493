"""The control's data: the texts of a round's examples, put together wrongly.

Each prompt gets the answer to another problem of its kind, and one that differs from its own, so that no pair teaches
which proof fits which statement; each answer is used once, so that prompts and answers are those of the main arm, as
often as there. Where most answers are one and the same proof, some prompts must get it: such pairs stay, for else the
arms would learn from different numbers of examples, and are counted. Left out, and counted, is only what no other
problem's answer is there for. Limits: answers are compared by their normal form, so another answer may by chance prove
a statement, too; what little the control learns from that makes it stronger, never weaker.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from prover.bootstrap.example import Example
from prover.codec import digest, to_json
from prover.search.duplicates import normal_form

_EQUAL, _OWN = 1, 1_000_000
"""What a pair costs whose answer is equal to the right one, and one whose answer is its own problem's: one of these is
worse than any number of those."""


@dataclass(frozen=True, slots=True)
class Shuffled:
    examples: tuple[Example, ...]
    equal: int = 0
    """Pairs that had to keep an answer equal to the right one."""
    left_out: int = 0
    """Examples for which there was no other problem's answer."""


def shuffled(examples: Sequence[Example], seed: int) -> Shuffled:
    """Of the split `train`, each prompt with the answer to another one. The same examples and seed, the same pairs."""
    found: list[Example] = []
    equal = left_out = 0
    for kind in sorted({example.kind for example in examples}):
        own = [e for e in examples if e.kind is kind and e.split == "train"]
        forms = [normal_form(e.target) for e in own]
        for place, other in enumerate(_pairs([e.problem for e in own], forms, f"{seed}/{kind}")):
            if own[place].problem == own[other].problem:
                left_out += 1
                continue
            equal += forms[place] == forms[other]
            found.append(_paired(own[place], own[other]))
    return Shuffled(tuple(found), equal, left_out)


def _paired(example: Example, other: Example) -> Example:
    name = digest([example.id, other.id, to_json(other.completion)])[:20]
    facts = {**example.provenance, "answer_of": other.problem}
    return replace(
        example, id=f"shuffled-{example.kind}-{name}", completion=other.completion, provenance=facts
    )


def _pairs(problems: Sequence[str], forms: Sequence[str], seed: str) -> list[int]:
    """For each place the one whose answer it gets, each once: by exchanges from a random order on, for as long as one
    makes the whole cheaper."""
    places = list(range(len(problems)))
    answers = list(places)
    random.Random(seed).shuffle(answers)

    def cost(place: int, answer: int) -> int:
        if problems[place] == problems[answer]:
            return _OWN
        return _EQUAL if forms[place] == forms[answer] else 0

    better = True
    while better:
        better = False
        for place in places:
            now = cost(place, answers[place])
            if not now:
                continue
            for other in places:
                change = cost(place, answers[other]) + cost(other, answers[place])
                if change < now + cost(other, answers[other]):
                    answers[place], answers[other] = answers[other], answers[place]
                    now, better = cost(place, answers[place]), True
                    if not now:
                        break
    return answers
