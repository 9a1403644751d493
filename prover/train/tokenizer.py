"""A tokenizer for Lean and the words around it: byte-level BPE, trained on given texts, with a chat template.

Every text comes back as it went in, whatever its bytes; digits are tokens of their own, so that numbers are written
the same wherever they stand. The marks of the prompt family `tiny` are one token each. Deterministic for the same
texts in the same order. Needs the extra `train`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

BEGIN, END, PAD = "<|begin|>", "<|end|>", "<|pad|>"
MARKS = ("<|prove|>", "<|plan|>", "<|proof|>", "<|attempt|>", "<|error|>")
ROLES = ("system", "user", "assistant")
CHAT_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}<|{{ m.role }}|>{{ m.content }}"
    "{% if m.role == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def make_tokenizer(texts: Iterable[str], folder: Path, *, size: int = 2048, context: int = 1024) -> int:
    """Train a tokenizer of at most `size` tokens and save it in `folder`; returns how many it has."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers  # noqa: PLC0415
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    special = [PAD, BEGIN, END, *MARKS, *(f"<|{role}|>" for role in ROLES)]
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=special,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_between_marks(texts), trainer)
    begin = (BEGIN, tokenizer.token_to_id(BEGIN))
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{BEGIN} $A", special_tokens=[begin])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=BEGIN,
        eos_token=END,
        pad_token=PAD,
        clean_up_tokenization_spaces=False,
    )
    fast.chat_template = CHAT_TEMPLATE
    fast.model_max_length = context
    fast.save_pretrained(folder)
    return len(fast)


def _between_marks(texts: Iterable[str]) -> Iterator[str]:
    """The texts without special tokens, of whose characters nothing is to be learned."""
    for text in texts:
        yield from re.split(r"<\|\w+\|>", text)
