"""Both kinds of endpoints over real Lean: what is proved, what only looks like it, and 1 MB of text."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2 as httpx
import pytest

from prover.lean import exploits
from prover.types import Status

pytestmark = pytest.mark.lean

FOUR = "theorem four : 2 + 2 = 4 := by norm_num"


async def check(api: httpx.AsyncClient, *codes: str, **fields: Any) -> list[dict[str, Any]]:
    snippets = [{"id": str(number), "code": code} for number, code in enumerate(codes)]
    answer = await api.post("/api/check", json={"snippets": snippets, "timeout": 30, **fields})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    assert [one["id"] for one in results] == [str(number) for number in range(len(codes))]
    return results


def looks_proved(one: dict[str, Any]) -> bool:
    messages = one.get("response", {}).get("messages", [])
    return (
        "error" not in one
        and not one["response"].get("sorries")
        and all(m["severity"] != "error" for m in messages)
    )


def errors(one: dict[str, Any]) -> list[str]:
    return [m["data"] for m in one["response"]["messages"] if m["severity"] == "error"]


async def test_the_servers_own_examples(api: httpx.AsyncClient) -> None:
    nat, definition, proof = await check(api, "#check Nat", "import Mathlib\ndef f := 1", FOUR)
    assert nat["response"] == {
        "env": 0,
        "messages": [
            {
                "severity": "info",
                "pos": {"line": 1, "column": 0},
                "endPos": {"line": 1, "column": 6},
                "data": "Nat : Type",
            }
        ],
    }
    assert [m["severity"] for m in definition["response"]["messages"]] == ["warning"]
    assert proof["response"] == {"env": 0}
    assert proof["time"] > 0


async def test_the_older_shape(api: httpx.AsyncClient) -> None:
    codes = [{"custom_id": 7, "proof": FOUR}, {"custom_id": "x", "code": "theorem a : 1 = 2 := rfl"}]
    answer = await api.post("/verify", json={"codes": codes, "timeout": 30, "infotree_type": "original"})
    first, second = answer.json()["results"]
    assert (first["custom_id"], second["custom_id"]) == ("7", "x")
    assert [m["severity"] for m in first["response"]["messages"]] == ["warning"]  # there is no info tree
    assert first["response"]["time"] > 0
    assert errors({"response": second["response"]})


async def test_debug_and_a_fresh_process(api: httpx.AsyncClient) -> None:
    (one,) = await check(api, FOUR, debug=True, reuse=False)
    assert looks_proved(one)
    assert one["diagnostics"]["cpu_s"] > 0


async def test_sorries_with_their_goals(api: httpx.AsyncClient) -> None:
    code = "theorem a (n : ℕ) : n + 0 = n ∧ 1 = 1 := by\n  constructor\n  · sorry\n  · rfl\n\nexample : 1 = 2 := by\n  admit"
    (one,) = await check(api, code)
    first, second = one["response"]["sorries"]
    assert (first["pos"], first["endPos"]) == ({"line": 3, "column": 4}, {"line": 3, "column": 9})
    assert first["goal"].endswith("⊢ n + 0 = n")
    assert (second["pos"]["line"], second["goal"]) == (7, "⊢ 1 = 2")
    assert {m["data"] for m in one["response"]["messages"]} == {"declaration uses 'sorry'"}


async def test_a_sorry_that_is_not_used_is_none(api: httpx.AsyncClient) -> None:
    (one,) = await check(api, "theorem a : 1 = 1 := by\n  first | rfl | sorry")
    assert one["response"] == {"env": 0}


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("axiom cheat : False\ntheorem a : 1 = 2 := cheat.elim", "axiom"),
        ("theorem a : 2 ^ 10 = 1024 := by native_decide", "native_decide"),
        ("#eval 1\ntheorem a : 1 = 1 := rfl", "#eval"),
        ('run_cmd Lean.logInfo ""\ntheorem a : 1 = 2 := sorry', "run_cmd"),
        ("theorem a : 1 = 2 := by\n  run_tac return", "run_tac"),
        ("set_option debug.skipKernelTC true\ntheorem a : 1 = 1 := rfl", "debug.skipKernelTC"),
        ("set_option warn.sorry false\ntheorem a : 1 = 2 := sorry", "warn.sorry"),
        ('notation "two" => 1\ntheorem a : 1 = two := rfl', "notation"),
        ('macro "x" : tactic => `(tactic| sorry)\ntheorem a : 1 = 2 := by x', "macro"),
        ("@[implemented_by Nat.succ] def f (n : ℕ) := n", "implemented_by"),
        ("unsafe def f : False := f", "unsafe"),
        ("opaque f : False", "opaque"),
        ("theorem a : 1 = 1 := rfl\n#exit\ntheorem b : 1 = 2 := sorry", "#exit"),
        ("import Other.Library\ntheorem a : 1 = 1 := rfl", "Other.Library"),
        ("theorem a : 1 = 1 := rfl /-", "comment"),
        ("theorem a : 1 = 1 := rfl -- \u202e", "U+202E"),
    ],
)
async def test_what_may_not_stand_in_a_snippet_is_named(api: httpx.AsyncClient, code: str, word: str) -> None:
    (one,) = await check(api, code)
    (message,) = errors(one)
    assert word in message
    assert not looks_proved(one)


@pytest.mark.parametrize(
    "code",
    [
        "theorem a : 1 = 2 := sorry",
        "theorem a : 1 = 2 := by sorry",
        "lemma a : 1 = 2 := by\n  have : 1 = 2 := by admit\n  exact this",
        "example : 1 = 2 := sorry",
        "theorem a : 1 = 2 := sorryAx _ false",
        "def a : 1 = 2 := sorry",
        "instance : Inhabited (1 = 2) := ⟨sorry⟩\ntheorem a : 1 = 2 := default",
        "theorem a : 1 = 2 := by",
        "theorem a : 1 = 2",
        "theorem a : 1 = 2 := by decide",
        "theorem a : 1 = 2 := a",
        "theorem a : 1 = 1 := rfl\nend Nowhere",
        "namespace A\ntheorem a : 1 = 2 := by omega\nend A",
        "section\nvariable (h : 1 = 2)\ntheorem a : 1 = 1 := rfl\nexample : 1 = 2 := by assumption",
        "theorem a : 1 = 2 := by first | rfl | sorry",
        "theorem a : 1 = 2 := by exact?",
    ],
)
async def test_what_is_not_proved_does_not_look_like_it(api: httpx.AsyncClient, code: str) -> None:
    (one,) = await check(api, code)
    assert not looks_proved(one)


CHEATS = [
    "axiom",
    "compiled_code",
    "forged_answer",
    "kernel_names",
    "left_open",
    "metaprogram",
    "native",
    "options",
    "recursion",
    "replaced_axiom",
    "swallowed_error",
    "wrapped_axiom",
]


async def test_known_fakes_as_snippets(api: httpx.AsyncClient) -> None:
    """Those that claim a proof of a false or open statement in a file by themselves."""
    cases = [
        case
        for case in exploits.load()
        if case.id.split("/")[0] in CHEATS and not case.honest and "theorem" in case.text
    ]
    assert len(cases) > 30
    for case in cases:
        (one,) = await check(api, case.text, timeout=10)
        if looks_proved(one):
            report = (await api.post("/v1/check_file", json={"file": case.text})).json()
            pytest.fail(f"{case.id} ({case.about}) looks proved: {report}")


async def test_an_honest_file(api: httpx.AsyncClient) -> None:
    code = """import Mathlib
