"""What a long job has found out already: JSON values by key, appended to one file as they come.

`kill -9` at any moment loses at most the value that was being written: a last line that is cut off is dropped when the
file is opened again. One process at a time. Limits: all values are held in memory.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any

from prover.errors import InputError


class Journal:
    """Raises `InputError` for a file that is no journal, cannot be written, or is in use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Any] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b")
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {error.strerror}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._read()
        except BlockingIOError:
            self._file.close()
            raise InputError(f"{path}: another process is at work with it; wait for it") from None
        except BaseException:
            self._file.close()
            raise

    def _read(self) -> None:
        self._file.seek(0)
        end = 0
        for number, line in enumerate(self._file, 1):
            if not line.endswith(b"\n"):
                break
            try:
                row = json.loads(line)
                self._values[row["key"]] = row["value"]
            except (ValueError, TypeError, KeyError):
                raise InputError(
                    f"{self._path}:{number}: expected a line of this job's journal; move the file away"
                ) from None
            end += len(line)
        self._file.truncate(end)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: str) -> Any:
        """The value kept under a key; None where there is none."""
        return self._values.get(key)

    def put(self, key: str, value: Any) -> None:
        line = json.dumps({"key": key, "value": value}) + "\n"
        self._file.write(line.encode("ascii"))
        self._file.flush()
        self._values[key] = value

    def sync(self) -> None:
        """Also against a power cut."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
