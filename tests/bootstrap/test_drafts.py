"""Which drafts are made, which of them are one, and which are kept."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from prover.agents.compose import compose
from prover.agents.feedback import errors_of, message_of
from prover.bootstrap import minimise as module
from prover.bootstrap.answers import form_of
from prover.bootstrap.critiques import END, agrees, by_lean
from prover.bootstrap.drafts import Draft
from prover.bootstrap.example import Example, Kind
from prover.bootstrap.minimise import minimise
from prover.bootstrap.select import Selection
from prover.bootstrap.settings import HarvestSettings
from prover.bootstrap.steps import block_of
from prover.lean.checker import open_checker
from prover.types import Attempt, Call, Completion, Problem, Status, Verdict
from tests.bootstrap.made import (
    AUDITED,
    criticized,
    drafts,
    failed,
    material,
    prompt_of,
    session,
    stated,
    text_of,
)
from tests.fakes import PROVED, FakeChecker

MAIN = stated("main", "(a b : ℕ) (h : a = b) : b = a")
PROBLEM = Problem("main", statement=MAIN, split="train")
RESTATED = "theorem main (a b : ℕ) (h : a = b) : b = a := by\n  exact h.symm"


def selected(made: list[Draft], cap: int = 4) -> tuple[list[Example], Counter[str]]:
    left_out: Counter[str] = Counter()
    kinds = tuple(dict.fromkeys(draft.kind for draft in made))
    selection = Selection(HarvestSettings(kinds=kinds, cap=cap), left_out)
    selection.add(made, "train", 4, 2)
    return list(selection.examples()), left_out


def test_lemmas_do_not_take_the_place_of_the_theorem() -> None:
    lemmas = [
        (Attempt(f"l{i}", stated(f"aux{i}", f"(n : ℕ) : n + {i} = n + {i}"), "rfl", "hammer"), AUDITED)
        for i in range(5)
    ]
    own = (Attempt("m", MAIN, "have x := h\nhave y := x.symm\nexact y", "decomposer"), AUDITED)
    found = material(session(PROBLEM, *lemmas, own))
    examples, left_out = selected(drafts(found, Kind.PROOF))
    assert examples[0].provenance["theorem"] == "main"
    assert (len(examples), left_out["over the cap"]) == (4, 2)


def test_one_proof_in_several_forms_is_one_example() -> None:
    forms = ["exact h.symm", RESTATED, ":= by\n  exact h.symm", "by\n  exact h.symm", f"-- so\n{RESTATED}"]
    steps = [(Attempt(f"a{i}", MAIN, proof, "writer"), AUDITED) for i, proof in enumerate(forms)]
    other = stated("other", MAIN.signature)
    again = (Attempt("o", other, RESTATED.replace("main", "other"), "writer"), AUDITED)
    found = material(
        session(PROBLEM, *steps), session(Problem("q", statement=other, split="train"), again, run="b")
    )
    examples, left_out = selected(drafts(found, Kind.PROOF))
    assert (len(examples), left_out["duplicate"]) == (1, 5)
    assert form_of(MAIN, "exact h.symm") != form_of(MAIN, "exact Eq.symm h")
    swapped = "theorem main (b a : ℕ) (h : b = a) : a = b := by\n  exact h.symm"
    assert form_of(MAIN, swapped) != form_of(MAIN, "exact h.symm")


def test_thoughts_and_repairs_of_one_proof_are_one() -> None:
    def said(words: str) -> Completion:
        return Completion(f"```lean4\n{RESTATED}\n```", words * 5)

    steps = [
        (Attempt(f"t{i}", MAIN, RESTATED, "writer", completion=said(words)), AUDITED)
        for i, words in enumerate(("Equality is symmetric here. ", "We turn the equation around. "))
    ]
    assert len(selected(drafts(material(session(PROBLEM, *steps)), Kind.LONG_COT))[0]) == 1
    repaired = [
        (Attempt("f1", MAIN, "exact h.sym", "writer"), failed()),
        (Attempt("f2", MAIN, "exact h.sym -- again", "writer"), failed()),
        (Attempt("f3", MAIN, "exact h.foo", "writer"), failed()),
        *((Attempt(f"k{i}", MAIN, "exact h.symm", "corrector", f"f{i}"), AUDITED) for i in (1, 2, 3)),
    ]
    examples, _ = selected(drafts(material(session(PROBLEM, *repaired)), Kind.REPAIR))
    assert sorted(e.provenance["failed"] for e in examples) in (["f1", "f3"], ["f2", "f3"])


def test_accepted_proofs_have_their_part_of_the_critiques() -> None:
    wrong = [(Attempt(f"w{i}", MAIN, f"exact wrong {i}", "writer"), failed()) for i in range(6)]
    right = [(Attempt(f"r{i}", MAIN, f"have k{i} := {i}\nexact h.symm", "writer"), AUDITED) for i in range(3)]
    made = drafts(material(session(PROBLEM, *wrong, *right)), Kind.CRITIQUE)
    sound = ['"sound": true,' in text_of(e).splitlines()[1] for e in selected(made)[0]]
    assert sorted(sound) == [False, False, True, True]
    made = drafts(material(session(PROBLEM, *wrong, *right[:1])), Kind.CRITIQUE)
    assert len(selected(made)[0]) == 4


@pytest.mark.lean
async def test_goals_that_are_left_open_are_no_fault_of_the_first_step() -> None:
    statement = stated("t", "(p q : Prop) (hp : p) (hq : q) : p ∧ q")
    checker = open_checker("core", jobs=1)
    try:
        for proof, steps in (
            ("have x := hp\nconstructor", ["have x := hp", "constructor"]),
            (" constructor", ["constructor"]),
            (":= by\n  have x := hp\n  constructor", ["have x := hp", "constructor"]),
            (f"{statement.declare()} := by\n  have x := hp\n  constructor", ["have x := hp", "constructor"]),
        ):
            judged = by_lean(proof, await checker.check(statement, proof))
            assert [(j.step, j.sound) for j in judged] == [*((step, True) for step in steps), (END, False)]
            assert judged[-1].comment.startswith("unsolved goals")
        first = "· constructor"
        assert by_lean(first, await checker.check(statement, first)) == []
        nested = "have x : p ∧ p := by\n  constructor\nexact ⟨hp, hq⟩"
        judged = by_lean(nested, await checker.check(statement, nested))
        assert [(j.step, j.sound) for j in judged] == [("have x : p ∧ p := by", False)]
    finally:
        await checker.aclose()


@pytest.mark.parametrize(
    ("proof", "steps"),
    [
        ("lemma aux (n : ℕ) : n = n := by\n  rfl\n\n" + RESTATED, ["exact h.symm"]),
        ("lemma aux (n : ℕ) : n = n := by rfl\n\n" + RESTATED, ["exact h.symm"]),
        ("theorem main (a b : ℕ) (h : a = b) : b = a :=\n  h.symm", []),
        ("theorem main (a b : ℕ) (h : a = b) : b = a := by exact h.symm", ["exact h.symm"]),
        (":= h.symm", []),
        ("fun x => x", []),
        (":= by\n  have x := h\n  -- and so\n  exact x.symm", ["have x := h\n  -- and so", "exact x.symm"]),
        ("constructor\n· simp\n· rfl", ["constructor", "· simp", "· rfl"]),
        ("-- first\nsimp\n  at h", ["simp\n  at h"]),
        ("« no Lean", []),
    ],
)
def test_steps_are_those_of_the_theorems_own_block(proof: str, steps: list[str]) -> None:
    block = block_of(proof)
    assert [step.text for step in block.steps] == steps if block is not None else not steps
    assert [j.step for j in by_lean(proof, AUDITED)] == [step.partition("\n")[0] for step in steps]


def test_an_error_outside_the_theorems_own_steps_is_none_of_theirs() -> None:
    proof = "lemma aux (n : ℕ) : n = n := by\n  simp\n\n" + RESTATED
    assert by_lean(proof, failed(2, 2)) == []
    assert [j.sound for j in by_lean(proof, failed(5, 8))] == [False]


STEPS = "have k := h\nhave l := k\nexact wrong l"


@pytest.mark.parametrize(
    ("steps", "agreed"),
    [
        ([("exact wrong l", False, "no such name")], True),
        ([("exact wrong", False, "no such name"), ("have k := h", True, "")], True),
        ([("1", True, ""), ("2", True, ""), ("3", False, "no such name")], True),
        ([("have k := h", False, "h is not in scope"), ("exact wrong l", True, "fine")], False),
        ([("have k := h", False, "h is not in scope")], False),
        ([("have k := h", False, "odd"), ("exact wrong l", False, "no such name")], False),
        ([("exact wrong l", False, "")], False),
        ([("the induction", False, "there is no base case")], False),
        ([("0", False, "no such name")], False),
    ],
)
def test_a_critic_agrees_with_lean_step_by_step(steps: list[tuple[str, bool, str]], agreed: bool) -> None:
    rows = ", ".join(
        f'{{"step": "{step}", "sound": {str(sound).lower()}, "comment": "{comment}"}}'
        for step, sound, comment in steps
    )
    text = f'```json\n{{"sound": false, "steps": [{rows}]}}\n```'
    assert agrees(text, STEPS, failed(3, 6)) == agreed
    assert not agrees(text, STEPS, AUDITED)
    assert not agrees(text, STEPS, Verdict(Status.TIMEOUT))


def answer(step: str, comment: str, sound: str = "false") -> str:
    row = f'{{"step": "{step}", "sound": {sound}, "comment": "{comment}"}}'
    return f'```json\n{{"sound": {sound}, "steps": [{row}]}}\n```'


def by_critics(*steps: tuple[Attempt, Verdict], calls: list[Call]) -> list[Draft]:
    made = drafts(material(session(PROBLEM, *steps, calls=calls)), Kind.CRITIQUE)
    return [draft for draft in made if draft.provenance["by"] == "critic"]


def test_a_critique_is_of_the_proof_that_its_prompt_shows() -> None:
    short = (Attempt("a", MAIN, "simp", "writer"), failed())
    long = (Attempt("b", MAIN, "simp [h]", "writer"), AUDITED)
    call = criticized(MAIN, "simp [h]", answer("simp", "h rewrites in the wrong direction"))
    assert by_critics(short, long, calls=[call]) == []
    call = criticized(MAIN, "simp [h]", answer("simp [h]", "It closes the goal.", "true"))
    (draft,) = by_critics(short, long, calls=[call])
    assert draft.provenance["attempt"] == "b"


def test_a_critique_is_asked_for_with_what_the_critic_knew() -> None:
    step = (Attempt("a", MAIN, "exact wrong", "writer"), failed(1, 6, "unknown identifier 'wrong'"))
    said = answer("exact wrong", "There is no such name.")
    last = {
        "status": step[1].status.value,
        "message": message_of(step[1]),
        "errors": errors_of(step[1], compose(MAIN, "exact wrong")),
    }
    (before,) = by_critics(step, calls=[criticized(MAIN, "exact wrong", said)])
    assert "What Lean said" not in prompt_of(before)
    asked = criticized(MAIN, "exact wrong", said, last=last)
    (after,) = by_critics(step, calls=[asked])
    assert prompt_of(after) == "\n".join(text for _, text in asked.prompt)
    assert "unknown identifier" in prompt_of(after)


@pytest.mark.parametrize("odd", ["\ud83d", "<|im_end|>"])
def test_nothing_a_record_holds_ends_a_harvest_or_an_answer(odd: str) -> None:
    step = (Attempt("a", MAIN, "exact h.symm", "writer"), AUDITED)
    call = criticized(MAIN, "exact h.symm", answer("exact h.symm", f"ok {odd}", "true"))
    (draft,) = by_critics(step, calls=[call])
    ((example,), _) = selected([draft])
    assert odd not in example.target
    strange = stated("main", f'(s : String) (h : s = "{odd}") : "{odd}" = s')
    problem = Problem("main", "Words.", statement=strange)
    own = (Attempt("a", strange, "exact h.symm", "writer"), AUDITED)
    for draft in drafts(material(session(problem, own)), Kind.FORMALIZE, Kind.PROOF):
        assert odd not in text_of(draft)
    model = Attempt("a", MAIN, "exact h.symm", "writer", completion=Completion("", model="a\ud83d"))
    kept, left_out = selected(drafts(material(session(PROBLEM, (model, AUDITED))), Kind.PROOF))
    assert kept == []
    assert +left_out == {"no example: half of a surrogate pair: expected Unicode text": 1}


def test_pairs_of_attempts_are_looked_for_in_bounded_time() -> None:
    lines = [f"have h{i} : a + {i} ≤ b * {i} := by nlinarith [h, sq_nonneg (a - {i})]" for i in range(12)]
    wrong = "\n".join(lines)
    right = wrong.replace("nlinarith", "positivity").replace("sq_nonneg", "mul_pos")
    many = [(Attempt(f"f{i:03}", MAIN, f"{wrong}\nexact w{i}", "writer"), failed()) for i in range(150)]
    same = [(Attempt(f"p{i:03}", MAIN, f"{right}\n-- {i}", "writer"), AUDITED) for i in range(150)]
    found = material(session(PROBLEM, *many, *same))
    begin = time.process_time()
    made = drafts(found, Kind.REPAIR)
    assert len(made) == 4
    assert time.process_time() - begin < 20


async def test_minimising_looks_at_each_variant_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Counter[str] = Counter()
    plain = module.normal_form

    def counted(text: str) -> str:
        seen[text] += 1
        return plain(text)

    monkeypatch.setattr(module, "normal_form", counted)
    proof = "\n".join([*(f"have h{i} : a + {i} = a + {i} := by rfl" for i in range(60)), "rfl"])
    result = await minimise(stated("t", "(a : ℕ) : a = a"), proof, FakeChecker())
    assert result.checks == 48
    assert seen.total() < 60
    shorter = await minimise(
        stated("t", "(a : ℕ) : a = a"),
        "have x := 1\nhave y := 2\nrfl",
        FakeChecker({"rfl": PROVED}),
        checks=20,
    )
    assert shorter.proof == "rfl"
