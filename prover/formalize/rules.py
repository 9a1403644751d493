"""The linter's rules: what an elaborated statement says that its author hardly meant.

Each rule is a function over `Elaborated` that yields findings; none asks Lean. A finding is a suspicion with its
evidence, not a refutation: `vacuous` and `false` are said elsewhere, with a checked proof. Rules speak of ℕ and ℤ,
where truncated subtraction, rounding division and `x / 0 = 0` differ from what words mean; elsewhere they are
silent. Those about arithmetic are in `arithmetic`, those about binders, hypotheses and words here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from prover.formalize import arithmetic
from prover.formalize.elaborated import Bind, Const, Elaborated, Literal, Term, call, free_names
from prover.formalize.finding import Finding
from prover.formalize.places import is_data, places
from prover.formalize.shape import normal, text
from prover.formalize.show import bare, number_type, show
from prover.types import Problem

__all__ = ["RULES", "Finding", "Rule", "findings"]

Rule = Callable[[Elaborated], Iterator[Finding]]


def unused_variable(statement: Elaborated) -> Iterator[Finding]:
    """A variable that neither a hypothesis nor the conclusion speaks of."""
    used = free_names(statement.target).union(*(free_names(local.type) for local in statement.locals))
    for local in statement.locals:
        if local.name not in used and is_data(local.type):
            yield Finding(
                "unused_variable", f"nothing is said of {local.name}", f"{local.name} : {show(local.type)}"
            )


def hypothesis_apart(statement: Elaborated) -> Iterator[Finding]:
    """A hypothesis about variables that nothing joins with the conclusion: true or false by itself."""
    data = {local.name for local in statement.locals if is_data(local.type)}
    facts = [
        (local.name, free_names(local.type) & data) for local in statement.locals if local.name not in data
    ]
    joined = free_names(statement.target) & data
    if not joined:
        return
    while more := [names for _, names in facts if names & joined and not names <= joined]:
        joined = joined.union(*more)
    for local in statement.locals:
        names = free_names(local.type) & data
        if local.name not in data and names and not names & joined:
            spoken = ", ".join(sorted(names))
            yield Finding(
                "hypothesis_apart",
                f"the hypothesis {local.name} speaks of {spoken} alone, which the conclusion does not depend on",
                bare(show(local.type)),
            )


def shadowed_binder(statement: Elaborated) -> Iterator[Finding]:
    """`∃ x` where `x` is an earlier variable of the statement, of which the body then says nothing.

    `∀ x` is left alone: that is how functions are defined, and nobody takes that x for another one.
    """
    order = {local.name: at for at, local in enumerate(statement.locals)}
    data = {local.name for local in statement.locals if is_data(local.type)}
    for place in places(statement):
        name, args = call(place.term)
        inner = args[1] if name == "Exists" and len(args) == 2 else None
        if not isinstance(inner, Bind) or inner.name not in data:
            continue
        if order[inner.name] < order.get(place.root, len(order)):
            yield Finding(
                "shadowed_binder",
                f"`∃ {inner.name}` binds a new {inner.name}: nothing is said there of the {inner.name} that the "
                "statement begins with",
                bare(show(place.term)),
            )


def existential_implication(statement: Elaborated) -> Iterator[Finding]:
    """`∃ x, P x → Q x` holds as soon as some x fails P: `∧` is meant nearly always."""
    for place in places(statement):
        name, args = call(place.term)
        if name == "Exists" and len(args) == 2 and isinstance(args[1], Bind):
            body = args[1].body
            if isinstance(body, Bind) and body.kind == "∀" and not body.name:
                variable = args[1].name
                yield Finding(
                    "existential_implication",
                    f"`∃ {variable}, … → …` is true of any {variable} that fails what stands before the arrow",
                    bare(show(place.term)),
                )


def universal_conjunction(statement: Elaborated) -> Iterator[Finding]:
    """`∀ n, 0 < n ∧ P n` over numbers claims `0 < n` of every n: `→` is meant nearly always."""
    for place in places(statement):
        term = place.term
        if not (isinstance(term, Bind) and term.kind == "∀" and term.name and number_type(term.type)):
            continue
        name, args = call(term.body)
        if name == "And" and len(args) == 2 and _bounds_alone(args[0], term.name):
            yield Finding(
                "universal_conjunction",
                f"`∀ {term.name}, … ∧ …` claims {bare(show(args[0]))} of every {term.name}; is `→` meant?",
                bare(show(term)),
            )


def _bounds_alone(term: Term, variable: str) -> bool:
    """An inequality between the variable and a numeral."""
    name, args = call(normal(term))
    sides = args[-2:]
    return (
        name in ("LT.lt", "LE.le") and Const(variable) in sides and any(isinstance(a, Literal) for a in sides)
    )


def binder_reaches_far(statement: Elaborated) -> Iterator[Finding]:
    """`∀ x, P x → Q` where Q does not speak of x: `(∀ x, P x) → Q` was perhaps meant, which says something else."""
    for place in places(statement):
        term = place.term
        if isinstance(term, Bind) and term.kind == "∀" and term.name and number_type(term.type):
            yield from _reaching(term.name, term.body, bare(show(term)))


def _reaching(variable: str, body: Term, shown: str) -> Iterator[Finding]:
    premises = []
    while isinstance(body, Bind) and body.kind == "∀" and not body.name:
        premises.append(body.type)
        body = body.body
    if isinstance(body, Bind) or variable in free_names(body) or not premises:
        return
    if any(variable in free_names(premise) for premise in premises):
        yield Finding(
            "binder_reaches_far",
            f"`∀ {variable}` reaches over the conclusion, which does not speak of {variable}; "
            "are parentheses missing?",
            shown,
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
            yield Finding(
                "circular", f"the hypothesis {local.name} is the conclusion", bare(show(local.type))
            )
        elif key in seen:
            yield Finding(
                "repeated_hypothesis", f"{seen[key]} and {local.name} say the same", bare(show(local.type))
            )
        seen.setdefault(key, local.name)


RULES: tuple[Rule, ...] = (
    *arithmetic.RULES,
    unused_variable,
    hypothesis_apart,
    shadowed_binder,
    existential_implication,
    universal_conjunction,
    binder_reaches_far,
    repeated_hypothesis,
)


_INTEGER_WORDS = re.compile(r"\bintegers?\b")
_POSITIVE_WORDS = re.compile(
    r"\b(positive|natural|non-?negative|whole number|counting number|digits?|primes?|divisors?|remainder|factors?|"
    r"multiples?|greatest|least|smallest|largest)\b"
)


def words_and_types(problem: Problem, statement: Elaborated) -> Iterator[Finding]:
    """Words that speak of integers or reals where the statement has natural numbers, or only integers."""
    words = problem.informal_statement.lower()
    kinds = {number_type(local.type) for local in statement.locals} - {""}
    terms = [statement.target, *(local.type for local in statement.locals)]
    constants = set().union(*(free_names(term) for term in terms))
    if kinds == {"ℕ"} and _INTEGER_WORDS.search(words) and not _POSITIVE_WORDS.search(words):
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
