"""A search on a stage: a scripted model, a scripted checker, and an account of everything that is asked and said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prover.agents.family import load_family
from prover.agents.values import Speaker
from prover.config import Budget
from prover.models.base import Model, Prompt, Sampling
from prover.models.options import ScriptedOptions
from prover.models.scripted import ScriptedModel
from prover.search.kinds import kind_of
from prover.search.ledger import Ledger, Notebook
from prover.search.policy import Policy
from prover.search.solve import solve
from prover.types import (
    Attempt,
    Call,
    Completion,
    Diagnostic,
    Header,
    Problem,
    Spend,
    Statement,
    Status,
    Trace,
    Verdict,
)
from tests.fakes import PROVED, TOOLCHAIN, Answers, FakeChecker

HERE = Path(__file__).parent
STATEMENT = Statement("two_divides", "(n : ℕ) : 2 ∣ n * (n + 1)", Header(("Mathlib",)))
PROBLEM = Problem("p", informal_statement="A product of neighbours is even.", statement=STATEMENT)


def fenced(proof: str) -> str:
    return f"```lean4\n{proof}\n```"


def error(message: str, line: int = 1, column: int = 0) -> Verdict:
    said = Diagnostic("error", message, line, column)
    return Verdict(Status.ELABORATION_ERROR, diagnostics=(said,), cpu_s=0.25, toolchain=TOOLCHAIN)


class Script:
    """A scripted model of rules, which also keeps what it was asked."""

    def __init__(self, folder: Path, rules: Sequence[Mapping[str, Any]], **options: Any) -> None:
        path = folder / "script.jsonl"
        path.write_text("".join(json.dumps(rule) + "\n" for rule in rules), encoding="utf-8")
        self._model = ScriptedModel(path, ScriptedOptions(**options))
        self.asked: list[tuple[str, Sampling, int]] = []

    name = "script"
    continues = True

    async def generate(self, prompt: Prompt, sampling: Sampling, n: int = 1) -> list[Completion]:
        text = prompt if isinstance(prompt, str) else prompt[-1].content
        self.asked.append((text, sampling, n))
        return await self._model.generate(prompt, sampling, n)

    async def aclose(self) -> None:
        await self._model.aclose()


class Account(Notebook):
    """A ledger that tells the story line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.spend = Spend()

    def remember(self, _: str, call: Call, /) -> None:
        assert call.id not in self.calls, "a call is kept once"
        super().remember(_, call)
        self.spend += call.spend
        sampling = {key: call.sampling.get(key) for key in ("n", "temperature", "max_tokens", "seed")}
        settings = " ".join(f"{key}={value}" for key, value in sampling.items() if value is not None)
        self.lines.append(f"{call.agent} {call.place} [{call.prompt_version}] {settings}".rstrip())
        prompt = call.prompt if isinstance(call.prompt, str) else "\n".join(text for _, text in call.prompt)
        self.lines += [f"    > {line}" for line in prompt.splitlines()]
        self.lines += [f"    < {' '.join(answer.text.split())[:200]}" for answer in call.completions]

    def record(
        self,
        problem_id: str,
        attempt: Attempt,
        verdict: Verdict,
        spend: Spend,
        source: tuple[str, int] | None = None,
    ) -> None:
        self.spend += spend
        proof = " ".join(attempt.proof.split())[:200]
        lent = " (a duplicate)" if verdict.cached else ""
        self.lines.append(f"{attempt.author}: {proof or '(no code)'} -> {verdict.status.value}{lent}")


def seats(model: Model, policy: Policy) -> dict[str, Speaker]:
    family = load_family(str(HERE / "family"))
    return {role: Speaker(model, family, family.sampling(role)) for role in kind_of(policy).roles}


async def play(
    policy: Policy,
    model: Model,
    checker: FakeChecker,
    *,
    budget: Budget | None = None,
    ledger: Ledger | None = None,
    problem: Problem = PROBLEM,
    **more: Any,
) -> Trace:
    found = budget or Budget()
    return await solve(
        problem, policy, checker, found, **{"models": seats(model, policy), "ledger": ledger, **more}
    )


def lean(rules: Mapping[str, Answers] | None = None) -> FakeChecker:
    return FakeChecker({"good": PROVED, **(rules or {})})
