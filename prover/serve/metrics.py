"""What Prometheus is told. Each service has a registry of its own."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from prover.serve.desk import Desk

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_KIMINA = ("/verify", "/one_pass_verify_batch", "/api/check")
_PATHS = frozenset({"/", "/health", "/metrics", "/openapi.json", *_KIMINA, "/v1/check", "/v1/check_file"})


class Metrics:
    def __init__(self, desk: Desk, workers: Callable[[], int]) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._checks = Counter(
            "prover_checks", "Checks by verdict", ["endpoint", "status"], registry=registry
        )
        self._seconds = Histogram(
            "prover_check_seconds",
            "From a check's turn to its verdict",
            ["endpoint"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._requests = Counter("prover_requests", "Answered requests", ["path", "code"], registry=registry)
        for name, about, value in (
            ("prover_checks_in_flight", "Checks that are being read", lambda: desk.at_work),
            ("prover_checks_queued", "Checks that wait for a turn", lambda: desk.queued),
            ("prover_jobs", "Checks that may be read at the same time", lambda: desk.jobs),
            ("prover_workers", "Warm processes of Lean that are there", workers),
            ("prover_draining", "1 while the server shuts down", lambda: desk.draining),
        ):
            Gauge(name, about, registry=registry).set_function(value)

    def checked(self, endpoint: str, status: str, seconds: float) -> None:
        self._checks.labels(endpoint, status).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def answered(self, path: str, code: int) -> None:
        """`path` is the caller's: what is not ours counts as `other`."""
        known = path if path in _PATHS else (path.rstrip("/") or "/")
        self._requests.labels(known if known in _PATHS else "other", str(code)).inc()

    def text(self) -> bytes:
        return generate_latest(self._registry)
