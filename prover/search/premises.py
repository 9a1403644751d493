"""Premises from a traced library: theorems that a statement may cite, those most like it found for its prompt.

Read is what `prover trace` writes: `theorems.jsonl`, and beside it `modules.json`, which module imports which. Likeness
is BM25 over words and symbols, or the cosine of embeddings where an embedder is given (after ReProver, arXiv
2306.15626).

A premise is accessible to a statement when the statement's header imports its module, directly or not. Of an import
that was not traced itself, the modules below its name count (`Mathlib` stands for `Mathlib.Order.Basic`). Where the
statement is a traced theorem itself, by name or by content, neither it nor what comes later is accessible: what stands
behind it in its file, and the files that import that file. Limits: a theorem that was moved and renamed and changed is
not recognized.
"""

from __future__ import annotations

import hashlib
import json
import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover import syntax
from prover.errors import InputError
from prover.search.memory import Embed, terms_of
from prover.syntax import LeanTextError
from prover.types import Statement

THEOREMS = "theorems.jsonl"
MODULES = "modules.json"
_MAX_TERMS = 200
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Premise:
    """A theorem of a library. `line` is where it begins in the file of its module."""

    name: str
    signature: str
    words: str
    module: str
    line: int


class PremiseLibrary:
    """Premises in the order of the file. `sha256` is the digest of what was read; `roots` are modules that every header
    imports besides its own (a profile's own library)."""

    def __init__(
        self,
        premises: Sequence[Premise],
        imports: Mapping[str, Sequence[str]],
        *,
        embed: Embed | None = None,
        roots: Sequence[str] = (),
        sha256: str = "",
    ) -> None:
        self.sha256 = sha256
        self._premises, self._imports, self._embed, self._roots = premises, imports, embed, tuple(roots)
        self._modules = {*imports, *(premise.module for premise in premises)}
        self._named = {premise.name: premise for premise in premises}
        self._said: dict[str, list[Premise]] = {}
        for premise in premises:
            self._said.setdefault(_content(premise.signature), []).append(premise)
        self._closures: dict[tuple[str, ...], frozenset[str]] = {}
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE terms USING fts5(body)")
        texts = [_text(premise.words, premise.name, premise.signature) for premise in premises]
        rows = ((row, " ".join(terms_of(text))) for row, text in enumerate(texts))
        self._database.executemany("INSERT INTO terms (rowid, body) VALUES (?,?)", rows)
        self._vectors = _vectors(texts, embed) if embed is not None else []

    def __len__(self) -> int:
        return len(self._premises)

    def close(self) -> None:
        self._database.close()

    def accessible(self, statement: Statement) -> set[str]:
        """Names of the premises that a proof of the statement may cite."""
        modules = self._reached((*statement.header.imports, *self._roots))
        own = [self._named[statement.name]] if statement.name in self._named else []
        own += self._said.get(_content(statement.signature), [])
        return {
            premise.name
            for premise in self._premises
            if premise.module in modules and not any(self._later(premise, one) for one in own)
        }

    def _later(self, premise: Premise, than: Premise) -> bool:
        """Whether a premise is that theorem, stands behind it in its file, or in a file that imports its file."""
        if premise.module == than.module:
            return premise.line >= than.line
        return than.module in self._reached((premise.module,))

    def like(self, statement: Statement, words: str = "", n: int = 8) -> list[Premise]:
        """Up to `n` accessible premises that are most like a statement, the best first."""
        allowed = self.accessible(statement)
        if not allowed or n < 1:
            return []
        text = _text(words, "", statement.signature)
        ranked = self._near(text) if self._embed is not None else self._matching(text)
        found = (self._premises[row] for row in ranked)
        return [premise for premise in found if premise.name in allowed][:n]

    def _matching(self, text: str) -> Iterable[int]:
        terms = list(dict.fromkeys(terms_of(text)))[:_MAX_TERMS]
        if not terms:
            return []
        query = " OR ".join(f'"{term}"' for term in terms)
        found = self._database.execute(
            "SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY bm25(terms), rowid", (query,)
        )
        return [row for (row,) in found]

    def _near(self, text: str) -> Iterable[int]:
        assert self._embed is not None
        wanted = _unit(self._embed([text])[0])
        scores = [-math.fsum(a * b for a, b in zip(wanted, vector, strict=True)) for vector in self._vectors]
        return sorted(range(len(scores)), key=lambda row: (scores[row], row))

    def _reached(self, imports: tuple[str, ...]) -> frozenset[str]:
        """The traced modules that these imports bring, themselves included."""
        known = self._closures.get(imports)
        if known is not None:
            return known
        reached: set[str] = set()
        waiting = list(imports)
        while waiting:
            name = waiting.pop()
            if name in reached:
                continue
            if name in self._modules:
                reached.add(name)
                waiting += self._imports.get(name, ())
            else:
                waiting += [module for module in self._modules if module.startswith(f"{name}.")]
        self._closures[imports] = frozenset(reached)
        return self._closures[imports]


