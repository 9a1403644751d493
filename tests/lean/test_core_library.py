"""The `core` library: what its functions compute, what its theorems rest on, what its vocabulary means."""

from __future__ import annotations

import math
import os
import random
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from prover.lean import process
from prover.lean.checker import PlainChecker
from prover.lean.protocol import Limits
from prover.lean.replay.module import Module, show
from prover.lean.toolchain import Toolchain
from prover.paths import bundled
from prover.types import Status

pytestmark = pytest.mark.lean

LIMITS = Limits(wall_s=120, cpu_s=120, output_bytes=16_000_000)
ALLOWED_AXIOMS = {"propext", "Classical.choice", "Quot.sound"}
ERROR = re.compile(r"^[^:\n]+:(\d+):\d+: error", re.MULTILINE)

BIG = 10**1000
EDGES = sorted(
    {0, 1, 2, 3, BIG, BIG + 1} | {2**k + d for k in (1, 8, 31, 32, 62, 63, 64, 65, 200) for d in (-1, 0, 1)}
)
SMALL_EDGES = [0, 1, 2, 3, 7, 8, 63, 64, 65, 300]
BINARY: dict[str, Callable[[int, int], int | bool]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: max(0, a - b),
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a // b if b else 0,
    "mod": lambda a, b: a % b if b else a,
    "gcd": math.gcd,
    "beq": lambda a, b: a == b,
    "ble": lambda a, b: a <= b,
    "land": lambda a, b: a & b,
    "lor": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
}
BY_SMALL: dict[str, Callable[[int, int], int]] = {
    "pow": lambda a, b: a**b,
    "shiftLeft": lambda a, b: a << b,
    "shiftRight": lambda a, b: a >> b,
}


def lean_errors(core: Toolchain, folder: Path, lines: Iterable[str]) -> set[int]:
    """Compile the lines in one file; the (zero-based) lines on which Lean reports an error."""
    header = "prelude\nimport Core\n"
    (folder / "Goals.lean").write_text(header + "".join(f"{line}\n" for line in lines))
    done = process.run((*core.argv, "-DmaxErrors=100000", "Goals.lean"), LIMITS, env=core.env, cwd=folder)
    assert done.limit is None, done.limit
    output = done.stdout.decode() + done.stderr.decode()
    found = {int(line) - 1 - header.count("\n") for line in ERROR.findall(output)}
    assert (done.code == 0) == (not found), output[:2000]
    return found


def accelerated_calls() -> list[tuple[str, int | bool]]:
    """Calls of every function that the kernel computes by name, each with Python's answer."""
    rng = random.Random(20240607)
    pairs = [(a, b) for a in EDGES[:6] for b in EDGES[:6]]
    pairs += [(rng.choice(EDGES), rng.choice(EDGES)) for _ in range(40)]
    pairs += [
        (rng.getrandbits(rng.randrange(1, 400)), rng.getrandbits(rng.randrange(1, 400))) for _ in range(40)
    ]
    calls: list[tuple[str, int | bool]] = []
    for name, function in BINARY.items():
        calls += [(f"Nat.{name} {a} {b}", function(a, b)) for a, b in pairs]
    for name, function in BY_SMALL.items():
        for b in SMALL_EDGES:
            bases = [0, 1, 2, 10, *([BIG, rng.getrandbits(200)] if b <= 3 else [])]
            calls += [(f"Nat.{name} {a} {b}", function(a, b)) for a in bases]
    calls += [(f"Nat.log2 {a}", max(0, a.bit_length() - 1)) for a, _ in pairs]
    return list(dict(calls).items())


