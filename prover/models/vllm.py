"""vLLM's engine, started by this process: continuous batching, prefix caching, LoRA, several GPUs of one machine.

Samples of one prompt are drawn together and share its reading. Prompts are rendered by the tokenizer here
(`prover.models.template`), counts are the engine's. When the engine dies, the calls in flight wait for a new one and
are drawn again, once each; after `restarts` further engines there is none and every call is an `InfraError`.

The engine runs in processes of its own, which are spawned, not forked: this one has threads, locks and open files. It
logs to stderr, warnings only, and reports its use to nobody, unless vLLM's own environment variables say otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

from prover.errors import InfraError, InputError, MissingError
from prover.models.answer import bounded, repeated, settings, split_think, unanswered
from prover.models.base import Finish, Prompt, Sampling
from prover.models.ends import adapter_ends, token_ids
from prover.models.options import VllmOptions
from prover.models.template import encode, read_template
from prover.models.weights import weights_name
from prover.types import Completion

_ENGINE_ARGUMENTS = {
    "revision": "revision",
    "tokenizer": "tokenizer",
    "dtype": "dtype",
    "quantization": "quantization",
    "max_model_len": "max_model_len",
    "seed": "seed",
    "tensor_parallel_size": "tensor_parallel_size",
    "pipeline_parallel_size": "pipeline_parallel_size",
    "gpu_memory_utilization": "gpu_memory_utilization",
    "max_num_seqs": "max_num_seqs",
    "max_num_batched_tokens": "max_num_batched_tokens",
    "prefix_caching": "enable_prefix_caching",
    "enforce_eager": "enforce_eager",
    "kv_cache_dtype": "kv_cache_dtype",
    "trust_remote_code": "trust_remote_code",
}
"""Our options and vLLM's names for them; 0 and "" leave the choice to vLLM."""
_ALWAYS = {"prefix_caching", "enforce_eager", "trust_remote_code", "seed"}
_ENVIRONMENT = {
    "VLLM_WORKER_MULTIPROCESSING_METHOD": "spawn",
    "VLLM_LOGGING_LEVEL": "WARNING",
    "VLLM_LOGGING_STREAM": "ext://sys.stderr",
    "VLLM_NO_USAGE_STATS": "1",
}
_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
_FINISHES = {"stop": Finish.STOP, "length": Finish.LENGTH}


