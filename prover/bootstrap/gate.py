"""Whether a draft may become an example: nothing held out in what it shows or teaches, nothing of another split."""

from __future__ import annotations

from collections.abc import Mapping

from prover.bootstrap.decontaminate import HeldOut
from prover.bootstrap.drafts import Draft
from prover.bootstrap.example import texts_in
from prover.bootstrap.fingerprint import Fingerprint
from prover.bootstrap.material import Material
from prover.bootstrap.splits import Splits
from prover.search.memory import content_key


class Gate:
    """`prints` are those of the problems and of the lemmas that were proved, by content."""

    def __init__(self, held: HeldOut, prints: Mapping[str, Fingerprint], splits: Splits) -> None:
        self._held, self._prints, self._splits = held, prints, splits
        self._rules: dict[str, str] = {}
        """By text, for prompts are the same for many drafts."""

    def split_of(self, material: Material) -> str:
        return self._splits.of(self._prints[content_key(material.statement)].cluster)

    def against(self, draft: Draft, material: Material) -> str:
        """Why a draft of a problem is no example; empty where it may be one."""
        key = content_key(draft.statement)
        if key != content_key(material.statement):
            lemma = self._prints.get(key)
            if lemma is None:
                return "a lemma without an answer of Lean's"
            near = self._held.like(lemma)
            if near is not None:
                return f"contaminated lemma: {near.rule}"
            if self._splits.of(lemma.cluster) != self.split_of(material):
                return "a lemma of another split"
        for text in (*texts_in(draft.prompt), *texts_in(draft.completion)):
            rule = self._inside(text)
            if rule:
                return f"contaminated: {rule}"
        return ""

    def _inside(self, text: str) -> str:
        if text not in self._rules:
            found = self._held.inside(text) if len(self._held) else None
            self._rules[text] = found.rule if found is not None else ""
        return self._rules[text]
