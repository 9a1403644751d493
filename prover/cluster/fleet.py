"""Actors over a cluster, one a node, each taking calls: a node that dies loses nothing, one that joins is used.

An actor is a class with async methods: `open()` gets ready and returns `Opened`, `ping()` answers at once, `close()`
ends what it started; the rest is called through `Fleet.call`. An actor whose facts are not the driver's is refused by
name. A call waits for a place (each actor has as many as it says, and a few ahead), preferably where its key was seen
before; when its actor or node dies, or stops answering, it is put to another, a bounded number of times; when its
caller is cancelled, so is the work. Actors are started again where they died, later each time, and on nodes that join.
Not here: what the actors do, and which nodes get one (`Plan`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from prover.cluster.connect import Cluster, Node, in_thread
from prover.cluster.places import Place, Places
from prover.errors import InfraError, MissingError, ProverError

TRIES = 3
_KNOWN = {
    "ActorDiedError": "its actor died",
    "ActorUnavailableError": "its actor cannot be reached",
    "ActorUnschedulableError": "the node is gone",
    "NodeDiedError": "the node is gone",
}
_CLOSE_S = 10.0
_LONGEST_PAUSE_S = 60.0


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


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often the cluster is looked at, and when what is given up (seconds; `misses` in looks)."""

    look_s: float = 2.0
    misses: int = 15
    """An actor that leaves a ping unanswered for so many looks is taken for dead."""
    headless: int = 3
    """So often in a row may the head not answer (each time for 10 s)."""
    granted_s: float = 60.0
    """For Ray to place the first actor."""
    open_s: float = 330.0
    """For an actor to get ready; it may have a library to compile."""
    others_s: float = 15.0
    """For the others, once the first is ready."""
    alone_s: float = 60.0
    """Without any actor, before the calls that wait are given up."""


class _State(Enum):
    ASKED = auto()
    OPENING = auto()
    READY = auto()
    REFUSED = auto()
    LOST = auto()


@dataclass(eq=False, slots=True)
class _Host:
    """One actor. `gone` is done, with the reason, when it is given up."""

    node: Node
    actor: Any
    gone: asyncio.Future[str]
    state: _State = _State.ASKED
    detail: str = ""
    place: Place = field(default_factory=Place)
    ping: asyncio.Future[Any] | None = None
    misses: int = 0
    ready_at: float = 0.0


class _LostError(Exception):
    """The actor that worked on a call is no more."""


