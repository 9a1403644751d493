"""The site in a real browser: every page without a complaint, nothing from outside, fit for all widths and readers."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.docs.blocks import PAGES
from tests.report.browser import chromium

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

SHAPES = ((390, False), (1280, True), (1920, False))
AXED = (
    *(("index.html", *shape) for shape in SHAPES),
    ("quickstart.html", 390, True),
    ("models.html", 1280, False),
    ("cli.html", 390, False),
    ("_api/prover.types.html", 1920, True),
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Any]:
    async with chromium() as found:
        yield found


def test_every_page_is_there(site: Path) -> None:
    built = {path.stem for path in site.glob("*.html")}
    assert {page.stem for page in PAGES[1:]} <= built
    for page in PAGES[1:]:  # a page could be called like one that the builder makes itself
        title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        shown = (site / f"{page.stem}.html").read_text(encoding="utf-8")
        assert re.sub(r"\W", "", title) in re.sub(r"<[^>]*>|\W", "", shown)
    assert "prover.types" in {path.stem for path in (site / "_api").glob("*.html")}
    options = (site / "cli.html").read_text(encoding="utf-8")
    assert "prover eval" in options
    assert "--run-budget" in options


@pytest.mark.parametrize(("width", "dark"), SHAPES)
async def test_pages_fit_and_complain_of_nothing(browser: Any, served: str, width: int, dark: bool) -> None:
    context = await browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((served, "data:")) else faults.append(f"asked for {asked.url}")
        ),
    )
    for name in (*(page.stem + ".html" for page in PAGES[1:]), "_api/prover.types.html", "genindex.html"):
        await page.goto(served + name)
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if await page.evaluate(too_wide) > 0:
            faults.append(f"{name} is wider than the window")
    await context.close()
    assert faults == []


@pytest.mark.parametrize(("name", "width", "dark"), AXED)
async def test_axe_finds_no_serious_fault(
    browser: Any, served: str, name: str, width: int, dark: bool
) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe is not installed")
    context = await browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page = await context.new_page()
    await page.goto(served + name)
    found = await axe.Axe().run(page)
    await context.close()
    assert [
        (fault["id"], [node["html"][:200] for node in fault["nodes"][:3]])
        for fault in found.response["violations"]
        if fault["impact"] in ("serious", "critical")
    ] == []
