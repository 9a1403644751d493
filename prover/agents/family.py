"""Prompt families: folders of templates with a `family.toml`, and the prompts made of them.

A family says how one kind of model wants to be asked in each role. Shipped ones lie in `prompts/`; a path to a folder
works like a name, and a role that a family lacks is taken from `generic`. Templates are Jinja, in a sandbox; what they
may use is `VALUES`, and every value is tamed on its way in (`prover.agents.tame`), so that a template cannot forget to.
A prompt's version names the family, the role and a digest of everything that shaped the text.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jinja2 import BaseLoader, DictLoader, StrictUndefined, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prover.agents.tame import doc_comment, tame_values
from prover.codec import digest
from prover.errors import InputError
from prover.models.base import Message, Prompt, Role, Sampling

SHIPPED = Path(__file__).parent / "prompts"
FALLBACK = "generic"
ROLES = ("planner", "writer", "corrector", "critic", "decomposer", "falsifier", "formalizer", "judge")
VALUES: Mapping[str, Any] = {
    "name": "",
    "header": "",
    "statement": "",
    "signature": "",
    "informal": "",
    "plan": "",
    "steps": (),
    "lemmas": (),
    "rounds": (),
    "round": None,
    "last": None,
    "critique": "",
    "proof": "",
    "failed": (),
}
"""What a template may use, with what it finds where a role has nothing to say of it. `docs/agents.md` explains each."""

_STRICT = ConfigDict(extra="forbid", frozen=True)


class _Sampling(BaseModel):
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


class _FamilyFile(BaseModel):
    model_config = _STRICT
    description: str
    think: tuple[tuple[str, str], ...] = (("<think>", "</think>"),)
    fences: tuple[str, ...] = ("lean4", "lean", "tactics", "tactic")
    sampling: dict[str, Any] = {}
    roles: dict[str, RoleFile] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt, what to set behind the thought (if the role forces an answer), and the version of both."""

    prompt: Prompt
    forced: str
    version: str
    role: RoleFile


@dataclass(frozen=True)
class Family:
    name: str
    folder: Path
    description: str
    think: tuple[tuple[str, str], ...]
    """Pairs of tags around what is a thought and no answer."""
    fences: tuple[str, ...]
    """Labels of a fenced block that holds Lean."""
    roles: Mapping[str, RoleFile]
    defaults: Mapping[str, Any]
    sources: Mapping[str, str]
    """The templates, as they were read: a run goes on with them whatever becomes of the files."""
    digests: Mapping[str, str]

    def role(self, name: str) -> tuple[Family, RoleFile]:
        """The role, and the family that it is from: this one, or `generic` where this one lacks it."""
        if name in self.roles:
            return self, self.roles[name]
        fallback = _generic()
        if name not in fallback.roles:
            known = ", ".join(sorted({*self.roles, *fallback.roles}))
            raise InputError(f"family {self.name}: expected a role among {known}, found {name!r}")
        return fallback, fallback.roles[name]

    def sampling(self, role: str) -> Sampling:
        """The published sampling settings of a role."""
        # A role that is borrowed is still spoken by this family's model: its settings hold, then the role's own.
        _, spec = self.role(role)
        settings = _Sampling.model_validate({**self.defaults, **spec.sampling})
        return Sampling(settings.temperature, settings.top_p, settings.max_tokens, extra=settings.extra)

    def version(self, role: str) -> str:
        """`family/role@digest`, or `family:generic/role@digest` where the role is borrowed."""
        family, _ = self.role(role)
        name = family.name if family is self else f"{self.name}:{family.name}"
        return f"{name}/{role}@{family.digests[role]}"

    def render(self, role: str, values: Mapping[str, Any]) -> Rendered:
        """The prompt of a role. `values` are among `VALUES`; texts in them are tamed here."""
        family, spec = self.role(role)
        unknown = set(values) - set(VALUES)
        assert not unknown, f"no template knows of {unknown}"
        tamed = tame_values({**VALUES, **values})

        def fill(template: str, **more: Any) -> str:
            try:
                text = family._environment.get_template(template).render({**tamed, **more})
            except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
                raise InputError(f"{family.folder / template}: roles.{role}: {error}") from None
            return text.rstrip("\n")

        prompt: Prompt = fill(spec.prompt) if spec.prompt else _messages(spec, tamed["rounds"], fill)
        forced = fill(spec.forced.template) if spec.forced else ""
        return Rendered(prompt, forced, self.version(role), spec)

    @functools.cached_property
    def _environment(self) -> ImmutableSandboxedEnvironment:
        return _environment(DictLoader(self.sources))


def _environment(loader: BaseLoader) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["doc"] = doc_comment
    return environment


def _messages(spec: RoleFile, rounds: list[Any], fill: Any) -> list[Message]:
    messages: list[Message] = []
    index = 0
    while index < len(spec.messages):
        end = index + 1
        if spec.messages[index].each:
            while end < len(spec.messages) and spec.messages[end].each:
                end += 1
            turns = [(turn, each) for each in rounds for turn in spec.messages[index:end]]
        else:
            turns = [(spec.messages[index], None)]
        for turn, each in turns:
            text = fill(turn.template, **({"round": each} if each is not None else {}))
            if text.strip():
                messages.append(Message(Role(turn.role), text))
        index = end
    return messages


def shipped_families() -> list[str]:
    return sorted(path.parent.name for path in SHIPPED.glob("*/family.toml"))


def load_family(name: str) -> Family:
    """The shipped family of that name, or the one in the folder `name`. Raises `InputError` that says what is wrong."""
    folder = SHIPPED / name if name in shipped_families() else Path(name)
    path = folder / "family.toml"
    if not path.is_file():
        known = ", ".join(shipped_families())
        raise InputError(f"family: expected one of {known}, or a folder with a family.toml, found {name!r}")
    try:
        content = _FamilyFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        for settings in (content.sampling, *(role.sampling for role in content.roles.values())):
            _Sampling.model_validate(settings)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise InputError(f"{path}: {place}: {first['msg']}") from None
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: not a TOML file: {error}") from None
    folder = folder.resolve()
    sources: dict[str, str] = {}
    digests: dict[str, str] = {}
    for role, spec in content.roles.items():
        _check_role(folder, role, spec)
        own = _sources(folder, role, spec)
        shape = spec.model_dump(mode="json", exclude={"sampling"})
        texts = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in own.items()}
        digests[role] = digest({"shape": shape, "texts": texts})[:8]
        sources |= own
    fences = tuple(label.lower() for label in content.fences)
    return Family(
        folder.name,
        folder,
        content.description,
        content.think,
        fences,
        content.roles,
        content.sampling,
        sources,
        digests,
    )


@functools.lru_cache(maxsize=1)
def _generic() -> Family:
    return load_family(FALLBACK)


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
    environment = _environment(DictLoader({}))
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
            tree = environment.parse(found[name])
            environment.compile(tree)
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
