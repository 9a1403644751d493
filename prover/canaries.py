"""Canaries: false statements and the fakes that a broken checker would take for their proofs.

An evaluation puts one to its own checker first and another last. A fake that ends as proved and audited means
that nothing this checker accepts can be believed, and the run stops. Limits: the list is short and runs in
seconds; it finds a checker that is wired wrongly or a gate that is open, not every hole. The whole list of known
fakes is tested apart.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence
from dataclasses import dataclass

from prover.errors import ProverError
from prover.lean.protocol import Checker
from prover.search.desk import patiently
from prover.types import Header, Statement, Status, audited

FALSE_STATEMENTS = (
    ("canary_one_eq_two", ": (1 : Nat) = 2"),
    ("canary_not_refl", ": ¬ ∀ n : Nat, n = n"),
)
_BLOCKS = (
    "sorry",
    "decide",
    "native_decide",
    "simp_all",
    "exact {name}",
    "exact lcProof",
    "exact sorryAx _ true",
    "set_option debug.skipKernelTC true in decide +kernel",
    "set_option warn.sorry false in sorry",
    "run_tac Lean.Elab.admitGoal (← Lean.Elab.Tactic.getMainGoal)",
)
_FILES = (
    "axiom fake {signature}\ntheorem {name} {signature} := fake",
    "theorem {name} : True := trivial",
    "namespace Fake\ntheorem {name} : True := trivial\nend Fake",
    "macro_rules | `($a = $b) => `(True)\ntheorem {name} {signature} := trivial",
    "theorem helper {signature} := {name}\ntheorem {name} {signature} := helper",
    "#exit\ntheorem {name} {signature} := trivial",
)


class SoundnessError(ProverError):
    """A false statement was proved: no result of this checker may be believed."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class CanaryReport:
    """What a round of canaries came to; the store keeps each, and a run's report shows them."""

    put: int = 0
    """Fakes that were put to the checker; those neither refused nor leaked are ones that Lean broke down on."""
    refused: int = 0
    """Fakes that did not end as audited proofs; one that Lean broke down on is not counted."""
    leaked: tuple[str, ...] = ()
    """Fakes that the fast gate took for proofs and the slow gate refused: a hole in the fast gate."""
    unreadable: str = ""
    """Why no canary could be put to this checker: its statement does not elaborate there."""
    proved: str = ""
    """What was said of a fake that ended as an audited proof: the run was stopped for it."""


def fakes(statement: Statement) -> list[str]:
    """The adversarial short list for one false statement."""
    names = {"name": statement.name, "signature": statement.signature}
    return [text.format(**names) for text in (*_BLOCKS, *_FILES)]


async def run_canaries(checker: Checker, which: int, headers: Sequence[Header]) -> CanaryReport:
    """Put every fake of false statement number `which` to `checker`, under the first header that it can read.

    Raises `SoundnessError` when one ends as an audited proof.
    """
    name, signature = FALSE_STATEMENTS[which % len(FALSE_STATEMENTS)]
    unreadable = "there is no header to put one under"
    for header in headers:
        statement = Statement(name, signature, header)
        opened, _ = await patiently(functools.partial(checker.check_statement, statement))
        if opened.status is Status.INCOMPLETE:
            return await _run(checker, statement)
        unreadable = opened.detail or opened.status.value
    return CanaryReport(unreadable=unreadable)


async def _run(checker: Checker, statement: Statement) -> CanaryReport:
    asked = fakes(statement)
    questions = (patiently(functools.partial(checker.check, statement, fake)) for fake in asked)
    verdicts = [verdict for verdict, _ in await asyncio.gather(*questions)]
    leaked = [fake for fake, verdict in zip(asked, verdicts, strict=True) if verdict.proved]
    for fake in leaked:
        await _audit(checker, statement, fake)
    judged = sum(verdict.status is not Status.INFRA for verdict in verdicts)
    return CanaryReport(len(asked), judged, tuple(leaked))


async def _audit(checker: Checker, statement: Statement, fake: str) -> None:
    slow, _ = await patiently(functools.partial(checker.audit, statement, fake))
    if audited(slow):
        shown = " ".join(fake.split())[:120]
        raise SoundnessError(
            f"the checker accepts `{shown}` as a proof of the false `{statement.declare()}`; the run is stopped "
            "and nothing that this checker accepted may be believed"
        )
