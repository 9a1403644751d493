"""Runs shown by the server: the page, its key, what is not there, and when it is made anew."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

import prover.serve.runs as module
from prover import cli
from prover.errors import InputError, MissingError
from prover.serve.app import create_app
from prover.serve.runs import Runs
from prover.serve.service import Service
from prover.store import Store
from tests.fakes import FakeChecker
from tests.report.conftest import fill, problem, trace

httpx = pytest.importorskip("httpx2")
KEY = "a-key-of-some-length"


def client(service: Service, runs: Runs) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(service, runs))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "a <b>", {0, 1}, 4)


async def test_the_page_of_a_run_and_the_list_of_runs(over: Callable[..., Service], folder: Path) -> None:
    async with client(over(FakeChecker()), Runs([folder])) as api:
        listed = await api.get("/runs")
        assert '<a href="/runs/a%20%3Cb%3E">a &lt;b&gt;</a>' in listed.text
        page = await api.get("/runs/a%20%3Cb%3E")
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert page.headers["cache-control"] == "no-store"
        assert "so far 2 proved of 3 answered, of 4" in page.text
        assert (await api.get("/runs/b")).status_code == 404
    async with client(over(FakeChecker()), Runs([])) as api:
        assert (await api.get("/runs")).status_code == 404


async def test_the_key_is_asked_for_and_a_browser_may_send_it_as_password(
    over: Callable[..., Service], folder: Path
) -> None:
    async with client(over(FakeChecker(), api_key=KEY), Runs([folder])) as api:
        refused = await api.get("/runs")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Basic ")
        for header, code in (
            (f"Bearer {KEY}", 200),
            (f"Basic {base64.b64encode(f'me:{KEY}'.encode()).decode()}", 200),
            (f"Basic {base64.b64encode(b'me:wrong').decode()}", 401),
            ("Basic ???", 401),
            ("Basic", 401),
        ):
            assert (await api.get("/runs", headers={"Authorization": header})).status_code == code
        basic = {"Authorization": f"Basic {base64.b64encode(f'me:{KEY}'.encode()).decode()}"}
        elsewhere = await api.get("/metrics", headers=basic)
        assert elsewhere.status_code == 401
        assert elsewhere.headers["www-authenticate"] == "Bearer"


async def test_a_page_is_made_anew_when_the_run_went_on_but_not_for_every_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(tmp_path / "run", {0}, 4)
    runs, made = Runs([folder]), []
    render = module.render
    monkeypatch.setattr(module, "render", lambda folders: made.append(1) or render(folders))
    first = await runs.page("run")
    assert await runs.page("run") is first
    store = Store.open(folder, Store.read(folder).config, [problem(n) for n in range(4)])
    trace(store, problem(3), won=True)
    store.close()
    assert await runs.page("run") is first, "made a moment ago"
    monkeypatch.setattr(module, "REBUILD_S", 0.0)
    runs._pages["run"].cost_s = 0.0
    again = await runs.page("run")
    assert again is not None
    assert "2 proved of 4" in again
    assert len(made) == 2
    runs._pages["run"].cost_s = 0.0
    assert await runs.page("run") is again, "nothing happened since"


def test_what_is_no_run_or_cannot_be_drawn_is_said_at_the_start(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match="not a run folder"):
        Runs([tmp_path / "nowhere"])
    assert cli.main(["serve", "--run", str(tmp_path / "nowhere")]) == 2
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingError, match=r"matplotlib is missing"):
        Runs([folder])
