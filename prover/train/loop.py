"""The training itself: the planned rows through TRL's loop, from the newest whole checkpoint on, and the model saved.

Loads torch, transformers and TRL. The random state is seeded before the weights are made, and a checkpoint keeps it:
on one machine with one number of threads a training that was killed ends with the weights of one that was not.
"""

from __future__ import annotations

import contextlib
import time
import warnings
from collections.abc import Iterator
from typing import Any

import torch
import transformers
from datasets import Dataset
from transformers import GenerationConfig, set_seed
from transformers.trainer_callback import PrinterCallback, ProgressCallback
from trl import SFTConfig

from prover.models.ends import end_with, token_ids
from prover.train.apart import require_apart
from prover.train.base import load_model, number_format
from prover.train.folder import TrainFolder, read_metrics
from prover.train.recipe import Recipe
from prover.train.session import Report, Stop, StoppedError
from prover.train.sft import Prepared, Trained, finished, tokens_by_step, weight_scale
from prover.train.trainer import Collator, PlannedTrainer
from prover.train.watch import Watch, diverged


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Without the libraries' own bars and remarks: what there is to say is in the metrics and the report."""
    log = transformers.utils.logging
    level, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity_error()
    log.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.set_verbosity(level)
        if bars:
            log.enable_progress_bar()


@hushed()
def run_sft(
    recipe: Recipe,
    folder: TrainFolder,
    prepared: Prepared,
    *,
    base: str,
    adapter: str,
    report: Report,
    stop: Stop,
) -> Trained:
    """See `prover.train.sft.train_sft`."""
    if recipe.train.threads:
        torch.set_num_threads(recipe.train.threads)
    began = time.monotonic()
    set_seed(recipe.train.seed)
    tokenizer = prepared.tokenizer
    model = load_model(recipe, base, adapter, tokenizer)
    end_with(model, prepared.ends)
    newest = folder.newest()
    start = newest[1] if newest else 0
    folder.forget_metrics_after(start)
    tokens = tokens_by_step(prepared)
    watch = Watch(folder, report, stop, tokens, start=start, unit=recipe.train.log_every)
    trainer = _trainer(recipe, folder, prepared, model, watch)
    try:
        trainer.train(resume_from_checkpoint=str(newest[0]) if newest else None)
        raise_if_stopped(trainer, prepared.plan.steps)
        if prepared.valid and not _measured(folder, prepared.plan.steps):
            trainer.evaluate()
    finally:
        watch.close()
    save(recipe, folder, trainer.accelerator.unwrap_model(trainer.model), tokenizer)
    seconds = time.monotonic() - began
    return finished(recipe, folder, prepared, base=base, parent=adapter, seconds=seconds)


def raise_if_stopped(trainer: Any, steps: int) -> None:
    """Raises `StoppedError` where the trainer ended before its last step."""
    done = int(trainer.state.global_step)
    if done < steps:
        raise StoppedError(f"stopped behind step {done} of {steps}")


