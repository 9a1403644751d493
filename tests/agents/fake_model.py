"""A model that answers from a list, and keeps what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from prover.models.base import Prompt, Sampling
from prover.types import Completion


@dataclass
class FakeModel:
    """Implements `Model`. Answers in turn, the last one for all further samples."""

    answers: list[str | Completion]
    continues: bool = True
    name: str = "fake"
    asked: list[tuple[Prompt, Sampling, int]] = field(default_factory=list)
    used: int = 0

    async def generate(self, prompt: Prompt, sampling: Sampling, n: int = 1) -> list[Completion]:
        self.asked.append((prompt, sampling, n))
        out = []
        for index in range(n):
            answer = self.answers[min(self.used, len(self.answers) - 1)]
            self.used += 1
            if isinstance(answer, str):
                answer = Completion(answer, tokens_in=0 if index else 10, tokens_out=len(answer.split()))
            out.append(answer)
        return out

    async def aclose(self) -> None:
        pass
