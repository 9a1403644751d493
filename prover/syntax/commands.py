"""A Lean file as a header and a list of commands.

Where a command begins is decided by keyword, without Lean:
- a keyword that Lean reserves for commands (`theorem`, `def`, `namespace`, `end`, …) begins one wherever it
  stands outside brackets; in column 0 it does so even inside brackets, for there a bracket was forgotten;
- any other command keyword (`open` and `set_option`, which are tactics and terms too; `lemma`, `attribute`,
  `#check` and the rest, which may be names) begins one outside brackets if it is in column 0, or the first
  word of the text, or follows modifiers, attributes or a doc comment of which that is true, or follows a
  command's `… in`; or if it is the first word of a line and the command before it has no body (`open`, …).

Doc comment, attributes, modifiers and `open … in`, `set_option … in` belong to the command that they precede.
A command that starts with a word unknown here is taken for the end of the one before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prover.syntax.lexer import Kind, Token, iter_tokens, tokenize


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RESERVED = _words(
    """theorem def abbrev example instance axiom opaque structure inductive class coinductive namespace
    section end mutual universe variable notation macro macro_rules syntax elab elab_rules infix infixl infixr
    prefix postfix export initialize builtin_initialize declare_syntax_cat"""
)
"""Lean's own reserved command words: no term or tactic holds one outside brackets."""

COMMANDS = RESERVED | _words(
    """lemma open set_option attribute include omit deriving alias run_cmd run_elab run_meta simproc
    simproc_decl dsimproc notation3 irreducible_def proof_wanted add_decl_doc unif_hint register_simp_attr
    binder_predicate declare_simp_like_tactic library_note init_quot import suppress_compilation
    unsuppress_compilation recall compile_inductive assert_not_exists assert_exists
    initialize_simps_projections gen_injective_theorems register_option register_builtin_option
    grind_pattern variable_alias seal unseal"""
)
MODIFIERS = _words("private protected noncomputable unsafe partial nonrec public meta local scoped")
BODILESS = _words("namespace section end open universe variable set_option include omit export mutual")
PREFIXES = _words("open set_option attribute variable include omit universe")
"""The commands that may end in `in` and then hold for the next command only."""
_NAMED = _words(
    """theorem lemma def abbrev instance axiom opaque structure inductive class coinductive namespace section
    end set_option alias irreducible_def proof_wanted simproc dsimproc"""
)
_OPENERS = frozenset("([{⟨⦃")
_CLOSERS = frozenset(")]}⟩⦄")


@dataclass(frozen=True, slots=True)
class Command:
    """One command: `text[start:end]`, from its doc comment or first modifier to its last token."""

    keyword: str
    """`theorem`, `open`, `#check`, …"""
    name: str
    """As written, `«»` included; empty where the command has none."""
    modifiers: str
    """Attributes and modifiers before the keyword, e.g. `@[simp] private`."""
    doc: str
    """The doc comment before it, delimiters included; or empty."""
    context: tuple[str, ...]
    """The commands that hold for this one only (`open … in`, `set_option … in`), each without its `in`."""
    start: int
    keyword_offset: int
    end: int


@dataclass(frozen=True, slots=True)
class Imports:
    """A file's header. Module names only: `public`, `meta` and `all` are read and dropped."""

    imports: tuple[str, ...]
    end: int
    """Where the rest of the file begins."""
    is_module: bool = False
    prelude: bool = False


def parse_header(text: str) -> Imports:
    """Read `module`, `prelude` and the imports. What follows is not looked at."""
    names: list[str] = []
    end = 0
    is_module = prelude = False
    words: list[str] = []
    """What stands since the last complete part of the header."""
    for token in iter_tokens(text):
        if token.kind is Kind.COMMENT:
            continue
        if token.kind is not Kind.IDENT:
            break
        word = token.text
        if words and words[-1] in ("import", "all") and not (word == "all" and words[-1] == "import"):
            names.append(word)
        elif word == "module" and not (is_module or prelude or names or words):
            is_module = True
        elif word == "prelude" and not (prelude or names or words):
            prelude = True
        elif (word in ("public", "meta") and word not in words) or word in ("import", "all"):
            if word == "all" and (not words or words[-1] != "import"):
                break
            words.append(word)
            continue
        else:
            break
        words.clear()
        end = token.end
    return Imports(tuple(names), end, is_module, prelude)


