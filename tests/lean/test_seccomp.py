"""The system-call filter as a program: run here, call by call, for both kinds of machine; and its numbers."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from prover.lean import seccomp

ALLOW, EPERM, ENOSYS, KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
HEADERS = {
    "x86_64": (
        "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
        re.compile(r"#define __NR_(\w+)\s+(\d+)\s*$"),
    ),
    "aarch64": ("/usr/include/asm-generic/unistd.h", re.compile(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\s*$")),
}
both = pytest.mark.parametrize("machine", seccomp.MACHINES)


def run(program: bytes, number: int, *arguments: int, convention: int) -> int:
    """What the kernel would: a classic BPF machine over `struct seccomp_data`."""
    data = struct.pack("=IIQ6Q", number, convention, 0, *(*arguments, *[0] * 6)[:6])
    code = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
    accumulator = at = 0
    while True:
        operation, if_true, if_false, k = code[at]
        at += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, k)
        elif operation == 0x54:
            accumulator &= k
        elif operation in (0x15, 0x35):
            holds = accumulator == k if operation == 0x15 else accumulator >= k
            at += if_true if holds else if_false
        else:
            assert operation == 0x06
            return k


def numbers(machine: str) -> dict[str, int]:
    """Every call of a machine, by the kernel's own headers."""
    name, pattern = HEADERS[machine]
    if not Path(name).is_file():
        pytest.skip(f"{name} is not installed")
    found = (pattern.match(line) for line in Path(name).read_text().splitlines())
    return {match[1]: int(match[2]) for match in found if match}


def answers(machine: str, number: int, *arguments: int, **kept: bool) -> int:
    _, convention = seccomp.MACHINES[machine]
    return run(seccomp.program(machine, **kept), number, *arguments, convention=convention)


@both
def test_the_numbers_are_the_kernels(machine: str) -> None:
    known, column = numbers(machine), seccomp.MACHINES[machine][0]
    for name, columns in seccomp._REFUSED.items():
        assert known.get(name, -1) == columns[column], name
    for name, number in seccomp._NEW_AND_ALLOWED.items():
        assert known.get(name, number) == number, name


@both
def test_each_call_is_answered_as_it_should_be(machine: str) -> None:
    """Over every number there is: what is refused is what is named, nothing else."""
    column = seccomp.MACHINES[machine][0]
    refused = {columns[column] for columns in seccomp._REFUSED.values()}
    judged = {
        rule.call[column]
        for rule in (*seccomp._JUDGED, *seccomp._WITHOUT_SIGNALS, *seccomp._WITHOUT_TRUNCATE)
    }
    for number in set(range(600)) - judged:
        if number >= 424:
            expected = ALLOW if number in seccomp._NEW_AND_ALLOWED.values() else ENOSYS
        else:
            expected = EPERM if number in refused else ALLOW
        assert answers(machine, number) == expected, number


@both
def test_calls_in_another_convention_do_not_pass(machine: str) -> None:
    program = seccomp.program(machine)
    assert run(program, 0, convention=0x40000003) == KILL
    assert answers(machine, 0x40000000) == ENOSYS, "x32"


@both
def test_arguments_are_judged(machine: str) -> None:
    column = seccomp.MACHINES[machine][0]
    clone, prlimit, socketpair = (56, 220)[column], (302, 261)[column], (53, 199)[column]
    fcntl, ioctl, prctl = (72, 25)[column], (16, 29)[column], (157, 167)[column]
    threads = 0x3D0F00
    assert answers(machine, clone, threads) == ALLOW
    assert answers(machine, clone, 17) == ALLOW
    for namespace in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        assert answers(machine, clone, 17 | namespace) == EPERM
    assert answers(machine, prlimit, 0) == ALLOW
    assert answers(machine, prlimit, 1234) == EPERM
    assert answers(machine, socketpair, 1) == ALLOW
    assert answers(machine, socketpair, 2) == EPERM
    assert answers(machine, fcntl, 3, 4) == ALLOW
    assert answers(machine, fcntl, 3, 8) == answers(machine, fcntl, 3, 15) == EPERM
    assert answers(machine, ioctl, 0, 0x5401) == ALLOW
    assert answers(machine, ioctl, 0, 0x5412) == EPERM
    # Only the lower half of the register counts for the kernel, so it must here.
    assert answers(machine, ioctl, 0, 0x5412 | 7 << 32) == EPERM
    assert answers(machine, prctl, 15) == ALLOW
    assert answers(machine, prctl, 36) == EPERM


@both
def test_without_landlocks_scopes_signals_stay_with_the_process(machine: str) -> None:
    column = seccomp.MACHINES[machine][0]
    for call in ((62, 129), (234, 131), (129, 138), (297, 240), (200, 130)):
        assert answers(machine, call[column], 1234) == ALLOW
        assert answers(machine, call[column], 1234, signals=False) == EPERM
        assert answers(machine, call[column], seccomp.OWN_PID, signals=False) == ALLOW
    kill = (62, 129)[column]
    assert answers(machine, kill, 0, signals=False) == ALLOW
    assert answers(machine, kill, 0xFFFF_FFFF, signals=False) == EPERM


@both
def test_without_landlocks_truncation_none_is_done_unwritten(machine: str) -> None:
    column = seccomp.MACHINES[machine][0]
    openat, truncate = (257, 56)[column], (76, 45)[column]
    read, write, trunc, create = 0, 1, 0o1000, 0o100
    assert answers(machine, openat, 0, 0, trunc | read) == ALLOW
    assert answers(machine, openat, 0, 0, trunc | read, truncate=False) == EPERM
    assert answers(machine, openat, 0, 0, trunc | create, truncate=False) == EPERM
    assert answers(machine, openat, 0, 0, trunc | write | create, truncate=False) == ALLOW
    assert answers(machine, openat, 0, 0, read, truncate=False) == ALLOW
    assert answers(machine, truncate, 0, truncate=False) == EPERM
    if machine == "x86_64":
        assert answers(machine, 2, 0, trunc | read, truncate=False) == EPERM


@both
def test_the_kernel_takes_programs_of_this_length(machine: str) -> None:
    program = seccomp.program(machine, signals=False, truncate=False)
    assert len(program) % 8 == 0
    assert len(program) // 8 < 4096


def test_other_machines_have_no_filter() -> None:
    assert not seccomp.supported("riscv64")
