"""Rules about arithmetic on ℕ and ℤ: differences that are cut off, quotients that are rounded, divisors that are 0.

A finding is dropped where the hypotheses plainly exclude the case, or where no small numbers fulfil them in it; where
some do, the finding shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from prover.agents.hammer.evaluate import UnevaluableError
from prover.formalize.calculate import compiled
from prover.formalize.cases import called_only_outside, small_cases
from prover.formalize.elaborated import App, Const, Elaborated, Literal, Term, call, free_names
from prover.formalize.finding import Finding
from prover.formalize.places import Place, conjuncts, places, value
from prover.formalize.shape import normal, text
from prover.formalize.show import bare, number_type, show

_MOST_RESIDUES = 4_000
_CASTS = ("Nat.cast", "NatCast.natCast", "Int.cast", "IntCast.intCast")
_POSITIVE = ("Nat.Prime", "Prime", "Odd")


def subtraction(statement: Elaborated) -> Iterator[Finding]:
    """`a - b` over ℕ is 0 where `a < b`."""
    for place in places(statement):
        name, args = call(place.term)
        if name != "HSub.hSub" or len(args) != 6 or number_type(args[0]) != "ℕ":
            continue
        large, small = args[4], args[5]
        if at_most(small, large, place.assumed):
            continue
        found = _when(statement, place, _relation("LT.lt", large, small))
        if found is not None:
            what = f"the difference is taken in ℕ, where it is 0 whenever {bare(show(large))} < {bare(show(small))}"
            yield _finding("natural_subtraction", place, what, found)


def division(statement: Elaborated) -> Iterator[Finding]:
    """`/` over ℕ and ℤ rounds; a quotient of numerals that does not come out even is hardly meant."""
    for place in places(statement):
        name, args = call(place.term)
        kind = number_type(args[0]) if name == "HDiv.hDiv" and len(args) == 6 else ""
        if not kind:
            continue
        top, bottom = value(args[4]), value(args[5])
        if top is not None and bottom is not None:
            if bottom and top % bottom:
                what = f"{top} / {bottom} is {top // bottom} in {kind}"
                yield _finding("rounded_numeral", place, what, "")
        elif not comes_out_even(args[4], args[5], place.assumed):
            found = _when(statement, place, _uneven(args))
            if found is not None:
                what = f"the quotient is taken in {kind}, where it is rounded"
                yield _finding("rounded_division", place, what, found)


def zero_divisor(statement: Elaborated) -> Iterator[Finding]:
    """`x / 0 = 0` and `x % 0 = x`: a divisor that may be zero changes what is said."""
    for place in places(statement):
        name, args = call(place.term)
        divides = name in ("HDiv.hDiv", "HMod.hMod") and len(args) == 6 and number_type(args[0])
        if not divides or nonzero(args[5], place.assumed):
            continue
        found = _when(statement, place, _relation("Eq", args[5], Literal(0, args[0])))
        if found is not None:
            result = "0" if name == "HDiv.hDiv" else bare(show(args[4]))
            what = (
                f"the divisor {bare(show(args[5]))} may be 0, and then {bare(show(place.term))} is {result}"
            )
            yield _finding("zero_divisor", place, what, found)


def cast_of_rounded(statement: Elaborated) -> Iterator[Finding]:
    """A cast around a difference or quotient of ℕ: the words may mean the one taken after the cast."""
    for place in places(statement):
        name, args = call(place.term)
        inner, inside = call(args[-1]) if name in _CASTS and args else ("", ())
        if len(inside) != 6 or not number_type(inside[0]):
            continue
        if inner == "HSub.hSub" and not at_most(inside[5], inside[4], place.assumed):
            found = _when(statement, place, _relation("LT.lt", inside[4], inside[5]))
        elif inner == "HDiv.hDiv" and not comes_out_even(inside[4], inside[5], place.assumed):
            found = _when(statement, place, _uneven(inside))
        else:
            continue
        if found is not None:
            what = f"{bare(show(args[-1]))} is computed in {number_type(inside[0])} before it is cast"
            yield _finding("cast_after_rounding", place, what, found)


RULES = (subtraction, division, zero_divisor, cast_of_rounded)


def _relation(name: str, left: Term, right: Term) -> Term:
    return App(Const(name), (Const("_"), left, right))


def _uneven(args: Sequence[Term]) -> Term:
    kind = args[0]
    remainder = App(Const("HMod.hMod"), (kind, kind, kind, Const("_"), args[4], args[5]))
    zero = Literal(0, kind)
    return App(
        Const("And"),
        (App(Const("Ne"), (kind, args[5], zero)), App(Const("Ne"), (kind, remainder, zero))),
    )


def _when(statement: Elaborated, place: Place, condition: Term) -> str | None:
    """`, as where n = 0`, or why it may be; None where small cases say that it does not happen, or only at arguments of
    a function at which it is never called."""
    if called_only_outside(statement, place, condition):
        return None
    cases = small_cases(place, condition)
    if cases.example is None:
        return None if cases.known else "; no hypothesis excludes that"
    names = free_names(condition).union(*(free_names(fact) for fact in place.assumed))
    shown = ", ".join(f"{name} = {number}" for name, number in cases.example.items() if name in names)
    if not shown or not cases.sure:
        return "; no hypothesis excludes that"
    return f", as where {shown}"


def _finding(rule: str, place: Place, what: str, found: str) -> Finding:
    where = f"in the hypothesis {place.root}: " if place.root else "in the conclusion: "
    return Finding(rule, f"{where}{what}{found}", bare(show(place.term)))


def comes_out_even(number: Term, divisor: Term, facts: Sequence[Term]) -> bool:
    """Whether a quotient is seen to be exact: a fact says so, or a polynomial is 0 at every residue of a numeral."""
    a, b = text(normal(divisor), {}), text(normal(number), {})
    if _bounds(
        facts, lambda name, left, right: name == "Dvd.dvd" and text(left, {}) == a and text(right, {}) == b
    ):
        return True
    modulus = value(divisor)
    if not modulus or not _polynomial(number):
        return False
    names = sorted(_variables(number))
    if modulus ** len(names) > _MOST_RESIDUES:
        return False
    try:
        at = compiled(number)
        return all(
            at(dict(zip(names, residues, strict=True))) % modulus == 0
            for residues in product(range(modulus), repeat=len(names))
        )
    except UnevaluableError:
        return False


def _polynomial(term: Term) -> bool:
    """Sums, products and fixed powers of variables and numerals: what depends on residues alone."""
    name, args = call(term)
    if isinstance(term, Literal):
        return True
    if isinstance(term, Const):
        return "." not in term.name
    if name in ("HAdd.hAdd", "HMul.hMul") and len(args) == 6:
        return _polynomial(args[4]) and _polynomial(args[5])
    if name == "HSub.hSub" and len(args) == 6 and number_type(args[0]) == "ℤ":
        return _polynomial(args[4]) and _polynomial(args[5])
    return name == "HPow.hPow" and len(args) == 6 and _polynomial(args[4]) and value(args[5]) is not None


def _variables(term: Term) -> set[str]:
    name, args = call(term)
    if isinstance(term, Const):
        return {term.name}
    if len(args) != 6:
        return set()
    return _variables(args[4]) | (_variables(args[5]) if name != "HPow.hPow" else set())


def _bounds(facts: Sequence[Term], wanted: Callable[[str, Term, Term], bool]) -> bool:
    """Whether some fact is a relation of which `wanted(name, left, right)` holds, all in `<`, `≤`, `=`, `¬`."""
    for fact in facts:
        for part in conjuncts(normal(fact)):
            name, args = call(part)
            if len(args) >= 2 and wanted(name, args[-2], args[-1]):
                return True
            if name == "Not" and args:
                inner, inside = call(args[0])
                if len(inside) >= 2 and wanted(f"¬{inner}", inside[-2], inside[-1]):
                    return True
    return False


def nonzero(term: Term, facts: Sequence[Term]) -> bool:
    """Whether a divisor is seen not to be zero: a literal, or a fact says so of it (`0 < n`, `n ≠ 0`, `2 ≤ n`, …)."""
    number = value(term)
    if number is not None:
        return number != 0
    name, args = call(term)
    if name in ("HMul.hMul", "HPow.hPow") and len(args) == 6:
        parts = args[4:] if name == "HMul.hMul" else args[4:5]
        if all(nonzero(part, facts) for part in parts):
            return True
    natural_sum = name == "HAdd.hAdd" and len(args) == 6 and number_type(args[0]) == "ℕ"
    if natural_sum and any(nonzero(part, facts) for part in args[4:]):
        return True
    if name in ("Nat.cast", "Neg.neg") and args and nonzero(args[-1], facts):
        return True
    mine = text(normal(term), {})
    return name == "Nat.factorial" or _bounds(facts, _says_nonzero(mine)) or _has_property(mine, facts)


def _says_nonzero(mine: str) -> Callable[[str, Term, Term], bool]:
    def says(relation: str, left: Term, right: Term) -> bool:
        low, high = text(left, {}) == mine, text(right, {}) == mine
        other = value(left) if high else value(right) if low else None
        if other is None:
            return False
        excludes = _EXCLUDES_ZERO.get(relation)
        return excludes is not None and excludes(other, high)

    return says


_EXCLUDES_ZERO: Mapping[str, Callable[[int, bool], bool]] = {
    "LT.lt": lambda bound, above: above and bound >= 0,
    "LE.le": lambda bound, above: above and bound > 0,
    "Eq": lambda bound, _: bound != 0,
    "¬Eq": lambda bound, _: bound == 0,
}
"""For a relation between a numeral and a term, whether it says that the term (on the right, if `above`) is not 0."""


def _has_property(name: str, facts: Sequence[Term]) -> bool:
    return any(
        call(part)[0] in _POSITIVE and call(part)[1] and text(normal(call(part)[1][-1]), {}) == name
        for fact in facts
        for part in conjuncts(fact)
    )


def at_most(small: Term, large: Term, facts: Sequence[Term]) -> bool:
    """Whether `small ≤ large` is seen at once: literals, a fact, or `1` below what is not zero."""
    low, high = value(small), value(large)
    if low is not None and high is not None:
        return low <= high
    if low == 0 or text(small, {}) == text(large, {}):
        return True
    if low == 1 and nonzero(large, facts):
        return True
    a, b = text(normal(small), {}), text(normal(large), {})

    def says(relation: str, left: Term, right: Term) -> bool:
        if relation in ("LT.lt", "LE.le") and text(right, {}) == b:
            bound = value(left)
            strict = relation == "LT.lt"
            return text(left, {}) == a or (low is not None and bound is not None and bound + strict >= low)
        return False

    return _bounds(facts, says)
