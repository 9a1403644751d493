"""The replay: what it accepts, what it refuses, and that no corruption of a file upsets it."""

from __future__ import annotations

import asyncio
import random
import struct
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from prover.errors import InfraError
from prover.lean import process
from prover.lean.protocol import Limits
from prover.lean.replay import client
from prover.lean.replay.client import Answer, Replayer
from prover.lean.replay.module import BVAR, CONST, Module
from prover.lean.replay.region import MalformedError
from prover.lean.toolchain import Toolchain

pytestmark = [pytest.mark.lean, pytest.mark.asyncio(loop_scope="module")]

REFERENCE = """
def small (n : Nat) : Prop := n < 100
theorem goal (n : Nat) (h : n < 10) : small n := sorry
theorem le (a b : Nat) (h : a < b) : a ≤ b := sorry
"""
GOOD = """
def small (n : Nat) : Prop := n < 100
theorem helper (n : Nat) (h : n < 10) : n < 100 := by omega
theorem goal (n : Nat) (h : n < 10) : small n := helper n h
theorem le (a b : Nat) (h : a < b) : a ≤ b := by omega
"""
SAMPLES = """
theorem and_swapped (p q : Prop) (h : p ∧ q) : q ∧ p := ⟨h.2, h.1⟩
theorem peirce' (p q : Prop) : ((p → q) → p) → p := fun h => Classical.byContradiction fun n => n (h fun x => absurd x n)
inductive Colour where
  | red : Colour
  | green (n : Nat) : Colour
def Colour.code : Colour → Nat
  | .red => 0
  | .green n => n + 1
theorem Colour.code_red : Colour.red.code = 0 := rfl
theorem absurd_false (h : False) : 1 = 2 := h.elim
theorem uses (p q : Prop) (h : p ∧ q) : p ∧ q := and_swapped q p (and_swapped p q h)
theorem ex (n : Nat) : ∃ m, m = n + 1 ∧ (fun x : Nat => x) m = m := ⟨n + 1, rfl, rfl⟩
"""
LIMITS = Limits(wall_s=30, cpu_s=30)


