"""What `eval` and `prove` show to agents beside the problem: proved lemmas (`--memory`), a library (`--premises`)."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

from prover.config import Scalar
from prover.errors import InputError
from prover.lean.embedded import ROOT_MODULE
from prover.lean.toolchain import Profile
from prover.search.kinds import kind_of
from prover.search.memory import Embed, LemmaMemory
from prover.search.policy import Policy
from prover.search.premises import PremiseLibrary, read_premises
from prover.verbs.console import positive, say

PREMISES_SHOWN = 8
LEMMAS = "lemmas.db"
"""The memory of proved lemmas in a run folder."""


def add_library_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--memory",
        type=Path,
        metavar="FILE",
        help="where proved lemmas are kept for later problems, of other runs too (default: in the run folder, for "
        "policies that use them)",
    )
    parser.add_argument(
        "--memory-embedding",
        default="",
        metavar="MODEL",
        help="find lemmas by this transformers model's embeddings (default: by words, BM25)",
    )
    parser.add_argument(
        "--premises",
        type=Path,
        metavar="TRACE",
        help="show agents the theorems that a statement may cite and that are most like it, of a library that `prover "
        "trace` wrote to this folder",
    )
    parser.add_argument(
        "--premises-shown",
        type=positive,
        default=PREMISES_SHOWN,
        metavar="N",
        help=f"how many of them (default: {PREMISES_SHOWN})",
    )
    parser.add_argument(
        "--premises-embedding",
        default="",
        metavar="MODEL",
        help="find them by this transformers model's embeddings (default: by words and symbols, BM25)",
    )


def with_libraries(args: argparse.Namespace, policy: Policy) -> Policy:
    """The policy with what the call shows to its agents. Raises `InputError` where it cannot use that."""
    if (args.memory or args.memory_embedding) and not _remembers(policy):
        raise InputError(f"--memory: the policy {policy.name} uses none; set `memory = N` in its TOML file")
    if args.premises is None:
        if args.premises_embedding:
            raise InputError("--premises-embedding: expected --premises, where it looks")
        return policy
    if not kind_of(policy).roles:
        raise InputError(f"--premises: the policy {policy.name} asks no model to which they could be shown")
    return replace(policy, premises=args.premises_shown)


def _remembers(policy: Policy) -> bool:
    return policy.memory > 0 or kind_of(policy).shares


@contextmanager
def open_memory(args: argparse.Namespace, policy: Policy, folder: Path) -> Iterator[LemmaMemory | None]:
    """The memory of proved lemmas that the policy uses, if it does."""
    if not _remembers(policy):
        yield None
        return
    memory = LemmaMemory(args.memory or folder / LEMMAS, _embedder(args.memory_embedding))
    try:
        yield memory
    finally:
        memory.close()


@asynccontextmanager
async def open_library(args: argparse.Namespace, profile: str) -> AsyncIterator[PremiseLibrary | None]:
    """The traced library of premises that the call names. Raises `InputError`."""
    if args.premises is None:
        yield None
        return
    embed = _embedder(args.premises_embedding)
    # The profile `core` puts its own library in the place of what a header imports.
    roots = (ROOT_MODULE,) if profile == Profile.CORE.value else ()
    library = read_premises(args.premises, embed=embed, roots=roots)
    say(f"{args.premises}: {len(library)} premises")
    try:
        yield library
    finally:
        library.close()


def library_identity(args: argparse.Namespace, library: PremiseLibrary | None) -> dict[str, Scalar]:
    """What a run's configuration keeps of the library: a run is never continued with another one."""
    if library is None:
        return {}
    return {"premises_sha256": library.sha256, "premises_embedding": args.premises_embedding}


def _embedder(name: str) -> Embed | None:
    if not name:
        return None
    from prover.models.embed import open_embedder  # noqa: PLC0415 - an extra, and slow to load

    return open_embedder(name)
