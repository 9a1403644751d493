"""Chromium without a window, for tests of the page. Skips where there is none, and says so."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@asynccontextmanager
async def chromium() -> AsyncIterator[Any]:
    """A browser; `playwright` comes with the extra `dev`, Chromium with the machine's packages."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine (Debian: apt-get install chromium)")
    api = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    flags = ["--disable-gpu", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses to have one as root
    async with api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


class Window:
    """One page in one browser context, with every complaint that the browser had about it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:", "http://127.0.0.1:")):
            self.complaints.append(f"asked for {request.url}")

    async def list(self) -> list[str]:
        return [text.split(",")[0].strip() for text in await self.page.locator("#list .id").all_inner_texts()]

    async def title(self) -> str:
        return str(await self.page.locator("#detail h3").first.inner_text()).removesuffix("#").strip()


@asynccontextmanager
async def window(
    browser: Any,
    target: Path | str,
    *,
    width: int = 1280,
    height: int = 900,
    dark: bool = False,
    hash: str = "",
) -> AsyncIterator[Window]:
    """A page, opened and ready; what the browser complained about is an error at the end."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(10_000)
    try:
        page = await context.new_page()
        shown = Window(page)
        url = target if isinstance(target, str) else target.as_uri()
        await page.goto(f"{url}{hash}")
        await page.locator("#detail h3").first.wait_for()
        yield shown
        assert not shown.complaints
    finally:
        await context.close()
