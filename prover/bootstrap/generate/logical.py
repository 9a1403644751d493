"""Relations, predicates and diagonals: statements whose proof is the right instance of a hypothesis."""

from __future__ import annotations

from prover.bootstrap.generate.draw import PROPOSITIONS, Draw, Made, Shape, linear, lines

_TYPES = ("ℕ", "ℤ")
_RELATIONS = tuple("RSTLM")


def _barber(d: Draw) -> Made:
    s, (x, y), ring = d.name(_RELATIONS), d.names(2, tuple("xyzabmn")), d.of(_TYPES)
    turned, wrong, strict = d.maybe(), d.maybe(), d.maybe()
    pair = f"{s} {y} {x}" if turned else f"{s} {x} {y}"
    own = f"{s} {y} {y}"
    body = f"¬{own} ↔ {pair}" if wrong else f"{pair} ↔ ¬{own}"
    sign, c = d.of(("≤", "<")), d.number(0, 9)
    if strict:
        goal = f"¬∃ {x} : {ring}, {c} {sign} {x} ∧ ∀ {y} : {ring}, {c} {sign} {y} → ({body})"
        proof = lines(f"rintro ⟨{x}, hx, h⟩", f"have e := h {x} hx", "tauto")
    else:
        goal = f"¬∃ {x} : {ring}, ∀ {y} : {ring}, {body}"
        proof = lines(f"rintro ⟨{x}, h⟩", f"have e := h {x}", "tauto")
    words = "Nobody shaves exactly those who do not shave themselves."
    return Made(f"({s} : {ring} → {ring} → Prop) : {goal}", words, (f"Ask about {x} itself.",), proof)


def _diagonal(d: Draw) -> Made:
    f, g = d.name(("F", "G", "A", "T")), d.name(tuple("fghu"))
    n, m = d.names(2, tuple("nmkij"))
    k, ring = d.number(1, 12), d.of(_TYPES)
    form = d.number(0, 3)
    given = f"({f} : ℕ → ℕ → {ring}) : "
    if form == 0:
        signature = f"{given}∃ {g} : ℕ → {ring}, ∀ {n}, {f} {n} {n} + {k} ≤ {g} {n}"
        proof = lines(f"refine ⟨fun {n} => {f} {n} {n} + {k}, ?_⟩", f"intro {n}", "simp only", "omega")
    elif form == 1:
        signature = f"{given}∃ {g} : ℕ → {ring}, ∀ {n}, ∃ {m}, {g} {m} = {f} {n} {m} + {k}"
        proof = lines(f"refine ⟨fun {n} => {f} {n} {n} + {k}, ?_⟩", f"intro {n}", f"exact ⟨{n}, rfl⟩")
    elif form == 2:
        signature = f"{given}¬∀ {g} : ℕ → {ring}, ∃ {n}, ∀ {m}, {g} {m} + {k} = {f} {n} {m}"
        proof = lines(
            "intro h",
            f"obtain ⟨{n}, hn⟩ := h (fun {m} => {f} {m} {m})",
            f"have e := hn {n}",
            "omega",
        )
    else:
        left = linear([(1 if ring == "ℤ" else k, f"{g} {m}")])
        signature = f": ¬∃ {f} : ℕ → ℕ → {ring}, ∀ {g} : ℕ → {ring}, ∃ {n}, ∀ {m}, {left} = {f} {n} {m}"
        proof = lines(
            f"rintro ⟨{f}, h⟩",
            f"obtain ⟨{n}, hn⟩ := h (fun {m} => {f} {m} {m} + 1)",
            f"have e := hn {n}",
            "omega",
        )
    words = "Cantor's diagonal leaves every list of sequences."
    return Made(signature, words, ("Go along the diagonal.",), proof)


