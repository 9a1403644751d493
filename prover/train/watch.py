"""What a training tells while it goes on: rows for `metrics.jsonl` and TensorBoard, and a `Moment` for people.

It also marks whole checkpoints, and ends a training behind one when the caller wants it to stop.
"""

from __future__ import annotations

import math
import time
from typing import Any

from transformers import TrainerCallback

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
    "completions/clipped_ratio": "cut_off",
    "frac_reward_zero_std": "groups_without_signal",
}
"""The trainer's names and ours; what else it logs is left out."""


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
        step = int(state.global_step)
        if self._tokens and step:
            made = self._tokens[min(step, len(self._tokens)) - 1]
            before = self._tokens[self._start - 1] if self._start else 0
            row |= {"tokens": made, "tokens_per_s": round((made - before) / max(seconds, 1e-9), 1)}
        self._folder.log({"step": step, **row, "seconds": round(seconds, 2)})
        for name, value in row.items():
            self._board.add_scalar(name, value, step)
        self.last_loss = row.get("loss", self.last_loss)
        moment = Moment(
            step, int(state.max_steps), self.last_loss, row.get("reward"), seconds, row.get("tokens_per_s")
        )
        self._report(moment)

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
