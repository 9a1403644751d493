"""The token gate: honest proofs pass, and every trick that hides something from Lean is named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover import syntax
from prover.lean.gate import MAX_DEPTH, Refusal, inspect
from prover.paths import bundled

HONEST_BLOCKS = [
    "by omega",
    "rfl",
    "fun n h => ⟨h.1, h.2.symm⟩",
    "intro n hn\nrcases hn with ⟨k, rfl | ⟨m, hm⟩, -⟩\n· simp only [← Nat.mul_assoc] at *\n· exact ⟨_, ‹_›⟩",
    "  calc a + b = b + a := by ring\n    _ ≤ c := h.le.trans (by norm_num [a, ← b])\n    _ < d := ‹c < d›",
    "conv_lhs => rw [Nat.add_comm]\nconv at h in (_ + _) => simp",
    "simpa (config := { decide := true }) using h",
    "simp (config := {contextual := true}) [Finset.sum_range_succ, -Nat.succ_eq_add_one] at h ⊢",
    "have h₁ : ∀ x ∈ Finset.Icc 1 10, x ^ 2 ≤ 100 := by decide\nexact h₁ _ (by simp)",
    "induction n with\n| zero => simp\n| succ n ih => rw [Finset.sum_range_succ, ih]; ring",
    "match n, h with\n| 0, _ => trivial\n| n + 1, h => (by simp_all : n = n)",
    "obtain ⟨x, hx⟩ : ∃ x : ℝ, x ^ 2 = 2 := ⟨√2, by norm_num⟩",
    "nlinarith [sq_nonneg (a - b), sq_nonneg (b - c), mul_pos ha hb]",
    "refine ⟨?_, ?_⟩ <;> first | positivity | (field_simp; ring)",
    "show 2 + 2 = 4 from rfl",
    "open Real in simp [sin_sq]",
    "open scoped BigOperators Topology in exact h",
    "set_option maxRecDepth 2000 in decide",
    "set_option maxHeartbeats 400000 in\nset_option linter.unusedVariables false in nlinarith",
    "classical\nby_contra! h\npush_neg at h\nexact absurd h (not_lt.mpr le_rfl)",
    "decide +kernel",
    "simp +arith +decide",
    "norm_num [Nat.choose, Nat.factorial_succ] -- a remark: instance, macro and end are words here\n",
    "/- a /- nested -/ comment: by native_decide? -/ trivial",
    "linarith -- ∎ 证明结束 🎉",
    "let f : ℕ → ℕ := fun n ↦ n ! + n‼\nhave : f 0 = 2 := by rfl\nsorry",
    "suffices (f '' s) ⊆ f ⁻¹' t by tauto",
    "rw [show (4 : ℤ) = 2 ^ 2 by norm_num, ← Int.emod_emod_of_dvd _ (by decide : (4 : ℤ) ∣ 8)]",
    "exact (∑ i ∈ Finset.range n, (i : ℝ)) • (1 : Matrix (Fin 2) (Fin 2) ℝ) = !![1, 0; 0, 1]",
    "simp [Set.mem_setOf_eq, List.init, Fin.init, IsOpen.union, h.end', hx.local_min]",
    "exact ⟨fun h => h.elim (·.1) (·.2), by rintro ⟨⟩⟩",
    "aesop (add unsafe 50% apply foo) (add safe cases Or)",
    "have : #s = 3 := by simp\nhave : #(s ∪ t) ≤ #s + #t := card_union_le ..",
    "haveI : Fact (Nat.Prime 7) := ⟨by norm_num⟩\nletI := Classical.decEq α",
    "let rec @[simp] go : ℕ → ℕ\n  | 0 => 0\n  | n + 1 => go n + 1\nexact go",
    "interval_cases x <;> simp_all (config := {decide := true})",
    "all_goals try (any_goals assumption) <;> omega",
    "simp? [foo] says simp only [foo]",
    "field_simp [hx.ne', (ne_of_gt h : y ≠ 0)]\nring_nf at *",
    "fin_cases i <;> norm_num [Fin.sum_univ_succ, f]",
    "exact h.mono fun x hx ↦ hx.2.1.le",
    "use! 3, 4\nconstructor <;> decide",
    "exact Nat.le_induction (P := fun n _ => 2 ^ n ≥ n) (by norm_num) (fun n _ ih => by omega) n hn",
    "simp_rw [div_eq_mul_inv, mul_comm (_⁻¹)]",
    "gcongr ?_ + ?_ * x with i hi",
    "exact (Nat.cast_injective (R := ℝ)) (by push_cast; linarith : ((n : ℕ) : ℝ) = m)",
    'exact absurd rfl (by decide : "abc" ≠ "abd")',
    "exact (by decide : ('a').isAlpha = true)",
    "unfold f; split_ifs with h₁ h₂ <;> [skip; rfl]",
    "refine' lt_of_lt_of_le _ (le_max_left _ _)",
    "nofun",
    "ext ⟨x, y⟩ : 1; dsimp only; rw [@foo _ _ x (𝟙 X) ‖x‖ ⌊y⌋₊ ⌈y⌉ |z|]",
    "exact ((h : 𝒜 ≃ₗ[ℝ] 𝓑) ∘ₗ g).toFun (aᵀ * bᴴ) • ℵ₀",
    "",
]

HONEST_FILES = [
    "theorem helper (n : ℕ) : n ≤ n := le_rfl\n\ntheorem main : 1 ≤ 1 := helper 1\n",
    "@[simp] lemma foo : True := trivial\n@[simp, norm_cast] private lemma bar : True := foo\n",
    "/-- A bound. -/\nprivate lemma a (x : ℝ) (hx : 0 < x) :\n    0 < x + 1 := by\n  positivity\n",
    "def f : ℕ → ℕ\n| 0 => 0\n| n + 1 => f n\ntermination_by n => n\ndecreasing_by simp_wf\n",
    "noncomputable def g (x : ℝ) : ℝ := Real.sqrt x + h x\nwhere\n  h (x : ℝ) : ℝ := x\n",
    "open Classical in\ntheorem t : True := by\n  trivial\n",
    "set_option maxHeartbeats 400000 in\ntheorem t : True := trivial\n",
    "set_option maxRecDepth 4000\nabbrev A := ℕ\nprotected theorem Nat.foo : (1 : A) = 1 := rfl\n",
    "theorem t :\n  1 + 1 = 2\n:= by norm_num\n",
    "theorem t : 1 = 1 := by\nsimp\n",
    "-- nothing but a remark\n",
    "/-! ## A section -/\ntheorem t : True := trivial\n",
]

REFUSED_ANYWHERE = [
    ("native_decide", "native_decide"),
    ("decide +native", "native"),
    ("decide (config := { native := true })", "native"),
    ("bv_decide", "bv_decide"),
    ("run_tac Lean.Elab.Tactic.done", "run_tac"),
    ("exact by_elab return .const ``True []", "by_elab"),
    ("trivial\nrun_cmd foo", "run_cmd"),
    ("trivial run_meta foo", "run_meta"),
    ("trivial #eval 1", "#"),
    ("trivial\n#exit", "#"),
    ("trivial #print axioms t", "#"),
    ("exact unsafe foo", "unsafe"),
    ('trivial macro "x" : tactic => `(tactic| sorry)', "macro"),
    ("trivial\nmacro_rules | `(x) => `(y)", "macro_rules"),
    ('trivial local notation "x" => y', "local"),
    ('trivial notation:65 a " + " b => a', "notation"),
    ('trivial infixl:65 " + " => f', "infixl"),
    ('trivial prefix:max "-" => f', "prefix"),
    ('trivial syntax "x" : term', "syntax"),
    ('trivial elab "x" : tactic => foo', "elab"),
    ("trivial elab_rules : tactic | _ => foo", "elab_rules"),
    ("trivial simproc foo (x) := fun _ => a", "simproc"),
    ("trivial declare_syntax_cat foo", "declare_syntax_cat"),
    ("trivial declare_my_own foo", "declare_my_own"),
    ("trivial instance : Add ℕ := ⟨Nat.mul⟩", "instance"),
    ("trivial attribute [instance] foo", "attribute"),
    ("trivial axiom bad : False", "axiom"),
    ("trivial opaque bad : False", "opaque"),
    ("trivial variable (h : False)", "variable"),
    ("trivial universe u", "universe"),
    ("trivial include h", "include"),
    ("trivial omit h", "omit"),
    ("trivial end Foo", "end"),
    ("trivial namespace Foo", "namespace"),
    ("trivial section", "section"),
    ("trivial mutual", "mutual"),
    ("trivial export Nat (add)", "export"),
    ("trivial open Nat", "open"),
    ("trivial open private foo in Bar", "open"),
    ("trivial open Nat hiding add", "open"),
    ("set_option debug.skipKernelTC true in trivial", "set_option"),
    ("set_option warn.sorry false in trivial", "set_option"),
    ("set_option pp.all true in trivial", "set_option"),
    ("set_option autoImplicit true in trivial", "set_option"),
    ("set_option maxHeartbeats 0 in trivial", "set_option"),
    ("set_option maxHeartbeats 0_0 in trivial", "set_option"),
    ("set_option maxHeartbeats 99999999999 in trivial", "set_option"),
    ("set_option maxRecDepth true in trivial", "set_option"),
    ("set_option linter. true in trivial", "set_option"),
    ("exact?", "exact?"),
    ("apply?", "apply?"),
    ("rw?", "rw?"),
    ("admit", "admit"),
    ("stop\nfoo", "stop"),
    ('exact (dbg_trace "x"; trivial)', "dbg_trace"),
    ('exact (s!"{sorry}" ▸ trivial)', '"{sorry}"'),
    ('exact include_str "/etc/passwd"', "include_str"),
    ("exact eval% foo", "eval"),
    ("exact `(foo)", "`"),
    ("exact ``Nat.add", "``Nat.add"),
    ("trivial)", ")"),
    ("(trivial]", "]"),
    ("exact «a\nb»", "«a\nb»"),
    ('exact r"x"', 'r"x"'),
    ('exact r#"x"#', 'r#"x"#'),
    ("trivial\x00", "\x00"),
    ("trivial\rfoo", "\r"),
    ("trivial -- \u202e evil", "\u202e"),
    ("trivial\u2028foo", "\u2028"),
    ("tr\u0456vial", "\u0456"),
    ("have ο : True := trivial", "ο"),
    ("trivial\u00a0", "\u00a0"),
    ("have x\u200b : True := trivial", "\u200b"),
    ("exact x //- 1 -/ 2", "//"),
    ("exact (f :/- hidden -/ x)", "/- hidden -/"),
    ("exact x ⁻--1", "--1"),
    ("trivial /--/ run_cmd -/", "/--/ run_cmd -/"),
    ("trivial /-/ foo -/", "/-/ foo -/"),
    ("/- skipKernelTC -/ trivial", "skipKernelTC"),
    ("/- open", "/"),
    ('exact "abc', '"'),
    ('let rec @[extern "foo"] go := 1\nexact go', "extern"),
    ("let rec @[implemented_by foo] go := 1\nexact go", "implemented_by"),
    ("let rec @[csimp] go := 1\nexact go", "csimp"),
    ("let rec @[init] go := 1\nexact go", "init"),
    ("let rec @[macro foo] go := 1\nexact go", "macro"),
    ("exact Lean.ofReduceBool a b c", "Lean.ofReduceBool"),
    ("trivial structure Foo where", "structure"),
    ("trivial inductive Foo", "inductive"),
    ("trivial example : True := trivial", "example"),
    ("import Foo", "import"),
    ("trivial deriving instance Repr for Foo", "deriving"),
    ("trivial alias foo := bar", "alias"),
    ("trivial initialize foo : Nat ← pure 1", "initialize"),
    ('exact f"x"', '"x"'),
    ("exact x'\"'", '"'),
]


@pytest.mark.parametrize("text", HONEST_BLOCKS)
def test_honest_tactic_blocks_pass(text: str) -> None:
    assert inspect(text, commands=False) is None


@pytest.mark.parametrize("text", HONEST_FILES)
def test_honest_declarations_pass(text: str) -> None:
    assert inspect(text, commands=True) is None


@pytest.mark.parametrize(("text", "token"), REFUSED_ANYWHERE)
@pytest.mark.parametrize("commands", [False, True])
def test_what_no_submission_may_hold(text: str, token: str, commands: bool) -> None:
    source = f"theorem t : True := by\n  {text}" if commands else text
    refusal = inspect(source, commands=commands)
    assert refusal is not None
    assert refusal.token == token
    assert source[refusal.offset :].startswith(token)
    assert refusal.reason


def test_real_proofs_pass() -> None:
    """The bundled problems' own proofs, and every theorem of the core library but those under Lean's own names."""
    proofs = [proof for split in ("train", "valid", "test") for proof in _proofs(split)]
    assert len(proofs) > 60
    assert [text for text in proofs if inspect(text, commands=False) is not None] == []
    seen = 0
    for file in bundled("lean_project", "core").rglob("*.lean"):
        text = file.read_text()
        text = text[syntax.parse_header(text).end :]
        for command in syntax.split_commands(text):
            if command.keyword == "theorem" and not command.name.startswith("Lean."):
                seen += 1
                assert inspect(text[command.keyword_offset : command.end], commands=True) is None, command
    assert seen > 1000


def _proofs(split: str) -> list[str]:
    lines = bundled("data", "core", f"{split}.jsonl").read_text().splitlines()
    return [proof for line in lines if (proof := json.loads(line)["formal_proof"])]


def test_a_module_comment_is_a_command() -> None:
    refusal = inspect("trivial\n/-! module -/", commands=False)
    assert refusal is not None
    assert refusal.token == "/-! module -/"


@pytest.mark.parametrize(
    "word", ["theorem", "lemma", "def", "abbrev", "private", "noncomputable", "protected"]
)
def test_a_tactic_block_declares_nothing(word: str) -> None:
    refusal = inspect(f"trivial\n\n{word} x : True := trivial", commands=False)
    assert refusal is not None
    assert refusal.token == word


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("theorem a : True := trivial\nfrobnicate foo\n", "frobnicate"),
        ("theorem a : True := by\n  trivial\nirreducible_def b := 1\n", "irreducible_def"),
        ("theorem a : True := trivial\n@[instance] def b := 1\n", "instance"),
        ("theorem a : True := trivial\n@[reducible, instance] def b := 1\n", "instance"),
        ("theorem a : True := trivial\n@[default_instance] def b := 1\n", "default_instance"),
        ("def Lean.reduceBool (b : Bool) : Bool := true\n", "Lean.reduceBool"),
        ("def Lean.Foo (b : Bool) : Bool := true\n", "Lean.Foo"),
        ("def _root_.Lean.Foo (b : Bool) : Bool := true\n", "_root_.Lean.Foo"),
        ("def «Lean».Foo (b : Bool) : Bool := true\n", "«Lean».Foo"),
        ("meta def x := 1\n", "meta"),
        ("open Nat\ntheorem a : True := trivial\n", "open"),
    ],
)
def test_commands_are_an_allow_list(text: str, token: str) -> None:
    refusal = inspect(text, commands=True)
    assert refusal is not None
    assert refusal.token == token


def test_size_and_depth() -> None:
    assert inspect("(" * 100 + "x" + ")" * 100, commands=False) is None
    deep = inspect("(" * (MAX_DEPTH + 1), commands=False)
    assert deep is not None
    assert deep.offset == MAX_DEPTH
    long = inspect("x " * 600_000, commands=False)
    assert long is not None
    assert "longer" in long.reason


@given(st.text(alphabet=st.sampled_from("ab .()[]⟨⟩'\"«»`#@/-!\\\n\r\t{}:=é∀λ₁\u202e\x00")), st.booleans())
def test_never_raises_and_points_into_the_text(text: str, commands: bool) -> None:
    refusal = inspect(text, commands=commands)
    assert refusal is None or isinstance(refusal, Refusal)
    assert refusal is None or text[refusal.offset :].startswith(refusal.token)


@given(
    st.sampled_from([text for text in HONEST_BLOCKS if text]),
    st.sampled_from(["run_cmd", "native_decide", "axiom", "macro", "instance", "#eval", "end", "admit"]),
    st.data(),
)
def test_a_refused_word_between_two_tokens_is_found(text: str, word: str, data: st.DataObject) -> None:
    """Wherever it is put as a word of its own, it is refused in code; in a comment it is harmless."""
    places = [i for i, char in enumerate(text) if char in " \n"] or [len(text)]
    place = data.draw(st.sampled_from(places))
    mutated = f"{text[:place]} {word} {text[place:]}"
    line_comment = "--" in mutated[:place].rsplit("\n", 1)[-1]
    block_comment = mutated[:place].count("/-") != mutated[:place].count("-/")
    if not (line_comment or block_comment) or word == "run_cmd":
        assert inspect(mutated, commands=False) is not None
