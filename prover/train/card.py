"""The model card: a README.md with what a model was made of, in the form that the Hugging Face Hub reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prover.run_folder import write_atomically


def write_card(
    folder: Path,
    *,
    title: str,
    base: str,
    adapter: bool,
    facts: Mapping[str, Any],
    losses: Sequence[Mapping[str, Any]],
    recipe: Mapping[str, Any],
    licences: Sequence[str],
) -> None:
    """`facts` are shown as they are; of `losses`, rows of the metrics, about twenty are."""
    head = ["---"]
    if base:
        head.append(f"base_model: {json.dumps(base)}")
    head += [f"library_name: {'peft' if adapter else 'transformers'}", "pipeline_tag: text-generation"]
    head += ["tags: [lean4, theorem-proving]", "---", "", f"# {title}", ""]
    lines = [f"- {name}: {value}" for name, value in facts.items()]
    what = ", ".join(licences) if licences else "the data names none"
    lines.append(f"- licences of the data: {what}")
    table = [row for row in losses if "loss" in row]
    step = max(1, len(table) // 20)
    shown = table[::step]
    if table and shown[-1] is not table[-1]:
        shown.append(table[-1])
    rows = [f"| {row['step']} | {row['loss']:.4f} |" for row in shown]
    valid = [f"| {row['step']} | {row['valid_loss']:.4f} |" for row in losses if "valid_loss" in row]
    body = ["", "## Loss", "", "| step | training |", "|---|---|", *rows]
    if valid:
        body += ["", "| step | held out |", "|---|---|", *valid]
    text = json.dumps(recipe, indent=2, ensure_ascii=False)
    body += ["", "## Recipe", "", "```json", text, "```", ""]
    write_atomically(folder / "README.md", "\n".join([*head, *lines, *body]))
