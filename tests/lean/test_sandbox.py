"""The sandbox from the outside: levels, how one is chosen, limits that reach through it, and Lean inside it.

What a hostile program can do in there is `test_sandbox_attacks`' to ask.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from prover.errors import MissingError
from prover.lean import bubblewrap, command, landlock, sandbox
from prover.lean.checker import PlainChecker
from prover.lean.pooled import PooledChecker
from prover.lean.protocol import Limits
from prover.lean.sandbox import Level, Sandbox
from prover.lean.toolchain import Profile, Toolchain
from prover.lean.watch import Limit
from prover.types import Statement, Status
from tests.lean.shut_in import shut_in


def works(level: Level) -> bool:
    try:
        return sandbox.detect(level) is not None
    except MissingError:
        return False


STRONG = [
    pytest.param(
        level, id=level.value, marks=pytest.mark.skipif(not works(level), reason="not on this machine")
    )
    for level in (Level.BUBBLEWRAP, Level.LANDLOCK)
]
every_strong_level = pytest.mark.parametrize("level", STRONG)
every_level = pytest.mark.parametrize("level", [*STRONG, pytest.param(Level.RLIMITS, id="rlimits")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "shared").mkdir()
    return tmp_path


@every_level
def test_it_runs_and_may_write_its_scratch_folder(folder: Path, level: Level) -> None:
    done = shut_in(level, folder, "import os; open('x', 'w').write('y'); print(os.getcwd())")
    assert (done.code, done.stdout.decode().strip()) == (0, str(folder / "scratch")), done
    assert (folder / "scratch/x").read_text() == "y"


@every_level
def test_a_scratch_folder_is_a_whole_folder(folder: Path, level: Level) -> None:
    script = (
        "import os\nos.makedirs('a/b'); open('a/f', 'w').write('x'); os.rename('a/f', 'a/b/g')\n"
        "os.symlink('g', 'a/b/h'); assert open('a/b/h').read() == 'x'\n"
        "open('a/b/g', 'w'); os.unlink('a/b/h'); os.unlink('a/b/g'); os.removedirs('a/b'); print('fine')"
    )
    assert shut_in(level, folder, script).stdout == b"fine\n"


@every_level
def test_threads_processes_and_own_signals_work(folder: Path, level: Level) -> None:
    script = (
        "import os, signal, threading\n"
        "t = threading.Thread(target=print, args=('thread',), kwargs={'flush': True}); t.start(); t.join()\n"
        "if os.fork() == 0: os.abort()\n"
        "assert os.WTERMSIG(os.wait()[1]) in (signal.SIGABRT, signal.SIGSEGV)\n"
        "print('child', flush=True); os.kill(os.getpid(), signal.SIGTERM)"
    )
    done = shut_in(level, folder, script)
    assert done.stdout == b"thread\nchild\n", done
    assert done.code in (-15, 143)


@pytest.mark.parametrize("abi", range(1, 8))
@pytest.mark.skipif(not works(Level.LANDLOCK), reason="not on this machine")
def test_each_version_of_landlock_is_told_what_it_knows(folder: Path, abi: int) -> None:
    """An unknown right would be refused with EINVAL; that older rules suffice is `test_sandbox_attacks`' to show."""
    assert shut_in(Level.LANDLOCK, folder, "print('fine')", abi=abi).stdout == b"fine\n"


