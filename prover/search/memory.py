"""The lemma memory: what was proved, kept with its words, found again by content or by likeness.

By content: a lemma that says the same (token for token, under the same header) was proved before, perhaps for another
problem; its proof is tried first. By likeness: lemmas whose words and symbols are near a problem's are shown to agents
as examples. Likeness is BM25 (SQLite's FTS5), or the cosine of embeddings where an embedder is given. One SQLite file,
which several runs may share, or memory alone. What it holds is a proposal like any other: the caller has it checked.

Limits: likeness by embeddings compares with every lemma, so it is meant for up to some hundred thousand of them.
"""

from __future__ import annotations

import hashlib
import math
import sqlite3
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from prover import syntax
from prover.errors import InputError
from prover.syntax import Kind, LeanTextError, Shape
from prover.types import Header, Statement

_SCHEMA = """
CREATE TABLE IF NOT EXISTS lemmas (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, imports TEXT NOT NULL, preamble TEXT NOT NULL, name TEXT NOT NULL,
  signature TEXT NOT NULL, words TEXT NOT NULL, proof TEXT NOT NULL, problem TEXT NOT NULL, vector BLOB
) STRICT;
CREATE VIRTUAL TABLE IF NOT EXISTS terms USING fts5(body);
"""
_APPLICATION_ID = 0x70766C6D
_MAX_TERMS = 200

Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Texts to vectors of one length."""


@dataclass(frozen=True, slots=True)
class Proved:
    """A lemma with a proof that an audit passed, and the problem it was found for."""

    statement: Statement
    proof: str
    words: str = ""
    problem: str = ""

    def proof_of(self, statement: Statement) -> str:
        """The proof as a submission for a statement of the same content and perhaps another name."""
        return renamed(self.proof, self.statement.name, statement.name)


class LemmaMemory:
    """Raises `InputError` for a file that is no memory or cannot be used."""

    def __init__(self, path: Path | None = None, embed: Embed | None = None) -> None:
        self._path, self._embed = path, embed
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path or ":memory:", timeout=10, isolation_level=None)
            self._prepare()
        except (OSError, sqlite3.DatabaseError) as error:
            raise InputError(f"{path}: cannot be used as a lemma memory: {error}") from None

    def _prepare(self) -> None:
        database = self._database
        known = database.execute("PRAGMA application_id").fetchone()[0]
        empty = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
        if not empty and known != _APPLICATION_ID:
            raise InputError(f"{self._path}: is another kind of database; name a new file")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(
            f"PRAGMA application_id = {_APPLICATION_ID}; BEGIN IMMEDIATE; {_SCHEMA} COMMIT;"
        )

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM lemmas").fetchone()[0])

    def close(self) -> None:
        self._database.close()

    def add(self, lemma: Proved) -> bool:
        """Keep a lemma; False where one of the same content is kept already."""
        statement = lemma.statement
        key = content_key(statement)
        text = f"{lemma.words}\n{statement.signature}"
        vector = array("f", _unit(self._embed([text])[0])).tobytes() if self._embed else None
        row = (
            key,
            "\n".join(statement.header.imports),
            statement.header.preamble,
            statement.name,
            statement.signature,
            lemma.words,
            lemma.proof,
            lemma.problem,
            vector,
        )
        self._database.execute("BEGIN IMMEDIATE")
        try:
            done = self._database.execute(
                "INSERT OR IGNORE INTO lemmas (key, imports, preamble, name, signature, words, proof, problem, vector)"
                " VALUES (?,?,?,?,?,?,?,?,?)",
                row,
            )
            if done.rowcount:
                terms = " ".join(terms_of(text))
                self._database.execute(
                    "INSERT INTO terms (rowid, body) VALUES (?,?)", (done.lastrowid, terms)
                )
            self._database.execute("COMMIT")
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        return bool(done.rowcount)

    def find(self, statement: Statement) -> Proved | None:
        """The lemma of the same content, under whatever name."""
        rows = self._read("WHERE key = ?", content_key(statement))
        return rows[0] if rows else None

    def like(self, statement: Statement, words: str = "", n: int = 4) -> list[Proved]:
        """Up to `n` lemmas under the same imports that are most like a statement, the best first; never itself."""
        text = f"{words}\n{statement.signature}"
        imports = "\n".join(statement.header.imports)
        own = content_key(statement)
        if self._embed is not None:
            return self._near(self._embed([text])[0], imports, own, n)
        terms = list(dict.fromkeys(terms_of(text)))[:_MAX_TERMS]
        if not terms:
            return []
        query = " OR ".join(f'"{term}"' for term in terms)
        return self._read(
            "JOIN terms ON terms.rowid = lemmas.id WHERE terms MATCH ? AND imports = ? AND key != ? "
            "ORDER BY bm25(terms), lemmas.id LIMIT ?",
            query,
            imports,
            own,
            n,
        )

    def _near(self, vector: Sequence[float], imports: str, own: str, n: int) -> list[Proved]:
        wanted = _unit(vector)
        query = "SELECT id, vector FROM lemmas WHERE imports = ? AND key != ? AND vector IS NOT NULL"
        scored = []
        for row, blob in self._database.execute(query, (imports, own)):
            known = array("f")
            known.frombytes(blob)
            if len(known) == len(wanted):
                scored.append((-math.fsum(a * b for a, b in zip(wanted, known, strict=True)), row))
        return [found for _, row in sorted(scored)[:n] for found in self._read("WHERE id = ?", row)]

    def _read(self, condition: str, *parameters: str | int) -> list[Proved]:
        query = f"SELECT imports, preamble, name, signature, words, proof, problem FROM lemmas {condition}"
        return [
            Proved(
                Statement(name, signature, Header(tuple(imports.split("\n")), preamble)),
                proof,
                words,
                problem,
            )
            for imports, preamble, name, signature, words, proof, problem in self._database.execute(
                query, parameters
            )
        ]


def content_key(statement: Statement) -> str:
    """The same for statements that differ in name, comments and spaces only, under one header."""
    try:
        signature = [token.text for token in syntax.code(syntax.tokenize(statement.signature))]
    except LeanTextError:
        signature = [statement.signature]
    parts = [*statement.header.imports, "\0", statement.header.preamble.strip(), "\0", *signature]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def renamed(proof: str, old: str, new: str) -> str:
    """A submission that restates its theorem, with another name for it; any other as it stands."""
    try:
        tokens = syntax.code(syntax.tokenize(proof))
    except LeanTextError:
        return proof
    if old == new or syntax.shape_of(tokens) is not Shape.DECLARATIONS:
        return proof
    parts, end = [], 0
    for token in tokens:
        if token.kind is Kind.IDENT and token.text == old:
            parts += [proof[end : token.start], new]
            end = token.end
    return "".join([*parts, proof[end:]])


_PUNCTUATION = frozenset("()[]{}⟨⟩:;,.@|")


def terms_of(text: str) -> list[str]:
    """Words to index: names with their parts, numbers, and each symbol as a word of its own."""
    try:
        tokens = syntax.code(syntax.tokenize(text))
    except LeanTextError:
        return [word.lower() for word in "".join(c if c.isalnum() else " " for c in text).split()]
    terms = []
    for token in tokens:
        if token.text in _PUNCTUATION:
            continue
        if token.kind is Kind.SYMBOL:
            terms.append("".join(f"u{ord(c):x}" for c in token.text))
        else:
            words = "".join(c if c.isalnum() else " " for c in token.text).split()
            terms += [word.lower() for word in words]
    return terms


def _unit(vector: Sequence[float]) -> list[float]:
    length = math.sqrt(math.fsum(x * x for x in vector)) or 1.0
    return [x / length for x in vector]
