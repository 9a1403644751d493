"""From runs to training data: what was proved and audited, as examples that a model of one prompt family learns from.

The way: problems of all runs, one a statement (`material`); those that are held out, or too near to one that is, left
out (`decontaminate`); proofs audited again and minimised (`vet`); drafts of each kind (`kinds`); duplicates left out,
so many kept of each problem, weights and levels given (`select`, here). All examples of a problem are in one split,
which follows from its statement's cluster alone. The same runs and settings give the same examples in the same order,
whatever was interrupted in between. Asks Lean, never a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from prover.agents.family import load_family
from prover.bootstrap.answers import code_tokens
from prover.bootstrap.decontaminate import HeldOut
from prover.bootstrap.drafts import Draft
from prover.bootstrap.example import Example, Kind
from prover.bootstrap.fingerprint import Fingerprint, fingerprints, split_of
from prover.bootstrap.journal import Journal
from prover.bootstrap.kinds import Drafts
from prover.bootstrap.material import Material, read_runs
from prover.bootstrap.settings import HarvestSettings, level_of, weight_of
from prover.bootstrap.vet import vet
from prover.codec import digest, to_json
from prover.lean.protocol import Checker
from prover.pipeline import false_on_purpose
from prover.search.duplicates import normal_form
from prover.search.memory import content_key
from prover.types import Problem

Report = Callable[[str, int, int], None]
"""What is being done, how much of it is done, of how much."""


@dataclass(frozen=True)
class Harvest:
    examples: tuple[Example, ...]
    problems: int
    """That the runs hold and that have something to learn from."""
    left_out: Mapping[str, int]
    """Problems, proofs and drafts that are no examples, by reason."""
    refused: tuple[str, ...]
    """Attempts that a run calls audited and the checker does not accept."""
    lean_cpu_s: float

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
    usable = [material for material in found if not _reason(material.problem, settings, left_out)]
    banned = [*held_out, *(m.problem for m in found if m.problem.split not in settings.include)]
    report("reading statements", 0, len(banned) + len(usable))
    held = HeldOut(
        await fingerprints(_renamed(banned), checker, jobs=jobs, journal=journal), settings.strictness
    )
    prints = await _prints(usable, checker, jobs, journal)
    clean = []
    for material in usable:
        near = held.like(prints[content_key(material.statement)])
        left_out[f"contaminated: {near.rule}" if near else ""] += 1
        if near is None:
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
    shares = {"valid": settings.valid}
    drafts = Drafts(family, settings, vetted.shortest)
    chosen: list[Example] = []
    for material in clean:
        own = prints[content_key(material.statement)]
        split = split_of(own.cluster, shares, settings.seed)
        fit = []
        for draft in drafts.of(vetted.trusted(material)):
            why = _unfit(draft, own, prints, held, settings)
            left_out[why] += 1
            if not why:
                fit.append(draft)
        chosen += select(fit, material, split, settings, left_out)
    left_out.update({f"no form: {reason}": count for reason, count in drafts.dropped.items()})
    left_out.pop("", None)
    return Harvest(
        _balanced(_unique(chosen, left_out), settings),
        len(clean),
        {reason: count for reason, count in sorted(left_out.items()) if count},
        tuple(vetted.refused),
        round(vetted.cpu_s, 3),
    )


def _reason(problem: Problem, settings: HarvestSettings, left_out: Counter[str]) -> str:
    """Why a problem is not learned from."""
    why = ""
    if false_on_purpose(problem):
        why = "false on purpose"
    elif problem.split not in settings.include:
        why = f"of the split {problem.split}"
    if why:
        left_out[why] += 1
    return why


def _renamed(problems: Sequence[Problem]) -> list[Problem]:
    """Under ids that no two share, for they come from several places."""
    return [replace(problem, id=f"{number} {problem.id}") for number, problem in enumerate(problems)]


async def _prints(
    materials: Sequence[Material], checker: Checker, jobs: int, journal: Journal
) -> dict[str, Fingerprint]:
    """By content, of each problem and of each lemma of it that was proved."""
    problems: dict[str, Problem] = {}
    for material in materials:
        own = content_key(material.statement)
        problems[own] = replace(material.problem, id=own)
        for session in material.sessions:
            for attempt, _ in session.proofs:
                key = content_key(attempt.statement)
                problems.setdefault(key, Problem(key, statement=attempt.statement))
    return await fingerprints(list(problems.values()), checker, jobs=jobs, journal=journal)


def _unfit(
    draft: Draft,
    own: Fingerprint,
    prints: Mapping[str, Fingerprint],
    held: HeldOut,
    settings: HarvestSettings,
) -> str:
    """Why a draft is no example; empty where it may be one."""
    lemma = prints.get(content_key(draft.statement), own)
    if lemma is not own:
        near = held.like(lemma)
        if near is not None:
            return f"contaminated lemma: {near.rule}"
        shares = {"valid": settings.valid}
        if split_of(lemma.cluster, shares, settings.seed) != split_of(own.cluster, shares, settings.seed):
            return "a lemma of another split"
    text = draft.completion if isinstance(draft.completion, str) else draft.completion[0].content
    inside = held.inside(text) if len(held) else None
    return f"contaminated: {inside.rule}" if inside is not None else ""


def select(
    drafts: Sequence[Draft],
    material: Material,
    split: str,
    settings: HarvestSettings,
    left_out: Counter[str],
) -> list[Example]:
    """The examples of one problem: without duplicates, the best `cap` of each kind, sharing the problem's weight."""
    tries, wins = material.tries
    chosen: list[Example] = []
    for kind in settings.kinds:
        of_kind: dict[str, Draft] = {}
        for draft in sorted((d for d in drafts if d.kind is kind), key=lambda d: (d.rank, _form(d))):
            if _form(draft) in of_kind:
                left_out["duplicate"] += 1
            of_kind.setdefault(_form(draft), draft)
        kept = list(of_kind.values())[: settings.cap]
        left_out["over the cap"] += len(of_kind) - len(kept)
        weight = weight_of(tries, wins, settings) / len(kept) if settings.rarity and kept else 1.0
        chosen += [_example(draft, weight, split, (tries, wins), settings) for draft in kept]
    return chosen


