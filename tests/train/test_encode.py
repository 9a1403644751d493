"""What a model is shown in training is what it is asked at inference, token by token."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prover.bootstrap.example import Example, Kind
from prover.errors import InputError
from prover.models.base import Message, Role
from prover.models.template import encode
from prover.train.encode import Encoder
from tests.train.conftest import chat, raw


@pytest.fixture(scope="module")
def tokenizer(tiny_model: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(tiny_model)


def test_a_chat_is_the_prompt_of_inference_and_the_answer_to_its_end(tokenizer: Any) -> None:
    example = chat(12, "by\n  omega")
    found = Encoder(tokenizer).encode(example)
    assert list(found.tokens[: found.start]) == encode(tokenizer, example.prompt)[0]
    assert tokenizer.decode(list(found.tokens[found.start :])) == "by\n  omega<|end|>"


def test_raw_text_goes_on_and_ends(tokenizer: Any) -> None:
    example = raw(12, " omega")
    found = Encoder(tokenizer).encode(example)
    assert list(found.tokens[: found.start]) == encode(tokenizer, example.prompt)[0]
    assert tuple(found.tokens[found.start :]) == (
        *tokenizer(" omega", add_special_tokens=False)["input_ids"],
        tokenizer.eos_token_id,
    )


def test_a_thought_is_kept_although_the_template_cuts_it(tokenizer: Any) -> None:
    """The tiny model's template leaves the thoughts of past messages out, as Qwen's does."""
    answer = "<think>\nadd them\n</think>\nby omega"
    found = Encoder(tokenizer).encode(chat(3, answer))
    assert tokenizer.decode(list(found.tokens[found.start :])) == answer + "<|end|>"


def test_a_thought_that_the_template_opens_is_opened_once(tokenizer: Any) -> None:
    import copy

    other = copy.deepcopy(tokenizer)
    other.chat_template = tokenizer.chat_template.replace(
        "<|assistant|>{% endif", "<|assistant|><think>\n{% endif"
    )
    found = Encoder(other).encode(chat(3, "<think>\nadd\n</think>\nby omega"))
    assert other.decode(list(found.tokens)).count("<think>") == 1
    assert other.decode(list(found.tokens)).endswith("add\n</think>\nby omega<|end|>")


def test_without_a_template_messages_are_an_error_that_says_what_to_do(tokenizer: Any) -> None:
    import copy

    bare = copy.deepcopy(tokenizer)
    bare.chat_template = None
    with pytest.raises(InputError, match=r"example e3: the tokenizer has no chat template.*`chat_template`"):
        Encoder(bare).encode(chat(3))
    assert Encoder(bare).encode(raw(3)).start > 0


def test_without_an_end_token_nothing_is_trained(tokenizer: Any) -> None:
    import copy

    endless = copy.deepcopy(tokenizer)
    endless.eos_token = None
    with pytest.raises(InputError, match="no end token"):
        Encoder(endless)


def test_what_is_too_long_is_left_out_whole(tokenizer: Any) -> None:
    short, long = chat(1), chat(2, "omega " * 100)
    found = Encoder(tokenizer).encode_all([long, short, long], 60)
    assert [one is None for one in found] == [True, False, True]


def test_a_system_message_stays(tokenizer: Any) -> None:
    prompt = (Message(Role.SYSTEM, "Lean."), Message(Role.USER, "theorem t"))
    example = Example("a", Kind.PROOF, "p", prompt, (Message(Role.ASSISTANT, "rfl"),))
    found = Encoder(tokenizer).encode(example)
    assert tokenizer.decode(list(found.tokens)).startswith("<|system|>Lean.<|end|><|user|>")
