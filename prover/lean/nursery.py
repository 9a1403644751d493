"""Sessions of one zygote, which is started when first needed and again when it is lost; and modules compiled in them.

A compiled file has a session of its own, so it is worth a fresh process; files that run no program may share one. Where
no session is to be had, or one breaks, a fresh process does it instead: what a nursery cannot do is only slower.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from prover.errors import InfraError
from prover.lean.compile import Compiled, compile_module, failure_of
from prover.lean.protocol import Limits
from prover.lean.session import Session
from prover.lean.toolchain import Toolchain
from prover.lean.worker import Patience
from prover.lean.zygote import Zygote
from prover.types import Header, Status

_SHARED_PATIENCE = Patience(checks=500)


class Nursery:
    def __init__(self, toolchain: Toolchain) -> None:
        self._toolchain = toolchain
        self._zygote: Zygote | None = None
        self._starting = asyncio.Lock()
        self._shared: list[tuple[Limits, Session]] = []
        """Sessions that wait for the next file, and the limits that they were started with."""

    async def session(self, limits: Limits, patience: Patience | None = None) -> Session:
        """A fork that has read the toolchain's own header. Raises `InfraError`."""
        space = self._toolchain.address_space_mb(limits)
        return await (await self._started()).session(limits, patience, space)

    async def compile(self, text: str, limits: Limits, *, shared: bool = False) -> Compiled:
        """As `compile_module`: never raises for what is in `text`.

        `shared`: by a session that has read, and will read, other such files. Each is read from the same imported
        header on; but what a program of one does to the process, the next would meet.
        """
        session = await self._waiting(limits) if shared else None
        if session is None:
            try:
                session = await self.session(limits, _SHARED_PATIENCE if shared else None)
            except InfraError:
                return await compile_module(self._toolchain, text, limits)
        kept = False
        try:
            done, olean = await session.compile(text, limits)
            if kept := shared and session.usable:
                self._shared.append((limits, session))
        finally:
            if not kept:
                session.kill()
                await session.gone()
        failure = failure_of(done)
        if failure is None and not olean:
            failure = Status.INFRA, "Lean ended well but wrote no module"
        if failure is not None and failure[0] is Status.INFRA:
            again = await compile_module(self._toolchain, text, limits)
            return replace(again, wall_s=done.wall_s + again.wall_s, cpu_s=done.cpu_s + again.cpu_s)
        return Compiled(olean, done.messages, failure, done.wall_s, done.cpu_s)

    async def _waiting(self, limits: Limits) -> Session | None:
        """A session that was started with these limits, and is still good."""
        for index, (started_with, session) in enumerate(self._shared):
            if started_with == limits:
                del self._shared[index]
                if session.usable:
                    return session
                session.kill()
                await session.gone()
                return None
        return None

    async def aclose(self) -> None:
        while self._shared:
            _, session = self._shared.pop()
            session.kill()
            await session.gone()
        async with self._starting:
            zygote, self._zygote = self._zygote, None
            if zygote is not None:
                await zygote.aclose()

    async def _started(self) -> Zygote:
        async with self._starting:
            if self._zygote is not None and not self._zygote.alive:
                await self._zygote.aclose()
                self._zygote = None
            if self._zygote is None:
                self._zygote = await Zygote.start(self._toolchain, self._toolchain.header(Header()))
            return self._zygote
