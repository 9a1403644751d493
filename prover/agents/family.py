"""Prompt families: folders of templates with a `family.toml`, and the prompts made of them.

A family says how one kind of model wants to be asked in each role. Shipped ones lie in `prompts/`; a path to a folder
works like a name, and a role that a family lacks is taken from `generic`. Templates are Jinja, in a sandbox; what they
may use is `VALUES`, and every value is tamed on its way in (`prover.agents.tame`), so that a template cannot forget to.
A prompt's version names the family, the role and a digest of everything that shaped the text.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from prover.agents.family_file import ROLES, VALUES, RoleFile, SamplingFile, environment, read_folder
from prover.agents.tame import tame_values
from prover.errors import InputError
from prover.models.base import Message, Prompt, Role, Sampling

__all__ = ["ROLES", "SHIPPED", "VALUES", "Family", "Rendered", "load_family", "shipped_families"]

SHIPPED = Path(__file__).parent / "prompts"
FALLBACK = "generic"


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
        settings = SamplingFile.model_validate({**self.defaults, **spec.sampling})
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
        return environment(DictLoader(self.sources))


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
    if not (folder / "family.toml").is_file():
        known = ", ".join(shipped_families())
        raise InputError(f"family: expected one of {known}, or a folder with a family.toml, found {name!r}")
    folder = folder.resolve()
    read = read_folder(folder)
    content = read.content
    return Family(
        folder.name,
        folder,
        content.description,
        content.think,
        tuple(label.lower() for label in content.fences),
        content.roles,
        content.sampling,
        read.sources,
        read.digests,
    )


@functools.lru_cache(maxsize=1)
def _generic() -> Family:
    return load_family(FALLBACK)
