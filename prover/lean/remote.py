"""The checker over a Ray cluster: every node that offers CPUs judges, each with a warm checker of its own.

The same promises as the local one, under the same limits a check. Nodes whose package or Lean is not the driver's own
are refused. A check whose node dies is done by another; after several such deaths it is `INFRA`. While no node is
left, callers wait for one, then get `MissingError`. Verdicts are kept here, so that a text is judged once in a run,
wherever it is asked. Files go one way: nothing but statements, proofs and verdicts is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from prover.cluster.connect import Cluster, Node, connect
from prover.cluster.fleet import Fleet, Rhythm
from prover.cluster.host import Plan
from prover.errors import InfraError
from prover.lean.actor import CheckerActor, Order, facts
from prover.lean.audit import FileAudit
from prover.lean.cache import VerdictCache, verdict_key
from prover.lean.files import FileReport
from prover.lean.protocol import Limits, Probe, Probes
from prover.lean.toolchain import Toolchain, open_toolchain
from prover.types import Header, Statement, Status, Verdict

T = TypeVar("T")


class RayChecker:
    """Implements `Checker`. Made by `open_ray_checker`."""

    def __init__(self, cluster: Cluster, fleet: Fleet, toolchain: Toolchain) -> None:
        self._cluster, self._fleet, self._toolchain = cluster, fleet, toolchain
        self._cache = VerdictCache()

    @property
    def toolchain(self) -> str:
        return self._toolchain.identity

    @property
    def slots(self) -> int:
        """How many checks the nodes do at a time, now."""
        return self._fleet.slots

    async def check_statement(self, statement: Statement, limits: Limits | None = None) -> Verdict:
        return await self._cached("check_statement", statement, "", limits, (statement, limits))

    async def check(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return await self._cached("check", statement, submission, limits, (statement, submission, limits))

    async def audit(self, statement: Statement, submission: str, limits: Limits | None = None) -> Verdict:
        return await self._verdict("audit", statement.header, (statement, submission, limits))

    async def probe(
        self, statement: Statement, blocks: Sequence[str], limits: Limits | None = None
    ) -> Probes:
        if not blocks:
            return Probes((), 0.0, 0.0)
        try:
            return await self._ask(Probes, "probe", statement.header, (statement, tuple(blocks), limits))
        except InfraError as error:
            unanswered = Probe(False, error=str(error), answered=False)
            return Probes((unanswered,) * len(blocks), 0.0, 0.0)

    async def check_file(self, text: str, limits: Limits | None = None) -> FileReport:
        """As the local checker's. Raises `InputError`."""
        return await self._ask(FileReport, "check_file", Header(), (text, limits))

    async def audit_files(self, reference: str, submission: str, limits: Limits | None = None) -> FileAudit:
        """As the local checker's. Raises `InputError`."""
        return await self._ask(FileAudit, "audit_files", Header(), (reference, submission, limits))

    async def aclose(self) -> None:
        """Stop what runs on the nodes, and end the connection where it is ours."""
        try:
            await self._fleet.aclose()
        finally:
            await self._cluster.close()

    async def _ask(self, kind: type[T], method: str, header: Header, arguments: tuple[Any, ...]) -> T:
        """Workers are warm for what they import; preambles differ from text to text."""
        answer = await self._fleet.call(header.imports, "ask", method, *arguments)
        assert isinstance(answer, kind)
        return answer

    async def _verdict(self, method: str, header: Header, arguments: tuple[Any, ...]) -> Verdict:
        try:
            return await self._ask(Verdict, method, header, arguments)
        except InfraError as error:
            return Verdict(Status.INFRA, detail=str(error), toolchain=self.toolchain)

    async def _cached(
        self,
        method: str,
        statement: Statement,
        text: str,
        limits: Limits | None,
        arguments: tuple[Any, ...],
    ) -> Verdict:
        key = verdict_key(self.toolchain, method, statement, text)
        check = partial(self._verdict, method, statement.header, arguments)
        return await self._cache.get(key, limits or self._toolchain.limits, check)


async def open_ray_checker(
    address: str,
    order: Order,
    *,
    cpus: int | None = None,
    report: Callable[[str], None] = lambda _: None,
    rhythm: Rhythm | None = None,
) -> RayChecker:
    """The checker that `order` describes over the cluster at `address` (`auto`, `HOST:PORT`; `local` starts one with
    `cpus`).

    Raises `MissingError` where there is no cluster, no Lean, no node that may be used, or one that differs;
    `InputError` for what is no address.
    """
    toolchain = open_toolchain(order.profile, order.project, report)
    cluster = await connect(address, cpus=cpus)

    def plan(node: Node) -> Plan | None:
        return Plan({"num_cpus": node.cpus}, (order, node.cpus)) if node.cpus else None

    expected = facts(toolchain.identity)
    fleet = Fleet(cluster, CheckerActor, plan, expected=expected, report=report, rhythm=rhythm)
    checker = RayChecker(cluster, fleet, toolchain)
    try:
        await fleet.start()
    except BaseException:
        await checker.aclose()
        raise
    return checker
