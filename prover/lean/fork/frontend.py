"""Lean 4.35.0's own parser and command elaborator, called from Python: a text goes in, its messages come out.

Works as the command-line `lean` does, command by command, on one thread, but without what only editors need (trees of
information, snapshots); which makes it the faster. What a header names is imported once: `prepare` it, and every text
that begins with it goes on from there.

Addresses are integers; a boxed scalar n is 2n + 1. Unless said, a function takes over the references to its arguments
and gives one to its result. A wrong type here is a crash, so the signatures are those of one version only.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Mapping, Sequence
from ctypes import c_int32, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p

_PRIVATE = 2
"""`OLeanLevel.private`: every part of an imported module is read."""
_NOTHING = 3
"""An empty `NameMap`."""
_SHARED_FROM = -0x6FFF_FFFF
"""Counts of what threads share are negative, and grow downwards from -1 to here; beyond, they are never counted."""

_NO_COMMAND = ("-", "/", "\t", "\r", "import", "public", "meta", "private")

Said = Callable[[bytes], None]
"""Is given each message, as JSON."""

Ahead = Callable[[], None]


class LeanError(Exception):
    """Lean cannot be loaded, or reports an error that is none of the text's."""


class Lean:
    def __init__(self, library: str, options: Mapping[str, str]) -> None:
        """`options` are those of the command line's `-D`."""
        self._libc = ctypes.CDLL(None)
        self._libc.dlopen.restype = self._libc.dlsym.restype = c_void_p
        self._libc.dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int]
        self._libc.dlsym.argtypes = [c_void_p, ctypes.c_char_p]
        # Not through `ctypes`, which would bind every symbol at once.
        self._handle = self._libc.dlopen(os.fsencode(library), os.RTLD_LAZY | os.RTLD_GLOBAL)
        if not self._handle:
            raise LeanError(f"cannot load {library}")
        fn, p = self._function, c_void_p
        fn("lean_initialize", result=None)()
        self._alloc = fn("lean_alloc_object", c_size_t)
        self._free = fn("lean_dec_ref_cold", p, result=None)
        self._string_of = fn("lean_mk_string_from_bytes", ctypes.c_char_p, c_size_t)
        self._name_of = fn("lean_name_mk_string", p, p)
        self._error = fn("lean_io_error_to_string", p)
        self._persist = fn("lean_mark_persistent", p, result=None)
        self._context = fn("l_Lean_Parser_mkInputContext___redArg", p, p, c_uint8, p)
        self._parse_header = fn("l_Lean_Parser_parseHeader", p)
        self._imports = fn("l_Lean_Elab_HeaderSyntax_imports", p, c_uint8)
        self._import = fn("l_Lean_importModules", p, p, c_uint32, p, c_uint8, c_uint8, c_uint8, p)
        self._set_main = fn("l_Lean_Environment_setMainModule", p, p)
        self._state = fn("l_Lean_Elab_Command_mkState", p, p, p)
        self._new_ref, self._get_ref = fn("lean_st_mk_ref", p), fn("lean_st_ref_get", p)  # the second borrows
        self._parse = fn("l_Lean_Parser_parseCommand", p, p, p, p)
        self._is_last = fn("l_Lean_Parser_isTerminalCommand", p, result=c_uint8)
        self._elaborate = fn("l_Lean_Elab_Frontend_elabCommandAtFrontend", p, p, p)  # borrows the last two
        self._messages = fn("l_Lean_MessageLog_toArray", p)  # borrows
        self._to_json, self._compress = fn("l_Lean_Message_toJson", p), fn("l_Lean_Json_compress", p)
        self._write = fn("l_Lean_writeModule", p, p, c_uint8)
        self._typed = fn("l_Lean_Language_Lean_reparseOptions", p)
        self._no_messages = self._global("l_Lean_MessageLog_empty")
        self._done(fn("lean_init_search_path")())
        self._allow_imports = fn("lean_enable_initializer_execution")
        fn("lean_io_mark_end_initialization", result=None)()
        fn("lean_init_task_manager_using", c_uint32, result=None)(1)  # no thread before there is a task
        insert, self._options = fn("l_Lean_Options_insert", p, p, p), self._global("l_Lean_Options_empty")
        for name, value in options.items():  # text for now; the imports say of which type they are
            setting = self._object(self._string(value))
            self._options = insert(self._share(self._options), self._name(name), setting)
        self._header, self._module, self._base = "", "", 0

    def prepare(self, header: str, module: str) -> None:
        """Import what `header` names, for the texts of a module that begin with it. Raises `LeanError`."""
        messages: list[bytes] = []
        base = self._begin(header, module, messages.append)
        if not base:
            raise LeanError(messages[0].decode())
        self._persist(base)
        self._header, self._module, self._base = header, module, base

    def read(self, text: str, module: str, said: Said, olean: str = "", ahead: Ahead = lambda: None) -> int:
        """Elaborate a text as the module of that name; the number of errors. Without errors the compiled module is
        written to `olean`, if that is named. `ahead` is called before each command. Raises `LeanError`."""
        at = self._behind_header(text) if module == self._module else 0
        begun = self._share(self._base) if at else self._begin(text, module, said)
        if not begun:
            return 1
        context = self._input(text)
        position = self._place(at) if at else self._share(self._field(begun, 1))
        state, at = self._share(self._field(begun, 0)), self._share(self._field(position, 0))
        reference = self._new_ref(self._object(state, self._share(position), at, self._array([])))
        errors, last = 0, False
        while not last:
            command, position, messages = self._next(context, reference, position)
            errors += self._report(messages, said)
            self._release(messages)
            last = bool(self._is_last(self._share(command)))
            ahead()
            self._done(self._elaborate(command, context, reference))
            after = self._get_ref(reference)
            errors += self._report(self._field(self._field(after, 0), 1), said)
            environment = self._share(self._field(self._field(after, 0), 0))
            self._release(after)
            if last and olean and not errors:
                self._done(self._write(self._share(environment), self._string(olean), 1))
            self._release(environment)
        for address in (reference, position, context, begun):
            self._release(address)
        return errors

    def _behind_header(self, text: str) -> int:
        """Offset in bytes of the first command behind the header that was prepared; 0 where a text has another one.

        Lean's parser reads spaces and comments together with the token before them. Spaces are skipped here; a comment
        is left to the parser, and what may be one more import, too.
        """
        if not self._base or not text.startswith(self._header):
            return 0
        rest = text[len(self._header) :]
        spaces = len(rest) - len(rest.lstrip(" \n"))
        if rest.startswith(_NO_COMMAND, spaces):
            return 0
        return len(text[: len(self._header) + spaces].encode())

    def _place(self, offset: int) -> int:
        """The parser's state at an offset: a number, and a flag that it recovers from an error."""
        return self._filled(1 << 48 | 24 << 32 | 1, (2 * offset + 1, 0))

    def _begin(self, text: str, module: str, said: Said) -> int:
        """The header of a text, imported: as one object the state and the place behind; 0 where it has errors."""
        found = self._done(self._parse_header(self._input(text)))
        syntax, rest = self._field(found, 0), self._field(found, 1)
        position, messages = self._share(self._field(rest, 0)), self._share(self._field(rest, 1))
        imports = 0 if self._report(messages, said) else self._imports(self._share(syntax), 1)
        self._release(messages)
        self._release(found)
        if not imports:
            return 0
        self._allow_imports()  # every import takes that back
        options = self._share(self._options)
        environment = self._done(self._import(imports, options, 0, self._array([]), 1, 1, _PRIVATE, _NOTHING))
        environment = self._set_main(environment, self._name(module))
        options = self._done(self._typed(self._share(self._options)))
        state = self._state(environment, self._share(self._no_messages), options)
        return self._object(state, position)

    def _next(self, context: int, reference: int, position: int) -> tuple[int, int, int]:
        """The next command, the place behind it, what the parser says. Takes over `position` only."""
        before = self._get_ref(reference)
        state = self._field(before, 0)
        scope = self._field(self._field(state, 2), 0)
        seen = (self._field(state, 0), *(self._field(scope, index) for index in (1, 2, 3)))
        module_context = self._object(*map(self._share, seen))
        self._release(before)
        found = self._parse(self._share(context), module_context, position, self._share(self._no_messages))
        command, rest = self._share(self._field(found, 0)), self._field(found, 1)
        place, messages = self._share(self._field(rest, 0)), self._share(self._field(rest, 1))
        self._release(found)
        return command, place, messages

    def _report(self, log: int, said: Said) -> int:
        """Tell the messages of a log; how many of them are errors."""
        errors, messages = 0, self._messages(log)
        for index in range(self._field(messages, 0)):
            line = self._compress(self._to_json(self._share(self._field(messages, 2 + index))))
            data = self._bytes(line)
            errors += data.endswith(b'"severity":"error"}')
            said(data)
            self._release(line)
        self._release(messages)
        return errors

    def _function(self, name: str, *arguments: type, result: type | None = c_void_p) -> Callable[..., int]:
        return ctypes.PYFUNCTYPE(result, *arguments)(self._symbol(name))

    def _symbol(self, name: str) -> int:
        address = self._libc.dlsym(self._handle, name.encode())
        if not address:
            raise LeanError(f"the library does not export {name}")
        return int(address)

    def _global(self, name: str) -> int:
        return int(c_uint64.from_address(self._symbol(name)).value)

    def _done(self, result: int) -> int:
        """The value of a finished action. Raises `LeanError` where it ended with an error."""
        value = self._share(self._field(result, 0))
        if c_uint8.from_address(result + 7).value:
            raise LeanError(self._bytes(self._error(value)).decode(errors="replace"))
        self._release(result)
        return value

    def _input(self, text: str) -> int:
        end = 2 * len(text.encode()) + 1
        return self._context(self._string(text), self._string("Check.lean"), 1, end)

    def _string(self, text: str) -> int:
        data = text.encode()
        return self._string_of(data, len(data))

    def _bytes(self, string: int) -> bytes:
        return ctypes.string_at(string + 32, self._field(string, 0) - 1)

    def _name(self, dotted: str) -> int:
        address = 1
        for part in dotted.split("."):
            address = self._name_of(address, self._string(part))
        return address

    def _object(self, *fields: int) -> int:
        """An instance of a type's first constructor."""
        return self._filled(len(fields) << 48 | (8 + 8 * len(fields)) << 32 | 1, fields)

    def _array(self, items: Sequence[int]) -> int:
        return self._filled(246 << 56 | 1, (len(items), len(items), *items))

    def _filled(self, head: int, fields: Sequence[int]) -> int:
        address = self._alloc(8 + 8 * len(fields))
        for index, value in enumerate((head, *fields)):
            c_uint64.from_address(address + 8 * index).value = value
        return address

    def _field(self, address: int, index: int) -> int:
        return int(c_uint64.from_address(address + 8 + 8 * index).value)

    def _share(self, address: int) -> int:
        """One more reference."""
        if not address & 1:
            count = c_int32.from_address(address)
            if count.value > 0:
                count.value += 1
            elif _SHARED_FROM <= count.value < 0:
                count.value -= 1
        return address

    def _release(self, address: int) -> None:
        if not address & 1:
            count = c_int32.from_address(address)
            if count.value > 1:
                count.value -= 1
            elif count.value:
                self._free(address)
