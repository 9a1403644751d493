"""Every attack of `attacks.py`, by root and by an ordinary user, at every level; outside a sandbox each one works."""

from __future__ import annotations

import functools
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from prover.errors import MissingError
from prover.lean import sandbox, seccomp
from prover.lean.sandbox import Level
from tests.lean.attacks import ATTACKS

ROOT = Path(__file__).parents[2]
MACHINE = platform.machine()
pytestmark = pytest.mark.skipif(not seccomp.supported(MACHINE), reason="Linux on x86_64 and aarch64")
NOBODY = 65534
MUST_WORK_OUTSIDE = ("read", "write", "network")
"""What every machine lets a user do; some refuse tracing, rings or page faults to everyone."""
LEVELS = [
    pytest.param(Level.BUBBLEWRAP, None, id="bubblewrap"),
    pytest.param(Level.LANDLOCK, None, id="landlock"),
    pytest.param(Level.LANDLOCK, 1, id="landlock-abi1"),
]


@dataclass(frozen=True)
class User:
    """Who attacks: `prefix` and `python` start a process of theirs."""

    name: str
    uid: int
    prefix: tuple[str, ...]
    python: str
    path: str


def _users() -> list[Any]:
    me = User("root" if os.geteuid() == 0 else "user", os.geteuid(), (), sys.executable, str(ROOT))
    users = [pytest.param(me, id=me.name)]
    if os.geteuid() != 0:
        return users
    other, reason = _ordinary_user()
    skip = pytest.mark.skipif(other is None, reason=reason)
    return [*users, pytest.param(other, id="user", marks=skip)]


def _ordinary_user() -> tuple[User | None, str]:
    """For root: someone else, with an interpreter that they may run and this code in their reach."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return None, "setpriv is not installed"
    prefix = (setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")
    path = os.pathsep.join((str(ROOT), str(Path(psutil.__file__).parents[1])))
    for python in (sys.executable, "/usr/bin/python3"):
        trial = [*prefix, "env", f"PYTHONPATH={path}", python, "-B", "-c", "import prover.lean.process"]
        if subprocess.run(trial, capture_output=True, check=False, cwd="/").returncode == 0:
            return User("nobody", NOBODY, prefix, python, path), ""
    return None, "no ordinary user can run this code from where it lies"


def ask(user: User, request: dict[str, Any]) -> list[dict[str, Any]]:
    argv = [*user.prefix, user.python, "-B", str(ROOT / "tests/lean/shut_in.py")]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": user.path}
    done = subprocess.run(
        argv, input=json.dumps(request), capture_output=True, text=True, env=env, check=False, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Any]]:
    """Who connects is sent the secret."""
    folder = Path(tempfile.mkdtemp(prefix="prover-test-", dir="/tmp"))
    folder.chmod(0o755)
    tcp = socket.create_server(("127.0.0.1", 0))
    udp = socket.socket(type=socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    unix, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    unix.bind(str(folder / "socket"))
    (folder / "socket").chmod(0o777)
    name = f"prover-test-{os.getpid()}"
    abstract.bind(f"\0{name}")

    def serve(listening: socket.socket) -> None:
        while True:
            try:
                peer, _ = listening.accept()
                peer.sendall(b"s3cret")
                peer.close()
            except OSError:
                return

    def reply() -> None:
        while True:
            try:
                _, address = udp.recvfrom(100)
                if address == stop:
                    return
                udp.sendto(b"s3cret", address)
            except OSError:
                return

    ender = socket.socket(type=socket.SOCK_DGRAM)
    ender.bind(("127.0.0.1", 0))
    stop = ender.getsockname()
    streams = (tcp, unix, abstract)
    for stream in streams:
        stream.listen()
        threading.Thread(target=serve, args=(stream,), daemon=True).start()
    threading.Thread(target=reply, daemon=True).start()
    yield {
        "tcp": tcp.getsockname()[1],
        "udp": udp.getsockname()[1],
        "unix": folder / "socket",
        "abstract": name,
    }
    ender.sendto(b"", udp.getsockname())
    for stream in streams:
        stream.shutdown(socket.SHUT_RDWR)
        stream.close()
    shutil.rmtree(folder)


def stage(folder: Path, user: User) -> dict[str, Path]:
    """A fresh scene for one attack; all of it the attacker's own."""
    folder.chmod(0o755)
    for name in ("scratch", "shared", "outside", "outside/mnt"):
        (folder / name).mkdir()
    (folder / "outside/secret").write_text("s3cret")
    (folder / "shared/module").write_text("module")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.uid, user.uid if user.uid == NOBODY else -1)
    return {
        "outside": folder / "outside",
        "secret": folder / "outside/secret",
        "shared": folder / "shared",
    }


