"""The shape of a statement: a text that is the same for statements that differ in names, order and notation only.

Two statements of one shape are the same statement: equal up to the names of bound variables, the order of variables and
hypotheses, repeated hypotheses, and notation (`a > b` for `b < a`, `a ≠ b` for `¬ a = b`, a binder before the colon
or a `∀` behind it). The reverse does not hold: `a + b` and `b + a` have two shapes, and where variables are so alike
that their order cannot be told from their use, the order of writing decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from prover.formalize.elaborated import App, Bind, Const, Elaborated, Literal, Term, call

_ROUNDS = 3
_SWAPPED = {"GT.gt": "LT.lt", "GE.ge": "LE.le"}


def shape(statement: Elaborated) -> str:
    """A digest (32 hexadecimal digits) of the statement's shape."""
    names = [local.name for local in statement.locals]
    types = [normal(local.type) for local in statement.locals]
    target = normal(statement.target)
    # A hypothesis is named nowhere else: its type is all there is to it.
    colours = dict.fromkeys(names, "")
    for _ in range(_ROUNDS):
        uses = {name: [] for name in names}  # type: dict[str, list[str]]
        for at, term in enumerate([*types, target]):
            own = names[at] if at < len(names) else "⊢"
            for name in names:
                if name == own or _mentions(term, name):
                    role = "type" if name == own else f"in {colours.get(own, '⊢')}"
                    uses[name].append(f"{role} {text(term, {**colours, name: '★'})}")
        colours = {name: _digest("\n".join(sorted(set(uses[name])))) for name in names}
    named = [at for at in range(len(names)) if not _is_hypothesis(names[at], types, target)]
    order = sorted(named, key=lambda at: (colours[names[at]], at))
    final = {names[at]: f"#{number}" for number, at in enumerate(order)}
    lines = {f"{final.get(name, '')}:{text(term, final)}" for name, term in zip(names, types, strict=True)}
    return _digest("\n".join([*sorted(lines), "⊢", text(target, final)]))


def _is_hypothesis(name: str, types: list[Term], target: Term) -> bool:
    return not any(_mentions(term, name) for term in [*types, target])


def _digest(data: str) -> str:
    return hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def normal(term: Term) -> Term:
    """The term with one notation for `<`, `≤` and `≠`."""
    if isinstance(term, App):
        args = tuple(normal(arg) for arg in term.args)
        name, _ = call(term)
        if name in _SWAPPED and len(args) == 4:
            return App(Const(_SWAPPED[name]), (args[0], args[1], args[3], args[2]))
        if name == "Ne" and len(args) == 3:
            return App(Const("Not"), (App(Const("Eq"), args),))
        return App(normal(term.function), args)
    if isinstance(term, Bind):
        return Bind(term.kind, term.name, normal(term.type), normal(term.body))
    return term


def _mentions(term: Term, name: str) -> bool:
    stack = [term]
    while stack:
        current = stack.pop()
        if isinstance(current, Const):
            if current.name == name:
                return True
        elif isinstance(current, App):
            stack += [current.function, *current.args]
        elif isinstance(current, Bind):
            stack.append(current.type)
            if current.name != name:
                stack.append(current.body)
    return False


def text(term: Term, names: Mapping[str, str], depth: int = 0) -> str:
    """The term as text: bound variables by their depth, variables of the context by what `names` calls them."""
    if isinstance(term, Const):
        return names.get(term.name, term.name)
    if isinstance(term, Literal):
        return f"{term.value}:{text(term.type, names, depth)}"
    if isinstance(term, App):
        parts = (term.function, *term.args)
        return "(" + " ".join(text(part, names, depth) for part in parts) + ")"
    inner = {**names, term.name: f"^{depth}"} if term.name else names
    domain = text(term.type, names, depth)
    return f"({term.kind} {domain} {text(term.body, inner, depth + 1)})"
