"""The SQLite file under the store: its schema, how it is opened, and what its errors mean to a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prover.errors import InputError, MissingError

_APPLICATION_ID = 0x70727672
_SCHEMA_VERSION = 5
_SCHEMA = """
CREATE TABLE problems (
  position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL
) STRICT;
CREATE TABLE texts (
  id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, json TEXT NOT NULL
) STRICT;
CREATE TABLE calls (
  number INTEGER PRIMARY KEY, -- in the order of the answers
  id TEXT NOT NULL UNIQUE,
  problem INTEGER NOT NULL REFERENCES problems(position),
  prompt INTEGER NOT NULL REFERENCES texts(id),
  terms INTEGER NOT NULL REFERENCES texts(id), -- what many calls have in common
  json TEXT NOT NULL
) STRICT;
CREATE INDEX calls_by_problem ON calls(problem);
CREATE TABLE attempts (
  number INTEGER PRIMARY KEY, -- in the order in which they were finished
  id TEXT NOT NULL UNIQUE,
  problem INTEGER NOT NULL REFERENCES problems(position),
  parent_id TEXT REFERENCES attempts(id),
  statement INTEGER REFERENCES texts(id), -- null: the problem's own
  call INTEGER REFERENCES calls(number),
  sample INTEGER, -- which answer of that call it was taken from
  terms INTEGER NOT NULL REFERENCES texts(id), -- what many attempts have in common
  json TEXT NOT NULL,
  status TEXT NOT NULL,
  verdict TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_by_problem ON attempts(problem);
CREATE TABLE traces (
  number INTEGER PRIMARY KEY, -- in the order in which they ended
  problem INTEGER NOT NULL UNIQUE REFERENCES problems(position),
  stop_reason TEXT NOT NULL, detail TEXT NOT NULL, finished TEXT NOT NULL
) STRICT;
CREATE TABLE spend (
  problem INTEGER PRIMARY KEY REFERENCES problems(position),
  samples INTEGER NOT NULL, checks INTEGER NOT NULL, tokens_in INTEGER NOT NULL, tokens_out INTEGER NOT NULL,
  lean_cpu_s REAL NOT NULL, wall_s REAL NOT NULL, cost_usd REAL NOT NULL
) STRICT;
CREATE TABLE shares (
  problem INTEGER PRIMARY KEY REFERENCES problems(position),
  round INTEGER NOT NULL, budget TEXT NOT NULL, paused INTEGER NOT NULL
) STRICT;
CREATE TABLE results ( -- of a job's stages, by what they are about
  stage TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (stage, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  started TEXT NOT NULL, jobs INTEGER NOT NULL, wall_s REAL NOT NULL, outcome TEXT NOT NULL,
  canaries INTEGER NOT NULL
) STRICT;
"""


def connect(path: Path, *, create: bool) -> sqlite3.Connection:
    """Open `path`, checked for damage, for writing (`create`) or only to look."""
    with readable_errors(path):
        mode = "rwc" if create else "ro"
        uri = f"{path.resolve().as_uri()}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)
        try:
            _prepare(connection, path, create=create)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    if create:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if version == 0 and not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        if not create:
            raise InputError(f"{path}: empty, the run has not begun")
        # One transaction: a killed process leaves the whole schema or none of it.
        stamp = f"PRAGMA application_id = {_APPLICATION_ID}; PRAGMA user_version = {_SCHEMA_VERSION};"
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {stamp} COMMIT;")
        return
    if application != _APPLICATION_ID or version != _SCHEMA_VERSION:
        raise InputError(f"{path}: not a run's database of version {_SCHEMA_VERSION}; choose another --out")
    problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if problem != "ok":
        raise sqlite3.DatabaseError(problem)


@contextmanager
def readable_errors(path: Path) -> Iterator[None]:
    """SQLite's errors, told apart here and nowhere else: a full or closed disk, a damaged file, our bugs."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        extended = getattr(error, "sqlite_errorcode", None)
        code = None if extended is None else extended & 0xFF
        if code == sqlite3.SQLITE_FULL:
            raise MissingError(f"{path}: no space left on the disk") from None
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
            raise InputError(f"{path}: cannot be opened or written ({error})") from None
        if code is None or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise InputError(
                f"{path}: damaged ({error}); move the folder away or choose another --out"
            ) from None
        raise
    except UnicodeEncodeError as error:
        raise InputError(f"{path}: text that is not Unicode: {error}") from None