class VllmModel:
    continues = True

    def __init__(self, name: str, options: VllmOptions, tokenizer: Any) -> None:
        self.name = f"vllm:{name}"
        self._model, self._options, self._tokenizer = name, options, tokenizer
        self._slots = asyncio.Semaphore(options.concurrency)
        self._starting = asyncio.Lock()
        self._engine: Any = None
        self._context = 0
        self._deaths = 0
        self._closed = False
        self._lora: Any = None
        self._ends = adapter_ends(options.lora) if options.lora else frozenset[int]()
        """What ends an answer beside the model's own end tokens."""

    async def start(self) -> None:
        """The first engine. Raises `InputError`, `MissingError` or `InfraError`."""
        self._engine = await self._new_engine()
        facts = self._engine.vllm_config.model_config
        self._context = int(facts.max_model_len)
        commit = str(getattr(facts.hf_config, "_commit_hash", None) or "")
        self.name = f"vllm:{weights_name(self._model, commit)}"
        if self._options.lora:
            self.name += f"+{weights_name(self._options.lora)}"

    async def generate(self, prompt: Prompt, sampling: Sampling, n: int = 1) -> list[Completion]:
        sampling.check(n)
        ids, opened = encode(self._tokenizer, prompt)
        room = min(sampling.max_tokens, self._context - len(ids))
        if room <= 0:
            return unanswered(self.name, sampling, n, Finish.PROMPT_TOO_LONG)
        together = 1 if sampling.temperature == 0 else n
        async with self._slots:
            outputs = await self._draw(ids, self._parameters(sampling, together, room))
        done = [
            self._completion(output, sampling, opened, 0 if index else len(ids))
            for index, output in enumerate(outputs)
        ]
        return done if together == n else repeated(done[0], n, sampling)

    def _parameters(self, sampling: Sampling, n: int, room: int) -> Any:
        from vllm.sampling_params import RequestOutputKind, SamplingParams  # noqa: PLC0415

        extra: dict[str, Any] = dict(sampling.extra)
        try:
            if ends := self._ends | token_ids(extra.pop("stop_token_ids", None)):
                extra["stop_token_ids"] = sorted(ends)
            return SamplingParams(
                n=n,
                temperature=sampling.temperature,
                top_p=sampling.top_p,
                max_tokens=room,
                stop=list(sampling.stop),
                seed=sampling.seed,
                output_kind=RequestOutputKind.FINAL_ONLY,
                **extra,
            )
        except _refusals(TypeError) as error:
            raise InputError(f"vllm: sampling: {_line(error)}") from None

    async def _draw(self, ids: list[int], parameters: Any) -> list[Any]:
        """One request, drawn again where the engine died under it."""
        from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError  # noqa: PLC0415

        engine, failure = await self._living(), ""
        for _ in range(2):
            request = uuid.uuid4().hex
            final = None
            # A plain mapping, since releases differ in how they wrap tokens.
            prompt = {"type": "token", "prompt_token_ids": ids}
            try:
                stream = engine.generate(prompt, parameters, request, lora_request=self._lora)
                async with contextlib.aclosing(stream):
                    async for output in stream:
                        final = output
            except EngineDeadError as error:
                failure = f"the engine died: {_line(error)}"
                engine = await self._living(dead=engine)
                continue
            except EngineGenerateError as error:
                failure = f"the engine failed: {_line(error.__cause__ or error)}"
                continue
            except _refusals() as error:
                raise InputError(f"vllm: {_line(error)}") from None
            if final is not None and all(one.finish_reason in _FINISHES for one in final.outputs):
                return sorted(final.outputs, key=lambda one: int(one.index))
            failure = "the engine gave up on the request"
        raise InfraError(f"vllm: {failure}")

    def _completion(self, output: Any, sampling: Sampling, opened: bool, tokens_in: int) -> Completion:
        reasoning, text = "", str(output.text)
        if self._options.split_think:
            reasoning, text = split_think(text, opened=opened)
        reasoning, text, finish = bounded(reasoning, text, _FINISHES[output.finish_reason])
        return Completion(
            text=text,
            reasoning=reasoning,
            finish_reason=finish,
            tokens_in=tokens_in,
            tokens_out=len(output.token_ids),
            model=self.name,
            sampling=settings(sampling),
            seed=None if sampling.seed is None else sampling.seed + int(output.index),
        )

    async def _living(self, dead: Any = None) -> Any:
        """The engine. Of those whom it left `dead` the first one starts another; everybody else waits for that."""
        async with self._starting:
            if dead is not None and self._engine is dead:
                self._engine = None
                self._deaths += 1
                await asyncio.to_thread(dead.shutdown)
                if self._deaths <= self._options.restarts:
                    self._engine = await self._new_engine()
            if self._closed:
                raise InfraError("vllm: the model was closed")
            if self._engine is None:
                raise InfraError(f"vllm: the engine died {self._deaths} times and is not started again")
            return self._engine

    async def _new_engine(self) -> Any:
        # Handed over in a list: what a thread returns is kept alive by tracebacks that vLLM keeps, and an engine that
        # lives on to the interpreter's end complains there.
        made: list[Any] = []
        await asyncio.to_thread(lambda: made.append(_start(self._model, self._options)))
        engine = made.pop()
        if self._options.lora:
            from vllm.lora.request import LoRARequest  # noqa: PLC0415

            self._lora = LoRARequest("adapter", 1, self._options.lora)
            try:
                await engine.add_lora(self._lora)
            except Exception as error:
                # The engine's process reports whatever went wrong there as it likes.
                await asyncio.to_thread(engine.shutdown)
                raise InputError(
                    f"vllm: lora: {self._options.lora} cannot be loaded: {_line(error)}"
                ) from None
        return engine

    async def aclose(self) -> None:
        self._closed = True
        async with self._starting:
            engine, self._engine = self._engine, None
            if engine is not None:
                await _end(engine)


