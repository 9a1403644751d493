"""Moves by induction on a natural number: plain, from a later start, in two steps, strong."""

from __future__ import annotations

from collections.abc import Iterator

from prover.agents.hammer.evaluate import value_of
from prover.agents.hammer.goals import fresh_names
from prover.agents.hammer.moves.base import Move, View, indented
from prover.agents.hammer.moves.bounded import bounds
from prover.agents.hammer.moves.sequences import Rule, applied, functions, rules
from prover.agents.hammer.polynomial import to_polynomial
from prover.agents.hammer.terms import Term, name, num, show, substitute

_STEP_LEMMAS = ("pow_succ", "Nat.factorial_succ", "Nat.choose_succ_succ")


def inductions(view: View) -> Iterator[Move]:
    """Induct on the variables that the target speaks of, those in exponents and arguments first."""
    if view.depth > 5:
        return
    tools = view.tools
    mentioned = view.target.ids()
    deep = set()
    for term in view.target.walk():
        if term.head == "^":
            deep |= term.args[1].ids()
        if term.head in ("app", "!"):
            deep |= {i for a in term.args[-2:] for i in a.ids()}
    variables = sorted((v for v in view.nats if v in mentioned), key=lambda v: v not in deep)
    lemmas = tools.lemma_list(_STEP_LEMMAS)
    finish = _step_finisher(view, lemmas)
    for i, n in enumerate(variables[:3]):
        cost = (0.7 if n in deep else 1.6) + 0.4 * i
        m, ih, hm, k = fresh_names([n, "ih", "hm", "k"], view.goal.names - {n})
        plain = f"induction {n} with\n| zero => ?_\n| succ {m} {ih} => ?_"
        yield Move(plain, cost)
        yield Move(f"{plain}\nall_goals ({finish})", cost + 0.3, heavy=True)
        low, _ = bounds(view, n)
        nonzero = next(
            (h for h, t in view.facts if t.head == "≠" and show(t.args[0]) == n and value_of(t.args[1]) == 0),
            "",
        )
        start = low or (1 if nonzero else 0)
        if 0 < start <= 60:
            shift = f"obtain ⟨{k}, rfl⟩ : ∃ {k}, {n} = {k} + {start} := ⟨{n} - {start}, by omega⟩"
            yield Move(shift, cost + 0.2)
            late = f"{shift}\ninduction {k} with\n| zero => ?_\n| succ {k} {ih} => ?_"
            yield Move(late, cost - 0.2)
            yield Move(f"{late}\nall_goals ({finish})", cost, heavy=True)
            bound = _bound_name(view, n)
            if bound and "Nat.le_induction" in tools.lemmas:
                yield Move(
                    f"induction {n}, {bound} using Nat.le_induction with\n| base => ?_\n| succ {m} {hm} {ih} => ?_",
                    cost - 0.1,
                )
        yield Move(f"induction {n} using Nat.strong_induction_on with\n| h {m} {ih} => ?_", cost + 1.2)
        yield Move(f"rcases {n} with _ | {m}", cost + 0.9)
        yield Move(f"rcases {n} with _ | _ | {m}", cost + 1.3)
        others = [v for v in (*view.nats, *view.ints) if v != n and v in mentioned]
        if others:
            yield Move(
                f"induction {n} generalizing {' '.join(others)} with\n| zero => ?_\n| succ {m} {ih} => ?_",
                cost + 0.6,
            )


def _bound_name(view: View, variable: str) -> str:
    """A hypothesis `c ≤ n` for a numeral `c`, which `Nat.le_induction` takes."""
    for h, t in view.facts:
        if t.head == "≤" and show(t.args[1]) == variable and value_of(t.args[0]) is not None:
            return h
        if t.head == "≥" and show(t.args[0]) == variable and value_of(t.args[1]) is not None:
            return h
    return ""


def _step_tries(view: View, lemmas: list[str]) -> list[str]:
    """Ways to close an induction step: recurrences and definitions rewritten, then arithmetic with the hypothesis."""
    unary = [
        r for r in rules(view) if len(r.variables) == 1 and r.conclusion.head in ("=", "≤", "<", "≥", ">")
    ]
    rewrites = ", ".join(r.hypothesis for r in unary[:3] if r.conclusion.head == "=")
    expand = f"simp only [{', '.join(lemmas)}] at *"
    tries = ["omega"]
    if rewrites:
        tries += [f"(rw [{rewrites}]; omega)", f"(rw [{rewrites}]; nlinarith)"]
        tries += [f"(simp only [{rewrites}] at *; omega)", f"(simp only [{rewrites}] at *; nlinarith)"]
    else:
        tries += ["nlinarith", f"({expand}; omega)", f"({expand}; nlinarith)"]
    if lemmas and (rewrites or not unary):
        both = ", ".join([*([rewrites] if rewrites else []), *lemmas])
        tries += [f"(simp only [{both}] at *; omega)", f"(simp only [{both}] at *; nlinarith)"]
    tries += ["(simp_all; done)", f"(simp_all [{', '.join(lemmas)}]; omega)"]
    return [t for t in dict.fromkeys(tries) if view.tools.knows(t)]


