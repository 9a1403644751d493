"""The rounds of one iteration, stage by stage: prove, harvest, train, evaluate, and beside them the control's.

Every stage is a folder that is done or goes on (`stage`): a run by its store, a harvest by its journal, a training by
its checkpoints. So a kill at any moment costs what was in flight, nothing that is finished is done again, and no
example is seen more often than the recipe's plan says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.bootstrap.example import read_examples, write_examples
from prover.bootstrap.harvest import harvest
from prover.bootstrap.journal import Journal
from prover.errors import InfraError, InputError
from prover.models.weights import weights_name
from prover.pipeline import Progress
from prover.search.setup import Judge, Source
from prover.train.iterate import measure
from prover.train.iterate.child import train
from prover.train.iterate.config import Iteration
from prover.train.iterate.control import shuffled
from prover.train.iterate.guard import Guard
from prover.train.iterate.inputs import Inputs, Search
from prover.train.iterate.rollout import rollout
from prover.train.iterate.stage import stage
from prover.train.recipe import DATA
from prover.types import StopReason

EXAMPLES = "examples.jsonl"
_TRIES = 2
"""How often a run is gone through for the sake of problems that a breakdown of ours kept from an answer."""
_MAX_INFRA = 0.05
"""From this part of the problems without an answer on, a score would not be worth its name."""


class StoppedError(Exception):
    """Someone asked for an end (Ctrl-C); what is finished is kept."""


@dataclass(frozen=True, slots=True)
class Weights:
    base: str
    adapter: str = ""

    @property
    def name(self) -> str:
        adapter = f" with {weights_name(self.adapter)}" if self.adapter else ""
        return f"{weights_name(self.base)}{adapter}"


@dataclass
class Workshop:
    """Everything that the rounds share."""

    inputs: Inputs
    out: Path
    judge: Judge
    train_set: Source
    test_set: Source
    guard: Guard
    journal: Journal
    say: Callable[[str], None]
    on_progress: Callable[[Progress], None] = lambda _: None

    @property
    def config(self) -> Iteration:
        return self.inputs.config

    def folder(self, arm: str, number: int, what: str) -> Path:
        return self.out / arm / f"round-{number}" / what

    async def evaluate(self, arm: str, number: int, weights: Weights) -> dict[str, Any]:
        folder = self.folder(arm, number, "evaluate")
        search = self.inputs.evaluate

        async def work() -> Mapping[str, Any]:
            self.say(f"{arm}, round {number}: evaluating on {len(self.test_set.problems)} held-out problems")
            # The same seed in every round: what changes is the model.
            await self._run(folder, search, self.test_set, weights, self.config.seed)
            return measure.evaluation(folder, self.config.watch)

        return await stage(folder, _run_of(search, self.test_set, weights), work)

    async def prove(self, number: int, weights: Weights) -> dict[str, Any]:
        folder = self.folder("main", number, "prove")
        problems, search = self.to_prove(number), self.inputs.prove

        async def work() -> Mapping[str, Any]:
            self.say(f"round {number}: proving {len(problems.problems)} problems")
            seed = self.config.seed + 1000 * number
            await self._run(folder, search, problems, weights, seed)
            return measure.proving(folder)

        return await stage(folder, _run_of(search, problems, weights), work)

    def to_prove(self, number: int) -> Source:
        """The problems of a round. Raises `InputError` where none are left for it."""
        part = self.config.prove
        if not part.advance or part.limit is None:
            return self.train_set
        left = self.train_set.problems[(number - 1) * part.limit :]
        if not left:
            known = len(self.train_set.problems)
            raise InputError(
                f"iterate: prove.advance: none of the {known} problems is left for round {number}"
            )
        return self.train_set.only(left[: part.limit])

    async def _run(self, folder: Path, how: Search, problems: Source, weights: Weights, seed: int) -> None:
        """A problem that is kept from an answer twice by a breakdown of ours is counted apart, not waited for."""
        for _ in range(_TRIES):
            outcome = await rollout(
                folder,
                problems,
                (how.policy, how.budget),
                self.config.spec(weights.base, weights.adapter),
                self.judge,
                seed=seed,
                inflight=self.config.inflight,
                on_progress=self.on_progress,
            )
            if outcome.stopped is StopReason.INTERRUPTED:
                raise StoppedError
            if not outcome.remaining:
                return
        if outcome.remaining > _MAX_INFRA * len(problems.problems):
            raise InfraError(
                f"{folder}: {outcome.remaining} of {len(problems.problems)} problems got no answer (errors.log there "
                "tells why); the same command goes on"
            )
        self.say(f"  {outcome.remaining} problems got no answer (errors.log tells why) and are counted apart")

    async def harvest(self, number: int) -> dict[str, Any]:
        folder = self.folder("main", number, "harvest")
        first = 1 if self.config.accumulate and self.config.samples == "fresh" else self.proved_in(number)
        runs = [self.folder("main", n, "prove") for n in range(first, self.proved_in(number) + 1)]
        settings = self.config.settings(number)

        async def work() -> Mapping[str, Any]:
            self.say(f"round {number}: harvesting")
            result = await harvest(
                runs,
                settings,
                self.judge.checker,
                self.journal,
                held_out=self.test_set.problems,
                jobs=self.judge.jobs,
            )
            sha256 = write_examples(folder / EXAMPLES, result.examples)
            trained_on = [example for example in result.examples if example.split == "train"]
            return {
                "sha256": sha256,
                "examples": len(result.examples),
                "trained_on": len(trained_on),
                "kinds": result.kinds,
                "authors": dict(sorted(Counter(str(e.provenance["author"]) for e in trained_on).items())),
                "problems": result.problems,
                "left_out": dict(result.left_out),
                "lean_cpu_s": result.lean_cpu_s,
            }

        return await stage(folder, {"settings": settings.hash, "runs": len(runs)}, work)

    def proved_in(self, number: int) -> int:
        """The round whose samples a round learns from."""
        return number if self.config.samples == "fresh" else 1

    async def shuffle(self, number: int, harvested: Mapping[str, Any]) -> dict[str, Any]:
        """The control's data: the same texts, put together wrongly."""
        folder = self.folder("control", number, "harvest")

        async def work() -> Mapping[str, Any]:
            source = self.folder("main", number, "harvest") / EXAMPLES
            examples = list(read_examples(source)) if harvested["examples"] else []
            found = shuffled(examples, self.config.seed)
            count = len(found.examples)
            return {
                "sha256": write_examples(folder / EXAMPLES, found.examples),
                "examples": count,
                "trained_on": count,
                "equal_answers": found.equal,
                "left_out": {"no other problem's answer": found.left_out} if found.left_out else {},
            }

        return await stage(folder, {"of": harvested["sha256"], "seed": self.config.seed}, work)

    async def train(
        self,
        arm: str,
        number: int,
        weights: Weights,
        harvested: Mapping[str, Any],
        steps: int | None = None,
    ) -> tuple[Weights, dict[str, Any]]:
        """The weights that a round ends with: those it began with where there was nothing to learn from."""
        if not harvested["trained_on"]:
            return weights, {"steps": 0, "seconds": 0.0, "tokens": 0, "skipped": "no examples"}
        folder = self.folder(arm, number, "train")
        data = self.folder(arm, number, "harvest") / EXAMPLES
        recipe = self.inputs.recipe
        if steps is not None:
            recipe = recipe.changed(steps=steps)
        adapts = recipe.lora is not None
        begin = weights if self.config.start == "last" else Weights(self.config.base)

        async def work() -> Mapping[str, Any]:
            self.guard.assert_clean(data, harvested["sha256"])
            for path, sha256 in self.inputs.further.items():
                self.guard.assert_no_mention(path, sha256)
            self.say(f"{arm}, round {number}: training on {harvested['trained_on']} examples")
            sources = {name: [Path(path)] for name, path in self.config.data.items()}
            return await train(
                recipe,
                folder / "model",
                base=begin.base,
                adapter=begin.adapter,
                data={**sources, DATA: [data]},
            )

        made_of = {
            "data": harvested["sha256"],
            "further": self.inputs.data,
            "begin": begin.name,
            "recipe": recipe.hash,
        }
        result = await stage(folder, made_of, work)
        made = str(folder / "model")
        return (Weights(begin.base, made) if adapts else Weights(made)), result


def _run_of(how: Search, problems: Source, weights: Weights) -> dict[str, Any]:
    """What a run is made of."""
    return {"weights": weights.name, "problems": problems.sha256, "search": how.identity}
