"""Owns messages as plain JSON values and back, by a plan per message type that is made once.

Means the same as `google.protobuf.json_format`, which it asks about everything that is not plain: a request that uses
another spelling of names, null, text for numbers or the like is read by that library, and refused by it.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from google.protobuf import descriptor_pool, json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

M = TypeVar("M", bound=Message)
Read = Callable[[Any, Any], None]
Write = Callable[[Any], Any]

_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_NUMBERS = {int, float}
_DOUBLE = FieldDescriptor.CPPTYPE_DOUBLE
_INTEGERS = (FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_UINT32)
_LONG = (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64)
_OPTIONS: Any = {"preserving_proto_field_name": True, "always_print_fields_with_no_presence": True}


class _NotPlain(Exception):
    """Something that only the library decides."""


def message(message_type: type[M], fields: dict[str, Any]) -> M:
    """A message with these fields.

    Raises:
        ParseError and what else `ParseDict` raises: the fields are not those of such a message.
    """
    found = message_type()
    try:
        _reader(message_type.DESCRIPTOR.full_name)(found, fields)
    except (_NotPlain, TypeError, ValueError):
        return json_format.ParseDict(fields, message_type())
    return found


def document(message: Message) -> dict[str, Any]:
    """A message in its REST form: the proto's own field names, scalar fields also when zero."""
    found: dict[str, Any] = _writer(message.DESCRIPTOR.full_name)(message)
    return found


@lru_cache(maxsize=1024)
def _reader(name: str) -> Read:
    readers = {field.name: _field_reader(field) for field in _described(name).fields}

    def read(target: Any, fields: Any) -> None:
        if type(fields) is not dict:
            raise _NotPlain
        for field, value in fields.items():
            reader = readers.get(field)
            if reader is None:
                raise _NotPlain
            reader(target, value)

    return read


def _field_reader(field: FieldDescriptor) -> Read:
    oneof = field.containing_oneof
    if oneof is not None and len(oneof.fields) > 1:
        return _refuse
    if field.message_type is not None:
        return _message_reader(field)
    convert = _scalar_reader(field)
    name = field.name
    if not field.is_repeated:
        return lambda target, value: setattr(target, name, convert(value))
    if field.cpp_type == _DOUBLE:
        return lambda target, value: getattr(target, name).extend(_doubles(value))
    return lambda target, value: getattr(target, name).extend(map(convert, _listed(value)))


def _message_reader(field: FieldDescriptor) -> Read:
    inner = field.message_type
    assert inner is not None
    if inner.full_name.startswith("google.") or inner.GetOptions().map_entry:
        return _refuse
    name, full_name = field.name, inner.full_name
    if field.is_repeated:

        def read_each(target: Any, value: Any) -> None:
            read, add = _reader(full_name), getattr(target, name).add
            for item in _listed(value):
                read(add(), item)

        return read_each

    def read_one(target: Any, value: Any) -> None:
        part = getattr(target, name)
        part.SetInParent()
        _reader(full_name)(part, value)

    return read_one


def _scalar_reader(field: FieldDescriptor) -> Write:
    if field.enum_type is not None:
        numbers = {value.name: value.number for value in field.enum_type.values}
        return lambda value: numbers[value] if type(value) is str and value in numbers else _refuse(None, value)
    if field.cpp_type == _DOUBLE:
        return lambda value: value if type(value) in _NUMBERS else _refuse(None, value)
    kinds = {FieldDescriptor.CPPTYPE_BOOL: bool, FieldDescriptor.CPPTYPE_STRING: str}
    kind: type = int if field.cpp_type in (*_INTEGERS, *_LONG) else kinds.get(field.cpp_type, _NotPlain)
    if field.type == FieldDescriptor.TYPE_BYTES:
        kind = _NotPlain
    return lambda value: value if type(value) is kind else _refuse(None, value)


def _doubles(value: Any) -> Any:
    """Numbers of a column, of which some may be words."""
    if set(map(type, _listed(value))) <= _NUMBERS:
        return value
    return [item if type(item) in _NUMBERS else _WORDS.get(item) or _refuse(None, item) for item in value]


def _listed(value: Any) -> list[Any]:
    if type(value) is not list:
        raise _NotPlain
    return value


def _refuse(_target: Any, _value: Any) -> Any:
    raise _NotPlain


@lru_cache(maxsize=1024)
def _writer(name: str) -> Write:
    plan = [(field.name, field.has_presence, _field_writer(field)) for field in _described(name).fields]

    def write(source: Any) -> dict[str, Any]:
        found = {}
        for field, has_presence, convert in plan:
            if not has_presence or source.HasField(field):
                found[field] = convert(getattr(source, field))
        return found

    return write


def _field_writer(field: FieldDescriptor) -> Write:
    inner = field.message_type
    if inner is not None and inner.GetOptions().map_entry:
        convert = _value_writer(inner.fields_by_name["value"])
        return lambda value: {_key(key): convert(value[key]) for key in value}
    convert = _value_writer(field)
    if not field.is_repeated:
        return convert
    if field.cpp_type == _DOUBLE:
        return _write_doubles
    if convert is _same:
        return list
    return lambda value: [convert(item) for item in value]


def _value_writer(field: FieldDescriptor) -> Write:
    inner = field.message_type
    if inner is not None and inner.full_name.startswith("google."):
        return lambda value: json_format.MessageToDict(value, **_OPTIONS)
    if inner is not None:
        name = inner.full_name
        return lambda value: _writer(name)(value)
    if field.enum_type is not None:
        names = {value.number: value.name for value in field.enum_type.values}
        return lambda value: names.get(value, value)
    if field.cpp_type == _DOUBLE:
        return _write_double
    if field.cpp_type in _LONG:
        return str
    if field.type == FieldDescriptor.TYPE_BYTES:
        return lambda value: b64encode(value).decode()
    return _same


def _write_double(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _write_doubles(values: Any) -> list[float | str]:
    found = list(values)
    # one that is not finite makes the sum so; so may an overflow, which costs a second look only
    return found if math.isfinite(sum(found)) else list(map(_write_double, found))


def _same(value: Any) -> Any:
    return value


def _key(key: Any) -> str:
    return str(key).lower() if isinstance(key, bool) else str(key)


def _described(name: str) -> Descriptor:
    return descriptor_pool.Default().FindMessageTypeByName(name)
