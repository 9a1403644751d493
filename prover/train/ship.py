"""A trained small model as a folder to ship: half precision, the tokenizer, where an answer ends, its digests.

`pack` makes the folder of a training, or of one of its checkpoints, that `--model` opens by name; `digests` are those
of its files, as the card lists them. What a plan ends with, the mark of the proof behind it, ends an answer, too: a
model of the family `tiny` is asked for one thing at a time. Needs the extra `train`.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from prover.errors import InputError

PROOF = "<|proof|>"
MODEL_FILE = """\
# What `--model` opens: this folder, on the CPU, in the prompts that it was trained on.
backend = "hf"
name = "."
family = "tiny"
device = "cpu"
dtype = "float32"
batch = 64
threads = 1
"""
_TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")
SHIPPED = ("model.safetensors", "config.json", "generation_config.json", "model.toml", *_TOKENIZER)


def pack(trained: Path, tokenizer: Path, out: Path) -> None:
    """Write the files of `SHIPPED` into `out`. Raises `InputError` where `trained` holds no model."""
    import torch  # noqa: PLC0415
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig  # noqa: PLC0415

    if not (trained / "config.json").is_file():
        raise InputError(f"{trained}: expected the folder of a trained model, or of a checkpoint")
    model: Any = AutoModelForCausalLM.from_pretrained(trained, dtype=torch.float32)
    known = AutoTokenizer.from_pretrained(tokenizer)
    model.generation_config = GenerationConfig(
        bos_token_id=known.bos_token_id,
        pad_token_id=known.pad_token_id,
        eos_token_id=[known.eos_token_id, known.convert_tokens_to_ids(PROOF)],
    )
    model.config.use_cache = True  # which a training turns off
    out.mkdir(parents=True, exist_ok=True)
    model.to(torch.float16).save_pretrained(out)
    # It is written for its owner alone, and shipped for everyone.
    (out / "model.safetensors").chmod(0o644)
    for name in _TOKENIZER:
        shutil.copyfile(tokenizer / name, out / name)
    (out / "model.toml").write_text(MODEL_FILE, encoding="utf-8")


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each shipped file of a folder and of its `start/`, by its name there."""
    files = [folder / name for name in SHIPPED] + [folder / "start" / name for name in SHIPPED]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file()
    }
