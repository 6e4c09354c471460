"""Owns sample requests: the smallest message of a type that the edge accepts. Knows only descriptors."""

from __future__ import annotations

from typing import Any

from google.api import field_behavior_pb2
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

_TEXT = "sample"


def sample(descriptor: Descriptor, **given: Any) -> Message:
    """A message whose required fields are set, to `given` by field name where given, at any depth."""
    message = message_factory.GetMessageClass(descriptor)()
    for field in descriptor.fields:
        if field.name in given and field.message_type is None:
            _put(message, field, given[field.name])
        elif is_required(field):
            _put(message, field, _value(field, given))
    return message


def is_required(field: FieldDescriptor) -> bool:
    behaviours = field.GetOptions().Extensions[field_behavior_pb2.field_behavior]
    return field_behavior_pb2.REQUIRED in behaviours


def _value(field: FieldDescriptor, given: dict[str, Any]) -> Any:
    if field.message_type is not None:
        if field.message_type.GetOptions().map_entry:
            return None
        return sample(field.message_type, **given)
    if field.enum_type is not None:
        return field.enum_type.values[-1].number
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return b"sample" if field.type == FieldDescriptor.TYPE_BYTES else _TEXT
    return True if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL else 1


def _put(message: Message, field: FieldDescriptor, value: Any) -> None:
    if value is None:
        getattr(message, field.name)["sample"] = _TEXT
    elif field.message_type is not None:
        target = getattr(message, field.name)
        (target.add() if field.is_repeated else target).MergeFrom(value)
        if not field.is_repeated:
            target.SetInParent()
    elif field.is_repeated:
        getattr(message, field.name).append(value)
    else:
        setattr(message, field.name, value)
