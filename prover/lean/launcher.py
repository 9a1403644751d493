"""Be the `lean` command: `python -I -S launcher.py LIBRARY ARGS...`, without a C compiler.

Lean's shared library exports `lean_main`. It is opened through libc's own `dlopen` with lazy binding, because
`ctypes.CDLL` always binds every symbol at once, which doubles the start-up time. Imports nothing of ours, so that a
sandbox need only show this file, Python and the library. `lean_main` ends the process in most cases.
"""

import ctypes
import os
import sys


class Lean:
    """Lean's shared library, loaded but not yet initialised. Raises `OSError` where it cannot be loaded."""

    def __init__(self, library: str) -> None:
        libc = ctypes.CDLL(None)
        libc.dlopen.restype = libc.dlsym.restype = ctypes.c_void_p
        libc.dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int]
        libc.dlsym.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        libc.dlerror.restype = ctypes.c_char_p
        handle = libc.dlopen(os.fsencode(library), os.RTLD_LAZY | os.RTLD_GLOBAL)
        address = libc.dlsym(handle, b"lean_main") if handle else None
        if not address:
            raise OSError(f"cannot load {library}: {os.fsdecode(libc.dlerror() or b'no lean_main')}")
        self._main = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.c_char_p))(address)
        self._initialize = ctypes.PYFUNCTYPE(None)(libc.dlsym(handle, b"lean_initialize"))

    def initialize(self) -> None:
        """Run the library's own initialisers, once for this process and those that it forks."""
        self._initialize()

    def main(self, arguments: list[str]) -> int:
        argv = [b"lean", *map(os.fsencode, arguments)]
        code: int = self._main(len(argv), (ctypes.c_char_p * (len(argv) + 1))(*argv, None))
        sys.stdout.flush()
        return code


if __name__ == "__main__":
    try:
        lean = Lean(sys.argv[1])
    except OSError as error:
        print(error, file=sys.stderr)
        sys.exit(127)
    os._exit(lean.main(sys.argv[2:]))
