"""How a model is named: `BACKEND:NAME[,key=value…]`, or a TOML file with `backend`, `name` and the same keys.

    openai:Goedel-LM/Goedel-Prover-V2-8B,base_url=http://127.0.0.1:8000/v1,family=goedel-v2
    vllm:PATH,lora=ADAPTER,max_model_len=4096,stop=["```","theorem "]
    hf:PATH,adapter=DIR,device=cpu,temperature=0.8
    scripted:answers.jsonl,latency_s=0.5
    tiny,temperature=0.6

The last ships with the project (`shipped_models`): its own TOML file, and what is named behind it. A key is
`family` (of prompts), a sampling setting, or an option of the backend (`prover.models.options`). A value, or the
name, that holds a comma stands in double quotes, as in JSON. In a file, a relative path is looked for beside the file
first. Nothing is opened here: `prover.models.open_model` does that.
"""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prover.errors import InputError
from prover.models.base import Sampling
from prover.models.options import BACKENDS, Value, convert, decides, names, read_option
from prover.paths import bundled

EXAMPLE = "openai:NAME,base_url=http://127.0.0.1:8000/v1 or scripted:FILE"
EXTRAS: Mapping[str, type] = {
    "top_k": int,
    "min_p": float,
    "repetition_penalty": float,
    "presence_penalty": float,
    "frequency_penalty": float,
}
"""Settings that go to `Sampling.extra`."""
_SHIPPED = "model.toml"
_PATHS = frozenset({"name", "lora", "adapter", "tokenizer", "chat_template"})


@dataclass(frozen=True, slots=True)
class SamplingDefaults:
    """Settings that a model's name fixes; None leaves the caller's."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] | None = None
    extra: Mapping[str, float | int | str] = field(default_factory=dict)

    def over(self, base: Sampling) -> Sampling:
        """`base` with the settings that are fixed here; stop texts and extras are added to those of `base`."""
        fixed = {
            name: value
            for name in ("temperature", "top_p", "max_tokens")
            if (value := getattr(self, name)) is not None
        }
        stop = (*base.stop, *(text for text in self.stop or () if text not in base.stop))
        return dataclasses.replace(base, **fixed, stop=stop, extra={**base.extra, **self.extra})


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model by name. `options` holds only those that were named, already of the right type."""

    backend: str
    name: str
    family: str = "generic"
    sampling: SamplingDefaults = field(default_factory=SamplingDefaults)
    options: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        """The text that `parse_spec` reads back."""
        return self._text(all_options=True)

    def identity(self, opened: str) -> str:
        """For a run's configuration: `opened`, the `Model.name` of the opened model, with family, sampling settings
        and those options that have a say in what it writes."""
        return self._text(opened, all_options=False)

    def _text(self, opened: str = "", *, all_options: bool) -> str:
        sampling = {
            name: getattr(self.sampling, name) for name in ("temperature", "top_p", "max_tokens", "stop")
        }
        settings: dict[str, Any] = {"family": self.family if self.family != "generic" else None, **sampling}
        settings.update(self.sampling.extra)
        cls = BACKENDS[self.backend]
        settings.update({k: v for k, v in self.options.items() if all_options or decides(cls, k)})
        pairs = (f"{key}={_quoted(value)}" for key, value in settings.items() if value is not None)
        return ",".join([opened or f"{self.backend}:{_quoted(self.name)}", *pairs])


def parse_spec(text: str) -> ModelSpec:
    """The model that a command line names. Raises `InputError` that says which part is wrong and what was expected."""
    backend, colon, rest = text.partition(":")
    if colon and backend in BACKENDS:
        name, *pairs = _split(rest)
        named = {"backend": backend, "name": _unquoted(name.strip(), f"model {text!r}")}
        settings = _pairs(pairs, text) | named
        return _spec(settings, f"model {text!r}")
    name, comma, rest = text.partition(",")
    if name in shipped_models():
        return _read_file(
            bundled("data", "models", name, _SHIPPED), _pairs(_split(rest) if comma else [], text)
        )
    if text.endswith(".toml"):
        return _read_file(Path(text), {})
    known = ", ".join(BACKENDS)
    raise InputError(
        f"model: expected BACKEND:NAME with BACKEND one of {known}, a .toml file, or a shipped model "
        f"({', '.join(shipped_models()) or 'none is here'}), found {text!r} (example: {EXAMPLE})"
    )