@pytest.fixture(scope="module")
def compiled(core: Toolchain, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Compile Lean text for `core` by itself; errors in it are Lean's to report and ours to ignore."""
    known: dict[str, Path] = {}

    def compile_(text: str) -> Path:
        if text not in known:
            folder = tmp_path_factory.mktemp("compiled")
            (folder / "M.lean").write_text(
                text if text.startswith("prelude") else f"prelude\nimport Core\n{text}"
            )
            argv = [*core.argv, "-o", "M.olean", "M.lean"]
            process.run(argv, Limits(), env=core.env, cwd=folder)
            known[text] = folder / "M.olean"
            assert known[text].is_file(), text
        return known[text]

    return compile_


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def replayer(core: Toolchain) -> AsyncIterator[Replayer]:
    assert core.embedded is not None
    replayer = Replayer(core.embedded)
    yield replayer
    await replayer.aclose()


async def test_a_proof_of_the_reference_is_accepted_with_its_axioms(
    replayer: Replayer, compiled: Callable[[str], Path]
) -> None:
    answer = await replayer.replay(compiled(GOOD), compiled(REFERENCE), LIMITS)
    assert answer.accepted, answer
    assert answer.goals.keys() == {"goal", "le"}
    assert {axiom for axioms in answer.goals.values() for axiom in axioms} <= {"propext"}


@pytest.mark.parametrize(
    ("changed", "outcome", "says"),
    [
        (
            GOOD.replace("n < 100\n", "n < 1000\n").replace("n < 100 ", "n < 1000 "),
            "wrong_statement",
            "value",
        ),
        (GOOD.replace("theorem le", "theorem le'"), "wrong_statement", "missing"),
        (GOOD.replace("(a b : Nat) (h : a < b) :", "(a b : Int) (h : a < b) :"), "wrong_statement", "type"),
        (GOOD.replace("theorem le", "def le"), "wrong_statement", "kind"),
        (
            "instance (priority := 10000) myLE : LE Nat := ⟨fun _ _ => True⟩\n"
            + GOOD.replace("a ≤ b := by omega", "a ≤ b := True.intro"),
            "wrong_statement",
            "type",
        ),
    ],
)
async def test_another_statement_is_refused(
    replayer: Replayer, compiled: Callable[[str], Path], changed: str, outcome: str, says: str
) -> None:
    answer = await replayer.replay(compiled(changed), compiled(REFERENCE), LIMITS)
    assert answer.outcome == outcome, answer
    assert says in answer.error


async def test_universes_belong_to_the_statement(replayer: Replayer, compiled: Callable[[str], Path]) -> None:
    reference = compiled("theorem k.{u, v} (α : Type u) (β : Type v) (x : α × β) : x = x := sorry")
    good = compiled("theorem k.{u, v} (α : Type u) (β : Type v) (x : α × β) : x = x := rfl")
    less = compiled("theorem k.{u} (α : Type u) (β : Type u) (x : α × β) : x = x := rfl")
    assert (await replayer.replay(good, reference, LIMITS)).accepted
    assert (await replayer.replay(less, reference, LIMITS)).outcome == "wrong_statement"


@pytest.mark.parametrize(
    ("text", "axiom"),
    [
        ("theorem boom : 1 = 2 := sorry", "sorryAx"),
        ("axiom bad : False\ntheorem boom : 1 = 2 := bad.elim", "bad"),
        (
            "axiom bad : False\nopaque hidden : PLift False := ⟨bad⟩\ntheorem boom : 1 = 2 := hidden.down.elim",
            "bad",
        ),
        ("def d : ∀ n : Nat, n = n + 1 := sorry\ntheorem boom : 1 = 2 := d 1", "sorryAx"),
        ("structure S where\n  h : (sorry : Prop)\ntheorem boom : S = S := rfl", "sorryAx"),
    ],
)
async def test_axioms_come_from_the_terms(
    replayer: Replayer, compiled: Callable[[str], Path], text: str, axiom: str
) -> None:
    answer = await replayer.replay(compiled(text), None, LIMITS)
    assert answer.accepted, answer
    assert axiom in answer.goals["boom"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "theorem sk : 10 < 5 := by set_option debug.skipKernelTC true in decide +kernel",
            "kernel refuses `sk",
        ),
        (
            "prelude\ninductive False : Prop where\n  | intro : False\ntheorem boom : False := False.intro",
            "already",
        ),
        ("prelude\naxiom propext : ∀ p : Prop, p", "already"),
        (
            "def Lean.reduceBool (b : Bool) : Bool := true\ndef no : Bool := false\n"
            "theorem boom : Lean.reduceBool no = true := rfl",
            "name that the kernel reads",
        ),
    ],
)
async def test_what_the_kernel_would_not_have_is_refused(
    replayer: Replayer, compiled: Callable[[str], Path], text: str, says: str
) -> None:
    answer = await replayer.replay(compiled(text), None, LIMITS)
    assert answer.outcome == "rejected", answer
    assert says in answer.error


