"""The agents that ask a model: what they send, what they make of the answers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from prover.agents.corrector import correct
from prover.agents.critic import critique, read_critique
from prover.agents.decomposer import assemble, decompose
from prover.agents.family import load_family
from prover.agents.feedback import told
from prover.agents.planner import numbered_steps, plan
from prover.agents.values import Critique, FailedNode, Lemma, Plan, Round, Speaker
from prover.agents.writer import write
from prover.errors import InfraError, InputError
from prover.lean.checker import PlainChecker
from prover.models.base import Finish, Message, Role, Sampling
from prover.types import (
    Attempt,
    Completion,
    Diagnostic,
    Header,
    Problem,
    Statement,
    Status,
    Tier,
    Verdict,
)
from tests.agents.fake_model import FakeModel

GOAL = Statement("goal", "(n : ℕ) (h : 0 < n) : n ≤ n ^ 2", Header(("Mathlib",)))
PROBLEM = Problem(
    "goal",
    "Show that $n \\le n^2$.",
    informal_proof="SECRET WORDS",
    statement=GOAL,
    reference_proof="SECRET PROOF",
)
PROOF = "```lean4\ntheorem goal (n : ℕ) (h : 0 < n) : n ≤ n ^ 2 := by\n  nlinarith\n```"


def speaker(*answers: str | Completion, family: str = "generic", continues: bool = True) -> Speaker:
    return Speaker(
        FakeModel(list(answers), continues), load_family(family), Sampling(seed=7, max_tokens=1000)
    )


def texts(one: Speaker, call: int = 0) -> str:
    """All that the model was sent in one call."""
    prompt = one.model.asked[call][0]  # type: ignore[attr-defined]
    return prompt if isinstance(prompt, str) else "\n".join(message.content for message in prompt)


def failed(
    proof: str, *errors: Diagnostic, status: Status = Status.ELABORATION_ERROR, detail: str = ""
) -> Round:
    attempt = Attempt(proof, GOAL, proof, "writer", completion=Completion(f"I said {proof}"))
    return Round(attempt, Verdict(status, diagnostics=errors, detail=detail))


async def test_plans_are_drawn_together_and_numbered() -> None:
    one = speaker(
        "<think>hm</think>The plan:\n1. First, square.\n2. Then **compare**\n   the sides.\n\nDone."
    )
    plans = await plan(one, PROBLEM, GOAL, 2)
    assert [p.steps for p in plans] == [("First, square.", "Then compare the sides. Done.")] * 2
    assert plans[0].text.startswith("The plan:")
    assert plans[0].prompt_version == one.family.version("planner")
    (asked,) = one.model.asked  # type: ignore[attr-defined]
    assert asked[2] == 2
    assert asked[1].seed == 7


async def test_a_model_that_only_thinks_has_planned() -> None:
    (found,) = await plan(speaker(Completion("", reasoning="1. Add.\n2. Done.")), PROBLEM, GOAL, 1)
    assert found.steps == ("Add.", "Done.")


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("", ()),
        ("no list here, only 3. in a line", ()),
        ("Step 1: a\nStep 2: b\n", ("a", "b")),
        ("### Step 1. a\ntext\n### Step 2. b\n# End\nnot b", ("a text", "b")),
        ("1. draft\n\nNow the plan:\n1) a\n2) b\n3) c", ("a", "b", "c")),
        ("1. a\n2. b\n\n1. other", ("a", "b")),
        ("2. two\n1. one\n3. three", ("one 3. three",)),
        ("1. a\n2. b\n```lean4\n1. no\n```", ("a", "b")),
    ],
)
def test_the_longest_numbered_list_is_the_plan(text: str, steps: tuple[str, ...]) -> None:
    assert numbered_steps(text) == steps


async def test_the_writer_is_given_plan_and_lemmas_and_its_code_is_taken() -> None:
    one = speaker(PROOF, "I cannot do this.", Completion("", finish_reason=Finish.PROMPT_TOO_LONG))
    words = Plan("1. Square it.", ("Square it.",), Completion(""), "v")
    lemmas = [
        Lemma("sq_pos", "(n : ℕ) : 0 ≤ n ^ 2", "squares are positive"),
        Lemma("old", ": True", "", (), "theorem old : True := trivial"),
    ]
    drafts = await write(one, PROBLEM, GOAL, 3, plan=words, lemmas=lemmas)
    woven = PROOF.replace("  nlinarith", "  -- Step 1: Square it.\n  nlinarith")
    assert [d.proof for d in drafts] == [woven.removeprefix("```lean4\n").removesuffix("\n```"), "", ""]
    assert [d.fault for d in drafts] == [
        "",
        "the answer holds no Lean code",
        "the prompt is longer than the model's context",
    ]
    sent = texts(one)
    for expected in (
        "1. Square it.",
        "-- Step k:",
        "theorem sq_pos",
        "theorem old : True := trivial",
        "$n \\le n^2$",
    ):
        assert expected in sent


async def test_steps_that_the_writer_left_out_are_woven_in() -> None:
    words = Plan("", ("Compare with nlinarith: multiply $n$ by itself.",), Completion(""), "v")
    (found,) = await write(speaker(PROOF), PROBLEM, GOAL, 1, plan=words)
    assert found.proof.endswith("  -- Step 1: Compare with nlinarith: multiply $n$ by itself.\n  nlinarith")


@pytest.mark.parametrize("role", ["planner", "writer", "critic", "decomposer", "corrector"])
async def test_no_agent_is_shown_a_known_proof(role: str) -> None:
    one = speaker("```lean4\n```")
    if role == "planner":
        await plan(one, PROBLEM, GOAL, 1)
    elif role == "writer":
        await write(one, PROBLEM, GOAL, 1)
    elif role == "critic":
        await critique(one, PROBLEM, GOAL, "by simp")
    elif role == "decomposer":
        await decompose(one, PROBLEM, GOAL, 1)
    else:
        await correct(one, PROBLEM, GOAL, [failed("simp")], 1)
    assert "SECRET" not in texts(one)


async def test_the_corrector_sees_errors_in_the_code_goals_and_history_newest_last() -> None:
    one = speaker(PROOF)
    older = failed("first_try", Diagnostic("error", "old error", 1, 0, 1, 9))
    newer = replace(
        failed("by\n  second_try", Diagnostic("error", "new error", 2, 2, 2, 12)), goals=("⊢ left",)
    )
    (found,) = await correct(one, PROBLEM, GOAL, [older, newer], 1)
    assert found.proof
    sent = texts(one)
    assert sent.index("old error") < sent.index("new error")
    assert "  <error>first_try</error>" in sent
    assert "  <error>second_try</error>" in sent
    assert "Error 1, line 2, column 2: new error" in sent
    assert "⊢ left" in sent


async def test_a_breakdown_of_ours_is_never_shown() -> None:
    one = speaker(PROOF)
    broken = failed("broken", status=Status.INFRA, detail="the worker died")
    await correct(one, PROBLEM, GOAL, [failed("first"), broken], 1)
    assert "worker died" not in texts(one)
    assert "broken" not in texts(one)
    assert await correct(one, PROBLEM, GOAL, [broken], 1) == []
    assert len(one.model.asked) == 1  # type: ignore[attr-defined]


async def test_the_history_is_bounded_and_keeps_its_numbers() -> None:
    one = speaker(PROOF, family="goedel-v2")
    history = [failed(f"try_{number}") for number in range(1, 6)]
    await correct(one, PROBLEM, GOAL, history, 1)
    sent = texts(one)
    assert "try_3" not in sent
    assert (
        sent.index("I said try_4")
        < sent.index("(Round 3)")
        < sent.index("I said try_5")
        < sent.index("(Round 4)")
    )
    roles = [message.role for message in one.model.asked[0][0]]  # type: ignore[attr-defined]
    assert roles == [Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT, Role.USER]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.TIMEOUT, "took too long"),
        (Status.FORBIDDEN, "`axiom` adds an axiom"),
        (Status.WRONG_STATEMENT, "not proved as it is stated"),
        (Status.INCOMPLETE, "contains `sorry`"),
    ],
)
async def test_a_verdict_without_diagnostics_is_told_in_words(status: Status, words: str) -> None:
    one = speaker(PROOF)
    await correct(one, PROBLEM, GOAL, [failed("x", status=status, detail="`axiom` adds an axiom")], 1)
    assert words in texts(one)


async def test_huge_errors_and_answers_do_not_flood_a_prompt() -> None:
    one = speaker(PROOF, family="goedel-v2")
    errors = [Diagnostic("error", "x" * 100_000, 1, 0, 1, 5)] * 50
    history = [failed("simp " * 100_000, *errors)] * 3
    await correct(one, PROBLEM, GOAL, history, 1)
    assert len(texts(one)) < 5_000_000
    assert "[Omitted 42 more errors]" in texts(one)


async def test_the_corrector_may_see_a_critique() -> None:
    one = speaker(PROOF)
    said = Critique(False, (), "step 2 divides by zero", Completion(""), "v")
    await correct(one, PROBLEM, GOAL, [failed("x")], 1, critique=said)
    assert "divides by zero" in texts(one)
    await correct(one, PROBLEM, GOAL, [failed("x")], 1, critique=replace(said, sound=None))
    assert "divides by zero" not in texts(one, 1)


@pytest.mark.parametrize(
    ("text", "sound", "steps"),
    [
        ('```json\n{"sound": true, "steps": [{"step": "a", "sound": true}]}\n```', True, (True,)),
        ('{"sound": true, "steps": [{"step": "a", "sound": false, "comment": "no"}]}', False, (False,)),
        ('Well: {"sound": "incorrect"} I think', False, ()),
        ('{"steps": [{"sound": "yes"}, {"sound": null}, 3, "x"]}', None, (True, None)),
        ("Step 1: sound\nStep 2: unsound - it divides by zero\nVerdict: unsound", False, (True, False)),
        ("1. **Correct**\n2. **Correct**", True, (True, True)),
        ("Overall: valid", True, ()),
        ("", None, ()),
        ("garbage {{{{{{ {'a': 1} ]]", None, ()),
        ('{"sound": ' * 5000, None, ()),
        ("I refuse.", None, ()),
    ],
)
def test_a_critique_is_read_or_says_nothing(
    text: str, sound: bool | None, steps: tuple[bool | None, ...]
) -> None:
    found, parts = read_critique(text)
    assert found is sound
    assert tuple(part.sound for part in parts) == steps


async def test_the_critic_sees_the_verdict_unless_it_is_ours() -> None:
    one = speaker('{"sound": false}')
    verdict = Verdict(
        Status.ELABORATION_ERROR, Tier.NONE, diagnostics=(Diagnostic("error", "bad step", 1, 0),)
    )
    found = await critique(one, PROBLEM, GOAL, "simp", verdict=verdict)
    assert found.sound is False
    assert "bad step" in texts(one)
    await critique(one, PROBLEM, GOAL, "simp", verdict=replace(verdict, status=Status.INFRA))
    assert "bad step" not in texts(one, 1)


GOOD = """Here:
```lean4
/-- Words of a.
Uses: b -/
theorem a (n : ℕ) : n ≤ n + 1 := by sorry
/-- Words of b. -/
lemma b : (1 : ℕ) ≤ 2 := by
  sorry
theorem c : True := by
  have := a
  trivial
theorem goal (n : ℕ) (h : 0 < n) : n ≤ n ^ 2 := by
  have := a n
  nlinarith
```"""


async def test_a_decomposition_is_read_in_an_order_that_can_be_stated() -> None:
    one = speaker(GOOD)
    (found,) = await decompose(one, PROBLEM, GOAL, 1)
    assert not found.fault
    assert [lemma.name for lemma in found.lemmas] == ["b", "a", "c"]
    b, a, c = found.lemmas
    assert (a.words, a.uses, a.proof) == ("Words of a.", ("b",), "")
    assert b.signature == ": (1 : ℕ) ≤ 2"
    assert c.uses == ("a",)
    assert c.proof.startswith(":= by")
    whole = assemble(GOAL, found, {"b": "decide"})
    assert "theorem b : (1 : ℕ) ≤ 2 := by\n  decide" in whole
    assert "theorem a (n : ℕ) : n ≤ n + 1 := by\n  sorry" in whole
    assert whole.endswith(found.main)
    assert found.main.startswith(GOAL.declare())


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("Uses: b", "Uses: zz"), "`a` uses `zz`, which is no lemma"),
        (("/-- Words of b. -/", "/-- b\nUses: a -/"), "in a circle"),
        (("lemma b", "lemma a"), "two lemmas are called `a`"),
        (("  have := a n\n", ""), "uses none of the lemmas"),
        (("  have := a n\n", "  have := a n\n  sorry\n"), "holds `sorry`"),
        (("0 < n", "1 < n"), "restated differently"),
        (("lemma b :", "def b :"), "`def` among the lemmas"),
        (("theorem goal", "theorem other"), "no Lean code that states `goal`"),
        (("(n : ℕ) : n ≤ n + 1", "(n : ℕ) (h : 0 < n) : n ≤ n ^ 2"), "`a` states the goal itself"),
        (("theorem c : True", "axiom c : True"), "`axiom` among the lemmas"),
        (("lemma b :", "lemma Nat.b :"), "no plain name"),
        (("lemma b :", "lemma b (h : (0 :"), "line"),
    ],
)
async def test_what_is_no_decomposition_is_refused_with_the_reason(
    change: tuple[str, str], fault: str
) -> None:
    assert change[0] in GOOD
    (found,) = await decompose(speaker(GOOD.replace(*change)), PROBLEM, GOAL, 1)
    assert fault in found.fault
    assert found.lemmas == ()
    assert found.main == ""


@pytest.mark.parametrize("answer", ["", "no", "```lean4\n```", "x" * 1_000_000, "\ufffd\0", "{" * 10_000])
async def test_garbage_is_a_fault_and_never_an_error(answer: str) -> None:
    one = speaker(answer)
    assert (await write(one, PROBLEM, GOAL, 1))[0].fault
    assert (await correct(one, PROBLEM, GOAL, [failed("x")], 1))[0].fault
    assert (await decompose(one, PROBLEM, GOAL, 1))[0].fault
    assert (await critique(one, PROBLEM, GOAL, "simp")).sound is None
    assert isinstance((await plan(one, PROBLEM, GOAL, 1))[0].steps, tuple)


async def test_a_failed_node_is_told_to_the_next_decomposition() -> None:
    one = speaker(GOOD)
    node = FailedNode(Lemma("bad", "(n : ℕ) : n = 0", "all are zero"), "refuted: n = 1")
    await decompose(one, PROBLEM, GOAL, 1, failed=[node])
    assert "theorem bad (n : ℕ) : n = 0" in texts(one)
    assert "refuted: n = 1" in texts(one)


async def test_an_answer_is_forced_behind_a_cut_thought() -> None:
    one = speaker("first thought", "second </Thought> thought", "\n  nlinarith\n```&", family="malot")
    drafts = await write(one, PROBLEM, GOAL, 2)
    assert [d.proof for d in drafts] == ["nlinarith", "nlinarith"]
    thinking, first, second = one.model.asked  # type: ignore[attr-defined]
    assert (thinking[2], thinking[1].max_tokens) == (2, 800)
    assert "</Thought>" in thinking[1].stop
    assert first[0].startswith(thinking[0] + "first thought</Thought>\n\n<Output>")
    assert first[0].endswith(GOAL.declare() + " := by")
    assert (first[1].max_tokens, first[1].seed, second[1].seed) == (1000 - 2, 7, 8)
    assert drafts[0].completion.text.startswith("first thought</Thought>")
    assert drafts[0].completion.tokens_out == 4
    assert drafts[0].completion.tokens_in == 20


async def test_a_raw_family_is_continued() -> None:
    one = speaker("\n  nlinarith\n\ntheorem next : True := trivial", family="deepseek-v2-non-cot")
    (found,) = await write(one, PROBLEM, GOAL, 1)
    assert found.proof == "nlinarith"
    assert texts(one).endswith(" := by")


@pytest.mark.parametrize("family", ["malot", "deepseek-v2-non-cot"])
async def test_a_model_that_cannot_continue_is_named(family: str) -> None:
    with pytest.raises(InputError, match="continues a text"):
        await write(speaker(PROOF, family=family, continues=False), PROBLEM, GOAL, 1)


async def test_a_model_that_breaks_its_promise_is_our_breakdown() -> None:
    class Short(FakeModel):
        async def generate(self, prompt: object, sampling: Sampling, n: int = 1) -> list[Completion]:
            return []

    one = replace(speaker(PROOF), model=Short([PROOF]))
    with pytest.raises(InfraError, match="gave 0 samples where 2"):
        await write(one, PROBLEM, GOAL, 2)


async def test_messages_are_the_seams() -> None:
    one = speaker(PROOF, family="kimina")
    await write(one, PROBLEM, GOAL, 1)
    messages = one.model.asked[0][0]  # type: ignore[attr-defined]
    assert all(isinstance(message, Message) for message in messages)
    assert [message.role for message in messages] == [Role.SYSTEM, Role.USER]


# With real Lean.


@pytest.mark.lean
async def test_errors_of_lean_are_marked_where_they_are(checker: PlainChecker) -> None:
    """In a tactic block, a term and a restated theorem alike: the mark is on the token that Lean means."""
    for proof in (
        "have h2 : n = n := rfl\nexact nonsense_here",
        "by\n  have h2 : n = n := rfl\n  exact nonsense_here",
        "fun_of nonsense_here",
        f"theorem helper : True := trivial\n\n{GOAL.declare()} := by\n  exact nonsense_here",
    ):
        verdict = await checker.check(GOAL, proof)
        attempt = Attempt("1", GOAL, proof, "writer")
        (told_round,) = told([Round(attempt, verdict)], GOAL, 1)
        marked = "".join(error["excerpt"] for error in told_round["errors"])
        assert re.search(r"<error>(nonsense_here|fun_of.*)</error>", marked), (proof, told_round)


@pytest.mark.lean
async def test_an_assembled_decomposition_is_a_submission(checker: PlainChecker) -> None:
    answer = """```lean4
/-- The square of a positive number is at least the number times one. -/
theorem grow (n : ℕ) (h : 0 < n) : n * 1 ≤ n * n := by sorry
/-- Squares are products.
Uses: grow -/
theorem square (n : ℕ) : n ^ 2 = n * n := by sorry
theorem goal (n : ℕ) (h : 0 < n) : n ≤ n ^ 2 := by
  rw [square n]
  have := grow n h
  omega
```"""
    (found,) = await decompose(speaker(answer), PROBLEM, GOAL, 1)
    assert not found.fault
    holes = await checker.check(GOAL, assemble(GOAL, found))
    assert holes.status is Status.INCOMPLETE
    proofs = {"grow": "exact Nat.mul_le_mul_left n h", "square": "by\n  ring"}
    assert (await checker.audit(GOAL, assemble(GOAL, found, proofs))).proved
