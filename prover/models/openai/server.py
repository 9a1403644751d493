"""What stands at the other end: asked once, when the model is opened.

The model list says whether the model is there, how long its context is (vLLM, SGLang, some others), which weights
stand behind an alias (vLLM) and who serves it, from which follows how it continues texts.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from prover.errors import InputError, MissingError
from prover.models.openai.http import BrokenError, RefusedError, Wire
from prover.models.options import OpenAIOptions

_CONTINUATIONS = ("auto", "vllm", "deepseek", "none")
_OPENAI = "api.openai.com"


@dataclass(frozen=True, slots=True)
class Server:
    continuation: str
    """`vllm`, `deepseek` or `none`."""
    context: int = 0
    """Tokens of prompt and answer together; 0 where the server does not say."""
    weights: str = ""
    """What the server says stands behind the model's name, where that is something else."""
    counts_each: bool = False
    """Whether it can count the samples of one request apart."""


def check_options(options: OpenAIOptions) -> str:
    """The server's host. Raises `InputError`."""
    if options.continuation not in _CONTINUATIONS:
        raise InputError(
            f"openai: continuation: expected one of {', '.join(_CONTINUATIONS)}, found {options.continuation!r}"
        )
    try:
        url = urlsplit(options.base_url)
        host, _ = url.hostname or "", url.port
    except ValueError as error:
        raise InputError(f"openai: base_url: {error}") from None
    if url.scheme not in ("http", "https") or not host or url.query or url.fragment:
        raise InputError(
            f"openai: base_url: expected an address such as http://127.0.0.1:8000/v1, found {options.base_url!r}"
        )
    if url.username or url.password:
        raise InputError("openai: base_url: expected no key in it, but in the environment (option key_env)")
    return host


def is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_key(options: OpenAIOptions, host: str) -> str:
    """From the environment. A server that was named may need none, unless its key's variable was named too."""
    key = os.environ.get(options.key_env, "").strip()
    needed = host == _OPENAI or options.key_env != OpenAIOptions().key_env
    if not key and needed:
        raise MissingError(f"openai: no key for {host}", f"export {options.key_env}=…")
    if not (key.isascii() and key.isprintable()):
        raise InputError(f"openai: {options.key_env}: expected a key of ASCII letters, digits and signs")
    return key


async def find_server(wire: Wire, name: str, options: OpenAIOptions, host: str) -> Server:
    """Raises `MissingError` where no server answers, and `InputError` where it has no such model."""
    if not options.check:
        return Server(_continuation(options, host, ""))
    listed = await _models(wire, options)
    if listed is None:
        return Server(_continuation(options, host, ""))
    models = {str(model.get("id")): model for model in listed}
    if name not in models:
        shown = ", ".join(sorted(models)[:8]) + (", …" if len(models) > 8 else "")
        raise InputError(
            f"openai: {options.base_url} has no model {name!r}: expected one of {shown or '(none)'}"
        )
    model = models[name]
    owner = str(model.get("owned_by", ""))
    context = next((model[key] for key in ("max_model_len", "context_length") if key in model), 0)
    root = model.get("root")
    return Server(
        _continuation(options, host, owner),
        context if isinstance(context, int) and context > 0 else 0,
        root if isinstance(root, str) and root != name else "",
        owner == "vllm",
    )


async def rendered(wire: Wire, name: str, messages: Sequence[Mapping[str, str]]) -> str | None:
    """The text that the server's chat template makes of a conversation, up to where the model's own message begins;
    None where the server (any but vLLM's) does not tell. Raises `BrokenError`, `RefusedError`."""
    try:
        tokens = await wire.ask(
            "/tokenize", {"model": name, "messages": list(messages), "add_generation_prompt": True}
        )
        text = await wire.ask("/detokenize", {"model": name, "tokens": tokens["tokens"]})
        return str(text["prompt"])
    except RefusedError as error:
        if error.status in (404, 405, 501):
            return None
        raise
    except (KeyError, TypeError):
        return None


async def _models(wire: Wire, options: OpenAIOptions) -> list[Mapping[str, Any]] | None:
    """The model list, None where the server keeps none."""
    loop = asyncio.get_running_loop()
    until = loop.time() + options.wait_s
    while True:
        try:
            content = await wire.ask("models")
            break
        except RefusedError as error:
            if error.status in (404, 405, 501):
                return None
            raise InputError(f"openai: {error}") from None
        except BrokenError as error:
            if loop.time() >= until:
                raise MissingError(
                    f"openai: no model server at {options.base_url} ({error})",
                    "start one, e.g. vllm serve MODEL, or name another base_url",
                ) from None
        await asyncio.sleep(min(1.0, max(0.0, until - loop.time())))
    data = content.get("data") if isinstance(content, dict) else content
    return [model for model in data if isinstance(model, dict)] if isinstance(data, list) else None


def _continuation(options: OpenAIOptions, host: str, owner: str) -> str:
    if options.continuation != "auto":
        return options.continuation
    if owner in ("vllm", "sglang"):
        return "vllm"
    return "deepseek" if host == "api.deepseek.com" and "/beta" in options.base_url else "none"
