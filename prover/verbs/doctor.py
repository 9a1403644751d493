"""`prover doctor`: what works on this machine, and the command that mends the rest."""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import shutil
from typing import Any

import psutil

from prover import __version__
from prover.codec import to_json
from prover.lean import cgroup, sandbox
from prover.lean.toolchain import ProfileReport, probe_profiles
from prover.paths import cache_dir
from prover.verbs.console import emit_json, say

_EXTRAS = {
    "report": ("matplotlib",),
    "openai": ("httpx2",),
    "export": ("pyarrow",),
    "hf": ("torch", "transformers"),
    "vllm": ("vllm",),
    "train": ("torch", "trl", "datasets"),
    "trace": ("lean_dojo", "networkx"),
    "serve": ("fastapi", "uvicorn"),
    "ray": ("ray",),
    "docs": ("sphinx", "myst_parser", "furo"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON value")


async def run(args: argparse.Namespace) -> int:
    """0 when at least one profile is usable, else 3."""
    profiles = probe_profiles(say)
    report = {
        "prover": __version__,
        "python": platform.python_version(),
        "machine": _machine(),
        "cache": str(cache_dir()),
        "sandbox": _sandbox(),
        "cgroups": _cgroups(),
        "profiles": [to_json(profile) for profile in profiles],
        "extras": {name: _installed(modules) for name, modules in _EXTRAS.items()},
    }
    if args.json:
        emit_json(report)
    else:
        _print(report, profiles)
    return 0 if any(profile.usable for profile in profiles) else 3


def _sandbox() -> dict[str, Any]:
    found = sandbox.detect()
    return {
        "level": found.level.value,
        "detail": sandbox.describe(found),
        "uncovered": sandbox.uncovered(found),
        "missing": found.missing,
        "remedy": sandbox.remedy(found),
    }


def _cgroups() -> dict[str, Any]:
    home = cgroup.detect()
    return {
        "usable": home.folder is not None,
        "detail": cgroup.describe(home),
        "remedy": cgroup.remedy(home),
    }


def _machine() -> dict[str, Any]:
    memory = psutil.virtual_memory()
    existing = next(path for path in (cache_dir(), *cache_dir().parents) if path.exists())
    return {
        "platform": platform.platform(),
        "cpus": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory.total / 1e9, 1),
        "memory_free_gb": round(memory.available / 1e9, 1),
        "disk_free_gb": round(shutil.disk_usage(existing).free / 1e9, 1),
    }


def _installed(modules: tuple[str, ...]) -> bool:
    return all(importlib.util.find_spec(module) is not None for module in modules)


def _print(report: dict[str, Any], profiles: list[ProfileReport]) -> None:
    machine = report["machine"]
    print(f"prover {report['prover']}, Python {report['python']}, {machine['platform']}")
    print(
        f"{machine['cpus']} CPUs, {machine['memory_free_gb']} of {machine['memory_gb']} GB of memory free, "
        f"{machine['disk_free_gb']} GB of disk free; cache in {report['cache']}"
    )
    for profile in profiles:
        print(f"profile {profile.profile:8} {'yes' if profile.usable else 'no '}  {profile.detail}")
        if not profile.usable and profile.remedy:
            print(f"{'':20} mend it with: {profile.remedy}")
    found = report["sandbox"]
    print(f"sandbox {found['detail']}")
    print(f"{'':20} does not cover: {found['uncovered']}")
    for reason in found["missing"]:
        print(f"{'':20} {reason}")
    if found["remedy"]:
        print(f"{'':20} mend it with: {found['remedy']}")
    limits = report["cgroups"]
    print(f"limits  {limits['detail']}")
    if limits["remedy"]:
        print(f"{'':20} mend it with: {limits['remedy']}")
    for name, installed in report["extras"].items():
        remedy = "" if installed else f"  pip install 'prover[{name}]'"
        print(f"extra   {name:8} {'yes' if installed else 'no '}{remedy}")
