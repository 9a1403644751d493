"""Programs that try to get out of a sandbox. Each prints `BROKE IN` when it did, and no sooner.

`{secret}` is a file that holds `s3cret`, in `{outside}`; `{shared}` may be read; `{victim}` is a process of the same
user with `s3cret` in its environment; `{tcp}` and `{udp}` are ports that are listened on, `{unix}` a socket's path,
`{abstract}` a socket's abstract name.
"""

_NATIVE = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(*arguments):
    result = libc.syscall(*(ctypes.c_long(a) if type(a) is int else a for a in arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
"""

_READ = "text = {}\nassert 's3cret' in text\nprint('BROKE IN')\n"

READING = {
    "the reference": _READ.format("open('{secret}').read()"),
    "a link to the reference": "import os\nos.symlink('{secret}', 'a')\n" + _READ.format("open('a').read()"),
    "a second name for the reference": "import os\nos.link('{secret}', 'b')\n"
    + _READ.format("open('b').read()"),
    "the reference through /proc": _READ.format("open('/proc/self/root{secret}').read()"),
    "the reference with a shell": "import subprocess\n"
    + _READ.format(
        "subprocess.run(['/bin/sh', '-c', 'cat {secret}'], capture_output=True, text=True).stdout"
    ),
    "names of files": "import os\nassert 'secret' in os.listdir('{outside}')\nprint('BROKE IN')\n",
    "the users of the machine": "assert 'root:' in open('/etc/passwd').read()\nprint('BROKE IN')\n",
    "another's environment": _READ.format("open('/proc/{victim}/environ').read()"),
    "another's memory": "open('/proc/{victim}/mem', 'rb')\nprint('BROKE IN')\n",
    "another's command line": "assert 'sleep' in open('/proc/{victim}/cmdline').read()\nprint('BROKE IN')\n",
}

WRITING = {
    "a file outside": "open('{outside}/new', 'w').write('x')\nprint('BROKE IN')\n",
    "the reference": "open('{secret}', 'a').write('x')\nprint('BROKE IN')\n",
    "over the library": "open('{shared}/module', 'r+').write('x')\nprint('BROKE IN')\n",
    "by cutting the library": "import os\nos.open('{shared}/module', os.O_RDONLY | os.O_TRUNC)\n"
    "assert os.stat('{shared}/module').st_size == 0\nprint('BROKE IN')\n",
    "by truncating the library": "import os\nos.truncate('{shared}/module', 0)\nprint('BROKE IN')\n",
    "by removing from the library": "import os\nos.unlink('{shared}/module')\nprint('BROKE IN')\n",
    "by renaming in the library": "import os\nos.rename('{shared}/module', '{shared}/other')\nprint('BROKE IN')\n",
    "by moving into the library": "import os\nopen('m', 'w')\nos.rename('m', '{shared}/m')\nprint('BROKE IN')\n",
    "by opening the library to all": "import os\nos.chmod('{shared}/module', 0o666)\nprint('BROKE IN')\n",
    "by closing the library": "import os\nos.fchmod(os.open('{shared}/module', os.O_RDONLY), 0)\nprint('BROKE IN')\n",
    "the library's times": "import os\nos.utime('{shared}/module', (1, 1))\nprint('BROKE IN')\n",
    "the library's attributes": "import os\nos.setxattr('{shared}/module', 'user.x', b'x')\nprint('BROKE IN')\n",
    "the reference's mode": "import os\nos.chmod('{secret}', 0)\nprint('BROKE IN')\n",
}

NETWORK = {
    "TCP": "import socket\nassert socket.create_connection(('127.0.0.1', {tcp}), 3).recv(6) == b's3cret'\n"
    "print('BROKE IN')\n",
    "listening": "import socket\nsocket.create_server(('127.0.0.1', 0))\nprint('BROKE IN')\n",
    "UDP": "import socket\ns = socket.socket(type=socket.SOCK_DGRAM)\ns.settimeout(3)\n"
    "s.sendto(b'hello', ('127.0.0.1', {udp}))\nassert s.recv(6) == b's3cret'\nprint('BROKE IN')\n",
    "a socket in a folder": "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('{unix}')\n"
    "assert s.recv(6) == b's3cret'\nprint('BROKE IN')\n",
    "an abstract socket": "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0{abstract}')\n"
    "assert s.recv(6) == b's3cret'\nprint('BROKE IN')\n",
    "netlink": "import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW)\nprint('BROKE IN')\n",
}

PROCESSES = {
    "a signal": "import os, signal\nos.kill({victim}, signal.SIGCONT)\nprint('BROKE IN')\n",
    "a signal to its parent": "import os, signal\nassert os.getppid() > 1\nos.kill(os.getppid(), signal.SIGCONT)\n"
    "print('BROKE IN')\n",
    "a queued signal": _NATIVE
    + "import struct\ninfo = struct.pack('iii', 18, 0, -1).ljust(128, b'\\0')\n"
    + "call({rt_sigqueueinfo}, {victim}, 18, info)\nprint('BROKE IN')\n",
    "a signal by way of a file": "import fcntl, os\nfcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, {victim})\n"
    "print('BROKE IN')\n",
    "tracing": _NATIVE + "call({ptrace}, 0x4206, {victim}, 0, 0)\nprint('BROKE IN')\n",
    "its memory": _NATIVE
    + "local = ctypes.create_string_buffer(8)\n"
    + "vector = (ctypes.c_size_t * 2)(ctypes.addressof(local), 8)\nremote = (ctypes.c_size_t * 2)({address}, 8)\n"
    + "assert call({process_vm_readv}, {victim}, vector, 1, remote, 1, 0) == 8\nprint('BROKE IN')\n",
    "its limits": "import resource\nresource.prlimit({victim}, resource.RLIMIT_CORE, (0, 0))\nprint('BROKE IN')\n",
    "its priority": "import os\nos.setpriority(os.PRIO_PROCESS, {victim}, 19)\nprint('BROKE IN')\n",
    "its CPUs": "import os\nos.sched_setaffinity({victim}, os.sched_getaffinity(0))\nprint('BROKE IN')\n",
}

KERNEL = {
    "a namespace": _NATIVE + "call({unshare}, 0x10000000)\nprint('BROKE IN')\n",
    "a namespace for a child": _NATIVE
    + "pid = call({clone}, 0x10000000 | 17, 0, 0, 0, 0)\nif pid == 0: os._exit(0)\nprint('BROKE IN')\n",
    "a session of its own": "import os\nif os.fork() == 0:\n    os.setsid()\n    print('BROKE IN', flush=True)\nelse:\n"
    "    os.wait()\n",
    "an I/O ring": _NATIVE + "call(425, 1, ctypes.create_string_buffer(120))\nprint('BROKE IN')\n",
    "a BPF map": _NATIVE + "call({bpf}, 0, (ctypes.c_uint32 * 18)(2, 4, 8, 1), 72)\nprint('BROKE IN')\n",
    "page faults": _NATIVE + "call({userfaultfd}, 1)\nprint('BROKE IN')\n",
    "a key": _NATIVE + "call({add_key}, b'user', b'prover-test', b'x', 1, -3)\nprint('BROKE IN')\n",
    "shared memory": _NATIVE + "call({shmget}, 0, 4096, 0o1600)\nprint('BROKE IN')\n",
    "memory that is no file": "import os\nos.memfd_create('x')\nprint('BROKE IN')\n",
    "news of files": _NATIVE
    + "call({inotify_add_watch}, call({inotify_init1}, 0), b'{shared}', 2)\nprint('BROKE IN')\n",
    "a file by its handle": _NATIVE
    + "handle = (ctypes.c_uint32 * 34)(128)\n"
    + "call({name_to_handle_at}, -100, b'{shared}/module', handle, ctypes.byref(ctypes.c_int()), 0)\n"
    + "print('BROKE IN')\n",
    "an adopter other than the sandbox's": "import ctypes\nassert ctypes.CDLL(None).prctl(36, 0, 0, 0, 0) == 0\n"
    "print('BROKE IN')\n",
}

FOR_ROOT = {
    "a mount": _NATIVE + "call({mount}, b'none', b'{outside}/mnt', b'tmpfs', 0, None)\nprint('BROKE IN')\n",
    "another root": "import os\nos.chroot('.')\nprint('BROKE IN')\n",
    "a device": "import os\nos.mknod('device', 0o20600, os.makedev(1, 1))\nprint('BROKE IN')\n",
    "an owner": "import os\nos.chown('{shared}/module', 1, 1)\nprint('BROKE IN')\n",
    "another user": "import os\nos.setuid(1)\nprint('BROKE IN')\n",
    "the kernel's log": _NATIVE + "call({syslog}, 10, 0, 0)\nprint('BROKE IN')\n",
}

ATTACKS = {
    f"{room}: {name}": script
    for room, scripts in {
        "read": READING,
        "write": WRITING,
        "network": NETWORK,
        "processes": PROCESSES,
        "kernel": KERNEL,
        "root": FOR_ROOT,
    }.items()
    for name, script in scripts.items()
}
