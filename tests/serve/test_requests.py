"""Keys, sizes, rates, queues, shutdown, callers that leave: over a checker that does as it is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import pytest

from prover.errors import InputError
from prover.serve.app import create_app
from prover.serve.service import Service
from prover.serve.settings import check_host, read_api_key
from tests.serve.conftest import client_of
from tests.serve.fake_checker import ServedFake

KEY = "a-long-enough-key"
STATEMENT = {"name": "a", "signature": ": 1 = 1"}
Over = Callable[..., Service]


def snippets(*codes: str, timeout: int = 30) -> dict[str, object]:
    return {"snippets": [{"id": str(n), "code": code} for n, code in enumerate(codes)], "timeout": timeout}


def statuses(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return ["error" if "error" in one else "response" for one in answer.json()["results"]]


async def test_a_key_is_asked_for(over: Over) -> None:
    service = over(ServedFake(), api_key=KEY)
    async with client_of(service) as client:
        for headers in (
            {},
            {"Authorization": KEY},
            {"Authorization": f"Basic {KEY}"},
            {"Authorization": f"Bearer {KEY}x"},
            {"Authorization": "Bearer \xff\xfe"},
            {"Authorization": "Bearer None"},
        ):
            raw = [(k.encode(), v.encode("latin-1")) for k, v in headers.items()]
            for method, path in (
                ("POST", "/api/check"),
                ("GET", "/metrics"),
                ("GET", "/openapi.json"),
                ("GET", "/x"),
            ):
                answer = await client.request(method, path, headers=raw, json=snippets("rfl"))
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"] == "Bearer"
        assert (await client.get("/")).json()["status"] == "ok"
        assert (await client.get("/health")).json()["status"] == "ok"
        for scheme in ("Bearer", "bearer"):
            answer = await client.post(
                "/api/check", json=snippets("rfl"), headers={"Authorization": f"{scheme} {KEY}"}
            )
            assert answer.status_code == 200
    assert len(service.checker.calls) == 2  # type: ignore[attr-defined]
    assert KEY not in repr(service.settings)


async def test_a_large_request_is_refused_before_it_is_read(over: Over) -> None:
    checker = ServedFake()
    async with client_of(over(checker, max_body=1000)) as client:
        answer = await client.post("/api/check", json=snippets("x" * 2000))
        assert answer.status_code == 413
        assert "1,000 bytes" in answer.json()["detail"]

        async def drip() -> object:
            for _ in range(100):
                yield b"x" * 100

        assert (await client.post("/api/check", content=drip())).status_code == 413
        lying = {"content-length": "9" * 30, "content-type": "application/json"}
        assert (await client.post("/api/check", content=b"{}", headers=lying)).status_code == 413
        assert (await client.post("/api/check", json=snippets("rfl"))).status_code == 200
    assert len(checker.calls) == 1


async def test_large_requests_are_few_at_a_time(over: Over) -> None:
    async def half() -> object:
        yield b"x" * 900
        await asyncio.sleep(0.2)
        yield b"x"

    async with client_of(over(ServedFake(), max_body=1000)) as client:
        answers = await asyncio.gather(*(client.post("/api/check", content=half()) for _ in range(60)))
        refused = [answer for answer in answers if answer.status_code == 503]
        assert 10 < len(refused) < 40
        assert all(answer.headers["retry-after"] == "1" for answer in refused)
        assert (await client.post("/api/check", json=snippets("rfl"))).status_code == 200


async def test_a_request_that_does_not_arrive_is_not_waited_for(over: Over) -> None:
    async def forever() -> object:
        yield b"{"
        await asyncio.sleep(3600)

    async with client_of(over(ServedFake(), body_s=0.05)) as client:
        answer = await client.post("/api/check", content=forever())
    assert answer.status_code == 408


async def test_rate(over: Over) -> None:
    async with client_of(over(ServedFake(), rate=3)) as client:
        assert (await client.post("/api/check", json=snippets("rfl", "rfl", "rfl"))).status_code == 200
        answer = await client.post("/api/check", json=snippets("rfl"))
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 20
        assert (await client.get("/health")).status_code == 200


async def test_a_full_queue(over: Over) -> None:
    service = over(ServedFake(), jobs=1, queue=1)
    async with client_of(service) as client:
        busy = asyncio.create_task(client.post("/api/check", json=snippets("slow", "slow")))
        await asyncio.sleep(0.05)
        answer = await client.post("/v1/check_file", json={"file": "rfl"})
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert "queue is full" in answer.json()["detail"]
        metrics = (await client.get("/metrics")).text
        assert "prover_checks_in_flight 1.0" in metrics
        assert "prover_checks_queued 1.0" in metrics
        assert statuses(await busy) == ["response", "response"]
        assert (await client.post("/v1/check_file", json={"file": "rfl"})).status_code == 200
        answer = await client.post("/api/check", json=snippets("1", "2", "3"))
        assert answer.status_code == 422
        assert "at most 2" in answer.json()["detail"]


async def test_at_most_jobs_are_read_at_the_same_time(over: Over) -> None:
    checker = ServedFake()
    async with client_of(over(checker, jobs=2)) as client:
        answers = await asyncio.gather(
            *(client.post("/api/check", json=snippets("slow", "rfl")) for _ in range(4))
        )
    assert all(statuses(answer) == ["response"] * 2 for answer in answers)
    assert checker.most_at_work == 2


async def test_answers_come_in_the_order_asked(over: Over) -> None:
    async with client_of(over(ServedFake())) as client:
        answer = await client.post("/api/check", json=snippets("slow", "infra", "rfl"))
    assert [one["id"] for one in answer.json()["results"]] == ["0", "1", "2"]
    assert statuses(answer) == ["response", "error", "response"]


async def test_a_breakdown_is_no_verdict(over: Over) -> None:
    async with client_of(over(ServedFake())) as client:
        answer = await client.post("/api/check", json=snippets("break", "rfl"))
        assert statuses(answer) == ["error", "response"]
        for text in ("break", "infra"):
            for path, body in (
                ("/v1/check", {"statement": STATEMENT, "submission": text}),
                ("/v1/check_file", {"file": text}),
            ):
                answer = await client.post(path, json=body)
                assert answer.status_code == 503
                assert "broke down" in answer.json()["detail"]
                assert answer.headers["retry-after"] == "1"
        assert 'status="infra"' in (await client.get("/metrics")).text


async def test_limits_are_at_most_the_servers(over: Over) -> None:
    checker = ServedFake()
    async with client_of(over(checker)) as client:
        await client.post("/api/check", json=snippets("rfl", timeout=7))
        await client.post("/api/check", json=snippets("rfl", timeout=100_000))
        limits = {"wall_s": 5, "cpu_s": 1e9, "memory_mb": 10**9}
        await client.post("/v1/check_file", json={"file": "rfl", "limits": limits})
    asked = [limits for limits in checker.limits if limits is not None]
    assert [limits.wall_s for limits in asked] == [7, 30, 5]
    assert (asked[2].cpu_s, asked[2].memory_mb) == (30, 4096)


async def test_no_time_is_no_check(over: Over) -> None:
    checker = ServedFake()
    async with client_of(over(checker)) as client:
        answer = await client.post("/api/check", json=snippets("rfl", timeout=0))
    assert answer.json()["results"][0]["error"].endswith("timed out in 0 seconds")
    assert not checker.calls


async def test_reuse_false_is_a_fresh_process(over: Over) -> None:
    checker = ServedFake()
    async with client_of(over(checker)) as client:
        await client.post("/api/check", json={**snippets("rfl"), "reuse": False})
        await client.post("/verify", json={"codes": [{"custom_id": 1, "code": "rfl"}], "disable_cache": True})
        await client.post("/api/check/", json=snippets("rfl"))
    assert [how for _, how, _ in checker.calls] == ["fresh", "fresh", "warm"]


async def leave(service: Service, path: str, body: object) -> None:
    """Send a request, and go away once a check is under way."""
    sent: list[dict[str, object]] = [
        {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}
    ]
    gone = asyncio.Event()

    async def receive() -> dict[str, object]:
        if sent:
            return sent.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        pass

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    running = asyncio.create_task(create_app(service)(scope, receive, send))  # type: ignore[arg-type]
    while not service.desk.at_work:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    gone.set()
    await running


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/check", snippets("hang", "hang", "hang", "rfl")),
        ("/verify", {"codes": [{"custom_id": "1", "proof": "hang"}]}),
        ("/v1/check", {"statement": STATEMENT, "submission": "hang"}),
        ("/v1/check_file", {"file": "hang"}),
    ],
)
async def test_a_caller_that_leaves_frees_its_checks(over: Over, path: str, body: object) -> None:
    checker = ServedFake()
    service = over(checker)
    async with asyncio.timeout(10):
        await leave(service, path, body)
    assert checker.at_work == service.desk.at_work == service.desk.queued == 0
    assert checker.cancelled >= 1
    async with client_of(service) as client:
        assert (await client.post("/v1/check_file", json={"file": "rfl"})).status_code == 200


async def test_draining(over: Over) -> None:
    checker = ServedFake()
    service = over(checker)
    async with client_of(service) as client:
        running = asyncio.create_task(client.post("/api/check", json=snippets("slow")))
        await asyncio.sleep(0.05)
        service.desk.drain()
        refused = await client.post("/api/check", json=snippets("rfl"))
        assert refused.status_code == 503
        assert "retry-after" in refused.headers
        health = await client.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "draining")
        assert "prover_draining 1.0" in (await client.get("/metrics")).text
        assert statuses(await running) == ["response"]


async def test_when_the_grace_is_over(over: Over) -> None:
    checker = ServedFake()
    service = over(checker)
    async with client_of(service) as client, asyncio.timeout(10):
        running = asyncio.create_task(client.post("/api/check", json=snippets("hang")))
        await asyncio.sleep(0.05)
        service.desk.stopped.set()
        assert (await running).status_code == 503
    assert checker.cancelled == 1


async def test_our_own_endpoint_checks_then_audits(over: Over) -> None:
    checker = ServedFake()
    async with client_of(over(checker)) as client:
        body = {"statement": STATEMENT, "submission": "rfl"}
        audited = (await client.post("/v1/check", json=body)).json()
        quick = (await client.post("/v1/check", json={**body, "audit": False})).json()
        failed = (await client.post("/v1/check", json={**body, "submission": "omega"})).json()
        target = (await client.post("/v1/check", json={"target": "x", "submission": "y"})).json()
    assert (audited["status"], audited["tier"], audited["theorems"]) == (
        "proved",
        "audited",
        {"a": ["propext"]},
    )
    assert (quick["status"], quick["tier"]) == ("proved", "elaborated")
    assert (failed["status"], failed["theorems"]) == ("elaboration_error", {})
    assert target["theorems"] == {"a": ["propext"]}
    assert [what for what, _, _ in checker.calls] == ["check", "audit", "check", "check"]


async def test_a_statement_that_runs_programs_never_meets_a_warm_worker(over: Over) -> None:
    checker = ServedFake()
    statement = {**STATEMENT, "header": {"imports": [], "preamble": 'macro "x" : term => `(1)'}}
    async with client_of(over(checker)) as client:
        body = {"statement": statement, "submission": "rfl"}
        assert (await client.post("/v1/check", json=body)).json()["tier"] == "audited"
        answer = await client.post("/v1/check", json={**body, "audit": False})
        assert answer.status_code == 422
        assert "can only be audited" in answer.json()["detail"]
    assert [what for what, _, _ in checker.calls] == ["audit"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "submission"),
        ({"submission": "rfl"}, "exactly one"),
        ({"submission": "rfl", "statement": STATEMENT, "target": "x"}, "exactly one"),
        ({"submission": "rfl", "target": "x", "audit": False}, "always audited"),
        ({"submission": 1, "statement": STATEMENT}, "submission"),
        ({"submission": "rfl", "statement": {**STATEMENT, "sig": ""}}, "sig"),
        ({"submission": "rfl", "statement": {**STATEMENT, "name": "a : 1 = 1 := rfl\ntheorem b"}}, "theorem"),
        ({"submission": "rfl", "statement": {**STATEMENT, "signature": ": 1 = 1 := rfl"}}, "theorem"),
        ({"submission": "rfl", "statement": {**STATEMENT, "signature": ": 1 = 1 -- "}}, "theorem"),
        ({"submission": "rfl", "statement": {**STATEMENT, "header": {"imports": ["A\nB"]}}}, "module name"),
        ({"submission": "rfl", "statement": {**STATEMENT, "header": {"preamble": "/-"}}}, "unterminated"),
        ({"submission": "rfl", "statement": STATEMENT, "limits": {"wall_s": 0}}, "wall_s"),
        ({"submission": "rfl", "statement": STATEMENT, "limits": {"wall_s": "1"}}, "wall_s"),
        ({"submission": "\ud800", "statement": STATEMENT}, "submission"),
    ],
)
async def test_what_is_wrong_with_a_request_is_said(over: Over, body: object, where: str) -> None:
    checker = ServedFake()
    async with client_of(over(checker)) as client:
        answer = await client.post(
            "/v1/check", content=json.dumps(body).encode(), headers={"content-type": "application/json"}
        )
    assert answer.status_code == 422
    assert where in answer.text
    assert not checker.calls


async def test_every_endpoint_is_described(over: Over) -> None:
    async with client_of(over(ServedFake())) as client:
        spec = (await client.get("/openapi.json")).json()
    assert set(spec["paths"]) == {
        "/health",
        "/metrics",
        "/verify",
        "/api/check",
        "/v1/check",
        "/v1/check_file",
    }
    for path in ("/verify", "/api/check", "/v1/check", "/v1/check_file"):
        post = spec["paths"][path]["post"]
        assert {"200", "401", "413", "422", "429", "503"} <= set(post["responses"])
        assert post["summary"]
    assert "additionalProperties" in spec["components"]["schemas"]["CheckIn"]


async def test_callers_choose_no_label_of_a_metric(over: Over) -> None:
    async with client_of(over(ServedFake())) as client:
        for n in range(5):
            await client.get(f"/nobody/{n}")
        await client.get("/health/")
        metrics = (await client.get("/metrics")).text
    assert 'prover_requests_total{code="404",path="other"} 5.0' in metrics
    assert 'path="/health"' in metrics


def test_who_may_be_asked_from_elsewhere() -> None:
    for host in ("127.0.0.1", "127.1.2.3", "::1", "localhost"):
        check_host(host, None)
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.org", ""):
        with pytest.raises(InputError, match="API key"):
            check_host(host, None)
        check_host(host, KEY)


def test_where_the_key_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    assert read_api_key(None, None) is None
    assert read_api_key(None, KEY) == KEY
    assert read_api_key(file, "another-long-key") == KEY
    for bad in (b"", b"short", b"two words here", b"\xff" * 20, b"x" * 5000):
        file.write_bytes(bad)
        with pytest.raises(InputError, match="key"):
            read_api_key(file, None)
    with pytest.raises(InputError, match="No such file"):
        read_api_key(tmp_path / "none", None)
    with pytest.raises(InputError, match="PROVER_API_KEY"):
        read_api_key(None, "")
