"""Whatever is sent, the answer is one of those that are described, never a breakdown, and never a proof of nothing."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prover.serve.service import Service
from prover.serve.settings import Settings
from tests.serve.conftest import LIMITS, client_of
from tests.serve.fake_checker import ServedFake

PATHS = ["/verify", "/api/check", "/one_pass_verify_batch", "/v1/check", "/v1/check_file"]
ANSWERS = {200, 400, 413, 422, 503}

TEXT = st.text(st.characters(codec=None), max_size=20)  # lone surrogates too
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)
FIELDS = st.sampled_from(
    [
        "snippets",
        "timeout",
        "debug",
        "reuse",
        "infotree",
        "codes",
        "custom_id",
        "proof",
        "code",
        "id",
        "infotree_type",
        "disable_cache",
        "statement",
        "target",
        "submission",
        "limits",
        "audit",
        "name",
        "signature",
        "header",
        "imports",
        "preamble",
        "wall_s",
        "cpu_s",
        "memory_mb",
        "file",
    ]
)
SHAPED = st.recursive(
    SCALARS | st.sampled_from(["rfl", "theorem a : 1 = 1 := rfl", ": 1 = 1", "full", 60]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=6),
    max_leaves=20,
)
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "snippets": st.lists(st.fixed_dictionaries({"id": TEXT, "code": TEXT}), max_size=3),
        "codes": st.lists(
            st.fixed_dictionaries({"custom_id": TEXT | st.integers(), "proof": TEXT}), max_size=3
        ),
        "statement": st.fixed_dictionaries({"name": TEXT, "signature": TEXT}),
        "submission": TEXT,
        "file": TEXT,
        "timeout": st.integers() | st.floats(),
        "infotree": SCALARS,
        "limits": st.dictionaries(st.sampled_from(["wall_s", "cpu_s", "memory_mb"]), SCALARS, max_size=3),
    },
)


def send(path: str, content: bytes, content_type: str = "application/json") -> httpx.Response:
    async def ask() -> httpx.Response:
        service = Service(ServedFake(), Settings(limits=LIMITS, jobs=2))
        async with client_of(service) as client:
            return await client.post(
                path, content=content, headers={"content-type": content_type.encode("latin-1")}
            )

    return asyncio.run(ask())


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PATHS), JSON | SHAPED | NEARLY)
def test_any_json(path: str, body: Any) -> None:
    answer = send(path, json.dumps(body).encode())
    assert answer.status_code in ANSWERS
    answer.json()


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(PATHS),
    st.binary(max_size=60),
    st.sampled_from(["application/json", "text/plain", "", "é"]),
)
def test_any_bytes(path: str, body: bytes, content_type: str) -> None:
    assert send(path, body, content_type).status_code in {400, 422}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"timeout": ' + b"9" * 5000 + b"}",
        b'{"snippets": [{"id": "\\ud800", "code": "\\udfff"}]}',
        b'{"snippets": [{"id": "\xff", "code": "x"}]}',
        b'{"codes": [{"custom_id": NaN, "proof": "x"}]}',
        b'{"codes": [{"custom_id": "1"}]}',
        b'{"file": "\xed\xa0\x80"}',
    ],
    ids=range(10),
)
def test_what_is_no_request(path: str, body: bytes) -> None:
    answer = send(path, body)
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]
    assert len(answer.content) < 10_000
