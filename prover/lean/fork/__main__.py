"""The server: `python -I -S fork/__main__.py LIBRARY SCRATCH FILTER STAND_IN [NAME=VALUE...]`.

On standard input is a socket; what goes over it is `prover.lean.zygote`'s to say.

LIBRARY is `libleanshared.so`; SCRATCH a folder in which each session gets one of its own; FILTER a program for seccomp
in hexadecimal digits that every session puts on (or nothing), with STAND_IN where the number of its process belongs;
the rest are options of Lean.

The server never reads what was submitted. It imports a header, reads a text of ours so that all is in place, and forks
while no thread runs but its own (and one of Lean's, which sleeps). A session has no descriptor but its own, cannot be
traced by another of the same user, and ends with the server; what it leaves behind is killed.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import gc
import json
import os
import resource
import selectors
import shutil
import signal
import socket
import struct
import sys
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  isolated, it knows no folder
from frontend import Lean, LeanError  # type: ignore[import-not-found]

_REQUEST_BYTES = 1 << 16
_OLEAN_BYTES = 32 << 20
_MAX_DESCRIPTORS = 1 << 16
_FRAME = struct.Struct("!cI")
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 4, 22, 2
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_THREADS = 2
_UNSENT_BYTES = 1 << 14


def main(arguments: list[str]) -> int:
    library, scratch, filter_, stand_in, *settings = arguments
    control = socket.socket(fileno=0)
    try:
        request = json.loads(control.recv(_REQUEST_BYTES))
        lean = Lean(library, dict(setting.split("=", 1) for setting in settings))
        if request["header"]:
            lean.prepare(request["header"], request["module"])
            lean.read(request["header"] + request["warm"], request["module"], lambda _: None)
        if len(os.listdir("/proc/self/task")) > _THREADS:  # noqa: PTH208
            raise LeanError("Lean runs threads that a fork would lose")
        server = _Server(lean, control, scratch, (bytes.fromhex(filter_), int(stand_in)))
    except (LeanError, OSError, ValueError) as error:
        control.send(json.dumps({"error": str(error)}).encode())
        return 1
    control.send(b'{"ready": true}')
    server.serve()
    return 0


class _Server:
    def __init__(self, lean: Any, control: socket.socket, scratch: str, filter_: tuple[bytes, int]) -> None:
        self._lean, self._control, self._scratch, self._filter = lean, control, scratch, filter_
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._sessions: dict[int, int] = {}
        """Number of the request by process."""
        self._libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        self._libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # refused in some sandboxes, which have done it
        gc.disable()
        gc.freeze()

    def serve(self) -> None:
        """Until the other end closes. Every session ends with us."""
        ended, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(ended, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fd == ended:
                        os.read(ended, 4096)
                        self._reap()
                    elif not self._answer():
                        return

    def _answer(self) -> bool:
        data, ancillary, _, _ = self._control.recvmsg(_REQUEST_BYTES, socket.CMSG_SPACE(8))
        received = array.array("i")
        for _, _, descriptors in ancillary:
            received.frombytes(descriptors[: len(descriptors) // 4 * 4])
        if not data:
            return False
        request = json.loads(data)
        folder = os.path.join(self._scratch, str(request["id"]))  # noqa: PTH118
        os.mkdir(folder, 0o700)  # noqa: PTH102
        server, process = os.getpid(), os.fork()
        if process == 0:
            self._become(request, folder, received, server)
        for descriptor in received:
            os.close(descriptor)
        self._sessions[process] = request["id"]
        return True

    def _reap(self) -> None:
        while True:
            try:
                process, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if process == 0:
                break
            number = self._sessions.pop(process, None)
            if number is None:
                continue  # left behind by a session
            shutil.rmtree(os.path.join(self._scratch, str(number)), ignore_errors=True)  # noqa: PTH118
            told = {
                "id": number,
                "code": os.waitstatus_to_exitcode(status),
                "cpu_s": used.ru_utime + used.ru_stime,
            }
            with contextlib.suppress(OSError):
                self._control.send(json.dumps(told).encode())
        self._end_orphans()

    def _end_orphans(self) -> None:
        """What a session started is ours once that session has ended."""
        with contextlib.suppress(OSError), open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123
            for process in map(int, file.read().split()):
                if process not in self._sessions:
                    os.kill(process, signal.SIGKILL)

    def _become(self, request: dict[str, Any], folder: str, received: array.array[int], server: int) -> None:
        """Never returns. Python's own way out would run finalizers of the library."""
        code = 70
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            talk = self._shut_in(request, folder, received)
            if os.getppid() != server:
                os._exit(code)  # it ended before it could take us along
            _Session(self._lean, talk, os.path.join(folder, "out.olean")).serve()  # noqa: PTH118
            code = 0
        except (LeanError, MemoryError) as error:
            os.write(2, str(error).encode()[:1000])
        finally:
            os._exit(code)

    def _shut_in(self, request: dict[str, Any], folder: str, received: array.array[int]) -> socket.socket:
        """Nothing stays open but the session's own socket; what it may use is limited before it reads a word."""
        nowhere = os.open("/dev/null", os.O_RDWR)
        for descriptor, target in ((nowhere, 0), (nowhere, 1), (received[1], 2)):
            os.dup2(descriptor, target)
        own = os.dup2(received[0], 3, inheritable=False) if received[0] != 3 else 3
        os.closerange(4, _MAX_DESCRIPTORS)
        os.chdir(folder)
        prctl = self._libc.prctl
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        for what, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, _OLEAN_BYTES),
            (resource.RLIMIT_CPU, max(1, int(request["cpu_s"] + 0.999))),
            (resource.RLIMIT_AS, request["address_space_mb"] << 20),
        ):
            resource.setrlimit(what, (most, most))
        if self._filter[0]:
            prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            _put_on(self._libc, *self._filter)
        return socket.socket(fileno=own)