import Aesop

set_option maxHeartbeats 400000

open BigOperators Real Nat Topology Rat

/-- A remark. -/
theorem helper (n : ℕ) : n < 2 * n + 1 := by
  induction n with
  | zero => simp
  | succ n ih => omega

namespace Inner
variable {n : ℕ}
@[simp] lemma main : n < 2 * n + 1 := helper n
end Inner

example (a b : ℤ) (h : a = b) : b = a := h.symm
#check helper
#print axioms helper
"""
    bad, good = await check(api, code.replace("=> simp", "=> rfl?"), code)
    assert not looks_proved(bad)
    assert looks_proved(good), good
    assert [m["severity"] for m in good["response"]["messages"]] == ["info", "info"]


async def test_twenty_at_once(api: httpx.AsyncClient) -> None:
    codes = [f"theorem t{n} : {n} + 1 = {n + n % 2 + 1} := by norm_num" for n in range(20)]
    answers = await asyncio.gather(*(check(api, code) for code in codes))
    assert [looks_proved(one) for (one,) in answers] == [n % 2 == 0 for n in range(20)]


async def test_a_megabyte(api: httpx.AsyncClient) -> None:
    comment = "-- " + "x" * 200 + "\n"
    honest = comment * 4_800 + FOUR
    assert 950_000 < len(honest) < 1_000_000
    too_long, one = await check(api, honest + comment * 300, honest)
    assert looks_proved(one)
    assert "longer than 1,000,000 characters" in errors(too_long)[0]
    answer = await api.post("/v1/check_file", json={"file": honest})
    assert answer.json()["status"] == "proved"


async def test_time_runs_out_for_one_and_not_for_the_next(api: httpx.AsyncClient) -> None:
    endless = "theorem a : (fun n : ℕ => 2 ^ n % 7 + n) (10 ^ 9) = 0 := by\n  repeat (first | skip)"
    late, good = await check(api, endless, FOUR, timeout=2)
    assert "timed out in 2 seconds" in late["error"]
    assert "response" not in late
    assert looks_proved(good)


async def test_the_full_verdict(api: httpx.AsyncClient) -> None:
    statement = {"name": "two", "signature": "(n : ℕ) : n < 2 * n + 1"}
    proof = "induction n with\n| zero => simp\n| succ n ih => omega"
    good = (await api.post("/v1/check", json={"statement": statement, "submission": proof})).json()
    assert (good["status"], good["tier"], good["diagnostics"]) == ("proved", "replayed", [])
    assert set(good["axioms"]) <= {"propext", "Classical.choice", "Quot.sound"}
    assert "core Lean" in good["toolchain"]
    bad = (await api.post("/v1/check", json={"statement": statement, "submission": "sorry"})).json()
    assert (bad["status"], bad["tier"]) == ("incomplete", "none")
    forbidden = (
        await api.post("/v1/check", json={"statement": statement, "submission": "native_decide"})
    ).json()
    assert forbidden["status"] == "forbidden"
    assert (forbidden["diagnostics"][0]["line"], "native_decide" in forbidden["detail"]) == (1, True)


async def test_a_target_file(api: httpx.AsyncClient) -> None:
    target = "def f (n : ℕ) := n + 1\ntheorem a : f 1 = 2 := sorry"
    good = {"target": target, "submission": target.replace("sorry", "rfl")}
    cheat = {"target": target, "submission": "def f (n : ℕ) := n * 2\ntheorem a : f 1 = 2 := rfl"}
    assert (await api.post("/v1/check", json=good)).json()["status"] == "proved"
    assert (await api.post("/v1/check", json=cheat)).json()["status"] == "wrong_statement"
    answer = await api.post("/v1/check", json={"target": "def f := 1", "submission": ""})
    assert answer.status_code == 422
    assert "leaves no theorem open" in answer.json()["detail"]


async def test_a_file_by_itself(api: httpx.AsyncClient) -> None:
    report = (await api.post("/v1/check_file", json={"file": FOUR})).json()
    assert (report["status"], report["tier"], report["theorems"][0]["name"]) == ("proved", "replayed", "four")
    cheat = "axiom cheat : False\ntheorem a : 1 = 2 := cheat.elim"
    report = (await api.post("/v1/check_file", json={"file": cheat})).json()
    assert report["status"] == Status.BAD_AXIOM
    assert "cheat" in report["detail"]
    answer = await api.post("/v1/check_file", json={"file": "def f := 1"})
    assert answer.status_code == 422
    assert "no theorem" in answer.json()["detail"]


async def test_the_examples_in_the_description_hold(api: httpx.AsyncClient) -> None:
    schemas = (await api.get("/openapi.json")).json()["components"]["schemas"]
    for path, name in (("/v1/check", "CheckIn"), ("/v1/check_file", "CheckFileIn")):
        answer = await api.post(path, json=schemas[name]["example"])
        assert (answer.json()["status"], answer.json()["tier"]) == ("proved", "replayed"), answer.text
    for path, name in (("/api/check", "CheckRequest"), ("/verify", "VerifyRequest")):
        (one,) = (await api.post(path, json=schemas[name]["example"])).json()["results"]
        assert looks_proved(one)
