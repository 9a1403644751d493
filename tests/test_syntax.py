"""Lean text: tokens, commands, theorems."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.lean import process
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain
from prover.syntax import (
    Kind,
    LeanTextError,
    code,
    is_open,
    iter_tokens,
    line_column,
    parse_header,
    parse_theorem,
    split_commands,
    tokenize,
)
from prover.types import Header


def words(text: str) -> list[str]:
    return [t.text for t in tokenize(text)]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(t.kind.value, t.text) for t in tokenize(text)]


# tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x'' h' h₁' _x x! simp?", ["x''", "h'", "h₁'", "_x", "x!", "simp?"]),
        ("Nat.succ_le.mp", ["Nat.succ_le.mp"]),
        ("«a b».«c.d».e", ["«a b».«c.d».e"]),
        ("h.2.1", ["h", ".", "2", ".", "1"]),
        ("(a, b).1.5", ["(", "a", ",", "b", ")", ".", "1", ".", "5"]),
        ("1.5 1e10 2.5e-3 0xFF 0b10 0o17 1_000", ["1.5", "1e10", "2.5e-3", "0xFF", "0b10", "0o17", "1_000"]),
        ("1..5 a...b", ["1", "..", "5", "a", "...", "b"]),
        (".succ n", [".", "succ", "n"]),
        ("foo.{u}", ["foo", ".", "{", "u", "}"]),
        ("a:=b=>c<;>d←e|>.f·∣", ["a", ":=", "b", "=>", "c", "<;>", "d", "←", "e", "|>.", "f", "·", "∣"]),
        ("λ x ↦ Πy Σz αβ", ["λ", "x", "↦", "Π", "y", "Σ", "z", "αβ"]),
        ("ℕ×ℤ→ℝ", ["ℕ", "×", "ℤ", "→", "ℝ"]),
        ("x⁻¹ f ⁻¹' s ∑' i, f '' t", ["x", "⁻¹", "f", "⁻¹'", "s", "∑'", "i", ",", "f", "''", "t"]),
        ("#check x", ["#", "check", "x"]),
        ("a - -b", ["a", "-", "-", "b"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("'a'", Kind.CHAR),
        (r"'\n'", Kind.CHAR),
        (r"'\''", Kind.CHAR),
        (r"'\x41'", Kind.CHAR),
        (r"'\u03b1'", Kind.CHAR),
        ("'∀'", Kind.CHAR),
        ("'\"'", Kind.CHAR),
        ("`foo.bar", Kind.NAME),
        ("``foo.«b c»", Kind.NAME),
        ('"a \\" b"', Kind.STRING),
        ('"a -- b /- c"', Kind.STRING),
        ('"a\\\n   b"', Kind.STRING),
        ('r"a\\"', Kind.STRING),
        ('r##"a"# b"##', Kind.STRING),
        ("-- x /- y", Kind.COMMENT),
        ("/- a /- b -/ -- -/", Kind.COMMENT),
        ("/-/ a -/", Kind.COMMENT),
        ("/- a --/", Kind.COMMENT),
        ("/-- a /- b -/ -/", Kind.DOC),
        ("/-! a -/", Kind.DOC),
        ("/--/ a -/", Kind.DOC),
    ],
)
def test_one_token(text: str, kind: Kind) -> None:
    assert kinds(text) == [(kind.value, text)]


def test_a_raw_string_is_not_the_end_of_a_name() -> None:
    assert kinds('bar"x" r "y"') == [("ident", "bar"), ("string", '"x"'), ("ident", "r"), ("string", '"y"')]


def test_a_template_is_an_identifier_and_an_ambiguous_string() -> None:
    prefix, string = tokenize('s!"{by sorry}"')
    assert (prefix.text, prefix.ambiguous, string.ambiguous) == ("s!", False, True)
    assert [t.ambiguous for t in tokenize(r'"plain" "esc\{aped" r"{"')] == [False, False, False]
    assert tokenize(r'"\\{"')[0].ambiguous


@pytest.mark.parametrize(
    ("text", "ambiguous"),
    [
        ("≃'a'", "'a'"),
        ("≃' x", "'"),
        ("x +--c", "--c"),
        ("x +/- c -/", "/- c -/"),
        ("a<--b", "<-"),
        (r"p\/- q", r"\/"),
        ("a//-b", "//"),
    ],
)
def test_what_notation_could_change_is_marked(text: str, ambiguous: str) -> None:
    assert [t.text for t in tokenize(text) if t.ambiguous] == [ambiguous]


def test_ordinary_text_is_not_marked() -> None:
    text = "theorem t (x : ℕ) : x = x := by -- c\n  simp [h]-- d\n"
    text += "  exact ('a', ⟨h.1, x'⟩) /- e -/\n  · intro x; simp;--f\n"
    assert not any(t.ambiguous for t in tokenize(text))


@pytest.mark.parametrize(
    ("text", "reason", "offset"),
    [
        ("a /- b /- c -/", "unterminated comment", 2),
        ("a /-- b", "unterminated comment", 2),
        ('x "abc', "unterminated string", 2),
        ('x "abc\\"', "unterminated string", 2),
        ('x r#"abc"', "unterminated raw string", 2),
        ("x «abc", "unclosed «", 2),
        ("a.«abc", "unclosed «", 2),
        ("ab\0c", "a NUL character", 2),
        ("ab\rc", "a carriage return without a line feed", 2),
        ("-- ab\rc", "a carriage return without a line feed", 5),
        ("ab\ud800", "half of a surrogate pair", 2),
    ],
)
def test_unreadable_text(text: str, reason: str, offset: int) -> None:
    with pytest.raises(LeanTextError) as caught:
        tokenize(text)
    assert (caught.value.reason, caught.value.offset) == (reason, offset)


def test_crlf() -> None:
    assert kinds("a -- b\r\nc\r\n") == [("ident", "a"), ("comment", "-- b"), ("ident", "c")]


def test_line_column() -> None:
    assert line_column("aβ\ncd", 4) == (2, 1)
    assert line_column("aβ\ncd", 0) == (1, 0)


WORDS = """theorem x' «a b» 1.5 "s" " ' 'c' /- -/ -- /-- r# ` ( ) { := => | by sorry let open in h.2 . ¬ \\ #
    @[ ] « import"""
PIECES = st.sampled_from([*WORDS.split(), "\n", "\r\n", "\r", " ", "«a b»"])
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join))


def offset_of_refusal(function: Callable[[str], object], text: str) -> int | None:
    try:
        function(text)
    except LeanTextError as error:
        return error.offset
    return None


@given(TEXTS)
def test_tokens_and_gaps_give_back_the_text(text: str) -> None:
    if offset_of_refusal(tokenize, text) is not None:
        return
    end = 0
    for token in tokenize(text):
        assert token.start < token.end
        assert text[end : token.start].strip(" \t\r\n") == ""
        assert text[token.start : token.end] == token.text
        end = token.end
    assert text[end:].strip(" \t\r\n") == ""


@given(TEXTS)
def test_nothing_fails_but_with_a_lean_text_error(text: str) -> None:
    for function in (tokenize, parse_header, split_commands, parse_theorem, is_open):
        assert 0 <= (offset_of_refusal(function, text) or 0) <= len(text)


@given(st.text(alphabet=st.characters(exclude_characters='\0\r"\\{-/', exclude_categories=["Cs"])))
def test_comments_and_strings_hide_keywords(inside: str) -> None:
    for hidden in (f"/- {inside} axiom -/", f'"{inside} axiom"', f"/-- {inside} axiom -/"):
        tokens = tokenize(f"def a := 1 {hidden}\ntheorem b : c := d")
        assert [t.text for t in tokens if t.text in ("def", "theorem", "axiom")] == ["def", "theorem"]
        assert [t.text for t in code(tokens)][-5:] == ["b", ":", "c", ":=", "d"]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "/-" * 500_000 + "-/" * 500_000,
        '"' + "\\n" * 500_000,
        "x." * 500_000,
        "''" * 100_000,
        "1_" * 500_000,
        "/-" * 500_000,
        "«" * 500_000,
        "@[a] " * 30_000,
        "open A in " * 20_000 + "theorem a : b := c",
    ],
    ids=lambda text: text[:6],
)
def test_time_is_linear(text: str) -> None:
    started = time.process_time()
    for function in (tokenize, split_commands, parse_header):
        try:
            function(text)
        except LeanTextError:
            continue
    assert time.process_time() - started < 20


def test_tokens_come_one_by_one() -> None:
    assert next(iter_tokens("a " + '"' * 10_000_001)).text == "a"


# header


@pytest.mark.parametrize(
    ("text", "imports", "rest"),
    [
        ("import Mathlib\nimport Aesop\n\nopen Nat", ("Mathlib", "Aesop"), "open Nat"),
        ("/- x -/ import A.B -- c\nimport «a b».C\ntheorem", ("A.B", "«a b».C"), "theorem"),
        (
            "module\n\npublic import A\nimport all B\npublic meta import C\n\npublic section",
            ("A", "B", "C"),
            "public section",
        ),
        ("prelude\nimport Core\ndef x := 1", ("Core",), "def x := 1"),
        ("theorem a : b := c", (), "theorem a : b := c"),
        ("import A\nprivate theorem", ("A",), "private theorem"),
        ("import A\n/-- doc -/ theorem", ("A",), "/-- doc -/ theorem"),
        ("-- only a comment\nimport A\n-- import B\nopen C", ("A",), "-- import B\nopen C"),
        ("", (), ""),
        ('import A\nopen B\n"unterminated', ("A",), 'open B\n"unterminated'),
    ],
)
def test_header(text: str, imports: tuple[str, ...], rest: str) -> None:
    header = parse_header(text)
    assert header.imports == imports
    assert text[header.end :].strip() == rest


def test_header_flags() -> None:
    assert parse_header("module\nprelude\nimport A").is_module
    assert parse_header("prelude\nimport A").prelude
    assert not parse_header("import A").prelude


# commands

FILE = """open Nat
set_option maxRecDepth 1000 in
/-- Words. -/
@[simp, norm_num (high := 1)] private theorem a.b (n : ℕ) : n = n := by
  set_option maxRecDepth 5 in
  open Nat in
  simp [show (fun instance' => 1) = 2 from rfl]

/-! A section. -/
namespace X
  open Y
  lemma c : P := by
    cases h with
    | inl => rfl
  @[instance] def d : D := .end
end X
noncomputable section
variable {x : ℕ}
instance (priority := low) foo : Bar x where
  /-- a field -/
  theorem_like := 1
#check a
deriving instance Repr for Foo
class inductive K | k
attribute [local simp] foo in
example : P := p
"""


def test_split_commands() -> None:
    commands = split_commands(FILE)
    assert [(c.keyword, c.name) for c in commands] == [
        ("open", ""),
        ("theorem", "a.b"),
        ("namespace", "X"),
        ("open", ""),
        ("lemma", "c"),
        ("def", "d"),
        ("end", "X"),
        ("section", ""),
        ("variable", ""),
        ("instance", "foo"),
        ("#check", ""),
        ("deriving", ""),
        ("class", "K"),
        ("example", ""),
    ]
    theorem = commands[1]
    assert FILE[theorem.start :].startswith("set_option maxRecDepth 1000 in")
    assert FILE[: theorem.end].endswith("from rfl]")
    assert theorem.doc == "/-- Words. -/"
    assert theorem.context == ("set_option maxRecDepth 1000",)
    assert theorem.modifiers == "@[simp, norm_num (high := 1)] private"
    assert FILE[commands[-1].start :].startswith("attribute [local simp] foo in\nexample")
    assert commands[-1].context == ("attribute [local simp] foo",)
    assert commands[7].modifiers == "noncomputable"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("theorem a : b := c theorem d : e := f", ["theorem", "theorem"]),
        ("theorem a : b := (c\ntheorem d : e := f", ["theorem", "theorem"]),
        ("theorem a : b := `(theorem d : e := f)", ["theorem"]),
        ("theorem a : b := x.end", ["theorem"]),
        ("theorem a : b := «theorem»", ["theorem"]),
        ("theorem a : b := by\n  open Foo in\n  simp", ["theorem"]),
        ("theorem a : b := by simp\n#print axioms a", ["theorem", "#print"]),
        ("  open A\n  set_option b true", ["open", "set_option"]),
        ("open A in\n  open B in\n  lemma c : d := e", ["lemma"]),
        ("open A in open B", ["open"]),
        ("mutual\ndef a := b\ndef b := a\nend", ["mutual", "def", "def", "end"]),
        ("example : a := b -- theorem c\n/- axiom d -/", ["example"]),
        ("/-- doc -/", []),
        ("nonsense", []),
    ],
)
def test_command_keywords(text: str, expected: list[str]) -> None:
    assert [c.keyword for c in split_commands(text)] == expected


# theorems


@pytest.mark.parametrize(
    ("text", "name", "signature", "body"),
    [
        ("theorem a (n : ℕ) : n ≤ n := by\n  simp", "a", "(n : ℕ) : n ≤ n", "by\n  simp"),
        ("lemma «a b».c' : P := sorry", "«a b».c'", ": P", "sorry"),
        (
            "theorem imo_1959_p₁ : P :=\n  calc\n    a = b := rfl",
            "imo_1959_p₁",
            ": P",
            "  calc\n    a = b := rfl",
        ),
        ("theorem a (x : ℕ := 1) {y : ℕ} : x = y :=", "a", "(x : ℕ := 1) {y : ℕ} : x = y", ""),
        (
            "theorem a : let x := 1; have y : ℕ := 2; x = y := by simp",
            "a",
            ": let x := 1; have y : ℕ := 2; x = y",
            "by simp",
        ),
        ("theorem a (x : ℝ) : |x| ≥ 0 ∧ |x| = |-x| := by", "a", "(x : ℝ) : |x| ≥ 0 ∧ |x| = |-x|", "by"),
        ("theorem a : (match 1 with | 0 => P | _ => Q) := p", "a", ": (match 1 with | 0 => P | _ => Q)", "p"),
        ("theorem a : match 1 with | 0 => P | _ => Q := p", "a", ": match 1 with | 0 => P | _ => Q", "p"),
        ("theorem a -- c :=\n (h : P) : Q /- := -/ := p", "a", "(h : P) : Q", "p"),
        ("theorem a : P", "a", ": P", ""),
        (
            "open Nat in @[simp] protected theorem a.{u} (α : Sort u) : P α := p",
            "a",
            ".{u} (α : Sort u) : P α",
            "p",
        ),
        (
            "/-- := -/ theorem a : { x // x = 1 } = {x | x = 1} := p",
            "a",
            ": { x // x = 1 } = {x | x = 1}",
            "p",
        ),
    ],
)
def test_parse_theorem(text: str, name: str, signature: str, body: str) -> None:
    theorem = parse_theorem(text)
    assert (theorem.name, theorem.signature, theorem.body) == (name, signature, body)
    assert text[theorem.name_offset :].startswith(name)
    assert text[: theorem.body_offset].endswith(":=") or not body


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("theorem a : ∀ n, P n\n  | 0 => p\n  | n + 1 => q", "pattern matching"),
        ("theorem a : ∀ n, P n\n  | 0 => by obtain ⟨x⟩ := h; simp", "pattern matching"),
        ("theorem a : P where\n  x := 1", "'where'"),
        ("theorem a := p", "expected ':' and a type"),
        ("theorem a", "expected ':' and a type"),
        ("theorem : P := p", "expected a name"),
        ("theorem", "expected a name"),
        ("theorem a (n : ℕ : P := p", "left open"),
        ("theorem a n : ℕ) : P := p", "unmatched )"),
        ("def a : ℕ := 1", "found the commands: def"),
        ("theorem a : P := p\ntheorem b : Q := q", "found the commands: theorem, theorem"),
        ("", "none"),
    ],
)
def test_not_a_theorem(text: str, reason: str) -> None:
    with pytest.raises(LeanTextError, match=reason.replace(")", r"\)")):
        parse_theorem(text)


@pytest.mark.parametrize(
    "body", ["", " ", "by", "sorry", "by sorry", "by -- think\n  /- hard -/ sorry", "-- later"]
)
def test_open(body: str) -> None:
    assert is_open(body)


@pytest.mark.parametrize(
    "body", ["by simp", "rfl", "by\n  have : P := sorry\n  exact this", "«sorry»", "by sorry; simp"]
)
def test_not_open(body: str) -> None:
    assert not is_open(body)


# the same texts, read by Lean

FRAGMENTS = [
    r'#check "a\"b @hidden"',
    r"#check 'a'",
    r"#check '\''",
    r"#check '\x41'",
    "#check '\"'",
    '#check "/- @hidden"',
    '#check "-- @hidden"',
    '#check "\\\\"',
    '#check "\\\n  @hidden"',
    '#check "a\n@hidden"',
    'theorem @seen : True := trivial #check r"\\"',
    'theorem @seen : True := trivial #check r#"" @hidden"#',
    '/- " @hidden -/',
    "/- /- @hidden -/ -- @hidden -/",
    "/- /-- @hidden -/ @hidden -/",
    "/-/ @hidden -/",
    "/- --/",
    '-- " @hidden\n',
    '/-! " @hidden -/',
    "/--/ @hidden -/ theorem @seen : True := trivial",
    "/-- \" ' @hidden -/ theorem @seen : True := trivial",
    "theorem @seen (x' x'' h₁ : Nat) : x' = x' := rfl",
    'theorem @seen («a" @hidden» : Nat) : True := trivial',
    "theorem @seen (h : True ∧ True ∧ True) : True := h.2.1",
    "theorem @seen : True := by trivial/- @hidden -/",
    "theorem @seen : (1 : Nat) = 1 := rfl--@hidden\n",
    "theorem @seen : True := let theorem' := trivial; theorem'",
    "theorem @seen (n : Nat) : n = n := match n with | _ => rfl",
    "open Nat in theorem @seen : True := trivial",
    "set_option maxRecDepth 100 in\n/-- @hidden -/ @[simp] theorem @seen : True := trivial",
    "namespace Inner theorem @seen : True := trivial end Inner",
    "example : True := trivial",
    "#check `foo.theorem",
]


def numbered(fragment: str, first: int) -> tuple[str, int]:
    """The fragment with a fresh name for each theorem, seen or hidden, and the next free number."""
    for marker, theorem in (("@hidden", "theorem m{} : True := trivial"), ("@seen", "m{}")):
        while marker in fragment:
            fragment = fragment.replace(marker, theorem.format(first), 1)
            first += 1
    return fragment, first


@pytest.mark.lean
def test_lean_finds_the_same_theorems(core: Toolchain, tmp_path: Path) -> None:
    chance = random.Random(20)
    text, count = "", 0
    for _ in range(1500):
        fragment, count = numbered(chance.choice(FRAGMENTS), count)
        text += fragment + chance.choice(["\n", " ", "\n\n"])
    questions = "".join(f"#print axioms m{n}\n" for n in range(count))
    path = tmp_path / "file.lean"
    path.write_text(core.header(Header()) + text + "\nopen Inner\n" + questions)
    done = process.run([*core.argv, "-DmaxErrors=100000", str(path)], Limits(wall_s=60), env=core.env)
    answers = re.findall(r"^'([\w.]+)' (?:does not depend|depends) on", done.stdout.decode(), re.MULTILINE)
    theirs = {answer.split(".")[-1] for answer in answers}
    ours = {command.name for command in split_commands(text) if command.keyword == "theorem"}
    assert len(theirs) > 500
    assert ours == theirs
