"""The tokenizer of small models: nothing is lost, marks are one token, a chat is the marks and the texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("transformers")

from transformers import AutoTokenizer

from prover.train.tokenizer import MARKS, make_tokenizer

TEXTS = [
    "<|prove|>(n : ℕ) : n ≤ n ^ 2<|proof|>",
    "\n  induction n with\n  | zero => norm_num\n  | succ n ih => omega",
] * 30


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("tokenizer")
    assert make_tokenizer(TEXTS, folder, size=400) <= 400
    return AutoTokenizer.from_pretrained(folder)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t  x\r\n", "𝔸 ﷽ 🎉\x00\x7f", "∀ ε > 0, ⟨h₁₂, ‹_›⟩", "a  b\n\n   c   ", "1234567890 ^ 12"],
)
def test_every_text_comes_back(tokenizer: Any, text: str) -> None:
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(ids, clean_up_tokenization_spaces=False) == text


def test_every_digit_is_a_token_and_every_mark(tokenizer: Any) -> None:
    assert [t for t in tokenizer.tokenize("x = 1024") if t.isdigit()] == ["1", "0", "2", "4"]
    for mark in MARKS:
        assert len(tokenizer(mark, add_special_tokens=False)["input_ids"]) == 1


def test_marks_in_the_texts_teach_the_vocabulary_nothing(tokenizer: Any) -> None:
    assert not [t for t in tokenizer.get_vocab() if "prove" in t and t not in MARKS]


def test_a_chat_begins_once_and_ends_where_the_assistant_does(tokenizer: Any) -> None:
    chat = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    assert tokenizer.apply_chat_template(chat, tokenize=False) == "<|begin|><|user|>a<|assistant|>b<|end|>"
    asked = tokenizer.apply_chat_template(chat[:1], tokenize=False, add_generation_prompt=True)
    assert asked == "<|begin|><|user|>a<|assistant|>"


def test_the_same_texts_give_the_same_tokenizer(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make_tokenizer(TEXTS, tmp_path / name, size=400)
    assert (tmp_path / "one/tokenizer.json").read_bytes() == (tmp_path / "two/tokenizer.json").read_bytes()