def _drinker(d: Draw) -> Made:
    p, (x, y), ring = d.name(PROPOSITIONS[5:]), d.names(2, tuple("xyzabmn")), d.of(_TYPES)
    k, c = d.number(1, 6), d.number(0, 15)
    at_x, at_y = (f"{p} {v}" if k == 1 and not c else f"{p} ({linear([(k, v)], c)})" for v in (x, y))
    if d.maybe():
        goal = f"∃ {x} : {ring}, {at_x} → ∀ {y} : {ring}, {at_y}"
        proof = lines(
            f"by_cases h : ∀ {y} : {ring}, {at_y}",
            "· exact ⟨0, fun _ => h⟩",
            f"· obtain ⟨{x}, hx⟩ := not_forall.1 h",
            f"  exact ⟨{x}, fun hp => absurd hp hx⟩",
        )
    else:
        goal = f"∃ {x} : {ring}, (∃ {y} : {ring}, {at_y}) → {at_x}"
        proof = lines(
            f"by_cases h : ∃ {y} : {ring}, {at_y}",
            f"· obtain ⟨{x}, hx⟩ := h",
            f"  exact ⟨{x}, fun _ => hx⟩",
            "· exact ⟨0, fun e => absurd e h⟩",
        )
    words = "The drinker: there is one of whom the implication holds."
    plan = ("Distinguish whether it holds of all, or of any.",)
    return Made(f"({p} : {ring} → Prop) : {goal}", words, plan, proof)


_SYMMETRIC = ("hs", "∀ {x} {y}, {r} {x} {y} → {r} {y} {x}")
_TRANSITIVE = ("ht", "∀ {x} {y} {z}, {r} {x} {y} → {r} {y} {z} → {r} {x} {z}")
_EUCLIDEAN = ("he", "∀ {x} {y} {z}, {r} {x} {y} → {r} {x} {z} → {r} {y} {z}")
_REFLEXIVE = ("hr", "∀ {x}, {r} {x} {x}")
_IRREFLEXIVE = ("hi", "∀ {x}, ¬{r} {x} {x}")
_SERIAL = ("ha", "∀ {x}, ∃ {y}, {r} {x} {y}")
_XY, _XZ, _YZ = "{r} {x} {y}", "{r} {x} {z}", "{r} {y} {z}"
_RELATED = (
    ((_SYMMETRIC, _TRANSITIVE, _SERIAL), (), "{r} {x} {x}", "ht {x} y {x} hy (hs {x} y hy)"),
    ((_SYMMETRIC, _EUCLIDEAN, _SERIAL), (), "{r} {x} {x}", "he y {x} {x} (hs {x} y hy) (hs {x} y hy)"),
    ((_EUCLIDEAN, _REFLEXIVE), (_XY,), "{r} {y} {x}", "he {x} {y} {x} h (hr {x})"),
    ((_TRANSITIVE, _IRREFLEXIVE), (_XY,), "¬{r} {y} {x}", "fun k => hi {x} (ht {x} {y} {x} h k)"),
    ((_SYMMETRIC, _TRANSITIVE), (_XY, _XZ), "{r} {y} {z}", "ht {y} {x} {z} (hs {x} {y} h) k"),
    ((_SYMMETRIC, _EUCLIDEAN), (_XY, _YZ), "{r} {x} {z}", "he {y} {x} {z} (hs {x} {y} h) k"),
    ((_SYMMETRIC, _TRANSITIVE), (_XY,), "{r} {x} {x}", "ht {x} {y} {x} h (hs {x} {y} h)"),
    ((_EUCLIDEAN,), (_XY, _XZ), "{r} {z} {y}", "he {x} {z} {y} k h"),
    ((_EUCLIDEAN,), (_XY,), "{r} {y} {y}", "he {x} {y} {y} h h"),
)
"""What is given, premises, conclusion, and the term that proves it."""


