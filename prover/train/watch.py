"""What a training tells while it goes on: rows for `metrics.jsonl` and TensorBoard, and a `Moment` for people.

It also marks whole checkpoints, and ends a training behind one when the caller wants it to stop. A loss that is no
number ends it at once, before a checkpoint or a model is made of it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

from transformers import TrainerCallback

from prover.errors import InputError
from prover.train.folder import TrainFolder
from prover.train.session import Moment, Report, Stop

_NAMES = {
    "loss": "loss",
    "grad_norm": "grad_norm",
    "learning_rate": "learning_rate",
    "eval_loss": "valid_loss",
    "reward": "reward",
    "reward_std": "reward_std",
    "kl": "kl",
    "entropy": "entropy",
    "completions/mean_length": "answer_tokens",
    "frac_reward_zero_std": "groups_without_signal",
}
"""The trainer's names and ours; what else it logs is left out."""
_ALWAYS_NUMBERS = ("loss", "grad_norm", "eval_loss")
"""Others are none where nothing was counted."""


class Watch(TrainerCallback):
    """Of one session, which begins behind step `start`. What a trainer logs as `prover/NAME` becomes a column, too."""

    def __init__(
        self, folder: TrainFolder, report: Report, stop: Stop, tokens: list[int], *, start: int, unit: int
    ) -> None:
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415

        self._folder, self._report, self._stop = folder, report, stop
        self._tokens, self._start = tokens, start
        """Tokens of the plan up to the end of each step."""
        self._unit = unit
        """Only behind a multiple of so many steps a checkpoint has all that the next step needs."""
        self._began = time.monotonic()
        self.last_loss: float | None = None
        folder.tensorboard.mkdir(parents=True, exist_ok=True)
        self._board = SummaryWriter(str(folder.tensorboard), purge_step=start + 1)

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:  # noqa: ARG002
        step = int(state.global_step)
        for name in _ALWAYS_NUMBERS:
            if name in logs and not math.isfinite(float(logs[name])):
                raise diverged(f"step {step}: {_NAMES[name]} is {float(logs[name])}")
        row = {
            ours: float(logs[name])
            for name, ours in _NAMES.items()
            if name in logs and math.isfinite(float(logs[name]))
        }
        row |= {name: float(value) for name, value in logs.items() if name.startswith("prover/")}
        row = {name.removeprefix("prover/"): value for name, value in row.items()}
        if "train_loss" in logs or not row:
            return
        seconds = time.monotonic() - self._began
        if self._tokens and step:
            made = self._tokens[min(step, len(self._tokens)) - 1]
            before = self._tokens[self._start - 1] if self._start else 0
            row |= {"tokens": made, "tokens_per_s": round((made - before) / max(seconds, 1e-9), 1)}
        self._write(step, {**row, "seconds": round(seconds, 2)})
        self.last_loss = row.get("loss", self.last_loss)
        moment = Moment(
            step, int(state.max_steps), self.last_loss, row.get("reward"), seconds, row.get("tokens_per_s")
        )
        self._report(moment)

    def _write(self, step: int, row: Mapping[str, Any]) -> None:
        self._folder.log({"step": step, **row})
        for name, value in row.items():
            if isinstance(value, float | int) and name != "seconds":
                self._board.add_scalar(name, value, step)

    def fooled(self, step: int, note: str) -> None:
        """The checker was fooled in that step, which ends here."""
        self._write(step, {"canary": 1.0, "note": note})

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        if state.global_step >= state.max_steps:
            control.should_log = True
        elif state.global_step % self._unit == 0 and self._stop():
            control.should_save = control.should_training_stop = True

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002
        self._board.flush()
        self._folder.mark(int(state.global_step))

    def close(self) -> None:
        self._board.close()


def diverged(what: str) -> InputError:
    return InputError(
        f"{what}: the training has diverged, and no model is written: expected a smaller train.learning_rate, a "
        "longer train.warmup or a smaller train.clip"
    )
