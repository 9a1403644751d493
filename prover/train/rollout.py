"""TRL's `GRPOTrainer` over planned problems, rewarded by a `Judge` in the caller's event loop. Runs in a thread.

Prompts are the tokens of `prover.models.template`, as in every search; TRL's own rendering is left out. A sample that
has no reward (Lean broke, again and again) is NaN to TRL, which leaves it out of its group's baseline and gives it the
advantage 0.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Sequence
from typing import Any

import torch
from datasets import Dataset
from transformers import set_seed
from transformers.trainer_callback import PrinterCallback, ProgressCallback
from trl import GRPOConfig, GRPOTrainer

from prover.canaries import SoundnessError
from prover.train.base import load_model
from prover.train.folder import TrainFolder
from prover.train.grpo import Rollouts
from prover.train.loop import common_arguments, hushed, raise_if_stopped, save
from prover.train.recipe import Recipe
from prover.train.reward import Judge, Scored, log_tally
from prover.train.session import Report, Stop
from prover.train.watch import Watch

_SHOWN = 100_000
"""Characters of a sample that the folder keeps."""


class RolloutTrainer(GRPOTrainer):
    """Reports nothing to anybody; a prompt is the place of a problem, its tokens are planned."""

    def __init__(self, *args: Any, tokens: Sequence[Sequence[int]], **settings: Any) -> None:
        self._planned = tokens
        super().__init__(*args, **settings)

    def _send_telemetry(self) -> None:
        return

    def create_model_card(self, *_: Any, **__: Any) -> None:
        """Ours is written when the training is done."""

    def _tokenize_prompts(self, prompts: list[str]) -> tuple[list[list[int]], None, dict[str, Any]]:
        return [list(self._planned[int(prompt)]) for prompt in prompts], None, {}


class Payer:
    """The reward function that TRL calls, with a batch's completions as tokens."""

    def __init__(
        self,
        judge: Judge,
        rollouts: Rollouts,
        folder: TrainFolder,
        loop: asyncio.AbstractEventLoop,
        ends: frozenset[int],
    ) -> None:
        self._judge, self._rollouts, self._folder, self._loop, self._ends = (
            judge,
            rollouts,
            folder,
            loop,
            ends,
        )

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
        asked = asyncio.run_coroutine_threadsafe(self._judge.score(step, samples), self._loop)
        try:
            scored, tally = asked.result()
        except SoundnessError as error:
            self._folder.log({"step": step, "canary": 1.0, "note": str(error)})
            raise
        log_tally(tally, log_metric)
        self._keep(step, scored)
        return [one.reward for one in scored]

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
    judge: Judge,
    loop: asyncio.AbstractEventLoop,
    *,
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
        payer = Payer(judge, rollouts, folder, loop, _ends(model, rollouts.tokenizer))
        trainer = RolloutTrainer(
            model=model,
            reward_funcs=[payer.checker],
            args=_arguments(recipe, folder, rollouts),
            train_dataset=Dataset.from_dict({"prompt": [str(place) for place in rollouts.order]}),
            processing_class=rollouts.tokenizer,
            callbacks=[watch],
            tokens=[one.tokens for one in rollouts.posed],
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


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    found = {int(tokenizer.eos_token_id)}
    ids = model.generation_config.eos_token_id
    return frozenset(found | ({ids} if isinstance(ids, int) else set(ids or ())))


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
    return GRPOConfig(
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
