"""The folder of a training: what it was made of, how far it is, its metrics, and whether it is done.

The model lies in the folder itself, as the backends `hf` and `vllm` read it, with its card. Everything else is under
`run/`: `manifest.json` (written first), `metrics.jsonl`, `samples.jsonl` (of reinforcement
learning), `tensorboard/`, `checkpoints/`, `done.json` (written last), or `fooled.json`.
A kill at any moment leaves a folder that the same call goes on with, and one of another recipe, base or data refuses.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prover.canaries import SoundnessError
from prover.config import differences
from prover.errors import InputError
from prover.run_folder import write_atomically

_RUN = "run"
_COMPLETE = "complete"
"""A file in a checkpoint that was written to its end."""
_CHECKPOINT = "checkpoint-"
_MODEL = ("adapter_*", "config.json", "generation_config.json", "model*.safetensors*", "README.md")


class TrainFolder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.run = path / _RUN
        self.checkpoints = self.run / "checkpoints"
        self.metrics = self.run / "metrics.jsonl"
        self.samples = self.run / "samples.jsonl"
        self.tensorboard = self.run / "tensorboard"
        self._manifest = self.run / "manifest.json"
        self._done = self.run / "done.json"
        self._fooled = self.run / "fooled.json"

    def claim(self) -> None:
        """Make the folder, or find a training in it. Raises `InputError` where something else is there."""
        try:
            if self.path.exists() and any(self.path.iterdir()) and not self.run.is_dir():
                raise InputError(f"{self.path} is not empty and holds no training; choose another --out")
            self.run.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{self.path}: cannot be made ({error.strerror})") from None

    def open(self, identity: Mapping[str, Any], facts: Mapping[str, Any], *, resume: bool) -> None:
        """Begin, or go on with the same training; with the folder's lock held. Raises `InputError` where it holds
        another one, and `SoundnessError` where its checker was fooled."""
        if not resume:
            self._clear()
        if self._fooled.exists():
            raise SoundnessError(
                f"{self.path}: {read_json(self._fooled).get('note')} (what it saw is in {self.run}; --restart begins "
                "anew)"
            )
        if not self._manifest.exists():
            content = {"identity": dict(identity), **facts}
            write_atomically(self._manifest, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
            return
        old, new = read_json(self._manifest).get("identity"), json.loads(json.dumps(identity))
        if old != new:
            lines = differences(old if isinstance(old, dict) else {}, new)
            shown = "; ".join(lines[:6]) + ("; …" if len(lines) > 6 else "")
            raise InputError(f"{self.path} holds another training ({shown}); choose another --out")

    def _clear(self) -> None:
        """Without what an earlier training wrote; a model of another form would be read together with the new one."""
        for path in (self._done, self._fooled, self._manifest, self.metrics, self.samples):
            path.unlink(missing_ok=True)
        for path in (self.checkpoints, self.tensorboard):
            shutil.rmtree(path, ignore_errors=True)
        for pattern in _MODEL:
            for path in self.path.glob(pattern):
                path.unlink()

    def result(self) -> dict[str, Any] | None:
        """What a training that is done left behind."""
        return read_json(self._done) if self._done.exists() else None

    def finish(self, result: Mapping[str, Any], *, keep_checkpoints: bool) -> None:
        write_atomically(self._done, json.dumps(dict(result), indent=2) + "\n")
        if not keep_checkpoints:
            shutil.rmtree(self.checkpoints, ignore_errors=True)

    def condemn(self, note: str) -> None:
        """The checker was fooled: nobody goes on from here, and what was seen stays."""
        write_atomically(self._fooled, json.dumps({"note": note}, indent=2) + "\n")

    def mark(self, step: int) -> None:
        """The checkpoint of that step is whole."""
        (self.checkpoints / f"{_CHECKPOINT}{step}" / _COMPLETE).touch()

    def newest(self) -> tuple[Path, int] | None:
        """The newest whole checkpoint and its step; the others that follow it are removed."""
        found: list[tuple[int, Path]] = []
        for path in self.checkpoints.glob(f"{_CHECKPOINT}*"):
            number = path.name.removeprefix(_CHECKPOINT)
            if (path / _COMPLETE).exists() and number.isdigit():
                found.append((int(number), path))
            else:
                shutil.rmtree(path, ignore_errors=True)
        if not found:
            return None
        step, path = max(found)
        return path, step

    def forget_metrics_after(self, step: int) -> None:
        """Metrics and samples of steps that will be made again."""
        for file in (self.metrics, self.samples):
            if file.exists():
                kept = [row for row in read_metrics(file) if row["step"] <= step]
                write_atomically(file, "".join(json.dumps(row) + "\n" for row in kept))

    def log(self, row: Mapping[str, Any]) -> None:
        with self.metrics.open("a", encoding="utf-8") as file:
            file.write(json.dumps(dict(row)) + "\n")


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """The rows of a `metrics.jsonl`; a last line that a kill cut off is left out."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            break
    return rows


def read_json(path: Path) -> dict[str, Any]:
    """An object that a file holds. Raises `InputError` where it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: damaged ({error}); choose another --out") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: damaged (expected an object); choose another --out")
    return content
