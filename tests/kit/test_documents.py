"""Messages as JSON values: whatever the plan per type says, protobuf's own library says too."""

from __future__ import annotations

import math
from typing import Any

import pytest
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from google.protobuf.message import Message

from kit import contract, documents
from plumbapi.experiments import v1 as pb

_DEPTH = 4
_VALUES: dict[int, Any] = {
    FieldDescriptor.CPPTYPE_STRING: "tïle",
    FieldDescriptor.CPPTYPE_BOOL: True,
    FieldDescriptor.CPPTYPE_DOUBLE: 0.1,
}


def types_of_the_contract() -> list[str]:
    """Every request and answer."""
    found = set()
    for service in (*contract.SERVICES.values(), contract.AUDIT):
        for method in service.methods:
            found |= {method.input_type.full_name, method.output_type.full_name}
    return sorted(name for name in found if not name.startswith("google."))


def filled(descriptor: Descriptor, depth: int = 0) -> Message:
    """A message with something in every field, of a oneof in the last."""
    message = message_factory.GetMessageClass(descriptor)()
    for field in descriptor.fields:
        target = getattr(message, field.name)
        if field.message_type is None:
            value = _scalar(field)
            target.extend([value, value]) if field.is_repeated else setattr(message, field.name, value)
        elif field.message_type.GetOptions().map_entry:
            continue
        elif depth < _DEPTH and field.is_repeated:
            target.append(filled(field.message_type, depth + 1))
        elif depth < _DEPTH:
            target.CopyFrom(_well_known(field) or filled(field.message_type, depth + 1))
    return message


def _scalar(field: FieldDescriptor) -> Any:
    if field.type == FieldDescriptor.TYPE_BYTES:
        return b"\x00\xff"
    if field.enum_type is not None:
        return field.enum_type.values[-1].number
    return _VALUES.get(field.cpp_type, 7)


def _well_known(field: FieldDescriptor) -> Message | None:
    if field.message_type.full_name == "google.protobuf.Timestamp":
        time = message_factory.GetMessageClass(field.message_type)()
        time.FromJsonString("2026-03-01T10:00:00.5Z")
        return time
    if field.message_type.full_name == "google.protobuf.Struct":
        return ParseDict({"a": [1, None, {"b": "c"}]}, message_factory.GetMessageClass(field.message_type)())
    return None


def _library(message: Message) -> dict[str, Any]:
    return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)


@pytest.mark.parametrize("name", types_of_the_contract())
def test_every_message_is_written_and_read_like_the_library_does(name: str) -> None:
    descriptor = descriptor_pool.Default().FindMessageTypeByName(name)
    kind = message_factory.GetMessageClass(descriptor)
    for message in (filled(descriptor), kind()):
        assert documents.document(message) == _library(message)
        assert documents.message(kind, documents.document(message)) == message


@pytest.mark.parametrize(
    "fields",
    [
        {"key": "a", "steps": [1, 2.5], "values": ["NaN", "-Infinity"], "times": []},
        {"key": "a", "steps": ["1", 2]},
        {"key": None, "steps": None},
        {},
    ],
)
def test_unusual_forms_mean_what_they_mean_to_the_library(fields: dict[str, Any]) -> None:
    expected = ParseDict(fields, pb.Series())
    assert str(documents.message(pb.Series, fields)) == str(expected)


@pytest.mark.parametrize(
    "fields",
    [
        {"colour": "red"},
        {"key": 1},
        {"steps": 1},
        {"steps": ["one"]},
        {"steps": [None]},
        {"key": "\ud800"},
        {"values": [{}]},
    ],
)
def test_what_the_library_refuses_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ParseError):
        ParseDict(fields, pb.Series())
    with pytest.raises(ParseError):
        documents.message(pb.Series, fields)


def test_names_in_camel_case_are_understood_too() -> None:
    assert documents.message(pb.LogResponse, {"pointCount": 3}).point_count == 3


def test_numbers_that_json_lacks_are_words() -> None:
    written = documents.document(pb.Series(values=[1.0, math.nan, -math.inf, 1e308, 1e308]))
    assert written["values"] == [1.0, "NaN", "-Infinity", 1e308, 1e308]
