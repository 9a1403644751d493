"""A tiny Llama with random weights, its tokenizer and two LoRA adapters: everything a backend needs of a model but sense."""

from __future__ import annotations

from pathlib import Path

CONTEXT = 256
LITERAL_END = "<|end|>"
TEMPLATE = (
    "{% for m in messages %}"
    "{% if m.role == 'system' and not loop.first %}{{ raise_exception('system goes first') }}{% endif %}"
    "<|{{ m.role }}|>{{ m.content.split('</think>')[-1] if m.role == 'assistant' else m.content }}<|end|>"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
CORPUS = [
    "theorem add_comm (a b : Nat) : a + b = b + a := by omega",
    "intro h; simp at h; exact h",
    "∀ x ≠ 0, ∃ y",
] * 20


def make_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    specials = ["<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=specials,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|begin|> $A", special_tokens=[("<|begin|>", tokenizer.token_to_id("<|begin|>"))]
    )
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<|begin|>", eos_token="<|end|>")
    fast.chat_template = TEMPLATE
    fast.model_max_length = CONTEXT
    fast.save_pretrained(folder)


def make_model(folder: Path) -> Path:
    """A folder with weights (float32), configuration and tokenizer."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    # Threads that spin for each other cost a tiny model more than they bring, most of all beside other tests.
    torch.set_num_threads(1)
    make_tokenizer(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=320, hidden_size=128, intermediate_size=256, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=CONTEXT, bos_token_id=0, eos_token_id=1,
        tie_word_embeddings=False, initializer_range=0.2,
    )  # fmt: skip
    model = LlamaForCausalLM(config).eval()
    # Settings that a caller's own must replace, not mix with.
    model.generation_config.temperature = 0.1
    model.generation_config.do_sample = True
    model.generation_config.repetition_penalty = 3.0
    model.save_pretrained(folder)
    return folder


def make_literal_model(folder: Path) -> Path:
    """The same with 8,192 tokens of context and a token for each ASCII character, so that whatever it writes is as many
    tokens as characters, and one more where it ended by itself."""
    import torch
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.set_num_threads(1)
    characters = [chr(code) for code in range(33, 127)] + ["Ġ", "Ċ"]
    vocabulary = {text: index for index, text in enumerate([LITERAL_END, *characters])}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.normalizer = normalizers.Replace(Regex("[^\n -~]"), "?")
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=LITERAL_END)
    fast.chat_template = (
        "{% for m in messages %}[{{ m.role }}]{{ m.content }}" + LITERAL_END + "{% endfor %}[assistant]"
    )
    fast.model_max_length = 8192
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=64, intermediate_size=64, num_hidden_layers=1,
        num_attention_heads=1, num_key_value_heads=1, max_position_embeddings=8192, bos_token_id=None,
        eos_token_id=0, pad_token_id=None, tie_word_embeddings=False, initializer_range=0.1,
    )  # fmt: skip
    LlamaForCausalLM(config).eval().save_pretrained(folder)
    return folder


def make_adapter(base: Path, folder: Path, seed: int) -> Path:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    config = LoraConfig(
        r=8,
        lora_alpha=64,
        target_modules=["q_proj", "v_proj"],
        init_lora_weights=False,
        task_type="CAUSAL_LM",
    )
    get_peft_model(AutoModelForCausalLM.from_pretrained(base), config).save_pretrained(folder)
    return folder
