"""The page of `prover report`: what it counts, and that nothing from a run becomes markup."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from prover import cli
from prover.canaries import CanaryReport
from prover.draws import Draws
from prover.errors import InputError
from prover.pipeline import CANARIES
from prover.report import write_report
from prover.report.failures import OTHER, error_kind
from prover.report.metrics import Point, mcnemar, pass_points, solved_curve
from prover.report.plots import Series, curve
from prover.report.record import Row
from prover.store import Store
from prover.types import Spend

MakeRun = Callable[..., Path]


class Page(HTMLParser):
    """Elements with their attributes, scripts' texts, and all text that shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.shown: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.text = " ".join(" ".join(self.shown).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)
        elif not self._open or self._open[-1] != "style":
            self.shown.append(data)

    def index(self) -> dict[str, Any]:
        return json.loads(next(text for attributes, text in self.scripts if attributes.get("id") == "index"))

    def details(self) -> list[dict[str, Any]]:
        chunks = [text for attributes, text in self.scripts if attributes.get("class") == "chunk"]
        return [item for text in chunks for item in json.loads(gzip.decompress(base64.b64decode(text)))]


def page_of(*runs: Path) -> Page:
    target = runs[0] / "page.html"
    write_report(runs, target)
    return Page(target.read_text(encoding="utf-8"))


def test_one_run_headline_groups_failures_and_apart(make_run: MakeRun) -> None:
    page = page_of(make_run("a", {0, 1, 2, 3}))
    assert "so far 4 proved of 11 answered, of 12" in page.text
    assert "algebra 2 of 4" in page.text
    assert "elaboration error unsolved goals 11" in page.text
    assert "timeout – 7" in page.text
    assert "apart: not reached 1" in page.text


def test_every_problem_is_in_the_index_and_its_tree_in_the_details(make_run: MakeRun) -> None:
    page = page_of(make_run("a", {0}))
    rows = page.index()["problems"]
    assert [row[0] for row in rows] == [f"p{number}" for number in range(12)]
    assert rows[0][3] == [["proved", 2, "", "corrector"]]
    assert rows[1][3] == [["exhausted", 2, "timeout", ""]]
    assert rows[11][3][0][0] == "open"
    details = page.details()
    assert [item["id"] for item in details] == [row[0] for row in rows]
    nodes = details[0]["runs"][0]["nodes"]
    assert [(node["author"], node["parent"], node["status"]) for node in nodes] == [
        ("writer", -1, "elaboration_error"),
        ("corrector", 0, "proved"),
    ]
    assert details[11]["runs"] == [None]


def test_two_runs_are_compared_problem_by_problem(make_run: MakeRun) -> None:
    page = page_of(make_run("a", {0, 1, 2, 3, 4, 5, 6}), make_run("b", {6, 7}, seed=1))
    assert "Of the 11 problems that both answered, both proved 1 and neither 3" in page.text
    assert "only the first proved 6, only the second 1" in page.text
    links = [attributes.get("href") for tag, attributes in page.elements if tag == "a"]
    assert "#/p0" in links
    assert "#/p7" in links


def test_hostile_texts_stay_texts_and_are_cut(make_run: MakeRun, hostile_text: str) -> None:
    folder = make_run("a", {0}, hostile=True)
    page = page_of(folder)
    scripts = [attributes for attributes, _ in page.scripts if attributes.get("type") is None]
    assert len(scripts) == 1
    assert not [tag for tag, attributes in page.elements if tag == "img" or "onerror" in attributes]
    assert page.details()[-1]["words"].startswith(hostile_text[:40])
    assert (folder / "page.html").stat().st_size < 400_000


def test_the_policy_allows_the_pages_own_script_alone(make_run: MakeRun) -> None:
    page = page_of(make_run("a", {0}))
    policy = next(a["content"] or "" for tag, a in page.elements if tag == "meta" and a.get("http-equiv"))
    script = next(text for attributes, text in page.scripts if attributes.get("type") is None)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    outside = [a for _, a in page.elements if re.match(r"(https?:)?//", a.get("src") or a.get("href") or "")]
    assert not outside