def split_commands(text: str) -> list[Command]:
    """The commands of `text` (without its imports), in order. `/-! … -/` and comments belong to none."""
    tokens = [t for t in tokenize(text) if t.kind is not Kind.COMMENT and not t.text.startswith("/-!")]
    heads = _heads(text, tokens)
    commands: list[Command] = []
    context: list[str] = []
    prefix: int | None = None
    """Where the `… in` chain began that belongs to the next head."""
    for number, (first, index) in enumerate(heads):
        stop = heads[number + 1][0] if number + 1 < len(heads) else len(tokens)
        keyword = _keyword(tokens, index)
        last = tokens[stop - 1]
        start = tokens[first].start if prefix is None else prefix
        if number + 1 < len(heads) and keyword in PREFIXES and last.text == "in":
            prefix = start
            context.append(text[tokens[first].start : tokens[stop - 2].end])
            continue
        doc = tokens[first].text if tokens[first].kind is Kind.DOC else ""
        modifiers = text[tokens[first + bool(doc)].start : tokens[index].start].strip()
        name = _name(text, tokens, index, stop, keyword)
        offset = tokens[index].start
        commands.append(Command(keyword, name, modifiers, doc, tuple(context), start, offset, last.end))
        context.clear()
        prefix = None
    return commands


def _heads(text: str, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """For each command (index of its first token, index of its keyword)."""
    heads: list[tuple[int, int]] = []
    openings: list[int] = []
    first: int | None = None
    """Where the run of doc comment, attributes and modifiers began that ends right before this token."""
    for i, token in enumerate(tokens):
        word = token.text
        in_column_0 = token.start == 0 or text[token.start - 1] == "\n"
        if in_column_0 and openings and word in RESERVED:
            openings.clear()
        if openings:
            if word in _CLOSERS:
                opened = openings.pop()
                attribute = tokens[opened].text == "[" and opened > 0 and tokens[opened - 1].text == "@"
                if not openings and not attribute:
                    first = None
            elif word in _OPENERS:
                openings.append(i)
            continue
        if word in _OPENERS:
            openings.append(i)
            if not (word == "[" and i > 0 and tokens[i - 1].text == "@"):
                first = None
            continue
        if token.kind is Kind.DOC:
            first = i
        elif word in MODIFIERS or word == "@":
            first = i if first is None else first
        elif _is_head(text, tokens, i, i if first is None else first, heads):
            heads.append((i if first is None else first, i))
            first = None
        else:
            first = None
    return heads


def _is_head(text: str, tokens: Sequence[Token], i: int, first: int, heads: list[tuple[int, int]]) -> bool:
    keyword = _keyword(tokens, i)
    before = tokens[i - 1] if i else None
    if keyword not in COMMANDS and not keyword.startswith("#"):
        return False
    if before is not None and (
        (
            before.text in ("deriving", "class") and heads and heads[-1][1] == i - 1
        )  # deriving instance, class inductive
        or (before.text == "." and before.end == tokens[i].start)  # .end, the constructor
    ):
        return False
    if keyword in RESERVED or first == 0:
        return True
    start = tokens[first].start
    if text[start - 1] == "\n":
        return True
    last = _keyword(tokens, heads[-1][1]) if heads else ""
    if last in PREFIXES and tokens[first - 1].text == "in":
        return True
    first_on_line = "\n" in text[tokens[first - 1].end : start]
    return last in BODILESS and first_on_line


def _keyword(tokens: Sequence[Token], index: int) -> str:
    token = tokens[index]
    if token.kind is Kind.IDENT:
        return token.text
    glued = token.text == "#" and index + 1 < len(tokens) and tokens[index + 1].start == token.end
    return "#" + tokens[index + 1].text if glued and tokens[index + 1].kind is Kind.IDENT else ""


def _name(text: str, tokens: Sequence[Token], index: int, stop: int, keyword: str) -> str:
    if keyword not in _NAMED:
        return ""
    at = index + 1
    if keyword == "class" and at < stop and tokens[at].text in ("inductive", "abbrev", "structure"):
        at += 1
    if (
        keyword == "instance"
        and at + 1 < stop
        and tokens[at].text == "("
        and tokens[at + 1].text == "priority"
    ):
        while at < stop and tokens[at].text != ")":
            at += 1
        at += 1
    if at >= stop or tokens[at].kind is not Kind.IDENT:
        return ""
    if keyword in ("section", "end") and "\n" in text[tokens[index].end : tokens[at].start]:
        return ""
    return tokens[at].text
