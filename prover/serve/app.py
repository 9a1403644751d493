"""The routes. Each one reads its request, asks the service, and shapes the answer; nothing is judged here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from prover import __version__
from prover.codec import to_json
from prover.errors import InputError, ProverError
from prover.lean.file_report import SnippetReport
from prover.lean.files import FileReport
from prover.lean.protocol import Limits
from prover.serve import kimina, own
from prover.serve.desk import Visit
from prover.serve.guard import Guard
from prover.serve.metrics import CONTENT_TYPE
from prover.serve.runs import HEADERS, Runs
from prover.serve.service import Service
from prover.types import Status, Verdict

_ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"model": own.ErrorOut, "description": "The API key is missing or wrong"},
    413: {"model": own.ErrorOut, "description": "The request is too large"},
    422: {"model": own.ErrorOut, "description": "The request is not what was expected; says where and why"},
    429: {"model": own.ErrorOut, "description": "Too many checks from this address (`Retry-After`)"},
    503: {"model": own.ErrorOut, "description": "Full, shutting down, or broken (`Retry-After`)"},
}


def create_app(service: Service, runs: Runs | None = None) -> ASGIApp:
    """The application over a service, whose checker stays the caller's to close, with the pages of `runs`."""
    app = FastAPI(
        title="prover",
        version=__version__,
        summary="Lean 4 proofs, judged",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        responses=_ERRORS,
    )
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(InputError, _wrong)
    app.add_exception_handler(ProverError, _broken)
    app.add_exception_handler(OSError, _broken)
    _add_status(app, service)
    _add_kimina(app, service)
    _add_own(app, service)
    if runs:
        _add_runs(app, runs)
    return Guard(app, service.settings, service.desk, service.rate, service.metrics)


def _add_status(app: FastAPI, service: Service) -> None:
    @app.get("/", include_in_schema=False)
    @app.get("/health/", include_in_schema=False)
    @app.get("/health")
    async def health(response: Response) -> dict[str, str]:
        """`{"status": "ok"}`, or 503 and `"draining"` once the server shuts down."""
        if service.desk.draining:
            response.status_code = 503
        status = "draining" if service.desk.draining else "ok"
        return {"status": status, "version": __version__, "toolchain": service.checker.toolchain}

    @app.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """For Prometheus."""
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)


def _add_runs(app: FastAPI, runs: Runs) -> None:
    @app.get("/runs", response_class=HTMLResponse, tags=["runs"])
    async def every() -> HTMLResponse:
        """A link to each run."""
        return HTMLResponse(runs.index(), headers=HEADERS)

    @app.get("/runs/{name}", response_class=HTMLResponse, tags=["runs"])
    async def one(name: str) -> HTMLResponse:
        """The page of `prover report` about a run, as it stands."""
        page = await runs.page(name)
        if page is None:
            raise HTTPException(404, "there is no run of that name; see /runs")
        return HTMLResponse(page, headers=HEADERS)


def _add_kimina(app: FastAPI, service: Service) -> None:
    async def one(visit: Visit, endpoint: str, text: str, limits: Limits, fresh: bool) -> SnippetReport:
        async with service.check(visit, endpoint) as tally:
            try:
                done = await service.checker.check_snippet(text, limits, fresh=fresh)
            except (ProverError, OSError) as error:
                report = FileReport(Status.INFRA, str(error), (), (), 0.0, 0.0, service.checker.toolchain)
                done = SnippetReport(report)
            tally.status = done.report.status
            return done

    async def every(request: Request, endpoint: str, asked: kimina.Asked) -> list[kimina.Answered]:
        limits = service.limits(wall_s=asked.seconds)

        async def work(visit: Visit) -> list[SnippetReport]:
            if not asked.seconds:
                late = FileReport(Status.TIMEOUT, "", (), (), 0.0, 0.0, service.checker.toolchain)
                return [SnippetReport(late)] * len(asked.snippets)
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(one(visit, endpoint, text, limits, asked.fresh))
                    for _, text in asked.snippets
                ]
            return [task.result() for task in tasks]

        done = await service.answer(request, len(asked.snippets), work)
        return [
            kimina.Answered(
                kimina.result(name, report, limits.wall_s, infotree=asked.infotree), report.report
            )
            for (name, _), report in zip(asked.snippets, done, strict=True)
        ]

    @app.post("/api/check/", include_in_schema=False, response_model_exclude_none=True)
    @app.post("/api/check", response_model_exclude_none=True, tags=["Kimina Lean Server"])
    async def api_check(body: kimina.CheckRequest, request: Request) -> kimina.CheckAnswer:
        """Check a batch of snippets."""
        answers = await every(request, "/api/check", body.asked)
        return kimina.check_answer(answers, debug=body.debug)

    @app.post("/one_pass_verify_batch", include_in_schema=False, response_model_exclude_none=True)
    @app.post("/verify", response_model_exclude_none=True, tags=["Kimina Lean Server"])
    async def verify(body: kimina.VerifyRequest, request: Request) -> kimina.VerifyAnswer:
        """The same in the older shape."""
        return kimina.verify_answer(await every(request, "/verify", body.asked))


