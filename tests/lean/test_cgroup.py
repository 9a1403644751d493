"""Control groups: on a tree of files that behaves as the kernel's, and, where this machine lets us, on the kernel's."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from prover.lean import cgroup, process
from prover.lean.cgroup import Group, Home
from prover.lean.process import run
from prover.lean.protocol import Limits
from prover.lean.toolchain import Toolchain
from prover.lean.watch import Limit
from prover.lean.worker import Patience, Worker

OWN = "cgroup.procs"
BOMB = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        for i in range(100):\n            open('alive', 'w').write(str(i)); time.sleep(0.05)\n    os._exit(0)\ntime.sleep(0.3)"


class Kernel:
    """A folder whose subfolders get the kernel's files, as `mkdir` in a cgroup tree gives them."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self._mkdir, self._rmdir = Path.mkdir, Path.rmdir

        def mkdir(path: Path, *args: object, **kwargs: object) -> None:
            self.make(path, *args, **kwargs)

        def rmdir(path: Path) -> None:
            self.remove(path)

        monkeypatch.setattr(Path, "mkdir", mkdir)
        monkeypatch.setattr(Path, "rmdir", rmdir)
        self.make(root)
        (root / "cgroup.controllers").write_text("cpu memory pids\n")

    def make(self, path: Path, *args: object, **kwargs: object) -> None:
        self._mkdir(path, *args, **kwargs)  # type: ignore[arg-type]
        if not path.is_relative_to(self.root):
            return
        for name in (OWN, "cgroup.subtree_control", "cgroup.controllers", "cgroup.kill", "cpu.stat"):
            (path / name).touch()
        if path != self.root and "memory" in (path.parent / "cgroup.subtree_control").read_text():
            for name in ("memory.max", "memory.oom.group", "memory.events", "memory.peak", "pids.max"):
                (path / name).touch()

    def remove(self, path: Path) -> None:
        if path.is_relative_to(self.root):
            if (path / OWN).read_text().strip() and not (path / "cgroup.kill").read_text():
                raise OSError(16, "Device or resource busy")
            for file in path.iterdir():
                file.unlink()
        self._rmdir(path)


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kernel:
    return Kernel(tmp_path / "fs", monkeypatch)


def proc(tmp_path: Path, own: str, mount: str = "/", kind: str = "cgroup2", place: str = "") -> Path:
    folder = tmp_path / "proc"
    folder.mkdir(exist_ok=True)
    (folder / "cgroup").write_text(f"4:memory:/elsewhere\n0::{own}\n" if own else "4:memory:/elsewhere\n")
    place = place or str(tmp_path / "fs")
    (folder / "mountinfo").write_text(
        "22 1 0:20 / / rw - ext4 /dev/root rw\n"
        f"35 24 0:31 {mount} {place} rw,nosuid shared:9 - {kind} cgroup2 rw\n"
    )
    return folder


def test_the_own_group_is_found(kernel: Kernel, tmp_path: Path) -> None:
    assert cgroup.find(proc(tmp_path, "/")) == Home(kernel.root)
    inner = kernel.root / "user.slice/run.scope"
    inner.parent.mkdir()
    inner.mkdir()
    (inner / "cgroup.controllers").write_text("memory pids")
    assert cgroup.find(proc(tmp_path, "/user.slice/run.scope")) == Home(inner)
    assert cgroup.find(proc(tmp_path, "/docker/abc/user.slice/run.scope", "/docker/abc")) == Home(inner)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (("", "/", "cgroup2"), "no cgroup v2"),
        (("/", "/", "cgroup"), "not mounted"),
        (("/", "/docker/abc", "cgroup2"), "not mounted"),
        (("/docker/abcdef", "/docker/abc", "cgroup2"), "not mounted"),
        (("/gone", "/", "cgroup2"), "does not control memory and pids in /gone"),
    ],
)
def test_where_there_is_none_the_reason_is_told(
    kernel: Kernel, tmp_path: Path, place: tuple[str, str, str], says: str
) -> None:
    home = cgroup.find(proc(tmp_path, *place))
    assert home.folder is None
    assert says in home.reason
    assert says in cgroup.describe(home)


