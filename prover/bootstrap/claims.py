"""What a Lean text claims, and whether a given statement stands in it: pure text, Lean is not asked.

`claims` finds what a text states anew: its theorems, its lemmas, its `have`s. `claim` says when two statements are the
same: equal up to the names of their binders, the brackets around them, and whether a variable stands before the colon
or behind a `∀`. `Passages` finds a statement word for word anywhere else, such as in a `show` or a comment's code; `:`
and `,` count as the same there, for they are what differs between `theorem t (n : ℕ) : P` and `∀ (n : ℕ), P`.
Limits: a text that the lexer cannot read is read line by line, without the lines that it cannot read either.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from prover import syntax
from prover.agents.falsifier.signature import Binder, read_signature
from prover.codec import digest
from prover.syntax import Kind, LeanTextError, Token

LEAST_TOKENS = 5
"""A passage of fewer says too little to be one problem's."""
_GRAM = 3
_STATING = frozenset({"theorem", "lemma", "have"})
_OPENING = frozenset("([{⟨⦃")
_CLOSING = frozenset(")]}⟩⦄")
_ENDS = frozenset(
    {":=", "by", "from", "where", "sorry", "|", "=>", "↦", ";", "<;>", ".", "`", "-/", ",", *_CLOSING}
)
"""What a statement may end before. Behind it in the middle of a line, anything else goes on with it."""
_BEGINS = frozenset({",", "show", "suffices", "by", ":=", "(", "[", "⟨", "`", "¬"})
"""What a statement without binders may stand behind in the middle of a line."""
_MAX_CLAIM = 4_000
"""Characters of one claim."""
Part = tuple[str, bool]
"""A token's text, `:` as `,`, and whether it is its line's first."""


def parts_of(text: str) -> list[Part]:
    """The tokens of a text, comments left out."""
    found: list[Part] = []
    for piece, tokens in _readable(text):
        line = -1
        for token in tokens:
            begin = piece.rfind("\n", 0, token.start) + 1
            found.append(("," if token.text == ":" else token.text, begin != line))
            line = begin
    return found


def _readable(text: str) -> Iterator[tuple[str, list[Token]]]:
    try:
        yield text, syntax.code(syntax.tokenize(text))
    except LeanTextError:
        if "\n" in text:
            for line in text.split("\n"):
                yield from _readable(line)


class Passages:
    """Statements to be found word for word, by name: `signatures` are their binders and types."""

    def __init__(self, signatures: Mapping[str, str]) -> None:
        sequences = {name: _passage(text) for name, text in signatures.items()}
        counts = Counter(gram for parts in sequences.values() for gram in _grams(parts))
        self._at: dict[tuple[str, ...], list[tuple[int, list[str], str]]] = defaultdict(list)
        for name, parts in sequences.items():
            if len(parts) >= LEAST_TOKENS:
                # By what is rarest in them, for all begin alike.
                _, place, gram = min((counts[gram], at, gram) for at, gram in enumerate(_grams(parts)))
                self._at[gram].append((place, parts, name))

    def find(self, text: str) -> str:
        """The first of the statements that stands in a text; empty where none does."""
        parts = parts_of(text)
        plain = [part for part, _ in parts]
        for at, gram in enumerate(_grams(plain)):
            for place, sequence, name in self._at.get(gram, ()):
                begin = at - place
                end = begin + len(sequence)
                if begin >= 0 and plain[begin:end] == sequence and _whole(parts, begin, end):
                    return name
        return ""


def _passage(signature: str) -> list[str]:
    parts = [part for part, _ in parts_of(signature)]
    return parts[1:] if parts[:1] == [","] else parts


def _whole(parts: Sequence[Part], begin: int, end: int) -> bool:
    """Whether what stands there is not part of a longer term."""
    text, first = parts[begin]
    begins = begin == 0 or first or text in _OPENING or text == "∀" or parts[begin - 1][0] in _BEGINS
    return begins and (end >= len(parts) or parts[end][1] or parts[end][0] in _ENDS)


