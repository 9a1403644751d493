"""`--sandbox`, `--require-sandbox` and `--checker` on the command line, and what the doctor says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from prover import cli
from prover.lean import sandbox
from prover.lean.sandbox import Level

PROVED = "import Mathlib\ntheorem t (a b : ℕ) (h : a < b) : a ≤ b := by omega\n"
OPEN = "import Mathlib\ntheorem t (a b : ℕ) (h : a < b) : a ≤ b := by sorry\n"
VERBS = {
    "check": ["check", "P.lean"],
    "audit": ["audit", "P.lean", "--reference", "O.lean"],
    "prove": ["prove", "O.lean", "--out", "out"],
    "eval": ["eval", "--data", "O.lean", "--out", "out"],
    "selftest": ["selftest"],
}
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    (tmp_path / "P.lean").write_text(PROVED)
    (tmp_path / "O.lean").write_text(OPEN)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


@pytest.fixture
def weak(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with neither bubblewrap nor Landlock."""
    look = sandbox._look
    monkeypatch.setattr(
        sandbox, "_look", lambda level: look(level) if level is Level.RLIMITS else (None, f"no {level} here")
    )
    monkeypatch.setattr(sandbox, "detect", sandbox.detect.__wrapped__)


def usable(level: str) -> bool:
    return sandbox._look(Level(level))[0] is not None


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("option", ["--require-sandbox", "--require-sandbox=bubblewrap"])
def test_every_verb_refuses_a_weaker_sandbox(call: Call, weak: None, verb: str, option: str) -> None:
    code, out, err = call(*VERBS[verb], "--profile", "core", option)
    assert code == 3, err
    assert "the sandbox here is rlimits" in err
    assert "no bubblewrap here; no landlock here" in err
    assert "mend it with" in err
    assert not out
    assert not Path("out").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_refuses_a_sandbox_that_is_not_there(call: Call, weak: None, verb: str) -> None:
    code, _, err = call(*VERBS[verb], "--profile", "core", "--sandbox", "landlock")
    assert code == 3
    assert "no sandbox landlock: no landlock here" in err


@pytest.mark.lean
def test_without_a_sandbox_it_works_and_says_so(call: Call, weak: None) -> None:
    code, out, err = call("check", "P.lean", "--profile", "core")
    assert (code, "yes" in out) == (0, True)
    assert "no sandbox: no bubblewrap here; no landlock here (`prover doctor` says what mends it)" in err
    code, _, err = call("check", "P.lean", "--profile", "core", "--sandbox", "rlimits")
    assert (code, err) == (0, "")


@pytest.mark.lean
@pytest.mark.parametrize("level", ["bubblewrap", "landlock"])
@pytest.mark.parametrize("verb", ["check", "audit", "prove"])
def test_each_level_gives_the_answer(call: Call, verb: str, level: str) -> None:
    if not usable(level):
        pytest.skip("not on this machine")
    # The option has no value of its own here: it must not swallow the file.
    verb, *rest = VERBS[verb]
    code, out, err = call(verb, "--require-sandbox", *rest, "--profile", "core", "--sandbox", level)
    assert code == 0, err
    assert out


def test_a_level_chosen_too_weak_for_what_is_required(call: Call) -> None:
    code, _, err = call("check", "P.lean", "--profile", "core", "--sandbox", "rlimits", "--require-sandbox")
    assert code == 3
    assert "--sandbox rlimits was asked for" in err


@pytest.mark.parametrize("option", ["--require-sandbox=docker", "--sandbox=docker", "--checker=docker"])
def test_an_unknown_word_is_2(call: Call, option: str) -> None:
    code, _, err = call("check", "P.lean", option)
    assert code == 2
    assert "docker" in err


@pytest.mark.lean
@pytest.mark.parametrize("checker", ["plain", "warm"])
def test_the_checker_is_the_one_asked_for(call: Call, checker: str) -> None:
    out = f"run-{checker}"
    code, _, err = call("prove", "O.lean", "--out", out, "--profile", "core", "--checker", checker)
    assert code == 0, err
    manifest = json.loads((Path(out) / "manifest.json").read_text())
    assert checker in json.dumps(manifest["config"]["checker"])
    other = "warm" if checker == "plain" else "plain"
    code, _, err = call("prove", "O.lean", "--out", out, "--profile", "core", "--checker", other)
    assert code == 2
    assert "checker" in err


def test_interact_is_refused_where_it_cannot_be(call: Call) -> None:
    code, _, err = call("check", "P.lean", "--profile", "core", "--checker", "interact")
    assert code == 2
    assert "needs a Lean toolchain" in err
    code, _, err = call("check", "P.lean", "--profile", "core", "--checker", "interact", "--require-sandbox")
    assert code == 3
    assert "outside every sandbox" in err
    assert "--checker warm" in err


@pytest.mark.lean
def test_the_doctor_says_what_is_in_force(call: Call, weak: None) -> None:
    code, out, _ = call("doctor", "--json")
    assert code == 0
    report = json.loads(out)
    assert report["sandbox"]["level"] == "rlimits"
    assert report["sandbox"]["missing"] == ["no bubblewrap here", "no landlock here"]
    assert report["sandbox"]["uncovered"]
    assert report["sandbox"]["remedy"]
    assert report["cgroups"]["detail"]
    code, out, _ = call("doctor")
    assert "sandbox rlimits: resource limits only" in out
    assert "does not cover" in out
    assert "limits  " in out
