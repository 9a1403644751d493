"""TRL's `GRPOTrainer` over planned problems, rewarded by a `Judge` in the caller's event loop. Runs in a thread.

Prompts are the tokens of `prover.models.template`, as in every search; TRL's own rendering is left out. A sample that
has no reward (Lean broke, again and again) is NaN to TRL, which leaves it out of its group's baseline and gives it the
advantage 0.
"""

from __future__ import annotations

import asyncio
import bisect
import json
import math
import time
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import torch
from datasets import Dataset
from transformers import set_seed
from transformers.trainer_callback import PrinterCallback, ProgressCallback
from trl import GRPOConfig, GRPOTrainer

from prover.canaries import SoundnessError
from prover.models.ends import token_ids
from prover.train.base import load_model
from prover.train.folder import TrainFolder
from prover.train.grpo import Rollouts
from prover.train.loop import common_arguments, hushed, on_one_device, raise_if_stopped, save
from prover.train.recipe import Recipe
from prover.train.reward import Judge, Scored, log_tally
from prover.train.sentry import Sentry
from prover.train.session import Report, Stop
from prover.train.watch import Watch

T = TypeVar("T")

_SHOWN = 100_000
"""Characters of a sample that the folder keeps."""


class RolloutTrainer(GRPOTrainer):
    """Reports nothing to anybody; a prompt is the place of a problem, its tokens are planned. A sample ends at the
    first of the stop texts, as in a search: what stands behind it was no answer, and is not learned from."""

    def __init__(
        self, *args: Any, tokens: Sequence[Sequence[int]], stop: Sequence[str], **settings: Any
    ) -> None:
        self._planned, self._stop = tokens, stop
        super().__init__(*args, **settings)

    def _send_telemetry(self) -> None:
        return

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """Ours is written when the training is done."""

    def _tokenize_prompts(self, prompts: list[str]) -> tuple[list[list[int]], None, dict[str, Any]]:
        return [list(self._planned[int(prompt)]) for prompt in prompts], None, {}

    def _generate_single_turn(self, *args: Any, **settings: Any) -> tuple[list[list[int]], Any]:
        answers, logprobs = super()._generate_single_turn(*args, **settings)  # type: ignore[no-untyped-call]
        kept = [up_to_stop(self.processing_class, ids, self._stop) for ids in answers]
        if logprobs is not None:
            logprobs = [row[: len(ids)] for row, ids in zip(logprobs, kept, strict=True)]
        return kept, logprobs


def up_to_stop(tokenizer: Any, ids: list[int], stop: Sequence[str]) -> list[int]:
    """As many tokens as it takes for one of the stop texts to stand there; all, where none does."""

    def stopped(count: int) -> bool:
        text = tokenizer.decode(ids[:count], skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return any(mark in text for mark in stop)

    if not stop or not stopped(len(ids)):
        return ids
    return ids[: bisect.bisect_left(range(len(ids)), True, key=stopped)]


class Payer:
    """The reward function that TRL calls, with a batch's completions as tokens."""

    def __init__(
        self,
        rollouts: Rollouts,
        folder: TrainFolder,
        *,
        judge: Judge,
        sentry: Sentry,
        watch: Watch,
        loop: asyncio.AbstractEventLoop,
        ends: frozenset[int],
    ) -> None:
        self._judge, self._sentry, self._rollouts = judge, sentry, rollouts
        self._folder, self._watch, self._loop, self._ends = folder, watch, loop, ends

    def checker(
        self,
        prompts: list[str],
        completion_ids: list[list[int]],
        trainer_state: Any,
        log_metric: Any,
        **_: Any,
    ) -> list[float | None]:
        """1 for an audited proof, 0 for anything else, None where there is no verdict."""
        step = int(trainer_state.global_step) + 1
        decode = self._rollouts.tokenizer.decode
        samples = [
            (
                self._rollouts.posed[int(prompt)],
                str(decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)),
                bool(ids) and ids[-1] in self._ends,
            )
            for prompt, ids in zip(prompts, completion_ids, strict=True)
        ]
        scored, tally = self._wait(self._judge.score(step, samples))
        # Before the judge is judged: they are the evidence.
        self._keep(step, scored)
        try:
            tally.fakes = self._wait(self._sentry.guard(step, scored))
        except SoundnessError as error:
            self._watch.fooled(step, str(error))
            raise
        log_tally(tally, log_metric)
        return [one.reward for one in scored]

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _keep(self, step: int, scored: Sequence[Scored]) -> None:
        """Each sample, for people who want to see what is learned."""
        rows = (
            {
                "step": step,
                "problem": one.posed.problem.id,
                "text": one.text[:_SHOWN],
                "proof": one.proof[:_SHOWN],
                "status": one.status,
                "reward": one.reward,
            }
            for one in scored
        )
        with self._folder.samples.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)


