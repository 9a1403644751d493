"""A system-call filter for submitted proofs, assembled as a BPF program (seccomp(2)): pure, nothing is put on here.

`program` gives the bytes for this kind of machine. What Lean needs stays: memory, threads, files (which Landlock or a
mount namespace closes), processes of its own. Refused with EPERM: sockets; tracing and looking into processes; leaving
the process group, so that one signal ends all; namespaces, mounts, privileged calls; keys, BPF, performance counters,
other asynchronous I/O; owners, modes and times of files, which Landlock does not guard; memory shared by name. Every
call newer than those named here is unknown (ENOSYS), so that a new kernel opens nothing.

Where the kernel does not keep signals inside (Landlock before ABI 6), `signals=False` leaves a process those to itself
and to its own group. The filter then holds `OWN_PID`, for which `enclose.py` puts the process's number in. Only calls
that are numbers can be judged: what a pointer points to (`clone3`, `openat2`) cannot, so these do not exist in here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""The column below, and the kernel's name for the calling convention."""
OWN_PID = 0x7FFF_FFFE
"""No process has this number."""

_NONE = -1
_REFUSED: dict[str, tuple[int, int]] = {
    # processes: looking into them, leaving the group, their priority
    **{"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271)},
    **{"kcmp": (312, 272), "perf_event_open": (298, 241), "setsid": (112, 157), "setpgid": (109, 154)},
    **{"setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setscheduler": (144, 119)},
    **{"sched_setparam": (142, 118), "sched_setattr": (314, 274), "sched_setaffinity": (203, 122)},
    **{"migrate_pages": (256, 238), "move_pages": (279, 239)},
    # network, and sockets of this machine
    **{"socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201)},
    **{"accept": (43, 202), "accept4": (288, 242)},
    # namespaces and mounts
    **{"unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39)},
    **{"pivot_root": (155, 41), "chroot": (161, 51), "swapon": (167, 224), "swapoff": (168, 225)},
    **{"quotactl": (179, 60), "acct": (163, 89), "nfsservctl": (180, 42)},
    # files by other ways than a path; owners, modes, times, attributes; special files; news of other people's files
    **{"open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264)},
    **{"fanotify_init": (300, 262), "fanotify_mark": (301, 263)},
    **{"inotify_init": (253, _NONE), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27)},
    **{"chmod": (90, _NONE), "fchmod": (91, 52), "fchmodat": (268, 53), "chown": (92, _NONE)},
    **{"fchown": (93, 55), "lchown": (94, _NONE), "fchownat": (260, 54), "setxattr": (188, 5)},
    **{"lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15)},
    **{"fremovexattr": (199, 16), "utime": (132, _NONE), "utimes": (235, _NONE)},
    **{"futimesat": (261, _NONE), "utimensat": (280, 88), "mknod": (133, _NONE), "mknodat": (259, 33)},
    # keys, BPF, page faults, other asynchronous I/O
    **{"keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280)},
    **{"userfaultfd": (323, 282), "io_setup": (206, 0), "io_submit": (209, 2), "io_destroy": (207, 1)},
    # memory that other processes can name, or that no process's account shows
    **{"shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190)},
    **{"semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192), "msgget": (68, 186)},
    **{"msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "mq_open": (240, 180)},
    **{"mq_unlink": (241, 181), "memfd_create": (319, 279)},
    # the machine
    **{"init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106)},
    **{"kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "syslog": (103, 116)},
    **{"sethostname": (170, 161), "setdomainname": (171, 162), "settimeofday": (164, 170)},
    **{"clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266)},
    **{"iopl": (172, _NONE), "ioperm": (173, _NONE), "modify_ldt": (154, _NONE), "uselib": (134, _NONE)},
    **{"vhangup": (153, 58), "lookup_dcookie": (212, 18)},
}
"""Numbers on x86_64 and aarch64."""

_NUMBERED_ALIKE = 424
"""From here on, calls have the same number on every machine."""
_NEW_AND_ALLOWED = {
    **{"close_range": 436, "faccessat2": 439, "epoll_pwait2": 441, "futex_waitv": 449, "cachestat": 451},
    **{"landlock_create_ruleset": 444, "landlock_add_rule": 445, "landlock_restrict_self": 446},
    **{"map_shadow_stack": 453, "futex_wake": 454, "futex_wait": 455, "futex_requeue": 456, "mseal": 462},
}


@dataclass(frozen=True, slots=True)
class _Judged:
    """A call that is let through, or refused, when an argument (under `mask`) is one of `values`."""

    call: tuple[int, int]
    argument: int
    values: tuple[int, ...]
    passes: bool
    mask: int = 0xFFFF_FFFF


_NEW_NAMESPACE = 0x7E02_0000
_SIGIO_TO, _PUSH_INPUT = (8, 15), (0x5412, 0x541C, 0x8901, 0x8902)
_AF_UNIX, _SUBREAPER, _TRUNCATE_UNWRITTEN, _O_TRUNC_AND_MODE = 1, 36, 0o1000, 0o1003
_JUDGED = (
    _Judged((56, 220), 0, (0,), True, _NEW_NAMESPACE),  # clone
    _Judged((302, 261), 0, (0,), True),  # prlimit64: of itself
    _Judged((53, 199), 0, (_AF_UNIX,), True),  # socketpair
    _Judged((72, 25), 1, _SIGIO_TO, False),  # fcntl F_SETOWN: a signal by way of a file
    _Judged((16, 29), 1, _PUSH_INPUT, False),  # ioctl TIOCSTI and the like
    _Judged((157, 167), 0, (_SUBREAPER,), False),  # prctl
)
_WITHOUT_SIGNALS = (
    _Judged((62, 129), 0, (0, OWN_PID), True),  # kill
    _Judged((234, 131), 0, (OWN_PID,), True),  # tgkill
    _Judged((129, 138), 0, (OWN_PID,), True),  # rt_sigqueueinfo
    _Judged((297, 240), 0, (OWN_PID,), True),  # rt_tgsigqueueinfo
    _Judged((200, 130), 0, (OWN_PID,), True),  # tkill
)
_ONE_PROCESS: dict[str, tuple[int, int]] = {
    **{"fork": (57, _NONE), "vfork": (58, _NONE), "execve": (59, 221), "execveat": (322, 281)},
}
_CLONE_THREAD = 0x1_0000
_ALONE = (
    _Judged((56, 220), 0, (_CLONE_THREAD,), True, _CLONE_THREAD | _NEW_NAMESPACE),  # clone
    _Judged((62, 129), 0, (OWN_PID,), True),  # kill
    *_WITHOUT_SIGNALS[1:],
)
_WITHOUT_TRUNCATE = (
    _Judged((2, _NONE), 1, (_TRUNCATE_UNWRITTEN,), False, _O_TRUNC_AND_MODE),  # open
    _Judged((257, 56), 2, (_TRUNCATE_UNWRITTEN,), False, _O_TRUNC_AND_MODE),  # openat
    _Judged((76, 45), 0, (), True),  # truncate: never
)

_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_EPERM, _ENOSYS = _ERROR | 1, _ERROR | 38
_NUMBER_AT, _CONVENTION_AT, _ARGUMENTS_AT = 0, 4, 16

Instruction = tuple[int, int, int, int]


def supported(machine: str) -> bool:
    return machine in MACHINES


def program(machine: str, *, signals: bool = True, truncate: bool = True) -> bytes:
    """The filter. `signals` and `truncate` say that someone else keeps signals inside and guards truncation."""
    judged = (*_JUDGED, *(() if signals else _WITHOUT_SIGNALS), *(() if truncate else _WITHOUT_TRUNCATE))
    return _assemble(machine, _REFUSED, judged)


def alone(machine: str) -> bytes:
    """A filter for one process among others of its kind: besides, it starts no process and no program, and signals
    nobody but itself, not even its own group. Holds `OWN_PID`."""
    return _assemble(machine, _REFUSED | _ONE_PROCESS, (*_ALONE, *_JUDGED[1:]))


def _assemble(machine: str, calls: Mapping[str, tuple[int, int]], judged: Iterable[_Judged]) -> bytes:
    column, convention = MACHINES[machine]
    refused = [numbers[column] for numbers in calls.values() if numbers[column] != _NONE]
    newer = [*_one_of(_NEW_AND_ALLOWED.values(), _ALLOW), (_RETURN, 0, 0, _ENOSYS)]
    code: list[Instruction] = [
        (_LOAD, 0, 0, _CONVENTION_AT),
        (_EQUAL, 1, 0, convention),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, len(newer), _NUMBERED_ALIKE),
        *newer,
        *_one_of(refused, _EPERM),
    ]
    for rule in judged:
        if rule.call[column] != _NONE:
            block = _judge(rule)
            code += [(_EQUAL, 0, len(block), rule.call[column]), *block]
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _one_of(values: Iterable[int], result: int) -> Sequence[Instruction]:
    """Returns `result` when the loaded word is one of `values`, else goes on behind."""
    compared = sorted(values)
    last = len(compared) - 1
    return [
        *((_EQUAL, last - place, int(place == last), value) for place, value in enumerate(compared)),
        (_RETURN, 0, 0, result),
    ]


def _judge(rule: _Judged) -> list[Instruction]:
    matched, other = (_ALLOW, _EPERM) if rule.passes else (_EPERM, _ALLOW)
    return [
        (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * rule.argument),
        (_AND, 0, 0, rule.mask),
        *(_one_of(rule.values, matched) if rule.values else ()),
        (_RETURN, 0, 0, other),
    ]
