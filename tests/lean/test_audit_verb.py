"""`prover audit` as a program: exit codes, one JSON value, the reference told from the submission."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover import cli

pytestmark = pytest.mark.lean

TARGET = "import Mathlib\ndef small (n : Nat) : Prop := n < 100\ntheorem goal (n : Nat) (h : n < 10) : small n := sorry\n"
GOOD = TARGET.replace("sorry", "by unfold small; omega")


@pytest.mark.parametrize(
    ("reference", "submission", "code", "says"),
    [
        (TARGET, GOOD, 0, '"replayed"'),
        (TARGET, TARGET, 1, '"incomplete"'),
        (TARGET, GOOD.replace("100", "1000"), 1, '"wrong_statement"'),
        (TARGET, 'theorem goal : "', 1, '"elaboration_error"'),
        (TARGET, "import Elsewhere\n" + GOOD, 1, "Elsewhere"),
        (GOOD, GOOD, 2, "leaves no theorem open"),
        ('theorem goal : "', GOOD, 2, "line 1, column 15"),
        (TARGET.replace("small n", "large n"), GOOD, 2, "the reference does not compile"),
    ],
)
def test_exit_codes_and_json(  # noqa: PLR0917
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    reference: str,
    submission: str,
    code: int,
    says: str,
) -> None:
    (tmp_path / "T.lean").write_text(reference)
    (tmp_path / "S.lean").write_text(submission)
    arguments = [
        "audit",
        str(tmp_path / "S.lean"),
        "--reference",
        str(tmp_path / "T.lean"),
        "--profile",
        "core",
    ]
    assert cli.main([*arguments, "--json"]) == code
    out, err = capsys.readouterr()
    assert says in out + err
    assert isinstance(json.loads(out), dict)
    assert cli.main(arguments) == code
    out, err = capsys.readouterr()
    assert out.strip() or code == 2
    assert "Traceback" not in err


def test_two_standard_inputs_are_one_too_many(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", "-", "--reference", "-"]) == 2
