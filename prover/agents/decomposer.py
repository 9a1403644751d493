"""The decomposer: lemmas from which the goal follows, as a DAG, with a proof of the goal that cites them.

It answers in Lean: each lemma with its words as a doc comment (a line `Uses: a, b` names the lemmas that it rests on)
and `sorry` for its proof, then the goal, proved from them. A lemma that comes with a proof keeps it. What is no DAG, or
proves nothing from its lemmas, is refused with the reason, before Lean is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from prover import syntax
from prover.agents.compose import HOLE, compose
from prover.agents.extract import FENCES, blocks_of, without_thought
from prover.agents.feedback import shortened
from prover.agents.speak import Answer, ask, values_of
from prover.agents.values import Decomposition, FailedNode, Lemma, Speaker
from prover.syntax import Command, Kind, LeanTextError
from prover.types import Attempt, Completion, Problem, Statement

MAX_LEMMAS = 32
_USES = re.compile(r"^[ \t*-]*uses[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r"[^\W\d][\w'!?₀-₉]*")
_PROVED = ("theorem", "lemma")
_IGNORED = frozenset({"import", "open", "section", "end", "set_option"})


class _RefusedError(Exception):
    """Why a decomposition is not one."""


async def decompose(
    speaker: Speaker,
    problem: Problem,
    statement: Statement,
    n: int,
    *,
    failed: Sequence[FailedNode] = (),
) -> list[Decomposition]:
    """`n` decompositions of one prompt; `failed` are lemmas of earlier ones that did not work out."""
    told = [
        {
            "statement": Statement(node.lemma.name, node.lemma.signature).declare(),
            "words": node.lemma.words,
            "reason": shortened(node.reason, 1_000),
        }
        for node in failed
    ]
    answers = await ask(speaker, "decomposer", {**values_of(problem, statement), "failed": told}, n)
    return [_decomposition(speaker, statement, answer) for answer in answers]


def _decomposition(speaker: Speaker, statement: Statement, answer: Answer) -> Decomposition:
    text, _ = without_thought(answer.completion.text, speaker.family.think)
    text = text if text.strip() else answer.completion.reasoning
    try:
        lemmas, main = read_decomposition(text, statement, speaker.family.fences)
    except _RefusedError as error:
        return Decomposition((), "", answer.completion, answer.prompt_version, str(error))
    return Decomposition(lemmas, main, answer.completion, answer.prompt_version)


def assemble(
    statement: Statement, decomposition: Decomposition, proofs: Mapping[str, str] | None = None
) -> str:
    """One submission for the goal: every lemma with its proof, from `proofs` or its own, else with `sorry`."""
    known = proofs or {}
    parts = []
    for lemma in decomposition.lemmas:
        proof = known.get(lemma.name) or lemma.proof or HOLE
        text = compose(lemma_statement(lemma, statement), proof).text
        parts.append(
            f"/-- {_doc(lemma.words)} -/\n{text}" if lemma.words and text.startswith(_PROVED) else text
        )
    return "\n\n".join([*parts, decomposition.main])


def _doc(words: str) -> str:
    """Words that may stand in a doc comment: nothing in them opens or ends one."""
    return words.replace("-/", "- /").replace("/-", "/ -")


def lemma_statement(lemma: Lemma, goal: Statement) -> Statement:
    """A lemma as a statement of its own, under the goal's header."""
    return Statement(lemma.name, lemma.signature, goal.header)


def stated_lemmas(attempt: Attempt, answer: Completion | None) -> tuple[Lemma, ...]:
    """The lemmas of a decomposition that was tried: as the model stated them, or, where its answer cannot be read any
    more, as the submission does, without words and uses."""
    text = answer.text if answer is not None and answer.text.strip() else answer.reasoning if answer else ""
    try:
        return read_decomposition(text, attempt.statement, FENCES)[0]
    except _RefusedError:
        pass
    try:
        commands = [c for c in syntax.split_commands(attempt.proof) if c.keyword in _PROVED]
        theorems = [syntax.parse_theorem(attempt.proof[c.start : c.end]) for c in commands]
    except LeanTextError:
        return ()
    pairs = zip(commands, theorems, strict=True)
    return tuple(Lemma(c.name, t.signature) for c, t in pairs if c.name != attempt.statement.name)


