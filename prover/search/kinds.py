"""The kinds of search that a policy may name: for each its strategy, its settings, and the roles of its agents.

A new kind is a module in `strategies` and a line here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from prover.errors import InputError
from prover.search.desk import Desk
from prover.search.policy import Policy, read_settings
from prover.search.strategies import critic, dag, hammer, malot, refute, whole_proof
from prover.types import StopReason

Strategy = Callable[[Desk, Any], Awaitable[StopReason]]
"""Proposes at the desk until it has a proof or nothing left to try; it is handed the kind's settings."""


@dataclass(frozen=True, slots=True)
class Kind:
    search: Strategy
    settings: type
    roles: tuple[str, ...] = ()
    """Those that it asks a model in; none for a search without models."""
    shares: bool = False
    """Whether it looks for proved lemmas of other problems by itself."""


KINDS: Mapping[str, Kind] = {
    "hammer": Kind(hammer.search, hammer.HammerSettings),
    "whole-proof": Kind(whole_proof.search, whole_proof.WholeProofSettings, whole_proof.ROLES),
    "malot": Kind(malot.search, malot.MalotSettings, malot.ROLES),
    "critic": Kind(critic.search, critic.CriticSettings, critic.ROLES),
    "dag": Kind(dag.search, dag.DagSettings, dag.ROLES, shares=True),
}


def kind_of(policy: Policy) -> Kind:
    """The policy's kind, its settings checked; `InputError` when there is none, or they are not its own."""
    if policy.kind not in KINDS:
        raise InputError(
            f"policy {policy.name}: expected kind to be one of {', '.join(KINDS)}, found {policy.kind!r}"
        )
    kind = KINDS[policy.kind]
    read_settings(policy, kind.settings)
    return kind


def optional_roles(policy: Policy) -> tuple[str, ...]:
    """Roles that the policy makes use of where a model is there for them."""
    return (refute.ROLE,) if policy.refute else ()