@every_strong_level
def test_no_privilege_is_left(folder: Path, level: Level) -> None:
    status = shut_in(level, folder, "print(open('/proc/self/status').read())").stdout.decode()
    fields = dict(line.split(":\t") for line in status.splitlines() if ":\t" in line)
    assert fields["NoNewPrivs"] == "1"
    assert fields["Seccomp"] == "2"
    assert {int(fields[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}


@every_strong_level
def test_what_it_leaves_behind_ends_with_it(folder: Path, level: Level) -> None:
    """A process whose parent is gone, which tries to leave its group before."""
    note = folder / "scratch/alive"
    script = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    try: os.setsid()\n"
        "    except OSError: pass\n"
        "    if os.fork() == 0:\n"
        "        for i in range(100):\n"
        "            open('alive', 'w').write(str(i)); time.sleep(0.05)\n"
        "    os._exit(0)\n"
        "time.sleep(0.3)\n"
    )
    shut_in(level, folder, script)
    before = note.read_text()
    time.sleep(0.4)
    assert note.read_text() == before
    # Without a sandbox it lives on.
    shut_in(Level.RLIMITS, folder, script)
    before = note.read_text()
    time.sleep(0.4)
    assert note.read_text() != before


@every_strong_level
def test_it_ends_with_its_parent(folder: Path, level: Level) -> None:
    script = "import time\nopen('started', 'w'); time.sleep(60)"
    note = folder / "scratch/started"
    parent = (
        "from pathlib import Path; from tests.lean.shut_in import Level, shut_in; "
        f"shut_in(Level({level.value!r}), Path({str(folder)!r}), {script!r})"
    )
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", parent], cwd=root, env={**os.environ, "PYTHONPATH": root}
    ) as prover:
        while not note.exists():
            assert prover.poll() is None
            time.sleep(0.02)
        family = psutil.Process(prover.pid).children(recursive=True)
        assert family
        prover.kill()
    _, alive = psutil.wait_procs(family, timeout=5)
    assert not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]


@every_level
def test_limits_reach_through_it(folder: Path, level: Level) -> None:
    def limit(script: str, limits: Limits) -> Limit | None:
        return shut_in(level, folder, script, limits).limit

    assert limit("while True: pass", Limits(wall_s=1, cpu_s=30)) is Limit.WALL
    assert limit("import time; time.sleep(60)", Limits(wall_s=1)) is Limit.WALL
    eat = "x = []\nwhile True: x.append(bytearray(1 << 22))"
    assert limit(eat, Limits(wall_s=20, memory_mb=200)) is Limit.MEMORY
    flood = "while True: print('x' * 1000)"
    assert limit(flood, Limits(wall_s=20, output_bytes=100_000)) is Limit.OUTPUT
    assert not [p for p in psutil.Process().children(recursive=True) if "bwrap" in p.name()]


@every_level
def test_what_it_uses_is_accounted_for(folder: Path, level: Level) -> None:
    burn = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass"
    assert 0.5 <= shut_in(level, folder, burn.format(0.5)).cpu_s < 1
    over = shut_in(level, folder, burn.format(60), Limits(wall_s=20, cpu_s=1))
    assert over.limit is Limit.CPU
    assert 0.5 <= over.cpu_s < 2.5


@every_level
def test_a_child_is_accounted_for(folder: Path, level: Level) -> None:
    eat = "import os, time\nif os.fork(): time.sleep(60)\nx = []\nwhile True: x.append(bytearray(1 << 22))"
    assert shut_in(level, folder, eat, Limits(wall_s=20, memory_mb=200)).limit is Limit.MEMORY


@every_strong_level
def test_an_orphan_is_accounted_for(folder: Path, level: Level) -> None:
    eat = (
        "import os, time\nif os.fork(): os.wait(); time.sleep(60)\nif os.fork(): os._exit(0)\n"
        "x = []\nwhile True: x.append(bytearray(1 << 22))"
    )
    assert shut_in(level, folder, eat, Limits(wall_s=20, memory_mb=200)).limit is Limit.MEMORY


@every_level
def test_a_fork_bomb_is_stopped(folder: Path, level: Level) -> None:
    """By the kernel, or by whoever watches. A bomb of bounded size: the test must not be one where it fails."""
    script = (
        "import os, time\nfor _ in range(1500):\n"
        "    try:\n        if os.fork() == 0: time.sleep(60)\n    except OSError: time.sleep(0.01)\n"
        "open('all', 'w')\ntime.sleep(60)"
    )
    before = set(psutil.Process().children(recursive=True))
    done = shut_in(level, folder, script, Limits(wall_s=10, cpu_s=60, memory_mb=20_000))
    stopped_by_the_kernel = (folder / "scratch/all").exists()
    assert done.limit is Limit.PROCESSES or (done.limit is Limit.WALL and stopped_by_the_kernel), done
    time.sleep(0.3)
    assert len(set(psutil.Process().children(recursive=True)) - before) < 5


@every_level
def test_a_large_file_is_stopped(folder: Path, level: Level) -> None:
    done = shut_in(level, folder, "f = open('x', 'wb')\nf.seek(3 << 30)\nf.write(b'x')\nf.flush()")
    assert done.code != 0
    assert (folder / "scratch/x").stat().st_size < 2 << 30


