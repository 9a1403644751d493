"""A process that has Lean loaded and a header imported, and forks a session for each who needs one.

    zygote = await Zygote.start(toolchain, header)      # as long as one fresh Lean takes, once
    session = await zygote.session(limits)              # a few milliseconds
    done = await session.elaborate(text, limits)        # any number of texts, one at a time
    done, olean = await session.compile(text, limits)   # the compiled module, too; b"" unless it has no error
    session.kill(); await session.gone(); await zygote.aclose()

For the embedded Lean only (`toolchain.embedded`). A text that begins with the zygote's header goes on from there; any
other is read from its own header on (with `header=""` there is none to go on from: a library's modules are compiled
so). The zygote reads texts of ours alone, never what was submitted; so every session begins untouched, and one that
is used once is worth a fresh process. Sessions of one zygote share a sandbox and a user: what has to be safe even from
proofs that break out of Lean (the reference of an audit) is compiled by a zygote that is given nothing else.

Over standard input, a socket that keeps messages apart: `{"header", "module", "warm"}` is answered by `{"ready": true}`
or `{"error"}`; then `{"id", "cpu_s", "address_space_mb"}` with two descriptors (the session's socket, its standard
error) starts a session, and `{"id", "code", "cpu_s"}` tells of its end. Over a session's socket: see `session.Talk`.
"""

from __future__ import annotations

import array
import asyncio
import contextlib
import json
import os
import platform
import shutil
import signal
import socket
import struct
import sys
import tempfile
import time
from pathlib import Path

from prover.errors import InfraError
from prover.lean import sandbox, seccomp
from prover.lean.compile import OPTIONS
from prover.lean.protocol import Limits
from prover.lean.session import FRAME, MODULE, Child, Session, Talk
from prover.lean.start import started
from prover.lean.toolchain import Toolchain
from prover.lean.worker import Patience

FOLDER = Path(__file__).with_name("fork")
_WARM = """
theorem w0 (a b : ℕ) (h : a < b) : a + 2 ≤ b + 1 := sorry
theorem w1 (a b : ℕ) (h : a < b) : a + 2 ≤ b + 1 := by
  have h2 : a + 1 ≤ b := by omega
  first
  | exact Nat.succ_le_succ h2
  | simp at h2
    omega
theorem w2 (p q : Prop) (h : p ∨ q) (n : ℕ) : q ∨ p ∧ n + 0 = n := by
  rcases h with hp | hq
  · right
    refine ⟨hp, ?_⟩
    simp
  · left
    assumption
theorem w3 (a b : ℕ) (h : a = b) : a + 1 = b + 1 := by rw [h]
#print axioms w1
theorem w4 : type_of% @w0 := @w1
#print axioms w4
"""
"""Read before the first fork, so that what Lean sets up at first use is there in every session."""
_STACK = 'ulimit -c 0; ulimit -s 65536 2>/dev/null || ulimit -s "$(ulimit -H -s)"; exec "$@"'
"""A text is read on the main thread: it gets the stack that the threads of the command-line `lean` have."""
_ENVIRONMENT = {
    "UV_USE_IO_URING": "0",  # the ring would be shared with every session
    "MIMALLOC_PURGE_DELAY": "-1",  # what one text gives back, the next one takes without a page fault
}
_CREDENTIALS = struct.Struct("iII")
_MESSAGE_BYTES = 1 << 16