def _relation(d: Draw) -> Made:
    r, ring = d.name(_RELATIONS), d.of(_TYPES)
    given, premises, conclusion, term = d.of(_RELATED)
    names = dict(zip("xyz", d.names(3, tuple("uvwabcmnk")), strict=True))
    named = d.sample(given, len(given))
    binders = " ".join(f"({name} : {text.format(r=r, **names)})" for name, text in named)
    used = [v for v in "xyz" if any(f"{{{v}}}" in text for text in (*premises, conclusion))]
    serial = _SERIAL in given
    if d.maybe(0.3):
        at, intro = names, " ".join([names[v] for v in used] + ["h", "k"][: len(premises)])
        statement = " → ".join(text.format(r=r, **at) for text in (*premises, conclusion))
        goal, first = f"∀ {' '.join(names[v] for v in used)}, {statement}", f"intro {intro}"
    else:
        at, first = dict(zip("xyz", map(str, d.sample(range(25), 3)), strict=True)), ""
        facts = zip("hk", premises, strict=False)
        binders += "".join(f" ({name} : {text.format(r=r, **at)})" for name, text in facts)
        goal = conclusion.format(r=r, **at)
    proof = lines(
        first,
        f"obtain ⟨y, hy⟩ := ha {at['x']}" if serial else "",
        f"exact {term.format(**at)}",
    )
    words = "A property that a relation has because it has others."
    return Made(
        f"({r} : {ring} → {ring} → Prop) {binders} : {goal}", words, ("Put the properties together.",), proof
    )


def _reach(d: Draw) -> Made:
    p, n, (h0, h1, h2) = d.name(PROPOSITIONS[5:]), d.name(("n", "m", "k")), d.hyps(3)
    start, a, b, c = d.number(0, 5), d.number(2, 4), d.number(0, 5), d.number(1, 7)
    value, term = start, h0
    for _ in range(d.number(2, 4)):
        times = d.maybe()
        value = a * value + b if times else value + c
        term = f"{h1 if times else h2} _ {f'({term})' if ' ' in term else term}"
    signature = (
        f"({p} : ℕ → Prop) ({h0} : {p} {start}) ({h1} : ∀ {n}, {p} {n} → {p} ({linear([(a, n)], b)})) "
        f"({h2} : ∀ {n}, {p} {n} → {p} ({n} + {c})) : {p} {value}"
    )
    words = f"From {start} the two steps lead to {value}."
    return Made(signature, words, ("Go back from the goal, step by step.",), f"exact {term}")


def _neighbours(d: Draw) -> Made:
    p, n, (h0, h1, h) = d.name(PROPOSITIONS[5:]), d.name(("n", "m", "k")), d.hyps(3)
    start, wide = d.number(0, 6), d.maybe()
    one, two, three = (linear([(1, n)], start + i) for i in range(3))
    at = [f"{p} {n}" if text == n else f"{p} ({text})" for text in (one, two, three)]
    premise = f"{at[0]} → {at[1]}" if wide else at[0]
    step = f"h {n} ih.1 ih.2" if wide else f"h {n} ih.1"
    proof = lines(
        f"have key : ∀ {n}, {at[0]} ∧ {at[1]} := by",
        f"  intro {n}",
        f"  induction {n} with",
        f"  | zero => exact ⟨{h0}, {h1}⟩",
        f"  | succ {n} ih => exact ⟨ih.2, {step.replace('h ', f'{h} ', 1)}⟩",
        f"exact fun {n} => (key {n}).1",
    )
    signature = (
        f"({p} : ℕ → Prop) ({h0} : {p} {start}) ({h1} : {p} {start + 1}) "
        f"({h} : ∀ {n}, {premise} → {at[2]}) : ∀ {n}, {at[0]}"
    )
    words = f"What holds of {start} and {start + 1}, and two further on, holds from {start} on."
    return Made(signature, words, ("Prove it for two neighbours at a time.",), proof)


SHAPES = (
    Shape("logical_barber", "logic", 3, _barber),
    Shape("logical_diagonal", "logic", 4, _diagonal),
    Shape("logical_drinker", "logic", 3, _drinker),
    Shape("logical_relation", "logic", 2, _relation),
    Shape("logical_reach", "logic", 3, _reach),
    Shape("logical_neighbours", "induction", 3, _neighbours),
)
