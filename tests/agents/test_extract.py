"""What the extractor takes out of answers as models really write them, and what it refuses."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prover.agents.blocks import NOTHING, ONLY_COMMENTS, ONLY_HEADER, ONLY_SORRY
from prover.agents.extract import FINISH_FAULTS, NO_LEAN, extract, extract_tail
from prover.agents.fences import fenced_blocks
from prover.lean.source import Submission, parse_submission
from prover.models.base import Finish
from prover.types import Header, Statement, Status

GOAL = Statement("goal", "(n : ℕ) (h : 0 < n) : n ≤ n ^ 2", Header(("Mathlib",), "open Nat"))
HEAD = "theorem goal (n : ℕ) (h : 0 < n) : n ≤ n ^ 2 :="
FULL = f"{HEAD} by\n  nlinarith"
HELPER = "lemma aux (m : ℕ) : m ≤ m := by\n  exact le_refl m"
FILE_HEAD = """import Mathlib
import Aesop

set_option maxHeartbeats 400000

open BigOperators Real Nat Topology Rat
"""


def fence(code: str, label: str = "lean4") -> str:
    return f"```{label}\n{code}\n```"


TAKEN: dict[str, tuple[str, str]] = {
    # one fence
    "lean4": (fence(FULL), FULL),
    "lean": (fence(FULL, "lean"), FULL),
    "Lean 4 in capitals": (fence(FULL, "Lean4"), FULL),
    "tactics": (fence("nlinarith", "tactics"), "nlinarith"),
    "words around it": (f"Here is the proof.\n\n{fence(FULL)}\n\nIt works because squares grow.", FULL),
    "tildes": (f"~~~lean4\n{FULL}\n~~~\n", FULL),
    "unlabelled": (fence(FULL, ""), FULL),
    "unlabelled tactics": (fence("intro x\nsimp [h]", ""), "intro x\nsimp [h]"),
    "another label, but the theorem": (fence(FULL, "coq"), FULL),
    "one line": (f"```lean4 {FULL.replace(chr(10), ' ')}```", f"{HEAD} by   nlinarith"),
    "closed at a line's end": (f"```lean4\n{FULL}```", FULL),
    "junk behind the closing fence": (f"```lean4\n{FULL}\n```&\n", FULL),
    "a longer fence": (f"````lean4\n{FULL}\n````", FULL),
    "a fence within a list": ("1. Proof:\n   ```lean4\n   simp\n   linarith\n   ```", "simp\nlinarith"),
    "an indented theorem": ("  ```lean4\n  " + FULL.replace("\n", "\n  ") + "\n  ```", FULL),
    "crlf": (fence(FULL).replace("\n", "\r\n"), FULL.replace("\n", "\r\n")),
    "byte order mark": ("\ufeff" + fence("\ufeff" + FULL), FULL),
    "blank lines around": (fence(f"\n\n{FULL}\n\n"), FULL),
    # tactic blocks and terms
    "indented tactics": (fence("  intro x\n  simp"), "intro x\nsimp"),
    "by block": (fence("by\n  nlinarith"), "by\n  nlinarith"),
    "assigned": (fence(":= by\n  nlinarith"), ":= by\n  nlinarith"),
    "term": (fence("fun n h => Nat.le_self_pow two_ne_zero n"), "fun n h => Nat.le_self_pow two_ne_zero n"),
    "anonymous constructor": (fence("⟨2, by decide⟩"), "⟨2, by decide⟩"),
    "comment before tactics": (fence("-- the square grows\nnlinarith"), "-- the square grows\nnlinarith"),
    "header, then tactics": (fence("import Mathlib\n\nnlinarith"), "nlinarith"),
    "open in": (fence("open Nat in\nsimp"), "open Nat in\nsimp"),
    # restated headers
    "restated header": (fence(FILE_HEAD + "\n" + FULL), FULL),
    "section": (fence(f"noncomputable section\n\n{FULL}\n\nend"), FULL),
    "options before it": (
        fence(f"set_option maxHeartbeats 400000 in\n{FULL}"),
        f"set_option maxHeartbeats 400000 in\n{FULL}",
    ),
    "an option of its own": (
        fence(f"set_option maxRecDepth 2000\n{FULL}"),
        f"set_option maxRecDepth 2000\n\n{FULL}",
    ),
    "doc comment": (fence(f"/-- Show it. -/\n{FULL}"), f"/-- Show it. -/\n{FULL}"),
    "lemma for theorem": (fence(FULL.replace("theorem", "lemma")), FULL.replace("theorem", "lemma")),
    "root name": (fence(FULL.replace("goal", "_root_.goal")), FULL.replace("goal", "_root_.goal")),
    "attribute": (fence("@[simp]\n" + FULL), "@[simp]\n" + FULL),
    "broken over lines": (
        fence("theorem goal (n : ℕ)\n    (h : 0 < n) :\n    n ≤ n ^ 2 := by\n  nlinarith"),
        "theorem goal (n : ℕ)\n    (h : 0 < n) :\n    n ≤ n ^ 2 := by\n  nlinarith",
    ),
    # what follows the theorem
    "print axioms": (fence(f"{FULL}\n\n#print axioms goal"), FULL),
    "checks before it": (fence(f"#check Nat.pos_pow\n{FULL}\n#eval 1"), FULL),
    "an example behind it": (fence(f"{FULL}\n\nexample : goal 1 = goal 1 := rfl"), FULL),
    # helpers
    "helper": (fence(f"{HELPER}\n\n{FULL}"), f"{HELPER}\n\n{FULL}"),
    "helper behind a header": (fence(f"{FILE_HEAD}\n{HELPER}\n\n{FULL}"), f"{HELPER}\n\n{FULL}"),
    "def and helper": (
        fence(f"def twice (m : ℕ) : ℕ := 2 * m\n\n{HELPER}\n\n{FULL}"),
        f"def twice (m : ℕ) : ℕ := 2 * m\n\n{HELPER}\n\n{FULL}",
    ),
    "comment between helpers": (fence(f"{HELPER}\n\n-- now\n{FULL}"), f"{HELPER}\n\n{FULL}"),
    "helper in a block of its own": (
        f"First\n{fence(HELPER)}\nthen\n{fence(HEAD + ' by' + chr(10) + '  exact aux n')}",
        f"{HELPER}\n\n{HEAD} by\n  exact aux n",
    ),
    "unused helper in a block of its own": (f"{fence(HELPER)}\n{fence(FULL)}", FULL),
    "a print between helpers": (fence(f"{HELPER}\n#check aux\n{FULL}"), f"{HELPER}\n\n{FULL}"),
    # several blocks
    "a sketch first": (f"Plan:\n{fence(HEAD + ' by' + chr(10) + '  sorry')}\nProof:\n{fence(FULL)}", FULL),
    "the last of two": (f"{fence(HEAD + ' by simp')}\nNo, better:\n{fence(FULL)}", FULL),
    "a last block that is an aside": (f"{fence(FULL)}\nTo test: {fence('#eval 2 ^ 2')}", FULL),
    "tactics quoted behind": (f"{fence(FULL)}\nThe key step is\n{fence('nlinarith')}", FULL),
    "incomplete last": (
        f"{fence(FULL)}\nor\n{fence(HEAD + ' by' + chr(10) + '  have : n = n := sorry' + chr(10) + '  nlinarith')}",
        FULL,
    ),
    "output of Lean behind": (f"{fence(FULL)}\nLean says\n{fence('error: no goals', '')}", FULL),
    "python beside": (f"{fence('print(1)', 'python')}\n{fence(FULL)}\n{fence('print(2)', 'python')}", FULL),
    "twice in one block": (fence(f"{HEAD} by\n  sorry\n\n{FULL}"), FULL),
    # thoughts
    "behind a thought": (f"<think>maybe {fence(HEAD + ' by simp')}</think>\n{fence(FULL)}", FULL),
    "only in the thought": (f"<think>So the proof is\n{fence(FULL)}\nGood.</think>\nI am done.", FULL),
    "thought tag without a beginning": (f"hm {fence('simp')}\n</think>{fence(FULL)}", FULL),
    "thought that does not end": (f"<think>first {fence(FULL)} but then", FULL),
    # under another name
    "example": (fence("example (n : ℕ) (h : 0 < n) : n ≤ n ^ 2 := by\n  nlinarith"), FULL),
    "another name": (fence(FULL.replace("goal", "my_theorem")), FULL),
    "another name and a helper": (fence(f"{HELPER}\n\n{FULL.replace('goal', 'foo')}"), f"{HELPER}\n\n{FULL}"),
    "two goals, one proved": (fence(f"{FULL.replace('goal', 'x')}\n\n{HEAD} by sorry"), ""),
    # passed on to the checker, which names the fault
    "a changed statement": (fence(FULL.replace("n ^ 2", "n ^ 3")), FULL.replace("n ^ 2", "n ^ 3")),
    "another theorem": (fence(HELPER), HELPER),
    "an axiom": (fence(f"axiom cheat : False\n\n{FULL}"), f"axiom cheat : False\n\n{FULL}"),
    "a namespace": (fence(f"namespace A\n\n{FULL}\n\nend A"), f"namespace A\n\n{FULL}"),
    "a sorry inside": (
        fence(f"{HEAD} by\n  have : n = n := by sorry\n  nlinarith"),
        f"{HEAD} by\n  have : n = n := by sorry\n  nlinarith",
    ),
    "look-alike characters": (fence(FULL.replace("≤", "⩽")), FULL.replace("≤", "⩽")),
    "an open comment": (fence(f"{FULL}\n/- and"), f"{FULL}\n/- and"),
    "pattern matching": (
        fence("theorem goal : ∀ n : ℕ, n ≤ n ^ 2\n  | 0 => rfl\n  | n + 1 => by nlinarith"),
        "theorem goal : ∀ n : ℕ, n ≤ n ^ 2\n  | 0 => rfl\n  | n + 1 => by nlinarith",
    ),
    # without a fence
    "unfenced": (f"The proof is\n\n{FULL}\n\nThis completes it.", FULL),
    "unfenced with a helper": (f"{HELPER}\n\n{FULL}", f"{HELPER}\n\n{FULL}"),
    "unfenced header": (FILE_HEAD + "\n" + FULL, FULL),
    "unfenced tactics": ("intro x\nnlinarith [sq_nonneg x]", "intro x\nnlinarith [sq_nonneg x]"),
    "unfenced tactics, then words": ("nlinarith [h]\n\nThis is enough.", "nlinarith [h]"),
    "unfenced in tags": (f"<Output>\n{FULL}\n</Output>", FULL),
    "only the closing fence": (f"{FULL}\n```", FULL),
    "unfenced assigned": (":= by\n  nlinarith", ":= by\n  nlinarith"),
}

REFUSED: dict[str, tuple[str, str]] = {
    "nothing": ("", NOTHING),
    "white space": (" \n\t\n", NOTHING),
    "an apology": ("I'm sorry, but I cannot prove this statement.", NO_LEAN),
    "prose": ("We use induction on n. The base case is clear. Then have a look at the step.", NO_LEAN),
    "prose that begins with a tactic": ("use the hypothesis and we are done.", NO_LEAN),
    "the word theorem": ("theorem proving is hard\nlemma after lemma", NO_LEAN),
    "another language": (fence("print('theorem')", "python"), NO_LEAN),
    "an empty fence": (fence(""), NOTHING),
    "comments": (fence("-- to do\n/- nothing yet -/"), ONLY_COMMENTS),
    "sorry": (fence("sorry"), ONLY_SORRY),
    "by sorry": (fence("by\n  sorry"), ONLY_SORRY),
    "a comment and sorry": (fence("-- Step 1: square\nsorry"), ONLY_SORRY),
    "restated with sorry": (fence(f"{HEAD} by\n  sorry"), ONLY_SORRY),
    "restated and cut off": (fence(f"{FILE_HEAD}\n{HEAD} by"), ONLY_SORRY),
    "header alone": (fence(FILE_HEAD), ONLY_HEADER),
    "a definition": (fence("def x : ℕ := 1"), ONLY_HEADER),
    "an evaluation": (fence("#eval 1 + 1"), ONLY_HEADER),
    "a thought without code": ("<think>I think about it</think>", NO_LEAN),
    "an unfinished thought": ("<think>So we have n > 0 and", NO_LEAN),
    "a goal quoted": (fence("n : ℕ\nh : 0 < n\n⊢ n ≤ n ^ 2", ""), NO_LEAN),
    "an incomplete thought": (f"<think>{fence(HEAD + ' by sorry')}</think>", NO_LEAN),
}


@pytest.mark.parametrize("case", sorted(TAKEN))
def test_the_code_that_was_meant_is_taken(case: str) -> None:
    answer, expected = TAKEN[case]
    found = extract(answer, GOAL)
    assert found.code == expected
    assert bool(found.fault) is (not expected)


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_what_holds_no_proof_is_refused_with_the_reason(case: str) -> None:
    answer, reason = REFUSED[case]
    found = extract(answer, GOAL)
    assert (found.code, found.fault) == ("", reason)


def test_the_table_is_large() -> None:
    assert len(TAKEN) + len(REFUSED) >= 60


@pytest.mark.parametrize("case", sorted(case for case, (_, code) in TAKEN.items() if code))
def test_what_is_taken_is_what_the_checker_reads(case: str) -> None:
    """Nothing is taken for code of which the checker says that there is none; a good proof is not refused."""
    read = parse_submission(TAKEN[case][1], GOAL)
    passed_on = {
        "a changed statement": Status.WRONG_STATEMENT,
        "another theorem": Status.WRONG_STATEMENT,
        "an axiom": Status.FORBIDDEN,
        "a namespace": Status.FORBIDDEN,
        "an open comment": Status.FORBIDDEN,
        "pattern matching": Status.FORBIDDEN,
        "look-alike characters": Status.WRONG_STATEMENT,
        "root name": Status.WRONG_STATEMENT,
    }
    if case in passed_on:
        assert not isinstance(read, Submission)
        assert read.status is passed_on[case]
    else:
        assert isinstance(read, Submission), read


CUT = f"{HEAD} by\n  have h2 : n ≤ n * n := by\n    nlin"


def test_a_truncated_answer_gives_what_there_is() -> None:
    assert extract(f"So:\n```lean4\n{CUT}", GOAL, finish=Finish.LENGTH).code == CUT


def test_a_complete_block_is_better_than_one_that_is_cut_off() -> None:
    answer = f"{fence(FULL)}\nAlternatively\n```lean4\n{CUT}"
    assert extract(answer, GOAL, finish=Finish.LENGTH).code == FULL
    assert extract(answer, GOAL).code == CUT  # the model ended it so: a stop text stood for the fence


def test_reasoning_apart_is_a_thought() -> None:
    assert extract("", GOAL, reasoning=f"so {fence(FULL)}").code == FULL
    assert extract(fence("simp"), GOAL, reasoning=f"so {fence(FULL)}").code == "simp"
    assert extract("", GOAL, reasoning="nothing yet").fault == NO_LEAN


@pytest.mark.parametrize("finish", list(FINISH_FAULTS))
def test_an_answer_that_never_came_says_why(finish: str) -> None:
    assert extract("", GOAL, finish=finish).fault == FINISH_FAULTS[finish]
    assert extract_tail("", GOAL, finish=finish).fault == FINISH_FAULTS[finish]


def test_other_tags_and_labels_are_the_familys() -> None:
    answer = f"<Thought>{fence('simp')}</Thought>\n{fence('linarith', 'proof')}"
    assert extract(answer, GOAL, think=[("<Thought>", "</Thought>")], fences=["proof"]).code == "linarith"


TAILS: dict[str, tuple[str, str, str]] = {
    "a block": ("\n  nlinarith\n```", "nlinarith", ""),
    "junk behind the fence": ("\n  simp\n  omega\n```&\n</Output>", "simp\nomega", ""),
    "on the same line": (" nlinarith [h]", "nlinarith [h]", ""),
    "comments of the plan": ("\n  -- Step 1: a\n  simp\n", "-- Step 1: a\nsimp", ""),
    "the next theorem": ("\n  simp\n\ntheorem b : True := trivial", "simp", ""),
    "a command": ("\n  simp\n#eval 1", "simp", ""),
    "the end of a section": ("\n  simp\n\nend\n", "simp", ""),
    "a closing tag": ("\n  simp\n</Output>\nmore", "simp", ""),
    "open stays": ("\n  open Nat in\n  simp", "open Nat in\nsimp", ""),
    "at the margin": ("\nsimp\nomega", "simp\nomega", ""),
    "started over in a fence": (f"\n{fence(FULL)}", FULL, ""),
    "started over": (f"\n{FULL}\n", FULL, ""),
    "nothing": ("", "", NOTHING),
    "a fence alone": ("\n```", "", NOTHING),
    "sorry": ("\n  sorry\n```", "", ONLY_SORRY),
    "comments": ("\n  -- hm\n", "", ONLY_COMMENTS),
}


@pytest.mark.parametrize("case", sorted(TAILS))
def test_a_continuation(case: str) -> None:
    tail, code, fault = TAILS[case]
    found = extract_tail(tail, GOAL)
    assert (found.code, found.fault) == (code, fault)


def test_blocks_never_overlap_and_a_label_reopens() -> None:
    blocks = fenced_blocks("```lean4\na\n```lean4\nb\n```\n~~~ x ~~~ y\n```\nc")
    assert [(b.label, b.text, b.closed) for b in blocks] == [
        ("lean4", "a\n", False),
        ("lean4", "b\n", True),
        ("", "c", False),
    ]


PARTS = st.sampled_from(
    [
        "```", "```lean4\n", "~~~\n", "<think>", "</think>", HEAD, " by\n  simp\n", FULL, HELPER, FILE_HEAD, "sorry", "/-", "-/",
        "-- x\n", "theorem ", "goal", "\n", "  ", "example : True := trivial", "open Nat in\n", "#eval 1\n", "(", "]", '"', "«", "\0",
        "\ud800", "\r", "⟨", "import Mathlib\n", "lemma", ":=", "end\n", "section\n", "def a := 1\n", "words and words.", "\ufeff", "`",
    ]
)  # fmt: skip
ANSWERS = st.one_of(st.text(), st.lists(PARTS, max_size=40).map("".join))


@given(ANSWERS, ANSWERS, st.sampled_from(["stop", "length", "filtered"]))
@settings(max_examples=400, deadline=None)
def test_any_answer_gives_pieces_of_itself_or_a_reason(answer: str, reasoning: str, finish: str) -> None:
    for found in (
        extract(answer, GOAL, reasoning=reasoning, finish=finish),
        extract_tail(answer, GOAL, finish=finish),
    ):
        assert bool(found.code) is not bool(found.fault)
        said = f"{answer}\n{reasoning}\n{HEAD}"
        given_words = set(re.split(r"\s+", said))
        for line in found.code.split("\n"):
            rest = line.removeprefix(HEAD)
            assert rest.strip() in said or set(re.split(r"\s+", line)) <= given_words


def cpu_s(answer: str) -> float:
    """Seconds of CPU, the least of three runs."""
    times = []
    for _ in range(3):
        begin = time.process_time()
        extract(answer, GOAL)
        times.append(time.process_time() - begin)
    return min(times)


GROWING: dict[str, Callable[[int], str]] = {
    "fences": lambda n: "```lean4\nsimp\n```\n" * n,
    "open fences": lambda n: "```lean4\n" * n,
    "theorems": lambda n: fence("\n".join(f"theorem t{i} : True := trivial" for i in range(n))),
    "the theorem again and again": lambda n: fence("\n".join([FULL] * n)),
    "blocks that restate": lambda n: "\n".join([fence(FULL)] * n),
    "helper blocks": lambda n: (
        "\n".join(fence(f"lemma a{i} : True := trivial") for i in range(n)) + fence(FULL)
    ),
    "unfenced regions": lambda n: f"{HEAD}\nwords\n" * n,
    "thoughts": lambda n: "<think></think>" * n,
    "brackets": lambda n: fence("(" * n),
    "comments": lambda n: fence("/- " * n),
    "tactics": lambda n: "simp\n" * n,
    "spaces": lambda n: " " * n + "\n" + "\t" * n,
    "backticks": lambda n: "`" * n,
}


@pytest.mark.parametrize("shape", sorted(GROWING))
def test_work_grows_with_the_answer_and_no_faster(shape: str) -> None:
    """By the ratio for eight times the size: quadratic work would take 64 times as long."""
    assert cpu_s(GROWING[shape](3200)) <= 24 * max(cpu_s(GROWING[shape](400)), 0.002)


@pytest.mark.slow
@pytest.mark.parametrize("shape", sorted(GROWING))
def test_a_million_characters_are_read(shape: str) -> None:
    unit = len(GROWING[shape](100)) / 100
    found = extract(GROWING[shape](max(1, int(1_000_000 / max(unit, 1)))), GOAL)
    assert bool(found.code) is not bool(found.fault)