@pytest.fixture(scope="module")
def attacked(servers: dict[str, Any]) -> Iterator[Any]:
    """What came of all attacks of one user at one level."""
    victims: dict[str, subprocess.Popen[bytes]] = {}
    column = seccomp.MACHINES[MACHINE][0]
    numbers = {name: numbers[column] for name, numbers in seccomp._REFUSED.items()}
    numbers |= {"clone": (56, 220)[column], "rt_sigqueueinfo": (129, 138)[column]}

    @functools.cache
    def run(
        user: User, level: Level, abi: int | None, *, sessions: bool = False
    ) -> dict[str, dict[str, Any]]:
        if user.name not in victims:
            victims[user.name] = subprocess.Popen(
                [*user.prefix, "/bin/sleep", "600"], env={"SECRET": "s3cret"}, start_new_session=True
            )
        victim = victims[user.name].pid
        runs = []
        with tempfile.TemporaryDirectory(prefix="prover-test-", dir="/tmp") as place:
            Path(place).chmod(0o755)
            (Path(place) / "fork").mkdir()
            os.chown(Path(place) / "fork", user.uid, -1)
            for number, script in enumerate(ATTACKS.values()):
                folder = Path(place) / str(number)
                folder.mkdir()
                scene = {**servers, **numbers, **stage(folder, user), "victim": victim}
                scene["address"] = int(Path(f"/proc/{victim}/maps").read_text().split("-")[0], 16)
                for name, value in scene.items():
                    script = script.replace(f"{{{name}}}", str(value))  # noqa: PLW2901
                runs.append((str(folder), script))
            try:
                answers = ask(user, {"level": level, "abi": abi, "runs": runs, "sessions": sessions})
            finally:
                for folder, _ in runs:
                    if os.path.ismount(f"{folder}/outside/mnt"):
                        subprocess.run(["umount", f"{folder}/outside/mnt"], check=True)
        assert victims[user.name].poll() is None
        return dict(zip(ATTACKS, answers, strict=True))

    yield run
    for victim in victims.values():
        victim.kill()
        victim.wait()


def broke_in(answer: dict[str, Any]) -> bool:
    return "BROKE IN" in answer["out"]


@pytest.mark.parametrize("user", _users())
@pytest.mark.parametrize("attack", ATTACKS)
def test_outside_every_attack_works(attacked: Any, user: User, attack: str) -> None:
    """Else the tests below show nothing."""
    room = attack.split(":", maxsplit=1)[0]
    if room == "root" and user.uid != 0:
        pytest.skip("only root can")
    answer = attacked(user, Level.RLIMITS, None)[attack]
    if room not in MUST_WORK_OUTSIDE and not broke_in(answer):
        pytest.skip(f"this machine refuses it to everyone: {answer['err'].strip()[-100:]}")
    assert broke_in(answer), answer


@pytest.mark.parametrize("user", _users())
@pytest.mark.parametrize(("level", "abi"), LEVELS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_inside_no_attack_works(
    attacked: Any, user: User, level: Level, abi: int | None, attack: str
) -> None:
    try:
        sandbox.detect(level)
    except MissingError as error:
        pytest.skip(str(error))
    answer = attacked(user, level, abi)[attack]
    assert not broke_in(answer), answer
    assert answer["code"] not in (126, 127), f"the script did not run: {answer}"
    assert "Error" in answer["err"], f"nothing refused it: {answer}"


@pytest.mark.parametrize("user", _users())
@pytest.mark.parametrize("level", list(Level)[:2])
@pytest.mark.parametrize("attack", ATTACKS)
def test_in_a_session_no_attack_works(attacked: Any, user: User, level: Level, attack: str) -> None:
    """A fork of a zygote is shut in as a process by itself is, though a text broke out of Lean."""
    try:
        sandbox.detect(level)
    except MissingError as error:
        pytest.skip(str(error))
    answer = attacked(user, level, None, sessions=True)[attack]
    assert not broke_in(answer), answer
    assert "Error" in answer["err"], f"nothing refused it: {answer}"


@pytest.mark.parametrize("user", _users())
@pytest.mark.parametrize("attack", ["read: the reference", "write: the reference"])
def test_a_session_reaches_what_nothing_keeps_from_it(attacked: Any, user: User, attack: str) -> None:
    """Else the test above shows nothing."""
    assert broke_in(attacked(user, Level.RLIMITS, None, sessions=True)[attack])
