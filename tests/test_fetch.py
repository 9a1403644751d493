"""Downloads against a server on this machine, and the cards of what was fetched."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import threading
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from prover import fetch as fetching
from prover.errors import InfraError, InputError, MissingError
from prover.fetch import fetch
from prover.paths import bundled
from prover.problems import benchmark_card, load_problems, resolve_benchmark
from prover.problems.cards import Source, sources

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def rows(*names: str, split: str = "valid") -> bytes:
    return b"".join(
        json.dumps({"name": n, "split": split, "formal_statement": f"theorem {n} : 1 = 1 := by"}).encode()
        + b"\n"
        for n in names
    )


BODY = rows("a", "b") + rows("c", split="test")
FILE = Source("bench", "owner/repo", COMMIT, "data/bench.jsonl", "MIT", problems={"valid": 2, "test": 1})
FOLDER = Source("bench", "owner/files", COMMIT, "Bench/", "MIT", problems={"valid": 1, "test": 1})


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def tarball(members: dict[str, bytes | str]) -> bytes:
    """A `.tar.gz` as GitHub makes them; a text instead of bytes makes a symbolic link to it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(f"files-{COMMIT}/{name}")
            if isinstance(data, str):
                info.type, info.linkname = tarfile.SYMTYPE, data
                tar.addfile(info)
            else:
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


LEAN = {
    "Bench/Valid/a.lean": b"import Mathlib\n\ntheorem a : 1 = 1 := by sorry",
    "Bench/Test/b.lean": b"import Mathlib\n\ntheorem b : 1 = 1 := by sorry",
    "Bench/Test.lean": b"import Bench.Test.b",
    "LICENSE": b"MIT License",
    "other/c.lean": b"theorem c : 1 = 1 := by sorry",
}