def _grams(parts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return (tuple(parts[at : at + _GRAM]) for at in range(len(parts) - _GRAM + 1))


def claims(text: str) -> Iterator[str]:
    """What a text states, as signatures: `BINDERS : TYPE`."""
    for piece, tokens in _readable(text):
        for at, token in enumerate(tokens):
            if token.text in _STATING:
                signature = _stated(piece, tokens, at + 1)
                if signature:
                    yield signature


def _stated(text: str, tokens: Sequence[Token], begin: int) -> str:
    if begin < len(tokens) and tokens[begin].kind is Kind.IDENT:
        begin += 1
    depth, end = 0, begin
    while end < len(tokens):
        word = tokens[end].text
        if not depth and word in (":=", "from", "|"):
            break
        depth += (word in _OPENING) - (word in _CLOSING)
        if depth < 0 or tokens[end].end - tokens[begin].start > _MAX_CLAIM:
            break
        end += 1
    return text[tokens[begin].start : tokens[end - 1].end] if end > begin else ""


def claim(signature: str) -> str:
    """The same for signatures that claim the same, names aside; empty for what is none."""
    try:
        binders, goal = flattened(signature)
        names = {name: number for number, name in enumerate(n for b in binders for n in b.names or ("",))}
        parts: list[str] = []
        for binder in binders:
            kind = _numbered(binder.type, names)
            for name in binder.names or ("",):
                parts += ["[" if binder.bracket == "[" else "(", f"#{names[name]}", *kind, ")"]
        return digest([*parts, ":", *_numbered(goal, names)])
    except (LeanTextError, RecursionError):
        return ""


def standard(signature: str) -> str:
    """The signature with its leading `∀`s before the colon; as it is where it cannot be read."""
    try:
        binders, goal = flattened(signature)
    except (LeanTextError, RecursionError):
        return signature
    return f"{' '.join(map(_written, binders))} : {goal}"


def _written(binder: Binder) -> str:
    if not binder.bracket:
        return " ".join(binder.names)
    close = {"(": ")", "{": "}", "[": "]", "⦃": "⦄", "⟨": "⟩"}[binder.bracket]
    colon = " : " if binder.names and binder.type else ""
    return f"{binder.bracket}{' '.join(binder.names)}{colon}{binder.type}{close}"


def flattened(signature: str) -> tuple[list[Binder], str]:
    """Binders and goal, with those of a `∀` that the goal begins with among the binders. Raises `LeanTextError`."""
    read = read_signature(signature)
    binders, goal = list(read.binders), read.goal
    while goal.startswith("∀"):
        tokens = syntax.code(syntax.tokenize(goal))
        comma = next((i for i in _top(tokens) if tokens[i].text == ","), None)
        if comma is None or comma + 1 >= len(tokens) or comma < 2:
            break
        inner = goal[tokens[1].start : tokens[comma - 1].end]
        if any(tokens[i].text == ":" for i in _top(tokens[:comma])):
            inner = f"({inner})"
        binders += read_signature(f"{inner} : {goal[tokens[comma + 1].start :]}").binders
        goal = goal[tokens[comma + 1].start :]
    return binders, goal


def _top(tokens: Sequence[Token]) -> Iterator[int]:
    """Places of the tokens that stand in no bracket."""
    depth = 0
    for index, token in enumerate(tokens):
        depth -= token.text in _CLOSING
        if not depth:
            yield index
        depth += token.text in _OPENING


def _numbered(text: str, names: Mapping[str, int]) -> list[str]:
    parts = []
    for token in syntax.code(syntax.tokenize(text)):
        head, dot, rest = token.text.partition(".")
        known = token.kind is Kind.IDENT and head in names
        parts.append(f"#{names[head]}{dot}{rest}" if known else token.text)
    return parts