def run_grpo(
    recipe: Recipe,
    folder: TrainFolder,
    rollouts: Rollouts,
    *,
    judge: Judge,
    sentry: Sentry,
    loop: asyncio.AbstractEventLoop,
    base: str,
    adapter: str,
    report: Report,
    stop: Stop,
) -> float:
    """The seconds of this session. See `prover.train.grpo.train_grpo`."""
    if recipe.train.threads:
        torch.set_num_threads(recipe.train.threads)
    began = time.monotonic()
    with hushed():
        set_seed(recipe.train.seed)
        model = load_model(recipe, base, adapter, rollouts.tokenizer)
        newest = folder.newest()
        start = newest[1] if newest else 0
        folder.forget_metrics_after(start)
        watch = Watch(folder, report, stop, [], start=start, unit=_unit(recipe, rollouts))
        ends = token_ids(model.generation_config.eos_token_id, rollouts.tokenizer.eos_token_id)
        payer = Payer(rollouts, folder, judge=judge, sentry=sentry, watch=watch, loop=loop, ends=ends)
        trainer = RolloutTrainer(
            model=model,
            reward_funcs=[payer.checker],
            args=_arguments(recipe, folder, rollouts),
            train_dataset=Dataset.from_dict({"prompt": [str(place) for place in rollouts.order]}),
            processing_class=rollouts.tokenizer,
            callbacks=[watch],
            tokens=[one.tokens for one in rollouts.posed],
            stop=rollouts.posed[0].stop,
        )
        trainer.remove_callback(PrinterCallback)
        trainer.remove_callback(ProgressCallback)
        try:
            trainer.train(resume_from_checkpoint=str(newest[0]) if newest else None)
        finally:
            watch.close()
        raise_if_stopped(trainer, rollouts.steps)
        save(recipe, folder, trainer.accelerator.unwrap_model(trainer.model), rollouts.tokenizer)
    return time.monotonic() - began


def _unit(recipe: Recipe, rollouts: Rollouts) -> int:
    """No checkpoint between two updates on the same samples, which it would not hold."""
    return math.lcm(recipe.train.log_every, rollouts.settings.iterations)


def micro_batch(batch: int, samples: int) -> int:
    """The largest part of a step's samples that goes through the model at once."""
    return next(size for size in range(min(batch, samples), 0, -1) if samples % size == 0)


def _arguments(recipe: Recipe, folder: TrainFolder, rollouts: Rollouts) -> GRPOConfig:
    settings = rollouts.settings
    samples = settings.group * settings.problems
    size = micro_batch(recipe.train.batch, samples)
    arguments = GRPOConfig(
        per_device_train_batch_size=size,
        gradient_accumulation_steps=samples // size,
        steps_per_generation=samples // size,
        num_generations=settings.group,
        num_iterations=settings.iterations,
        max_completion_length=settings.max_tokens,
        shuffle_dataset=False,
        temperature=settings.temperature,
        top_p=settings.top_p,
        beta=settings.beta,
        epsilon=settings.clip,
        epsilon_high=settings.clip_high,
        loss_type=settings.loss,
        scale_rewards=settings.scale,
        use_vllm=settings.use_vllm,
        vllm_mode="colocate",
        vllm_gpu_memory_utilization=settings.vllm_memory,
        **common_arguments(recipe, folder, rollouts.steps, _unit(recipe, rollouts)),
    )
    on_one_device(arguments)
    return arguments
