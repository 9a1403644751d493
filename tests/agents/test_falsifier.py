"""The falsifier: its statements, what it tries, and what real Lean says of false and of true ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prover.agents.falsifier import confirm, falsify, negation, propose, vacuous
from prover.agents.falsifier.blocks import at_values
from prover.agents.falsifier.candidates import candidates, counterexamples
from prover.agents.falsifier.counterexample import offered
from prover.agents.falsifier.signature import read_signature
from prover.agents.falsifier.telescope import Telescope, data_kind, telescope
from prover.agents.family import load_family
from prover.agents.hammer import HammerBudget, hammer
from prover.agents.hammer.toolbox import Toolbox
from prover.agents.values import Speaker
from prover.errors import InfraError
from prover.lean.checker import PlainChecker
from prover.models.base import Sampling
from prover.paths import bundled
from prover.problems import load_problems
from prover.syntax import LeanTextError
from prover.types import Header, Problem, Statement, Status, StopReason, Tier, Verdict
from tests.agents.fake_model import FakeModel
from tests.fakes import INFRA, PROVED, FakeChecker

HEADER = Header(("Mathlib",))
PROBLEMS = load_problems(bundled("data", "core")).problems
FALSE = [p for p in PROBLEMS if p.meta["truth"] == "false"]
TRUE = [p for p in PROBLEMS if p.meta["truth"] == "true"][::12]


def view(signature: str) -> Telescope:
    return telescope(read_signature(signature))


def known(*tactics: str) -> Toolbox:
    return Toolbox(frozenset(tactics), frozenset())


@pytest.mark.parametrize(
    ("signature", "negated", "vacuity"),
    [
        (": 1 = 2", ": ¬ (1 = 2)", ": False"),
        (
            "(n : ℕ) (h : n < 2) : n = 0",
            ": ¬ (∀ (n : ℕ) (h : n < 2), n = 0)",
            "(n : ℕ) (h : n < 2) : False",
        ),
        (
            ".{u} {α : Type u} [Inhabited α] : ∃ a : α, a = a",
            ".{u} : ¬ (∀ {α : Type u} [Inhabited α], ∃ a : α, a = a)",
            ".{u} {α : Type u} [Inhabited α] : False",
        ),
        ("n : n = 0", ": ¬ (∀ n, n = 0)", "n : False"),
        (
            "(f : ℕ → ℕ) (h : ∀ x : ℕ, f x = 0) : (f 1 : ℤ) = 1",
            ": ¬ (∀ (f : ℕ → ℕ) (h : ∀ x : ℕ, f x = 0), (f 1 : ℤ) = 1)",
            "(f : ℕ → ℕ) (h : ∀ x : ℕ, f x = 0) : False",
        ),
        (
            "(m : ℕ) : ∀ n : ℕ, n < 3 → (∀ k, k < n → k < m) → ∃ k, k = n → k = m",
            ": ¬ (∀ (m : ℕ), ∀ n : ℕ, n < 3 → (∀ k, k < n → k < m) → ∃ k, k = n → k = m)",
            "(m : ℕ) : ∀ n : ℕ, n < 3 → (∀ k, k < n → k < m) → False",
        ),
        (": ∀ n, n < 3 → n = 2", ": ¬ (∀ n, n < 3 → n = 2)", ": False"),
        (": ∀ n : ℕ, n < 3 → n = 2 ↔ n = 1", ": ¬ (∀ n : ℕ, n < 3 → n = 2 ↔ n = 1)", ": False"),
        (": ∀ n : ℕ, 0 ≤ n", ": ¬ (∀ n : ℕ, 0 ≤ n)", ": False"),
    ],
)
def test_negation_and_vacuity(signature: str, negated: str, vacuity: str) -> None:
    statement = Statement("a", signature, HEADER)
    assert negation(statement) == Statement("a_neg", negated, HEADER)
    assert vacuous(statement) == Statement("a_vacuous", vacuity, HEADER)


@pytest.mark.parametrize("signature", ["", "(n : ℕ)", "(n : ℕ :", ":", "/- : 1 = 1"])
def test_what_is_no_signature_is_refused(signature: str) -> None:
    with pytest.raises(LeanTextError):
        negation(Statement("a", signature))


async def test_an_unreadable_statement_is_not_refuted() -> None:
    result = await falsify(Statement("a", "(n : ℕ"), FakeChecker())
    assert (result.proof, result.stop_reason) == (None, StopReason.UNSUPPORTED)
    assert "bracket" in result.detail


def test_a_statement_is_a_list_of_choices_and_proofs() -> None:
    found = view("(a b : ℕ) {f : ℕ → ℤ} [Inhabited ℕ] (h : a < b) : ∀ x : ℤ, f a = x → ∃ y, y = x")
    assert [(a.name, a.kind, a.instance, a.fact is not None) for a in found.arguments] == [
        ("a", "ℕ", False, False),
        ("b", "ℕ", False, False),
        ("f", "ℕ → ℤ", False, False),
        ("", "", True, False),
        ("h", "", False, True),
        ("x", "ℤ", False, False),
        ("", "", False, True),
    ]
    assert found.goal.head == "∃"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Nat", "ℕ"),
        ("Fin 3", "Fin 3"),
        ("List Int", "List ℤ"),
        ("ℕ→ℕ", ""),
        ("ℕ → Nat → Prop", "ℕ → ℕ → Prop"),
        ("(ℕ → ℕ) → ℕ", ""),
        ("ℝ", "ℝ"),
        ("Fin n", ""),
        ("a = b", ""),
        ("", ""),
    ],
)
def test_kinds_of_data(text: str, kind: str) -> None:
    assert data_kind(text) == kind


def test_numbers_are_sought_by_calculation_small_ones_first() -> None:
    found = list(counterexamples(view("(n : ℕ) (hn : 1 < n) (ho : n % 2 = 1) : Nat.Prime n")))
    assert [env["n"] for env in found[:3]] == [9, 15, 21]
    assert list(counterexamples(view("(n : ℕ) : n = n"))) == []
    assert next(counterexamples(view("(a b : ℤ) : max a b ≤ a + b"))) == {"a": 0, "b": -1}


def test_what_python_cannot_evaluate_speaks_against_nothing() -> None:
    found = next(counterexamples(view("(n : ℕ) (h : MyPredicate n) : n = 0")))
    assert found == {"n": 1}


def test_a_recurrence_defines_its_own_sequence() -> None:
    (first, *_) = candidates(
        view("(s : ℕ → ℕ) (h₀ : s 0 = 4) (h : ∀ n, s (n + 1) = 2 * s n + n) : ∀ n, s n = 0")
    )
    assert "Nat.rec (motive := fun _ => ℕ) (4) (fun (n : ℕ) (value : ℕ) => 2 * value + n)" in first["s"]
    (pair, *_) = candidates(view("(a : ℕ → ℤ) (h : ∀ n, a (n + 2) = a (n + 1) - a n) : a 0 = 7"))
    assert "(pair.2, pair.2 - pair.1)" in pair["a"]


@pytest.mark.parametrize(
    ("signature", "value"),
    [
        ("(b : Bool) : b = true", {"b": "true"}),
        ("(i : Fin 3) : i = 0", {"i": "⟨0, by decide⟩"}),
        ("(l : List ℕ) : l = []", {"l": "[]"}),
        ("(p q : Prop) : p ∨ q", {"p": "True", "q": "True"}),
        (": 1 = 2", {}),
    ],
)
def test_small_values_of_other_types(signature: str, value: dict[str, str]) -> None:
    assert next(candidates(view(signature))) == value


@pytest.mark.parametrize(
    ("signature", "strange"),
    [
        ("(x y : ℝ) (h : x < y) : x = y", False),
        ("(p : Prop) (hp : p) : ¬ p", False),
        ("(n : ℕ) (h : Nat.Prime n) (h2 : Even n) : n = 3", False),
        ("(s : Finset ℕ) (h : 1 ∈ s) : s = {1}", True),
        ("{α : Type*} (a b : α) : a = b", True),
        ("(G : MyGroup) : True", True),
        ("(n : ℕ) : ∀ s : Set ℕ, s = s", True),
    ],
)
def test_a_type_without_known_values_is_left_to_the_hammer(signature: str, strange: bool) -> None:
    found = view(signature)
    assert found.strange is strange
    assert bool(list(candidates(found))) is not strange


def test_there_are_never_too_many_candidates() -> None:
    many = view("(f g h : ℕ → ℕ → ℕ) (a b c d e : ℤ) (l m : List ℤ) (p : Prop) : f 0 0 = 0")
    assert len(list(candidates(many))) <= 60


ANSWER = 'The square grows.\n```json\n[{"n": 3, "x": -2, "l": [1, 2]}, {"n": 4}]\n```'


def test_a_models_values_are_parsed_and_printed_again() -> None:
    found = offered(ANSWER, view("(n : ℕ) (x : ℤ) (l : List ℕ) (h : n < 9) : x = 0"))
    assert found == [{"n": "3", "x": "(-2)", "l": "[1, 2]"}]


@pytest.mark.parametrize(
    "value",
    [
        '"3) (by sorry"',
        "-1",
        "1.5",
        "null",
        "true",
        "[1]",
        "{}",
        '"sorry"',
        "1e3",
        "9" * 400,
        '"٣"',
        "NaN",
        '"0x3"',
    ],
)
def test_what_is_no_value_of_the_type_never_becomes_lean(value: str) -> None:
    assert offered(f'[{{"n": {value}}}]', view("(n : ℕ) : n = 0")) == []


@pytest.mark.parametrize("text", ["", "[]", "no", "[" * 5000, '{"n"', '{"m": 1}', "{" * 100_000])
def test_an_answer_without_values(text: str) -> None:
    assert offered(text, view("(n : ℕ) : n = 0")) == []


def test_blocks_use_only_tactics_that_are_there() -> None:
    block = at_values(view("(n : ℕ) : n = 0"), {"n": "1"}, known("omega", "decide"))
    assert "norm_num" not in block
    assert "ring" not in block
    assert block.startswith("intro the_claim\nhave at_values := @the_claim 1\n")


def test_fractions_are_values_of_fields() -> None:
    found = offered('[{"x": "-3/2", "y": 4}]', view("(x y : ℚ) : x = y"))
    assert found == [{"x": "(-3 / 2)", "y": "(4)"}]
    assert offered('[{"x": "1/0"}]', view("(x : ℚ) : x = 0")) == []
    assert offered('[{"x": "1/2"}]', view("(x : ℤ) : x = 0")) == []
    assert offered('[{"x": "1/2) (by sorry"}]', view("(x : ℚ) : x = 0")) == []


async def test_the_values_of_a_models_answer_are_confirmed() -> None:
    checker = FakeChecker({"@the_claim 77777": PROVED})
    model = FakeModel(['[{"n": 77777}]'])
    speaker = Speaker(model, load_family("generic"), Sampling())
    statement = Statement("a", "(n : ℕ) : Odd_to_us n", HEADER)
    answer = await propose(speaker, Problem("a", "Words."), statement)
    result = await confirm(statement, answer.completion.text, checker)
    assert result.method == "model"
    assert result.witness == {"n": "77777"}
    assert "Words." in model.asked[0][0][-1].content  # type: ignore[union-attr]
    assert checker.calls[-1] == ("check", "a_neg", result.proof)


async def test_a_refutation_that_the_gate_refuses_is_none() -> None:
    refused = Verdict(Status.ELABORATION_ERROR, Tier.NONE, detail="no")
    checker = FakeChecker({"@the_claim": [refused]})

    async def probe(statement: Statement, blocks: list[str], limits: object = None) -> object:
        from prover.lean.protocol import Probe, Probes

        return Probes(tuple(Probe(closed=True) for _ in blocks), 0.01, 0.01)

    checker.probe = probe  # type: ignore[method-assign, assignment]
    result = await falsify(Statement("a", "(n : ℕ) : n = 0", HEADER), checker)
    assert result.proof is None
    assert result.detail == "no"
    checker.rules = {"@the_claim": INFRA}
    with pytest.raises(InfraError):
        await falsify(Statement("a", "(n : ℕ) : n = 0", HEADER), checker)


# With real Lean.


@pytest.mark.lean
@pytest.mark.slow
async def test_false_problems_are_refuted_within_five_seconds_of_lean(checker: PlainChecker) -> None:
    assert len(FALSE) == 18
    open_ones = []
    for problem in FALSE:
        assert problem.statement is not None
        result = await falsify(problem.statement, checker, HammerBudget(lean_cpu_s=5, wall_s=120))
        if result.proof is None:
            open_ones.append(problem.id)
        else:
            verdict = await checker.audit(result.statement, result.proof)
            assert verdict.proved, (problem.id, verdict)
            assert "first |" not in result.proof, "a person is shown what works, not what was tried"
    assert len(open_ones) <= 2, open_ones


@pytest.mark.lean
@pytest.mark.slow
async def test_no_true_problem_is_refuted(checker: PlainChecker) -> None:
    assert len(TRUE) >= 18
    for problem in TRUE:
        assert problem.statement is not None
        result = await falsify(problem.statement, checker, HammerBudget(lean_cpu_s=1.5, wall_s=60))
        assert result.proof is None, problem.id


@pytest.mark.lean
async def test_every_negation_and_vacuity_elaborates(checker: PlainChecker) -> None:
    for problem in PROBLEMS[::12]:
        assert problem.statement is not None
        for made in (negation(problem.statement), vacuous(problem.statement)):
            assert (await checker.check_statement(made)).status is Status.INCOMPLETE, made


@pytest.mark.lean
@pytest.mark.parametrize(
    "signature",
    [
        "(b : Bool) : b = true",
        "(i : Fin 4) : i.val < 3",
        "(l : List ℕ) : l.length < 2",
        "(p q : Prop) : p → q",
        "{n : ℕ} (h : 0 < n) : n = 1",
        "(f : ℕ → ℕ) (h : ∀ n, f n ≤ f (n + 1)) : ∀ n, f n < f (n + 1)",
        "(x y : ℤ) (h : x ^ 2 = y ^ 2) : x = y -- a comment",
    ],
)
async def test_other_statements_are_refuted(checker: PlainChecker, signature: str) -> None:
    result = await falsify(
        Statement("x", signature, HEADER), checker, HammerBudget(lean_cpu_s=10, wall_s=120)
    )
    assert result.proof is not None, result


@pytest.mark.lean
async def test_contradictory_hypotheses_are_found(checker: PlainChecker) -> None:
    statement = Statement("v", "(n : ℕ) (h : n < 3) (h₂ : 5 < n) : n = 7", HEADER)
    result = await hammer(vacuous(statement), checker, HammerBudget(lean_cpu_s=10, wall_s=60))
    assert result.proof is not None
    sound = replace(statement, signature="(n : ℕ) (h : n < 3) : n = 7")
    result = await hammer(vacuous(sound), checker, HammerBudget(lean_cpu_s=2, wall_s=60))
    assert result.proof is None
