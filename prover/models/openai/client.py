"""A model behind any OpenAI-compatible server: `vllm serve`, SGLang, a hosted API.

Messages go to `/chat/completions`, a bare text to `/completions`. Everything is streamed, so that no wait for a long
answer looks like a dead server. A begun answer of the assistant is continued as text, behind what vLLM says that its
template makes of the messages before; other servers continue a message in their own way.

What a server cannot do is found out by asking once: it refuses, and from then on is asked otherwise (one sample a
request, no count in the stream, `max_completion_tokens`, no seed).

What may pass (429, 5xx, a lost connection, silence, an answer cut off) is tried again, with growing waits that the
server may set by `Retry-After`; then it is an `InfraError`. Tokens of tries that broke are not in the counts: no server
tells. For the same reason a wait that is longer than ten minutes is not waited for, but an error that says so.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from prover.errors import InfraError, InputError, MissingError
from prover.models.answer import (
    as_messages,
    begun,
    ends_open,
    opens_thought,
    repeated,
    settings,
    unanswered,
    valid,
)
from prover.models.base import Finish, Prompt, Role, Sampling
from prover.models.openai.http import BrokenError, RefusedError, Wire
from prover.models.openai.pace import Pace, backoff
from prover.models.openai.refusals import is_filter, names_parameter, smaller
from prover.models.openai.server import Server, check_options, find_server, is_local, read_key, rendered
from prover.models.openai.wire import Answers, Drawn, estimate
from prover.models.options import OpenAIOptions
from prover.types import Completion

Result = TypeVar("Result")
_LONGEST_PAUSE_S = 600.0


class OpenAIModel:
    def __init__(self, name: str, wire: Wire, server: Server, options: OpenAIOptions) -> None:
        self.name = f"openai:{name}" + (f"({server.weights})" if server.weights else "")
        self.continues = server.continuation != "none"
        self._asked, self._wire, self._server, self._options = name, wire, server, options
        self._pace = Pace(options.requests_per_min, options.tokens_per_min)
        self._slots = asyncio.Semaphore(options.concurrency)
        # What the server was found to understand.
        self._many, self._stream_usage, self._seeds, self._limit_key = True, True, True, "max_tokens"
        self._renders = True

    async def generate(self, prompt: Prompt, sampling: Sampling, n: int = 1) -> list[Completion]:
        sampling.check(n)
        source = await self._source(prompt)
        if sampling.temperature == 0 and n > 1:
            return repeated((await self._draw(source, sampling, 1))[0], n, sampling)
        drawn: dict[int, Completion] = {}
        if n == 1 or self._many:
            drawn = await self._draw(source, sampling, n)
            self._many = self._many and (n == 1 or len(drawn) > 1)
        missing = [index for index in range(n) if index not in drawn]
        try:
            async with asyncio.TaskGroup() as group:
                singles = {i: group.create_task(self._draw(source, sampling, 1, first=i)) for i in missing}
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        drawn |= {index: single.result()[index] for index, single in singles.items()}
        return [drawn[index] for index in range(n)]

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _source(self, prompt: Prompt) -> dict[str, Any]:
        """The part of a request that holds the prompt."""
        if isinstance(prompt, str):
            return {"prompt": valid(prompt)}
        if not prompt:
            raise InputError("openai: a prompt without messages: expected one or more")
        messages: list[dict[str, Any]] = [*as_messages(prompt)]
        if not ends_open(prompt):
            return {"messages": messages}
        if not self.continues:
            raise InputError(
                f"openai: {self._options.base_url} is not known to continue a message of the assistant "
                "(where it does, say so: continuation=vllm or continuation=deepseek)"
            )
        if self._server.continuation == "deepseek":
            messages[-1]["prefix"] = True
            return {"messages": messages}
        if self._renders and len(messages) > 1:
            # As a message, a thought may be refused: many templates cut thoughts out of messages.
            with contextlib.suppress(RefusedError):
                text = await self._patiently(lambda: rendered(self._wire, self._asked, messages[:-1]))
                if text is not None:
                    return {"prompt": begun(text, messages[-1]["content"]), "add_special_tokens": False}
                self._renders = False
        return {"messages": messages, "continue_final_message": True, "add_generation_prompt": False}

    async def _draw(
        self, source: Mapping[str, Any], sampling: Sampling, n: int, first: int = 0
    ) -> dict[int, Completion]:
        """Samples `first` … `first + n - 1`, by index; fewer where the server does not draw several at once."""
        room = min(sampling.max_tokens, self._server.context or sampling.max_tokens)
        while True:
            answers = Answers(n, each_counted=n > 1 and self._server.counts_each)
            body = self._body(source, sampling, n, first, room)
            try:
                await self._send(body, answers)
            except RefusedError as refusal:
                less = smaller(refusal.text, room, self._server.context)
                if less:
                    room = less
                elif less == 0 or refusal.status == 413:
                    return self._empty(sampling, n, first, Finish.PROMPT_TOO_LONG)
                elif is_filter(refusal.text):
                    return self._empty(sampling, n, first, Finish.FILTERED)
                elif n > 1 and names_parameter(refusal.text, refusal.param, "n"):
                    self._many = False
                    return {}
                elif not self._learn(refusal, body):
                    raise self._error(refusal, body) from None
                continue
            return self._completions(answers, sampling, body, first)

    def _body(
        self, source: Mapping[str, Any], sampling: Sampling, n: int, first: int, room: int
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._asked,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            self._limit_key: room,
            "stream": True,
            **source,
            **sampling.extra,
        }
        if sampling.stop:
            body["stop"] = list(sampling.stop)
        if n > 1:
            body["n"] = n
        if self._seeds and sampling.seed is not None:
            body["seed"] = sampling.seed + first
        if self._stream_usage:
            body["stream_options"] = {"include_usage": True}
            if n > 1 and self._server.counts_each:
                body["stream_options"]["continuous_usage_stats"] = True
        return body

    async def _send(self, body: Mapping[str, Any], answers: Answers) -> None:
        """One request, tried again while that may help. `answers` is whole afterwards."""
        async with self._slots:
            await self._patiently(lambda: self._once(body, answers))

    async def _once(self, body: Mapping[str, Any], answers: Answers) -> None:
        prompt, path = _prompt_text(body), "completions" if "prompt" in body else "chat/completions"
        set_aside = await self._pace.start(estimate(prompt), answers.n, body[self._limit_key])
        tokens_in = tokens_out = samples = 0
        try:
            answers.clear()
            await self._wire.post(path, body, answers)
            drawn, tokens_in, _ = answers.drawn(prompt, split=False)
            samples, tokens_out = len(drawn), sum(one.tokens_out for one in drawn.values())
        finally:
            self._pace.done(set_aside, tokens_in, tokens_out, samples)

    async def _patiently(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """What `attempt` brings, which is made again while that may help."""
        tries = 0
        while True:
            try:
                return await attempt()
            except BrokenError as failure:
                tries += 1
                if tries > self._options.retries:
                    raise InfraError(f"openai: gave up after {tries} tries: {failure}") from None
                await self._wait(failure, tries)

    async def _wait(self, failure: BrokenError, tries: int) -> None:
        if failure.wait_s is None:
            await asyncio.sleep(backoff(tries))
            return
        if failure.wait_s > _LONGEST_PAUSE_S:
            raise InfraError(f"openai: {failure}; it asks to wait {failure.wait_s:.0f} s") from None
        self._pace.pause(failure.wait_s)
        # Those who waited for the same moment do not all come at it.
        await asyncio.sleep(failure.wait_s + backoff(1))

    def _learn(self, refusal: RefusedError, body: Mapping[str, Any]) -> bool:
        """Whether the refusal is of something that the next request can do without."""
        if "stream_options" in body and names_parameter(refusal.text, refusal.param, "stream_options"):
            self._stream_usage = False
        elif "max_tokens" in body and "max_completion_tokens" in refusal.text:
            self._limit_key = "max_completion_tokens"
        elif "seed" in body and names_parameter(refusal.text, refusal.param, "seed"):
            self._seeds = False
        else:
            return False
        return True

    @staticmethod
    def _error(refusal: RefusedError, body: Mapping[str, Any]) -> Exception:
        if refusal.status == 404 and "prompt" in body:
            return InputError(f"openai: {refusal}: this server continues no bare text")
        return (
            MissingError(f"openai: {refusal}") if refusal.status == 404 else InputError(f"openai: {refusal}")
        )

    def _completions(
        self, answers: Answers, sampling: Sampling, body: Mapping[str, Any], first: int
    ) -> dict[int, Completion]:
        opened = opens_thought(_continued(body))
        text = _prompt_text(body)
        drawn, tokens_in, estimated = answers.drawn(text, split=self._options.split_think, opened=opened)
        lowest = min(drawn)
        seed = body.get("seed")

        def completion(index: int, one: Drawn) -> Completion:
            read = tokens_in if index == lowest else 0
            return Completion(
                text=one.text,
                reasoning=one.reasoning,
                finish_reason=one.finish,
                tokens_in=read,
                tokens_out=one.tokens_out,
                tokens_estimated=estimated,
                model=self.name,
                sampling=settings(sampling),
                seed=None if seed is None else seed + index,
                cost_usd=(read * self._options.price_in + one.tokens_out * self._options.price_out) / 1e6,
            )

        return {first + index: completion(index, one) for index, one in drawn.items()}

    def _empty(self, sampling: Sampling, n: int, first: int, finish: str) -> dict[int, Completion]:
        return {first + index: one for index, one in enumerate(unanswered(self.name, sampling, n, finish))}


def _continued(body: Mapping[str, Any]) -> str:
    """The text that the model goes on with, "" where it begins its own message."""
    last = body["messages"][-1] if "messages" in body else {"role": Role.ASSISTANT, "content": body["prompt"]}
    return last["content"] if last["role"] == Role.ASSISTANT else ""


def _prompt_text(body: Mapping[str, Any]) -> str:
    return body["prompt"] if "prompt" in body else "\n".join(m["content"] for m in body["messages"])


async def open_openai(name: str, options: OpenAIOptions) -> OpenAIModel:
    host = check_options(options)
    wire = Wire(options, read_key(options, host), local=is_local(host))
    try:
        server = await find_server(wire, name, options, host)
    except BaseException:
        await wire.aclose()
        raise
    return OpenAIModel(name, wire, server, options)