@pytest.mark.parametrize(
    "text",
    [
        "set_option maxRecDepth 100000\ntheorem big : 2 ^ 4000 % 7 = 2 ^ 1000 % 7 ∧ 12345678901234567890123456789 * 3 ="
        " 37037036703703703670370370367 := by decide\n"
        'theorem str : "αβ\\u0000γ" = "αβ\\u0000γ" := rfl',
        "mutual\ninductive T where\n  | a : L → T\ninductive L where\n  | n : L\n  | c : T → L → L\nend\n"
        "inductive R where\n  | node : List R → R\n"
        "inductive W (α : Type) where\n  | sup : (α → W α) → W α\n"
        "structure P.{u} (α : Type u) (n : Nat) : Type u where\n  x : α\n  h : n = n\n"
        "theorem P.eta {α : Type} {n : Nat} (p : P α n) : p = ⟨p.x, p.h⟩ := rfl\n"
        "def f : (n : Nat) → Nat\n  | 0 => 0\n  | n+1 => f n + 1\n"
        "theorem fid (n : Nat) : f n = n := by induction n with\n  | zero => rfl\n  | succ n ih => simp [f, ih]",
        SAMPLES,
    ],
)
async def test_whole_modules_are_accepted(
    replayer: Replayer, compiled: Callable[[str], Path], text: str
) -> None:
    answer = await replayer.replay(compiled(text), None, LIMITS)
    assert answer.accepted, answer
    assert "sorryAx" not in {axiom for axioms in answer.goals.values() for axiom in axioms}


class Patcher:
    """Named corruptions of one compiled module, each a few bytes."""

    def __init__(self, path: Path) -> None:
        self.module = Module(path)
        region = self.module.region
        for constant in self.module.constants.values():
            self.module.postorder([constant.type] + ([constant.value] if constant.value else []), ())
        root = region.fields(region.root, 0, 5, 1)
        self.places: dict[str, tuple[int, int]] = {}
        """Constant → offsets of its value object and of its signature."""
        for offset in region.array(root[2], region.root):
            body = region.pointer(region.fields(offset, region.tag(offset), 1)[0], offset)
            signature = region.pointer(region.words[(body >> 3) + 1], body)
            name = ".".join(map(str, self.module._name(region.words[(signature >> 3) + 1], signature)))
            self.places[name] = (body, signature)

    def address(self, offset: int) -> bytes:
        return struct.pack("<Q", self.module.region.base + offset)

    def patched(self, *patches: tuple[int, bytes]) -> bytes:
        content = bytearray(self.module.region.content)
        for offset, data in patches:
            content[offset : offset + len(data)] = data
        return bytes(content)

    def cases(self) -> Iterator[tuple[str, bytes, set[str]]]:
        """Name, content, and the outcomes that may follow."""
        module, places = self.module, self.places
        constants = {".".join(map(str, name)): constant for name, constant in module.constants.items()}
        first, second = sorted(("and_swapped", "ex"), key=lambda name: places[name][0])
        value, type_ = constants[first].value, constants[first].type
        assert value is not None
        refused = {"rejected", "malformed"}
        yield "another value", self.patched((places[second][0] + 16, self.address(value))), {"rejected"}
        yield "another type", self.patched((places[second][1] + 24, self.address(type_))), {"rejected"}
        false = next(o for o, term in module.terms.items() if term[0] == CONST and term[2][0] == ("False",))
        claims = next(n for n, c in constants.items() if c.kind == "theorem" and places[n][1] > false)
        yield "claims False", self.patched((places[claims][1] + 24, self.address(false))), {"rejected"}
        own = next(
            (o, n)
            for o, term in module.terms.items()
            if term[0] == CONST and (n := ".".join(map(str, term[2][0]))) in ("and_swapped",)
        )
        yield (
            "rests on itself",
            self.patched((places["uses"][0] + 16, self.address(own[0]))),
            {"rejected"},
        )
        safety = places["Colour.code"][0] + 8 + 32
        yield "a definition made unsafe", self.patched((safety, b"\0")), {"rejected"}
        yield "a definition made partial", self.patched((safety, b"\2")), {"rejected"}
        recursor = places["Colour.rec"][0]
        rules = [
            module.region.pointer(word, cell)
            for word, cell in module.region.list(module.region.words[(recursor >> 3) + 7], recursor)
        ]
        low, high = sorted(rules)
        right = self.address(module.region.pointer(module.region.words[(low >> 3) + 3], low))
        yield "another recursor rule", self.patched((high + 24, right)), {"rejected"}
        fields = places["Colour.green"][0] + 8 + 32
        yield "another number of fields", self.patched((fields, struct.pack("<Q", 15))), {"rejected"}
        loose = [o for o, term in module.terms.items() if term[0] == BVAR]
        yield "cached flags cleared", self.patched(*((o + 16, b"\0" * 8) for o in loose)), {"accepted"}
        body = places["ex"][0] + 16
        yield (
            "a pointer out of the file",
            self.patched((body, self.address(module.region.end + 64))),
            {"malformed"},
        )
        yield "a pointer upwards", self.patched((body, self.address(places["ex"][0]))), {"malformed"}
        term = constants["ex"].value
        assert term is not None
        yield "an unknown constructor", self.patched((term + 7, b"\x0c")), {"malformed"}
        yield "a reference count", self.patched((term, b"\1\0\0\0")), {"malformed"}
        yield "another version", self.patched((42, b"x")), {"malformed"}
        half = len(module.region.content) // 2 & ~7
        yield "half a file", module.region.content[:half], refused
        yield "an empty file", b"", {"malformed"}


