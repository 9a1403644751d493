"""Small cases of an elaborated statement, by Python's arithmetic: where a suspicion comes true, and where it cannot.

`small_cases` looks for numbers under which all hypotheses that can be calculated hold and a condition does, too;
functions that a hypothesis defines are calculated as it says. It proves nothing: it says which
example to show, or that there is none among small numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from prover.agents.hammer.evaluate import UnevaluableError, box
from prover.formalize.calculate import Env, Eval, Functions, compiled
from prover.formalize.definitions import Definition, definitions
from prover.formalize.elaborated import Elaborated, Term, free_names
from prover.formalize.places import Place, conjuncts, is_data
from prover.formalize.show import number_type

_MAX_CASES = 6_000
_MAX_CALLS = 300


@dataclass(frozen=True, slots=True)
class Cases:
    """What small numbers say of a condition. `examples` is None where they say nothing: it cannot be evaluated, or no
    small numbers fulfil the hypotheses. `sure` when every hypothesis was evaluated."""

    example: Mapping[str, int] | None
    known: bool
    sure: bool


def small_cases(place: Place, condition: Term) -> Cases:
    """Whether some small numbers make `condition` true at `place`."""
    nothing = Cases(None, known=False, sure=False)
    numbers = [(name, kind) for name, type_ in place.bound.items() if (kind := number_type(type_))]
    facts = place.assumed if place.own is None else (*place.assumed, place.own)
    functions, used = _defined(facts)
    try:
        wanted = compiled(condition, functions)
    except UnevaluableError:
        return nothing
    tests, sure = _tests([fact for fact in facts if fact not in used], functions)
    models = 0
    for env in box(numbers, _MAX_CASES):
        try:
            if not all(test(env) for test in tests):
                continue
            models += 1
            if wanted(env):
                return Cases(env, known=True, sure=sure)
        except (UnevaluableError, KeyError, OverflowError):
            continue
    return Cases(None, known=models > 0, sure=sure)


def has_model(facts: Sequence[Term], bound: Mapping[str, Term]) -> bool:
    """Whether small numbers fulfil every one of the facts, all of which can be evaluated."""
    numbers = [(name, kind) for name, type_ in bound.items() if (kind := number_type(type_))]
    functions, used = _defined(facts)
    if len(numbers) < len(bound.keys() - functions.keys()):
        return False
    tests, sure = _tests([fact for fact in facts if fact not in used], functions)
    if not sure:
        return False
    for env in box(numbers, _MAX_CASES):
        try:
            if all(test(env) for test in tests):
                return True
        except (UnevaluableError, KeyError, OverflowError):
            continue
    return False


def called_only_outside(statement: Elaborated, place: Place, condition: Term) -> bool:
    """Whether `place` lies in the definition of a function that the statement calls, in all small cases, only where
    `condition`, which is about the function's arguments, does not hold."""
    facts = [local.type for local in statement.locals if not is_data(local.type)]
    mine = next((one for one in definitions(facts) if one.fact == place.own), None)
    if mine is None or place.own is None:
        return False
    calls: list[tuple[int, ...]] = []
    functions, used = _defined(facts, {mine.name: calls})
    others = [fact for fact in facts if fact not in used]
    tests, sure = _tests([*others, statement.target], functions)
    try:
        bad = compiled(condition, functions)
    except UnevaluableError:
        return False
    elsewhere = [one for one in definitions(facts) if one.fact != place.own]
    if not sure or any(mine.name in free_names(one.body) for one in elsewhere):
        return False
    numbers = [(local.name, kind) for local in statement.locals if (kind := number_type(local.type))]
    seen = False
    for env in box(numbers, _MAX_CALLS):
        calls.clear()
        try:
            all(test(env) for test in tests)
            met = list(dict.fromkeys(calls))
            if any(bad({**env, **dict(zip(mine.params, args, strict=True))}) for args in met):
                return False
        except (UnevaluableError, KeyError, OverflowError):
            return False
        seen = seen or bool(met)
    return seen


def _defined(
    facts: Sequence[Term], record: Mapping[str, list[tuple[int, ...]]] | None = None
) -> tuple[dict[str, Callable[..., int]], list[Term]]:
    """The functions that the facts define, and the facts that do. Calls of those in `record` are noted there."""
    functions: dict[str, Callable[..., int]] = {}
    used: list[Term] = []
    for one in definitions(facts):
        try:
            functions[one.name] = _function(one, functions, (record or {}).get(one.name))
        except UnevaluableError:
            continue
        used.append(one.fact)
    return functions, used


def _function(one: Definition, known: Functions, calls: list[tuple[int, ...]] | None) -> Callable[..., int]:
    body = compiled(one.body, dict(known))

    def function(env: Env, *args: int) -> int:
        if calls is not None:
            calls.append(args)
        return body({**env, **dict(zip(one.params, args, strict=True))})

    return function


def _tests(facts: Sequence[Term], functions: Functions) -> tuple[list[Eval], bool]:
    tests, sure = [], True
    for fact in facts:
        if is_data(fact):  # the type of a variable
            continue
        for part in conjuncts(fact):
            try:
                tests.append(compiled(part, functions))
            except UnevaluableError:
                sure = False
    return tests, sure