def test_the_verb_writes_into_the_run_folder(make_run: MakeRun, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_run("a", {0})
    assert cli.main(["report", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["report"] == str(folder / "report.html")
    assert answer["bytes"] == (folder / "report.html").stat().st_size


def test_what_is_no_run_is_refused(tmp_path: Path, make_run: MakeRun) -> None:
    with pytest.raises(InputError, match="nowhere"):
        write_report([tmp_path / "nowhere"], tmp_path / "page.html")
    with pytest.raises(InputError, match="one to 8 run folders, found 9"):
        write_report([make_run("a", {0})] * 9, tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("unsolved goals\n⊢ n = m", "unsolved goals"),
        ("Unknown identifier `foo`", "unknown name"),
        ("unknown constant 'Nat.bar'", "unknown name"),
        ("Type mismatch\n  h", "type mismatch"),
        ("omega could not prove the goal:\na possible counterexample may satisfy the constraints", "omega"),
        ("linarith failed to find a contradiction", "linarith"),
        ("Tactic `rewrite` failed: Did not find an occurrence of the pattern", "rewrite"),
        ("(deterministic) timeout at `whnf`, maximum number of heartbeats (200000)", "heartbeats used up"),
        ("unexpected token '|'; expected command", "syntax"),
        ("No goals to be solved", "no goals left"),
        ("something nobody has seen", OTHER),
        ("", OTHER),
    ],
)
def test_error_kinds(message: str, kind: str) -> None:
    assert error_kind(message) == kind


def test_mcnemar_is_the_exact_binomial_test() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 0) == pytest.approx(2 / 32)
    assert mcnemar(0, 5) == mcnemar(5, 0)
    assert mcnemar(9, 2) == pytest.approx(2 * (1 + 11 + 55) / 2048)
    assert 0 <= mcnemar(6000, 3000) < 1e-200


def test_the_pass_curve_is_what_the_summary_says_for_each_known_k() -> None:
    summary = {
        "pass@16": 0.75,
        "pass@16_interval": [0.5, 1.0],
        "pass@2": 0.5,
        "pass@2_interval": [0.25, 0.75],
        "pass@1": None,
        "pass@1_interval": None,
    }
    assert pass_points(summary) == [Point(2, 0.5, 0.25, 0.75), Point(16, 0.75, 0.5, 1.0)]


def test_the_solved_curve_counts_problems_in_the_order_of_their_cost() -> None:
    rows = [
        Row(
            str(n),
            "proved" if n % 2 else "exhausted",
            Draws(1, n % 2, 1 if n % 2 else None),
            1,
            Spend(lean_cpu_s=cost),
        )
        for n, cost in enumerate([1.0, 5.0, 2.0, 3.0])
    ]
    assert solved_curve(rows, lambda spend: spend.lean_cpu_s) == [(3.0, 1), (5.0, 2)]


def test_a_plot_takes_its_colours_from_the_page_and_says_what_it_shows() -> None:
    svg = curve("key", 'a "title" <b>', "x", "y", [Series("run", [1, 2, 4], [0.1, 0.2, 0.3])])
    assert 'aria-label="a &quot;title&quot; &lt;b&gt;"' in svg
    assert "var(--series-1)" in svg
    assert not re.search(r"#0[ac]0[bd]\d\d", svg)
    assert all(name.startswith("key-") for name in re.findall(r'\bid="([^"]+)"', svg))


@pytest.mark.parametrize(
    ("rounds", "said", "bad"),
    [
        ([CanaryReport(16, 16), CanaryReport(16, 16)], "none of 32 fakes proved, in 2 rounds", False),
        (
            [CanaryReport(16, 15, ("axiom",))],
            "none of 16 fakes proved, in 1 round; 1 passed the fast gate and were refused by the audit; 1 not judged",
            False,
        ),
        ([CanaryReport(unreadable="unknown <Nat>")], "not put: unknown <Nat>", False),
        (
            [CanaryReport(16, 16), CanaryReport(proved="the checker accepts `x`")],
            "the checker accepts `x`",
            True,
        ),
    ],
)
def test_the_runs_own_canaries_are_shown(
    make_run: MakeRun, rounds: list[CanaryReport], said: str, bad: bool
) -> None:
    folder = make_run("run", {0})
    kept = Store.read(folder)
    config, problems = kept.config, kept.problems()
    kept.close()
    store = Store.open(folder, config, problems)
    for number, report in enumerate(rounds):
        store.keep(CANARIES, f"000001.{number}", report)
    store.close()
    html = write_report([folder], folder / "report.html").read_text(encoding="utf-8")
    assert said in Page(html).text
    assert ('class="bad"' in html) == bad
