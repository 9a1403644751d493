"""`prover eval` from end to end with a real vLLM engine on the CPU, in the same process and as a server, and real Lean."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio

pytest.importorskip("vllm", reason="vLLM is not installed here (make test-vllm)")

from prover.store import Store
from prover.types import Call, Status, StopReason
from tests.models.tiny import make_literal_model
from tests.models.vllm_server import serving

pytestmark = [pytest.mark.vllm, pytest.mark.lean, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

PROBLEMS = 3
MAX_TOKENS = 48
SAMPLING = f"temperature=1.0,top_p=1.0,repetition_penalty=1.0,max_tokens={MAX_TOKENS}"
WHOLE_PROOF = 'kind = "whole-proof"\nsamples = 4\nbatch = 2\n'
MALOT = 'kind = "malot"\nplans = 1\ndrafts = 2\ndepth = 1\nfixes = 1\n'
CALLS = {
    # Agent, and how many answers to each call, of every problem; a proof by chance is out of reach.
    "whole-proof": [("writer", 2)] * 2,
    "malot": [("corrector", 1)] * 2 + [("planner", 1), ("writer", 2)],
}
MARK = "PROVER_TEST_RUN"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_literal_model(tmp_path_factory.mktemp("literal"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VLLM_CPU_KVCACHE_SPACE", "1")
        patch.setenv("OMP_NUM_THREADS", "1")
        async with serving(model, tmp_path_factory.mktemp("serve") / "log") as url:
            yield url


@dataclass(frozen=True)
class Ended:
    """A run of the command, over."""

    summary: dict[str, Any]
    folder: Path
    alive: list[str]
    """What it had started and left running."""


def evaluate(folder: Path, policy: str, spec: str) -> Ended:
    path = folder / "policy.toml"
    path.write_text(policy)
    mark = uuid.uuid4().hex
    environment = {**os.environ, "VLLM_CPU_KVCACHE_SPACE": "1", "OMP_NUM_THREADS": "1", MARK: mark}
    command = [
        *(sys.executable, "-m", "prover", "eval", "core", "--split", "test", "--limit", str(PROBLEMS)),
        *("--policy", str(path), "--model", spec, "--jobs", "1", "--inflight", str(PROBLEMS)),
        *("--out", str(folder / "run"), "--json"),
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=420, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Traceback" not in done.stderr
    return Ended(json.loads(done.stdout), folder / "run", left_running(mark))


def left_running(mark: str) -> list[str]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK) == mark:
                found.append(" ".join(process.cmdline()))
    return found


@pytest.mark.parametrize("policy", [WHOLE_PROOF, MALOT], ids=list(CALLS))
async def test_in_this_process(policy: str, model: Path, tmp_path: Path) -> None:
    options = "dtype=float32,enforce_eager=true,max_num_seqs=16,gpu_memory_utilization=0.5"
    check(evaluate(tmp_path, policy, f"vllm:{model},{SAMPLING},{options}"), model)


@pytest.mark.parametrize("policy", [WHOLE_PROOF, MALOT], ids=list(CALLS))
async def test_as_a_server(policy: str, model: Path, server: str, tmp_path: Path) -> None:
    check(evaluate(tmp_path, policy, f"openai:tiny,base_url={server},{SAMPLING}"), model)


def check(ended: Ended, model: Path) -> None:
    """Every problem is answered, all that was asked for was drawn, and the counts are the tokenizer's."""
    summary = ended.summary
    assert ended.alive == []
    assert (summary["problems"], summary["supported"], summary["infra"], summary["unfinished"]) == (
        PROBLEMS, PROBLEMS, 0, 0,
    )  # fmt: skip
    store = Store.read(ended.folder)
    expected = CALLS[store.config.policy_settings["kind"]]
    calls: list[Call] = []
    for trace in store.traces():
        asked = [call for call in store.calls(trace.problem.id) if call.prompt]
        assert sorted((call.agent, len(call.completions)) for call in asked) == expected
        assert trace.stop_reason is StopReason.EXHAUSTED
        assert len(trace.steps) == trace.spend.samples == 4
        written = [answer for call in asked if call.agent != "planner" for answer in call.completions]
        assert sorted(str(a.completion) for a, _ in trace.steps) == sorted(map(str, written))
        assert all(verdict.status is not Status.INFRA for _, verdict in trace.steps)
        calls += asked
    assert summary["samples"] == 4 * PROBLEMS
    read, wrote = counted(calls, model)
    assert (summary["tokens_in"], summary["tokens_out"]) == (read, wrote)
    store.close()


def counted(calls: list[Call], model: Path) -> tuple[int, int]:
    """Tokens read and written by the tokenizer's own account, each call's compared with what the store says."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model)
    read = wrote = 0
    for call in calls:
        messages = [{"role": role, "content": text} for role, text in call.prompt]
        prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        length = len(tokenizer(prompt, add_special_tokens=False)["input_ids"])
        assert [answer.tokens_in for answer in call.completions] == [
            length,
            *[0] * (len(call.completions) - 1),
        ]
        read += length
        for answer in call.completions:
            assert not answer.tokens_estimated
            ended = answer.finish_reason == "stop"
            length = len(tokenizer(answer.text)["input_ids"]) + ended
            assert length == MAX_TOKENS or ended
            assert answer.tokens_out == length, answer
            wrote += length
    assert len({answer.text for call in calls for answer in call.completions}) > len(calls)
    return read, wrote