async def _end(engine: Any) -> None:
    """Its reader is stopped first: it would take this for a death, and say so."""
    reader = getattr(engine, "output_handler", None)
    if reader is not None:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
    await asyncio.to_thread(engine.shutdown)


def engine_arguments(name: str, options: VllmOptions) -> dict[str, Any]:
    """What vLLM's `AsyncEngineArgs` is called with."""
    found: dict[str, Any] = {"model": name, "disable_log_stats": True}
    for ours, theirs in _ENGINE_ARGUMENTS.items():
        value = getattr(options, ours)
        if value or ours in _ALWAYS:
            found[theirs] = value
    if options.revision:
        found["tokenizer_revision"] = options.revision
    if options.lora:
        found |= {"enable_lora": True, "max_lora_rank": options.max_lora_rank or _rank(options.lora)}
    return found


def _rank(adapter: str) -> int:
    """The smallest rank that vLLM knows and the adapter fits into."""
    file = Path(adapter) / "adapter_config.json"
    try:
        rank = json.loads(file.read_text(encoding="utf-8"))["r"] if Path(adapter).is_dir() else 16
        return next(known for known in _RANKS if known >= rank)
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        raise InputError(
            f"vllm: lora: {file}: expected a LoRA adapter with a rank of at most {_RANKS[-1]}"
        ) from None


def _start(name: str, options: VllmOptions) -> Any:
    """In a thread: it takes seconds to minutes."""
    for variable, value in _ENVIRONMENT.items():
        os.environ.setdefault(variable, value)
    from vllm.engine.arg_utils import AsyncEngineArgs  # noqa: PLC0415
    from vllm.v1.engine.async_llm import AsyncLLM  # noqa: PLC0415

    try:
        return AsyncLLM.from_engine_args(AsyncEngineArgs(**engine_arguments(name, options)))
    except OSError as error:
        raise MissingError(f"vllm: {name}: {_line(error)}") from None
    except _refusals(TypeError, KeyError) as error:
        raise InputError(f"vllm: {name} cannot be served: {_line(error)}") from None
    except RuntimeError as error:
        raise InfraError(f"vllm: the engine for {name} did not start: {_line(error)}") from None


def _tokenizer(name: str, options: VllmOptions) -> Any:
    from transformers import AutoTokenizer  # noqa: PLC0415

    revision = {"revision": options.revision} if options.revision and not options.tokenizer else {}
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            options.tokenizer or name, trust_remote_code=options.trust_remote_code, **revision
        )
    except OSError as error:
        raise MissingError(f"vllm: {name}: {_line(error)}") from None
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"vllm: the tokenizer of {name} cannot be loaded: {_line(error)}") from None
    if options.chat_template:
        tokenizer.chat_template = read_template(options.chat_template, "vllm")
    return tokenizer


def _refusals(*more: type[Exception]) -> tuple[type[Exception], ...]:
    """What vLLM raises where the caller is wrong: newer releases have errors of their own."""
    try:
        from vllm.exceptions import VLLMClientError  # noqa: PLC0415
    except ImportError:
        return (ValueError, *more)
    return (ValueError, VLLMClientError, *more)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


async def open_vllm(name: str, options: VllmOptions) -> VllmModel:
    if options.lora:
        _rank(options.lora)
    model = VllmModel(name, options, await asyncio.to_thread(_tokenizer, name, options))
    await model.start()
    return model
