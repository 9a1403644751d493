"""Sessions of one zygote, which is started when first needed and again when it is lost; and modules compiled in them.

A compiled file has a session of its own, so it is worth a fresh process. Where no session is to be had, or one breaks,
a fresh process does it instead: what a nursery cannot do is only slower.
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


class Nursery:
    def __init__(self, toolchain: Toolchain) -> None:
        self._toolchain = toolchain
        self._zygote: Zygote | None = None
        self._starting = asyncio.Lock()

    async def session(self, limits: Limits, patience: Patience | None = None) -> Session:
        """A fork that has read the toolchain's own header. Raises `InfraError`."""
        space = self._toolchain.address_space_mb(limits)
        return await (await self._started()).session(limits, patience, space)

    async def compile(self, text: str, limits: Limits) -> Compiled:
        """As `compile_module`: never raises for what is in `text`."""
        try:
            session = await self.session(limits)
        except InfraError:
            return await compile_module(self._toolchain, text, limits)
        try:
            done, olean = await session.compile(text, limits)
        finally:
            session.kill()
            await session.gone()
        failure = failure_of(done)
        if failure is None and not olean:
            failure = Status.INFRA, "Lean ended well but wrote no module"
        if failure is not None and failure[0] is Status.INFRA:
            again = await compile_module(self._toolchain, text, limits)
            return replace(again, wall_s=done.wall_s + again.wall_s, cpu_s=done.cpu_s + again.cpu_s)
        return Compiled(olean, done.messages, failure, done.wall_s, done.cpu_s)

    async def aclose(self) -> None:
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