class Fleet:
    def __init__(
        self,
        cluster: Cluster,
        actor_class: type,
        plan: Callable[[Node], Plan | None],
        *,
        expected: Mapping[str, str],
        report: Callable[[str], None] = lambda _: None,
        rhythm: Rhythm | None = None,
    ) -> None:
        """`plan` is asked for each node that joins (None: leave it alone); `expected` are the driver's facts."""
        self._cluster, self._plan, self._expected, self._report = cluster, plan, dict(expected), report
        self._remote = cluster.ray.remote(actor_class)
        self._errors = cluster.ray.exceptions
        self._rhythm = rhythm or Rhythm()
        self._hosts: dict[str, _Host] = {}
        self._pauses: dict[str, tuple[float, float]] = {}
        """By node: until when no actor is started there again, and for how long that was."""
        self._places = Places()
        self._tasks: set[asyncio.Task[None]] = set()
        self._killing: set[asyncio.Future[None]] = set()
        self._unanswered = 0
        self._alive_at = time.monotonic()
        self._closed = False

    @property
    def slots(self) -> int:
        """How many calls are worked on at a time, now."""
        return self._places.slots

    async def start(self) -> None:
        """Wait until the nodes that are there are ready, or one is and the rest takes long.

        Raises `MissingError` when a node must be refused, or when none takes an actor.
        """
        begun = time.monotonic()
        await self._look()
        self._spawn(self._watch())
        while True:
            states = [host.state for host in self._hosts.values()]
            passed = time.monotonic() - begun
            if not {_State.ASKED, _State.OPENING} & set(states):
                break
            if _State.READY in states and passed > self._rhythm.others_s:
                break
            if (
                _State.READY not in states
                and _State.OPENING not in states
                and passed > self._rhythm.granted_s
            ):
                break
            await asyncio.sleep(0.05)
        refused = [host for host in self._hosts.values() if host.state is _State.REFUSED]
        if refused:
            raise MissingError("; ".join(f"node {host.node}: {host.detail}" for host in refused))
        if not self.slots:
            raise MissingError(self._why_none(), "ray status")

    def _why_none(self) -> str:
        if not self._hosts:
            return "no node of the cluster offers what is needed (`ray start --num-cpus` says how many CPUs one offers)"
        waits = any(host.state is _State.ASKED for host in self._hosts.values())
        reason = "other work may hold what the nodes offer" if waits else "no actor stays alive"
        last = [f"{host.node}: {host.detail}" for host in self._hosts.values() if host.detail]
        return "; ".join([f"no node of the cluster takes work: {reason}", *last])

    async def call(self, key: Hashable, method: str, *arguments: Any) -> Any:
        """What `method` of some actor returns. What it raises of ours is raised here.

        Raises `InfraError` when `TRIES` actors died over it, `MissingError` when there are none for long.
        """
        reason = ""
        for _ in range(TRIES):
            if self._closed:
                raise MissingError("the fleet is closed")
            place = await self._places.take(key)
            try:
                return await self._ask(self._host_of(place), method, arguments)
            except _LostError as error:
                reason = str(error)
            finally:
                self._places.give_back(place)
        raise InfraError(f"{TRIES} actors were lost over one call, the last one: {reason}")

    async def aclose(self) -> None:
        """Let every actor end what it started, then end it."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        hosts = [host for host in self._hosts.values() if host.state is not _State.LOST]
        closing = [_future(host.actor.close.remote()) for host in hosts if host.state is _State.READY]
        if closing:
            await asyncio.wait(closing, timeout=_CLOSE_S)
        for host in hosts:
            self._give_up(host, "the fleet is closed")
        self._places.drop(MissingError("the fleet is closed"))
        if self._killing:
            await asyncio.wait(set(self._killing), timeout=_CLOSE_S)

    def _host_of(self, place: Place) -> _Host:
        for host in self._hosts.values():
            if host.place is place:
                return host
        raise _LostError("it died before the call")

    async def _ask(self, host: _Host, method: str, arguments: Sequence[Any]) -> Any:
        if host.state is not _State.READY:
            raise _LostError(host.detail)
        reference = getattr(host.actor, method).remote(*arguments)
        answer = _future(reference)
        try:
            await asyncio.wait({answer, host.gone}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._cluster.ray.cancel(reference)
            raise
        if not answer.done():
            raise _LostError(host.gone.result())
        error = answer.exception()
        if error is None:
            return answer.result()
        if isinstance(error, self._errors.TaskCancelledError):
            raise _LostError("the work was cancelled on its node")
        if isinstance(error, self._errors.RayTaskError):
            raise error.cause if isinstance(error.cause, ProverError) else error
        if isinstance(error, self._errors.RayError):
            self._lose(host, _line(error))
            raise _LostError(host.detail)
        raise error

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._rhythm.look_s)
            await self._look()

    async def _look(self) -> None:
        nodes = await self._cluster.nodes()
        self._unanswered = 0 if nodes is not None else self._unanswered + 1
        if nodes is None:
            if self._unanswered >= self._rhythm.headless:
                for host in list(self._hosts.values()):
                    self._lose(host, "the head of the cluster does not answer")
                self._places.drop(MissingError("the head of the Ray cluster does not answer", "ray status"))
            return
        alive = {node.id: node for node in nodes}
        for host in list(self._hosts.values()):
            if host.node.id not in alive:
                self._lose(host, "the node is gone")
                self._hosts.pop(host.node.id)
            else:
                self._ping(host)
        now = time.monotonic()
        for node in nodes:
            known = self._hosts.get(node.id)
            if known is None or (known.state is _State.LOST and now >= self._pauses[node.id][0]):
                self._begin(node)
        if any(host.state in (_State.READY, _State.OPENING) for host in self._hosts.values()):
            self._alive_at = now
        elif now - self._alive_at > self._rhythm.alone_s:
            self._places.drop(MissingError(self._why_none(), "ray status"))

    def _ping(self, host: _Host) -> None:
        if host.state not in (_State.OPENING, _State.READY):
            return
        if host.ping is None or host.ping.done():
            if host.ping is not None and (error := host.ping.exception()) is not None:
                self._lose(host, _line(error))
                return
            host.ping, host.misses = _future(host.actor.ping.remote()), 0
            return
        host.misses += 1
        if host.misses >= self._rhythm.misses:
            self._lose(host, "its actor does not answer")

    def _begin(self, node: Node) -> None:
        plan = self._plan(node)
        if plan is None:
            return
        affinity = self._cluster.ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        actor = self._remote.options(
            scheduling_strategy=affinity(node.id, soft=False),
            max_restarts=0,
            max_task_retries=0,
            max_concurrency=1_000,
            **plan.options,
        ).remote(*plan.arguments)
        host = _Host(node, actor, asyncio.get_running_loop().create_future())
        self._hosts[node.id] = host
        self._spawn(self._open(host))

    async def _open(self, host: _Host) -> None:
        try:
            await self._or_gone(host, host.actor.ping.remote())
            host.state = _State.OPENING
            async with asyncio.timeout(self._rhythm.open_s):
                opened: Opened = await self._or_gone(host, host.actor.open.remote())
        except _LostError:
            return
        except TimeoutError:
            self._lose(host, f"not ready within {self._rhythm.open_s:.0f} s")
        except self._errors.RayTaskError as error:
            if isinstance(error.cause, InfraError):
                self._lose(host, str(error.cause))
            else:
                self._refuse(host, str(error.cause) if isinstance(error.cause, ProverError) else _line(error))
        except self._errors.RayError as error:
            self._lose(host, _line(error))
        else:
            different = _differences(self._expected, opened.facts)
            if different:
                self._refuse(host, different)
                return
            host.state, host.ready_at = _State.READY, time.monotonic()
            self._report(f"ray: node {host.node} works on {opened.slots} at a time")
            self._places.open(host.place, opened.slots)

    async def _or_gone(self, host: _Host, reference: Any) -> Any:
        answer = _future(reference)
        await asyncio.wait({answer, host.gone}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise _LostError(host.gone.result())
        return answer.result()

    def _refuse(self, host: _Host, detail: str) -> None:
        host.state, host.detail = _State.REFUSED, detail
        self._report(f"ray: node {host.node} is not used: {detail}")
        self._kill(host)

    def _lose(self, host: _Host, reason: str) -> None:
        """Give an actor up: its calls go to others, and a new one is started after a pause."""
        if host.state in (_State.LOST, _State.REFUSED):
            return
        stayed = host.state is _State.READY and time.monotonic() - host.ready_at > _LONGEST_PAUSE_S
        pause = 1.0 if stayed else min(_LONGEST_PAUSE_S, 2 * self._pauses.get(host.node.id, (0.0, 0.5))[1])
        self._pauses[host.node.id] = (time.monotonic() + pause, pause)
        going = f"; {host.place.calls} in flight go to others" if host.place.calls else ""
        self._report(f"ray: node {host.node} is lost: {reason}{going}")
        self._give_up(host, reason)

    def _give_up(self, host: _Host, reason: str) -> None:
        host.state, host.detail = _State.LOST, reason
        self._places.close(host.place)
        if not host.gone.done():
            host.gone.set_result(reason)
        self._kill(host)

    def _kill(self, host: _Host) -> None:
        kill = asyncio.wrap_future(in_thread(lambda: self._cluster.ray.kill(host.actor, no_restart=True)))
        kill.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._killing.add(kill)
        kill.add_done_callback(self._killing.discard)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


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
