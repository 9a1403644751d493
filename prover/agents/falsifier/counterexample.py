"""A model's counterexamples: values only, parsed and printed again. No Lean of the model's is ever run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from prover.agents.falsifier.candidates import fin
from prover.agents.falsifier.telescope import FIELDS, Telescope
from prover.agents.fences import fenced_blocks

MAX_OFFERED = 12
MAX_DIGITS = 30
MAX_LIST = 12


def offered(text: str, view: Telescope) -> list[dict[str, str]]:
    """The assignments in an answer that give a value of the right type to every variable of the statement."""
    blocks = [block.text for block in fenced_blocks(text) if block.label in ("json", "")]
    for source in [*reversed(blocks), text]:
        for start in [match.start() for match in re.finditer(r"[\[{]", source)][:20]:
            try:
                data, _ = json.JSONDecoder(parse_int=_short_int).raw_decode(source, start)
            except (ValueError, RecursionError):
                continue
            rows = data if isinstance(data, list) else [data]
            found = [values for row in rows[:MAX_OFFERED] if (values := _values(row, view)) is not None]
            if found:
                return found
    return []


def _short_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number of more digits than a counterexample needs")
    return int(digits)


def _values(row: Any, view: Telescope) -> dict[str, str] | None:
    if not isinstance(row, Mapping):
        return None
    values: dict[str, str] = {}
    for argument in view.variables:
        text = _lean(row.get(argument.name), argument.kind)
        if text is None:
            return None
        values[argument.name] = text
    return values if values else None


def _lean(value: Any, kind: str) -> str | None:
    if kind in ("Bool", "Prop") and isinstance(value, bool):
        word = str(value)
        return word if kind == "Prop" else word.lower()
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(rf"-?[0-9]{{1,{MAX_DIGITS}}}", value):
        value = int(value)
    if isinstance(value, str) and kind in FIELDS:
        fraction = re.fullmatch(rf"(-?[0-9]{{1,{MAX_DIGITS}}})\s*/\s*([0-9]{{1,{MAX_DIGITS}}})", value)
        return f"({int(fraction[1])} / {int(fraction[2])})" if fraction and int(fraction[2]) else None
    if isinstance(value, int):
        if kind == "ℤ" or kind in FIELDS:
            return f"({value})"
        if kind.startswith("Fin "):
            return fin(value) if 0 <= value < int(kind[4:]) else None
        return str(value) if kind == "ℕ" and value >= 0 else None
    if isinstance(value, Sequence) and not isinstance(value, str) and kind.startswith("List "):
        items = [_lean(item, kind[5:]) for item in value[:MAX_LIST]]
        known = [item for item in items if item is not None]
        return f"[{', '.join(known)}]" if len(known) == len(value) else None
    return None