class Zygote:
    def __init__(
        self, header: str, folder: str, process: asyncio.subprocess.Process, control: socket.socket
    ) -> None:
        self.header, self.folder = header, folder
        self._process, self._control = process, control
        self._ends: dict[int, asyncio.Future[int]] = {}
        self._number = 0

    @classmethod
    async def start(cls, toolchain: Toolchain, header: str = "", warm: str = _WARM) -> Zygote:
        """Raises `InfraError` where none is to be had."""
        if toolchain.embedded is None:
            raise InfraError("only the embedded Lean can be forked")
        folder = tempfile.mkdtemp(prefix="prover-fork-")
        settings = [o[2:] for o in (*toolchain.argv, *OPTIONS) if o.startswith("-D") and "=" in o]
        library = str(toolchain.embedded.shared_library)
        machine = platform.machine()
        filter_ = seccomp.alone(machine).hex() if seccomp.supported(machine) else ""
        script = str(FOLDER / "__main__.py")
        argv = (sys.executable, "-I", "-S", script, library, folder, filter_, str(seccomp.OWN_PID), *settings)
        enclosed = sandbox.wrap(
            argv,
            readable=[*sandbox.needed_by(toolchain), FOLDER],
            writable=[Path(folder)],
            cwd=Path(folder),
            sandbox=sandbox.detect(toolchain.sandbox),
        )
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            process = await started(
                asyncio.create_subprocess_exec(
                    *("/bin/sh", "-c", _STACK, "sh", *enclosed),
                    stdin=theirs.fileno(),
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                    env={**toolchain.env, **_ENVIRONMENT},
                    cwd=folder,
                    start_new_session=True,
                ),
                _end,
            )
        except BaseException as error:
            ours.close()
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise InfraError(f"cannot start Lean: {error.strerror or error}") from error
            raise
        finally:
            theirs.close()
        ours.setblocking(False)
        zygote = cls(header, folder, process, ours)
        try:
            await zygote._begin({"header": header, "module": MODULE, "warm": warm if header else ""})
        except BaseException:
            await zygote.aclose()
            raise
        return zygote

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and self._control.fileno() >= 0

    async def session(
        self, limits: Limits, patience: Patience | None = None, address_space_mb: int | None = None
    ) -> Session:
        """A fork. Its CPU time over all texts is bounded by `patience`. Raises `InfraError`."""
        patience, start = patience or Patience(), time.monotonic()
        loop = asyncio.get_running_loop()
        self._number += 1
        number = self._number
        ended: asyncio.Future[int] = loop.create_future()
        request = {
            "id": number,
            "cpu_s": patience.cpu_s + 2 * limits.cpu_s,
            "address_space_mb": address_space_mb or limits.memory_mb + 4096,
        }
        with contextlib.ExitStack() as undo:
            ours, theirs = socket.socketpair()
            undo.callback(ours.close)  # at which a session that did start ends
            said, says = os.pipe()
            undo.callback(os.close, said)
            ours.setblocking(False)
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            os.set_blocking(says, False)
            undo.callback(self._ends.pop, number, None)
            self._ends[number] = ended
            try:
                rights = array.array("i", [theirs.fileno(), says])
                self._control.sendmsg(
                    [json.dumps(request).encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)]
                )
                theirs.close()  # else nobody would tell us that a zygote which has died drops it
                async with asyncio.timeout(patience.start_s):
                    pid = await _hello(loop, ours)
                descriptor = os.pidfd_open(pid)
            except (OSError, TimeoutError, EOFError) as error:
                raise InfraError(f"no session of Lean starts: {error}") from error
            finally:
                theirs.close()
                os.close(says)
            undo.callback(os.close, descriptor)
            _, talk = await loop.create_unix_connection(Talk, sock=ours)
            undo.pop_all()
        return Session(Child(pid, descriptor, said, ended), talk, limits, patience, time.monotonic() - start)

    async def aclose(self) -> None:
        """End it, and every session with it."""
        if self._control.fileno() >= 0:
            with contextlib.suppress(OSError, ValueError):
                asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()
        await _end(self._process)
        self._lost()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _begin(self, request: dict[str, str]) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(self._control, json.dumps(request).encode())
            async with asyncio.timeout(Patience().start_s):
                told = await loop.sock_recv(self._control, _MESSAGE_BYTES)
            answer = json.loads(told) if told else {"error": f"it ended with {await self._process.wait()}"}
        except (OSError, TimeoutError, ValueError) as error:
            raise InfraError(f"Lean does not start: {error}") from error
        if "error" in answer:
            raise InfraError(f"Lean does not start: {answer['error']}")
        loop.add_reader(self._control, self._told)

    def _told(self) -> None:
        try:
            data = self._control.recv(_MESSAGE_BYTES)
            if data:
                answer = json.loads(data)
                ended = self._ends.pop(answer["id"], None)
                if ended is not None and not ended.done():
                    ended.set_result(int(answer["code"]))
                return
        except BlockingIOError:
            return
        except (OSError, ValueError, KeyError, TypeError):
            pass
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        self._lost()

    def _lost(self) -> None:
        while self._ends:
            _, ended = self._ends.popitem()
            if not ended.done():
                ended.set_result(-signal.SIGKILL)


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


async def _hello(loop: asyncio.AbstractEventLoop, talk: socket.socket) -> int:
    """The process at the other end, by the number that it has here."""
    there: asyncio.Future[None] = loop.create_future()
    loop.add_reader(talk, lambda: None if there.done() else there.set_result(None))
    try:
        await there
    finally:
        loop.remove_reader(talk)
    data, ancillary, _, _ = talk.recvmsg(FRAME.size, socket.CMSG_SPACE(_CREDENTIALS.size))
    if data != FRAME.pack(b"h", 0):
        raise EOFError("it does not say hello")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            return int(_CREDENTIALS.unpack(content[: _CREDENTIALS.size])[0])
    raise EOFError("it does not say who it is")
