"""Profiles: what is found, what is missing and how to mend it. elan and lake are played by scripts on the PATH."""

from __future__ import annotations

from pathlib import Path

import pytest

from prover.errors import InputError, MissingError
from prover.lean import toolchain
from prover.lean.toolchain import Profile, open_toolchain, probe_profiles
from prover.types import Header


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the whole PATH (but for sh), and no elan."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")
    monkeypatch.setenv("ELAN_HOME", str(tmp_path / "elan"))
    return folder


def script(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def fake_lean(path: Path, version: str = "4.35.0") -> None:
    script(path, f'echo "Lean (version {version}, x86_64-unknown-linux-gnu, commit abc, Release)"')


@pytest.mark.lean
def test_core_is_real_lean(core: toolchain.Toolchain) -> None:
    assert core.version == "4.35.0"
    assert core.identity.startswith("core Lean 4.35.0 lib ")
    assert core.header(Header(("Mathlib", "Aesop"))) == "prelude\nimport Core\n"
    assert core.header(Header(("Mathlib.Tactic.Ring", "Init.Data.Nat"))) == "prelude\nimport Core\n"
    with pytest.raises(InputError, match="Mathlibs"):
        core.header(Header(("Mathlibs",)))


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(InputError, match="expected one of core, lean, mathlib"):
        open_toolchain("isabelle")


def test_lean_on_the_path(tools: Path) -> None:
    fake_lean(tools / "lean", "4.29.0-rc1")
    found = open_toolchain("lean")
    assert (found.version, found.profile) == ("4.29.0-rc1", Profile.LEAN)
    assert found.header(Header(("Mathlib", "Aesop"))) == "import Mathlib\nimport Aesop\n"


def test_lean_in_elans_folder(tools: Path, tmp_path: Path) -> None:
    fake_lean(tmp_path / "elan/bin/lean")
    assert open_toolchain("lean").argv == (str(tmp_path / "elan/bin/lean"),)


def test_without_lean_the_remedy_is_named(tools: Path) -> None:
    with pytest.raises(MissingError, match="install elan"):
        open_toolchain("lean")


def test_a_lean_that_does_not_work_is_missing(tools: Path) -> None:
    script(tools / "lean", 'echo "error: no default toolchain configured" >&2; exit 1')
    with pytest.raises(MissingError, match="no default toolchain configured"):
        open_toolchain("lean")


def test_a_lake_project_is_asked_for_its_environment_once(tools: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "lakefile.toml").write_text('name = "p"\n')
    (project / "lake-manifest.json").write_text('{"packages": [{"name": "mathlib", "inputRev": "v4.35.0"}]}')
    fake_lean(tmp_path / "sysroot/bin/lean")
    calls = tmp_path / "calls"
    script(
        tools / "lake",
        f'echo "$@" >> {calls}; export LEAN_SYSROOT={tmp_path}/sysroot LEAN_PATH={project}/build; shift; exec "$@"',
    )
    found = open_toolchain("core", project)
    assert found.profile is Profile.PROJECT
    assert found.argv == (str(tmp_path / "sysroot/bin/lean"),)
    assert found.env["LEAN_PATH"] == f"{project}/build"
    assert found.cwd == project
    assert found.identity == "project Lean 4.35.0 mathlib@v4.35.0"
    assert calls.read_text() == "env env -0\n"


def test_lakes_relative_paths_are_the_projects(tools: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "lakefile.toml").write_text('name = "p"\n')
    fake_lean(tmp_path / "sysroot/bin/lean")
    script(
        tools / "lake",
        f"export LEAN_SYSROOT={tmp_path}/sysroot LEAN_PATH=././.lake/packages/a/lib:/b LEAN_SRC_PATH=; "
        'shift; exec "$@"',
    )
    found = open_toolchain("core", project)
    assert found.env["LEAN_PATH"] == f"{project}/.lake/packages/a/lib:/b"


def test_keys_for_services_do_not_reach_lean(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_lean(tools / "lean")
    for name in ("OPENAI_API_KEY", "LAKE_CACHE_KEY", "SSH_AUTH_SOCK"):
        monkeypatch.setenv(name, "s3cret")
    monkeypatch.setenv("LEAN_NUM_THREADS", "2")
    env = open_toolchain("lean").env
    assert env["LEAN_NUM_THREADS"] == "2"
    assert env["PATH"]
    assert "s3cret" not in env.values()
    (tmp_path / "lakefile.toml").write_text('name = "p"\n')
    script(tools / "lake", 'shift; exec "$@"')
    env = open_toolchain("core", tmp_path).env
    assert "s3cret" not in env.values()


def test_a_project_that_lake_cannot_read(tools: Path, tmp_path: Path) -> None:
    (tmp_path / "lakefile.lean").write_text("")
    script(tools / "lake", 'echo "error: lakefile.lean: bad" >&2; exit 1')
    with pytest.raises(MissingError, match=r"lakefile\.lean: bad"):
        open_toolchain("core", tmp_path)
    with pytest.raises(InputError, match="expected a Lake project"):
        open_toolchain("core", tools)


def test_mathlib_that_is_not_compiled(tools: Path) -> None:
    script(tools / "lake", "exit 0")
    with pytest.raises(MissingError, match="make mathlib"):
        open_toolchain("mathlib")


@pytest.mark.lean
def test_doctor_reports_every_profile(tools: Path) -> None:
    reports = {report.profile: report for report in probe_profiles()}
    assert reports[Profile.CORE].usable
    assert not reports[Profile.LEAN].usable
    assert "elan" in reports[Profile.LEAN].remedy
    assert not reports[Profile.MATHLIB].usable


def test_the_lake_project_pins_one_release() -> None:
    pinned = toolchain.pinned_lean()
    assert toolchain.bundled("lean_project", "lean-toolchain").read_text() == f"leanprover/lean4:v{pinned}\n"
    assert pinned == toolchain.embedded.VERSION
