"""Actors over a cluster, one a node, each taking calls: a node that dies loses nothing, one that joins is used.

An actor is a class with async methods: `open()` gets ready and returns `Opened`, `ping()` answers at once, `close()`
ends what it started; the rest is called through `Fleet.call`. An actor whose facts are not the driver's is refused by
name. A call waits for a place (each actor has as many as it says, and a few ahead), preferably where its key was seen
before; when its actor or node dies, or stops answering, it is put to another, a bounded number of times; when its
caller is cancelled, so is the work. Actors are started again where they died, later each time, and on nodes that join.
Not here: what the actors do, which nodes get one (`Plan`), and how one of them is talked to (`Host`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from prover.cluster.connect import Cluster, Node
from prover.cluster.host import DroppedError, Host, LostError, Plan, State
from prover.cluster.places import Place, Places
from prover.errors import InfraError, MissingError

TRIES = 3
_CLOSE_S = 10.0
_LONGEST_PAUSE_S = 60.0


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
        self._actor_class = cluster.ray.remote(actor_class)
        self._rhythm = rhythm or Rhythm()
        self._hosts: dict[str, Host] = {}
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
            await asyncio.sleep(0.05)
            if not self._worth_waiting(time.monotonic() - begun):
                break
        refused = [host for host in self._hosts.values() if host.state is State.REFUSED]
        if refused:
            raise MissingError("; ".join(f"node {host.node}: {host.detail}" for host in refused))
        if not self.slots:
            raise MissingError(self._why_none(), "ray status")

    async def call(self, key: Hashable, method: str, *arguments: Any) -> Any:
        """What `method` of some actor returns. What it raises of ours is raised here.

        Raises `InfraError` when `TRIES` actors died over it, `MissingError` when there are none for long.
        """
        reason = ""
        for _ in range(TRIES):
            if self._closed:
                raise MissingError("the fleet is closed")
            place = await self._places.take(key)
            host = self._host_of(place)
            try:
                if host is None:
                    raise DroppedError("it died before the call")
                return await host.ask(method, arguments)
            except LostError as error:
                assert host is not None
                self._lose(host, str(error))
                reason = host.detail
            except DroppedError as error:
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
        closing = [host.closing() for host in self._hosts.values() if host.state is State.READY]
        if closing:
            await asyncio.wait(closing, timeout=_CLOSE_S)
        for host in self._hosts.values():
            if host.alive:
                self._give_up(host, State.LOST, "the fleet is closed")
        self._places.drop(MissingError("the fleet is closed"))
        if self._killing:
            await asyncio.wait(set(self._killing), timeout=_CLOSE_S)

    def _worth_waiting(self, passed: float) -> bool:
        """Whether, after so many seconds, `start` still waits for an actor."""
        states = {host.state for host in self._hosts.values()}
        if not states & {State.ASKED, State.OPENING}:
            return False
        if State.READY in states:
            return passed <= self._rhythm.others_s
        return State.OPENING in states or passed <= self._rhythm.granted_s

    def _why_none(self) -> str:
        if not self._hosts:
            return "no node of the cluster offers what is needed (`ray start --num-cpus` says how many CPUs one offers)"
        waits = any(host.state is State.ASKED for host in self._hosts.values())
        reason = "other work may hold what the nodes offer" if waits else "no actor stays alive"
        last = [f"{host.node}: {host.detail}" for host in self._hosts.values() if host.detail]
        return "; ".join([f"no node of the cluster takes work: {reason}", *last])

    def _host_of(self, place: Place) -> Host | None:
        return next((host for host in self._hosts.values() if host.place is place), None)

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
                continue
            try:
                host.look(self._rhythm.misses)
            except LostError as error:
                self._lose(host, str(error))
        now = time.monotonic()
        for node in nodes:
            known = self._hosts.get(node.id)
            if known is None or (known.state is State.LOST and now >= self._pauses[node.id][0]):
                self._begin(node)
        if any(host.state in (State.READY, State.OPENING) for host in self._hosts.values()):
            self._alive_at = now
        elif now - self._alive_at > self._rhythm.alone_s:
            self._places.drop(MissingError(self._why_none(), "ray status"))

    def _begin(self, node: Node) -> None:
        plan = self._plan(node)
        if plan is not None:
            host = self._hosts[node.id] = Host(self._cluster, self._actor_class, node, plan)
            self._spawn(self._open(host))

    async def _open(self, host: Host) -> None:
        try:
            slots = await host.open(self._expected, self._rhythm.open_s)
        except LostError as error:
            self._lose(host, str(error))
        except MissingError as error:
            if host.alive:
                self._report(f"ray: node {host.node} is not used: {error}")
                self._give_up(host, State.REFUSED, str(error))
        else:
            self._report(f"ray: node {host.node} works on {slots} at a time")
            self._places.open(host.place, slots)

    def _lose(self, host: Host, reason: str) -> None:
        """Give an actor up, once: its calls go to others, and a new one is started after a pause."""
        if not host.alive:
            return
        stayed = host.state is State.READY and time.monotonic() - host.ready_at > _LONGEST_PAUSE_S
        pause = 1.0 if stayed else min(_LONGEST_PAUSE_S, 2 * self._pauses.get(host.node.id, (0.0, 0.5))[1])
        self._pauses[host.node.id] = (time.monotonic() + pause, pause)
        going = f"; {host.place.calls} in flight go to others" if host.place.calls else ""
        self._report(f"ray: node {host.node} is lost: {reason}{going}")
        self._give_up(host, State.LOST, reason)

    def _give_up(self, host: Host, state: State, reason: str) -> None:
        self._places.close(host.place)
        kill = host.give_up(state, reason)
        self._killing.add(kill)
        kill.add_done_callback(self._killing.discard)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
