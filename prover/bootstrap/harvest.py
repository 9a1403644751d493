"""From runs to training data: what was proved and audited, as examples that a model of one prompt family learns from.

The way: problems of all runs, one a statement (`material`); those that are held out by any run, or too near to one that
is, left out (`decontaminate`); proofs audited again and minimised (`vet`); drafts of each kind (`kinds`); duplicates
left out, so many kept of each problem, weights and levels given (`select`). All examples of a problem are in one split
(`splits`). The same runs and settings give the same examples in the same order, whatever was interrupted in between.
Asks Lean, never a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from prover.agents.family import load_family
from prover.bootstrap.decontaminate import HeldOut
from prover.bootstrap.example import Example, Kind
from prover.bootstrap.fingerprint import Fingerprint, fingerprints
from prover.bootstrap.gate import Gate
from prover.bootstrap.journal import Journal
from prover.bootstrap.kinds import Drafts
from prover.bootstrap.material import Material, read_runs
from prover.bootstrap.select import Selection
from prover.bootstrap.settings import HarvestSettings
from prover.bootstrap.splits import Splits
from prover.bootstrap.vet import vet
from prover.bootstrap.words import headings, with_words
from prover.codec import to_json
from prover.lean.protocol import Checker
from prover.pipeline import false_on_purpose
from prover.search.memory import content_key
from prover.types import Problem

Report = Callable[[str, int, int], None]
"""What is being done, how much of it is done, of how much."""


@dataclass(frozen=True, slots=True)
class Harvest:
    examples: tuple[Example, ...]
    left_out: Mapping[str, int]
    """Problems, proofs and drafts that are no examples, by reason."""
    refused: tuple[str, ...]
    """Attempts that a run calls audited and the checker does not accept."""
    lean_cpu_s: float
    without_shape: int = 0
    """Held-out statements that Lean cannot read: they are kept out by their text, tokens and words alone."""

    @property
    def problems(self) -> int:
        """That examples were made of."""
        return len({example.problem for example in self.examples})

    @property
    def kinds(self) -> dict[str, int]:
        counts = Counter(example.kind.value for example in self.examples)
        return {kind.value: counts[kind.value] for kind in Kind if counts[kind.value]}

    @property
    def splits(self) -> dict[str, int]:
        return dict(sorted(Counter(example.split for example in self.examples).items()))


async def harvest(
    folders: Sequence[Path],
    settings: HarvestSettings,
    checker: Checker,
    journal: Journal,
    *,
    held_out: Sequence[Problem] = (),
    jobs: int = 1,
    report: Report = lambda _what, _done, _total: None,
) -> Harvest:
    """Raises `InputError` for a folder that is no run or an unknown family, `InfraError` where Lean breaks down."""
    family = load_family(settings.family)
    found = read_runs(folders)
    left_out: Counter[str] = Counter()
    usable = [material for material in found if not _reason(material, settings, left_out)]
    banned = [*held_out, *(p for m in found for p in m.problems if p.split not in settings.include)]
    report("reading statements", 0, len(banned) + len(usable))
    ask = partial(fingerprints, checker=checker, jobs=jobs, journal=journal)
    banned_prints, prints = await _prints(banned, usable, ask, left_out)
    held = HeldOut(banned_prints, settings.strictness)
    clean = []
    for material in usable:
        own = prints.get(content_key(material.statement))
        near = held.like(own) if own is not None else None
        left_out[f"contaminated: {near.rule}" if near else ""] += 1
        if own is not None and near is None:
            clean.append(material)
    vetted = await vet(
        clean,
        settings,
        checker,
        journal,
        jobs=jobs,
        report=lambda done, total: report("auditing and minimising proofs", done, total),
    )
    left_out["not audited again"] += len(vetted.refused)
    journal.sync()
    drafts = Drafts(family, settings, vetted.shortest)
    gate = Gate(held, prints, _splits(clean, prints, settings))
    selection = Selection(settings, left_out)
    for material in clean:
        fit = []
        for draft in drafts.of(vetted.trusted(material)):
            why = gate.against(draft, material)
            left_out[why] += 1
            if not why:
                fit.append(draft)
        selection.add(fit, gate.split_of(material), *material.tries(vetted.refuses))
    left_out.update({f"no form: {reason}": count for reason, count in drafts.dropped.items()})
    left_out.pop("", None)
    return Harvest(
        selection.examples(),
        {reason: count for reason, count in sorted(left_out.items()) if count},
        tuple(vetted.refused),
        round(vetted.cpu_s, 3),
        sum(not one.shape for one in banned_prints.values()),
    )


def _reason(material: Material, settings: HarvestSettings, left_out: Counter[str]) -> str:
    """Why a problem is not learned from: what one run calls false or held out is so for all."""
    why = ""
    if any(false_on_purpose(problem) for problem in material.problems):
        why = "false on purpose"
    else:
        splits = [p.split for p in material.problems if p.split not in settings.include]
        why = f"of the split {min(splits)}" if splits else ""
    if why:
        left_out[why] += 1
    return why


async def _prints(
    banned: Sequence[Problem],
    materials: Sequence[Material],
    ask: Callable[..., Awaitable[dict[str, Fingerprint]]],
    left_out: Counter[str],
) -> tuple[dict[str, Fingerprint], dict[str, Fingerprint]]:
    """Of what is held out, under names that no two share; and by content, of each problem and each lemma of it that was
    proved. Those that Lean comes to no end with are not among these, for nobody can tell what they are near to."""
    # They come from several places, where their ids may be the same.
    renamed = [replace(problem, id=f"{number} {problem.id}") for number, problem in enumerate(banned)]
    kept_out = await ask(renamed)
    problems: dict[str, Problem] = {}
    for material in materials:
        own = content_key(material.statement)
        problems[own] = Problem(own, statement=material.statement)
        for session in material.sessions:
            for attempt, _ in session.proofs:
                key = content_key(attempt.statement)
                problems.setdefault(key, Problem(key, statement=attempt.statement))
    unanswered: set[str] = set()
    found = await ask(list(problems.values()), unanswered=unanswered)
    prints = {key: one for key, one in found.items() if key not in unanswered}
    left_out["no answer of Lean's about the statement"] += len(unanswered)
    told = [(p.informal_statement, kept_out[p.id].cluster) for p in renamed if p.id in kept_out]
    for material in materials:
        known = prints.get(content_key(material.statement))
        told += [(text, known.cluster) for text in material.words if known is not None]
    common = headings(told)
    for problem in renamed:
        if problem.id in kept_out:
            kept_out[problem.id] = with_words(kept_out[problem.id], [problem.informal_statement], common)
    for material in materials:
        own = content_key(material.statement)
        if own in prints:
            prints[own] = with_words(prints[own], material.words, common)
    return kept_out, prints


def _splits(
    materials: Sequence[Material], prints: Mapping[str, Fingerprint], settings: HarvestSettings
) -> Splits:
    problems = []
    for material in materials:
        own = prints[content_key(material.statement)]
        problems.append((own.cluster, {problem.id for problem in material.problems}, own.phrases))
    return Splits(problems, {"valid": settings.valid}, settings.seed)


def manifest(
    result: Harvest, settings: HarvestSettings, sha256: str, runs: Sequence[str], **facts: Any
) -> dict[str, Any]:
    """What stands beside the file: what it was made of and how."""
    return {
        "format": 1,
        "sha256": sha256,
        "examples": len(result.examples),
        "kinds": result.kinds,
        "splits": result.splits,
        "problems": result.problems,
        "left_out": dict(result.left_out),
        "held_out_without_shape": result.without_shape,
        "not_audited_again": list(result.refused),
        "runs": list(runs),
        "settings": to_json(settings),
        **facts,
    }
