"""Forks of the embedded Lean: they say what the command line says, and nothing in one reaches another."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from prover.errors import InfraError
from prover.lean import zygote as zygotes
from prover.lean.compile import compile_module
from prover.lean.nursery import Nursery
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain
from prover.lean.worker import Patience
from prover.lean.zygote import Zygote
from prover.types import Header, Status

pytestmark = pytest.mark.lean
LIMITS = Limits(wall_s=60, memory_mb=400, output_bytes=300_000)
GOOD = "theorem t (a b : ℕ) (h : a < b) : a + 2 ≤ b + 1 := by omega\n"
TEXTS = (
    "-- nothing but this\n",
    "\n  /- first -/ theorem t : 1 = 1 := rfl",
    "  \n\ntheorem t : 1 = 1 := rfl\nimport Core\n",
    GOOD,
    "theorem t (𝕜 : ℕ) : 𝕜 + 0 = 𝕜 := by simp\n#print axioms t\n",
    "theorem t : (1 : ℕ) = 2 := by decide\ntheorem u : True := trivial\n#print axioms u\n",
    "theorem t (p q : Prop) (h : p ∨ q) : q ∨ p := by\n  rcases h with h | h\n  · right\n  · left\n    exact h\n",
    "theorem t : ℕ = := by\n  simp\n#print axioms t\n#check (1 : ℕ)\ntheorem u : 1 = 1 := sorry\n",
    "theorem t (n : ℕ) : n = n := by\n  induction n with\n  | zero => rfl\n  | succ n ih => exact nothing\n",
    "inductive T\n  | a : T\n  | b : T → T\ndef T.size : T → ℕ\n  | .a => 0\n  | .b t => t.size + 1\n"
    "theorem t : (T.b .a).size = 1 := rfl\nnamespace N\nopen Nat in\ntheorem u : succ 0 = 1 := rfl\nend N\n#exit\nx\n",
    "/- never closed\ntheorem t : 1 = 1 := rfl\n",
    "",
)
ENDLESS = "theorem t : 1 = 1 := by repeat skip\n"
BOMB = (
    "theorem t : (Nat.rec (motive := fun _ => List ℕ) [] (fun n l => n :: l) 3000000).length = 3000000 := by "
    "decide +kernel\n"
)
FLOOD = "\n".join(f"theorem t{i} : 1 = {i} ∧ {'x' * 2000} := by omega" for i in range(2, 400))


def header(core: Toolchain) -> str:
    return core.header(Header())


@pytest.fixture
async def zygote(core: Toolchain) -> AsyncIterator[Zygote]:
    before = psutil.Process().num_fds()
    zygote = await Zygote.start(core, header(core))
    yield zygote
    await zygote.aclose()
    assert not [p for p in psutil.Process().children(recursive=True) if p.name() in ("bwrap", "python")]
    assert psutil.Process().num_fds() <= before + 2


@pytest.mark.parametrize("text", TEXTS)
async def test_a_fork_says_and_writes_what_the_command_line_does(
    core: Toolchain, zygote: Zygote, text: str
) -> None:
    expected = await compile_module(core, header(core) + text, LIMITS)
    session = await zygote.session(LIMITS)
    for _ in range(2):
        done, olean = await session.compile(header(core) + text, LIMITS)
        assert done.broken is None
        assert done.messages == expected.messages
        assert olean == expected.olean
    session.kill()
    await session.gone()


async def test_a_text_with_a_header_of_its_own(core: Toolchain) -> None:
    zygote = await Zygote.start(core)
    try:
        session = await zygote.session(LIMITS)
        done, olean = await session.compile("prelude\nimport Core.Logic.Basic\n", LIMITS, "Other.Module")
        if any(m.is_error for m in done.messages) or done.broken:
            done, olean = await session.compile("prelude\n", LIMITS, "Other.Module")
        assert done.broken is None
        assert olean
        session.kill()
        await session.gone()
    finally:
        await zygote.aclose()


async def test_nothing_of_a_text_outlives_it(core: Toolchain, zygote: Zygote) -> None:
    session = await zygote.session(LIMITS)
    other = await zygote.session(LIMITS)
    begun = header(core) + "def mine : ℕ := 1\nset_option maxHeartbeats 1\nopen Nat\nnamespace Left.Open\n"
    assert not (await session.elaborate(begun, LIMITS)).messages
    for reader in (session, other):
        done = await reader.elaborate(
            header(core) + "theorem t : mine = 1 := rfl\n#print axioms mine\n", LIMITS
        )
        assert [m.is_error for m in done.messages] == [True, True]
        assert not (await reader.elaborate(header(core) + GOOD, LIMITS)).messages
        reader.kill()
        await reader.gone()


@pytest.mark.parametrize(
    ("text", "limits", "status"),
    [
        (ENDLESS, replace(LIMITS, wall_s=0.5), Status.TIMEOUT),
        (ENDLESS, replace(LIMITS, cpu_s=0.3), Status.TIMEOUT),
        (BOMB, LIMITS, Status.OUT_OF_MEMORY),
        (FLOOD, LIMITS, Status.OUT_OF_MEMORY),
    ],
)
async def test_limits_end_a_session_and_no_other(
    core: Toolchain, zygote: Zygote, text: str, limits: Limits, status: Status
) -> None:
    other = await zygote.session(LIMITS)
    session = await zygote.session(limits)
    done = await session.elaborate(header(core) + text, limits)
    assert done.broken is not None
    assert done.broken[0] is status
    assert not session.usable
    assert not psutil.pid_exists(session.processes[0])
    await session.gone()
    assert not (await other.elaborate(header(core) + GOOD, LIMITS)).messages
    other.kill()
    await other.gone()


async def test_a_session_that_is_killed_stopped_or_cancelled(core: Toolchain, zygote: Zygote) -> None:
    patience, limits = Patience(stall_s=0.5), replace(LIMITS, memory_mb=8000)
    for sent in (signal.SIGKILL, signal.SIGABRT, signal.SIGSTOP):
        session = await zygote.session(limits, patience)
        work = asyncio.ensure_future(session.elaborate(header(core) + ENDLESS, limits))
        await asyncio.sleep(0.1)
        os.kill(session.processes[0], sent)
        done = await work
        assert done.broken is not None
        assert done.broken[0] is Status.INFRA
        assert not psutil.pid_exists(session.processes[0])
    session = await zygote.session(limits)
    work = asyncio.ensure_future(session.elaborate(header(core) + ENDLESS, limits))
    await asyncio.sleep(0.1)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    await session.gone()
    assert not psutil.pid_exists(session.processes[0])
    assert not os.listdir(zygote.folder)  # noqa: PTH208


async def test_a_nursery_survives_its_zygote(core: Toolchain) -> None:
    nursery = Nursery(core)
    try:
        assert (await nursery.compile(header(core) + GOOD, LIMITS)).failure is None
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # some end with those that are killed first
                process.kill()
        for _ in range(2):
            compiled = await nursery.compile(header(core) + GOOD, LIMITS)
            assert compiled.failure is None
            assert compiled.olean
        compiled = await nursery.compile(header(core) + "theorem t : 1 = 2 := rfl", LIMITS)
        assert compiled.failure is not None
        assert compiled.failure[0] is Status.ELABORATION_ERROR
    finally:
        await nursery.aclose()


async def test_files_that_share_a_session(core: Toolchain) -> None:
    nursery = Nursery(core)
    try:
        expected = await compile_module(core, header(core) + GOOD, LIMITS)
        own = await nursery.compile(header(core) + GOOD, LIMITS)
        first = await nursery.compile(header(core) + GOOD, LIMITS, shared=True)
        assert own.olean == first.olean == expected.olean
        server = psutil.Process().children(recursive=True)[-1].parent()
        assert server is not None
        (session,) = server.children()  # the other one is gone
        wrong = await nursery.compile(header(core) + "theorem t : 1 = 2 := rfl", LIMITS, shared=True)
        assert wrong.failure is not None
        again = await nursery.compile(header(core) + GOOD, LIMITS, shared=True)
        assert again.olean == expected.olean
        assert server.children() == [session]
        other = await nursery.compile(header(core) + GOOD, replace(LIMITS, memory_mb=500), shared=True)
        assert other.olean == expected.olean
        assert len(server.children()) == 2, "limits of its own, so a session of its own"
        ended = await nursery.compile(header(core) + ENDLESS, replace(LIMITS, cpu_s=0.3), shared=True)
        assert ended.failure is not None
        assert ended.failure[0] is Status.TIMEOUT
        session.kill()
        assert (await nursery.compile(header(core) + GOOD, LIMITS, shared=True)).olean == expected.olean
    finally:
        await nursery.aclose()
    assert not [p for p in psutil.Process().children(recursive=True) if p.name() in ("bwrap", "python")]


async def test_no_zygote_to_be_had(core: Toolchain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygotes, "FOLDER", Path("/nonexistent"))
    with pytest.raises(InfraError):
        await Zygote.start(core, header(core))
    nursery = Nursery(core)
    compiled = await nursery.compile(header(core) + GOOD, LIMITS)  # by a fresh process
    assert compiled.olean
    await nursery.aclose()


def number_inside(process: int) -> int:
    """The number that a process has where it lives."""
    status = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("NSpid")).split()[-1])


HOSTILE = """
import ctypes, os, signal, socket
server, sibling, victim = os.getppid(), {sibling}, {victim!r}
libc = ctypes.CDLL(None, use_errno=True)
def attempt(name, act):
    try:
        result = act()
    except BaseException as error:
        result = None
    if result is not None and result != -1:
        said(name.encode())
