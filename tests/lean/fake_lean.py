"""A `lean` that misbehaves on purpose: `fake_lean.py MODE STATE ... FILE`. Real Lean never does most of these."""

import json
import os
import re
import signal
import sys
import time
from pathlib import Path


def say(line: int, text: str, severity: str = "information") -> None:
    row = {
        "severity": severity,
        "data": text,
        "kind": "[anonymous]",
        "pos": {"line": line, "column": 0},
        "endPos": None,
    }
    print(json.dumps(row), flush=True)


def main() -> None:
    mode, state, file = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[-1])
    lines = file.read_text(encoding="utf-8").splitlines()
    calls = int(state.read_text()) if state.exists() else 0
    state.write_text(str(calls + 1))
    answer = re.search(r"#print axioms (prover_answer_\w+)", lines[-1])
    name = answer.group(1) if answer else "?"
    if mode == "crash-once" and calls == 0:
        os.kill(os.getpid(), signal.SIGSEGV)
    if mode in ("honest", "crash-once"):
        say(len(lines), f"'{name}' does not depend on any axioms")
    elif mode == "crash":
        os.kill(os.getpid(), signal.SIGABRT)
    elif mode == "panic-on-proof":
        if "prover_reference" in file.read_text(encoding="utf-8"):
            print("INTERNAL PANIC: Nat.pow exponent is too big")
            sys.exit(1)
        say(len(lines), f"'{name}' depends on axioms: [sorryAx]")
    elif mode == "silent":
        pass
    elif mode == "hang":
        time.sleep(1000)
    elif mode == "flood":
        while True:
            say(1, "x" * 100_000)
    elif mode == "garbage":
        print("{]\x00\xff" * 50)
    elif mode == "forged-name":
        say(len(lines), "'prover_answer_0000000000000000' does not depend on any axioms")
    elif mode == "forged-place":
        say(len(lines) - 4, f"'{name}' does not depend on any axioms")
    elif mode == "twice":
        say(len(lines), f"'{name}' depends on axioms: [sorryAx]")
        say(len(lines), f"'{name}' does not depend on any axioms")
    elif mode == "bad-axiom":
        say(len(lines), f"'{name}' depends on axioms: [propext, Evil.«prop\next»]")
    elif mode == "exit-9":
        say(len(lines), f"'{name}' does not depend on any axioms")
        sys.exit(9)


main()
