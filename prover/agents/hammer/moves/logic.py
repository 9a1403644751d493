"""Moves for the connectives: introductions on the target, eliminations of hypotheses, and the classical turns."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from prover.agents.hammer.goals import fresh
from prover.agents.hammer.moves.base import Move, View, lines
from prover.agents.hammer.terms import Term, show

MAX_PATTERN = 12
_EXISTENTIAL_FUNCTIONS = ("Even", "Odd", "?.Even", "?.Odd")


class _Names:
    def __init__(self, taken: Collection[str]) -> None:
        self.taken = set(taken)

    def take(self, base: str) -> str:
        name = fresh(base, self.taken)
        self.taken.add(name)
        return name


def _pattern(term: Term, names: _Names, branch: bool, base: str = "h") -> str:
    """An `rcases` pattern that takes a proof of `term` apart; `branch` allows disjunctions."""
    if term.head == "∧":
        parts = [_pattern(a, names, branch) for a in _flatten(term, "∧")[:MAX_PATTERN]]
        return f"⟨{', '.join(parts)}⟩"
    if term.head == "∃":
        return f"⟨{names.take(term.text)}, {_pattern(term.args[1], names, branch)}⟩"
    if term.head == "∨" and branch:
        parts = [_pattern(a, names, branch) for a in _flatten(term, "∨")[:MAX_PATTERN]]
        return f"({' | '.join(parts)})"
    return names.take(base)


def _flatten(term: Term, head: str) -> list[Term]:
    """The parts of a right-nested `∧` or `∨`."""
    parts = []
    while term.head == head:
        parts.append(term.args[0])
        term = term.args[1]
    return [*parts, term]


def introductions(view: View) -> Iterator[Move]:
    """`intro` and `rintro` down to the last binder or premise, and one at a time."""
    names = _Names(view.goal.names)
    term = view.target
    patterns: list[str] = []
    plain: list[str] = []
    while len(patterns) < MAX_PATTERN:
        if term.head == "∀":
            plain.append(names.take(term.text if term.text.isidentifier() else "x"))
            patterns.append(plain[-1])
            term = term.args[1]
        elif term.head == "→":
            patterns.append(_pattern(term.args[0], names, branch=False))
            plain.append(names.take("h"))
            term = term.args[1]
        elif term.head == "¬":
            patterns.append(_pattern(term.args[0], names, branch=False))
            plain.append(names.take("h"))
            break
        elif term.head == "≠":
            plain.append(names.take("h"))
            patterns.append(plain[-1])
            break
        else:
            break
    if not patterns:
        return
    if any("⟨" in p for p in patterns):
        yield Move(f"rintro {' '.join(patterns)}", 0.0)
    else:
        yield Move(f"intro {' '.join(plain)}", 0.0)
    if len(plain) > 1:
        yield Move(f"intro {plain[0]}", 1.5)


def targets(view: View) -> Iterator[Move]:
    """Split what the target joins."""
    head = view.target.head
    if head == "∧":
        holes = ", ".join("?_" for _ in _flatten(view.target, "∧"))
        yield Move(view.then_try(f"refine ⟨{holes}⟩"), 0.1)
    elif head == "↔":
        yield Move("constructor", 0.1)
        yield Move(view.then_try("constructor <;> intro h"), 0.3)
    elif head == "∨":
        name = fresh("h", view.goal.names)
        yield Move(f"by_cases {name} : {show(view.target.args[0])}\n· exact Or.inl {name}\nright", 1.0)
        yield Move("left", 2.0)
        yield Move("right", 2.0)
    elif head == "∃!" or view.target.function == "ExistsUnique":
        yield Move("refine existsUnique_of_exists_of_unique ?_ ?_", 1.0)
        yield Move("simp only [ExistsUnique]", 0.5)
    elif view.target.function in ("IsLeast", "IsGreatest") or view.goal.target.startswith(
        ("IsLeast", "IsGreatest")
    ):
        yield Move("constructor", 0.1)
        yield Move(
            "refine ⟨?_, ?_⟩\n· simp [Set.mem_setOf_eq]\nintro b hb\nsimp only [Set.mem_setOf_eq] at hb", 0.3
        )
    elif "upperBounds" in view.goal.target or "lowerBounds" in view.goal.target:
        yield Move("intro b hb\nsimp only [Set.mem_setOf_eq] at hb", 0.1)
    if "{" in view.goal.target:
        yield Move("show _ ∧ _\nconstructor", 0.5)
        yield Move("simp only [Set.mem_setOf_eq]", 0.3)


def eliminations(view: View) -> Iterator[Move]:
    """Take conjunctions and existentials apart, all at once; disjunctions one by one; substitute by equations."""
    names = _Names(view.goal.names)
    calm: list[str] = []
    for h, term in view.facts:
        if term.head in ("∧", "∃"):
            calm.append(f"obtain {_pattern(term, names, branch=False, base=h)} := {h}")
        elif term.head == "↔":
            left, right = names.take("h"), names.take("h")
            yield Move(f"obtain ⟨{left}, {right}⟩ := {h}", 0.8)
        elif term.head == "∃!" or term.function == "ExistsUnique":
            yield Move(f"obtain ⟨{names.take('x')}, {names.take('h')}, {names.take('h')}⟩ := {h}", 0.3)
        elif term.function in _EXISTENTIAL_FUNCTIONS:
            k, e = names.take("k"), names.take("h")
            yield Move(f"obtain ⟨{k}, {e}⟩ := {h}", 0.8)
        elif term.head == "∣":
            k, e = names.take("k"), names.take("h")
            cost = 1.5 if term.args[0].head == "num" else 0.9
            yield Move(f"have ⟨{k}, {e}⟩ := {h}", cost)
        elif term.head == "id" and term.text == "False":
            yield Move("contradiction", 0.0)
        if term.head == "∨" or (term.head in ("∧", "∃") and any(t.head == "∨" for t in term.walk())):
            pattern = _pattern(term, _Names(view.goal.names), branch=True, base=h)
            yield Move(view.then_try(f"rcases {h} with {pattern.strip('()')}"), 0.6)
    if calm:
        yield Move("\n".join(calm), 0.0)
    variables = set(view.nats) | set(view.ints)
    for h, term in view.facts:
        if term.head == "=" and any(a.head == "id" and a.text in variables for a in term.args):
            yield Move(f"subst {h}", 0.2)


def classical(view: View) -> Iterator[Move]:
    """Turn the goal round: contradiction, contraposition, negations pushed in."""
    h = fresh("hc", view.goal.names)
    false = view.target.text == "False"
    if not false and view.target.head not in ("∀", "→", "∧", "↔"):
        push = f"push_neg at {h}" if view.tools.knows("push_neg") else ""
        contra = (
            f"by_contra {h}"
            if view.tools.knows("by_contra")
            else f"refine Classical.byContradiction fun {h} => ?_"
        )
        cost = 1.2 if view.target.head in ("∣", "=", "≤", "<", "≥", ">") else 1.0
        yield Move(lines(contra, push), cost + 0.5)
        yield Move(contra, cost + 1.0)
        if view.facts:
            yield Move("exfalso", 3.0)
    negated = [h for h, t in view.facts if t.head == "¬"]
    if negated and view.tools.knows("push_neg"):
        yield Move(f"push_neg at {' '.join(negated)}", 0.5)
    if any(t.head == "¬" for s in view.statements for t in s.walk()):
        yield Move(
            view.tools.simp("not_and_or", "not_or", "not_forall", "not_exists", "not_le", "not_lt") + " at *",
            1.5,
        )
    for name, term in view.facts:
        if term.head == "¬" and false:
            yield Move(f"apply {name}", 0.8)
        if term.head in ("→",):
            yield Move(f"have {h} := {name} (by {view.finish or 'assumption'})", 0.5)
            if term.args[1] == view.target:
                yield Move(f"apply {name}", 0.5)
        if view.target.head == "→" and name:
            continue
    if view.target.head == "→" and "contrapose!" in view.tools.tactics:
        yield Move("contrapose!", 2.0)
    for name, term in view.facts[-4:]:
        if term.head in ("∣", "=", "≤", "<") and "contrapose!" in view.tools.tactics and not false:
            yield Move(f"contrapose! {name}", 3.0)


def propositions(view: View) -> Iterator[Move]:
    """Truth tables over the propositional variables, and existentials served from the context."""
    letters = [n for n, kind in view.types.items() if kind == "Prop" and "✝" not in n]
    if 1 <= len(letters) <= 4:
        names = _Names(view.goal.names)
        splits = " <;> ".join(f"by_cases {names.take('h' + p)} : {p}" for p in letters)
        yield Move(f"{splits} <;> simp_all", 0.5)
    if view.target.head == "∃":
        things = [h.name for h in view.goal.hypotheses if h.accessible]
        facts = {h for h, _ in view.facts}
        for x in [t for t in things if t not in facts or view.types[t].split()[:1] == ["Prop"]][:5]:
            yield Move(f"exact ⟨{x}, by simp_all⟩", 0.9)
            yield Move(f"refine ⟨{x}, ?_⟩", 1.6)
    for h, term in view.facts:
        if term.head == "∀" and view.target.head not in ("∀", "→"):
            yield Move(f"exact {h} _ (by assumption)", 1.4)
            yield Move(f"exact {h} _ _ (by assumption)", 1.6)


def rewriting(view: View) -> Iterator[Move]:
    """Use hypotheses: apply them, rewrite with equations both ways, simplify with all."""
    equations = [(h, t) for h, t in view.facts if t.head == "="]
    universal = [(h, t) for h, t in view.facts if t.head in ("∀", "→", "↔")]
    for h, term in equations[:8]:
        left, right = term.args
        if left.head not in ("num",):
            yield Move(f"rw [{h}]", 1.3)
        if right.head not in ("num", "id"):
            yield Move(f"rw [← {h}]", 1.8)
        for other, _ in equations[:6]:
            if other != h and left.head not in ("num",):
                yield Move(f"rw [{h}] at {other}", 2.2)
    for h, _ in universal[:8]:
        yield Move(f"apply {h}", 1.5)
        yield Move(f"simp only [{h}]", 1.6)
        yield Move(f"rw [{h}]", 1.5)
    names = [h for h, _ in (*equations, *universal)]
    if names:
        yield Move(view.tools.simp(extra=names[:10]), 1.0)
        yield Move("simp_all", 1.2)
    if view.facts:
        yield Move("simp at *", 1.8)
    yield Move("simp", 1.2)
    yield Move("norm_num at *", 1.6)
    yield Move("norm_num", 1.4)