def read_decomposition(
    text: str, statement: Statement, fences: Sequence[str]
) -> tuple[tuple[Lemma, ...], str]:
    """(lemmas in an order in which they can be stated, the goal's proof). Raises with the reason for a refusal."""
    code = _last_with_goal(blocks_of(text, fences), statement)
    try:
        commands = syntax.split_commands(code)
        goals = [c for c in commands if c.keyword in _PROVED and c.name == statement.name]
        main = goals[-1]
        lemmas = [
            _lemma(code, commands, index)
            for index, c in enumerate(commands)
            if c.end <= main.start and c not in goals and not _ignored(c)
        ]
        proof = syntax.parse_theorem(code[main.start : main.end])
    except LeanTextError as error:
        line, column = syntax.line_column(code, min(error.offset, len(code)))
        raise _RefusedError(f"line {line}, column {column}: {error.reason}") from None
    if not _same(proof.signature, statement.signature):
        raise _RefusedError(f"`{statement.name}` is restated differently")
    _refuse_names([lemma.name for lemma in lemmas], statement)
    words = _identifiers(proof.body)
    if "sorry" in words or "admit" in words or syntax.is_open(proof.body):
        raise _RefusedError("the goal is not proved from the lemmas: its proof holds `sorry`")
    if not any(lemma.name in words for lemma in lemmas):
        raise _RefusedError("the goal's proof uses none of the lemmas")
    if twin := next((lemma for lemma in lemmas if _same(lemma.signature, statement.signature)), None):
        raise _RefusedError(f"`{twin.name}` states the goal itself")
    return _ordered(lemmas), f"{statement.declare()} :={code[main.start : main.end][proof.body_offset :]}"


def _last_with_goal(blocks: Sequence[str], statement: Statement) -> str:
    pattern = re.compile(rf"\b(?:theorem|lemma)\s+{re.escape(statement.name)}(?![\w.'])")
    for block in reversed(blocks):
        if pattern.search(block):
            return block
    raise _RefusedError(
        f"no Lean code that states `{statement.name}`" if blocks else "the answer holds no Lean code"
    )


def _ignored(command: Command) -> bool:
    return command.keyword in _IGNORED or command.keyword.startswith("#")


def _lemma(code: str, commands: Sequence[Command], index: int) -> Lemma:
    command = commands[index]
    if command.keyword not in _PROVED:
        raise _RefusedError(f"`{command.keyword}` among the lemmas: only theorems and lemmas can be nodes")
    theorem = syntax.parse_theorem(code[command.start : command.end])
    doc = command.doc.removeprefix("/--").removesuffix("-/").strip()
    stated = [name for line in _USES.findall(doc) for name in _NAME.findall(line) if name.lower() != "none"]
    words = " ".join(_USES.sub("", doc).split())
    proof = "" if syntax.is_open(theorem.body) else theorem.body.strip("\n")
    if proof:
        names = {c.name for c in commands if c.keyword in _PROVED} - {command.name}
        cited = _identifiers(proof)
        stated += sorted(name for name in names if name in cited)
        proof = f":= {proof}" if not proof.startswith(" ") else f":=\n{proof}"
    return Lemma(command.name, theorem.signature, words, tuple(dict.fromkeys(stated)), proof)


def _refuse_names(names: Sequence[str], statement: Statement) -> None:
    if not names:
        raise _RefusedError("there are no lemmas")
    if len(names) > MAX_LEMMAS:
        raise _RefusedError(f"{len(names)} lemmas: at most {MAX_LEMMAS}")
    for number, name in enumerate(names):
        if not _NAME.fullmatch(name):
            raise _RefusedError(f"`{name}` is no plain name for a lemma")
        if name in names[:number]:
            raise _RefusedError(f"two lemmas are called `{name}`")
        if name in _identifiers(statement.signature):
            raise _RefusedError(f"the goal itself speaks of `{name}`: the lemma needs another name")


def _ordered(lemmas: Sequence[Lemma]) -> tuple[Lemma, ...]:
    """Each after those that it uses, otherwise as they were given."""
    import networkx  # noqa: PLC0415 - slow to load, and only decompositions need it

    known = {lemma.name: lemma for lemma in lemmas}
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_nodes_from(known)
    for lemma in lemmas:
        for used in lemma.uses:
            if used not in known:
                raise _RefusedError(f"`{lemma.name}` uses `{used}`, which is no lemma")
            graph.add_edge(used, lemma.name)
    if not networkx.is_directed_acyclic_graph(graph):
        cycle = " → ".join(edge[0] for edge in networkx.find_cycle(graph))
        raise _RefusedError(f"the lemmas use each other in a circle: {cycle}")
    place = {lemma.name: number for number, lemma in enumerate(lemmas)}
    order = networkx.lexicographical_topological_sort(graph, key=place.__getitem__)
    return tuple(known[name] for name in order)


def _identifiers(text: str) -> set[str]:
    return {
        part
        for t in syntax.code(syntax.tokenize(text))
        if t.kind is Kind.IDENT
        for part in (t.text, t.text.partition(".")[0])
    }


def _same(left: str, right: str) -> bool:
    texts = [[t.text for t in syntax.code(syntax.tokenize(side))] for side in (left, right)]
    return texts[0] == texts[1]
