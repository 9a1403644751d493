"""Restrict this process for good, then become a command: `python -I -S enclose.py OPTION... -- COMMAND...`

    --handle FILES NET SCOPES FLAGS   what Landlock forbids unless allowed, as numbers of linux/landlock.h
    --allow RIGHTS PATH               at or under a path; one that does not exist is left out
    --filter HEX                      a BPF program for seccomp, with a stand-in for the number of this process
    --own-pid NUMBER                  that stand-in
    --folder PATH                     where the command starts
    --processes NUMBER                how many this user may have

Imports nothing of ours, so that it runs before anything else does. The command never runs less restricted than asked:
whatever fails ends this with 126 and a line on standard error. It dies with its parent, has no capability, and adopts
what its own processes leave behind. A Python script for the same isolated interpreter is run here and now, which saves
starting the interpreter twice.
"""

import ctypes
import os
import stat
import sys
from types import CodeType

_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_SECCOMP, _PR_SET_CHILD_SUBREAPER = 1, 24, 22, 36
_PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_SECCOMP_MODE_FILTER, _SIGKILL = 2, 9
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RULE_PATH_BENEATH = 1
_OF_A_FILE = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15
"""Execute, write, read, truncate, ioctl: the rights that mean something where the path is no folder."""
_CAPABILITIES_V3 = 0x20080522
_RLIMIT_NPROC = 6
_REFUSED = 126
_VALUES = {"--handle": 4, "--allow": 2, "--filter": 1, "--own-pid": 1, "--folder": 1, "--processes": 1}

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def main(arguments: list[str]) -> None:
    given: dict[str, list[str]] = {}
    allowed = []
    at = 0
    while arguments[at] != "--":
        option, values = arguments[at], arguments[at + 1 : at + 1 + _VALUES[arguments[at]]]
        at += 1 + len(values)
        if option == "--allow":
            allowed.append((int(values[0]), values[1]))
        else:
            given[option] = values
    command = arguments[at + 1 :]
    if "--folder" in given:
        os.chdir(given["--folder"][0])
    script = _script(command)
    _drop_privileges()
    if "--processes" in given:
        most = int(given["--processes"][0])
        _check(_libc.setrlimit(_RLIMIT_NPROC, (ctypes.c_ulong * 2)(most, most)), "RLIMIT_NPROC")
    if "--handle" in given:
        _restrict_files([int(text) for text in given["--handle"]], allowed)
    if "--filter" in given:
        _filter_calls(bytes.fromhex(given["--filter"][0]), int(given.get("--own-pid", ["0"])[0]))
    _become(command, script)


def _script(command: list[str]) -> CodeType | None:
    """The compiled script where the command is one for this very interpreter."""
    if command[:3] != [sys.executable, "-I", "-S"] or not command[3:] or not command[3].endswith(".py"):
        return None
    with open(command[3], "rb") as file:  # noqa: PTH123  pathlib takes longer to import than all of this
        return compile(file.read(), command[3], "exec")


def _become(command: list[str], script: CodeType | None) -> None:
    if script is not None:
        sys.argv = command[3:]
        exec(script, {"__name__": "__main__", "__file__": command[3]})
        return
    os.execvp(command[0], command)


def _drop_privileges() -> None:
    _check(_libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0), "PR_SET_PDEATHSIG")
    _check(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "PR_SET_CHILD_SUBREAPER")
    if os.geteuid() == 0:
        capability = 0
        while _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:
            capability += 1
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)  # Linux 4.3; without it there are none
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS")


def _restrict_files(handled: list[int], allowed: list[tuple[int, str]]) -> None:
    files, net, scopes, flags = handled
    attributes = (ctypes.c_uint64 * 3)(files, net, scopes)
    ruleset = _libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(24), 0)
    _check(ruleset, "landlock_create_ruleset")
    for rights, path in allowed:
        try:
            beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        if not stat.S_ISDIR(os.fstat(beneath).st_mode):
            rights &= _OF_A_FILE  # noqa: PLW2901
        rule = (rights & files).to_bytes(8, sys.byteorder) + beneath.to_bytes(4, sys.byteorder)
        _check(_libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0), "landlock_add_rule " + path)
        os.close(beneath)
    _check(_libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(flags)), "landlock_restrict_self")
    os.close(ruleset)


def _filter_calls(program: bytes, own_pid: int) -> None:
    words = bytearray(program)
    for at in range(4, len(words), 8):
        if own_pid and words[at : at + 4] == own_pid.to_bytes(4, sys.byteorder):
            words[at : at + 4] = os.getpid().to_bytes(4, sys.byteorder)
    code = ctypes.create_string_buffer(bytes(words), len(words))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    loaded = Program(len(words) // 8, ctypes.addressof(code))
    result = _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(loaded), 0, 0)
    _check(result, "PR_SET_SECCOMP")


def _check(result: int, what: str) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), what + ": " + os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError, LookupError) as error:
        print(f"cannot enclose: {error!r}", file=sys.stderr)
        sys.exit(_REFUSED)
