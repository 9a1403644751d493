"""The page in a real browser: list, search, filters, keys, links, the walk through a search, hostile texts, sizes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from prover.report import write_report
from tests.report import scene
from tests.report.browser import chromium, window
from tests.report.conftest import fill

pytestmark = pytest.mark.asyncio(loop_scope="module")
MakeRun = Callable[..., Path]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Any]:
    async with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 problems, every third proved, the last not reached."""
    folder = fill(tmp_path_factory.mktemp("many") / "many", set(range(0, 120, 3)), 120)
    return write_report([folder], folder / "report.html")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of other strength; one of their problems has a hostile text."""
    folder = tmp_path_factory.mktemp("pair")
    runs = [
        fill(folder / "a", {0, 1, 2, 3, 4, 5, 6}, hostile=True),
        fill(folder / "b", {6, 7}, seed=1, hostile=True),
    ]
    return write_report(runs, folder / "report.html")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def searched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three searches with models: plans and corrections, critiques, a decomposition."""
    folder = await scene.make_run(tmp_path_factory.mktemp("searched") / "run")
    return write_report([folder], folder / "report.html")


async def on(page: Any, title: str) -> None:
    """Wait until the problem of that name is open."""
    await page.locator("#detail h3").first.filter(has_text=re.compile(rf"^{title}\b")).wait_for()


async def counted(page: Any) -> str:
    return str(await page.locator("#count").inner_text())


async def test_the_list_can_be_paged_and_searched(browser: Any, many: Path) -> None:
    async with window(browser, many) as shown:
        page = shown.page
        assert await counted(page) == "120 problems"
        assert (await shown.list())[:2] == ["p0", "p1"]
        await page.get_by_role("button", name="Next").click()
        assert (await shown.list())[0] == "p50"
        await page.get_by_role("button", name="Next").click()
        assert len(await shown.list()) == 20
        assert await page.get_by_role("button", name="Next").is_disabled()
        await page.get_by_role("button", name="Previous").click()
        assert (await shown.list())[0] == "p50"
        await page.get_by_label("Search names and words").fill("COMMUTES 119")
        assert await counted(page) == "1 of 120 problems"
        assert await shown.list() == ["p119"]
        await page.get_by_label("Search names and words").fill("nowhere")
        assert await counted(page) == "0 of 120 problems"


@pytest.mark.parametrize(
    ("label", "value", "left"),
    [
        ("Ending", "proved", 40),
        ("Ending", "exhausted", 79),
        ("Ending", "open", 1),
        ("Last failure", "timeout", 79),
        ("Subject", "logic", 40),
        ("Difficulty", "2", 60),
    ],
)
async def test_each_filter_leaves_what_it_says(
    browser: Any, many: Path, label: str, value: str, left: int
) -> None:
    async with window(browser, many) as shown:
        box = shown.page.get_by_label(label, exact=True)
        chosen = await box.locator(f'option[value="{value}"]').inner_text()
        assert f"({left})" in chosen
        await box.select_option(value)
        assert await counted(shown.page) == f"{left} of 120 problems"
        await box.select_option("")
        assert await counted(shown.page) == "120 problems"


async def test_filters_add_up(browser: Any, many: Path) -> None:
    async with window(browser, many) as shown:
        await shown.page.get_by_label("Ending", exact=True).select_option("proved")
        await shown.page.get_by_label("Difficulty", exact=True).select_option("2")
        assert await counted(shown.page) == "20 of 120 problems"
        assert (await shown.list())[:2] == ["p3", "p9"]


async def test_a_problem_has_an_address_and_the_way_back_leads_to_the_one_before(
    browser: Any, many: Path
) -> None:
    async with window(browser, many, hash="#/p77") as shown:
        assert await shown.title() == "p77"
        assert (
            await shown.page.locator("#list [aria-current]").inner_text()
            == await shown.page.locator('a[href="#/p77"]').first.inner_text()
        )
        await shown.page.locator('#list a[href="#/p78"]').click()
        await on(shown.page, "p78")
        await shown.page.go_back()
        await on(shown.page, "p77")
        await shown.page.evaluate("location.hash = '#/no%20such%ZZ'")
        await shown.page.get_by_text("No problem is called no%20such%ZZ.").wait_for()


async def test_keys_walk_the_list_and_reach_the_search(browser: Any, many: Path) -> None:
    async with window(browser, many) as shown:
        page = shown.page
        for key, title in (("j", "p1"), ("j", "p2"), ("k", "p1")):
            await page.keyboard.press(key)
            await on(page, title)
        await page.keyboard.press("/")
        await page.keyboard.type("case 11j")
        assert await page.get_by_label("Search names and words").input_value() == "case 11j"
        await page.get_by_label("Search names and words").fill("case 110")
        assert await shown.list() == ["p110"]
        await page.locator("#list a").first.focus()
        await page.keyboard.press("Enter")
        await on(page, "p110")


async def nodes(page: Any) -> list[str]:
    return [await node.get_attribute("aria-label") for node in await page.locator(".graph .node").all()]


async def pressed(page: Any) -> str:
    return str(await page.locator('.graph .node[aria-pressed="true"]').get_attribute("aria-label"))