def rounded_up(steps: int, unit: int) -> int:
    """To a multiple of `unit`: a logged mean must not reach back before a checkpoint."""
    return -(-steps // unit) * unit


def save(recipe: Recipe, folder: TrainFolder, model: Any, tokenizer: Any) -> None:
    """The model and its tokenizer, into the folder itself; all weights in the device's number format.

    Beside an adapter lies a note of what ends its answers, which its base need not know.
    """
    for name, weight in model.named_parameters():
        if weight.requires_grad and not bool(torch.isfinite(weight).all()):
            raise diverged(f"{name} holds what is no number")
    if recipe.lora is None and number_format(recipe) == "bfloat16":
        model.to(torch.bfloat16)
    # Off in a training; whoever asks the model would compute the whole text anew at each token.
    model.config.use_cache = True
    if recipe.lora is None:
        model.save_pretrained(folder.path)
    else:
        # What GRPO measures its divergence from is an adapter, too.
        model.save_pretrained(folder.path, selected_adapters=["default"])
        ends = token_ids(model.generation_config.eos_token_id)
        GenerationConfig(eos_token_id=sorted(ends)).save_pretrained(folder.path)
    tokenizer.save_pretrained(folder.path)


def flat_rows(model: Any) -> bool:
    """Whether its attention tells sequences apart in one row without padding only, as flash attention by any name."""
    # transformers' own rule, which not all of its releases have by a name.
    return "flash" in str(getattr(model.config, "_attn_implementation", None) or "")


def _trainer(
    recipe: Recipe, folder: TrainFolder, prepared: Prepared, model: Any, watch: Watch
) -> PlannedTrainer:
    flat = flat_rows(model)
    rows, encoded = list(prepared.plan.rows), list(prepared.encoded)
    if any(len(row) > 1 for row in rows):
        require_apart(model, flat, half=number_format(recipe) == "bfloat16")
    # Behind the rows of the plan those that are only measured, each by itself.
    valid = range(len(rows), len(rows) + len(prepared.valid))
    rows += [((len(encoded) + place,),) for place in range(len(prepared.valid))]
    encoded += prepared.valid
    collator = Collator(
        rows,
        encoded,
        recipe,
        weight_scale(prepared, recipe),
        int(prepared.tokenizer.pad_token_id),
        prepared.tokenizer.bos_token_id,
        flat,
    )
    trainer = PlannedTrainer(
        model=model,
        args=_arguments(recipe, folder, prepared),
        data_collator=collator,
        train_dataset=Dataset.from_dict({"row": list(range(len(prepared.plan.rows)))}),
        eval_dataset=Dataset.from_dict({"row": list(valid)}) if prepared.valid else None,
        processing_class=prepared.tokenizer,
        callbacks=[watch],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.remove_callback(ProgressCallback)
    return trainer


def common_arguments(recipe: Recipe, folder: TrainFolder, steps: int, unit: int) -> dict[str, Any]:
    """What every method asks of its trainer alike; a checkpoint is a multiple of `unit` steps from the next."""
    train = recipe.train
    gpu = torch.cuda.is_available()
    checkpointing = gpu if train.gradient_checkpointing == "auto" else train.gradient_checkpointing
    return {
        "output_dir": str(folder.checkpoints),
        "max_steps": steps,
        "learning_rate": train.learning_rate,
        "lr_scheduler_type": "constant_with_warmup" if train.schedule == "constant" else train.schedule,
        "warmup_steps": round(train.warmup * steps),
        "weight_decay": train.weight_decay,
        "adam_beta1": train.betas[0],
        "adam_beta2": train.betas[1],
        "max_grad_norm": train.clip,
        "optim": "adamw_torch_fused",
        "bf16": number_format(recipe) == "bfloat16",
        "use_cpu": not gpu,
        "gradient_checkpointing": bool(checkpointing),
        "dataloader_num_workers": 0,
        "dataloader_pin_memory": gpu,
        "logging_steps": train.log_every,
        "logging_nan_inf_filter": False,
        "save_steps": rounded_up(train.checkpoint_every, unit),
        "save_total_limit": None if train.keep_checkpoints else 2,
        "seed": train.seed,
        "data_seed": train.seed,
        "disable_tqdm": True,
        "report_to": [],
    }


def on_one_device(arguments: Any) -> None:
    """Where there are several GPUs, a trainer would split each planned batch among them; one is trained on."""
    if arguments.n_gpu > 1:
        arguments._n_gpu = 1


def _arguments(recipe: Recipe, folder: TrainFolder, prepared: Prepared) -> SFTConfig:
    train = recipe.train
    settings = common_arguments(recipe, folder, prepared.plan.steps, train.log_every)
    if prepared.valid and train.valid_every:
        settings |= {"eval_strategy": "steps", "eval_steps": train.valid_every}
    arguments = SFTConfig(
        per_device_train_batch_size=train.batch,
        per_device_eval_batch_size=train.batch,
        gradient_accumulation_steps=train.accumulate,
        max_length=None,
        packing=False,
        dataset_kwargs={"skip_prepare_dataset": True},
        remove_unused_columns=False,
        prediction_loss_only=True,
        **settings,
    )
    on_one_device(arguments)
    return arguments


def _measured(folder: TrainFolder, step: int) -> bool:
    """Whether the held-out loss of that step is in the metrics."""
    rows = read_metrics(folder.metrics) if folder.metrics.exists() else []
    return any(row["step"] == step and "valid_loss" in row for row in rows)
