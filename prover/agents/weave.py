"""Words into Lean: the steps of a plan as comments above the lines that carry them out.

A step is matched with a tactic line, a `have` above all, by what both speak of: names, numbers, relations, and the
words that go with a tactic (`induction`, `even`, `divides`, …). Steps keep their order; one that matches nothing, or
that the proof's own comments already name, is left out. Only whole comment lines are added, never inside a token, so
that Lean reads the same tokens in the same columns: `weave` checks that, and gives the proof back as it was if not.
Deterministic. Idea: TheoremLlama's NL-FL bootstrapping (Wang et al., 2024), where the proof in words stands as comments
in the Lean proof.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from prover import syntax
from prover.agents.tactic_words import TACTICS
from prover.agents.tame import tame
from prover.syntax import Kind, LeanTextError, Shape, Token

MAX_LINES = 600
MAX_STEPS = 40
MAX_WORDS = 300
LEAST = 0.18
"""The least likeness of a step and a line, from 0 to 1."""

_MENTION = re.compile(r"\b[Ss]tep\s*(\d+)")
_WORD = re.compile(r"[A-Za-z]{2,}|[^\W\d_]|\d+|[≤≥<>=≠∣≡^*+−-]|\|\|")
_LATEX = {
    r"\leq": "≤",
    r"\le": "≤",
    r"\geq": "≥",
    r"\ge": "≥",
    r"\neq": "≠",
    r"\ne": "≠",
    r"\mid": "∣",
    r"\equiv": "≡",
    r"\cdot": "*",
    r"\times": "*",
}
_COMMAND = re.compile(r"\\[A-Za-z]+")
_SPOKEN = {
    "induction": {"induction", "inductive", "base"},
    "rcases": {"case", "cases", "obtain"},
    "cases": {"case", "cases"},
    "obtain": {"obtain", "there", "exists", "case", "witness"},
    "use": {"witness", "choose", "take"},
    "refine": {"witness", "choose"},
    "interval": {"case", "cases", "values"},
    "contradiction": {"contradiction", "absurd", "impossible"},
    "contra": {"contradiction", "suppose", "contrary"},
    "exfalso": {"contradiction", "impossible"},
    "absurd": {"contradiction", "impossible"},
    "omega": {"linear", "arithmetic"},
    "linarith": {"linear", "combine", "add"},
    "nlinarith": {"square", "multiply", "product"},
    "ring": {"expand", "simplify", "algebra", "identity"},
    "norm": {"compute", "calculate", "calculation"},
    "decide": {"compute", "check", "finite"},
    "sq": {"square"},
    "pow": {"power", "square"},
    "dvd": {"divides", "divisible", "divisor", "multiple"},
    "∣": {"divides", "divisible", "divisor", "multiple"},
    "even": {"even"},
    "odd": {"odd"},
    "prime": {"prime"},
    "intro": {"let", "assume", "fix"},
    "nonneg": {"nonnegative", "negative"},
    "pos": {"positive"},
    "exact": {"conclude", "conclusion", "hence", "therefore", "done", "follows"},
}
_DULL_WORDS = (
    "the of is to we that and for with so by it an be are this have has in on at from which then step"
)
_DULL = frozenset(_DULL_WORDS.split())
_SAFE = re.compile(r"(?<=[a-z])(?=[A-Z])|_")


@dataclass(frozen=True, slots=True)
class Woven:
    """The proof with its words; `placed` are the numbers (from 1) of the steps that it now names."""

    proof: str
    placed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A line that a step may stand above: where it begins, its indentation, and what its block speaks of."""

    offset: int
    indent: str
    features: frozenset[str]
    claims: bool
    """It is a `have` or the like: a claim, as a step is."""


def weave(proof: str, steps: Sequence[str]) -> Woven:
    """`proof`, a submission of any shape, with those of the steps that match it as comments."""
    try:
        tokens = list(syntax.tokenize(proof))
    except LeanTextError:
        return Woven(proof)
    named = {int(n) for t in tokens if t.kind is Kind.COMMENT for n in _MENTION.findall(t.text) if len(n) < 4}
    open_steps = [(k, s) for k, s in enumerate(steps[:MAX_STEPS], 1) if k not in named and s.strip()]
    places = _matched(open_steps, _anchors(proof, tokens))
    parts: list[str] = []
    end = 0
    for number, words, anchor in places:
        parts += [proof[end : anchor.offset], f"{anchor.indent}-- Step {number}: {comment_words(words)}\n"]
        end = anchor.offset
    text = "".join([*parts, proof[end:]])
    placed = tuple(sorted({k for k in named if k <= len(steps)} | {number for number, _, _ in places}))
    return Woven(text, placed) if _reads_the_same(proof, text) else Woven(proof)


