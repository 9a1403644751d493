"""`iterate`: round after round, until the last, or until no round is better any more.

Stops early when `patience` rounds in a row have not raised the held-out score above the best round before them.
The summary, the report and the plot are written anew after each round, so that there is always one of all that is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from prover.bootstrap.decontaminate import HeldOut, Strictness
from prover.bootstrap.fingerprint import fingerprints
from prover.bootstrap.journal import Journal
from prover.config import code_version
from prover.errors import InputError
from prover.models.weights import weights_name
from prover.pipeline import Progress, false_on_purpose
from prover.run_folder import FolderLock, git_commit, timestamp, write_atomically
from prover.search.setup import Judge, Source
from prover.train.folder import read_json
from prover.train.iterate.arm import Weights, Workshop
from prover.train.iterate.config import Iteration
from prover.train.iterate.guard import Guard, too_near
from prover.train.iterate.inputs import Inputs
from prover.train.iterate.report import write_report
from prover.train.iterate.stage import make_folder
from prover.train.iterate.summary import Round, best_of, summary

MANIFEST = "manifest.json"
_MAY_CHANGE = ("rounds", "patience", "jobs", "inflight")
"""What a later session of an iteration may have otherwise."""


async def iterate(
    inputs: Inputs,
    out: Path,
    judge: Judge,
    train_set: Source,
    test_set: Source,
    *,
    say: Callable[[str], None] = lambda _: None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> dict[str, Any]:
    """The summary. Raises `StoppedError` when someone ends it, `InputError` for a folder of another iteration or data
    that is held out, and what the stages raise."""
    config = inputs.config
    make_folder(out)
    with FolderLock(out), Journal(out / "journal") as journal:
        _open(out, inputs, judge)
        train_set, test_set, guard = await _apart(config, judge, (train_set, test_set), journal, say)
        shop = Workshop(inputs, out, judge, train_set, test_set, guard, journal, say, on_progress)
        # Whether there are problems for the last round shows before the first.
        shop.to_prove(config.rounds if config.samples == "fresh" else 1)
        return await _rounds(shop)


async def _rounds(shop: Workshop) -> dict[str, Any]:
    config = shop.config
    newest = control = Weights(config.base)
    rounds = [Round(0, await shop.evaluate("main", 0, newest))]
    controls = list(rounds) if config.control else []
    stopped = ""
    result = _tell(shop, rounds, controls, stopped)
    for number in range(1, config.rounds + 1):
        if number == 1 or config.samples == "fresh":
            proved = await shop.prove(number, newest)
        harvested = await shop.harvest(number)
        newest, trained = await shop.train("main", number, newest, harvested)
        scored = await shop.evaluate("main", number, newest)
        rounds.append(Round(number, scored, proved, harvested, trained))
        if config.control:
            wrong = await shop.shuffle(number, harvested)
            control, taught = await shop.train("control", number, control, wrong, trained["steps"] or None)
            controls.append(Round(number, await shop.evaluate("control", number, control), {}, wrong, taught))
        stopped = _stop(rounds, config)
        result = _tell(shop, rounds, controls, stopped)
        if stopped:
            shop.say(stopped)
            break
    return result


def _stop(rounds: list[Round], config: Iteration) -> str:
    """Why to end early; empty where there is no reason. Rounds whose score is not known have no say."""
    best = best_of(rounds, config.score)
    if best is None or not config.patience:
        return ""
    since = sum(one.number > best and one.score(config.score) is not None for one in rounds)
    if since >= config.patience:
        return (
            f"no round since round {best} was better at {config.score}: ended after round {rounds[-1].number}"
        )
    return ""


def _tell(shop: Workshop, rounds: list[Round], controls: list[Round], stopped: str) -> dict[str, Any]:
    score = shop.config.score
    content = summary(rounds, controls, stopped=stopped, score=score, about=_about(shop))
    write_report(shop.out, content)
    last = rounds[-1]
    value, interval = last.score(score), last.interval(score)
    shown = "not known, for not every problem got that many samples"
    if value is not None and interval is not None:
        shown = f"{value:.1%} (95% interval {interval[0]:.1%} to {interval[1]:.1%})"
    shop.say(
        f"round {last.number}: held-out {score} {shown}, {last.scored['solved']} of {last.scored['n']} solved"
    )
    return content


def _about(shop: Workshop) -> dict[str, Any]:
    """Which models, problems and judge the scores are of."""
    config = shop.config
    sets = {"held_out": (shop.test_set, config.evaluate), "to_learn": (shop.train_set, config.prove)}
    return {
        "base": weights_name(config.base),
        "backend": config.backend,
        "family": config.family,
        "recipe": shop.inputs.recipe.name,
        "seed": config.seed,
        "profile": shop.judge.profile,
        "toolchain": shop.judge.checker.toolchain,
        "code": code_version(),
        **{
            key: {
                "name": source.name,
                "split": source.split,
                "sha256": source.sha256,
                "problems": len(source.problems),
                "search": how.shown,
            }
            for key, (source, how) in sets.items()
        },
    }


def _open(out: Path, inputs: Inputs, judge: Judge) -> None:
    """Begin, or go on with the same iteration. Raises `InputError` where the folder holds another."""
    config = inputs.config
    identity = {
        "config": {k: v for k, v in config.model_dump(mode="json").items() if k not in _MAY_CHANGE},
        **inputs.identity,
        "base": weights_name(config.base),
        "toolchain": judge.checker.toolchain,
        "code": code_version(),
    }
    path = out / MANIFEST
    if not path.exists():
        content = {"identity": identity, "created": timestamp(), "git": git_commit()}
        write_atomically(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
        return
    old = read_json(path).get("identity")
    if old != json.loads(json.dumps(identity)):
        changed = [key for key in identity if not isinstance(old, dict) or old.get(key) != identity[key]]
        raise InputError(f"{out} holds another iteration (other: {', '.join(changed)}); choose another --out")


async def _apart(
    config: Iteration,
    judge: Judge,
    sets: tuple[Source, Source],
    journal: Journal,
    say: Callable[[str], None],
) -> tuple[Source, Source, Guard]:
    """Both sets without what is false on purpose; the training problems without those that are held out."""
    train_set, test_set = sets
    tests = [p for p in test_set.problems if not false_on_purpose(p)]
    candidates = [p for p in train_set.problems if not false_on_purpose(p) and p.statement is not None]
    strictness = Strictness.CLUSTER if config.harvest.strict else Strictness.SHAPE
    ask = partial(fingerprints, checker=judge.checker, jobs=judge.jobs, journal=journal)
    shapeless: set[str] = set()
    unanswered: set[str] = set()
    held = HeldOut(await ask(tests, unanswered=shapeless), strictness)
    prints = await ask(candidates, unanswered=unanswered)
    answered = [p for p in candidates if p.id not in unanswered]
    kept = [p for p in answered if too_near(held, p, prints[p.id]) is None]
    if shapeless:
        say(f"Lean comes to no end with {len(shapeless)} held-out statements: kept out by their texts alone")
    if unanswered:
        say(f"Lean comes to no end with {len(unanswered)} training problems' statements: left out")
    if len(kept) < len(answered):
        say(f"{len(answered) - len(kept)} training problems are too near to held-out ones: left out")
    if not kept:
        raise InputError("iterate: every training problem is held out: expected other problems to prove")
    if not tests:
        raise InputError("iterate: expected held-out problems to evaluate on")
    # A problem's own label decides in a harvest; here the configuration has said which are for training.
    kept = [replace(p, split="train") for p in kept]
    return (
        train_set.only(kept),
        test_set.only(tests),
        Guard(held, {p.id: prints[p.id] for p in kept}),
    )