def _add_own(app: FastAPI, service: Service) -> None:
    checker = service.checker

    async def verdict(body: own.CheckIn, limits: Limits) -> tuple[Verdict, dict[str, list[str]]]:
        if body.target is not None:
            audited = await checker.audit_files(body.target, body.submission, limits)
            return audited.verdict, {name: list(axioms) for name, axioms in audited.theorems.items()}
        assert body.statement is not None
        statement, unfit = await asyncio.to_thread(own.read_statement, body.statement)
        if unfit and not body.audit:
            raise InputError(f"{unfit}; such a statement can only be audited")
        found = None if unfit else await checker.check(statement, body.submission, limits)
        if found is None or (found.proved and body.audit):
            found = await checker.audit(statement, body.submission, limits)
        return found, {statement.name: list(found.axioms)} if found.proved else {}

    @app.post("/v1/check", response_model=own.VerdictOut, tags=["prover"])
    async def check(body: own.CheckIn, request: Request) -> Any:
        """The full verdict on one submission."""
        limits = service.limits(**body.limits.model_dump())

        async def work(visit: Visit) -> tuple[Verdict, dict[str, list[str]]]:
            async with service.check(visit, "/v1/check") as tally:
                tally.status = Status.INFRA
                found, theorems = await verdict(body, limits)
                tally.status = found.status
                return found, theorems

        found, theorems = await service.answer(request, 1, work)
        return _answer(found.status, found.detail, lambda: {**to_json(found), "theorems": theorems})

    @app.post("/v1/check_file", response_model=own.FileReportOut, tags=["prover"])
    async def check_file(body: own.CheckFileIn, request: Request) -> Any:
        """Is every theorem of a Lean file proved? As `prover check --json` says."""
        limits = service.limits(**body.limits.model_dump())

        async def work(visit: Visit) -> FileReport:
            async with service.check(visit, "/v1/check_file") as tally:
                tally.status = Status.INFRA
                report = await checker.check_file(body.file, limits)
                tally.status = report.status
                return report

        report = await service.answer(request, 1, work)
        return _answer(report.status, report.detail, lambda: to_json(report))


def _answer(status: Status, detail: str, value: Callable[[], Any]) -> Any:
    """A breakdown of ours is no verdict, so nobody can take it for one."""
    if status is Status.INFRA:
        raise HTTPException(503, f"the checker broke down: {detail}", {"Retry-After": "1"})
    return value()


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    """Where in the request and what was expected there; without the input, which may be large, or no Unicode."""
    assert isinstance(error, RequestValidationError)
    detail = [
        {"loc": [_printable(part) for part in row["loc"]], "msg": _printable(row["msg"]), "type": row["type"]}
        for row in error.errors()
    ]
    return JSONResponse({"detail": detail[:20]}, 422)


def _printable(part: Any) -> Any:
    return part.encode("utf-8", "backslashreplace").decode()[:500] if isinstance(part, str) else part


async def _wrong(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": _printable(str(error))}, 422)


async def _broken(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse(
        {"detail": f"the checker broke down: {_printable(str(error))}"}, 503, {"Retry-After": "1"}
    )
