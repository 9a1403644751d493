"""Moves for existential targets: which witnesses to offer.

Candidates (numerals, variables, small terms over them) are tried on sample values of the variables in Python; those
that survive are offered to Lean.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from prover.agents.hammer.evaluate import UnevaluableError, box, compile_term, kind_of, solutions, value_of
from prover.agents.hammer.goals import fresh
from prover.agents.hammer.moves.base import Move, View
from prover.agents.hammer.terms import Term, name, num, show, substitute

MAX_OFFERED = 6
SAMPLES = 14


def witnesses(view: View) -> Iterator[Move]:
    """`refine ⟨w, ?_⟩` for the whole prefix of existentials at once."""
    variables, body = _prefix(view)
    if not variables or len(variables) > 4:
        return
    finish = view.tools.first("omega", "decide", "ring", "(norm_num; done)", "(simp_all; done)", "nlinarith")
    offered: list[tuple[Term, ...]] = []
    if not view.target.ids() & set(view.types):
        for kind in ("ℕ", "ℤ"):
            guess = solutions([body], [(v, _kind(body, v, view) or kind) for v in variables], view.types)
            offered += [tuple(num(env[v]) for v in variables) for env in guess[:3]]
            if guess:
                break
    else:
        offered += islice(_symbolic(view, variables, body), MAX_OFFERED)
    for i, terms in enumerate(dict.fromkeys(offered)):
        holes = ", ".join(show(t) for t in terms)
        yield Move(f"exact ⟨{holes}, by {finish}⟩", 0.3 + 0.2 * i)
        yield Move(f"refine ⟨{holes}, ?_⟩", 0.5 + 0.2 * i)
    if len(offered) < 2:
        for w in [*(name(v) for v in view.nats[:4]), num(0), num(1)]:
            yield Move(f"refine ⟨{show(w)}, ?_⟩", 2.5)


def _prefix(view: View) -> tuple[list[str], Term]:
    """The existential variables of the target and what is said of them. `Even`, `Odd` and `∣` are opened."""
    term = view.target
    taken = set(view.goal.names)
    if "Even" in term.function and len(term.args) == 2:
        k = fresh("k", taken)
        return [k], Term("=", (term.args[1], Term("+", (name(k), name(k)))))
    if "Odd" in term.function and len(term.args) == 2:
        k = fresh("k", taken)
        return [k], Term("=", (term.args[1], Term("+", (Term("*", (num(2), name(k))), num(1)))))
    if term.head == "∣" and value_of(term.args[0]) is None:
        k = fresh("k", taken)
        return [k], Term("=", (term.args[1], Term("*", (term.args[0], name(k)))))
    variables: list[str] = []
    while term.head == "∃":
        variables.append(term.text)
        term = term.args[1]
    return variables, term


def _kind(body: Term, variable: str, view: View) -> str:
    """The type of a bound variable, which Lean does not print: that of what it is compared with."""
    for term in body.walk():
        if len(term.args) >= 2 and any(variable in a.ids() for a in term.args):
            for arg in term.args:
                if variable not in arg.ids() and (kind := kind_of(arg, view.types)):
                    return kind
            if term.head == "↑":
                return "ℕ"
    return ""


def _symbolic(view: View, variables: list[str], body: Term) -> Iterator[tuple[Term, ...]]:
    """Terms over the context under which the body holds for all sample values of the context."""
    context = [v for v in [*view.nats, *view.ints] if v in view.target.ids() or len(view.types) < 8][:4]
    samples = solutions([t for _, t in view.facts], [(v, view.kind(v)) for v in context], view.types)[
        :SAMPLES
    ]
    samples = samples or tuple(islice(box([(v, view.kind(v)) for v in context], 64), SAMPLES))
    if not samples:
        return
    kind = next((k for v in variables if (k := _kind(body, v, view))), "ℤ" if view.ints else "ℕ")
    atoms = _candidates(view, context)
    limit = {1: 4000, 2: 50, 3: 12}.get(len(variables), 6)
    for terms in product(atoms[:limit], repeat=len(variables)):
        filled = body
        for v, t in zip(variables, terms, strict=True):
            filled = substitute(filled, v, t)
        try:
            test = compile_term(filled, view.types, kind)
            if all(test(env) for env in samples):
                yield terms
        except (UnevaluableError, KeyError, TypeError, RecursionError):
            continue


def _candidates(view: View, context: list[str]) -> list[Term]:
    """Numerals, variables, subterms of the goal, then sums, products and quotients of two of them."""
    simple: list[Term] = [*(name(v) for v in context), num(0), num(1), num(2)]
    inner = [
        t for t in view.subterms if t.head in ("+", "*", "-", "^") and t.ids() <= set(context) and t.ids()
    ]
    numerals = [num(n) for n in view.numerals if n <= 2000][:6]
    base = list(dict.fromkeys([*simple, *numerals, *inner[:10]]))
    out = list(base)
    for op in ("+", "*", "-"):
        out += [Term(op, (a, b)) for a in base for b in base if a != b or op == "*"]
    squares = [Term("^", (name(v), num(2))) for v in context]
    out += squares
    polynomials = list(dict.fromkeys([*inner, *squares, *out[len(base) : 400]]))
    for n in dict.fromkeys([2, *(n for n in view.numerals if 2 <= n <= 50)]):
        out += [Term("/", (p, num(n))) for p in polynomials[:120]]
    out += [Term("+", (Term("*", (a, b)), c)) for a in base for b in base for c in simple[:6]][:1500]
    return list(dict.fromkeys(out))
