"""Elaborated terms as functions of their variables, calculated by Python with Lean's meanings.

Truncated subtraction, `x / 0 = 0`, Euclidean division. Read are ℕ, ℤ, propositions without quantifiers, sums and
products over intervals and divisors, and functions that the caller knows; all else raises `UnevaluableError`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from prover.agents.hammer.evaluate import UnevaluableError, is_prime
from prover.formalize.elaborated import Bind, Const, Literal, Term, call
from prover.formalize.show import number_type

_MAX_TERMS = 3_000
_MAX_BITS = 2_000

Env = Mapping[str, int]
Eval = Callable[[Env], int]
Functions = Mapping[str, Callable[..., int]]
"""By name: a function of the variables' values and of its arguments."""

_NONE: Functions = {}


def compiled(term: Term, functions: Functions = _NONE) -> Eval:
    """The term as a function of its variables; propositions become 0 and 1. Raises `UnevaluableError`."""
    name, args = call(term)
    if isinstance(term, Literal):
        constant = term.value
        return lambda _: constant
    if isinstance(term, Bind):
        if term.kind == "∀" and not term.name:
            before, after = compiled(term.type, functions), compiled(term.body, functions)
            return lambda env: not before(env) or after(env)
        raise UnevaluableError
    if isinstance(term, Const):
        return _constant(term.name)
    if name in _ARITHMETIC and len(args) == 6:
        return _arithmetic(name, args, functions)
    if name in ("Finset.sum", "Finset.prod"):
        return _folded(name, args, functions)
    if name in functions:
        own, given = functions[name], [compiled(arg, functions) for arg in args]
        return lambda env: own(env, *(one(env) for one in given))
    known = _KNOWN.get(name)
    if known is None or len(args) < known[0]:
        raise UnevaluableError
    arity, function = known
    parts = [compiled(arg, functions) for arg in args[-arity:]]
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


def _arithmetic(name: str, args: Sequence[Term], functions: Functions) -> Eval:
    kind = number_type(args[0])
    if not kind:
        raise UnevaluableError
    left, right, operation = compiled(args[4], functions), compiled(args[5], functions), _ARITHMETIC[name]
    if name == "HSub.hSub" and kind == "ℕ":
        return lambda env: max(0, left(env) - right(env))
    return lambda env: operation(left(env), right(env))


def _folded(name: str, args: Sequence[Term], functions: Functions) -> Eval:
    """A sum or product over an interval of numbers, or over the divisors of one."""
    body, members = args[-1], args[-2]
    if not isinstance(body, Bind):
        raise UnevaluableError
    inner, listed = compiled(body.body, functions), _members(members, functions)

    def fold(env: Env) -> int:
        values = (inner({**env, body.name: member}) for member in listed(env))
        return _guarded(sum(values) if name == "Finset.sum" else math.prod(values))

    return fold


def _members(term: Term, functions: Functions) -> Callable[[Env], Sequence[int]]:
    name, args = call(term)
    if name == "Finset.range" and len(args) == 1:
        end = compiled(args[0], functions)
        return lambda env: _bounded(range(end(env)))
    shifts = {"Finset.Icc": (0, 1), "Finset.Ico": (0, 0), "Finset.Ioc": (1, 1), "Finset.Ioo": (1, 0)}
    if name in shifts and len(args) >= 2:
        low, high = compiled(args[-2], functions), compiled(args[-1], functions)
        at_low, at_high = shifts[name]
        return lambda env: _bounded(range(low(env) + at_low, high(env) + at_high))
    if name == "Nat.divisors" and len(args) == 1:
        whole = compiled(args[0], functions)
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
