"""Moves for unknowns that take few values: bounds read off or derived, then every case.

Which bounds to try is asked of the solutions in a small box (Python's arithmetic); that they hold is proved by Lean.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt

from prover.agents.hammer.evaluate import UnevaluableError, compile_term, solutions
from prover.agents.hammer.goals import fresh, fresh_names
from prover.agents.hammer.moves.base import Move, View
from prover.agents.hammer.polynomial import add, linear_in, to_polynomial
from prover.agents.hammer.terms import Term, show

MAX_CASES = 110
MAX_LISTED = 70
MAX_BOX = 200_000


def bounds(view: View, variable: str) -> tuple[int | None, int | None]:
    """The least and greatest value that the hypotheses state for a variable, as far as they say it with numerals."""
    low: int | None = 0 if view.kind(variable) == "ℕ" else None
    high: int | None = None
    for _, term in view.facts:
        if term.head not in ("<", "≤", ">", "≥", "=") or variable not in term.ids():
            continue
        left, right = term.args if term.head in ("<", "≤", "=") else (term.args[1], term.args[0])
        line = _line(left, right, variable)
        if line is None:
            continue
        a, c = line
        c += term.head in ("<", ">")
        if a > 0:
            high = min(-c // a, high) if high is not None else -c // a
        if a < 0:
            low = max(-(-c // -a), low) if low is not None else -(-c // -a)
    return low, high


def _line(left: Term, right: Term, variable: str) -> tuple[int, int] | None:
    """`left - right` as `a * variable + c`. Sound for bounds on ℕ as well, where nothing is subtracted."""
    p, q = to_polynomial(left, False), to_polynomial(right, False)
    if p is None or q is None:
        return None
    line = linear_in(add(p, q, -1))
    return (line[1], line[2]) if line and line[0] == variable else None


def cases(view: View) -> Iterator[Move]:
    """Every value of a bounded variable, as far as these are few."""
    tools = view.tools
    bounded = []
    for v in [*view.nats, *view.ints]:
        low, high = bounds(view, v)
        if low is not None and high is not None and 0 <= high - low < MAX_CASES:
            bounded.append((high - low + 1, v, low, high))
    bounded.sort()
    finish = tools.first(
        "omega",
        "(simp_all; done)",
        "(norm_num at *; done)",
        "(norm_num at *; omega)",
        "(simp_all; omega)",
        "nlinarith",
    )
    for count, v, low, high in bounded[:4]:
        cost = 0.5 + count / 60
        if "interval_cases" in tools.tactics:
            yield Move(f"interval_cases {v} <;> try omega", cost, heavy=True)
            yield Move(f"interval_cases {v} <;> ({finish})", cost + 0.3, heavy=True)
        elif count <= MAX_LISTED:
            h = fresh(f"h{v}", view.goal.names)
            listed = " ∨ ".join(f"{v} = {value}" for value in range(low, high + 1))
            split = f"have {h} : {listed} := by omega\nrcases {h} with {' | '.join(['rfl'] * count)}"
            yield Move(f"{split} <;> try omega", cost, heavy=True)
            yield Move(f"{split} <;> ({finish})", cost + 0.3, heavy=True)
    if len(bounded) >= 2 and "interval_cases" in tools.tactics:
        (n1, v1, _, _), (n2, v2, _, _) = bounded[:2]
        if n1 * n2 <= MAX_CASES:
            yield Move(f"interval_cases {v1} <;> interval_cases {v2} <;> ({finish})", 0.9, heavy=True)
    yield from _decided(view, {v: (low, high) for v, low, high in ((b[1], b[2], b[3]) for b in bounded)})


def _decided(view: View, _small: dict[str, tuple[int, int]]) -> Iterator[Move]:
    """All bounded ℕ variables at once, by evaluation in the kernel."""
    box: list[tuple[str, int]] = []
    for v in view.nats:
        _, high = bounds(view, v)
        if high is not None and high >= 0:
            box.append((v, high))
    total = 1
    for _, high in box:
        total *= high + 1
    if not box or total > MAX_BOX or {*view.nats, *view.ints} - {v for v, _ in box}:
        return
    names = {v for v, _ in box}
    used = [(h, t) for h, t in view.facts if t.ids() & names and _decidable(t, view)]
    if not _decidable(view.target, view):
        return
    key = fresh("key", view.goal.names)
    binders = " ".join(f"∀ {v} < {high + 1}," for v, high in box)
    premises = "".join(f"{show(t, 26)} → " for _, t in used)
    call = " ".join(f"{v} (by omega)" for v, _ in box)
    text = f"have {key} : {binders} {premises}{show(view.target, 25)} := by decide +kernel\n"
    yield Move(
        text + f"exact {key} {call} {' '.join(h for h, _ in used)}".rstrip(),
        0.8 + total / MAX_BOX,
        heavy=True,
    )


def _decidable(term: Term, view: View) -> bool:
    try:
        compile_term(term, view.types)
    except (UnevaluableError, RecursionError):
        return False
    return True


def derived_bounds(view: View) -> Iterator[Move]:
    """State an upper (on ℤ also a lower) bound for an unknown of a nonlinear equation, and prove it by arithmetic."""
    variables = [*view.nats, *view.ints]
    equations = [t for _, t in view.facts if t.head in ("=", "≤", "<", ">", "≥") and t.ids() & set(variables)]
    if not equations or len(variables) > 5:
        return
    kinds = [(v, view.kind(v)) for v in variables]
    found = solutions([t for _, t in view.facts], kinds, view.types)
    largest = max((n for n in view.numerals if n < 10**7), default=0)
    hints = [h for h, t in view.facts if t.head in ("=", "≤", "<", ">", "≥")]
    if not largest:
        return
    for v, kind in kinds:
        low, high = bounds(view, v)
        known = [env[v] for env in found]
        top = max(known, default=0)
        guesses = sorted(
            {
                g
                for g in (top, top + 1, 2 * top, isqrt(largest), isqrt(largest) + 1, largest // 2, largest)
                if g >= top
            }
        )
        guesses = [g for g in guesses if high is None or g < high][:6]
        if guesses and (high is None or high - (low or 0) > 20):
            yield _bound_move(view, v, [f"{v} ≤ {g}" for g in guesses if g < MAX_CASES * 10], hints)
        if kind == "ℤ" and low is None:
            bottom = min(known, default=0)
            lows = sorted(
                {g for g in (bottom, 0, 1, -isqrt(largest) - 1, -largest) if g <= bottom or not known},
                reverse=True,
            )
            yield _bound_move(view, v, [f"({g}) ≤ {v}" for g in lows[:5]], hints)


def _bound_move(view: View, variable: str, statements: list[str], hints: list[str]) -> Move:
    h = fresh(f"hb{variable}", view.goal.names)
    product = f" [{', '.join(hints[:4])}]" if hints else ""
    prove = view.tools.first("omega", "nlinarith", f"nlinarith{product}") or "omega"
    tries = [f"(have {h} : {s} := by {prove})" for s in statements]
    if not tries:
        return Move("skip", 9.0)
    return Move(("first | " if len(tries) > 1 else "") + " | ".join(tries), 1.0, heavy=True)


def enclosures(view: View) -> Iterator[Move]:
    """Bounds of an unknown, proved by arithmetic, and all values between them, as one move."""
    variables = [*view.nats, *view.ints]
    if not view.facts or not 1 <= len(variables) <= 4 or not any(t.head in ("*", "^") for t in view.subterms):
        return
    found = solutions([t for _, t in view.facts], [(v, view.kind(v)) for v in variables], view.types)
    if not found or len(found) > 40:
        return
    prove = view.tools.first("omega", "nlinarith") or "omega"
    finish = view.tools.first("omega", "(simp_all; done)", "(simp_all; omega)", "nlinarith")
    for v in variables:
        top, bottom = max(env[v] for env in found), min(env[v] for env in found)
        low, high = fresh_names([f"hl{v}", f"hu{v}"], view.goal.names)
        lines = [f"have {high} : {v} ≤ {top} := by {prove}"]
        if view.kind(v) == "ℤ":
            lines.insert(0, f"have {low} : {bottom} ≤ {v} := by {prove}")
        if 0 <= top - min(bottom, 0) < MAX_CASES and "interval_cases" in view.tools.tactics:
            body = "\n".join(lines)
            yield Move(f"{body}\ninterval_cases {v} <;> ({finish})", 0.7, heavy=True)


def values(view: View) -> Iterator[Move]:
    """Where the hypotheses have one solution in a box: claim each unknown's value."""
    variables = [*view.nats, *view.ints]
    if not variables or len(variables) > 4 or not view.facts:
        return
    found = solutions([t for _, t in view.facts], [(v, view.kind(v)) for v in variables], view.types)
    if not 1 <= len(found) <= 3:
        return
    names = fresh_names([f"h{v}" for v in variables], view.goal.names)
    for v, h in zip(variables, names, strict=True):
        options = sorted({env[v] for env in found})
        if view.target.head == "=" and any(a.head == "id" and a.text == v for a in view.target.args):
            continue
        claim = " ∨ ".join(f"{v} = {value}" for value in options)
        prove = view.tools.first("omega", "nlinarith") or "omega"
        yield Move(f"have {h} : {claim} := by {prove}", 1.3, heavy=True)