def _form(draft: Draft) -> str:
    """What two examples that teach the same have in common."""
    statement = content_key(draft.statement)
    if draft.kind in (Kind.PROOF, Kind.NEGATION, Kind.PLAN_PROOF, Kind.CRITIQUE):
        return digest([draft.kind, statement, normal_form(draft.proof)])
    if draft.kind is Kind.FORMALIZE:
        return digest([draft.kind, statement])
    return digest([draft.kind, to_json(draft.prompt), to_json(draft.completion)])


def _example(
    draft: Draft, weight: float, split: str, tries: tuple[int, int], settings: HarvestSettings
) -> Example:
    content = digest([draft.kind, to_json(draft.prompt), to_json(draft.completion)])
    return Example(
        f"{draft.kind}-{content[:20]}",
        draft.kind,
        draft.problem.id,
        draft.prompt,
        draft.completion,
        weight,
        level_of(code_tokens(draft.proof)),
        split,
        {**draft.provenance, "tries": tries[0], "wins": tries[1], **settings.extra},
    )


def _unique(examples: Sequence[Example], left_out: Counter[str]) -> list[Example]:
    """Without examples that two problems share, such as a lemma's."""
    seen: dict[str, Example] = {}
    for example in examples:
        if example.id in seen:
            left_out["duplicate"] += 1
        seen.setdefault(example.id, example)
    return list(seen.values())


def _balanced(examples: Sequence[Example], settings: HarvestSettings) -> tuple[Example, ...]:
    """With weights whose mean over the training split is 1, to six digits."""
    train = [example.weight for example in examples if example.split == "train"]
    if not train or not settings.rarity:
        return tuple(examples)
    mean = sum(train) / len(train)
    return tuple(replace(one, weight=max(1e-6, round(one.weight / mean, 6))) for one in examples)


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
        "not_audited_again": list(result.refused),
        "runs": list(runs),
        "settings": to_json(settings),
        **facts,
    }
