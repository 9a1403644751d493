"""What a search takes from the lemma memory and the premise library, and gives to the memory. Answers are remembered in
the ledger, like every other, so that a search that goes on in another session sees what it saw before, whatever was
proved in between."""

from __future__ import annotations

import json

from prover.agents.compose import compose
from prover.agents.values import Lemma
from prover.codec import digest
from prover.search.desk import Desk
from prover.search.memory import Proved, content_key
from prover.types import Call, Completion

_AGENT = "memory"
_LIBRARY = "premises"


async def known_proof(desk: Desk) -> str | None:
    """A proof of the desk's goal that was found before, for this problem or another."""
    memory = desk.memory
    if memory is None:
        return None
    call_id = digest([_AGENT, desk.problem.id, content_key(desk.statement), desk.prefix])[:24]

    async def ask() -> Call:
        found = memory.find(desk.statement)
        said = Completion(found.proof_of(desk.statement) if found is not None else "")
        return Call(call_id, _AGENT, f"{desk.prefix}{_AGENT}", "", {}, (said,))

    return (await desk.remembered(call_id, ask)).completions[0].text or None


async def similar(desk: Desk, n: int) -> tuple[Lemma, ...]:
    """Up to `n` proved lemmas that are most like the desk's goal; the `proof` of each is its whole text."""
    memory = desk.memory
    if memory is None or n < 1:
        return ()
    call_id = digest([_AGENT, desk.problem.id, desk.statement.declare(), n])[:24]

    async def ask() -> Call:
        found = memory.like(desk.statement, desk.problem.informal_statement, n)
        rows = [
            [p.statement.name, p.statement.signature, p.words, compose(p.statement, p.proof).text]
            for p in found
        ]
        said = Completion(json.dumps(rows, ensure_ascii=False))
        return Call(call_id, _AGENT, f"{desk.prefix}{_AGENT}", "", {}, (said,))

    rows = json.loads((await desk.remembered(call_id, ask)).completions[0].text)
    return tuple(Lemma(name, signature, words, proof=proof) for name, signature, words, proof in rows)


async def cited(desk: Desk, n: int) -> tuple[Lemma, ...]:
    """Up to `n` theorems of the library that the desk's statement may cite and that are most like it."""
    library = desk.library
    if library is None or n < 1:
        return ()
    call_id = digest([_LIBRARY, desk.problem.id, desk.statement.declare(), n, library.sha256])[:24]

    async def ask() -> Call:
        found = library.like(desk.statement, desk.problem.informal_statement, n)
        said = Completion(json.dumps([[p.name, p.signature, p.words] for p in found], ensure_ascii=False))
        return Call(call_id, _LIBRARY, f"{desk.prefix}{_LIBRARY}", "", {}, (said,))

    rows = json.loads((await desk.remembered(call_id, ask)).completions[0].text)
    return tuple(Lemma(name, signature, words) for name, signature, words in rows)


def keep(desk: Desk, words: str) -> None:
    """Give the desk's proof to the memory, if it has one of each."""
    if desk.memory is not None and desk.proof is not None:
        proved = Proved(desk.statement, desk.proof[0].proof, words, desk.problem.id)
        desk.memory.add(proved)
