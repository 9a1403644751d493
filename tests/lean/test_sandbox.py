"""The sandbox, with programs that try to get out of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from prover.errors import MissingError
from prover.lean import process, sandbox
from prover.lean.process import Finished, Limit
from prover.lean.protocol import Limits
from prover.lean.sandbox import Sandbox
from prover.lean.toolchain import Toolchain

strong = pytest.mark.skipif(not sandbox.detect().strong, reason=sandbox.describe())
LIMITS = Limits(wall_s=20, cpu_s=10, memory_mb=1024)


def inside(script: str, scratch: Path, limits: Limits = LIMITS, readable: tuple[Path, ...] = ()) -> Finished:
    """Run Python in the sandbox with `scratch` as its writable folder."""
    argv = [sys.executable, "-I", "-S", "-c", script]
    wrapped = sandbox.wrap(argv, readable=[*sandbox._python(), *readable], writable=[scratch], cwd=scratch)
    return process.run(wrapped, limits, env={"PATH": os.defpath}, cwd=scratch)


@strong
def test_it_runs_and_may_write_its_scratch_folder(tmp_path: Path) -> None:
    done = inside("open('x', 'w').write('y'); print('fine')", tmp_path)
    assert (done.code, done.stdout) == (0, b"fine\n"), done
    assert (tmp_path / "x").read_text() == "y"


@strong
@pytest.mark.parametrize("where", ["secret", "link"])
def test_nothing_else_can_be_read(tmp_path: Path, where: str) -> None:
    scratch, secret = tmp_path / "scratch", tmp_path / "secret"
    scratch.mkdir()
    secret.write_text("reference proof")
    (scratch / "link").symlink_to(secret)
    path = secret if where == "secret" else scratch / "link"
    done = inside(f"print(open({str(path)!r}).read())", scratch)
    assert b"reference proof" not in done.stdout
    assert b"FileNotFoundError" in done.stderr
    listed = inside(
        f"import os; print(os.path.exists('/etc/passwd'), os.listdir({str(tmp_path)!r}))", scratch
    )
    assert listed.stdout == b"False ['scratch']\n", listed


@strong
@pytest.mark.parametrize("path", ["/usr/x", "/x", "/etc/x", "{shared}/x"])
def test_nothing_else_can_be_written(tmp_path: Path, path: str) -> None:
    scratch, shared = tmp_path / "scratch", tmp_path / "shared"
    scratch.mkdir()
    shared.mkdir()
    target = path.format(shared=shared)
    done = inside(f"open({target!r}, 'w').write('x')", scratch, readable=(shared,))
    assert done.code == 1
    assert b"Read-only" in done.stderr or b"PermissionError" in done.stderr or b"FileNotFound" in done.stderr
    assert not Path(target).exists()


@strong
def test_there_is_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        script = f"import socket; socket.create_connection(('127.0.0.1', {port}), 3)"
        assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
        done = inside(script, tmp_path)
    assert done.code == 1
    assert b"Error" in done.stderr


@strong
def test_other_processes_cannot_be_seen_or_killed(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "30"]) as other:
        done = inside(f"import os; os.kill({other.pid}, 9)", tmp_path)
        assert b"ProcessLookupError" in done.stderr
        assert other.poll() is None
        other.kill()


@strong
def test_what_it_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    """A daemon in a session of its own, which no process group would reach."""
    script = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        for i in range(200):\n"
        "            open('alive', 'w').write(str(i)); time.sleep(0.05)\n"
        "    os._exit(0)\n"
        "time.sleep(0.3)\n"
    )
    inside(script, tmp_path)
    before = (tmp_path / "alive").read_text()
    time.sleep(0.4)
    assert (tmp_path / "alive").read_text() == before


@strong
def test_limits_reach_through_it(tmp_path: Path) -> None:
    start = time.monotonic()
    assert inside("while True: pass", tmp_path, Limits(wall_s=1, cpu_s=30)).limit is Limit.WALL
    assert inside("import time; time.sleep(60)", tmp_path, Limits(wall_s=1)).limit is Limit.WALL
    memory = inside(
        "x = []\nwhile True: x.append(bytearray(1 << 22))", tmp_path, Limits(wall_s=20, memory_mb=200)
    )
    assert memory.limit is Limit.MEMORY
    flood = inside("while True: print('x' * 1000)", tmp_path, Limits(wall_s=20, output_bytes=100_000))
    assert flood.limit is Limit.OUTPUT
    assert time.monotonic() - start < 30
    leftover = [p for p in psutil.Process().children(recursive=True) if "bwrap" in p.name()]
    assert not leftover


@strong
def test_what_it_uses_is_accounted_for(tmp_path: Path) -> None:
    burn = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass"
    assert 0.5 <= inside(burn.format(0.5), tmp_path).cpu_s < 1
    over = inside(burn.format(60), tmp_path, Limits(wall_s=20, cpu_s=1))
    assert over.limit is Limit.CPU
    assert 0.9 <= over.cpu_s < 2.5
    late = inside(burn.format(60), tmp_path, Limits(wall_s=2, cpu_s=60))
    assert late.limit is Limit.WALL
    assert late.cpu_s > 0.2


@strong
def test_many_processes_end_with_the_limit(tmp_path: Path) -> None:
    script = "import os, time\nfor _ in range(6): os.fork()\ntime.sleep(60)"
    done = inside(script, tmp_path, Limits(wall_s=1, cpu_s=60))
    assert done.limit is Limit.WALL
    time.sleep(0.3)
    assert len(psutil.Process().children(recursive=True)) < 5


@strong
@pytest.mark.skipif(os.geteuid() == 0, reason="the kernel exempts root from the limit on processes")
def test_processes_are_limited(tmp_path: Path) -> None:
    script = (
        "import os, time\nmade = 0\ntry:\n    while made < 2000:\n        if os.fork() == 0: time.sleep(60)\n"
        "        made += 1\nexcept OSError: pass\nprint(made, flush=True)"
    )
    done = inside(script, tmp_path, Limits(wall_s=5))
    assert 0 < int(done.stdout) < 300


@strong
def test_a_large_file_is_stopped(tmp_path: Path) -> None:
    done = inside("f = open('x', 'wb')\nf.seek(3 << 30)\nf.write(b'x')\nf.flush()", tmp_path)
    assert done.code != 0
    assert (tmp_path / "x").stat().st_size < 2 << 30


@pytest.mark.lean
def test_lean_says_the_same_inside(core: Toolchain, tmp_path: Path) -> None:
    file = tmp_path / "X.lean"
    file.write_text(
        "prelude\nimport Core\ntheorem t (a b : ℕ) (h : a < b) : a ≤ b := by omega\n#print axioms t\n"
    )
    plain = [*core.argv, "--json", str(file)]
    wrapped = sandbox.wrap(plain, readable=sandbox.needed_by(core), writable=[tmp_path], cwd=tmp_path)
    outside = process.run(plain, LIMITS, env=core.env, cwd=tmp_path)
    within = process.run(wrapped, LIMITS, env=core.env, cwd=tmp_path)
    assert (outside.code, outside.stdout) == (within.code, within.stdout), within
    assert b"propext" in within.stdout


def test_without_bubblewrap_the_command_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    none = Sandbox("", "bubblewrap is not installed")
    assert sandbox.wrap(["/bin/true", "x"], cwd=tmp_path, sandbox=none) == ["/bin/true", "x"]
    monkeypatch.setattr(sandbox, "detect", lambda: none)
    assert "limits only: bubblewrap is not installed" in sandbox.describe()
    with pytest.raises(MissingError, match="bubblewrap"):
        sandbox.require()


@pytest.mark.parametrize(
    ("script", "says"), [("exit 3", "namespaces"), ("echo 'no permission' >&2; exit 1", "no permission")]
)
def test_a_bubblewrap_that_does_not_work_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, says: str
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    found = sandbox.detect.__wrapped__()
    assert not found.strong
    assert says in found.reason