def _content(signature: str) -> str:
    try:
        return " ".join(token.text for token in syntax.code(syntax.tokenize(signature)))
    except LeanTextError:
        return " ".join(signature.split())


def _text(words: str, name: str, signature: str) -> str:
    return f"{words}\n{name}\n{signature}"


def _vectors(texts: Sequence[str], embed: Embed) -> list[list[float]]:
    vectors: list[list[float]] = []
    for begin in range(0, len(texts), _BATCH):
        vectors += [_unit(vector) for vector in embed(texts[begin : begin + _BATCH])]
    return vectors


def _unit(vector: Sequence[float]) -> list[float]:
    length = math.sqrt(math.fsum(x * x for x in vector)) or 1.0
    return [x / length for x in vector]


def read_premises(path: Path, *, embed: Embed | None = None, roots: Sequence[str] = ()) -> PremiseLibrary:
    """The library in a folder that `prover trace` wrote, or in its `theorems.jsonl`. Raises `InputError`."""
    file = path / THEOREMS if path.is_dir() else path
    try:
        data = file.read_bytes()
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: expected what `prover trace` writes: {error}") from None
    premises = [_premise(line, f"{file}:{n}") for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not premises:
        raise InputError(f"{file}: holds no theorem")
    modules_file = file.parent / MODULES
    modules_data = modules_file.read_bytes() if modules_file.is_file() else b"{}"
    digest = hashlib.sha256(data + b"\0" + modules_data).hexdigest()
    return PremiseLibrary(
        premises, _modules(modules_data, modules_file), embed=embed, roots=roots, sha256=digest
    )


def _premise(line: str, where: str) -> Premise:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"{where}: not JSON: expected one theorem as `prover trace` writes it") from None
    fields = {"Name": str, "Statement": str, "Informal_statement": str, "module": str, "line": int}
    for key, kind in fields.items():
        if not isinstance(row, dict) or not isinstance(row.get(key), kind) or isinstance(row[key], bool):
            expected = "text" if kind is str else "a whole number"
            raise InputError(f"{where}: expected the field `{key}` to be {expected}")
    try:
        signature = syntax.parse_theorem(f"{row['Statement']} := sorry").signature
    except LeanTextError as error:
        raise InputError(f"{where}: {row['Name']}: the statement is not Lean: {error.reason}") from None
    return Premise(row["Name"], signature, row["Informal_statement"], row["module"], row["line"])


def _modules(data: bytes, where: Path) -> dict[str, list[str]]:
    try:
        modules: Any = json.loads(data)
    except (ValueError, RecursionError):
        modules = None
    fits = isinstance(modules, dict) and all(
        isinstance(names, list) and all(isinstance(name, str) for name in names) for names in modules.values()
    )
    if not fits:
        raise InputError(f"{where}: expected an object: for each module the list of those that it imports")
    return dict(modules)
