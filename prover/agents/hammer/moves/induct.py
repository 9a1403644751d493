"""Moves by induction on a natural number: plain, from a later start, in two steps, strong."""

from __future__ import annotations

from collections.abc import Iterator

from prover.agents.hammer.evaluate import value_of
from prover.agents.hammer.goals import fresh_names
from prover.agents.hammer.moves.base import Move, View, indented
from prover.agents.hammer.moves.bounded import bounds
from prover.agents.hammer.terms import Term, name, num, show, substitute

_STEP_LEMMAS = ("pow_succ", "Nat.pow_succ", "Nat.factorial_succ", "Nat.mul_add", "Nat.add_mul", "mul_add", "add_mul")


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
        m, ih, hm, k, hk = fresh_names([n, "ih", "hm", "k", "hk"], view.goal.names - {n})
        plain = f"induction {n} with\n| zero => ?_\n| succ {m} {ih} => ?_"
        yield Move(plain, cost)
        yield Move(f"{plain}\nall_goals try ({finish})", cost + 0.3, heavy=True)
        low, _ = bounds(view, n)
        nonzero = next((h for h, t in view.facts if t.head == "≠" and show(t.args[0]) == n and value_of(t.args[1]) == 0), "")
        start = low or (1 if nonzero else 0)
        if 0 < start <= 60:
            shift = f"obtain ⟨{k}, rfl⟩ : ∃ {k}, {n} = {k} + {start} := ⟨{n} - {start}, by omega⟩"
            yield Move(shift, cost + 0.2)
            late = f"{shift}\ninduction {k} with\n| zero => ?_\n| succ {k} {ih} => ?_"
            yield Move(late, cost - 0.2)
            yield Move(f"{late}\nall_goals try ({finish})", cost, heavy=True)
            bound = _bound_name(view, n)
            if bound and "Nat.le_induction" in tools.lemmas:
                yield Move(
                    f"induction {n}, {bound} using Nat.le_induction with\n| base => ?_\n| succ {m} {hm} {ih} => ?_", cost - 0.1
                )
        yield Move(f"induction {n} using Nat.strongRecOn with\n| ind {m} {ih} => ?_", cost + 1.2)
        yield Move(f"rcases {n} with _ | {m}", cost + 0.9)
        yield Move(f"rcases {n} with _ | _ | {m}", cost + 1.3)
        others = [v for v in (*view.nats, *view.ints) if v != n and v in mentioned]
        if others:
            yield Move(f"induction {n} generalizing {' '.join(others)} with\n| zero => ?_\n| succ {m} {ih} => ?_", cost + 0.6)
        yield _two_steps(view, n, cost + 0.9, finish)


def _bound_name(view: View, variable: str) -> str:
    """A hypothesis `c ≤ n` for a numeral `c`, which `Nat.le_induction` takes."""
    for h, t in view.facts:
        if t.head == "≤" and show(t.args[1]) == variable and value_of(t.args[0]) is not None:
            return h
        if t.head == "≥" and show(t.args[0]) == variable and value_of(t.args[1]) is not None:
            return h
    return ""


def _step_finisher(view: View, lemmas: list[str]) -> str:
    listed = ", ".join(lemmas)
    return view.tools.first(
        "omega",
        "(simp_all; done)",
        f"(simp only [{listed}] at *; omega)",
        f"(simp_all [{listed}]; done)",
        f"(simp_all [{listed}]; omega)",
        "(ring_nf at *; omega)",
        f"(simp only [{listed}] at *; nlinarith)",
        "(norm_num [pow_succ] at *; nlinarith)",
    )


def _two_steps(view: View, n: str, cost: float, finish: str) -> Move:
    """Prove the target for `n` and `n + 1` together; hypotheses on `n` are carried along."""
    key, ih1, ih2 = fresh_names(["key", "ih1", "ih2"], view.goal.names)
    carried = [h for h, t in view.facts if n in t.ids()]
    premises = "".join(f"({show(t)}) → " for h, t in view.facts if h in carried)
    claim = f"{premises}{show(view.target, 26)}"
    claim1 = _shifted(view, n, carried)
    proof = (
        f"intro {n}\ninduction {n} with\n| zero => constructor <;> try ({finish})\n"
        f"| succ {n} ih =>\n  obtain ⟨{ih1}, {ih2}⟩ := ih\n  refine ⟨{ih2}, ?_⟩\n  first | ({finish}) | skip"
    )
    text = f"have {key} : ∀ {n} : ℕ, ({claim}) ∧ ({claim1}) := by\n{indented(proof)}"
    return Move(f"{text}\nexact ({key} {n}).1 {' '.join(carried)}".rstrip(), cost, heavy=True)


def _shifted(view: View, n: str, carried: list[str]) -> str:
    successor = Term("+", (name(n), num(1)))
    premises = "".join(f"({show(substitute(t, n, successor))}) → " for h, t in view.facts if h in carried)
    return premises + show(substitute(view.target, n, successor), 26)