async def test_corrupted_modules(replayer: Replayer, compiled: Callable[[str], Path], tmp_path: Path) -> None:
    found = {}
    for name, content, allowed in Patcher(compiled(SAMPLES)).cases():
        path = tmp_path / f"{name}.olean"
        path.write_bytes(content)
        answer = await replayer.replay(path, None, LIMITS)
        found[name] = answer.outcome
        assert answer.outcome in allowed, (name, answer)
    assert len(found) == 16


async def test_a_forged_term_flag_is_not_believed(
    replayer: Replayer, compiled: Callable[[str], Path], tmp_path: Path
) -> None:
    """`A.{u} : Type (u+1)` becomes `A.{0} : Type 1` for whoever trusts the cached "holds a universe parameter"."""
    path = compiled(
        "universe u\ndef A : Type (u+1) := Type (max u u)\ndef useA3 : Type 1 := A.{0}\n"
        "def down (x : Type u) : A.{u} := x\ndef up (x : A.{u}) : Type u := x\n"
        "theorem updown (x : Type u) : up (down x) = x := rfl"
    )
    assert (await replayer.replay(path, None, LIMITS)).accepted
    module = Module(path)
    for constant in module.constants.values():
        module.postorder([constant.type] + ([constant.value] if constant.value else []), ())
    content = bytearray(module.region.content)
    value = module.constants[("A",)].value
    assert value is not None
    cached = struct.unpack_from("<Q", content, value + 16)[0]
    content[value + 16 : value + 24] = struct.pack("<Q", cached & ~(1 << 43))
    uses = [(o, t[2][1][0]) for o, t in module.terms.items() if t[0] == CONST and t[2][0] == ("A",)]
    zero, parameter = (next(o for o, level in uses if (level == 0) is is_zero) for is_zero in (True, False))
    content[parameter + 16 : parameter + 32] = content[zero + 16 : zero + 32]
    forged = tmp_path / "forged.olean"
    forged.write_bytes(content)
    assert (await replayer.replay(forged, None, LIMITS)).outcome == "rejected"


async def test_random_damage_never_upsets_the_process(
    replayer: Replayer, compiled: Callable[[str], Path], tmp_path: Path
) -> None:
    """A damaged file is refused, or still says what the kernel accepts; the one after it is not affected."""
    module = Module(compiled(GOOD))
    for constant in module.constants.values():
        module.postorder([constant.type] + ([constant.value] if constant.value else []), ())
    offsets = sorted(module.terms) + sorted(module._levels)[1:] + sorted(module._names)
    randomness, outcomes = random.Random(20261122), Counter[str]()
    path = tmp_path / "damaged.olean"
    for _ in range(120):
        content, place = bytearray(module.region.content), randomness.choice(offsets)
        kind = randomness.randrange(3)
        if kind == 0:
            content[place + randomness.randrange(32)] ^= 1 << randomness.randrange(8)
        else:
            target = module.region.base + randomness.choice(offsets)
            content[place + 8 * kind : place + 8 * kind + 8] = target.to_bytes(8, "little")
        path.write_bytes(content)
        answer = await replayer.replay(path, compiled(REFERENCE), LIMITS)
        outcomes[answer.outcome] += 1
        if answer.accepted:
            assert all(set(axioms) <= {"propext"} for axioms in answer.goals.values())
    assert outcomes["rejected"] + outcomes["malformed"] + outcomes["wrong_statement"] > 50, outcomes
    assert outcomes["died"] == 0, outcomes
    assert (await replayer.replay(compiled(GOOD), compiled(REFERENCE), LIMITS)).accepted


