"""Which values to try: numbers under which Python's arithmetic finds the hypotheses true and the goal false, small
values of finite and of list types, simple functions and relations, and the sequences that a recurrence itself defines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from prover.agents.falsifier.recurrences import defined, recurrent
from prover.agents.falsifier.telescope import FIELDS, Argument, Telescope
from prover.agents.hammer.evaluate import Eval, UnevaluableError, box, compile_term
from prover.agents.hammer.terms import Term

MAX_BOX = 60_000
MAX_CANDIDATES = 60
MAX_NUMBERS = 12

Values = Mapping[str, str]
"""Lean source of the value for each variable."""


def candidates(view: Telescope) -> Iterator[Values]:
    """Assignments of all variables, the most promising first; at most `MAX_CANDIDATES`, none for strange types."""
    if view.strange:
        return
    unnamed = [a for a in view.variables if a.kind not in ("ℕ", "ℤ")]
    if not unnamed:
        chosen = (_shown(env) for env in counterexamples(view))
        yield from islice(chosen, MAX_CANDIDATES)
        return
    pools = [_pool(argument, view) for argument in unnamed]
    numbers = view.numbers()
    small: list[Values] = [_shown(env) for env in islice(box(numbers, 30), MAX_NUMBERS)]
    for texts, rest in islice(_diagonal(pools, small), MAX_CANDIDATES):
        yield {**rest, **{argument.name: text for argument, text in zip(unnamed, texts, strict=True)}}


def counterexamples(view: Telescope) -> Iterator[dict[str, int]]:
    """Numbers in a box around 0, small ones first, under which nothing that Python can evaluate speaks against a
    counterexample."""
    numbers = view.numbers()
    tests = [test for fact in view.facts if (test := _compiled(fact, view)) is not None]
    goal = _compiled(view.goal, view)
    found = []
    for env in box(numbers, MAX_BOX):
        try:
            if all(test(env) for test in tests) and (goal is None or not goal(env)):
                found.append(env)
        except (UnevaluableError, KeyError, TypeError):
            continue
        if len(found) >= 4_000:
            break
    yield from sorted(found, key=lambda env: sum(abs(value) for value in env.values()))


def _compiled(term: Term, view: Telescope) -> Eval | None:
    try:
        return compile_term(term, view.types)
    except (UnevaluableError, RecursionError):
        return None


def fin(value: int) -> str:
    """A member of `Fin n` as it is written where `Fin` has no numerals."""
    return f"⟨{value}, by decide⟩"


def _shown(env: Mapping[str, int]) -> dict[str, str]:
    return {name: f"({value})" if value < 0 else str(value) for name, value in env.items()}


def _pool(argument: Argument, view: Telescope) -> list[str]:
    kind = argument.kind
    parts = kind.split(" → ")
    if len(parts) > 1:
        own = (
            [*defined(argument.name, parts, view), *recurrent(argument.name, parts, view)]
            if len(parts) == 2
            else []
        )
        return own + _functions(parts)
    if kind in FIELDS:
        return ["0", "1", "(-1)", "2", "(1 / 2)", "(-2)", "3", "(-1 / 2)", "10"]
    if kind == "Bool":
        return ["true", "false"]
    if kind == "Prop":
        return ["True", "False"]
    if kind.startswith("Fin "):
        return [fin(value) for value in range(min(int(kind[4:]), 8))]
    element = kind.removeprefix("List ")
    items = ["false", "true"] if element == "Bool" else ["0", "1", "2"]
    return ["[]", *(f"[{a}]" for a in items), *(f"[{a}, {b}]" for a in items for b in items)]


def _functions(parts: Sequence[str]) -> list[str]:
    *domain, result = parts
    names = ["x", "y", "z", "w"][: len(domain)]
    if len(names) < len(domain):
        return []
    bound = " ".join(f"({name} : {kind})" for name, kind in zip(names, domain, strict=True))
    if not set(domain) <= {"ℕ", "ℤ"}:
        bodies = {"Prop": ["True", "False"], "Bool": ["true", "false"]}.get(result, ["0", "1"])
    elif result in ("Prop", "Bool"):
        wrap = "decide ({})" if result == "Bool" else "{}"
        bodies = [wrap.format(body) for body in _relations(names)]
    elif result == "ℕ" and "ℤ" in domain:
        bodies = ["0", "1", "Int.natAbs x", "Int.toNat x"]
    else:
        bodies = _terms(names, integer=result == "ℤ")
    return [f"(fun {bound} => {body})" for body in bodies]


def _relations(names: Sequence[str]) -> list[str]:
    if len(names) == 1:
        return ["x = 0", "x = 1", "True", "False", "x % 2 = 0", "0 < x", "x ≠ 0"]
    return ["x < y", "x = y", "x ≤ y", "True", "False", "x ≠ y", "y = x + 1", "x = 0", "y = 0"]


def _terms(names: Sequence[str], *, integer: bool) -> list[str]:
    x, y = names[0], names[-1]
    terms = ["0", "1", x, f"{x} + 1", f"2 * {x}", f"{x} * {x}", f"{x} % 2", f"if {x} = 0 then 1 else 0"]
    if integer:
        terms.append(f"-{x}")
    return terms if x == y else ["0", "1", x, y, f"{x} + {y}", f"{x} * {y}"]


def _diagonal(pools: Sequence[Sequence[str]], last: Sequence[Values]) -> Iterator[tuple[list[str], Values]]:
    """The product of the pools and of `last`, combinations of early members first."""
    ranges = [range(min(len(pool), 40)) for pool in (*pools, last)]
    places = sorted(islice(product(*ranges), 20_000), key=lambda at: (sum(at), at))
    for at in places:
        yield [pool[i] for pool, i in zip(pools, at, strict=False)], last[at[-1]]
