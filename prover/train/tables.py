"""The tables of a recipe that ask for something: adapters, a new model, blocks, a curriculum, reinforcement learning.

What each key means to people is in `docs/train.md`; which tables go together, `prover.train.recipe` says.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class Lora(BaseModel):
    """Low-rank adapters instead of all weights."""

    model_config = STRICT
    r: int = Field(default=16, ge=1, le=1024)
    alpha: float = Field(default=32, gt=0)
    dropout: float = Field(default=0.0, ge=0, lt=1)
    targets: str | tuple[str, ...] = "all-linear"
    bits: Literal[4, 8, 16] = 16
    """4 and 8: the base's weights are quantized (QLoRA; needs bitsandbytes and a GPU)."""


class Scratch(BaseModel):
    """A new Llama-shaped model with random weights; the base is then no more than its tokenizer."""

    model_config = STRICT
    hidden_size: int = Field(ge=8)
    layers: int = Field(ge=1)
    heads: int = Field(ge=1)
    kv_heads: int | None = Field(default=None, ge=1)
    intermediate_size: int = Field(ge=8)
    context: int = Field(default=2048, ge=16)
    tie_embeddings: bool = True
    dropout: float = Field(default=0.0, ge=0, lt=1)
    rope_theta: float = Field(default=10_000.0, gt=0)

    @model_validator(mode="after")
    def _fits(self) -> Scratch:
        if self.hidden_size % (2 * self.heads):
            raise ValueError("hidden_size: expected a multiple of twice the heads")
        if self.heads % (self.kv_heads or self.heads):
            raise ValueError("kv_heads: expected a divisor of heads")
        return self


class Block(BaseModel):
    """Block training (TheoremLlama, section 3.3): a target behind further examples, which it sees."""

    model_config = STRICT
    examples: int = Field(default=3, ge=1, le=64)
    """How many stand before the target at most; as many as fit."""
    share: float = Field(default=1.0, gt=0, le=1)
    """Part of the targets that get a block; the others stand alone."""
    loss: Literal["target", "all"] = "target"
    """Where the loss is: on the target's completion, or on every completion of the block."""
    same_kind: bool = True
    """Only examples of the target's kind come before it."""


class Curriculum(BaseModel):
    """From the easy to the hard."""

    model_config = STRICT
    by: Literal["level", "length"] = "level"
    """`length`: of the completion in tokens; also what orders examples of one level."""
    stages: int = Field(default=3, ge=1, le=100)
    mode: Literal["cumulative", "exclusive"] = "cumulative"
    """Whether a stage keeps the examples of the stages before it."""


class Grpo(BaseModel):
    """Reinforcement learning with the checker as the reward (`prover.train.grpo`)."""

    model_config = STRICT
    group: int = Field(default=8, ge=2)
    """Samples of one problem, compared with each other."""
    problems: int = Field(default=4, ge=1)
    """Problems a step."""
    temperature: float = Field(default=1.0, gt=0)
    top_p: float = Field(default=1.0, gt=0, le=1)
    max_tokens: int = Field(default=1024, ge=1)
    beta: float = Field(default=0.0, ge=0)
    """Weight of the KL divergence from the base."""
    clip: float = Field(default=0.2, gt=0, lt=1)
    clip_high: float | None = Field(default=None, gt=0, lt=1)
    iterations: int = Field(default=1, ge=1)
    """Updates on one set of samples."""
    loss: Literal["grpo", "dapo", "dr_grpo", "bnpo"] = "dapo"
    scale: Literal["group", "batch", "none"] = "group"
    family: str = Field(default="generic", min_length=1)
    """The prompts with which its writer is asked: a shipped family, or a folder."""
    canaries: int = Field(default=2, ge=1)
    """False statements that each step's proofs are put to, beside the known fakes."""
    fakes: int = Field(default=3, ge=1)
    """Known fakes that are put to the checker each step, in turn through the whole list."""
    use_vllm: bool = False
    """Samples are drawn by vLLM (a GPU)."""
    vllm_memory: float = Field(default=0.3, gt=0, lt=1)