def literal(value: int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_accelerated_functions_compute_what_python_computes(core: Toolchain, tmp_path: Path) -> None:
    calls = accelerated_calls()
    assert len(calls) > 1000
    right = [f"example : {call} = {literal(value)} := by decide +kernel" for call, value in calls]
    assert lean_errors(core, tmp_path, right) == set()


def test_wrong_values_are_refused(core: Toolchain, tmp_path: Path) -> None:
    calls = accelerated_calls()[::3]
    wrong = [
        f"example : {call} = {literal(not value if isinstance(value, bool) else value + 1)} := by decide +kernel"
        for call, value in calls
    ]
    assert lean_errors(core, tmp_path, wrong) == set(range(len(wrong)))


INTEGER: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: 0 if b == 0 else (a // b if b > 0 else -(a // -b)),
    "%": lambda a, b: a if b == 0 else a % abs(b),
}


def test_integers_compute_what_python_computes(core: Toolchain, tmp_path: Path) -> None:
    rng = random.Random(7)
    values = [0, 1, -1, 5, -5, 2**63, -(2**63), BIG, -BIG, *(rng.getrandbits(90) - 2**89 for _ in range(2))]
    lines = []
    for a in values:
        for b in values:
            lines += [
                f"example : (({a}) : ℤ) {op} ({b}) = ({f(a, b)}) := by decide +kernel"
                for op, f in INTEGER.items()
            ]
            lines.append(f"example : Int.gcd ({a}) ({b}) = {math.gcd(a, b)} := by decide +kernel")
            lines.append(f"example : decide ((({a}) : ℤ) ≤ ({b})) = {literal(a <= b)} := by decide +kernel")
        lines += [f"example : (({a}) : ℤ) ^ {k} = ({a**k}) := by decide +kernel" for k in (0, 1, 2, 3)]
        lines.append(f"example : |(({a}) : ℤ)| = {abs(a)} ∧ Int.natAbs ({a}) = {abs(a)} := by decide +kernel")
        lines.append(f"example : Int.toNat ({a}) = {max(a, 0)} := by decide +kernel")
    assert lean_errors(core, tmp_path, lines) == set()


def library_modules(core: Toolchain) -> list[Module]:
    assert core.embedded is not None
    return [
        Module(core.embedded.library.joinpath(*name.split(".")).with_suffix(".olean"))
        for name in core.embedded.modules
    ]


def test_the_library_declares_no_axiom_of_its_own(core: Toolchain) -> None:
    axioms = {
        show(constant.name)
        for module in library_modules(core)
        for constant in module.constants.values()
        if constant.kind == "axiom" and constant.safe
    }
    assert axioms == ALLOWED_AXIOMS | {"sorryAx"}


def test_every_theorem_of_the_library_rests_on_the_three_axioms(core: Toolchain, tmp_path: Path) -> None:
    named = re.compile(r"[\w.'!?₀-₉α-ωℕℤ]+")
    theorems = sorted(
        name
        for module in library_modules(core)
        for constant in module.constants.values()
        if constant.kind == "theorem"
        and named.fullmatch(name := show(constant.name))
        and not any(part[:1].isdigit() or part.startswith("_") for part in name.split("."))
    )
    assert len(theorems) > 1500
    text = "prelude\nimport Core\n" + "".join(f"#print axioms {name}\n" for name in theorems)
    (tmp_path / "Axioms.lean").write_text(text)
    done = process.run((*core.argv, "-DmaxErrors=100000", "Axioms.lean"), LIMITS, env=core.env, cwd=tmp_path)
    output = done.stdout.decode()
    assert done.code == 0, output[:2000] + done.stderr.decode()[:2000]
    answers = re.findall(
        r"'([^\n]+?)' (?:depends on axioms: \[([^\]]*)\]|does not depend on any axioms)", output
    )
    assert len(answers) == len(theorems)
    for name, used in answers:
        assert {axiom.strip() for axiom in used.split(",") if axiom.strip()} <= ALLOWED_AXIOMS, name


MEANINGS = [
    # (a closed instance that is true, one that is false)
    ("Nat.Prime 97", "Nat.Prime 91"),
    ("Nat.Prime 2", "Nat.Prime 1"),
    ("¬ Nat.Prime 0", "Nat.Prime 0"),
    ("Nat.Prime 1000003", "Nat.Prime 1000001"),
    ("Nat.Coprime 35 64", "Nat.Coprime 35 65"),
    ("Nat.lcm 12 18 = 36", "Nat.lcm 12 18 = 216"),
    ("Int.gcd (-12) 18 = 6", "Int.gcd (-12) 18 = 3"),
    ("Int.lcm (-4) 6 = 12", "Int.lcm (-4) 6 = 24"),
    ("(3 : ℤ) ∣ -12", "(3 : ℤ) ∣ -13"),
    ("(0 : ℕ) ∣ 0", "(0 : ℕ) ∣ 1"),
    ("Even (10 : ℕ) ∧ Odd (7 : ℕ)", "Odd (10 : ℕ)"),
    ("Even (-4 : ℤ) ∧ Odd (-7 : ℤ)", "Even (-7 : ℤ)"),
    ("23 ≡ 3 [MOD 5]", "23 ≡ 4 [MOD 5]"),
    ("-1 ≡ 4 [ZMOD 5]", "-1 ≡ 3 [ZMOD 5]"),
    ("(2 : ℕ) - 5 = 0", "(2 : ℕ) - 5 = 3"),
    ("(2 : ℤ) - 5 = -3", "(2 : ℤ) - 5 = 0"),
    ("(-7 : ℤ) / 2 = -4 ∧ (-7 : ℤ) % 2 = 1", "(-7 : ℤ) / 2 = -3"),
    ("(7 : ℤ) / -2 = -3 ∧ (7 : ℤ) % -2 = 1", "(7 : ℤ) % -2 = -1"),
    ("(5 : ℕ) / 0 = 0 ∧ (5 : ℕ) % 0 = 5", "(5 : ℕ) / 0 = 5"),
    ("(-2 : ℤ) ^ 3 = -8 ∧ -2 ^ 2 = (-4 : ℤ)", "-2 ^ 2 = (4 : ℤ)"),
    ("2 ^ 3 ^ 2 = 512", "2 ^ 3 ^ 2 = 64"),
    ("|(-3 : ℤ)| = 3 ∧ |2 - 5| = (3 : ℤ)", "|(-3 : ℤ)| = -3"),
    ("open Nat in 5! = 120 ∧ 0! = 1", "open Nat in 5! = 60"),
    ("Nat.choose 10 3 = 120 ∧ Nat.choose 3 10 = 0", "Nat.choose 10 3 = 720"),
    ("Nat.sqrt 99 = 9 ∧ Nat.sqrt 100 = 10", "Nat.sqrt 99 = 10"),
    ("Nat.ofDigits 10 [3, 2, 1] = 123", "Nat.ofDigits 10 [3, 2, 1] = 321"),
    ("max (3 : ℤ) (-5) = 3 ∧ min (3 : ℤ) (-5) = -5", "max (3 : ℤ) (-5) = -5"),
    ("∀ n < 200, n * n % 4 = 0 ∨ n * n % 4 = 1", "∀ n < 200, n * n % 4 = 0"),
    ("∀ n ≤ 12, 2 ∣ n * (n + 1)", "∀ n ≤ 12, 3 ∣ n * (n + 1)"),
    ("∃ n < 50, n * n = 49 ∧ n > 5", "∃ n < 50, n * n = 48"),
    ("[1, 2, 3].sum = 6 ∧ (List.range 5).length = 5", "[1, 2, 3].sum = 5"),
    ("∀ x ∈ [1, 3, 5], x % 2 = 1", "∀ x ∈ [1, 3, 4], x % 2 = 1"),
    ("Nat.gcd 0 7 = 7 ∧ Nat.gcd 7 0 = 7", "Nat.gcd 0 7 = 0"),
    ("5 <<< 3 = 40 ∧ 41 >>> 3 = 5 ∧ 12 &&& 10 = 8", "5 <<< 3 = 15"),
    ("Int.toNat (-3) = 0 ∧ Int.natAbs (-3) = 3", "Int.toNat (-3) = 3"),
    ("∑ i ∈ Finset.range 5, i = 10", "∑ i ∈ Finset.range 5, i = 15"),
    ("∏ i ∈ Finset.Icc 1 5, i = 120 ∧ ∑ i ∈ Finset.Icc 5 4, i = 0", "∏ i ∈ Finset.Icc 1 5, i = 24"),
    ("∑ i ∈ Finset.Ico (-3 : ℤ) 3, i = -3", "∑ i ∈ Finset.Ico (-3 : ℤ) 3, i = 0"),
    ("5 ∈ Finset.Ioc 4 5 ∧ 4 ∉ Finset.Ioc 4 5 ∧ (Finset.Ioo 4 5).card = 0", "4 ∈ Finset.Ioc 4 5"),
    ("(Finset.filter (fun x => x % 3 = 1) (Finset.range 10)).card = 3", "(Finset.range 10).card = 11"),
    ("∑ d ∈ Nat.divisors 12, d = 28 ∧ ∑ d ∈ Nat.properDivisors 12, d = 16", "∑ d ∈ Nat.divisors 12, d = 16"),
    ("(Nat.divisors 0).card = 0 ∧ (Nat.divisors 1).card = 1", "(Nat.divisors 0).card = 1"),
    ("(7 : ℕ) ≠ 8 ∧ ¬ (7 : ℕ) > 8", "(7 : ℕ) ≥ 8"),
]


def closed(statement: str, negated: bool = False) -> tuple[str, str]:
    """(prefix such as `open … in`, the statement or its negation)."""
    prefix, _, rest = statement.rpartition(" in ") if statement.startswith("open ") else ("", "", statement)
    return (prefix + " in " if prefix else ""), (f"¬ ({rest})" if negated else rest)


def test_vocabulary_means_what_it_says(core: Toolchain, tmp_path: Path) -> None:
    goals = [closed(true) for true, _ in MEANINGS] + [closed(false, negated=True) for _, false in MEANINGS]
    lines = [f"{prefix}example : {goal} := by decide +kernel" for prefix, goal in goals]
    assert lean_errors(core, tmp_path, lines) == set()


def test_false_instances_are_not_decided(core: Toolchain, tmp_path: Path) -> None:
    goals = [closed(false) for _, false in MEANINGS]
    lines = [f"{prefix}example : {goal} := by decide +kernel" for prefix, goal in goals]
    assert lean_errors(core, tmp_path, lines) == set(range(len(lines)))


STATEMENTS = """
open BigOperators Real Nat Topology Rat
theorem s01 (n : ℕ) (h : 2 ≤ n) : n ! % n = 0 := by sorry
theorem s02 (a b : ℤ) (n : ℕ) (h : (a : ℤ) - b = n) : a = b + n := by sorry
theorem s03 (x : ℕ) (y : ℤ) (h : x + y = 3) : y ≤ 3 := by sorry
theorem s04 : IsLeast {x : ℕ | 3 * x ≡ 1 [MOD 7]} 5 := by sorry
theorem s05 : IsGreatest {n : ℕ | 2 ^ n ∣ 10 !} 8 := by sorry
theorem s06 (f : ℕ → ℕ) (h : ∀ x y, f (x + y) = f x + f y) (hf : Function.Injective f) : f 0 = 0 := by sorry
theorem s07 : ∃! x : ℕ, x * x = 49 := by sorry
theorem s08 (p : ℕ) (hp : p.Prime) (h : ¬p ∣ 10) : ∃ k > 0, p ∣ 10 ^ k - 1 := by sorry
theorem s09 (a b c : ℤ) (h : a ∣ b) (h' : b ∣ c) : (a.natAbs : ℤ) ∣ |c| := by sorry
theorem s10 (m n : ℕ) (hmn : Nat.Coprime m n) (hm : Odd m) (hn : Even n) : Odd (m ^ 2 + n ^ 2) := by sorry
theorem s11 (a : ℕ → ℤ) (h0 : a 0 = 1) (h : ∀ n, a (n + 1) = 2 * a n + (-1) ^ n) : a 3 = 9 := by sorry
theorem s12 (x y : ℤ) (h : x ^ 2 - y ^ 2 = 7) (hx : 0 < x) : |y| < x := by sorry
theorem s13 (n : ℕ) (h : ∀ k ≥ 1, k ∣ n → k = 1 ∨ k = n) (h1 : n ≠ 1) (h0 : n ≠ 0) : n.Prime := by sorry
theorem s14 (S : Set ℕ) (h : S = {n | n % 3 = 1 ∧ n < 10}) : 7 ∈ S ∧ 8 ∉ S := by sorry
theorem s15 (a b : ℕ) (h₀ : a = Nat.gcd 60 84) (h₁ : b = Nat.lcm 60 84) : a * b = 60 * 84 := by sorry
theorem s16 (f : ℤ → ℤ) (hf : StrictMono f) (x : ℤ) (hx : x ∈ Set.Icc 1 5) : f 1 ≤ f x := by sorry
theorem s17 (n : ℕ) : Nat.choose (2 * n) n * n ! * n ! = (2 * n)! := by sorry
theorem s18 (a : ℤ) (ha : a ≡ 3 [ZMOD 7]) : a ^ 6 ≡ 1 [ZMOD 7] := by sorry
def steps (n : ℕ) : ℕ := if n ≤ 1 then 0 else steps (n / 2) + 1
def ack : ℕ → ℕ → ℕ
  | 0, n => n + 1
  | m + 1, 0 => ack m 1
  | m + 1, n + 1 => ack m (ack (m + 1) n)
termination_by m n => (m, n)
theorem s19 : ack 1 1 = 3 ∧ steps 1 = 0 := by sorry
inductive Colour where
  | red
  | mix (a b : Colour)
  deriving DecidableEq
theorem s21 (S : Finset ℕ) (h : ∀ x, x ∈ S ↔ x ∣ 36) : ∑ k ∈ S, k = 91 := by sorry
theorem s22 (n : ℕ) (u : ℕ → ℤ) (h : u n = 1) : (∏ k in Finset.Icc 1 n, u k) ∣ ∑ k : ℕ in Finset.range n, u k := by sorry
theorem s23 (S : Finset ℤ) (h : ∀ x : ℤ, x ∈ S ↔ |x| < 5) : S.card = 9 ∧ S = Finset.Ioo (-5) 5 := by sorry
theorem s20 : Colour.red ≠ .mix .red .red := by decide
"""


def test_competition_statements_elaborate(core: Toolchain, tmp_path: Path) -> None:
    assert lean_errors(core, tmp_path, STATEMENTS.strip().split("\n")) == set()


LEMMAS = """
example (a b : ℕ) (h : (a : ℤ) = b) : a = b := by exact_mod_cast h
example (a b : ℕ) (h : b ≤ a) : ((a - b : ℕ) : ℤ) = a - b := by push_cast [h]; rfl
example (a b c : ℤ) : a * b * c = c * (b * a) := by ac_rfl
example (a b c : ℕ) : a + b + c = c + (b + a) := by rw [add_comm, add_comm a b]
example (x y : ℤ) : 0 ≤ (x - y) ^ 2 := sq_nonneg _
example (a b : ℤ) : (a + b) ^ 2 = a ^ 2 + 2 * a * b + b ^ 2 := add_sq a b
example (a b n : ℕ) (h : a ≡ b [MOD n]) : a ^ 3 ≡ b ^ 3 [MOD n] := h.pow 3
example (p a b : ℕ) (hp : p.Prime) (h : p ∣ a * b) : p ∣ a ∨ p ∣ b := hp.dvd_mul.1 h
example (a b c : ℤ) (h : a ∣ b) (h' : a ∣ c) : a ∣ 2 * b - c := dvd_sub (h.mul_left 2) h'
example (a b : ℤ) (h : a ≤ b) : a - 3 ≤ b - 3 := by simpa using h
example (n : ℕ) (h : n % 2 = 1) : Odd n := Nat.odd_iff.2 h
example (x : ℤ) (h : |x| = 3) : x = 3 ∨ x = -3 := eq_or_eq_neg_of_abs_eq h
example (x : ℤ) : x.toNat = 0 ↔ x ≤ 0 := by omega
example (x : ℤ) : (x.natAbs : ℤ) = x ∨ (x.natAbs : ℤ) = -x := by omega
example (x : ℕ) : x <<< 2 = 4 * x ∧ x >>> 1 = x / 2 := by omega
""".strip().split("\n")


def test_lemmas_and_built_in_tactics(core: Toolchain, tmp_path: Path) -> None:
    assert lean_errors(core, tmp_path, LEMMAS) == set()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("nm") is None, reason="needs nm (binutils)")
