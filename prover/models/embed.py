"""Texts to vectors by an encoder of transformers: the mean of its last hidden states over the text's tokens.

For finding lemmas that are like a problem. Runs on the GPU where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prover.errors import InputError, MissingError

_BATCH = 32


def open_embedder(name: str) -> Callable[[Sequence[str]], Sequence[Sequence[float]]]:
    """Load the encoder `name` (a folder, or a model of the Hugging Face hub).

    Raises `MissingError` without transformers and torch, `InputError` for what is no encoder.
    """
    try:
        import torch  # noqa: PLC0415 - an extra, and slow to load
        import transformers  # noqa: PLC0415
    except ImportError:
        raise MissingError("embeddings need transformers and torch: pip install 'prover[hf]'") from None
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(name)
        model = transformers.AutoModel.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: no encoder can be loaded from it: {error}") from None
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = model.to(device).eval()
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    longest = min(tokenizer.model_max_length, getattr(model.config, "max_position_embeddings", 512))

    def embed(texts: Sequence[str]) -> Sequence[Sequence[float]]:
        vectors: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            batch = tokenizer(
                list(texts[start : start + _BATCH]),
                padding=True,
                truncation=True,
                max_length=longest,
                return_tensors="pt",
            ).to(device)
            with torch.inference_mode():
                states = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1).to(states.dtype)
            means = (states * mask).sum(1) / mask.sum(1).clamp(min=1)
            vectors += means.float().cpu().tolist()
        return vectors

    return embed
