"""A model in this process, through `transformers`: on a GPU or the CPU, with or without a PEFT adapter.

Concurrent calls are drawn in one batch of at most `batch` samples, whatever their settings: the oldest first, and the
next one as soon as one has ended. A thread of its own does the work, so that the event loop stays free; a call that is
cancelled takes no part in the batch from the next token on. For decoder-only models of attention layers on one device;
on a GPU, `vllm` draws many times faster.

What the prompt's tokens are is in `prover.models.template`, what a seed promises in `prover.models.draw`.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer

from prover.errors import InfraError, InputError, MissingError
from prover.models.answer import bounded, cut_at_stop, repeated, settings, split_think, unanswered
from prover.models.base import Finish, Prompt, Sampling
from prover.models.decode import Batch, Decoder
from prover.models.draw import EXTRAS, Row
from prover.models.ends import adapter_ends, token_ids
from prover.models.options import HfOptions
from prover.models.template import encode, read_template
from prover.models.weights import weights_name
from prover.types import Completion

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_UNBOUNDED = 1 << 20


@dataclass(slots=True, eq=False)
class _Waiting:
    row: Row
    done: asyncio.Future[None]


class HfModel:
    continues = True

    def __init__(
        self, name: str, decoder: Decoder, context: int, options: HfOptions, thread: ThreadPoolExecutor
    ) -> None:
        self.name = name
        self._decoder, self._context, self._options, self._thread = decoder, context, options, thread
        self._loop = asyncio.get_running_loop()
        self._queue: list[_Waiting] = []
        self._running: dict[Row, _Waiting] = {}
        self._lock = threading.Lock()
        """Of the two above: the loop adds to the queue, the thread takes from it."""
        self._most = options.batch
        self._wake = asyncio.Event()
        self._closed = False
        self._work = asyncio.create_task(self._batches(), name="hf batches")

    async def generate(self, prompt: Prompt, sampling: Sampling, n: int = 1) -> list[Completion]:
        sampling.check(n)
        if self._closed:
            raise InfraError("hf: the model was closed")
        unknown = next((key for key in sampling.extra if key not in EXTRAS), None)
        if unknown is not None:
            raise InputError(f"hf: no sampling setting {unknown!r}: expected one of {', '.join(EXTRAS)}")
        ids, opened = encode(self._decoder.tokenizer, prompt)
        room = min(sampling.max_tokens, self._context - len(ids))
        if room <= 0:
            return unanswered(self.name, sampling, n, Finish.PROMPT_TOO_LONG)
        if sampling.temperature == 0 and n > 1:
            (one,) = await self._draw(ids, opened, room, sampling, 1)
            return repeated(one, n, sampling)
        return await self._draw(ids, opened, room, sampling, n)

    async def _draw(
        self, ids: list[int], opened: bool, room: int, sampling: Sampling, n: int
    ) -> list[Completion]:
        seeds = [None if sampling.seed is None else sampling.seed + index for index in range(n)]
        waiting = [_Waiting(Row(ids, room, sampling, seed), self._loop.create_future()) for seed in seeds]
        with self._lock:
            self._queue += waiting
        self._wake.set()
        try:
            await asyncio.gather(*(one.done for one in waiting))
        finally:
            for one in waiting:
                one.row.cancelled = True
                one.done.cancel()
        return [
            self._completion(one.row, opened, len(ids) if index == 0 else 0)
            for index, one in enumerate(waiting)
        ]

    def _completion(self, row: Row, opened: bool, tokens_in: int) -> Completion:
        sampling = row.sampling
        text, _ = cut_at_stop(self._decoder.text(row), sampling.stop)
        reasoning = ""
        if self._options.split_think:
            reasoning, text = split_think(text, opened=opened)
        reasoning, text, finish = bounded(reasoning, text, row.finish)
        return Completion(
            text=text,
            reasoning=reasoning,
            finish_reason=finish,
            tokens_in=tokens_in,
            tokens_out=len(row.written),
            model=self.name,
            sampling=settings(sampling),
            seed=row.seed,
        )

    async def _batches(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._loop.run_in_executor(self._thread, self._run)
            except Exception as error:
                # Whatever broke below, the device or the library, is no answer of the model.
                failure = InfraError(f"hf: {type(error).__name__}: {' '.join(str(error).split())[:300]}")
                with self._lock:
                    broken, self._running = list(self._running.values()), {}
                for one in broken:
                    if not one.done.done():
                        one.done.set_exception(failure)
                self._wake.set()

    def _run(self) -> None:
        """In the thread: until nothing waits. A batch that does not fit into memory is halved, as are later ones."""
        batch = Batch(self._decoder, self._settle)
        while True:
            try:
                if new := self._take(self._most - len(batch.rows)):
                    batch.join(new)
                if not batch.rows:
                    return
                batch.step()
            except torch.OutOfMemoryError:
                with self._lock:
                    left = list(self._running.values())
                    if len(left) < 2:
                        raise
                    self._queue, self._running = [*left, *self._queue], {}
                for one in left:
                    one.row.restart()
                self._most = len(left) // 2
                batch = Batch(self._decoder, self._settle)
                _free()

    def _take(self, count: int) -> list[Row]:
        """The oldest samples in the queue, which run from now on."""
        if count <= 0:
            return []
        with self._lock:
            wanted = [one for one in self._queue if not one.row.cancelled]
            new, self._queue = wanted[:count], wanted[count:]
            self._running |= {one.row: one for one in new}
        return [one.row for one in new]

    def _settle(self, row: Row) -> None:
        with self._lock:
            one = self._running.pop(row)
        self._loop.call_soon_threadsafe(_settle, one.done)

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        with self._lock:
            left = [*self._queue, *self._running.values()]
        for one in left:
            one.row.cancelled = True
            if not one.done.done():
                one.done.set_exception(InfraError("hf: the model was closed"))
        self._work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._work
        await asyncio.to_thread(self._thread.shutdown)
        del self._decoder
        _free()


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _free() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _load(name: str, options: HfOptions) -> tuple[str, Decoder, int]:
    """Name, decoder and context length. In the thread, for the number of threads is kept for each that calls."""
    if options.threads:
        torch.set_num_threads(options.threads)
    device = _device(options.device)
    dtype = _dtype(options.dtype, device)
    shared: dict[str, Any] = {"trust_remote_code": options.trust_remote_code}
    if options.revision:
        shared["revision"] = options.revision
    attention = {"attn_implementation": options.attn_implementation} if options.attn_implementation else {}
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            options.tokenizer or name, **(shared if not options.tokenizer else {})
        )
        model: Any = AutoModelForCausalLM.from_pretrained(name, dtype=dtype, **attention, **shared)
        commit = str(getattr(model.config, "_commit_hash", None) or "")
        if getattr(model, "_is_stateful", False):
            raise InputError(
                f"hf: {name}: a model that is not of attention layers alone; the backend vllm runs it"
            )
        ends = token_ids(model.generation_config.eos_token_id, tokenizer.eos_token_id)
        context = _context(model, tokenizer, options)
        full_name = f"hf:{weights_name(name, commit)}"
        if options.adapter:
            from peft import PeftModel  # noqa: PLC0415

            model = PeftModel.from_pretrained(model, options.adapter)
            ends |= adapter_ends(options.adapter)
            full_name += f"+{weights_name(options.adapter)}"
        model.to(device).eval()
    except OSError as error:
        raise MissingError(f"hf: {name}: {_line(error)}") from None
    except (ValueError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
        raise InputError(f"hf: {name} cannot be loaded: {type(error).__name__}: {_line(error)}") from None
    if options.chat_template:
        tokenizer.chat_template = read_template(options.chat_template, "hf")
    return full_name, Decoder(model, tokenizer, ends), context


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise InputError(f"hf: device: expected auto, cpu, cuda or cuda:N, found {name!r}") from None
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise MissingError(f"hf: device: no {name} here ({torch.cuda.device_count()} GPUs)")
    return device


def _dtype(name: str, device: torch.device) -> torch.dtype:
    if name == "auto":
        return torch.float32 if device.type == "cpu" else torch.bfloat16
    if name not in _DTYPES:
        raise InputError(f"hf: dtype: expected one of auto, {', '.join(_DTYPES)}, found {name!r}")
    return _DTYPES[name]


def _context(model: Any, tokenizer: Any, options: HfOptions) -> int:
    own = (
        getattr(model.config.get_text_config(), "max_position_embeddings", None) or tokenizer.model_max_length
    )
    own = min(int(own), _UNBOUNDED)
    return min(options.max_model_len or own, own)


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


async def open_hf(name: str, options: HfOptions) -> HfModel:
    thread = ThreadPoolExecutor(1, thread_name_prefix="hf")
    try:
        full_name, decoder, context = await asyncio.get_running_loop().run_in_executor(
            thread, _load, name, options
        )
    except BaseException:
        thread.shutdown(wait=False)
        raise
    return HfModel(full_name, decoder, context, options, thread)
