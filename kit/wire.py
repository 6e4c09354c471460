"""Owns the copying of rows to messages by field name, so that only derived fields are ever spelled out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

M = TypeVar("M", bound=Message)


def fill(message_type: type[M], row: object, **derived: Any) -> M:
    """A message whose fields are the row's columns of the same name, or the values given in `derived`.

    Columns may hold datetimes (for Timestamp), JSON objects (for Struct, maps and nested messages), the bare name of an
    enum value, lists of any of these, or None (the field stays unset). A field that is neither a column nor derived
    stays unset; `tests/contract/test_wire.py` lists those on purpose.
    """
    message = message_type()
    for field in message_type.DESCRIPTOR.fields:
        value = derived[field.name] if field.name in derived else getattr(row, field.name, None)
        if value is not None:
            _set(message, field, value)
    return message


def _set(message: Message, field: Any, value: Any) -> None:
    target = getattr(message, field.name)
    if field.is_repeated:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            target.update(value)
        elif field.message_type is not None:
            for item in value:
                _merge(target.add(), item)
        else:
            target.extend(_enum_number(field, item) for item in value)
    elif field.message_type is not None:
        _merge(target, value)
    else:
        setattr(message, field.name, _enum_number(field, value))


def _enum_number(field: Any, value: Any) -> Any:
    if field.enum_type is not None and isinstance(value, str):
        return field.enum_type.values_by_name[value].number
    return value


def _merge(target: Message, value: Any) -> None:
    if isinstance(value, datetime) and isinstance(target, Timestamp):
        target.FromDatetime(value)
    elif isinstance(value, Message):
        target.CopyFrom(value)
        target.SetInParent()
    else:
        ParseDict(value, target)
        target.SetInParent()
