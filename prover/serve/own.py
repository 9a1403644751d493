"""Our own requests: `/v1/check` and `/v1/check_file`, answered with the full verdict."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prover import syntax
from prover.errors import InputError
from prover.lean import file_report
from prover.serve.text import Text
from prover.syntax import LeanTextError
from prover.types import Header, Statement

_MODULE = re.compile(r"[^\W\d][\w'!?]*(\.[^\W\d][\w'!?]*)*")
_MOST_IMPORTS = 100


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class HeaderIn(_Strict):
    imports: list[Text] = Field(default=["Mathlib"], max_length=_MOST_IMPORTS, description="module names")
    preamble: Text = Field(default="", description="`open`s, options and definitions before the theorem")


class StatementIn(_Strict):
    name: Text = Field(min_length=1, max_length=500)
    signature: Text = Field(description="binders and type, e.g. `(n : ℕ) : n ≤ n ^ 2`")
    header: HeaderIn = HeaderIn()


class LimitsIn(_Strict):
    """What one check may use; more than the server's own limits is cut down to them."""

    wall_s: float | None = Field(default=None, gt=0)
    cpu_s: float | None = Field(default=None, gt=0)
    memory_mb: int | None = Field(default=None, ge=64)


class CheckIn(_Strict):
    """Either `statement`, and `submission` is a tactic block, a term, or helper lemmas with the theorem restated; or
    `target`, a Lean file whose theorems end in `sorry`, and `submission` is a Lean file that proves them."""

    statement: StatementIn | None = None
    target: Text | None = None
    submission: Text
    limits: LimitsIn = LimitsIn()
    audit: bool = Field(
        True, description="false: the fast gate only, whose yes has the tier `elaborated` (`statement` only)"
    )
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "statement": {"name": "less", "signature": "(n : ℕ) : n < 2 * n + 1"},
                "submission": "omega",
            }
        }
    )

    @model_validator(mode="after")
    def _one(self) -> CheckIn:
        if (self.statement is None) == (self.target is None):
            raise ValueError("expected exactly one of `statement` and `target`")
        if self.target is not None and not self.audit:
            raise ValueError("a `target` is always audited; leave `audit` out")
        return self


class CheckFileIn(_Strict):
    file: Text = Field(description="a Lean file that stands by itself")
    limits: LimitsIn = LimitsIn()
    model_config = ConfigDict(json_schema_extra={"example": {"file": "theorem two : 1 + 1 = 2 := rfl"}})


class DiagnosticOut(BaseModel):
    severity: str
    message: str
    line: int = Field(description="from 1; 0 where it is not about the submission")
    column: int
    end_line: int
    end_column: int


class VerdictOut(BaseModel):
    status: str
    tier: str = Field(description="`none`, `elaborated`, `audited` or `replayed`")
    detail: str
    diagnostics: list[DiagnosticOut]
    axioms: list[str]
    wall_s: float
    cpu_s: float
    toolchain: str
    checker: str
    cached: bool
    theorems: dict[str, list[str]] = Field(description="the axioms of each theorem that is proved")


class TheoremOut(BaseModel):
    name: str
    line: int
    status: str
    detail: str
    axioms: list[str]


class FileReportOut(BaseModel):
    status: str
    detail: str
    theorems: list[TheoremOut]
    diagnostics: list[DiagnosticOut]
    wall_s: float
    cpu_s: float
    toolchain: str
    tier: str


class ErrorOut(BaseModel):
    detail: Any = Field(
        description="what is wrong, in words; of a request that cannot be read, a list with places"
    )


def read_statement(given: StatementIn) -> tuple[Statement, str]:
    """The statement, and why no warm worker may read it, which others use (empty: it may). Raises `InputError`."""
    header = Header(tuple(given.header.imports), given.header.preamble)
    statement = Statement(given.name, given.signature, header)
    for name in header.imports:
        if not _MODULE.fullmatch(name):
            raise InputError(f"statement.header.imports: `{name[:80]}` is no module name")
    theorem = f"{statement.declare()} := sorry"
    try:
        read = syntax.parse_theorem(theorem)
        syntax.split_commands(header.preamble)
    except LeanTextError as error:
        raise InputError(f"statement: {error.reason}") from None
    if (read.name, read.signature.strip(), read.body.strip()) != (
        given.name,
        given.signature.strip(),
        "sorry",
    ):
        raise InputError("statement: `name` and `signature` are not those of one theorem")
    for part, text in (("header.preamble", header.preamble), ("signature", theorem)):
        said = file_report.refusal(text)
        if said is not None:
            return statement, f"statement.{part}: line {said.line}: {said.message}"
    return statement, ""