@every_level
@pytest.mark.parametrize("script", ["open(str(i), 'wb').write(bytes(1 << 20))", "open(str(i), 'w')"])
def test_filling_the_disk_is_stopped(folder: Path, level: Level, script: str) -> None:
    script = f"import time\nfor i in range(1_000_000):\n    {script}\n    if i % 100 == 99: time.sleep(0.01)"
    done = shut_in(level, folder, script, Limits(wall_s=30, cpu_s=30, disk_mb=50))
    assert done.limit is Limit.DISK, done


@every_strong_level
@pytest.mark.parametrize("place", ["/tmp", "/dev/shm", "/var/tmp", "/run", "."])
def test_memory_cannot_be_filled_by_way_of_files(folder: Path, level: Level, place: str) -> None:
    """A `tmpfs` is memory that no process's account shows."""
    script = (
        f"import os\ntry:\n    with open({place!r} + '/prover-test', 'wb') as f:\n"
        "        for i in range(200): f.write(bytes(1 << 20))\nexcept OSError as error: print(error)"
    )
    done = shut_in(level, folder, script, Limits(disk_mb=50))
    assert done.limit is Limit.DISK or done.stdout, done
    assert not Path(place, "prover-test").exists()


@pytest.mark.parametrize(
    "said", [["--handle", "1"], ["--filter", "zz", "--", "/bin/true"], ["--unknown", "--"], []]
)
def test_what_cannot_be_shut_in_does_not_run(tmp_path: Path, said: list[str]) -> None:
    argv = [sys.executable, "-I", "-S", str(sandbox._ENCLOSE), *said]
    done = subprocess.run(argv, capture_output=True, check=False)
    assert done.returncode == 126
    assert b"cannot enclose" in done.stderr


def test_a_filter_that_the_kernel_refuses_stops_the_command(tmp_path: Path) -> None:
    bad = ["--filter", "ff" * 8, "--", "/usr/bin/touch", str(tmp_path / "ran")]
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(sandbox._ENCLOSE), *bad], capture_output=True, check=False
    )
    assert done.returncode == 126
    assert not (tmp_path / "ran").exists()


STATEMENT = Statement("t", "(a b : ℕ) (h : a < b) : a ≤ b")


@pytest.mark.lean
@every_level
@pytest.mark.parametrize("kind", [PlainChecker, PooledChecker])
async def test_lean_says_the_same_inside(core: Toolchain, level: Level, kind: type[PlainChecker]) -> None:
    checker = kind(replace(core, sandbox=level), jobs=1)
    try:
        assert (await checker.check(STATEMENT, "omega")).status is Status.PROVED
        assert (await checker.check(STATEMENT, "rfl")).status is Status.ELABORATION_ERROR
        assert (await checker.audit(STATEMENT, "omega")).proved
    finally:
        await checker.aclose()


@pytest.mark.lean
@every_strong_level
async def test_lean_cannot_read_a_file_either(core: Toolchain, folder: Path, level: Level) -> None:
    """`lean` itself, asked to read a file that it may not."""
    secret, scratch = folder / "secret.lean", folder / "scratch"
    secret.write_text("prelude\n#check s3cret\n")
    for asked, readable in ((level, False), (Level.RLIMITS, True)):
        done = await command.run_lean(
            replace(core, sandbox=asked), ("--json", str(secret)), scratch, Limits(wall_s=20)
        )
        assert (b"s3cret`" in done.stdout) is readable, done
        assert done.code != 0


def test_levels_are_in_order() -> None:
    assert Level.BUBBLEWRAP.covers(Level.LANDLOCK)
    assert Level.LANDLOCK.covers(Level.LANDLOCK)
    assert not Level.RLIMITS.covers(Level.LANDLOCK)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[Level, str]:
    """A machine that lacks the levels put here, each for a reason."""
    lacks: dict[Level, str] = {}
    look = sandbox._look
    monkeypatch.setattr(
        sandbox, "_look", lambda level: (None, lacks[level]) if level in lacks else look(level)
    )
    monkeypatch.setattr(sandbox, "detect", sandbox.detect.__wrapped__)
    return lacks


