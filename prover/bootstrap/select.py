"""Which drafts become examples: no duplicates, the best of each kind, weighed by how rare the problem's proofs are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from prover.bootstrap.answers import code_tokens, form_of
from prover.bootstrap.drafts import Draft
from prover.bootstrap.example import Example, Kind
from prover.bootstrap.settings import HarvestSettings, level_of, weight_of
from prover.codec import digest, to_json
from prover.errors import InputError
from prover.search.memory import content_key


class Selection:
    """The examples of all problems, problem after problem."""

    def __init__(self, settings: HarvestSettings, left_out: Counter[str]) -> None:
        self._settings, self._left_out = settings, left_out
        self._chosen: dict[str, Example] = {}

    def add(self, drafts: Sequence[Draft], split: str, tries: int, wins: int) -> None:
        """Those of one problem: of each kind the best `cap`, which share the problem's weight."""
        for kind in self._settings.kinds:
            fresh: dict[str, Example] = {}
            forms: set[str] = set()
            for draft in _in_turns([d for d in drafts if d.kind is kind]):
                form = _form(draft)
                name = _id(draft)
                # Two problems may share a lemma.
                if form in forms or name in fresh or name in self._chosen:
                    self._left_out["duplicate"] += 1
                    continue
                forms.add(form)
                try:
                    fresh[name] = self._example(draft, name, split, tries, wins)
                except InputError as error:
                    # Such as half a surrogate pair in what a run says of a model.
                    self._left_out[f"no example: {str(error).partition(': ')[2]}"[:160]] += 1
            kept = list(fresh.values())[: self._settings.cap]
            self._left_out["over the cap"] += len(fresh) - len(kept)
            weight = 1.0
            if self._settings.rarity and kept:
                weight = weight_of(tries, wins, self._settings) / len(kept)
            self._chosen |= {one.id: replace(one, weight=weight) for one in kept}

    def examples(self) -> tuple[Example, ...]:
        """All, with weights whose mean over the training split is 1, to six digits."""
        examples = tuple(self._chosen.values())
        train = [example.weight for example in examples if example.split == "train"]
        if not train or not self._settings.rarity:
            return examples
        mean = sum(train) / len(train)
        return tuple(replace(one, weight=max(1e-6, round(one.weight / mean, 6))) for one in examples)

    def _example(self, draft: Draft, name: str, split: str, tries: int, wins: int) -> Example:
        return Example(
            name,
            draft.kind,
            draft.problem.id,
            draft.prompt,
            draft.completion,
            1.0,
            level_of(code_tokens(draft.proof)),
            split,
            {**draft.provenance, "tries": tries, "wins": wins, **self._settings.extra},
        )


def _in_turns(drafts: Sequence[Draft]) -> list[Draft]:
    """The best first; where there are several turns, the best of each, then the second best of each, and so on."""
    turns: dict[str, list[Draft]] = defaultdict(list)
    for draft in sorted(drafts, key=lambda d: (d.rank, _form(d), _id(d))):
        turns[draft.turn].append(draft)
    ordered = [(place, turn, d) for turn, group in turns.items() for place, d in enumerate(group)]
    return [draft for _, _, draft in sorted(ordered, key=lambda row: row[:2])]


def _form(draft: Draft) -> str:
    """What two examples that teach the same have in common."""
    statement = content_key(draft.statement)
    if draft.kind is Kind.FORMALIZE:
        return digest([draft.kind, statement])
    return digest([draft.kind, statement, form_of(draft.statement, draft.proof), draft.failed])


def _id(draft: Draft) -> str:
    content = digest([draft.kind, to_json(draft.prompt), to_json(draft.completion)])
    return f"{draft.kind}-{content[:20]}"
