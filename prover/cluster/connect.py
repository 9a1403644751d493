"""One connection of this process to a Ray cluster: begun within a bounded time, described, ended.

`connect` takes `auto` (the cluster that this machine belongs to), `HOST:PORT` of a head, or `local` (one of its own,
on loopback, without a dashboard or usage reports, gone when it is closed). The machine that calls must be a node of
the cluster, be it one that offers no CPUs: Ray's drivers share memory with their node. What Ray tells by itself stays
in Ray's log folder; nothing of it reaches standard output. Limits: Ray is a global of the process, so there is one
connection at a time; one that somebody else has made is used and left open.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TextIO, TypeVar

from prover.errors import InputError, MissingError

START = "ray start --head --port=6379"
_ADDRESS = re.compile(r"(\[[0-9A-Fa-f:]{2,39}\]|[A-Za-z0-9][A-Za-z0-9._-]{0,252}):([0-9]{1,5})")
_CONNECT_S = 30.0
_START_S = 90.0
_PROBE_S = 5.0
_NODES_S = 10.0
_CLOSE_S = 15.0
_LOCAL_STORE_BYTES = 80 * 2**20
"""Near the least that Ray takes: what is sent are texts and verdicts."""
ENVIRONMENT = {
    # Else an address on loopback is exchanged for one that other machines can reach, and servers bind to that.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
}
"""Set, where it is not, before the package is loaded."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Node:
    """A machine of the cluster. One that comes back after it was gone has another `id`."""

    id: str
    address: str
    host: str
    cpus: int
    """What it offers to Ray (`ray start --num-cpus`), not what it has."""
    gpus: int

    def __str__(self) -> str:
        return f"{self.address} ({self.host}, {self.id[:8]})"


def parse_address(text: str) -> str:
    """`text`, when it is an address that `connect` takes. Raises `InputError`."""
    if text in ("auto", "local"):
        return text
    match = _ADDRESS.fullmatch(text)
    if match is None or not 0 < int(match[2]) < 65536:
        raise InputError(
            f"Ray address: expected auto, local or HOST:PORT (e.g. 10.0.0.1:6379), found {text!r}"
        )
    return text


def installed() -> bool:
    """Whether the package is there; it is not imported."""
    return importlib.util.find_spec("ray") is not None


class Cluster:
    """A connection. `ray` is the package, for whoever makes actors."""

    def __init__(self, ray: Any, session: _Session | None = None) -> None:
        """Without a `session` the connection is somebody else's."""
        self.ray = ray
        self._session = session
        self._asking: asyncio.Future[list[Node]] | None = None
        self._quiet = _Quiet(sys.stdout)
        sys.stdout = self._quiet

    async def nodes(self) -> list[Node] | None:
        """The nodes that are alive, or None while the head does not answer."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.wrap_future(in_thread(self._nodes))
        done, _ = await asyncio.wait({self._asking}, timeout=_NODES_S)
        return self._asking.result() if done and self._asking.exception() is None else None

    async def close(self) -> None:
        """End the connection, and the cluster where it is one of `local`'s."""
        if sys.stdout is self._quiet:
            sys.stdout = self._quiet.stream
        if self._session is not None:
            self._session.close.set()
            await asyncio.wait({asyncio.wrap_future(self._session.ended)}, timeout=_CLOSE_S)

    def _nodes(self) -> list[Node]:
        return [
            Node(
                row["NodeID"],
                row["NodeManagerAddress"],
                row["NodeManagerHostname"],
                int(row["Resources"].get("CPU", 0)),
                int(row["Resources"].get("GPU", 0)),
            )
            for row in self.ray.nodes()
            if row["Alive"]
        ]


async def connect(address: str, *, cpus: int | None = None, timeout_s: float | None = None) -> Cluster:
    """Connect to `address`; `cpus` is what a cluster of `local`'s offers. Raises `InputError` for what is no address,
    `MissingError` where Ray is not installed or no cluster answers in time (30 s; 90 s to start one)."""
    parse_address(address)
    timeout_s = timeout_s or (_START_S if address == "local" else _CONNECT_S)
    if not installed():
        raise MissingError("the package ray is not installed", "pip install 'prover[ray]'")
    if address not in ("auto", "local"):
        await _probe(address)
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    ray = await _bounded(
        in_thread(lambda: importlib.import_module("ray")), timeout_s, "the package ray does not load"
    )
    if ray.is_initialized():
        return Cluster(ray)
    options: dict[str, Any] = {"address": address, "log_to_driver": False, "logging_level": "ERROR"}
    if address == "local":
        options |= {"num_cpus": cpus, "include_dashboard": False, "object_store_memory": _LOCAL_STORE_BYTES}
    session = _Session(ray, options)
    try:
        await _bounded(session.begun, timeout_s, _late(address, timeout_s))
    except BaseException as error:
        session.close.set()
        if isinstance(error, MissingError) or not isinstance(error, Exception):
            raise
        said = " ".join(str(error).split())[:300]
        raise MissingError(f"cannot use the Ray cluster at {address}: {said}", START) from error
    return Cluster(ray, session)


def _late(address: str, timeout_s: float) -> str:
    if address == "local":
        return f"Ray did not start here within {timeout_s:.0f} s"
    return (
        f"no Ray cluster was reached at {address} within {timeout_s:.0f} s; this machine must be one of its nodes "
        "(`ray start --address=HEAD:PORT --num-cpus=0` joins it without offering CPUs)"
    )


class _Session:
    """The thread that begins and ends the connection. It stays in between: the processes that Ray starts are to die
    with their parent, which for the kernel is the thread that started them."""

    def __init__(self, ray: Any, options: Mapping[str, Any]) -> None:
        self.close = threading.Event()
        self.ended: Future[None] = Future()
        self.begun = in_thread(lambda: ray.init(**options), then=lambda: self._end(ray))

    def _end(self, ray: Any) -> None:
        self.close.wait()
        try:
            ray.shutdown()
        finally:
            self.ended.set_result(None)


async def _probe(address: str) -> None:
    """Whether anything listens there: Ray itself would try for a minute."""
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(_PROBE_S):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    except (OSError, TimeoutError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "no answer"
        raise MissingError(f"no Ray cluster at {address}: {reason}", START) from None
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _bounded(work: Future[T], timeout_s: float, late: str) -> T:
    try:
        async with asyncio.timeout(timeout_s):
            return await asyncio.wrap_future(work)
    except TimeoutError:
        raise MissingError(late, START) from None


def in_thread(work: Callable[[], T], then: Callable[[], None] = lambda: None) -> Future[T]:
    """Ray's calls may hang for as long as the network does: they get a thread that nobody waits for at exit.

    `then` is called in that thread after `work` succeeded.
    """
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()  # whoever stops waiting does not stop the work

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            future.set_exception(error)
            return
        future.set_result(result)
        then()

    threading.Thread(target=run, name="prover-ray", daemon=True).start()
    return future


class _Quiet:
    """Standard output without what Ray's threads print there: news of workers that died, meant for people."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        return len(text) if threading.current_thread().name.startswith("ray_") else self.stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)
