"""Small cases of an elaborated statement, by Python's arithmetic: where a suspicion comes true, and where it cannot.

`compiled` makes a function of a term over ℕ, ℤ and propositions; `Cases.example` looks for numbers under which all
hypotheses that it can evaluate hold and a condition does, too. Meanings are Lean's: truncated subtraction, `x / 0 = 0`,
Euclidean division. It proves nothing: it says which example to show, or that there is none among small numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from prover.agents.hammer.evaluate import UnevaluableError, box, is_prime
from prover.formalize.elaborated import Bind, Const, Literal, Term, call
from prover.formalize.places import Place, conjuncts
from prover.formalize.show import number_type

_MAX_CASES = 6_000
_MAX_TERMS = 3_000
_MAX_BITS = 2_000

Env = Mapping[str, int]
Eval = Callable[[Env], int]


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
    try:
        wanted = compiled(condition)
    except UnevaluableError:
        return nothing
    facts = place.assumed if place.own is None else (*place.assumed, place.own)
    tests, sure = _tests(facts)
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
    if len(numbers) < len(bound):
        return False
    tests, sure = _tests(facts)
    if not sure:
        return False
    for env in box(numbers, _MAX_CASES):
        try:
            if all(test(env) for test in tests):
                return True
        except (UnevaluableError, KeyError, OverflowError):
            continue
    return False


def _tests(facts: Sequence[Term]) -> tuple[list[Eval], bool]:
    tests, sure = [], True
    for fact in facts:
        if isinstance(fact, Const):  # the type of a variable
            continue
        for part in conjuncts(fact):
            try:
                tests.append(compiled(part))
            except UnevaluableError:
                sure = False
    return tests, sure


def compiled(term: Term) -> Eval:
    """The term as a function of its variables; propositions become 0 and 1. Raises `UnevaluableError`."""
    name, args = call(term)
    if isinstance(term, Literal):
        constant = term.value
        return lambda _: constant
    if isinstance(term, Bind):
        if term.kind == "∀" and not term.name:
            before, after = compiled(term.type), compiled(term.body)
            return lambda env: not before(env) or after(env)
        raise UnevaluableError
    if isinstance(term, Const):
        return _constant(term.name)
    if name in _ARITHMETIC and len(args) == 6:
        return _arithmetic(name, args)
    if name in ("Finset.sum", "Finset.prod"):
        return _folded(name, args)
    known = _KNOWN.get(name)
    if known is None or len(args) < known[0]:
        raise UnevaluableError
    arity, function = known
    parts = [compiled(arg) for arg in args[-arity:]]
    return lambda env: function(*(part(env) for part in parts))


def _constant(name: str) -> Eval:
    if name in ("True", "False"):
        truth = int(name == "True")
        return lambda _: truth
    if "." in name:
        raise UnevaluableError

    def look_up(env: Env) -> int:
        if name not in env:
            raise UnevaluableError
        return env[name]

    return look_up


def _guarded(number: int) -> int:
    if number.bit_length() > _MAX_BITS:
        raise UnevaluableError
    return number


def _power(a: int, b: int) -> int:
    if b < 0 or (abs(a) > 1 and a.bit_length() * b > _MAX_BITS):
        raise UnevaluableError
    return int(a**b)


def _quotient(a: int, b: int) -> int:
    return 0 if b == 0 else a // b if b > 0 else -(a // -b)


_ARITHMETIC: Mapping[str, Callable[[int, int], int]] = {
    "HAdd.hAdd": lambda a, b: _guarded(a + b),
    "HSub.hSub": lambda a, b: a - b,
    "HMul.hMul": lambda a, b: _guarded(a * b),
    "HDiv.hDiv": _quotient,
    "HMod.hMod": lambda a, b: a - b * _quotient(a, b),
    "HPow.hPow": _power,
}


def _arithmetic(name: str, args: Sequence[Term]) -> Eval:
    kind = number_type(args[0])
    if not kind:
        raise UnevaluableError
    left, right, operation = compiled(args[4]), compiled(args[5]), _ARITHMETIC[name]
    if name == "HSub.hSub" and kind == "ℕ":
        return lambda env: max(0, left(env) - right(env))
    return lambda env: operation(left(env), right(env))


def _folded(name: str, args: Sequence[Term]) -> Eval:
    """A sum or product over an interval of numbers, or over the divisors of one."""
    body, members = args[-1], args[-2]
    if not isinstance(body, Bind):
        raise UnevaluableError
    inner, listed = compiled(body.body), _members(members)

    def fold(env: Env) -> int:
        values = (inner({**env, body.name: member}) for member in listed(env))
        return _guarded(sum(values) if name == "Finset.sum" else math.prod(values))

    return fold


def _members(term: Term) -> Callable[[Env], Sequence[int]]:
    name, args = call(term)
    if name == "Finset.range" and len(args) == 1:
        end = compiled(args[0])
        return lambda env: _bounded(range(end(env)))
    shifts = {"Finset.Icc": (0, 1), "Finset.Ico": (0, 0), "Finset.Ioc": (1, 1), "Finset.Ioo": (1, 0)}
    if name in shifts and len(args) >= 2:
        low, high = compiled(args[-2]), compiled(args[-1])
        at_low, at_high = shifts[name]
        return lambda env: _bounded(range(low(env) + at_low, high(env) + at_high))
    if name == "Nat.divisors" and len(args) == 1:
        whole = compiled(args[0])
        return lambda env: _divisors(whole(env))
    raise UnevaluableError


def _bounded(members: range) -> range:
    if len(members) > _MAX_TERMS:
        raise UnevaluableError
    return members


def _divisors(number: int) -> list[int]:
    if not 0 <= number <= 10**8:
        raise UnevaluableError
    low = [d for d in range(1, math.isqrt(number) + 1) if number % d == 0]
    return sorted({*low, *(number // d for d in low)})


def _factorial(number: int) -> int:
    if not 0 <= number <= 300:
        raise UnevaluableError
    return math.factorial(number)


def _divides(a: int, b: int) -> int:
    return int(b == 0 if a == 0 else b % a == 0)


_KNOWN: Mapping[str, tuple[int, Callable[..., int]]] = {
    "Eq": (2, lambda a, b: int(a == b)),
    "Ne": (2, lambda a, b: int(a != b)),
    "LT.lt": (2, lambda a, b: int(a < b)),
    "LE.le": (2, lambda a, b: int(a <= b)),
    "GT.gt": (2, lambda a, b: int(a > b)),
    "GE.ge": (2, lambda a, b: int(a >= b)),
    "Dvd.dvd": (2, _divides),
    "And": (2, lambda a, b: int(bool(a) and bool(b))),
    "Or": (2, lambda a, b: int(bool(a) or bool(b))),
    "Iff": (2, lambda a, b: int(bool(a) == bool(b))),
    "Not": (1, lambda a: int(not a)),
    "Neg.neg": (1, lambda a: -a),
    "Nat.cast": (1, lambda a: a),
    "Int.cast": (1, lambda a: a),
    "abs": (1, abs),
    "Int.natAbs": (1, abs),
    "Int.toNat": (1, lambda a: max(a, 0)),
    "Nat.succ": (1, lambda a: a + 1),
    "Nat.factorial": (1, _factorial),
    "Nat.gcd": (2, math.gcd),
    "Nat.lcm": (2, math.lcm),
    "Int.gcd": (2, math.gcd),
    "Nat.Coprime": (2, lambda a, b: int(math.gcd(a, b) == 1)),
    "Nat.Prime": (1, lambda a: int(is_prime(a))),
    "Even": (1, lambda a: int(a % 2 == 0)),
    "Odd": (1, lambda a: int(a % 2 == 1)),
    "Min.min": (2, min),
    "Max.max": (2, max),
    "Nat.ModEq": (3, lambda n, a, b: _divides(n, a - b)),
    "Int.ModEq": (3, lambda n, a, b: _divides(n, a - b)),
}
