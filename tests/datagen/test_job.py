"""The whole job over real Lean: what comes out, what a benchmark keeps out, and what a kill leaves."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from prover import cli
from prover.bootstrap.example import Kind, read_examples
from prover.datagen.export import content_digest

pytestmark = [pytest.mark.lean, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
Row = dict[str, Any]


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "prover",
        "datagen",
        *arguments,
        "--profile",
        "core",
        "--jobs",
        "2",
        "--json",
    ]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def datagen(folder: Path, *arguments: str) -> Row:
    process = start(folder, *arguments)
    out, err = process.communicate(timeout=1200)
    assert process.returncode == 0, err
    answer: Row = json.loads(out)
    return answer


def lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows_of(dataset: Path) -> dict[str, Row]:
    return {row["id"]: row for path in sorted((dataset / "data").glob("*.jsonl")) for row in lines(path)}


def write(path: Path, *problems: tuple[str, str, str, str]) -> None:
    """Name, signature, words, proof in words."""
    rows = [
        {
            "name": name,
            "header": "import Mathlib\n",
            "formal_statement": f"theorem {name} {signature} := by sorry",
            "informal_statement": words,
            "informal_proof": proof,
            "licence": "CC0-1.0",
        }
        for name, signature, words, proof in problems
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


BENCHMARK = (
    (
        "order",
        "(a b c : ℤ) (hab : a < b) (hbc : b ≤ c) : a < c",
        "Let $a < b$ and $b \\leq c$. Show that $a < c$.",
        "",
    ),
    ("parity", "(n : ℕ) : 2 ∣ n * (n + 1)", "Prove that $n(n+1)$ is even for all natural numbers $n$.", ""),
    ("cubes", "(n : ℕ) : 3 ∣ n ^ 3 + 2 * n", "Show that $3$ divides $n^3 + 2n$.", ""),
    (
        "worded",
        "(k : ℕ) : k ≤ k * k + 1",
        "Show that no natural number exceeds its square by more than one.",
        "",
    ),
)
PLANTS = (
    # Other words, other names, the other order of hypotheses, `>` for `<`.
    (
        "transitive",
        "(z x y : ℤ) (h₂ : y ≤ z) (h₁ : y > x) : z > x",
        "The first of three integers is the least.",
        "",
    ),
    # The factors change places.
    ("product", "(m : ℕ) : 2 ∣ (m + 1) * m", "Of two neighbours one is divisible by two.", ""),
    # Only a proof tells that it says the same.
    (
        "rest",
        "(m : ℕ) : (m ^ 3 + 2 * m) % 3 = 0",
        "What is left of a cube and its double root by thirds?",
        "",
    ),
    # Another statement under the benchmark's words.
    (
        "copied",
        "(k : ℕ) : k < k * k + 2",
        "Prove that no natural number exceeds its square by more than 1.".replace("1", "one"),
        "",
    ),
)
HONEST = (
    (
        "triple",
        "(x : ℤ) (h : 3 * x = 12) : x = 4",
        "Three times an integer is twelve. Find it.",
        "Divide by three.",
    ),
    ("greatest", "(n : ℕ) : n < n + 1", "There is no greatest natural number.", "Add one."),
    ("again", "(k : ℕ) : k + 1 > k", "Every number has a greater one.", ""),
    ("wrong", "(n : ℕ) : n * n < 2 * n + 20", "Squares grow slowly.", ""),
)


def test_a_benchmarks_problems_are_kept_out(tmp_path: Path) -> None:
    write(tmp_path / "bench.jsonl", *BENCHMARK)
    write(tmp_path / "in.jsonl", *PLANTS, *HONEST)
    answer = datagen(
        tmp_path,
        "in.jsonl",
        "--against",
        "bench.jsonl",
        "--budget",
        "lean_cpu=5s",
        "--parquet",
        "--out",
        "run",
    )
    dataset = tmp_path / "run" / "dataset"
    removed = {row["id"]: row for row in lines(dataset / "removed.jsonl")}
    found = {name: (row["rule"], row["benchmark_problem"]) for name, row in removed.items() if row["rule"]}
    assert found == {
        "transitive": ("shape", "order"),
        "product": ("loose", "parity"),
        "rest": ("equivalent", "cubes"),
        "copied": ("words", "worded"),
    }
    assert "a < c" in removed["transitive"]["evidence"]
    assert "theorem" in removed["rest"]["evidence"]
    assert removed["again"]["stage"] == "deduplicate"
    assert removed["again"]["evidence"] == "greatest"
    rows = rows_of(dataset)
    assert {name: row["kind"] for name, row in rows.items()} == {
        "triple": "proof",
        "greatest": "proof",
        "wrong_neg": "negation",
    }
    assert answer["removed"] == {"decontaminate": 4, "deduplicate": 1}
    _reads_in_every_way(dataset, rows)
    card = (dataset / "README.md").read_text(encoding="utf-8")
    assert "| bench.jsonl |" in card
    assert "CC0-1.0 (3)" in card
    # The same call again has nothing to do, and writes the same bytes.
    again = datagen(
        tmp_path,
        "in.jsonl",
        "--against",
        "bench.jsonl",
        "--budget",
        "lean_cpu=5s",
        "--parquet",
        "--out",
        "run",
    )
    assert again["sha256"] == answer["sha256"] == content_digest(dataset)


def _reads_in_every_way(dataset: Path, rows: dict[str, Row]) -> None:
    import datasets
    import pyarrow.parquet

    loaded = datasets.load_dataset(str(dataset), cache_dir=str(dataset.parent / "cache"))
    assert {row["id"] for split in loaded.values() for row in split} == set(rows)
    for split in loaded.values():
        for row in split:
            assert row == rows[row["id"]]
    examples = datasets.load_dataset(str(dataset), "examples", cache_dir=str(dataset.parent / "cache"))
    assert sum(len(split) for split in examples.values()) == len(rows)
    for path in sorted((dataset / "examples").glob("*.jsonl")):
        for example in read_examples(path):
            assert example.split == path.stem == rows[example.provenance["row"]]["split"]
            assert example.kind in (Kind.PROOF, Kind.NEGATION)
    for path in sorted((dataset / "parquet").glob("*.parquet")):
        assert pyarrow.parquet.read_table(path).to_pylist() == lines(dataset / "data" / f"{path.stem}.jsonl")
    proofs = dataset.parent / "proofs.lean"
    for row in rows.values():
        proofs.write_text(row["Lean"], encoding="utf-8")
        assert cli.main(["check", str(proofs), "--profile", "core"]) == 0, row["Lean"]


SCRIPTED = (
    "--words",
    "core:valid",
    "--against",
    "core:test",
    "--policy",
    str(ROOT / "data/datagen/policy.toml"),
    "--header",
    str(ROOT / "data/datagen/header.lean"),
    "--model",
    f"scripted:{ROOT / 'data/datagen/script.jsonl'},latency_s=0.05",
    "--samples",
    "2",
    "--votes",
    "1",
    "--effort",
    "0.1",
    "--limit",
    "4",
)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Row]:
    """An undisturbed run of the scripted model, and what it said of itself."""
    folder = tmp_path_factory.mktemp("played")
    return folder / "run", datagen(folder, *SCRIPTED, "--out", "run")


def comparable(rows: dict[str, Row]) -> dict[str, Row]:
    """Rows without what a clock decides: seconds, and how far the search for the negation got beside a proof."""
    found = json.loads(json.dumps(rows))
    for row in found.values():
        story = row["provenance"]
        story["attempts"] = [one for one in story["attempts"] if one["theorem"] == row["Name"]]
        del story["spend"]
    return found


def kept(run: Path) -> int:
    """How much the run's stores hold; grows with everything that is finished."""
    import sqlite3
    from contextlib import closing, suppress

    total = 0
    for path in run.rglob("run.db"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            for table in ("results", "attempts", "calls", "traces"):
                total += database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return total


def test_killed_at_random_moments_it_comes_to_the_same(played: tuple[Path, Row], tmp_path: Path) -> None:
    whole, _ = played
    expected = rows_of(whole / "dataset")
    assert len(expected) >= 3
    moments = random.Random(int(os.environ.get("PROVER_TEST_SEED", "1")))
    steps = kept(whole)
    hits, before = 0, 0
    for _ in range(4):
        process = start(tmp_path, *SCRIPTED, "--out", "run")
        more = moments.randint(1, max(2, steps // 5))
        while process.poll() is None and kept(tmp_path / "run") < before + more:
            time.sleep(0.02)
        if process.poll() is not None:
            process.communicate()
            break
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.communicate()
        psutil.wait_procs(children, timeout=20)
        hits += 1
        after = kept(tmp_path / "run")
        assert after >= before, "something that was finished is lost"
        before = after
    assert hits >= 2
    datagen(tmp_path, *SCRIPTED, "--out", "run")
    assert comparable(rows_of(tmp_path / "run" / "dataset")) == comparable(expected)
    ids = [
        row["id"] for path in (tmp_path / "run" / "dataset" / "data").glob("*.jsonl") for row in lines(path)
    ]
    assert len(ids) == len(set(ids))
    _no_attempt_twice(tmp_path / "run" / "dataset")


def _no_attempt_twice(dataset: Path) -> None:
    for row in rows_of(dataset).values():
        attempts = [one["id"] for one in row["provenance"]["attempts"]]
        assert len(attempts) == len(set(attempts))


def test_the_scripted_model_plays_every_part(played: tuple[Path, Row]) -> None:
    run, answer = played
    rows = rows_of(run / "dataset")
    assert answer["woven"] == {"model": len(rows)}
    for row in rows.values():
        formalization = row["provenance"]["formalization"]
        assert formalization["attempts"]
        assert (formalization["judged_faithful"], formalization["judged"]) == (1, 1)
        assert row["rl_data"]["n_proofs"] == 4
        assert 0 < row["rl_data"]["n_correct_proofs"] <= 4
        assert row["tier"] in ("audited", "replayed")
        assert "-- " in row["Commented_proof"]
        assert {one["role"] for one in row["provenance"]["models"]} >= {
            "formalizer",
            "judge",
            "writer",
            "weaver",
        }
        assert all("@" in one["prompt_version"] for one in row["provenance"]["attempts"])
    attempts = [one for row in rows.values() for one in row["provenance"]["attempts"]]
    assert any(one["status"] != "proved" and one["errors"] for one in attempts)
    repaired = [row["provenance"]["formalization"]["attempts"] for row in rows.values()]
    assert any(one["parent"] for drafts in repaired for one in drafts), "no draft was repaired"


def test_the_shipped_script_is_up_to_date() -> None:
    check = [sys.executable, str(ROOT / "scripts" / "datagen_script.py"), "--check"]
    done = subprocess.run(check, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run scripts/datagen_script.py{done.stderr}"


def test_a_real_model_that_writes_nonsense(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from tests.models.tiny import make_literal_model

    model = make_literal_model(tmp_path / "model")
    write(tmp_path / "in.jsonl", *HONEST[:2])
    (tmp_path / "words.md").write_text("# Problem vague\n\nShow that $1 = 1$.\n", encoding="utf-8")
    (tmp_path / "policy.toml").write_text(
        'kind = "whole-proof"\nbudget = "wall=10m"\nsamples = 2\nbatch = 2\nhammer_cpu_s = 4.0\n',
        encoding="utf-8",
    )
    answer = datagen(
        tmp_path,
        *(
            "in.jsonl",
            "words.md",
            "--policy",
            "policy.toml",
            "--out",
            "run",
            "--samples",
            "1",
            "--repairs",
            "1",
        ),
        *("--model", f"hf:{model},max_tokens=40,device=cpu", "--votes", "1", "--licence", "MIT"),
    )
    rows = rows_of(tmp_path / "run" / "dataset")
    assert set(rows) == {"triple", "greatest"}
    assert answer["open"] == 0
    for row in rows.values():
        assert row["provenance"]["author"] == "hammer"
        # What the model wove was no proof: the words were placed without it, or not at all.
        assert row["woven"] in ("steps", "unwoven")
        assert row["provenance"]["weaving"]["detail"]
        assert any("hf:" in one["identity"] for one in row["provenance"]["models"])
    (removed,) = lines(tmp_path / "run" / "dataset" / "removed.jsonl")
    assert (removed["id"], removed["stage"], removed["licence"]) == ("vague", "formalize", "MIT")


def test_a_folder_of_another_job_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", *HONEST[:1])
    datagen(tmp_path, "in.jsonl", "--budget", "lean_cpu=3s", "--out", "run")
    write(tmp_path / "in.jsonl", *HONEST[:2])
    process = start(tmp_path, "in.jsonl", "--budget", "lean_cpu=3s", "--out", "run")
    _, err = process.communicate(timeout=600)
    assert process.returncode == 2
    assert "source in.jsonl" in err
    assert hashlib.sha256((tmp_path / "in.jsonl").read_bytes()).hexdigest()[:8] in err
