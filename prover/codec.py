"""Values to JSON and back: the one codec of the store, the manifest and every `--json`.

`to_json` turns frozen dataclasses, enums, tuples and mappings into plain JSON values. `from_json` is its
strict inverse, driven by the type hints: an unknown or missing field, a wrong type or an unknown enum member
raises `InputError` that names the path (`attempt.statement.header.imports[0]`). Integers are accepted for
floats (JSON does not tell them apart), nothing else is converted. Limits: the hints may use dataclasses,
`StrEnum`, `str`, `int`, `float`, `bool`, `None`, unions of these, `tuple[X, ...]`, `tuple[X, Y]` and
`Mapping[str, X]`.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import sys
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar, cast

from prover.errors import InputError

T = TypeVar("T")

_LARGEST = int(sys.float_info.max)


def to_json(value: Any) -> Any:
    """`value` as dict, list, str, int, float, bool, None. `TypeError` for what has no JSON form."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Mapping):
        return {_key(key): to_json(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def compact(value: Any) -> str:
    """Short text of a dataclass that `loads` reads back: no spaces, no field that holds its default, and letters as
    they are (as escapes where UTF-8 could not hold them)."""
    data = _without_defaults(value)
    try:
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(data, sort_keys=True, separators=(",", ":"))
    return text


def _without_defaults(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((field, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {f.name: _without_defaults(item) for f, item in pairs if item != _default(f)}
    if isinstance(value, Mapping):
        return {_key(key): _without_defaults(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_without_defaults(item) for item in value]
    return to_json(value)


def _default(field: dataclasses.Field[Any]) -> Any:
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a mapping's key must be text, found {type(key).__name__}")
    return key


def dumps(value: Any) -> str:
    """Canonical, compact ASCII text: sorted keys, so that equal values have equal texts. Lone surrogates,
    which a hostile JSON file can hold and UTF-8 cannot, survive as escapes."""
    return json.dumps(to_json(value), sort_keys=True, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 (hex) of the canonical text."""
    return hashlib.sha256(dumps(value).encode("ascii")).hexdigest()


def from_json(cls: type[T], data: Any, path: str = "") -> T:
    """The value of type `cls` that `data` describes; `InputError` when it does not describe one exactly."""
    return cast("T", _decode(cls, data, path or cls.__name__.lower()))


def loads(cls: type[T], text: str, path: str = "") -> T:
    """`from_json` of a JSON text."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise InputError(f"{path or cls.__name__}: not JSON: {error}") from None
    return from_json(cls, data, path)


def _decode(hint: Any, data: Any, path: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return _decode_union(typing.get_args(hint), data, path)
    if origin is tuple:
        return _decode_tuple(typing.get_args(hint), data, path)
    if origin is not None and issubclass(origin, Mapping):
        return _decode_mapping(typing.get_args(hint)[1], data, path)
    if hint is Any:
        return data
    if hint is None or hint is type(None):
        return _expect(data is None, None, "null", data, path)
    if dataclasses.is_dataclass(hint):
        return _decode_dataclass(hint, data, path)
    if issubclass(hint, StrEnum):
        members = [member.value for member in hint]
        _expect(data in members, data, "one of " + ", ".join(members), data, path)
        return hint(data)
    if hint is float:
        number = isinstance(data, int | float) and not isinstance(data, bool)
        # Whole numbers have no bound in JSON, floats do.
        number = number and (isinstance(data, float) or abs(data) <= _LARGEST)
        return float(_expect(number, data, "a number", data, path))
    matches = isinstance(data, hint) and not (hint is int and isinstance(data, bool))
    return _expect(matches, data, _NAMES.get(hint, hint.__name__), data, path)


_PLAIN = frozenset({str, int, float, bool})
"""What needs no further look when the type is exactly that."""
_NAMES: dict[type, str] = {str: "text", int: "a whole number", bool: "true or false"}


def _expect(condition: bool, value: Any, expected: str, data: Any, path: str) -> Any:
    if not condition:
        raise InputError(f"{path}: expected {expected}, found {_short(data)}")
    return value


def _short(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 60 else text[:57] + "..."


def _decode_union(hints: tuple[Any, ...], data: Any, path: str) -> Any:
    if data is None and type(None) in hints:
        return None
    errors: list[str] = []
    for hint in hints:
        if hint is type(None):
            continue
        if hint is float and isinstance(data, int) and int in hints:
            continue
        try:
            return _decode(hint, data, path)
        except InputError as error:
            errors.append(str(error))
    raise InputError(errors[0] if len(errors) == 1 else f"{path}: no alternative fits: " + "; ".join(errors))


def _decode_tuple(hints: tuple[Any, ...], data: Any, path: str) -> tuple[Any, ...]:
    _expect(isinstance(data, list), None, "a list", data, path)
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(_decode(hints[0], item, f"{path}[{index}]") for index, item in enumerate(data))
    _expect(len(data) == len(hints), None, f"a list of {len(hints)}", data, path)
    pairs = enumerate(zip(hints, data, strict=True))
    return tuple(_decode(hint, item, f"{path}[{index}]") for index, (hint, item) in pairs)


def _decode_mapping(hint: Any, data: Any, path: str) -> dict[str, Any]:
    _expect(isinstance(data, dict), None, "an object", data, path)
    return {key: _decode(hint, item, f"{path}.{key}") for key, item in data.items()}


@functools.cache
def _fields(cls: type) -> Mapping[str, tuple[Any, bool]]:
    """Of each field, its type hint and whether it must be there."""
    hints = typing.get_type_hints(cls)
    return {
        field.name: (
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(cls)
    }


def _decode_dataclass(cls: Any, data: Any, path: str) -> Any:
    _expect(isinstance(data, dict), None, f"an object ({cls.__name__})", data, path)
    fields = _fields(cls)
    if not data.keys() <= fields.keys():
        unknown = sorted(set(data) - set(fields))
        raise InputError(f"{path}: unknown field {unknown[0]!r} of {cls.__name__}")
    values: dict[str, Any] = {}
    for name, (hint, needed) in fields.items():
        if name in data:
            value = data[name]
            plain = type(value) is hint and hint in _PLAIN
            values[name] = value if plain else _decode(hint, value, f"{path}.{name}")
        elif needed:
            raise InputError(f"{path}: missing field {name!r} of {cls.__name__}")
    return cls(**values)