async def test_a_search_is_walked_from_plan_to_draft_to_correction(browser: Any, searched: Path) -> None:
    async with window(browser, searched, hash="#/planned") as shown:
        page = shown.page
        assert await nodes(page) == [
            "plan, no attempt",
            "attempt 1, draft, elaboration error",
            "attempt 2, draft, elaboration error",
            "attempt 3, correction, proved",
            "correction, not judged",
        ]
        assert await pressed(page) == "attempt 3, correction, proved"
        assert "good" in await page.locator("#attempt").inner_text()
        await page.locator('.graph .node[aria-pressed="true"]').focus()
        for key, now in (
            ("ArrowLeft", "attempt 1, draft, elaboration error"),
            ("ArrowDown", "attempt 2, draft, elaboration error"),
            ("ArrowLeft", "plan, no attempt"),
        ):
            await page.keyboard.press(key)
            assert await pressed(page) == now
        assert "One of two neighbours is even" in await page.locator("#attempt").inner_text()
        await page.keyboard.press("ArrowRight")
        said = await page.locator("#attempt .said").inner_text()
        assert said == "error, line 1, column 6: unknown identifier `lost`"
        before = await page.locator("#attempt .said").evaluate(
            "e => e.previousSibling.previousSibling.textContent"
        )
        assert "lost" in before or "n" in before


async def test_the_step_that_counts_is_in_sight_on_a_phone(browser: Any, searched: Path) -> None:
    async with window(browser, searched, width=390, hash="#/criticized") as shown:
        inside = """() => {
            const graph = document.querySelector('.graph').getBoundingClientRect();
            const node = document.querySelector('.graph [aria-pressed="true"] rect').getBoundingClientRect();
            return graph.left <= node.left && node.right <= graph.right;
        }"""
        assert await shown.page.evaluate(inside)


async def test_critiques_stand_between_a_proof_and_its_correction(browser: Any, searched: Path) -> None:
    async with window(browser, searched, hash="#/criticized") as shown:
        page = shown.page
        await page.locator('.graph .node[aria-pressed="true"]').focus()
        way = [await pressed(page)]
        for _ in range(4):
            await page.keyboard.press("ArrowLeft")
            way.append(await pressed(page))
        assert [step.split(", ")[-2] for step in way] == [
            "correction",
            "critique",
            "correction",
            "critique",
            "draft",
        ]
        await page.locator('.graph .node[aria-label^="critique"]').first.click()
        assert "no lemma" in await page.locator("#attempt").inner_text()


async def test_a_decomposition_is_a_graph_of_its_lemmas(browser: Any, searched: Path) -> None:
    async with window(browser, searched, hash="#/goal") as shown:
        page = shown.page
        labels = await nodes(page)
        assert "step_1, lemma, proved" in labels
        assert "step_2, lemma, proved" in labels
        assert await page.locator(".graph .uses").count() == 1
        await page.locator('.graph .node[aria-label^="step_2"]').click()
        panel = await page.locator("#attempt").inner_text()
        assert "Lemma step_2, ✓ proved" in panel
        assert "rests on step_1" in panel
        assert "So it is below its square plus one." in panel
        await page.keyboard.press("Tab")
        await page.locator('.graph .node[aria-label^="step_2"]').focus()
        await page.keyboard.press("ArrowRight")
        assert (await pressed(page)).endswith("draft, proved")
        assert "theorem step_2" in (await page.locator("#attempt details pre").first.text_content())


async def test_comparisons_link_to_their_problems(browser: Any, pair: Path) -> None:
    async with window(browser, pair) as shown:
        page = shown.page
        await page.get_by_text("Only a (6)").click()
        await page.locator('#compare a[href="#/p3"]').click()
        await on(page, "p3")
        assert await page.locator("#detail h3 .good").count() == 1
        await page.get_by_label("Run", exact=True).select_option("1")
        await page.locator("#detail h3 .bad").wait_for()
        assert await shown.title() == "p3"


async def test_hostile_texts_are_shown_and_never_obeyed(browser: Any, pair: Path) -> None:
    async with window(browser, pair, hash="#/p12") as shown:
        page = shown.page
        words = await page.locator("#detail .words-text").first.inner_text()
        assert words.startswith(
            "</script><script>window.hacked = 1</script><img src=x onerror=hacked=1>⟦U+202E⟧␇xxx"
        )
        assert "more characters" in words
        assert await page.locator("img").count() == 0
        assert await page.evaluate("window.hacked") is None
        code = await page.locator("#attempt pre.code").first.inner_text()
        assert "⟦U+202E⟧" in code
        assert await page.evaluate("document.body.innerText.includes('\u202e')") is False


@pytest.mark.parametrize("width", [320, 390, 1280, 1920])
async def test_no_width_makes_the_page_scroll_sideways(
    browser: Any, pair: Path, searched: Path, width: int
) -> None:
    for page_file, at in ((pair, "#/p12"), (searched, "#/goal")):
        async with window(browser, page_file, width=width, hash=at) as shown:
            wide = await shown.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0


async def test_print_leaves_out_what_needs_a_hand(browser: Any, many: Path) -> None:
    async with window(browser, many, dark=True) as shown:
        await shown.page.emulate_media(media="print", color_scheme="dark")
        assert not await shown.page.locator("#filters").is_visible()
        assert await shown.page.locator("#summary").is_visible()
        assert await shown.page.locator("#detail").is_visible()
        colours = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        assert await shown.page.evaluate(colours) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


async def test_dark_mode_is_dark(browser: Any, many: Path) -> None:
    async with window(browser, many, dark=True) as shown:
        ground = await shown.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(22, 24, 27)"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("which", ["pair", "searched"])
async def test_axe_finds_no_serious_fault(
    browser: Any, pair: Path, searched: Path, *, which: str, dark: bool
) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe is not installed")
    target, at = (pair, "#/p12") if which == "pair" else (searched, "#/goal")
    async with window(browser, target, dark=dark, hash=at) as shown:
        await shown.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        found = await axe.Axe().run(shown.page)
        faults = [
            (fault["id"], fault["impact"], [node["html"][:200] for node in fault["nodes"][:3]])
            for fault in found.response["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
        assert faults == []
        assert len(found.response["passes"]) > 20
