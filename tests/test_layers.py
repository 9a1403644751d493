"""Every arrow points down: which module may import which, read from the sources."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "prover"

LAYERS: list[set[str]] = [
    {"prover", "prover.types", "prover.errors", "prover.paths"},
    {"prover.codec", "prover.syntax"},
    {"prover.config"},
    {
        "prover.run_folder",
        "prover.database",
        "prover.records",
        "prover.store",
        "prover.export",
        "prover.cluster",
    },
    {"prover.problems", "prover.fetch", "prover.lean", "prover.models"},
    {"prover.agents"},
    {"prover.search"},
    {"prover.canaries"},
    {"prover.rounds", "prover.stopping"},
    {"prover.pipeline", "prover.proof_file", "prover.draws"},
    {
        "prover.formalize",
        "prover.bootstrap",
        "prover.evaluate",
        "prover.report",
        "prover.trace",
        "prover.bench",
        "prover.serve",
    },
    {"prover.train"},
    {"prover.datagen"},
    {"prover.verbs"},
    {"prover.cli"},
    {"prover.__main__"},
]
"""Lowest first. A module may import its own room, the rooms of its own layer where `SIBLINGS` does not forbid it,
and everything below."""

SIBLINGS = [{"prover.problems", "prover.fetch"}, {"prover.lean"}, {"prover.models"}]
"""Of one layer, and never importing each other."""

AGENTS_MAY_IMPORT = {"prover.lean.protocol", "prover.models.base"}
"""All that agents know of Lean and of models."""

HEAVY = (
    "torch",
    "vllm",
    "transformers",
    "peft",
    "trl",
    "tensorboard",
    "httpx2",
    "ray",
    "lean_dojo",
    "pyarrow",
    "datasets",
    "networkx",
    "fastapi",
    "uvicorn",
)


def modules() -> dict[str, Path]:
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def imports_of(name: str, path: Path) -> set[str]:
    """Modules of ours that a module imports, anywhere in it, also inside functions."""
    known = modules()
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: relative imports hide where an arrow points"
            base = node.module or ""
            found |= {
                f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base for alias in node.names
            }
    return {module for module in found if module == "prover" or module.startswith("prover.")}


def room_of(module: str) -> str:
    """The entry of `LAYERS` that a module belongs to: the longest that it lies in."""
    rooms = [room for layer in LAYERS for room in layer]
    fitting = [
        room for room in rooms if module == room or (room != "prover" and module.startswith(room + "."))
    ]
    assert fitting, f"{module} has no place in the layers"
    return max(fitting, key=len)


def level_of(room: str) -> int:
    return next(level for level, layer in enumerate(LAYERS) if room in layer)


def forbidden(importer: str, imported: str) -> str:
    """Why `importer` may not import `imported`; empty when it may."""
    above, below = room_of(importer), room_of(imported)
    if level_of(below) > level_of(above):
        return "points up"
    siblings = [group for group in SIBLINGS if above in group or below in group]
    if level_of(above) == level_of(below) and len(siblings) == 2:
        return "siblings"
    outside = below in ("prover.lean", "prover.models")
    if above == "prover.agents" and outside and imported not in AGENTS_MAY_IMPORT:
        return "agents know the Model and Checker protocols only"
    return ""


@pytest.mark.parametrize("name", sorted(modules()))
def test_arrows_point_down(name: str) -> None:
    reasons = {
        imported: reason
        for imported in imports_of(name, modules()[name])
        if (reason := forbidden(name, imported))
    }
    assert not reasons


def test_the_rules_forbid_what_they_should() -> None:
    assert forbidden("prover.store", "prover.lean.protocol") == "points up"
    assert forbidden("prover.lean.checker", "prover.problems") == "siblings"
    assert forbidden("prover.models.hf", "prover.lean.protocol") == "siblings"
    assert forbidden("prover.agents.hammer.search", "prover.lean.checker")
    assert forbidden("prover.agents.hammer.search", "prover.search.solve") == "points up"
    assert not forbidden("prover.agents.hammer.search", "prover.lean.protocol")
    assert not forbidden("prover.lean.source", "prover.syntax.lexer")
    assert not forbidden("prover.verbs.eval", "prover.pipeline")
    with pytest.raises(AssertionError, match="no place"):
        room_of("prover.helpers")


def test_the_reader_sees_imports_inside_functions(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("def f():\n    from prover.lean import protocol\n    import prover.cli\n")
    assert imports_of("a", path) == {"prover.lean.protocol", "prover.cli"}


@pytest.mark.parametrize(
    "statement",
    [
        "import prover",
        "import prover.cli; prover.cli.main(['--help'])",
        "import prover.cli; prover.cli.main(['--version'])",
        "import prover.cli; prover.cli.main(['eval', '--help'])",
    ],
)
def test_nothing_heavy_is_loaded(statement: str) -> None:
    code = f"import sys\n{statement}\nprint('loaded', *sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.rsplit("loaded", 1)[1].split())
    assert "prover" in loaded
    assert not loaded & set(HEAVY)


def test_help_loads_no_verb() -> None:
    code = "import sys, prover.cli; prover.cli.main(['--help']); print('loaded', *sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.rsplit("loaded", 1)[1].split())
    ours = {name for name in loaded if name.startswith("prover")}
    assert ours == {"prover", "prover.cli", "prover.errors", "prover.verbs", "prover.verbs.console"}
    assert not loaded & {"rich", "pydantic", "sqlite3", "psutil"}
