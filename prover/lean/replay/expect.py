"""Does a module prove what a reference leaves open, over the same definitions?

The reference is our own statement compiled by itself with `sorry`: its open theorems are those that rest on `sorryAx`.
"""

from __future__ import annotations

from prover.lean.replay.axioms import cited, cited_by_terms, extend_axioms
from prover.lean.replay.environment import Environment, RejectedError
from prover.lean.replay.module import Constant, Module, Name, show

SORRY: Name = ("sorryAx",)


class WrongStatementError(RejectedError):
    """A theorem is missing, or says something else, or says it about other definitions."""


def open_theorems(reference: Module) -> list[Name]:
    axioms = {SORRY: frozenset({SORRY})}
    extend_axioms(reference, cited(reference), axioms)
    return [
        name
        for name, constant in reference.constants.items()
        if constant.kind == "theorem"
        and SORRY in axioms[name]
        and not any(str(p).startswith("_") for p in name)
    ]


def expect(environment: Environment, reference: Module, candidate: Module) -> list[Name]:
    """The reference's open theorems, all of which `candidate` states alike. Raises `WrongStatementError`.

    Compared, from the theorems down through everything of the reference that they rest on: kind, universes, type, and
    the value where it belongs to the meaning. That the candidate *proves* them is for the kernel and the axioms.
    """
    goals = open_theorems(reference)
    if not goals:
        raise WrongStatementError(f"{reference.path}: the reference leaves no theorem open")
    pending, seen = list(goals), set(goals)
    while pending:
        name = pending.pop()
        wanted, found = reference.constants[name], candidate.constants.get(name)
        if found is None:
            raise WrongStatementError(f"`{show(name)}` is missing")
        difference = _difference(environment, (reference, wanted), (candidate, found))
        if difference:
            raise WrongStatementError(f"`{show(name)}`: its {difference} is not that of the reference")
        for below in _meaning(reference, wanted):
            if below in reference.constants and below not in seen:
                seen.add(below)
                pending.append(below)
    return goals


def _difference(
    environment: Environment, left: tuple[Module, Constant], right: tuple[Module, Constant]
) -> str:
    wanted, found = left[1], right[1]
    if found.kind != wanted.kind or not found.safe or not wanted.safe:
        return "kind"
    if found.universes != wanted.universes:
        return "list of universes"
    if not environment.same_term((left[0], wanted.type), (right[0], found.type)):
        return "type"
    if wanted.kind in ("def", "opaque"):
        assert wanted.value is not None
        assert found.value is not None
        if not environment.same_term((left[0], wanted.value), (right[0], found.value)):
            return "value"
    elif wanted.kind != "theorem" and wanted.extra != found.extra:
        return "shape"
    return ""


def _meaning(module: Module, constant: Constant) -> set[Name]:
    """What the meaning of a constant's statement rests on. The proof of a theorem does not belong to it."""
    roots = [constant.type]
    if constant.kind in ("def", "opaque") and constant.value is not None:
        roots.append(constant.value)
    below = cited_by_terms(module, roots)
    if constant.kind == "inductive":
        below |= {*constant.block, *constant.extra["constructors"]}
    elif constant.kind == "constructor":
        below.add(constant.extra["inductive"])
    elif constant.kind == "recursor":
        below |= set(constant.block)
    return below
