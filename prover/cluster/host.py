"""One actor on one node: placed, got ready, asked, looked after, given up. What Ray raises is told apart here alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from prover.cluster.connect import Cluster, Node, in_thread
from prover.cluster.places import Place
from prover.errors import InfraError, MissingError, ProverError

_KNOWN = {
    "ActorDiedError": "its actor died",
    "ActorUnavailableError": "its actor cannot be reached",
    "ActorUnschedulableError": "the node is gone",
    "NodeDiedError": "the node is gone",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """The actor for one node: Ray's options (what it claims), and the arguments of its class."""

    options: Mapping[str, Any]
    arguments: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """What an actor says when it is ready: facts that must be the driver's own, and how many calls it works on at
    a time."""

    facts: Mapping[str, str]
    slots: int


class State(Enum):
    ASKED = auto()
    """Ray has not placed it yet."""
    OPENING = auto()
    READY = auto()
    REFUSED = auto()
    LOST = auto()


class LostError(Exception):
    """The actor is no more, or as good as that."""


class DroppedError(Exception):
    """What was asked is lost, the actor is not."""


class Host:
    """Begun when it is made; `open` waits until it is ready."""

    def __init__(self, cluster: Cluster, actor_class: Any, node: Node, plan: Plan) -> None:
        """`actor_class` is a remote class of Ray's. Needs a running event loop."""
        self.node = node
        self.place = Place()
        self.state = State.ASKED
        self.detail = ""
        """Why it is refused or lost."""
        self.ready_at = 0.0
        self._ray, self._errors = cluster.ray, cluster.ray.exceptions
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ping: asyncio.Future[Any] | None = None
        self._misses = 0
        affinity = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        self._actor = actor_class.options(
            scheduling_strategy=affinity(node.id, soft=False),
            max_restarts=0,
            max_task_retries=0,
            max_concurrency=1_000,
            **plan.options,
        ).remote(*plan.arguments)

    @property
    def alive(self) -> bool:
        return self.state not in (State.LOST, State.REFUSED)

    async def open(self, expected: Mapping[str, str], within_s: float) -> int:
        """Its slots. Raises `MissingError` when it must not be used, `LostError`."""
        try:
            await self._answer(self._actor.ping.remote())
            self._reach(State.OPENING)
            async with asyncio.timeout(within_s):
                opened: Opened = await self._answer(self._actor.open.remote())
        except self._errors.RayTaskError as error:
            if isinstance(error.cause, InfraError):
                raise LostError(str(error.cause)) from None
            said = str(error.cause) if isinstance(error.cause, ProverError) else _line(error)
            raise MissingError(said) from None
        except TimeoutError:
            raise LostError(f"not ready within {within_s:.0f} s") from None
        different = _differences(expected, opened.facts)
        if different:
            raise MissingError(different)
        self._reach(State.READY)
        self.ready_at = time.monotonic()
        return opened.slots

    async def ask(self, method: str, arguments: Sequence[Any]) -> Any:
        """What `method` returns; what it raises of ours is raised. Cancelled, it cancels the work. Raises `LostError`,
        `DroppedError`."""
        if self.state is not State.READY:
            raise LostError(self.detail)
        reference = getattr(self._actor, method).remote(*arguments)
        try:
            return await self._answer(reference)
        except asyncio.CancelledError:
            self._ray.cancel(reference)
            raise
        except self._errors.TaskCancelledError:
            raise DroppedError("the work was cancelled on its node") from None
        except self._errors.RayTaskError as error:
            raise error.cause if isinstance(error.cause, ProverError) else error from None

    def look(self, misses: int) -> None:
        """Ping it, unless the last ping is out still. Raises `LostError` where that is so for the `misses`th time."""
        if self.state not in (State.OPENING, State.READY):
            return
        if self._ping is None or self._ping.done():
            if self._ping is not None and (error := self._ping.exception()) is not None:
                raise LostError(_line(error))
            self._ping, self._misses = _future(self._actor.ping.remote()), 0
            return
        self._misses += 1
        if self._misses >= misses:
            raise LostError("its actor does not answer")

    def closing(self) -> asyncio.Future[Any]:
        """Let it end what it started."""
        return _future(self._actor.close.remote())

    def give_up(self, state: State, detail: str) -> asyncio.Future[None]:
        """Whoever asked it is told; the future is done when Ray has ended it."""
        self.state, self.detail = state, detail
        if not self._gone.done():
            self._gone.set_result(None)
        kill = asyncio.wrap_future(in_thread(lambda: self._ray.kill(self._actor, no_restart=True)))
        kill.add_done_callback(lambda done: done.cancelled() or done.exception())
        return kill

    def _reach(self, state: State) -> None:
        if not self.alive:
            raise LostError(self.detail)
        self.state = state

    async def _answer(self, reference: Any) -> Any:
        answer = _future(reference)
        await asyncio.wait({answer, self._gone}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise LostError(self.detail)
        error = answer.exception()
        if error is None:
            return answer.result()
        told = isinstance(error, (self._errors.RayTaskError, self._errors.TaskCancelledError))
        if isinstance(error, self._errors.RayError) and not told:
            raise LostError(_line(error))
        raise error


def _future(reference: Any) -> asyncio.Future[Any]:
    """An asyncio future of an object that Ray promises; nobody is told of an error that nobody asks for."""
    future = asyncio.wrap_future(reference.future())
    future.add_done_callback(lambda done: done.cancelled() or done.exception())
    return future


def _differences(expected: Mapping[str, str], found: Mapping[str, str]) -> str:
    """What an actor has that the driver has not, in one line."""
    names = sorted(set(expected) | set(found))
    return "; ".join(
        f"{name} differs: {found.get(name, 'none')} there, {expected.get(name, 'none')} here"
        for name in names
        if expected.get(name) != found.get(name)
    )


def _line(error: BaseException) -> str:
    """What Ray says of an error in pages, in one line."""
    name = type(error).__name__
    if name in _KNOWN:
        return _KNOWN[name]
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [name])[-1][:300]