def _step_finisher(view: View, lemmas: list[str]) -> str:
    return view.tools.first(*_step_tries(view, lemmas))


def step_closers(view: View) -> Iterator[Move]:
    """At a goal with an induction hypothesis: the ways to close a step, one by one, and factors multiplied in."""
    hypotheses = [h for h, _ in view.facts if h.startswith("ih")]
    if not hypotheses:
        return
    lemmas = view.tools.lemma_list(_STEP_LEMMAS)
    for i, text in enumerate(_step_tries(view, lemmas)[1:]):
        yield Move(text.strip("()").replace("; ", "\n").removesuffix("\ndone"), 0.5 + i / 20, heavy=True)
    bounds_in_view = [h for h, t in view.facts if t.head in ("≤", "<", "≥", ">") and h not in hypotheses]
    expand = f"simp only [{', '.join(lemmas)}]"
    for ih in hypotheses[:2]:
        hints = [f"Nat.mul_le_mul {b} {ih}" for b in bounds_in_view[:2]] + [
            f"Nat.mul_le_mul {ih} {b}" for b in bounds_in_view[:1]
        ]
        for hint in hints:
            yield Move(f"{expand}\nnlinarith [{hint}]", 0.9, heavy=True)


def several_steps(view: View) -> Iterator[Move]:
    """Prove the target for `d` indices in a row by one induction; `d` is what the recurrences in view look back."""
    variables = [v for v in view.nats if v in view.target.ids()]
    if not variables or view.depth > 3:
        return
    n = variables[-1]
    known = [
        r for r in rules(view) if len(r.variables) == 1 and r.conclusion.head in ("=", "≤", "<", "≥", ">")
    ]
    order = max([2, *(_look_back(r, view) for r in known)])
    if order > 4:
        return
    cost = 0.8 if any(_look_back(r, view) >= 2 for r in known) else 2.2
    key, ih = fresh_names(["key", "ih"], view.goal.names)
    carried = [(h, t) for h, t in view.facts if n in t.ids()]
    parts = []
    for j in range(order):
        shift = Term("+", (name(n), num(j))) if j else name(n)
        premises = "".join(f"({show(substitute(t, n, shift))}) → " for _, t in carried)
        parts.append(f"({premises}{show(substitute(view.target, n, shift), 26)})")
    facts = [f"have r{i} := {r.hypothesis} {n}" for i, r in enumerate(known[:3]) if not r.premises]
    lemmas = view.tools.lemma_list(_STEP_LEMMAS)
    listed = ", ".join(lemmas)
    finish = view.tools.first(
        "omega",
        "nlinarith",
        f"(simp only [{listed}] at *; omega)",
        f"(simp only [{listed}] at *; nlinarith)",
        "(simp_all; done)",
    )
    hyps = [f"{ih}{j}" for j in range(order)]
    step = "\n".join(
        [f"obtain ⟨{', '.join(hyps)}⟩ := {ih}", *facts, f"refine ⟨{', '.join(hyps[1:])}, ?_⟩", finish]
    )
    base = "\n".join(
        [
            *(f.replace(f" {n}", " 0") for f in facts),
            f"refine ⟨{', '.join(['?_'] * order)}⟩ <;> ({_base_finish(view)})",
        ]
    )
    proof = (
        f"intro {n}\ninduction {n} with\n| zero =>\n{indented(base)}\n| succ {n} {ih} =>\n{indented(step)}"
    )
    text = f"have {key} : ∀ {n} : ℕ, {' ∧ '.join(parts)} := by\n{indented(proof)}"
    yield Move(f"{text}\nexact ({key} {n}).1 {' '.join(h for h, _ in carried)}".rstrip(), cost, heavy=True)


def _base_finish(view: View) -> str:
    return view.tools.first(
        "omega", "(simp_all; done)", "(norm_num at *; omega)", "(simp_all; omega)", "decide", "nlinarith"
    )


def _look_back(rule: Rule, view: View) -> int:
    """How many steps a recurrence spans, e.g. 2 for `f (n + 2) = f (n + 1) + f n`."""
    spans = []
    for f in functions(view):
        for argument in applied(rule.conclusion, f):
            p = to_polynomial(argument, False)
            if p is not None and p.get(((rule.variables[0], 1),)) == 1:
                spans.append(p.get((), 0))
    return max(spans, default=0) - min(spans, default=0)
