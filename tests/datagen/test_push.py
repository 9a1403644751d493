"""Upload: to a server on this machine that speaks the hub's protocol, and to ones that refuse, fail or are not there."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from prover.datagen import push as pushing
from prover.errors import InfraError, InputError, MissingError

hub = pytest.importorskip("huggingface_hub")

TOKEN = "hf_secret"
REPO = "someone/proofs"


class Hub(ThreadingHTTPServer):
    """Keeps what was committed. `failing` makes every answer that status."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.failing = 0
        self.created: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.deleted: list[str] = []
        self.tokens: set[str] = set()


class Handler(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.tokens.add(self.headers.get("Authorization", ""))
        if self.server.failing:
            self.answer({"error": "no such luck"}, self.server.failing)
        elif self.path == "/api/repos/create":
            self.server.created.append(json.loads(body))
            self.answer({"url": f"{self.base}/datasets/{REPO}"})
        elif self.path == "/api/validate-yaml":
            self.answer({"warnings": [], "errors": []})
        elif self.path.startswith(f"/api/datasets/{REPO}/preupload/"):
            files = [
                {"path": f["path"], "uploadMode": "regular", "shouldIgnore": False}
                for f in json.loads(body)["files"]
            ]
            self.answer({"files": files})
        elif self.path.startswith(f"/api/datasets/{REPO}/commit/"):
            for line in body.decode().splitlines():
                entry = json.loads(line)
                if entry["key"] == "file":
                    self.server.files[entry["value"]["path"]] = base64.b64decode(entry["value"]["content"])
                elif entry["key"] == "deletedFile":
                    self.server.deleted.append(entry["value"]["path"])
            self.answer(
                {"commitUrl": f"{self.base}/datasets/{REPO}/commit/abc", "commitOid": "abc", "hookOutput": ""}
            )
        else:
            self.answer({"error": f"unknown {self.path}"}, 404)

    def do_GET(self) -> None:
        if self.server.failing:
            self.answer({"error": "no such luck"}, self.server.failing)
        elif self.path.startswith(f"/api/datasets/{REPO}/tree/"):
            self.answer([{"type": "file", "path": "data/old.jsonl", "oid": "1", "size": 1}])
        else:
            self.answer({"id": REPO, "sha": "0" * 40, "siblings": [{"rfilename": "data/old.jsonl"}]})

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, value: Any, status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    served = Hub()
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{served.server_address[1]}"
    _point_to(monkeypatch, address)
    yield served
    served.shutdown()
    served.server_close()
    thread.join()


def _point_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", address)
    api = hub.HfApi
    monkeypatch.setattr(hub, "HfApi", lambda: api(endpoint=address, token=TOKEN))


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "dataset"
    (folder / "data").mkdir(parents=True)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# Data\n", encoding="utf-8")
    (folder / "data" / "train.jsonl").write_text('{"id": "ℕ"}\n', encoding="utf-8")
    return folder


def test_the_folder_is_uploaded_as_it_is(server: Hub, dataset: Path) -> None:
    address = pushing.push(dataset, REPO, message="Proofs")
    assert address.endswith("/commit/abc")
    assert server.files == {
        "README.md": (dataset / "README.md").read_bytes(),
        "data/train.jsonl": (dataset / "data" / "train.jsonl").read_bytes(),
    }
    assert server.deleted == ["data/old.jsonl"]
    assert server.tokens == {f"Bearer {TOKEN}"}
    (created,) = server.created
    assert created["type"] == "dataset"
    assert (created.get("organization") or "someone", created["name"].rpartition("/")[2]) == (
        "someone",
        "proofs",
    )
    assert created.get("private") is True or created.get("visibility") == "private"


def test_public_is_said_to_the_hub(server: Hub, dataset: Path) -> None:
    pushing.push(dataset, REPO, public=True)
    (created,) = server.created
    assert created.get("private") is False or created.get("visibility") == "public"


def test_a_server_that_refuses(server: Hub, dataset: Path) -> None:
    server.failing = 403
    with pytest.raises(InputError, match="refused \\(403\\)"):
        pushing.push(dataset, REPO)


def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch, dataset: Path) -> None:
    _point_to(monkeypatch, "http://127.0.0.1:9")
    with pytest.raises(InfraError, match="no connection"):
        pushing.push(dataset, REPO)


def test_without_a_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hub, "get_token", lambda: None)
    with pytest.raises(MissingError, match="HF_TOKEN"):
        pushing.check_ready()


@pytest.mark.parametrize("repo", ["name", "a/b/c", "/name", "a/../b", "a b/c", "https://huggingface.co/a/b"])
def test_what_is_no_repository(repo: str) -> None:
    with pytest.raises(InputError, match="OWNER/NAME"):
        pushing.check_repo(repo)