def test_the_strongest_level_that_works_is_taken(machine: dict[Level, str]) -> None:
    machine[Level.BUBBLEWRAP] = "bubblewrap is not installed"
    if works(Level.LANDLOCK):
        found = sandbox.detect(None)
        assert (found.level, found.missing) == (Level.LANDLOCK, ("bubblewrap is not installed",))
        sandbox.require(Level.LANDLOCK)
        assert "size and times" in sandbox.uncovered(found)
    machine[Level.LANDLOCK] = "this kernel has no Landlock"
    found = sandbox.detect(None)
    assert found.level is Level.RLIMITS
    assert found.missing == ("bubblewrap is not installed", "this kernel has no Landlock")
    assert "limits only" in sandbox.describe(found)
    assert sandbox.remedy(found)
    with pytest.raises(MissingError, match=r"rlimits, weaker than landlock: bubblewrap is not installed"):
        sandbox.require(Level.LANDLOCK)


def test_a_level_that_is_asked_for_and_missing_is_an_error(machine: dict[Level, str]) -> None:
    machine[Level.LANDLOCK] = "this kernel has no Landlock"
    with pytest.raises(MissingError, match="no sandbox landlock: this kernel has no Landlock"):
        sandbox.detect(Level.LANDLOCK)
    with pytest.raises(MissingError, match="--sandbox rlimits was asked for"):
        sandbox.require(Level.LANDLOCK, Level.RLIMITS)
    sandbox.require(Level.RLIMITS, Level.RLIMITS)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("exit 3", "no reason given"),
        ("echo 'no permission' >&2; exit 1", "no permission"),
        ("exec sleep 30", "does not run"),
    ],
)
def test_a_bubblewrap_that_does_not_work_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, says: str
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(sandbox, "_TRIAL_S", 0.5)
    monkeypatch.setattr(bubblewrap, "_TRIAL_S", 0.5)
    found = sandbox.detect.__wrapped__(None)
    assert found.level is not Level.BUBBLEWRAP
    assert says in found.missing[0]


def test_the_remedy_names_what_keeps_namespaces_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bubblewrap, "find", lambda: "/usr/bin/bwrap")
    assert "container" in bubblewrap.remedy(tmp_path)
    (tmp_path / "kernel").mkdir()
    (tmp_path / "user").mkdir()
    (tmp_path / "user/max_user_namespaces").write_text("0\n")
    assert bubblewrap.remedy(tmp_path) == "sysctl -w user.max_user_namespaces=15000"
    (tmp_path / "kernel/apparmor_restrict_unprivileged_userns").write_text("1\n")
    assert bubblewrap.remedy(tmp_path) == "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    monkeypatch.setattr(bubblewrap, "find", lambda: "")
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda tool: "/bin/dnf" if tool == "dnf" else None)
    assert bubblewrap.remedy(tmp_path) == "dnf install bubblewrap"


@pytest.mark.parametrize(("error", "says"), [(95, "switched off"), (38, "has no Landlock"), (0, "")])
def test_why_landlock_is_missing(monkeypatch: pytest.MonkeyPatch, error: int, says: str) -> None:
    monkeypatch.setattr(landlock, "_ask", lambda: -error if error else 7)
    assert says in landlock.why_not()
    assert bool(says) == bool(landlock.why_not())
    monkeypatch.setattr(landlock.platform, "machine", lambda: "riscv64")
    assert "riscv64" in landlock.why_not()


def test_at_the_weakest_level_the_command_is_as_it_was(tmp_path: Path) -> None:
    argv = sandbox.wrap(["/bin/true", "x"], cwd=tmp_path, sandbox=Sandbox(Level.RLIMITS))
    assert argv == ["/bin/true", "x"]


async def test_a_toolchain_says_how_it_is_shut_in(folder: Path) -> None:
    secret = folder / "secret"
    secret.write_text("s3cret")
    for level in Level:
        if works(level):
            toolchain = Toolchain(Profile.LEAN, "4.99.0", "fake", ("/bin/cat",), {}, sandbox=level)
            done = await command.run_lean(toolchain, (str(secret),), folder / "scratch", Limits(wall_s=10))
            assert (b"s3cret" in done.stdout) is (level is Level.RLIMITS), (level, done)
