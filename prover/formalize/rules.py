"""The linter's rules: what an elaborated statement says that its author hardly meant.

Each rule is a function over `Elaborated` that yields findings; none asks Lean. A finding is a suspicion with its
evidence, not a refutation: `vacuous` and `false` are said elsewhere, with a checked proof. Rules speak of ℕ and ℤ,
where truncated subtraction, rounding division and `x / 0 = 0` differ from what words mean; elsewhere they are
silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from prover.formalize.elaborated import (
    App,
    Bind,
    Const,
    Elaborated,
    Literal,
    Term,
    call,
    free_names,
)
from prover.formalize.shape import normal, text
from prover.types import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """`rule` is a stable name, `message` one sentence for a person, `evidence` what they can check: a term, a Lean
    proof, a counterexample."""

    rule: str
    message: str
    evidence: str = ""


_NAMES = {"Nat": "ℕ", "Int": "ℤ"}
_OPERATORS = {
    "HAdd.hAdd": "+",
    "HSub.hSub": "-",
    "HMul.hMul": "*",
    "HDiv.hDiv": "/",
    "HMod.hMod": "%",
    "HPow.hPow": "^",
}
_RELATIONS = {
    "Eq": "=",
    "LT.lt": "<",
    "LE.le": "≤",
    "GT.gt": ">",
    "GE.ge": "≥",
    "Ne": "≠",
    "Dvd.dvd": "∣",
    "And": "∧",
    "Or": "∨",
    "Iff": "↔",
}


def show(term: Term) -> str:
    """A short, readable form of a term, close to what its author wrote."""
    name, args = call(term)
    if isinstance(term, Literal):
        return str(term.value)
    if name in _OPERATORS and len(args) == 6:
        return f"({show(args[4])} {_OPERATORS[name]} {show(args[5])})"
    if name in _RELATIONS and len(args) >= 2:
        return f"({show(args[-2])} {_RELATIONS[name]} {show(args[-1])})"
    if name in ("Nat.cast", "Int.cast", "IntCast.intCast", "NatCast.natCast") and args:
        return f"↑{show(args[-1])}"
    if name in ("Neg.neg",) and args:
        return f"-{show(args[-1])}"
    if name == "Not" and args:
        return f"¬{show(args[-1])}"
    if isinstance(term, Const):
        return _NAMES.get(term.name, term.name)
    if isinstance(term, Bind):
        if not term.name:
            return f"({show(term.type)} → {show(term.body)})"
        opener = {"∀": "∀", "fun": "fun", "let": "let"}[term.kind]
        return f"({opener} {term.name} : {show(term.type)}, {show(term.body)})"
    if name == "Exists" and len(args) == 2 and isinstance(args[1], Bind):
        return f"(∃ {args[1].name} : {show(args[1].type)}, {show(args[1].body)})"
    shown = [show(arg) for arg in args if not _implicit(arg)]
    return f"({name or show(term.function)} {' '.join(shown)})" if isinstance(term, App) else name


def _implicit(arg: Term) -> bool:
    name, _ = call(arg)
    last = name.rpartition(".")[2]
    return name in _NAMES or last.startswith("inst")


@dataclass(frozen=True, slots=True)
class Place:
    """A term of the statement with the bound variables and assumptions (`→` to its left, hypotheses) in force there."""

    term: Term
    bound: dict[str, Term]
    assumed: tuple[Term, ...]


def places(statement: Elaborated) -> Iterator[Place]:
    """Every subterm of hypotheses and target, with what may be assumed where it stands."""
    types = {local.name: local.type for local in statement.locals}
    facts = tuple(local.type for local in statement.locals)
    roots = [(local.type, facts[:at] + facts[at + 1 :]) for at, local in enumerate(statement.locals)]
    for root, assumed in [*roots, (statement.target, facts)]:
        stack: list[Place] = [Place(root, types, assumed)]
        while stack:
            place = stack.pop()
            yield place
            stack.extend(reversed(list(_under(place))))


def _under(place: Place) -> Iterator[Place]:
    term = place.term
    name, args = call(term)
    if isinstance(term, Bind):
        yield Place(term.type, place.bound, place.assumed)
        bound = {**place.bound, term.name: term.type} if term.name else place.bound
        assumed = (*place.assumed, term.type) if term.kind == "∀" else place.assumed
        yield Place(term.body, bound, assumed)
    elif name == "And" and len(args) == 2:
        # Each side may be read knowing the other: `0 < n ∧ 6 / n = 2` is careful enough.
        yield Place(args[0], place.bound, (*place.assumed, *conjuncts(args[1])))
        yield Place(args[1], place.bound, (*place.assumed, *conjuncts(args[0])))
    elif isinstance(term, App):
        for part in (term.function, *term.args):
            yield Place(part, place.bound, place.assumed)


def conjuncts(term: Term) -> Iterator[Term]:
    stack = [term]
    while stack:
        current = stack.pop()
        name, args = call(current)
        if name == "And" and len(args) == 2:
            stack += [args[1], args[0]]
        else:
            yield current


def _number_type(term: Term) -> str:
    return _NAMES.get(term.name, "") if isinstance(term, Const) else ""


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


def _value(term: Term) -> int | None:
    return term.value if isinstance(term, Literal) else None


def nonzero(term: Term, facts: Sequence[Term]) -> bool:
    """Whether a divisor is seen not to be zero: a literal, or a fact says so of it (`0 < n`, `n ≠ 0`, `2 ≤ n`, …)."""
    value = _value(term)
    if value is not None:
        return value != 0
    name, args = call(term)
    if name in ("HMul.hMul", "HPow.hPow") and len(args) == 6:
        parts = args[4:] if name == "HMul.hMul" else args[4:5]
        if all(nonzero(part, facts) for part in parts):
            return True
    natural_sum = name == "HAdd.hAdd" and len(args) == 6 and _number_type(args[0]) == "ℕ"
    if natural_sum and any(nonzero(part, facts) for part in args[4:]):
        return True
    if name in ("Nat.cast", "Neg.neg") and args and nonzero(args[-1], facts):
        return True
    if name in ("Nat.factorial",):
        return True
    mine = text(normal(term), {})

    def says(relation: str, left: Term, right: Term) -> bool:
        low, high = text(left, {}) == mine, text(right, {}) == mine
        if relation == "LT.lt":
            bound = _value(left) if high else _value(right) if low else None
            return bound is not None and (high and bound >= 0)
        if relation == "LE.le":
            bound = _value(left) if high else None
            return bound is not None and bound > 0
        if relation == "Eq":
            bound = _value(right) if low else _value(left) if high else None
            return bound is not None and bound != 0
        return relation == "¬Eq" and ((low and _value(right) == 0) or (high and _value(left) == 0))

    return _bounds(facts, says) or _has_positive_property(mine, facts)


def _has_positive_property(name: str, facts: Sequence[Term]) -> bool:
    known = ("Nat.Prime", "Prime", "Odd")
    return any(
        call(part)[0] in known and call(part)[1] and text(normal(call(part)[1][-1]), {}) == name
        for fact in facts
        for part in conjuncts(fact)
    )


def at_most(small: Term, large: Term, facts: Sequence[Term]) -> bool:
    """Whether `small ≤ large` is seen at once: literals, a fact, or `1` below what is not zero."""
    low, high = _value(small), _value(large)
    if low is not None and high is not None:
        return low <= high
    if low == 0 or text(small, {}) == text(large, {}):
        return True
    if low == 1 and nonzero(large, facts):
        return True
    a, b = text(normal(small), {}), text(normal(large), {})

    def says(relation: str, left: Term, right: Term) -> bool:
        if relation in ("LT.lt", "LE.le") and text(right, {}) == b:
            bound = _value(left)
            strict = relation == "LT.lt"
            return text(left, {}) == a or (low is not None and bound is not None and bound + strict >= low)
        return False

    return _bounds(facts, says)


Rule = Callable[[Elaborated], Iterator[Finding]]


def subtraction(statement: Elaborated) -> Iterator[Finding]:
    """`a - b` over ℕ is 0 where `a < b`."""
    for place in places(statement):
        name, args = call(place.term)
        natural = name == "HSub.hSub" and len(args) == 6 and _number_type(args[0]) == "ℕ"
        if natural and not at_most(args[5], args[4], place.assumed):
            yield Finding(
                "natural_subtraction",
                f"the difference is taken in ℕ, where it is 0 whenever {show(args[4])} < {show(args[5])}; "
                "no hypothesis excludes that",
                show(place.term),
            )


def division(statement: Elaborated) -> Iterator[Finding]:
    """`/` over ℕ and ℤ rounds; a quotient of numerals that does not come out even is hardly meant."""
    for place in places(statement):
        name, args = call(place.term)
        if name != "HDiv.hDiv" or len(args) != 6:
            continue
        kind = _number_type(args[0])
        top, bottom = _value(args[4]), _value(args[5])
        if not kind or bottom == 0:
            continue
        if top is not None and bottom is not None:
            if top % bottom:
                yield Finding(
                    "rounded_numeral", f"{top} / {bottom} is {top // bottom} in {kind}", show(place.term)
                )
        elif not _divides(args[5], args[4], place.assumed):
            yield Finding(
                "rounded_division",
                f"the quotient is taken in {kind}, where it is rounded; no hypothesis says that it comes out even",
                show(place.term),
            )


def _divides(divisor: Term, number: Term, facts: Sequence[Term]) -> bool:
    a, b = text(normal(divisor), {}), text(normal(number), {})
    return _bounds(
        facts, lambda name, left, right: name == "Dvd.dvd" and text(left, {}) == a and text(right, {}) == b
    )


def zero_divisor(statement: Elaborated) -> Iterator[Finding]:
    """`x / 0 = 0` and `x % 0 = x`: a divisor that may be zero changes what is said."""
    for place in places(statement):
        name, args = call(place.term)
        divides = name in ("HDiv.hDiv", "HMod.hMod") and len(args) == 6 and _number_type(args[0])
        if divides and not nonzero(args[5], place.assumed):
            value = "0" if name == "HDiv.hDiv" else show(args[4])
            yield Finding(
                "zero_divisor",
                f"the divisor {show(args[5])} may be 0, and then {show(place.term)} is {value}; "
                "no hypothesis excludes that",
                show(place.term),
            )


def cast_of_rounded(statement: Elaborated) -> Iterator[Finding]:
    """A cast around a difference or quotient of ℕ: the words may mean the one taken after the cast."""
    for place in places(statement):
        name, args = call(place.term)
        if name in ("Nat.cast", "NatCast.natCast", "Int.cast", "IntCast.intCast") and args:
            inner, inside = call(args[-1])
            careless = (
                inner == "HSub.hSub" and len(inside) == 6 and not at_most(inside[5], inside[4], place.assumed)
            ) or (
                inner == "HDiv.hDiv"
                and len(inside) == 6
                and not _divides(inside[5], inside[4], place.assumed)
            )
            if careless and _number_type(inside[0]):
                yield Finding(
                    "cast_after_rounding",
                    f"{show(args[-1])} is computed in {_number_type(inside[0])} before it is cast",
                    show(place.term),
                )


def unused_variable(statement: Elaborated) -> Iterator[Finding]:
    """A variable that neither a hypothesis nor the conclusion speaks of."""
    used = free_names(statement.target).union(*(free_names(local.type) for local in statement.locals))
    for local in statement.locals:
        if local.name not in used and is_data(local.type):
            yield Finding(
                "unused_variable", f"nothing is said of {local.name}", f"{local.name} : {show(local.type)}"
            )


def is_data(domain: Term) -> bool:
    """A number, a function, a set …: what a variable ranges over, as opposed to a proposition."""
    name, args = call(domain)
    if isinstance(domain, Bind):
        return domain.name == "" and is_data(domain.type) and is_data(domain.body)
    return (
        bool(name)
        and name[0].isupper()
        and (not args or name in ("List", "Set", "Finset", "Fin", "Prod", "Option", "Multiset", "Array"))
    )


def existential_implication(statement: Elaborated) -> Iterator[Finding]:
    """`∃ x, P x → Q x` holds as soon as some x fails P: `∧` is meant nearly always."""
    for place in places(statement):
        name, args = call(place.term)
        if name == "Exists" and len(args) == 2 and isinstance(args[1], Bind):
            body = args[1].body
            if isinstance(body, Bind) and body.kind == "∀" and not body.name:
                yield Finding(
                    "existential_implication",
                    f"`∃ {args[1].name}, … → …` is true of any {args[1].name} that fails what stands before the arrow",
                    show(place.term),
                )


def binder_reaches_far(statement: Elaborated) -> Iterator[Finding]:
    """`∀ x, P x → Q` where Q does not speak of x: `(∀ x, P x) → Q` was perhaps meant, which says something else."""
    for place in places(statement):
        term = place.term
        if not (isinstance(term, Bind) and term.kind == "∀" and term.name and _number_type(term.type)):
            continue
        inner: Term = term.body
        premises = []
        while isinstance(inner, Bind) and inner.kind == "∀" and not inner.name:
            premises.append(inner.type)
            inner = inner.body
        if isinstance(inner, Bind) or term.name in free_names(inner) or not premises:
            continue
        if any(term.name in free_names(premise) for premise in premises):
            yield Finding(
                "binder_reaches_far",
                f"`∀ {term.name}` reaches over the conclusion, which does not speak of {term.name}; "
                "are parentheses missing?",
                show(term),
            )


def repeated_hypothesis(statement: Elaborated) -> Iterator[Finding]:
    """The same hypothesis twice, or the conclusion among the hypotheses."""
    seen: dict[str, str] = {}
    target = text(normal(statement.target), {})
    for local in statement.locals:
        if is_data(local.type):
            continue
        key = text(normal(local.type), {})
        if key == target:
            yield Finding("circular", f"the hypothesis {local.name} is the conclusion", show(local.type))
        elif key in seen:
            yield Finding(
                "repeated_hypothesis", f"{seen[key]} and {local.name} say the same", show(local.type)
            )
        seen.setdefault(key, local.name)


RULES: tuple[Rule, ...] = (
    subtraction,
    division,
    zero_divisor,
    cast_of_rounded,
    unused_variable,
    existential_implication,
    binder_reaches_far,
    repeated_hypothesis,
)


_INTEGER_WORDS = ("integer",)
_POSITIVE_WORDS = (
    "positive",
    "natural",
    "nonnegative",
    "non-negative",
    "whole number",
    "counting number",
    "digit",
)


def words_and_types(problem: Problem, statement: Elaborated) -> Iterator[Finding]:
    """Words that speak of integers or reals where the statement has natural numbers, or only integers."""
    words = problem.informal_statement.lower()
    kinds = {_number_type(local.type) for local in statement.locals} - {""}
    constants = set().union(*(free_names(t) for t in [statement.target, *(x.type for x in statement.locals)]))
    if (
        kinds == {"ℕ"}
        and any(w in words for w in _INTEGER_WORDS)
        and not any(w in words for w in _POSITIVE_WORDS)
    ):
        yield Finding(
            "words_say_integers", "the words speak of integers, the variables are natural numbers", "ℕ"
        )
    if "real number" in words and kinds and not constants & {"Real", "Complex", "Rat"}:
        found = ", ".join(sorted(kinds))
        yield Finding(
            "words_say_reals", f"the words speak of real numbers, the variables are of {found}", found
        )


def findings(problem: Problem, statement: Elaborated) -> tuple[Finding, ...]:
    """What all rules find, each finding once, in the rules' order."""
    found = [finding for rule in RULES for finding in rule(statement)]
    return tuple(dict.fromkeys([*found, *words_and_types(problem, statement)]))