def test_a_missing_controller_is_named(kernel: Kernel, tmp_path: Path) -> None:
    (kernel.root / "cgroup.controllers").write_text("cpu memory")
    assert "control pids" in cgroup.find(proc(tmp_path, "/")).reason


def test_a_group_of_another_user_is_left_alone(
    kernel: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cgroup.os, "access", lambda path, mode: path != kernel.root / OWN)
    assert "may not be divided" in cgroup.find(proc(tmp_path, "/")).reason


def test_a_path_with_a_space_is_read(kernel: Kernel, tmp_path: Path) -> None:
    spaced = tmp_path / "a b"
    spaced.symlink_to(kernel.root)
    assert cgroup.find(proc(tmp_path, "/", place=f"{tmp_path}/a\\040b")) == Home(spaced)


def test_to_divide_its_group_the_program_moves_into_a_leaf(kernel: Kernel) -> None:
    (kernel.root / OWN).write_text(f"{os.getpid()}\n")
    assert cgroup.divide(kernel.root) == Home(kernel.root)
    assert (kernel.root / "prover-main" / OWN).read_text() == str(os.getpid())
    assert (kernel.root / "cgroup.subtree_control").read_text() == "+memory +pids"


def test_a_group_with_other_programs_in_it_is_left_as_it_is(kernel: Kernel) -> None:
    (kernel.root / OWN).write_text(f"{os.getpid()}\n1\n")
    home = cgroup.divide(kernel.root)
    assert home.folder is None
    assert "other programs" in home.reason
    assert not (kernel.root / "prover-main").exists()