def comment_words(text: str) -> str:
    """Words as they may stand in a line comment of a submission: one line, no odd characters, no names of Lean's."""
    plain = "".join(c for c in tame(text) if c == "\n" or unicodedata.category(c)[0] != "C")
    words = " ".join(_SAFE.sub(" ", plain).split())
    return words if len(words) <= MAX_WORDS else words[: MAX_WORDS - 1].rstrip() + "…"


def _reads_the_same(before: str, after: str) -> bool:
    try:
        return _seen(before) == _seen(after)
    except LeanTextError:
        return False


def _seen(text: str) -> list[tuple[str, int]]:
    """What Lean reads: each token with its column."""
    return [(t.text, t.start - text.rfind("\n", 0, t.start) - 1) for t in syntax.code(syntax.tokenize(text))]


def _anchors(proof: str, tokens: Sequence[Token]) -> list[_Anchor]:
    code = syntax.code(tokens)
    if not code:
        return []
    body = 0
    if syntax.shape_of(code) is Shape.DECLARATIONS:
        # Of several declarations the last one is the theorem; its tactics begin behind its `:=`.
        heads = [t for t in code if t.text in ("theorem", "lemma")]
        body = next((t.end for t in code if t.start > heads[-1].start and t.text == ":="), len(proof))
    firsts: list[Token] = []
    depth = 0
    last_line = -1
    for token in code:
        line_start = proof.rfind("\n", 0, token.start) + 1
        first = line_start != last_line and not proof[line_start : token.start].strip()
        tactic = token.text in TACTICS or token.text == "·"
        if first and depth == 0 and tactic and token.start >= body:
            firsts.append(token)
        last_line = line_start
        depth += (token.text in "([{⟨") - (token.text in ")]}⟩")
    firsts = firsts[:MAX_LINES]
    if not firsts:
        return []
    ends = [*(t.start for t in firsts[1:]), len(proof)]
    anchors = []
    for token, end in zip(firsts, ends, strict=True):
        start = proof.rfind("\n", 0, token.start) + 1
        claims = token.text in ("have", "obtain", "suffices", "calc", "show")
        features = _features(proof[token.start : end])
        anchors.append(_Anchor(start, proof[start : token.start], features, claims))
    return anchors


def _features(text: str) -> frozenset[str]:
    """What a text speaks of, in lower case; LaTeX and names of lemmas are taken apart."""
    for command, symbol in _LATEX.items():
        text = text.replace(command, symbol)
    words = [w.lower() for w in _WORD.findall(_COMMAND.sub(" ", text).replace("_", " ").replace(".", " "))]
    found = {w for w in words if w not in _DULL}
    for word in words:
        found |= _SPOKEN.get(word, set())
    return frozenset(found)


def _matched(steps: Sequence[tuple[int, str]], anchors: Sequence[_Anchor]) -> list[tuple[int, str, _Anchor]]:
    """The assignment of steps to later and later lines with the greatest likeness in all."""
    rows, columns = len(steps), len(anchors)
    features = [_features(words) for _, words in steps]
    likeness = [[_likeness(f, anchor) for anchor in anchors] for f in features]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            taken = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] >= LEAST else 0.0
            best[i][j] = max(taken, best[i + 1][j], best[i][j + 1])
    found = []
    i = j = 0
    while i < rows and j < columns:
        if likeness[i][j] >= LEAST and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            found.append((steps[i][0], steps[i][1], anchors[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            i += 1
    return found


def _likeness(step: frozenset[str], anchor: _Anchor) -> float:
    if not step or not anchor.features:
        return 0.0
    shared = step & anchor.features
    # A single letter or sign is shared by chance; a number or a word seldom is.
    weight = sum(1.0 if len(word) > 1 or word.isdigit() else 0.4 for word in shared)
    return weight / sqrt(len(step) * len(anchor.features)) * (1.2 if anchor.claims else 1.0)