class Server:
    """Answers each path with a function of the handler; `opener` sends every URL of GitHub's hosts here."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                answer = outer.answers.get(self.path)
                if answer is None:
                    self.send_error(404)
                else:
                    answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()

    def opener(self, url: str, stall_s: float) -> Any:
        path = url.removeprefix("https://raw.githubusercontent.com").removeprefix(
            "https://codeload.github.com"
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        return direct.open(f"http://127.0.0.1:{self.http.server_port}{path}", timeout=stall_s)

    def serve(self, source: Source, body: bytes, length: int | None = None) -> None:
        path = source.url.split("github.com" if "codeload" in source.url else "githubusercontent.com", 1)[1]
        self.answers[path] = lambda handler: send(handler, body, length)

    def status(self, source: Source, code: int) -> None:
        self.answers[source.url.split(".com", 1)[1]] = lambda handler: handler.send_error(code)


def send(handler: BaseHTTPRequestHandler, body: bytes, length: int | None = None) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, and a table with one file and one folder in place of the real one."""
    monkeypatch.setenv("PROVER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("prover.problems.cards.sources", lambda: {"bench": FILE, "files": FOLDER})
    monkeypatch.setattr(fetching, "sources", lambda: {"bench": FILE, "files": FOLDER})
    return tmp_path / "cache/benchmarks"


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_file_is_fetched_once_and_named(server: Server, cache: Path) -> None:
    server.serve(FILE, BODY)
    download = fetch("bench", opener=server.opener)
    assert download.fresh
    assert download.path.read_bytes() == BODY
    assert download.card.name == "bench"
    assert download.card.copy == "owner/repo/data/bench.jsonl"
    assert (download.card.commit, download.card.sha256) == (COMMIT, sha(BODY))
    assert (download.card.licence, download.card.trust) == ("MIT", "first use")
    assert resolve_benchmark("bench") == (str(download.path), download.card)
    assert benchmark_card(download.path) == download.card
    assert load_problems(download.path).digest == download.card.sha256
    again = fetch("bench", opener=server.opener)
    assert (again.path, again.card, again.fresh) == (download.path, download.card, False)
    assert len(server.asked) == 1
    assert left_in(cache) == ["bench-0123456789ab", "bench.json"]


def test_a_folder_is_fetched_from_an_archive(server: Server, cache: Path) -> None:
    server.serve(FOLDER, tarball({**LEAN, "Bench/link.lean": "/etc/passwd"}))
    download = fetch("files", opener=server.opener)
    loaded = load_problems(download.path)
    assert [(p.id, p.split) for p in loaded.problems] == [("b", "test"), ("a", "valid")]
    assert loaded.digest == download.card.sha256
    assert (download.path / "LICENSE").exists()
    assert not (download.path / "other").exists()
    assert not (download.path / "Bench/link.lean").exists()
    assert resolve_benchmark("files") == (str(download.path), download.card)
    # The archive's own bytes may change (compression, dates); what it holds may not.
    (download.path / "Bench/Valid/a.lean").unlink()
    server.serve(FOLDER, tarball(dict(reversed(LEAN.items()))))
    assert fetch("files", opener=server.opener).card == download.card


def test_a_pinned_digest_is_checked(server: Server, cache: Path) -> None:
    server.serve(FILE, BODY)
    pinned = replace(FILE, sha256=sha(BODY))
    assert fetch("bench", opener=server.opener, table={"bench": pinned}).card.trust == "pinned"
    wrong = replace(FILE, sha256=sha(b"else"), commit="f" * 40)
    server.serve(wrong, BODY)
    with pytest.raises(InfraError, match=r"wrong content, SHA-256 .*, expected .* \(data/sources.toml\)"):
        fetch("bench", opener=server.opener, table={"bench": wrong})
    assert left_in(cache) == ["bench-0123456789ab", "bench.json"]


def test_what_the_first_fetch_saw_is_checked(server: Server, cache: Path) -> None:
    server.serve(FILE, BODY)
    first = fetch("bench", opener=server.opener)
    other = rows("x", "y") + rows("z", split="test")
    first.path.write_bytes(other)
    with pytest.raises(InfraError, match=r"changed since it was fetched.*prover data fetch bench"):
        resolve_benchmark("bench")
    server.serve(FILE, other)
    with pytest.raises(InfraError, match=r"expected .* written at the first fetch"):
        fetch("bench", opener=server.opener)
    server.serve(FILE, BODY)
    assert fetch("bench", opener=server.opener).path.read_bytes() == BODY
    # A new pin is a new first use.
    moved = replace(FILE, commit="e" * 40)
    server.serve(moved, other)
    assert fetch("bench", opener=server.opener, table={"bench": moved}).card.sha256 == sha(other)


def stall(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"x")
    handler.wfile.flush()
    time.sleep(1.5)


def trickle(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(40):
            handler.wfile.write(b"x" * 70_000)
            time.sleep(0.05)
    except ConnectionError:
        pass  # The client had enough, as it should.


def drop(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (lambda h: send(h, BODY, len(BODY) + 10), InfraError, "broke off"),
        (lambda h: send(h, rows("a", "b")), InfraError, r"expected 3 problems, found 2 \(valid 2\)"),
        (lambda h: send(h, rows("a", "b", "c")), InfraError, r"expected 3 problems, found 3 \(valid 3\)"),
        (lambda h: send(h, b"<html>"), InfraError, "not problems"),
        (lambda h: send(h, b""), InfraError, "not problems"),
        (
            lambda h: h.send_error(404),
            MissingError,
            r"not there \(HTTP 404\) \(mend it with: prover eval --data",
        ),
        (
            lambda h: h.send_error(503),
            InfraError,
            "HTTP 503; nothing was kept; try again: prover data fetch bench",
        ),
        (stall, InfraError, "timed out"),
        (trickle, InfraError, "not done within"),
        (drop, InfraError, "broke off"),
    ],
)
def test_a_failure_leaves_nothing_behind(
    server: Server, cache: Path, answer: Any, error: type[Exception], message: str
) -> None:
    server.answers["/owner/repo/" + COMMIT + "/data/bench.jsonl"] = answer
    started = time.monotonic()
    with pytest.raises(error, match=message):
        fetch("bench", opener=server.opener, total_s=0.4 if answer in (stall, trickle) else 60)
    assert time.monotonic() - started < 30
    assert left_in(cache) == []
    with pytest.raises(MissingError, match=r"bench is not on this machine .*prover data fetch bench"):
        resolve_benchmark("bench")


def test_a_failure_keeps_what_was_there(server: Server, cache: Path) -> None:
    server.serve(FILE, BODY)
    before = fetch("bench", opener=server.opener)
    moved = replace(FILE, commit="e" * 40)
    with pytest.raises(MissingError):
        fetch("bench", opener=server.opener, table={"bench": moved})
    assert resolve_benchmark("bench") == (str(before.path), before.card)


@pytest.mark.parametrize(
    "body",
    [
        b"no archive",
        tarball(LEAN)[:-30],
        tarball({"Bench/../../evil.lean": b"theorem a : 1 = 1 := sorry"}),
        tarball({"elsewhere/a.lean": b"theorem a : 1 = 1 := sorry"}),
        tarball({**LEAN, "Bench/Valid/more.lean": b"theorem more : 1 = 1 := sorry"}),
    ],
    ids=["text", "truncated", "outside", "empty", "too many"],
)
def test_a_bad_archive_leaves_nothing_behind(server: Server, cache: Path, body: bytes) -> None:
    server.serve(FOLDER, body)
    with pytest.raises(InfraError):
        fetch("files", opener=server.opener)
    assert left_in(cache) == []
    assert not list(cache.parent.rglob("evil*"))


def test_an_archive_is_not_unpacked_without_bound(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_UNPACKED", 50)
    server.serve(FOLDER, tarball(LEAN))
    with pytest.raises(InfraError, match="more than 50 bytes"):
        fetch("files", opener=server.opener)
    monkeypatch.setattr(fetching, "MAX_DOWNLOAD", 50)
    with pytest.raises(InfraError, match="more than 50 bytes"):
        fetch("files", opener=server.opener)
    assert left_in(cache) == []


def test_no_network(cache: Path) -> None:
    def refused(url: str, stall_s: float) -> Any:
        raise urllib.error.URLError(ConnectionRefusedError(111, "Connection refused"))

    with pytest.raises(
        MissingError, match=r"cannot be reached.*refused \(mend it with: prover data fetch bench"
    ):
        fetch("bench", opener=refused)
    assert left_in(cache) == []


def test_a_redirect_may_not_leave_https(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    class Response(io.BytesIO):
        def geturl(self) -> str:
            return "http://elsewhere.example/bench.jsonl"

    monkeypatch.setattr(urllib.request, "urlopen", lambda request, timeout: Response(BODY))
    with pytest.raises(InfraError, match="redirected away from HTTPS"):
        fetch("bench")


def test_names(server: Server, cache: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no public copy is called 'nowhere': expected bench, files"):
        fetch("nowhere", opener=server.opener)
    with pytest.raises(InputError, match=r"nowhere: neither a benchmark \(core, bench, files\) nor a file"):
        resolve_benchmark("nowhere")
    path = tmp_path / "mine.jsonl"
    path.write_bytes(BODY)
    where, card = resolve_benchmark(str(path))
    assert (where, card.copy, card.sha256, card.trust) == (str(path), str(path), sha(BODY), "local")
    assert resolve_benchmark("-")[1].name == "stdin"
    where, card = resolve_benchmark("core")
    assert (where, card.name, card.copy) == (str(bundled("data", "core")), "core", "bundled")
    assert card.sha256 == load_problems(where).digest


def test_a_broken_card_is_named(server: Server, cache: Path) -> None:
    cache.mkdir(parents=True)
    (cache / "bench.json").write_text("{")
    with pytest.raises(InputError, match=r"bench\.json: not a card file .* delete it"):
        resolve_benchmark("bench")


def test_another_folder(server: Server, cache: Path, tmp_path: Path) -> None:
    server.serve(FILE, BODY)
    assert fetch("bench", tmp_path / "here", opener=server.opener).path.is_relative_to(tmp_path / "here")
    assert left_in(cache) == []


def test_two_at_once(server: Server, cache: Path) -> None:
    server.serve(FILE, BODY)
    with ThreadPoolExecutor(8) as pool:
        downloads = list(pool.map(lambda _: fetch("bench", opener=server.opener), range(24)))
    assert len({d.card for d in downloads}) == 1
    path, card = resolve_benchmark("bench")
    assert Path(path).read_bytes() == BODY
    assert card.sha256 == sha(BODY)
    assert left_in(cache) == ["bench-0123456789ab", "bench.json"]


def test_the_real_table() -> None:
    table = sources()
    assert set(table) == set(tomllib.loads(bundled("data", "sources.toml").read_text()))
    assert "minif2f" in table
    for source in table.values():
        assert len(source.commit) == 40
        assert set(source.commit) <= set("0123456789abcdef")
        assert source.sha256 == "" or len(source.sha256) == 64
        assert source.licence
        assert source.url.startswith("https://")
        assert source.commit in source.url
