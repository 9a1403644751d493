"""Reinforcement learning with the checker as the reward: TRL's GRPO over problems, samples judged as in a search.

    trained = await train_grpo(load_recipe("grpo"), Path("out"), base="MODEL", problems=problems, checker=checker)

Asynchronous, for the checker lives in the event loop of the caller; the training itself runs in a thread. What is
rewarded is in `prover.train.reward`, and who watches over it in `prover.train.sentry`. The problems of every step are
planned beforehand, as in supervised training, and a checkpoint keeps the random state, so that a killed training goes
on with the problems it would have had.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from prover.agents.family import Family, load_family
from prover.agents.speak import values_of
from prover.canaries import SoundnessError
from prover.codec import digest, to_json
from prover.config import code_version
from prover.errors import InputError
from prover.lean.protocol import Checker
from prover.models.template import encode
from prover.pipeline import false_on_purpose
from prover.problems import normal_split
from prover.run_folder import FolderLock
from prover.train.base import (
    base_name,
    facts_of,
    identity_of,
    load_tokenizer,
    require_one_process,
    require_packages,
)
from prover.train.card import write_card
from prover.train.folder import TrainFolder, read_metrics
from prover.train.recipe import Recipe
from prover.train.reward import Judge, Posed
from prover.train.sentry import Sentry
from prover.train.session import Report, Stop, never, quiet
from prover.train.tables import Grpo
from prover.types import Problem

TRAIN = "train"
"""The split that is learned from where nobody names another."""
NO_SPLIT = "no split"


@dataclass(frozen=True, slots=True)
class Rewarded:
    """A reinforcement learning that is done."""

    folder: Path
    steps: int
    reward_first: float
    """Mean reward of the samples of the first steps that were logged, and of the last ones."""
    reward_last: float
    problems: int
    dropped: int
    """Problems of the split without a statement that could be proved, or whose prompt leaves no room for an answer."""
    adapter: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class Rollouts:
    """All that is known before a model is loaded."""

    posed: Sequence[Posed]
    tokenizer: Any
    dropped: int
    order: Sequence[int]
    """Which problem is asked when, `settings.problems` to a step."""
    settings: Grpo
    family: Family
    digest: str
    others: Mapping[str, int] = field(default_factory=dict)
    """Problems of other splits, which are not asked, by split."""

    @property
    def splits(self) -> dict[str, int]:
        """Problems that are asked, by split."""
        return dict(Counter(one.problem.split or NO_SPLIT for one in self.posed))

    @property
    def steps(self) -> int:
        return len(self.order) // self.settings.problems * self.settings.iterations

    def counts(self) -> dict[str, Any]:
        lengths = [len(one.tokens) for one in self.posed]
        return {
            "problems": len(self.posed),
            "splits": self.splits,
            "other_splits": dict(self.others),
            "dropped": self.dropped,
            "steps": self.steps,
            "samples": len(self.order) * self.settings.group,
            "longest_prompt": max(lengths, default=0),
            "tokens_at_most": sum(len(self.posed[i].tokens) for i in self.order)
            + len(self.order) * self.settings.group * self.settings.max_tokens,
        }


def plan_grpo(recipe: Recipe, *, base: str, problems: Sequence[Problem], split: str = "") -> Rollouts:
    """Render, encode and order the problems. Raises `InputError` and `MissingError`.

    Those of the split `train` and those of none, or those of `split` alone; never one that is false on purpose.
    """
    if recipe.method != "grpo":
        raise InputError(f'recipe {recipe.name}: expected method = "grpo", found {recipe.method!r}')
    require_packages()
    settings = recipe.grpo or Grpo()
    family = load_family(settings.family)
    chosen, others = _of_split(problems, normal_split(split))
    tokenizer = load_tokenizer(recipe, base)
    room = recipe.train.max_length - settings.max_tokens
    asked = [one for one in chosen if one.statement is not None and not false_on_purpose(one)]
    found = [_posed(family, tokenizer, one) for one in asked]
    posed = [one for one in found if len(one.tokens) <= room]
    if not posed:
        raise InputError(
            f"none of {len(chosen)} problems can be asked: expected true statements whose prompt has at most {room} "
            "tokens (train.max_length less grpo.max_tokens)"
        )
    prints = digest([to_json(one.statement) for one in posed] + [list(one.tokens) for one in posed])
    order = _order(recipe, settings, len(posed))
    dropped = len(chosen) - len(posed)
    return Rollouts(posed, tokenizer, dropped, order, settings, family, prints, others)


def _of_split(problems: Sequence[Problem], split: str) -> tuple[list[Problem], dict[str, int]]:
    """Who may be learned from, and how many of each other split may not."""
    wanted = {split} if split else {"", TRAIN}
    others = Counter(one.split or NO_SPLIT for one in problems if one.split not in wanted)
    chosen = [one for one in problems if one.split in wanted]
    if others and not chosen:
        names = ", ".join(f"{name} ({count})" for name, count in sorted(others.items()))
        raise InputError(
            f"no problem of the split {split or TRAIN}, and none that is of no split: found {names}; another one is "
            "learned from where it is named (--split)"
        )
    return chosen, dict(sorted(others.items()))


def _posed(family: Family, tokenizer: Any, problem: Problem) -> Posed:
    assert problem.statement is not None
    rendered = family.render("writer", values_of(problem, problem.statement))
    if rendered.role.forced is not None:
        raise InputError(
            f"family {family.name}: its writer's answer is forced in two goes, which cannot be trained: expected one "
            "that answers in one, e.g. generic"
        )
    tokens, opened = encode(tokenizer, rendered.prompt)
    tail = rendered.role.answer == "tactics"
    return Posed(problem, problem.statement, rendered.prompt, tuple(tokens), opened, tail, rendered.role.stop)


def _order(recipe: Recipe, settings: Grpo, size: int) -> list[int]:
    """Passes over the problems, each in its own order, cut to whole steps."""
    if recipe.train.steps is not None:
        count = -(-recipe.train.steps // settings.iterations) * settings.problems
    else:
        count = max(1, size * recipe.train.epochs // settings.problems) * settings.problems
    found: list[int] = []
    turn = 0
    while len(found) < count:
        order = list(range(size))
        random.Random(f"{recipe.train.seed}/problems/{turn}").shuffle(order)
        found += order
        turn += 1
    return found[:count]


async def train_grpo(
    recipe: Recipe,
    out: Path,
    *,
    base: str,
    problems: Sequence[Problem],
    checker: Checker,
    split: str = "",
    adapter: str = "",
    resume: bool = True,
    report: Report = quiet,
    stop: Stop = never,
) -> Rewarded:
    """Train, or go on where a killed training of the same recipe, base and problems stopped.

    `split` as for `plan_grpo`. Raises `SoundnessError` the moment that a fake is rewarded, after which nobody goes on
    in this folder, and `StoppedError` behind a checkpoint when `stop` says so.
    """
    require_one_process()
    rollouts = await asyncio.to_thread(plan_grpo, recipe, base=base, problems=problems, split=split)
    sentry = Sentry(checker, rollouts.settings, recipe.train.seed)
    folder = TrainFolder(out)
    identity = identity_of(recipe, base, adapter, rollouts.digest) | {"checker": checker.toolchain}
    folder.claim()
    with FolderLock(folder.run):
        folder.open(identity, facts_of(recipe), resume=resume)
        if done := folder.result():
            return Rewarded(out, **done)
        judge = Judge(checker, rollouts.family)
        from prover.train.rollout import run_grpo  # noqa: PLC0415  loads torch and TRL

        ending = asyncio.Event()
        try:
            await judge.begin(rollouts.posed)
            work = asyncio.create_task(
                asyncio.to_thread(
                    run_grpo,
                    recipe,
                    folder,
                    rollouts,
                    judge=judge,
                    sentry=sentry,
                    loop=asyncio.get_running_loop(),
                    base=base,
                    adapter=adapter,
                    report=report,
                    stop=lambda: stop() or ending.is_set(),
                )
            )
            try:
                seconds = await asyncio.shield(work)
            except asyncio.CancelledError:
                # The thread needs this loop for its last rewards, and the folder's lock until it has ended.
                ending.set()
                await asyncio.wait([work])
                raise
        except SoundnessError as error:
            folder.condemn(str(error))
            raise
        return _finished(recipe, folder, rollouts, base=base, parent=adapter, seconds=seconds)


def _finished(
    recipe: Recipe, folder: TrainFolder, rollouts: Rollouts, *, base: str, parent: str, seconds: float
) -> Rewarded:
    rows = read_metrics(folder.metrics)
    rewards = [row["reward"] for row in rows if "reward" in row]
    some = max(1, len(rewards) // 5)
    first, last = rewards[:some], rewards[-some:]
    done = Rewarded(
        folder.path,
        rollouts.steps,
        round(sum(first) / max(1, len(first)), 4),
        round(sum(last) / max(1, len(last)), 4),
        len(rollouts.posed),
        rollouts.dropped,
        recipe.lora is not None,
        round(seconds, 1),
    )
    write_card(
        folder.path,
        title=f"{folder.path.resolve().name}: trained by the checker's rewards",
        base=base,
        adapter=done.adapter,
        facts={
            "method": "reinforcement learning (GRPO), reward: audited proofs and nothing else",
            "base": base_name(base),
            **({"goes on from": base_name(parent)} if parent else {}),
            "problems": f"{done.problems} ({', '.join(f'{n} {name}' for name, n in rollouts.splits.items())})",
            "prompts": f"family {rollouts.family.name}",
            "problems (SHA-256)": rollouts.digest,
            "steps": done.steps,
            "mean reward": f"{done.reward_first} in the first fifth, {done.reward_last} in the last",
            "recipe": f"{recipe.name} ({recipe.hash})",
            "made with": f"prover {code_version()}",
        },
        losses=rows,
        recipe=recipe.model_dump(mode="json", exclude_none=True),
        licences=sorted({one.problem.licence for one in rollouts.posed if one.problem.licence}),
    )
    content = asdict(done)
    content.pop("folder")
    folder.finish(content, keep_checkpoints=recipe.train.keep_checkpoints)
    return done