def test_the_generated_notation_is_what_the_generator_gives(core: Toolchain) -> None:
    assert core.embedded is not None
    script = bundled("lean_project", "core", "tools", "gen_notation.py")
    argv = (sys.executable, str(script), "--library", str(core.embedded.shared_library), "--check")
    done = process.run(argv, LIMITS, env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"})
    assert done.code == 0, done.stderr.decode()


USER_FILE = """import Mathlib

/-- Mathlib's word for a theorem. -/
lemma same {α : Type*} (a : α) : a = a := rfl

def size (n : ℕ) : ℕ := match n with
  | 0 => 1
  | _ => 2

/-- Overlapping patterns on a literal, split in a proof. -/
theorem size_le (n : ℕ) : size n ≤ 2 := by
  unfold size
  split
  · decide
  · decide

theorem pred (n : ℕ) (h : n ≠ 0) : ∃ k, n = k + 1 := by
  match n, h with
  | 0, h => exact absurd rfl h
  | k + 1, _ => exact ⟨k, rfl⟩

theorem by_if (n : ℕ) : (if h : n = 0 then 1 else n) ≠ 0 := by
  split
  · decide
  · assumption
"""


async def test_what_a_users_file_is_written_with(checker: PlainChecker) -> None:
    report = await checker.check_file(USER_FILE)
    assert report.status is Status.PROVED, report
    assert [theorem.line for theorem in report.theorems] == [4, 11, 17, 22]
    await checker.aclose()
