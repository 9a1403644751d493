"""Does a module prove what a reference leaves open, over the same definitions?

The reference is our own statement compiled by itself with `sorry`: its open theorems are those that rest on `sorryAx`.
"""

from __future__ import annotations

from prover.lean.replay.axioms import cited, extend_axioms
from prover.lean.replay.environment import RejectedError
from prover.lean.replay.module import Constant, Module, Name, show
from prover.lean.replay.same import same_terms

SORRY: Name = ("sorryAx",)


class WrongStatementError(RejectedError):
    """A theorem is missing, or says something else, or says it about other definitions."""


def open_theorems(reference: Module) -> list[Name]:
    axioms = {SORRY: frozenset({SORRY})}
    extend_axioms(reference, cited(reference), axioms)
    return [
        name
        for name, constant in reference.constants.items()
        if constant.kind == "theorem" and SORRY in axioms[name] and not _is_auxiliary(name)
    ]


def _is_auxiliary(name: Name) -> bool:
    """Made by the elaborator for another declaration, e.g. `goal._proof_1`."""
    return name[0] == "_private" or any(str(part).startswith("_") for part in name[1:])


def expect(reference: Module, candidate: Module) -> list[Name]:
    """The reference's open theorems, all of which `candidate` states alike. Raises `WrongStatementError`.

    Compared, from the theorems down through everything of the reference that they rest on: kind, universes, type, and
    the value where it belongs to the meaning. A definition or lemma that the elaborator made may go by another name
    (a matcher is shared with whoever needed it first); it must be the same but for that. That the candidate *proves*
    the theorems is for the kernel and the axioms.
    """
    goals = open_theorems(reference)
    if not goals:
        raise WrongStatementError("the reference leaves no theorem open")
    pending = [(name, name) for name in goals]
    seen = set(pending)
    while pending:
        name, other = pending.pop()
        found = candidate.constants.get(other)
        if found is None:
            raise WrongStatementError(f"`{show(other)}` is missing")
        below = _compare((reference, reference.constants[name]), (candidate, found))
        for pair in below - seen:
            if pair[0] in reference.constants:
                seen.add(pair)
                pending.append(pair)
            elif pair[0] != pair[1]:
                raise WrongStatementError(f"`{show(other)}`: its type is not that of the reference")
    return goals


def _compare(left: tuple[Module, Constant], right: tuple[Module, Constant]) -> set[tuple[Name, Name]]:
    """The pairs of constants on whose being the same it depends that these two are."""
    (reference, wanted), (candidate, found) = left, right

    def demand(holds: bool, what: str) -> None:
        if not holds:
            raise WrongStatementError(f"`{show(found.name)}`: its {what} is not that of the reference")

    demand(found.kind == wanted.kind and found.safe and wanted.safe, "kind")
    demand(found.name == wanted.name or wanted.kind in ("def", "theorem"), "name")
    demand(found.universes == wanted.universes, "list of universes")
    types = same_terms(reference, wanted.type, candidate, found.type)
    demand(types is not None, "type")
    below = set(types or ())
    if wanted.kind in ("def", "opaque"):
        assert wanted.value is not None
        assert found.value is not None
        values = same_terms(reference, wanted.value, candidate, found.value)
        demand(values is not None, "value")
        below |= values or set()
    elif wanted.kind != "theorem":
        demand(wanted.extra == found.extra, "shape")
        owner = (wanted.extra["inductive"],) if wanted.kind == "constructor" else ()
        parts = (*wanted.block, *wanted.extra.get("constructors", ()), *owner)
        below |= {(part, part) for part in parts}
    return below
