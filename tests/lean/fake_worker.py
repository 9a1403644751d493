"""A `lean` whose warm workers misbehave on purpose: `fake_worker.py STATE [--worker] ... FILE`.

What it does with a text stands in the text: `fake:MODE` for a worker, `fresh:MODE` for a fresh process; a text without
either is answered honestly, as far as the words `omega`, `sorry` and `wrong` make it a proof. STATE counts what was started.
"""

import json
import os
import re
import signal
import sys
import time
from pathlib import Path

URI = "file:///Check.lean"
OUT = sys.stdout.buffer


def count(state: Path, what: str) -> int:
    """How often this was counted before."""
    with (state / what).open("a") as log:
        log.write(f"{os.getpid()}\n")
    return (state / what).read_text().count("\n") - 1


def answers(text: str) -> list[tuple[int, str, str]]:
    """`(line, severity, message)` of what an honest Lean would say."""
    lines = text.splitlines()
    asked = next((i for i, line in enumerate(lines) if line.startswith("#print axioms prover_")), None)
    if asked is None:
        return []
    found = next((i for i, line in enumerate(lines) if "wrong" in line), None)
    if found is not None:
        return [(found, "error", "unknown identifier `wrong`")]
    last = len(lines) - 1
    name = lines[last].split()[-1]
    if "prover_reference" not in text or "sorry" in "".join(lines[2:]):
        return [(last, "information", f"'{name}' depends on axioms: [sorryAx]")]
    return [(last, "information", f"'{name}' does not depend on any axioms")]


def break_down(mode: str) -> None:
    if mode == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif mode == "exit":
        sys.exit(3)
    elif mode == "hang":
        time.sleep(1000)
    elif mode == "busy":
        while True:
            pass
    elif mode == "bomb":
        hoard = []
        while True:
            hoard.append(bytearray(b"x") * 20_000_000)
            time.sleep(0.01)


def plain(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if mode := re.search(r"fresh:([\w-]+)", text):
        break_down(mode.group(1))
    for line, severity, message in answers(text):
        place = {"line": line + 1, "column": 0}
        print(json.dumps({"severity": severity, "data": message, "kind": "", "pos": place, "endPos": place}))
    sys.exit(any(severity == "error" for _, severity, _ in answers(text)))


def send(message: dict[str, object]) -> None:
    body = json.dumps({"jsonrpc": "2.0"} | message).encode()
    OUT.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    OUT.flush()


def receive() -> dict[str, object]:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = sys.stdin.buffer.read(1)
        if not byte:
            sys.exit(0)
        head += byte
    return json.loads(sys.stdin.buffer.read(int(head.split(b":")[1])))


def publish(version: int, rows: list[tuple[int, str, str]], incremental: bool = False) -> None:
    numbers = {"error": 1, "warning": 2, "information": 3}
    diagnostics = []
    for line, severity, message in rows:
        place = {"line": line, "character": 0}
        diagnostics.append(
            {"range": {"start": place, "end": place}, "severity": numbers[severity], "message": message}
        )
    params = {"uri": URI, "version": version, "diagnostics": diagnostics, "isIncremental": incremental}
    send({"method": "textDocument/publishDiagnostics", "params": params})


def forged(mode: str, text: str) -> list[tuple[int, str, str]]:
    """Answers that are not the one to our question."""
    line, severity, message = answers(text)[0]
    if mode == "forged-name":
        message = "'prover_answer_0000000000000000' does not depend on any axioms"
    elif mode == "forged-place":
        line -= 4
    elif mode == "twice":
        return [(line, severity, message), (line, severity, message)]
    elif mode == "other-axiom":
        message = message.replace("does not depend on any axioms", "depends on axioms: [propext, evil]")
    return [(line, severity, message)]


def misbehave(mode: str, version: int, number: object, text: str) -> None:
    break_down(mode)
    if mode == "flood":
        while True:
            publish(version, [(3, "information", "x" * 100_000)], incremental=True)
    elif mode == "noise":
        while True:
            send({"method": "$/lean/fileProgress", "params": {"processing": ["x" * 1_000_000]}})
    elif mode == "garbage":
        OUT.write(b"{]\x00\xff" * 100)
    elif mode == "no-json":
        OUT.write(b"Content-Length: 5\r\n\r\nhello")
    elif mode == "endless":
        OUT.write(b"Content-Length: 999999999999\r\n\r\n")
    elif mode == "late":
        publish(version - 1, answers(text))
        send({"id": number, "result": {}})
    elif mode == "early":
        publish(version + 1, answers(text))
    elif mode == "other-id":
        publish(version, answers(text))
        send({"id": -1, "result": {}})
    elif mode == "refuse":
        send({"id": number, "error": {"code": -32801, "message": "changed"}})
    elif mode == "silent":
        send({"id": number, "result": {}})
    elif mode == "odd-rows":
        params = {"uri": URI, "version": version, "diagnostics": [{"message": 1}], "isIncremental": False}
        send({"method": "textDocument/publishDiagnostics", "params": params})
        send({"id": number, "result": {}})
    elif mode == "slow":
        time.sleep(0.3)
        publish(version, answers(text))
        send({"id": number, "result": {}})
    elif mode == "in-parts":
        publish(version, [(0, "error", "superseded")])
        publish(version, [])
        for row in answers(text):
            publish(version, [row], incremental=True)
        send({"id": 1, "method": "workspace/inlayHint/refresh", "params": None})
        send({"id": number, "result": {}})
    else:
        publish(version, forged(mode, text))
        send({"id": number, "result": {}})


def worker(state: Path) -> None:
    count(state, "workers")
    text, version = "", 0
    while True:
        message = receive()
        params = message.get("params")
        assert isinstance(params, dict)
        if message["method"] == "textDocument/didOpen":
            text, version = params["textDocument"]["text"], params["textDocument"]["version"]
        elif message["method"] == "textDocument/didChange":
            assert params["textDocument"]["version"] > version
            text, version = params["contentChanges"][0]["text"], params["textDocument"]["version"]
        elif message["method"] == "textDocument/waitForDiagnostics":
            assert params["version"] == version
            mode = re.search(r"fake:([\w-]+)", text)
            if mode is None or (mode.group(1).endswith("-once") and count(state, "once")):
                publish(version, answers(text))
                send({"id": message["id"], "result": {}})
            else:
                misbehave(mode.group(1).removesuffix("-once"), version, message["id"], text)
                OUT.flush()


def main() -> None:
    state = Path(sys.argv[1])
    if "--worker" in sys.argv:
        worker(state)
    else:
        count(state, "fresh")
        plain(Path(sys.argv[-1]))


main()
