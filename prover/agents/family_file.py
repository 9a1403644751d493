"""A family's folder, read strictly: what a `family.toml` may say, which templates a role reaches, what these may use.

Everything is read and checked at once, so that a mistake is reported with its file and line before anything is asked.
Raises `InputError`.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jinja2 import BaseLoader, DictLoader, StrictUndefined, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prover.agents.tame import doc_comment
from prover.codec import digest
from prover.errors import InputError

ROLES = (
    "planner",
    "writer",
    "corrector",
    "critic",
    "decomposer",
    "falsifier",
    "formalizer",
    "formalizer_repair",
    "informalizer",
    "judge",
    "weaver",
)
VALUES: Mapping[str, Any] = {
    "name": "",
    "header": "",
    "statement": "",
    "signature": "",
    "informal": "",
    "plan": "",
    "steps": (),
    "lemmas": (),
    "premises": (),
    "rounds": (),
    "round": None,
    "last": None,
    "critique": "",
    "proof": "",
    "failed": (),
    "examples": (),
    "answer": "",
    "solution": "",
    "back_translation": "",
    "criteria": (),
}
"""What a template may use, with what it finds where a role has nothing to say of it. `docs/agents.md` explains each."""

_STRICT = ConfigDict(extra="forbid", frozen=True)


class SamplingFile(BaseModel):
    """Sampling settings, as far as they are named."""

    model_config = _STRICT
    temperature: float = Field(default=1.0, ge=0, le=2)
    top_p: float = Field(default=0.95, gt=0, le=1)
    max_tokens: int = Field(default=8192, ge=1)
    extra: dict[str, float | int | str] = {}


class Turn(BaseModel):
    """One message. With `each`, it and its neighbours that say so are repeated for every round of the history."""

    model_config = _STRICT
    role: Literal["system", "user", "assistant"]
    template: str
    each: Literal["round"] | None = None


class Forced(BaseModel):
    """The thought ends at `close`, or at this share of the token budget; then `template` is set behind it, and the
    model goes on from there. So an answer always comes."""

    model_config = _STRICT
    share: float = Field(gt=0, lt=1)
    close: str = Field(min_length=1)
    template: str


class RoleFile(BaseModel):
    """How a family asks in one role: `messages` for a chat, or `prompt`, a bare text that the model continues."""

    model_config = _STRICT
    messages: tuple[Turn, ...] = ()
    prompt: str = ""
    answer: Literal["text", "tactics"] = "text"
    """`tactics`: the model's text goes on behind the `:= by` at the prompt's end."""
    stop: tuple[str, ...] = ()
    forced: Forced | None = None
    rounds: int = Field(default=4, ge=1)
    """How many rounds of the history a corrector is shown, the newest ones."""
    sampling: dict[str, Any] = {}

    def templates(self) -> list[str]:
        names = [turn.template for turn in self.messages] + [self.prompt] * bool(self.prompt)
        return [*names, *([self.forced.template] if self.forced else [])]


class FamilyFile(BaseModel):
    """A `family.toml`."""

    model_config = _STRICT
    description: str
    think: tuple[tuple[str, str], ...] = (("<think>", "</think>"),)
    fences: tuple[str, ...] = ("lean4", "lean", "tactics", "tactic")
    sampling: dict[str, Any] = {}
    roles: dict[str, RoleFile] = Field(min_length=1)


def environment(loader: BaseLoader) -> ImmutableSandboxedEnvironment:
    """Where templates run."""
    sandbox = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    sandbox.filters["doc"] = doc_comment
    return sandbox


@dataclass(frozen=True, slots=True)
class FamilyFolder:
    content: FamilyFile
    sources: Mapping[str, str]
    """The text of every template that is reached, by name."""
    digests: Mapping[str, str]
    """For each role: of its settings, but for sampling, and of its templates."""


def read_folder(folder: Path) -> FamilyFolder:
    """All that the folder of a family says."""
    path = folder / "family.toml"
    try:
        content = FamilyFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        for settings in (content.sampling, *(role.sampling for role in content.roles.values())):
            SamplingFile.model_validate(settings)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: {place}: {first['msg']}") from None
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: not a TOML file: {error}") from None
    sources: dict[str, str] = {}
    digests: dict[str, str] = {}
    for role, spec in content.roles.items():
        _check_role(folder, role, spec)
        own = _sources(folder, role, spec)
        shape = spec.model_dump(mode="json", exclude={"sampling"})
        texts = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in own.items()}
        digests[role] = digest({"shape": shape, "texts": texts})[:8]
        sources |= own
    return FamilyFolder(content, sources, digests)


def _check_role(folder: Path, role: str, spec: RoleFile) -> None:
    place = f"{folder / 'family.toml'}: roles.{role}"
    if role not in ROLES:
        raise InputError(f"{place}: expected a role among {', '.join(ROLES)}")
    if bool(spec.messages) == bool(spec.prompt):
        raise InputError(f"{place}: expected either messages or prompt")
    if spec.answer == "tactics" and not (spec.prompt or spec.forced):
        raise InputError(f'{place}: answer = "tactics" needs a prompt, or a forced answer, to continue')


def _sources(folder: Path, role: str, spec: RoleFile) -> dict[str, str]:
    """Every template that a role reaches, by name. Raises `InputError` for one that is missing or wrong."""
    sandbox = environment(DictLoader({}))
    found: dict[str, str] = {}
    waiting = spec.templates()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        path = folder / name
        if not path.resolve().is_relative_to(folder) or not path.is_file():
            raise InputError(f"{folder}: roles.{role}: no template {name!r} in the folder")
        try:
            found[name] = path.read_text(encoding="utf-8")
            tree = sandbox.parse(found[name])
            sandbox.compile(tree)
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8: {error}") from None
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            raise InputError(f"{path}:{line or 1}: {error.message}") from None
        if unknown := sorted(meta.find_undeclared_variables(tree) - set(VALUES)):
            raise InputError(f"{path}: unknown value {unknown[0]!r}; known: {', '.join(VALUES)}")
        references = list(meta.find_referenced_templates(tree))
        if None in references:
            raise InputError(f"{path}: a template is included by a computed name; write the name")
        waiting += [name for name in references if name is not None]
    return found