def overwrite(process):
    return os.open(f"/proc/{{process}}/mem", os.O_RDWR)
def spawn():
    process = os.fork()
    if process == 0:
        while True:
            signal.pause()
    return process
for process in (server, sibling):
    attempt("trace", lambda: libc.ptrace(16, process, 0, 0))
    attempt("seize", lambda: libc.ptrace(0x4206, process, 0, 0))
    attempt("memory", lambda: overwrite(process))
    attempt("descriptors", lambda: os.listdir(f"/proc/{{process}}/fd"))
    attempt("kill", lambda: os.kill(process, signal.SIGKILL) or True)
    attempt("stop", lambda: libc.syscall(234, process, process, 19))
attempt("everybody", lambda: os.kill(-1, signal.SIGKILL) or True)
attempt("spawn", spawn)
attempt("execute", lambda: os.posix_spawn("/bin/true", ["true"], {{}}))
attempt("inherited", lambda: [fd for fd in range(4, 256) if os.path.exists(f"/proc/self/fd/{{fd}}")
                              and not os.readlink(f"/proc/self/fd/{{fd}}").startswith("/proc")] or None)
attempt("network", lambda: socket.socket())
attempt("reference", lambda: open(victim).read())
"""


async def test_code_that_breaks_out_of_lean_reaches_neither_the_server_nor_another_session(
    core: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worst case: a session runs whatever its text says, as a program."""
    folder = tmp_path / "fork"
    shutil.copytree(zygotes.FOLDER, folder)
    (folder / "frontend.py").write_text(
        "class LeanError(Exception): pass\n"
        "class Lean:\n"
        "    def __init__(self, library, options): pass\n"
        "    def read(self, text, module, said, olean='', ahead=None):\n"
        "        exec(text, {'said': said})\n"
        "        if olean: open(olean, 'wb').write(b'compiled')\n"
        "        return 0\n"
    )
    monkeypatch.setattr(zygotes, "FOLDER", folder)
    secret = tmp_path / "reference.olean"
    secret.write_text("secret")
    zygote = await Zygote.start(core)
    try:
        sibling, hostile = await zygote.session(LIMITS), await zygote.session(LIMITS)
        text = HOSTILE.format(sibling=number_inside(sibling.processes[0]), victim=str(secret))
        done, olean = await hostile.compile(text, LIMITS)
        succeeded = [m.diagnostic.message for m in done.messages]
        assert done.broken is not None, "the frames were no messages"
        assert succeeded == []
        assert "not JSON" in done.broken[1] or not olean
        again, olean = await sibling.compile("", LIMITS)
        assert again.broken is None
        assert olean == b"compiled"
        third = await zygote.session(LIMITS)
        assert (await third.elaborate("", LIMITS)).broken is None
        for session in (sibling, hostile, third):
            session.kill()
            await session.gone()
    finally:
        await zygote.aclose()
