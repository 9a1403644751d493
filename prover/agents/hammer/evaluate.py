"""Terms evaluated over the integers: what a statement says about given numbers, asked of Python and not of Lean.

It guides the search (witnesses, periods, bounds, values of unknowns) and proves nothing: a wrong guess costs one probe.
Meanings are Lean's: truncated subtraction and floor division on ℕ, Euclidean division on ℤ, `x / 0 = 0`, `x % 0 = x`.
What lies outside (quantifiers, unknown functions, numbers past `MAX_BITS`) raises `UnevaluableError`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product

from prover.agents.hammer.terms import RELATIONS, Term

MAX_BITS = 4_000

Value = int
Env = Mapping[str, int]
Eval = Callable[[Env], int]


class UnevaluableError(Exception):
    pass


def kind_of(term: Term, types: Mapping[str, str]) -> str:
    """`ℕ` or `ℤ`, as far as it can be read off; empty where only numerals speak."""
    head = term.head
    if head == "id":
        kind = types.get(term.text, "")
        return {"Nat": "ℕ", "Int": "ℤ"}.get(kind, kind) if kind in ("ℕ", "ℤ", "Nat", "Int") else ""
    if head == "↑":
        return "ℤ"
    if head == "ascribe":
        return {"Nat": "ℕ", "Int": "ℤ"}.get(term.args[1].text, term.args[1].text)
    if head in ("^", "!"):
        return kind_of(term.args[0], types)
    if head == "app":
        function = term.function
        if function in types:
            last = types[function].split("→")[-1].strip()
            return {"Nat": "ℕ", "Int": "ℤ"}.get(last, last)
        return (
            "ℕ" if function.startswith("Nat.") or function.endswith(("natAbs", "toNat", "gcd", "lcm")) else ""
        )
    if head in ("neg", "|"):
        return kind_of(term.args[0], types) or "ℤ"
    for arg in term.args:
        if kind := kind_of(arg, types):
            return kind
    return ""


def _guard(value: int) -> int:
    if value.bit_length() > MAX_BITS:
        raise UnevaluableError
    return value


def _power(a: int, b: int) -> int:
    if b < 0 or (a not in (0, 1, -1) and a.bit_length() * b > MAX_BITS):
        raise UnevaluableError
    return int(a**b)


def _div(a: int, b: int) -> int:
    if b == 0:
        return 0
    return a // b if b > 0 else -(a // -b)


def _factorial(a: int) -> int:
    if not 0 <= a <= 2000:
        raise UnevaluableError
    return math.factorial(a)


def _choose(a: int, b: int) -> int:
    if not 0 <= a <= 2000 or b < 0:
        raise UnevaluableError
    return math.comb(a, b)


def is_prime(a: int) -> bool:
    if a > 10**10:
        raise UnevaluableError
    return a >= 2 and all(a % d for d in range(2, math.isqrt(a) + 1))


_FUNCTIONS: dict[str, Callable[..., int]] = {
    "gcd": math.gcd,
    "lcm": math.lcm,
    "Coprime": lambda a, b: int(math.gcd(a, b) == 1),
    "Prime": lambda a: int(is_prime(a)),
    "factorial": _factorial,
    "choose": _choose,
    "sqrt": lambda a: math.isqrt(a) if a >= 0 else 0,
    "natAbs": abs,
    "abs": abs,
    "toNat": lambda a: max(a, 0),
    "succ": lambda a: a + 1,
    "pred": lambda a: max(a - 1, 0),
    "Even": lambda a: int(a % 2 == 0),
    "Odd": lambda a: int(a % 2 == 1),
    "max": max,
    "min": min,
}

_RELATE: dict[str, Callable[[int, int], bool]] = {
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "≤": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "≥": lambda a, b: a >= b,
    "∣": lambda a, b: b == 0 if a == 0 else b % a == 0,
}


def compile_term(term: Term, types: Mapping[str, str], expected: str = "") -> Eval:
    """A function from the variables' values to the term's value (propositions: 0 or 1)."""
    head, args = term.head, term.args
    if head == "num":
        if len(term.text) > 4000:
            raise UnevaluableError
        constant = int(term.text)
        return lambda _: constant
    if head == "id":
        key = term.text
        if key in ("True", "False"):
            truth = int(key == "True")
            return lambda _: truth
        if types.get(key) not in ("ℕ", "ℤ", "Nat", "Int"):
            raise UnevaluableError
        return lambda env: env[key]
    if head in _UNARY:
        return _unary(term, types, expected)
    if head in ("∧", "∨", "→", "↔"):
        return _connective(head, *(compile_term(a, types) for a in args))
    if head in RELATIONS:
        return _relation(term, types)
    kind = kind_of(term, types) or expected or "ℕ"
    if head == "^":
        base, exponent = compile_term(args[0], types, kind), compile_term(args[1], types, "ℕ")
        return lambda env: _power(base(env), exponent(env))
    if head in ("+", "-", "*", "/", "%"):
        return _arithmetic(head, compile_term(args[0], types, kind), compile_term(args[1], types, kind), kind)
    if head == "app":
        function = _FUNCTIONS.get(term.function.rpartition(".")[2])
        if function is not None and term.function not in types:
            inner_kind = kind_of(args[1], types) or "ℕ"
            values = [compile_term(a, types, inner_kind) for a in args[1:]]
            call = function
            return lambda env: call(*(v(env) for v in values))
    raise UnevaluableError


_UNARY = ("↑", "|", "!", "neg", "ascribe", "¬")


def _unary(term: Term, types: Mapping[str, str], expected: str) -> Eval:
    inner = compile_term(term.args[0], types, "ℕ" if term.head in ("↑", "!") else expected)
    table: dict[str, Eval] = {
        "|": lambda env: abs(inner(env)),
        "!": lambda env: _factorial(inner(env)),
        "neg": lambda env: -inner(env),
        "¬": lambda env: 1 - inner(env),
    }
    return table.get(term.head, inner)


def _connective(head: str, left: Eval, right: Eval) -> Eval:
    if head == "∧":
        return lambda env: left(env) and right(env)
    if head == "∨":
        return lambda env: left(env) or right(env)
    if head == "→":
        return lambda env: int(not left(env) or right(env))
    return lambda env: int(bool(left(env)) == bool(right(env)))


def _relation(term: Term, types: Mapping[str, str]) -> Eval:
    a, b = term.args[:2]
    kind = kind_of(a, types) or kind_of(b, types) or "ℕ"
    left, right = compile_term(a, types, kind), compile_term(b, types, kind)
    if term.head in _RELATE:
        relate = _RELATE[term.head]
        return lambda env: int(relate(left(env), right(env)))
    modulus = compile_term(term.args[2], types, kind)
    return lambda env: int(_RELATE["∣"](modulus(env), left(env) - right(env)))


def _arithmetic(op: str, left: Eval, right: Eval, kind: str) -> Eval:
    if op == "+":
        return lambda env: _guard(left(env) + right(env))
    if op == "*":
        return lambda env: _guard(left(env) * right(env))
    if op == "/":
        return lambda env: _div(left(env), right(env))
    if op == "%":

        def remainder(env: Env) -> int:
            a, b = left(env), right(env)
            return a - b * _div(a, b)

        return remainder
    if kind == "ℕ":
        return lambda env: max(left(env) - right(env), 0)
    return lambda env: left(env) - right(env)


def value_of(term: Term, types: Mapping[str, str] | None = None) -> int | None:
    """The value of a closed term, or None."""
    try:
        return compile_term(term, types or {})({})
    except (UnevaluableError, KeyError, TypeError, RecursionError):
        return None


def box(variables: Sequence[tuple[str, str]], limit: int) -> Iterator[dict[str, int]]:
    """Assignments in order of size, at most about `limit`; ℤ variables go both ways from 0."""
    if not variables:
        yield {}
        return
    side = max(2, int(limit ** (1 / len(variables))))
    ranges = [
        range(side) if kind == "ℕ" else sorted(range(-(side // 2), side // 2 + 1), key=lambda v: (abs(v), -v))
        for _, kind in variables
    ]
    names = [n for n, _ in variables]
    for values in product(*ranges):
        yield dict(zip(names, values, strict=True))


@lru_cache(maxsize=512)
def _solutions(
    conditions: tuple[Term, ...],
    variables: tuple[tuple[str, str], ...],
    types: tuple[tuple[str, str], ...],
    limit: int,
) -> tuple[dict[str, int], ...]:
    local = {**dict(types), **dict(variables)}
    tests: list[Eval] = []
    for condition in conditions:
        try:
            tests.append(compile_term(condition, local))
        except (UnevaluableError, RecursionError):
            continue
    found = []
    for env in box(variables, limit):
        try:
            if all(test(env) for test in tests):
                found.append(env)
        except (UnevaluableError, KeyError, TypeError):
            continue
    return tuple(sorted(found, key=lambda env: sum(abs(v) for v in env.values())))


def solutions(
    conditions: Sequence[Term],
    variables: Sequence[tuple[str, str]],
    types: Mapping[str, str],
    limit: int = 4_000,
) -> tuple[dict[str, int], ...]:
    """Assignments in a box around 0 under which all conditions that can be evaluated hold; smallest first."""
    return _solutions(tuple(conditions), tuple(variables), tuple(sorted(types.items())), limit)
