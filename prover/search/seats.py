"""Which model each role of a policy asks (`[ROLE=]SPEC`), opened for as long as a run lasts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from prover.agents.family import ROLES, load_family
from prover.agents.values import Speaker
from prover.codec import compact
from prover.errors import InputError
from prover.models import open_model
from prover.models.base import Model
from prover.models.spec import EXAMPLE, ModelSpec, parse_spec

__all__ = ["EXAMPLE", "ROLES", "Seats", "open_seats", "specs_of"]

_FOR_ROLE = re.compile(rf"({'|'.join(ROLES)})=(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Seats:
    """The speakers by role, and what identifies them in a run's configuration: the model that stands for the run, and
    for each role its model, prompts and sampling."""

    speakers: Mapping[str, Speaker]
    model: str
    models: Mapping[str, str]


def specs_of(
    texts: Sequence[str], policy: str, roles: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, ModelSpec]:
    """The model of each of a policy's `roles`, from the texts of `--model`. Raises `InputError`.

    A role among the `optional` ones has the model that is named for it, else the one for all roles if its own family
    of prompts has that role: a model that was trained for others is not asked unbidden.
    """
    default: ModelSpec | None = None
    own: dict[str, ModelSpec] = {}
    known = (*roles, *optional)
    if texts and not known:
        raise InputError(f"--model: the policy {policy} uses no model")
    for text in texts:
        match = _FOR_ROLE.fullmatch(text)
        role, spec = (match[1], parse_spec(match[2])) if match else ("", parse_spec(text))
        if role and role not in known:
            raise InputError(f"--model: the policy {policy} asks models as {', '.join(known)}, not as {role}")
        if role in own or (not role and default is not None):
            raise InputError(f"--model: a model is given twice {f'for {role}' if role else 'for all roles'}")
        if role:
            own[role] = spec
        else:
            default = spec
    chosen = {role: own.get(role, default) for role in roles}
    missing = [role for role, spec in chosen.items() if spec is None]
    if missing:
        raise InputError(
            f"--model: the policy {policy} asks a model as {', '.join(missing)}: expected one, e.g. {EXAMPLE}"
        )
    for role in optional:
        knows = default is not None and role in load_family(default.family).roles
        chosen[role] = own.get(role, default if knows else None)
    if default is not None and not roles and default not in chosen.values():
        raise InputError(
            f"--model: the policy {policy} asks a model as {', '.join(known)} at most, a role that the prompts of "
            f"{default.family} do not have: name it for the role, e.g. {known[0]}={default}"
        )
    return {role: spec for role, spec in chosen.items() if spec is not None}


@asynccontextmanager
async def open_seats(
    texts: Sequence[str], policy: str, roles: Sequence[str], optional: Sequence[str] = ()
) -> AsyncIterator[Seats]:
    """Opens each model once, whatever number of roles asks it, and closes it at the end."""
    specs = specs_of(texts, policy, roles, optional)
    families = {spec.family: load_family(spec.family) for spec in specs.values()}
    async with AsyncExitStack() as stack:
        opened: dict[str, Model] = {}
        for spec in specs.values():
            if str(spec) not in opened:
                model = await open_model(spec)
                stack.push_async_callback(model.aclose)
                opened[str(spec)] = model
        speakers, models = {}, {}
        for role, spec in specs.items():
            family, model = families[spec.family], opened[str(spec)]
            sampling = spec.sampling.over(family.sampling(role))
            speakers[role] = Speaker(model, family, sampling)
            identity = spec.identity(model.name)
            models[role] = f"{identity} prompt {family.version(role)} sampling {compact(sampling) or '{}'}"
        names = dict.fromkeys(model.name for model in opened.values())
        yield Seats(speakers, ", ".join(names), models)