def shipped_models() -> list[str]:
    """The models that come with the project, by name."""
    return sorted(path.parent.name for path in bundled("data", "models").glob(f"*/{_SHIPPED}"))


def _pairs(parts: Sequence[str], text: str) -> dict[str, Any]:
    """Settings from `key=value` texts."""
    settings: dict[str, Any] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise InputError(f"model {text!r}: expected key=value after a comma, found {part!r}")
        if key.strip() in settings:
            raise InputError(f"model {text!r}: {key.strip()} is given twice")
        settings[key.strip()] = _unquoted(value.strip(), f"model {text!r}: {key.strip()}")
    return settings


def _read_file(path: Path, own: Mapping[str, Any]) -> ModelSpec:
    """`own` settings go before those of the file."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}): expected a model's TOML file") from None
    except ValueError as error:
        raise InputError(f"{path}: not a TOML file: {error}") from None
    local = _PATHS if content.get("backend") != "openai" else frozenset[str]()
    for key in local & set(content):
        value = content[key]
        if isinstance(value, str) and value and "\0" not in value and (path.parent / value).exists():
            content[key] = str(path.parent / value)
    return _spec({**content, **own}, str(path))


def _spec(settings: Mapping[str, Any], where: str) -> ModelSpec:
    """Settings by name, from either source, to a `ModelSpec`."""
    left = dict(settings)
    backend, name, family = left.pop("backend", None), left.pop("name", None), left.pop("family", "generic")
    if backend not in BACKENDS:
        raise InputError(f"{where}: backend: expected one of {', '.join(BACKENDS)}, found {backend!r}")
    if not isinstance(name, str) or not name or "\0" in name:
        raise InputError(f"{where}: name: expected the name of a model, found {name!r}")
    if not isinstance(family, str) or not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", family):
        raise InputError(f"{where}: family: expected a family of prompts such as goedel-v2, found {family!r}")
    sampling = _sampling(left, where)
    cls = BACKENDS[backend]
    known = names(cls)
    unknown = next((key for key in left if key not in known), None)
    if unknown is not None:
        keys = ", ".join(["family", "temperature", "top_p", "max_tokens", "stop", *EXTRAS, *known])
        raise InputError(f"{where}: {backend} has no option {unknown!r}: expected one of {keys}")
    options = {key: read_option(cls, key, value, where) for key, value in left.items()}
    return ModelSpec(backend, name, family, sampling, options)


def _sampling(left: dict[str, Any], where: str) -> SamplingDefaults:
    """Takes the sampling settings out of `left`."""
    found: dict[str, Any] = {}
    for key, kind in {"temperature": float, "top_p": float, "max_tokens": int, **EXTRAS}.items():
        if key in left:
            found[key] = convert(kind, left.pop(key), f"{where}: {key}")
    stop = left.pop("stop", None)
    if stop is not None:
        texts = [stop] if isinstance(stop, str) else stop
        if not isinstance(texts, list) or not all(isinstance(text, str) and text for text in texts):
            raise InputError(f'{where}: stop: expected a text or a list such as ["```"], found {stop!r}')
        found["stop"] = tuple(texts)
    defaults = SamplingDefaults(
        **{key: value for key, value in found.items() if key not in EXTRAS},
        extra={key: value for key, value in found.items() if key in EXTRAS},
    )
    try:
        defaults.over(Sampling()).check()
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    return defaults


def _split(text: str) -> list[str]:
    """At commas, but not inside a JSON text or list."""
    parts, start, pos = [], 0, 0
    while pos < len(text):
        if text[pos] in '"[' and (pos == start or text[pos - 1] == "="):
            try:
                pos = json.JSONDecoder().raw_decode(text, pos)[1]
            except ValueError as error:
                raise InputError(f"model: {text[pos:]!r}: expected a JSON text or list: {error}") from None
        elif text[pos] == ",":
            parts.append(text[start:pos])
            start = pos = pos + 1
        else:
            pos += 1
    return [*parts, text[start:]]


def _unquoted(value: str, where: str) -> Any:
    if value[:1] not in ('"', "["):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise InputError(f"{where}: expected a JSON text or list: {error}") from None


def _quoted(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return json.dumps(list(value), ensure_ascii=False, separators=(",", ":"))
    text = str(value)
    special = any(mark in text for mark in (",", '="', "=[")) or text[:1] in ("", '"', "[")
    return json.dumps(text, ensure_ascii=False) if special or text != text.strip() else text