def test_what_the_kernel_refuses_is_undone(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    (kernel.root / OWN).write_text(f"{os.getpid()}\n")
    write = cgroup._write

    def busy(path: Path, text: str) -> bool:
        if path.name == "cgroup.subtree_control":
            return False
        if path == kernel.root / OWN:
            (kernel.root / "prover-main" / OWN).write_text("")
        return write(path, text)

    monkeypatch.setattr(cgroup, "_write", busy)
    assert "cannot be divided" in cgroup.divide(kernel.root).reason
    assert (kernel.root / OWN).read_text().strip() == str(os.getpid())
    assert not (kernel.root / "prover-main").exists()


@pytest.fixture
def home(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> Path:
    (kernel.root / "cgroup.subtree_control").write_text("memory pids")
    monkeypatch.setattr(cgroup, "detect", lambda: cgroup.divide(kernel.root))
    return kernel.root


def test_a_group_has_its_limits_before_anything_runs_in_it(home: Path) -> None:
    group = cgroup.open_group(100)
    assert group is not None
    (folder,) = home.glob("prover-*")
    assert (folder / "memory.max").read_text() == str(100 * 2**20)
    assert (folder / "pids.max").read_text() == "512"
    assert (folder / "memory.oom.group").read_text() == "1"
    assert not (folder / "memory.swap.max").exists()
    group.close()
    assert not folder.exists()


def test_a_group_that_cannot_be_limited_is_not_used(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "_write", lambda path, text: path.name != "memory.max")
    assert cgroup.open_group(100) is None
    assert not list(home.glob("prover-*"))


def test_what_a_killed_run_left_is_swept_away(home: Path) -> None:
    gone, alive = home / "prover-999999999-3", home / f"prover-{os.getpid()}-999"
    gone.mkdir()
    alive.mkdir()
    cgroup.divide(home)
    assert not gone.exists()
    assert alive.exists()


def test_a_command_joins_its_group_and_its_count_is_taken(home: Path) -> None:
    script = (
        f"d=$(echo {home}/prover-{os.getpid()}-*); printf 'usage_usec 7000000\\nuser_usec 1\\n' > $d/cpu.stat; "
        "echo 209715200 > $d/memory.peak; cat $d/cgroup.procs"
    )
    done = run(["sh", "-c", script], Limits(wall_s=10))
    assert done.stdout == b"0\n", "it wrote itself into the group, first of all"
    assert (done.cpu_s, done.peak_mb, done.limit) == (7.0, 200.0, None)
    assert not list(home.glob("prover-*"))


def test_the_kernels_end_for_memory_is_the_limit_on_memory(home: Path) -> None:
    events = f"echo 'oom 1\noom_kill 3' > $(echo {home}/prover-{os.getpid()}-*)/memory.events; kill -9 $$"
    assert run(["sh", "-c", events], Limits(wall_s=10)).limit is Limit.MEMORY


def test_the_groups_count_is_what_the_limit_on_cpu_time_is_about(home: Path) -> None:
    script = f"echo 'usage_usec 90000000' > $(echo {home}/prover-{os.getpid()}-*)/cpu.stat; exec sleep 20"
    done = run(["sh", "-c", script], Limits(wall_s=10, cpu_s=30))
    assert (done.limit, done.cpu_s) == (Limit.CPU, 90.0)


def test_a_command_that_does_not_start_leaves_no_group(home: Path) -> None:
    with pytest.raises(process.MissingError):
        run(["true"], Limits(), cwd=Path("/nonexistent"))
    assert not list(home.glob("prover-*"))


def test_a_command_that_cannot_join_runs_under_the_watch(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Group, "join", property(lambda self: "echo 0 2>/dev/null > /nonexistent/x; "))
    eat = ["python3", "-c", "x = []\nwhile True: x.append(bytearray(1 << 22))"]
    done = run(eat, Limits(wall_s=20, memory_mb=200))
    assert done.limit is Limit.MEMORY
    assert done.cpu_s > 0


def test_systemd_is_asked_for_a_group_where_there_is_systemd(tmp_path: Path) -> None:
    assert "systemd-run" in cgroup.remedy(Home(None, "x"), tmp_path)
    assert not cgroup.remedy(Home(None, "x"), tmp_path / "none")
    assert not cgroup.remedy(Home(tmp_path), tmp_path)


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A group of the kernel's own, without limits: these need controllers that this machine may not give."""
    own = cgroup._read(Path("/proc/self/cgroup")).splitlines()
    path = next((line[3:] for line in own if line.startswith("0::")), None)
    place = None if path is None else cgroup._mounted(cgroup._read(Path("/proc/self/mountinfo")), path)
    folder = None if place is None else place / f"prover-test-{os.getpid()}"
    try:
        assert folder is not None
        folder.mkdir()
    except (AssertionError, OSError):
        pytest.skip("no cgroup v2 in which this user may make groups")
    yield folder
    if folder.exists():
        Group(folder).close()
    assert not folder.exists()


def test_the_kernel_counts_and_ends_what_fled_its_session(
    real: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cgroup, "open_group", lambda memory_mb: Group(real))
    burn = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass\n"
    done = run(["python3", "-c", burn + BOMB], Limits(wall_s=20), cwd=tmp_path)
    assert 0.5 <= done.cpu_s < 2
    before = (tmp_path / "alive").read_text()
    time.sleep(0.4)
    assert (tmp_path / "alive").read_text() == before
    assert not real.exists()


def test_without_a_group_it_would_live_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroup, "open_group", lambda memory_mb: None)
    run(["python3", "-c", BOMB], Limits(wall_s=20), cwd=tmp_path)
    before = (tmp_path / "alive").read_text()
    time.sleep(0.4)
    assert (tmp_path / "alive").read_text() != before
    assert psutil.Process().is_running()


def groups(home: Path) -> list[Path]:
    return list(home.glob("prover-*"))


@pytest.mark.lean
async def test_a_warm_worker_lives_in_a_group_of_its_own(home: Path, core: Toolchain) -> None:
    worker = await Worker.start(
        core, "prelude\nimport Core\n", Limits(memory_mb=2000), Patience(growth_mb=100)
    )
    (folder,) = groups(home)
    assert (folder / "memory.max").read_text() == str(2100 * 2**20)
    assert (folder / OWN).read_text() == "0\n", "it joined"
    worker.kill()
    await worker.gone()
    assert not groups(home)