class _Session:
    """Reads one text after another: a request is a length and JSON, an answer any number of frames, `done` the last."""

    def __init__(self, lean: Any, talk: socket.socket, olean: str) -> None:
        self._lean, self._talk, self._olean = lean, talk, olean
        self._unsent = bytearray()

    def serve(self) -> None:
        self._tell(b"h", b"")
        self._send()
        while head := self._receive(4):
            request = json.loads(self._receive(int.from_bytes(head)))
            olean = self._olean if request["olean"] else ""
            errors = self._lean.read(request["text"], request["module"], self._say, olean, self._send)
            if olean and not errors:
                with open(olean, "rb") as file:  # noqa: PTH123
                    self._tell(b"o", file.read(_OLEAN_BYTES))
                os.unlink(olean)  # noqa: PTH108
            self._tell(b"d", b"")
            self._send()

    def _say(self, message: bytes) -> None:
        self._tell(b"m", message)
        if len(self._unsent) > _UNSENT_BYTES:
            self._send()

    def _tell(self, kind: bytes, data: bytes) -> None:
        self._unsent += _FRAME.pack(kind, len(data)) + data

    def _send(self) -> None:
        """What was said before a command is told before that one is read: it may never end."""
        if self._unsent:
            self._talk.sendall(self._unsent)
            self._unsent.clear()

    def _receive(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size and (chunk := self._talk.recv(size - len(data))):
            data += chunk
        return bytes(data)


def _put_on(libc: ctypes.CDLL, program: bytes, stand_in: int) -> None:
    words = bytearray(program)
    for at in range(4, len(words), 8):
        if words[at : at + 4] == stand_in.to_bytes(4, sys.byteorder):
            words[at : at + 4] = os.getpid().to_bytes(4, sys.byteorder)
    code = ctypes.create_string_buffer(bytes(words), len(words))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    loaded = Program(len(program) // 8, ctypes.addressof(code))
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(loaded), 0, 0) != 0:
        raise LeanError("no system-call filter")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
