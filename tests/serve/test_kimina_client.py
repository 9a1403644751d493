"""The public client of the Kimina Lean Server, unchanged, against a running `prover serve`."""

from __future__ import annotations

import importlib
import json
import logging
import re
import sys
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import typing_extensions

from tests.serve.conftest import Live

pytestmark = pytest.mark.lean

KEY = "a-long-enough-key"
GOOD = "import Mathlib\ntheorem a : 2 + 2 = 4 := by norm_num"
SORRY = "theorem a : 2 + 2 = 5 := by\n  sorry"
WRONG = "theorem a : 2 + 2 = 5 := by\n  norm_num"
CHEAT = "axiom cheat : False\ntheorem a : 2 + 2 = 5 := cheat.elim"
LATE = "theorem a : 1 = 2 := by\n  repeat (have : 1 = 1 := rfl)"


@pytest.fixture(scope="module")
def kimina() -> ModuleType:
    if sys.version_info < (3, 12):
        # Its models need the newer TypedDict, which it takes from `typing` wherever there is one.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(typing, "TypedDict", typing_extensions.TypedDict)
            return importlib.import_module("kimina_client")
    return importlib.import_module("kimina_client")


@pytest.fixture
def live(serve: Callable[..., Live]) -> Iterator[Live]:
    running = serve("--jobs", "2", PROVER_API_KEY=KEY)
    yield running
    assert running.stop() == 0


def test_its_own_example_and_self_test(
    kimina: ModuleType, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = kimina.KiminaClient(api_url=live.url, api_key=KEY)
    (one,) = client.check("#check Nat").results
    assert one.response["messages"][0]["data"] == "Nat : Type"
    client.test()
    assert client.health()["status"] == "ok"
    monkeypatch.setenv("LEAN_SERVER_API_URL", live.url)
    monkeypatch.setenv("LEAN_SERVER_API_KEY", KEY)
    kimina.KiminaClient().test()


def test_what_it_makes_of_the_answers(kimina: ModuleType, live: Live) -> None:
    client = kimina.KiminaClient(api_url=live.url, api_key=KEY)
    codes = {"good": GOOD, "sorry": SORRY, "wrong": WRONG, "cheat": CHEAT, "late": LATE}
    snippets = [kimina.Snippet(id=name, code=code) for name, code in codes.items()]
    answer = client.check(
        snippets,
        timeout=3,
        batch_size=2,
        max_workers=3,
        debug=True,
        infotree=kimina.Infotree.original,
        show_progress=False,
    )
    found = {one.id: one.analyze().status.value for one in answer.results}
    assert found == {
        "good": "valid",
        "sorry": "sorry",
        "wrong": "lean_error",
        "cheat": "lean_error",
        "late": "timeout_error",
    }
    goals = {one.id: one.response["sorries"][0]["goal"] for one in answer.results if one.id == "sorry"}
    assert goals == {"sorry": "⊢ 2 + 2 = 5"}
    fresh = client.check([GOOD] * 3, reuse=False, show_progress=False)
    assert [one.analyze().status.value for one in fresh.results] == ["valid"] * 3


async def test_its_async_client(kimina: ModuleType, live: Live) -> None:
    client = kimina.AsyncKiminaClient(api_url=live.url, api_key=KEY)
    await client.test()
    answer = await client.check([GOOD, WRONG] * 10, batch_size=3, max_workers=4)
    assert [one.analyze().status.value for one in answer.results] == ["valid", "lean_error"] * 10
    assert (await client.health())["status"] == "ok"
    await client.close()


def test_its_older_shape(kimina: ModuleType, live: Live) -> None:
    utils = importlib.import_module("kimina_client.proof_utils")
    client = kimina.KiminaClient(api_url=live.url, api_key=KEY)
    codes = [
        kimina.Code(custom_id=n, proof=code, code=None) for n, code in enumerate([GOOD, SORRY, WRONG, CHEAT])
    ]
    body = kimina.VerifyRequestBody(codes=codes, timeout=30).model_dump()
    answer = client.handle(client._query(client.build_url("/verify"), body), kimina.VerifyResponse)
    parsed = [utils.parse_client_response(one) for one in answer.results]
    assert [one["is_valid_no_sorry"] for one in parsed] == [True, False, False, False]
    assert [one["is_valid_with_sorry"] for one in parsed] == [True, True, False, False]
    assert all(one["time"] is not None for one in parsed)


def test_its_benchmark(
    kimina: ModuleType,
    live: Live,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    config = importlib.import_module("datasets").config
    monkeypatch.setattr(config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr(config, "HF_DATASETS_OFFLINE", True)
    monkeypatch.setattr(config, "HF_MODULES_CACHE", tmp_path / "modules")
    data = tmp_path / "data"
    data.mkdir()
    rows = [{"id": str(n), "code": code} for n, code in enumerate([GOOD, WRONG, SORRY, GOOD])]
    (data / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    features = "".join(f"  - name: {name}\n    dtype: string\n" for name in ("id", "code"))
    (data / "README.md").write_text(f"---\ndataset_info:\n  features:\n{features}---\n")
    client = kimina.KiminaClient(api_url=live.url, api_key=KEY)
    with caplog.at_level(logging.INFO, logger="kimina-client"):
        client.run_benchmark(dataset_name=str(data), n=4, batch_size=2, max_workers=2, show_progress=False)
    assert "2 (50 %)" in caplog.text  # valid
    assert caplog.text.count("1 (25 %)") == 2  # one sorry, one error of Lean


def test_a_wrong_key_is_no_verdict(kimina: ModuleType, live: Live) -> None:
    client = kimina.KiminaClient(api_url=live.url, api_key="another-long-key", n_retries=1)
    (one,) = client.check(GOOD, show_progress=False).results
    assert one.analyze().status.value == "server_error"


def test_the_pages_example(
    kimina: ModuleType,
    serve: Callable[..., Live],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    live = serve("--jobs", "2")
    page = (Path(__file__).parents[2] / "docs" / "serve.md").read_text()
    python = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert python is not None
    exec(python[1].replace("http://localhost:8000", live.url), {})
    assert capsys.readouterr().out.splitlines()[-1] == "['valid', 'sorry']"
    assert live.stop() == 0
