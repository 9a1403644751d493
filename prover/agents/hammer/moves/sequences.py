"""Moves for functions that hypotheses describe: definitions instantiated, recurrences unrolled as far as needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prover.agents.hammer.evaluate import value_of
from prover.agents.hammer.goals import fresh
from prover.agents.hammer.moves.base import Move, View
from prover.agents.hammer.polynomial import show_polynomial, to_polynomial
from prover.agents.hammer.terms import BINDERS, Term, name, num, parse_term, show, substitute

MAX_UNROLL = 60
MAX_INSTANCES = 8


@dataclass(frozen=True, slots=True)
class Rule:
    """A hypothesis `∀ x …, premises → conclusion` about a local function."""

    hypothesis: str
    variables: tuple[str, ...]
    premises: tuple[Term, ...]
    conclusion: Term


def rules(view: View) -> list[Rule]:
    found = []
    for h, fact in view.facts:
        variables: list[str] = []
        premises: list[Term] = []
        rest = fact
        while rest.head in ("∀", "→"):
            if rest.head == "∀":
                variables.append(rest.text)
            else:
                premises.append(rest.args[0])
            rest = rest.args[1]
        if variables:
            found.append(Rule(h, tuple(variables), tuple(premises), rest))
    return found


def functions(view: View) -> list[str]:
    return [n for n, kind in view.types.items() if "→" in kind and "✝" not in n]


def instance(rule: Rule, values: list[Term]) -> tuple[str, Term]:
    """The proof term of a rule at given values, premises left to arithmetic, and what it states (indices folded)."""
    conclusion = rule.conclusion
    for variable, value in zip(rule.variables, values, strict=True):
        conclusion = substitute(conclusion, variable, value)
    holes = " (by omega)" * len(rule.premises)
    return f"{rule.hypothesis} {' '.join(show(v, 1024) for v in values)}{holes}", fold(conclusion)


def fold(term: Term) -> Term:
    """Closed index arithmetic under an application, evaluated."""
    if term.head == "app":
        args = []
        for a in term.args[1:]:
            value = value_of(a)
            args.append(num(value) if value is not None and value >= 0 else fold(a))
        return Term("app", (term.args[0], *args))
    return Term(term.head, tuple(fold(a) for a in term.args), term.text)


def applied(term: Term, function: str) -> list[Term]:
    """Arguments at which a unary function occurs, outside binders."""
    if term.head in BINDERS:
        return []
    own = [term.args[1]] if term.function == function and len(term.args) == 2 else []
    return own + [x for a in term.args for x in applied(a, function)]


def closure(view: View) -> Iterator[Move]:
    """For a rule on one number: its instances at the terms in view and at the arguments that these bring in,
    with arguments in normal form, then linear arithmetic."""
    variables = [name(v) for v in (*view.nats, *view.ints)][:3]
    for f in functions(view):
        mine = [r for r in rules(view) if len(r.variables) == 1 and applied(r.conclusion, f)][:3]
        ring = not view.types[f].startswith(("ℕ", "Nat"))
        asked = [a for s in view.statements for a in applied(s, f) if not a.ids() - set(view.types)]
        queue = list(dict.fromkeys([*asked, *variables]))[:6]
        text: list[str] = []
        done: set[tuple[str, str]] = set()
        taken = set(view.goal.names)
        while queue and len(text) < MAX_INSTANCES:
            value = queue.pop(0)
            for rule in mine:
                normal = _normal(value, ring)
                if normal is None or (rule.hypothesis, normal) in done:
                    continue
                done.add((rule.hypothesis, normal))
                h = fresh("hi", taken)
                taken.add(h)
                proof, _ = instance(rule, [parse_term(normal, view.types)])
                conclusion = rule.conclusion
                for variable in rule.variables:
                    conclusion = substitute(conclusion, variable, parse_term(normal, view.types))
                lines = [f"have {h} := {proof}"]
                for a in dict.fromkeys(applied(conclusion, f)):
                    clean = _normal(a, ring)
                    if clean is not None and clean != show(a):
                        prove = "ring" if ring else "omega"
                        lines.append(f"try rw [show {show(a)} = {clean} by {prove}] at {h}")
                    if clean is not None and len(clean) < 40:
                        queue.append(parse_term(clean, view.types))
                text.append("\n".join(lines))
        if len(text) > 1:
            body = "\n".join(text)
            yield Move(f"{body}\nomega", 0.7, heavy=True)
            yield Move(f"{body}\nnlinarith", 1.5, heavy=True)


def _normal(term: Term, ring: bool) -> str | None:
    p = to_polynomial(term, ring)
    return None if p is None else show_polynomial(p)


def unrollings(view: View) -> Iterator[Move]:
    known = rules(view)
    for f in functions(view):
        mine = [
            r
            for r in known
            if len(r.variables) == 1 and r.conclusion.head == "=" and applied(r.conclusion, f)
        ]
        wanted = {v for s in view.statements for a in applied(s, f) if (v := value_of(a)) is not None}
        if mine and wanted and max(wanted) <= 400:
            yield from _unroll(view, f, mine, wanted)
    yield from _instances(view, known)


def _unroll(view: View, f: str, mine: list[Rule], wanted: set[int]) -> Iterator[Move]:
    """`have` the recurrence at every index below those wanted, then finish by linear arithmetic."""
    stated = {
        value_of(t.args[0].args[1])
        for _, t in view.facts
        if t.head == "=" and applied(t.args[0], f) and t.args[0].function == f
    }
    for rule in mine:
        left = rule.conclusion.args[0]
        if left.function != f:
            continue
        line = to_polynomial(left.args[1], False)
        variable = rule.variables[0]
        if line is None or line.get(((variable, 1),)) != 1 or len(line) > 2:
            continue
        offset = line.get((), 0)
        todo, done = sorted(wanted - stated, reverse=True), dict[int, tuple[str, Term]]()
        while todo and len(done) < MAX_UNROLL:
            index = todo.pop(0)
            if index in done or index in stated or index < offset:
                continue
            proof, fact = instance(rule, [num(index - offset)])
            done[index] = (proof, fact)
            below = {v for a in applied(fact, f) if (v := value_of(a)) is not None}
            todo += sorted((b for b in below if b not in done and b != index), reverse=True)
        if not done or todo:
            continue
        taken, text, names = set(view.goal.names), [], []
        for index in sorted(done):
            h = fresh(f"e{index}", taken)
            taken.add(h)
            names.append(h)
            text.append(f"have {h} : {show(done[index][1])} := {done[index][0]}")
        body = "\n".join(text)
        yield Move(f"{body}\nomega", 0.5, heavy=True)
        yield Move(f"{body}\nsimp_all", 0.8, heavy=True)
        stepwise = []
        for i, (h, line_text) in enumerate(zip(names, text, strict=True)):
            stepwise.append(line_text)
            if earlier := [*view_equations(view), *names[:i]]:
                stepwise.append(f"try simp only [{', '.join(earlier[-6:])}] at {h}")
                stepwise.append(
                    f"try norm_num at {h}" if view.tools.knows("norm_num") else f"try simp at {h}"
                )
        yield Move("\n".join(stepwise) + "\nfirst | omega | simp_all", 0.9, heavy=True)


def view_equations(view: View) -> list[str]:
    return [h for h, t in view.facts if t.head == "=" and value_of(t.args[1]) is not None]


def _instances(view: View, known: list[Rule]) -> Iterator[Move]:
    """Rules at the terms and small numerals in view."""
    arguments: list[Term] = []
    for f in functions(view):
        for s in view.statements:
            arguments += [a for a in applied(s, f) if not a.ids() & {v for r in known for v in r.variables}]
    variables = [name(v) for v in (*view.nats, *view.ints)][:4]
    small = [num(n) for n in (0, 1, 2)]
    values = list(dict.fromkeys([*arguments[:6], *variables, *small]))
    taken = view.goal.names
    all_at_once: list[str] = []
    for rule in known[:6]:
        if len(rule.variables) > 2:
            continue
        choices = (
            [[v] for v in values]
            if len(rule.variables) == 1
            else [[a, b] for a in values[:4] for b in values[:4]]
        )
        for i, choice in enumerate(choices[:8]):
            h = fresh("hi", taken)
            proof, _ = instance(rule, choice)
            yield Move(f"have {h} := {proof}", 1.6 + 0.1 * i)
            if len(rule.variables) == 1 and i < 4:
                all_at_once.append(proof)
    if all_at_once:
        names = [f"hi{i}" for i in range(len(all_at_once))]
        body = "\n".join(f"try have {h} := {p}" for h, p in zip(names, all_at_once, strict=True))
        yield Move(f"{body}\nomega", 0.9)
        yield Move(f"{body}\nsimp_all", 1.3)
        yield Move(f"{body}\nnlinarith", 1.5, heavy=True)
    if known:
        listed = ", ".join(r.hypothesis for r in known[:6])
        yield Move(f"simp only [{listed}] at *\nomega", 1.1)
        yield Move(f"simp [{listed}]\nomega", 1.2)
        yield Move(f"norm_num [{listed}]", 1.0)
