"""Owns the OpenAPI document: derived routes from the descriptors with their comments, hand-written ones from FastAPI.

A message has two schemas when it is both read and written: `Dataset` as answered (every field present) and
`DatasetInput` as sent (only required fields required).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from kit import contract
from services.gateway.problems import MEDIA_TYPE
from services.gateway.transcode import Binding, bindings

Schema = dict[str, Any]

_DESCRIPTORS = Path(__file__).resolve().parents[2] / "gen/plumbapi.binpb"
_WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Struct": {"type": "object", "additionalProperties": True},
}
_SCALARS: dict[int, Schema] = {
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "format": "byte"},
    FieldDescriptor.TYPE_INT32: {"type": "integer", "format": "int32"},
    # proto JSON writes 64-bit integers as strings: JavaScript has no exact ones
    FieldDescriptor.TYPE_INT64: {"type": "string", "format": "int64"},
    FieldDescriptor.TYPE_DOUBLE: {
        "oneOf": [{"type": "number"}, {"type": "string", "enum": ["NaN", "Infinity", "-Infinity"]}]
    },
}


_FAILED: Schema = {
    "description": "Failed.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document(web: FastAPI) -> Schema:
    """The whole document of the running application."""
    schema = web.openapi()
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    components["Problem"] = _problem()
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)  # said by FastAPI; ours is a problem with status 400
            operation["responses"]["default"] = _FAILED
    for binding in bindings():
        operations = schema["paths"].setdefault(binding.path, {})
        operations[binding.verb.lower()] = _operation(binding, components)
    schema["paths"] = dict(sorted(schema["paths"].items()))
    schema["components"]["schemas"] = dict(sorted(components.items()))
    schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    schema["security"] = [{"token": []}]
    return schema


def _operation(binding: Binding, components: Schema) -> Schema:
    request, response = binding.method.input_type, binding.method.output_type
    operation: Schema = {
        "operationId": binding.method.name,
        "tags": [binding.service],
        "summary": _comment(binding.method.full_name) or _words(binding.method.name),
        "parameters": [*_parameters(binding, components)],
        "responses": {
            "200": {
                "description": "Done.",
                "content": {"application/json": {"schema": _ref(response, "", components)}},
            },
            "default": _FAILED,
        },
    }
    if binding.has_body:
        body = _object(request, "Input", components, without=set(binding.variables))
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return operation


def _parameters(binding: Binding, components: Schema) -> Iterable[Schema]:
    fields = binding.method.input_type.fields
    for field in fields:
        in_path = field.name in binding.variables
        if binding.has_body and not in_path:
            continue
        yield {
            "name": field.name,
            "in": "path" if in_path else "query",
            "required": in_path or contract.is_required(field),
            "description": _comment(field.full_name),
            "schema": _field(field, "Input", components),
        }


def _ref(message: Descriptor, flavour: str, components: Schema) -> Schema:
    name = message.full_name.split(".v1.")[-1].replace(".", "") + flavour
    if name not in components:
        components[name] = {}  # stops recursion
        components[name] = _object(message, flavour, components)
    return _named(name)


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(message: Descriptor, flavour: str, components: Schema, without: set[str] | None = None) -> Schema:
    fields = [field for field in message.fields if field.name not in (without or set())]
    required = [field.name for field in fields if (contract.is_required(field) if flavour else not field.has_presence)]
    schema: Schema = {
        "type": "object",
        "description": _comment(message.full_name),
        "properties": {field.name: _described(field, flavour, components) for field in fields},
    }
    if flavour:
        schema["additionalProperties"] = False
    if required:
        schema["required"] = required
    return schema


def _described(field: FieldDescriptor, flavour: str, components: Schema) -> Schema:
    schema, comment = _field(field, flavour, components), _comment(field.full_name)
    return {"description": comment, **({"allOf": [schema]} if "$ref" in schema else schema)} if comment else schema


def _field(field: FieldDescriptor, flavour: str, components: Schema) -> Schema:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        value = field.message_type.fields_by_name["value"]
        return {"type": "object", "additionalProperties": _field(value, flavour, components)}
    if field.message_type is not None:
        known = _WELL_KNOWN.get(field.message_type.full_name)
        item = known or _ref(field.message_type, flavour, components)
    elif field.enum_type is not None:
        item = _enum(field.enum_type)
    else:
        item = _SCALARS[field.type]
    return {"type": "array", "items": item} if field.is_repeated else item


def _enum(enum: EnumDescriptor) -> Schema:
    return {"type": "string", "enum": [value.name for value in enum.values]}


def _words(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip().capitalize() + "."


def _problem() -> Schema:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "RFC 9457 problem: `reason` for programs, `detail` for people.",
        "properties": {
            **{"type": text, "title": text, "status": {"type": "integer"}, "detail": text, "reason": text},
            **{"metadata": {"type": "object", "additionalProperties": text}, "trace_id": text},
        },
        "required": ["type", "title", "status", "detail", "reason", "metadata", "trace_id"],
    }


def _comment(full_name: str) -> str:
    return _comments().get(full_name, "")


@cache
def _comments() -> dict[str, str]:
    """Leading comments of the protos by full name; generated modules drop them, the descriptor set keeps them."""
    files = descriptor_pb2.FileDescriptorSet.FromString(_DESCRIPTORS.read_bytes())
    comments: dict[str, str] = {}
    for file in files.file:
        for location in file.source_code_info.location:
            name = _name_at(file, list(location.path))
            if name and location.leading_comments:
                comments[f"{file.package}.{name}"] = " ".join(location.leading_comments.split())
    return comments


def _name_at(file: descriptor_pb2.FileDescriptorProto, path: list[int]) -> str:
    """The dotted name of the element at a source path (descriptor.proto, SourceCodeInfo.Location)."""
    names, node = [], file
    for number, index in zip(path[::2], path[1::2], strict=False):
        field = node.DESCRIPTOR.fields_by_number[number]
        if not field.is_repeated or field.message_type is None:
            return ""
        node = getattr(node, field.name)[index]
        names.append(getattr(node, "name", ""))
    return ".".join(names) if names and all(names) and len(path) % 2 == 0 else ""
