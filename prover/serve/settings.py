"""What a service allows: one value, read once."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from prover.errors import InputError
from prover.lean.protocol import Limits

_LONGEST_KEY = 4096


@dataclass(frozen=True, slots=True)
class Settings:
    limits: Limits = field(default_factory=Limits)
    """What one check may use; a request may ask for less, never for more."""
    jobs: int = 1
    """Checks that are read at the same time."""
    queue: int = 1024
    """Checks that may wait for their turn; beyond that, requests are refused."""
    api_key: str | None = field(default=None, repr=False)
    rate: int = 0
    """Checks a minute from one address; 0 for any number."""
    max_body: int = 16_000_000
    """Bytes of one request."""
    body_s: float = 30.0
    """How long a request may take to arrive."""
    grace_s: float = 30.0
    """How long what is in flight may go on after the signal to stop."""


def check_host(host: str, api_key: str | None) -> None:
    """Raises `InputError` for an address that others can reach, where nothing asks who they are."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback and api_key is None:
        raise InputError(
            f"--host {host} can be reached from other machines: give an API key (--api-key-file FILE or "
            "PROVER_API_KEY), or stay on 127.0.0.1"
        )


def read_api_key(file: Path | None, value: str | None) -> str | None:
    """The key from a file, else `value`; None where there is neither. Raises `InputError` for what is no key."""
    where = "PROVER_API_KEY" if file is None else str(file)
    if file is not None:
        try:
            with file.open("rb") as stream:
                value = stream.read(_LONGEST_KEY + 1).decode("ascii").strip()
        except OSError as error:
            raise InputError(f"--api-key-file {file}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise InputError(f"--api-key-file {file}: expected one line of printable ASCII") from None
    if value is None:
        return None
    if not (8 <= len(value) <= _LONGEST_KEY and value.isascii() and value.isprintable() and " " not in value):
        raise InputError(f"{where}: expected a key of at least 8 printable ASCII characters without spaces")
    return value
