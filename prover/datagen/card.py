"""The card beside the data set: `README.md` with the YAML front matter that Hugging Face reads, and the account.

It says what each stage kept, what was left out and why, where rows come from under which licences, who judged them,
which models were asked with which prompts, and what the data were compared with. A function of the stored results:
equal results, equal bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prover.config import RunConfig
from prover.datagen.against import Benchmark
from prover.datagen.grouping import SPLITS
from prover.datagen.schema import EXAMPLES, ROWS, Column, features
from prover.datagen.sources import UNKNOWN, Source

_SPDX = {
    "apache-2.0": "apache-2.0",
    "mit": "mit",
    "cc0-1.0": "cc0-1.0",
    "cc-by-4.0": "cc-by-4.0",
    "cc-by-sa-4.0": "cc-by-sa-4.0",
    "cc-by-nc-4.0": "cc-by-nc-4.0",
    "bsd-3-clause": "bsd-3-clause",
}
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class Account:
    """All that a card tells."""

    title: str
    config: RunConfig
    sources: Sequence[Source]
    benchmarks: Sequence[Benchmark]
    readable: Mapping[str, int]
    """By benchmark, the statements that could be compared by what Lean reads in them."""
    funnel: Sequence[tuple[str, int]]
    rows: Sequence[Mapping[str, Any]]
    removed: Sequence[Mapping[str, Any]]
    examples: Mapping[str, int]
    """Training examples by split."""
    open: int = 0
    """Items that a breakdown of ours kept from an answer so far."""


def card(account: Account, pictures: Mapping[str, str]) -> str:
    """The text of `README.md`. `pictures` are the files under `plots/`, each with what it shows."""
    sections = [
        _front(account),
        f"# {account.title}\n\n{_summary(account)}",
        f"## What is in it\n\n{_splits(account)}",
        f"## How it was made\n\n{_stages(account, pictures)}",
        f"## What was left out\n\n{_removed(account)}",
        f"## Sources and licences\n\n{_sources(account)}",
        f"## Compared with\n\n{_compared(account)}",
        f"## Who judged, who wrote\n\n{_authors(account)}",
        f"## Columns\n\n{_COLUMNS}",
    ]
    return "\n\n".join(section.rstrip() for section in sections) + "\n"


def _front(account: Account) -> str:
    licences = {row["licence"] for row in account.rows}
    known = [_SPDX.get(licence.lower(), "other") for licence in sorted(licences)]
    tags = list(dict.fromkeys(known)) or ["other"]
    size = next((name for bound, name in _SIZES if len(account.rows) < bound), "1M<n<10M")
    lines = ["---", "language:", "- en", "license:", *(f"- {tag}" for tag in tags)]
    lines += ["task_categories:", "- text-generation", "tags:", "- lean4", "- theorem-proving", "- math"]
    lines += ["size_categories:", f"- {size}", f"pretty_name: {_quoted(account.title)}"]
    lines += ["configs:", *_config("default", "data", _present(account.rows))]
    if account.examples:
        lines += _config("examples", "examples", list(account.examples))
    lines += ["dataset_info:", *_info("default", ROWS)]
    if account.examples:
        lines += _info("examples", EXAMPLES)
    return "\n".join([*lines, "---"])


def _present(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [name for name in SPLITS if any(row["split"] == name for row in rows)]


def _config(name: str, folder: str, splits: Sequence[str]) -> list[str]:
    lines = [f"- config_name: {name}"]
    if name == "default":
        lines.append("  default: true")
    lines.append("  data_files:")
    for split in splits:
        lines += [f"  - split: {split}", f"    path: {folder}/{split}.jsonl"]
    return lines


def _info(name: str, columns: Mapping[str, Column]) -> list[str]:
    return [f"- config_name: {name}", *features(columns).rstrip("\n").split("\n")]


def _quoted(text: str) -> str:
    return '"' + " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _summary(account: Account) -> str:
    kinds = Counter(row["kind"] for row in account.rows)
    tiers = Counter(row["tier"] for row in account.rows)
    woven = sum(row["woven"] != "unwoven" for row in account.rows)
    said = ", ".join(f"{count} {name}" for name, count in sorted(tiers.items()))
    text = (
        f"{len(account.rows)} problems with proofs in Lean 4: {kinds['proof']} proved, {kinds['negation']} refuted "
        f"(their negation is proved). Every proof was accepted by Lean's kernel and passed an audit "
        f"({said or 'none'}); {woven} carry their proof in words as comments, and were audited with them."
    )
    unknown = sum(row["licence"] == UNKNOWN for row in account.rows)
    if unknown:
        text += f"\n\n**{unknown} rows have no known licence.** Find it out before you pass them on."
    if account.open:
        text += f"\n\n{account.open} problems got no answer yet, because something broke: run the job again."
    return text


def _splits(account: Account) -> str:
    lines = [
        "| split | rows | proofs | negations | clusters | training examples |",
        "|---|---|---|---|---|---|",
    ]
    for name in SPLITS:
        rows = [row for row in account.rows if row["split"] == name]
        kinds = Counter(row["kind"] for row in rows)
        clusters = len({row["cluster"] for row in rows})
        counts = (len(rows), kinds["proof"], kinds["negation"], clusters, account.examples.get(name, 0))
        lines.append(f"| `{name}` | {' | '.join(str(count) for count in counts)} |")
    lines += [
        "",
        "Near duplicates (one statement up to numerals, alike words, one origin) are one cluster, and no cluster is in "
        "two splits.",
        "",
        "```python",
        "import datasets",
        'rows = datasets.load_dataset("PATH")                 # data/*.jsonl',
    ]
    if account.examples:
        lines.append('examples = datasets.load_dataset("PATH", "examples")  # prompts and completions')
    return "\n".join([*lines, "```"])


def _stages(account: Account, pictures: Mapping[str, str]) -> str:
    lines = ["| stage | left |", "|---|---|", *(f"| {name} | {count} |" for name, count in account.funnel)]
    shown = [f"![{title}](plots/{name})" for name, title in pictures.items()]
    if not shown:
        lines += ["", "There are no plots: matplotlib was not installed (`pip install 'prover[report]'`)."]
    for title, picture in zip(pictures.values(), shown, strict=True):
        lines += ["", f"{title}:", "", picture]
    return "\n".join(lines)


def _removed(account: Account) -> str:
    counts = Counter((row["stage"], row["reason"]) for row in account.removed)
    if not counts:
        return "Nothing."
    lines = [
        "Each with its evidence in `removed.jsonl`.",
        "",
        "| stage | reason | problems |",
        "|---|---|---|",
    ]
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    for (stage, reason), count in ordered[:_MOST_REASONS]:
        lines.append(f"| {stage} | {_cell(reason)} | {count} |")
    rest = sum(count for _, count in ordered[_MOST_REASONS:])
    if rest:
        lines.append(f"| … | other reasons | {rest} |")
    return "\n".join(lines)


def _sources(account: Account) -> str:
    lines = ["| source | copy | SHA-256 | rows of it | refused | licences |", "|---|---|---|---|---|---|"]
    for source in account.sources:
        rows = [row for row in account.rows if row["source"] == source.name]
        licences = Counter(row["licence"] for row in rows)
        said = ", ".join(f"{_cell(name)} ({count})" for name, count in sorted(licences.items()))
        cells = (
            _cell(source.name),
            _cell(source.copy),
            f"`{source.sha256[:16]}…`",
            len(rows),
            len(source.refused),
            said,
        )
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return "\n".join(lines)


def _compared(account: Account) -> str:
    if not account.benchmarks:
        return "Nothing: no benchmark was named, so these data may hold problems that a model is tested on."
    lines = ["| benchmark | SHA-256 | problems | read by Lean | rows left out |", "|---|---|---|---|---|"]
    removed = Counter(row.get("benchmark", "") for row in account.removed)
    for one in account.benchmarks:
        counts = (len(one.problems), account.readable.get(one.name, 0), removed[one.name])
        cells = (_cell(one.name), f"`{one.sha256[:16]}…`", *counts)
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    lines += [
        "",
        "Compared were words (n-grams), Lean text, statements up to names, order, notation and what commutes, lemmas "
        "inside proofs, and, among statements with most terms in common, equivalence proved in Lean. Statements that "
        "this Lean profile cannot read were compared by text and words only.",
    ]
    return "\n".join(lines)


def _authors(account: Account) -> str:
    config = account.config
    authors = Counter(row["provenance"]["author"] for row in account.rows)
    lines = [
        f"- judged by {config.toolchain}",
        f"- searched by policy {config.policy}, budget {config.budget}, seed {config.seed}",
        f"- made by prover {config.code}, configuration {config.hash}",
        *(f"- {role}: {_cell(identity)}" for role, identity in sorted(config.models.items())),
    ]
    if authors:
        lines.append(
            "- authors of the proofs: " + ", ".join(f"{n} ({c})" for n, c in sorted(authors.items()))
        )
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Text as it may stand in a cell of a table: one line, no cell's end, no markup that it was not meant to be."""
    plain = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return plain if len(plain) <= 160 else f"{plain[:159]}…"


_COLUMNS = """\
`Name`, `Statement`, `Proof`, `Commented_proof`, `Informal_statement`, `Informal_proof`, `File_path` and `Commit` mean
what they mean in TheoremLlama's data; `rl_data` what it means in NuminaMath-LEAN. `Lean` is a file that compiles by
itself under `toolchain`. `provenance` holds the source, the models with prompts and sampling, every filter's word,
and every attempt with Lean's errors. `kind` is `proof`, or `negation` where it is proved that the problem's statement
is false."""