async def test_limits_end_one_candidate_and_not_the_next(
    replayer: Replayer, compiled: Callable[[str], Path]
) -> None:
    endless = compiled(
        "set_option debug.skipKernelTC true\n"
        "theorem t : ∀ x, x < 1000 → ∀ y, y < 1000 → x * y + 1 ≠ y * x := by decide +kernel"
    )
    start = time.monotonic()
    answer = await replayer.replay(endless, None, Limits(wall_s=1.0, cpu_s=30))
    assert (answer.outcome, answer.error) == ("died", "wall time")
    assert time.monotonic() - start < 5
    assert (await replayer.replay(compiled(GOOD), compiled(REFERENCE), LIMITS)).accepted


async def test_deep_recursion_in_the_kernel_is_a_limit_and_no_refusal(
    replayer: Replayer, compiled: Callable[[str], Path]
) -> None:
    deep = compiled(
        "set_option debug.skipKernelTC true\nnoncomputable def ack : Nat → Nat → Nat :=\n"
        "  fun m => Nat.rec (fun n => n + 1) (fun _ f n => Nat.rec (f 1) (fun _ x => f x) n) m\n"
        "theorem t : ack 4 2 = 0 := by decide +kernel"
    )
    answer = await replayer.replay(deep, None, LIMITS)
    assert answer.outcome == "died"
    assert answer.error.endswith("deep recursion")


async def test_the_process_is_replaced_when_it_dies(
    replayer: Replayer, compiled: Callable[[str], Path]
) -> None:
    assert (await replayer.replay(compiled(GOOD), None, LIMITS)).accepted
    assert replayer._process is not None
    replayer._process.kill()
    assert (await replayer.replay(compiled(GOOD), None, LIMITS)).accepted


@pytest.mark.parametrize(
    "behaviour", ["print('nonsense')", "print('[]')", "pass", 'print(\'{"outcome": "yes"}\')']
)
async def test_an_odd_process_is_our_fault(
    core: Toolchain,
    compiled: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    behaviour: str,
) -> None:
    """Never a verdict on the candidate."""
    assert core.embedded is not None
    boot = f"import sys; sys.stdin.readline(); print('{{\"ready\": true}}', flush=True); sys.stdin.readline(); {behaviour}"
    fresh = Replayer(core.embedded)
    monkeypatch.setattr(client, "_COMMAND", (sys.executable, "-c", boot))
    with pytest.raises(InfraError):
        await fresh.replay(compiled(GOOD), None, LIMITS)
    await fresh.aclose()


async def test_a_missing_reference_or_candidate_is_not_accepted(replayer: Replayer, tmp_path: Path) -> None:
    answer: Answer = await replayer.replay(tmp_path / "none.olean", None, LIMITS)
    assert answer.outcome == "malformed"
    with pytest.raises(MalformedError):
        Module(tmp_path / "none.olean")


async def test_concurrent_calls_are_each_answered(
    replayer: Replayer, compiled: Callable[[str], Path]
) -> None:
    texts = [GOOD, SAMPLES] * 5
    answers = await asyncio.gather(*(replayer.replay(compiled(text), None, LIMITS) for text in texts))
    assert all(answer.accepted for answer in answers)
    assert ["goal" in answer.goals for answer in answers] == [text == GOOD for text in texts]
