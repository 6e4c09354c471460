"""Owns what the protos say: methods, message classes, required fields. Reads descriptors only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from google.api import field_behavior_pb2
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message

from kit.errors import Invalid
from plumbapi.annotation.v1 import annotation_service_pb2
from plumbapi.auth.v1 import auth_service_pb2
from plumbapi.common.v1 import audit_pb2
from plumbapi.experiments.v1 import experiments_service_pb2
from plumbapi.storage.v1 import storage_service_pb2
from plumbapi.trainer.v1 import trainer_service_pb2

# Importing a module registers its messages in the pool; the names are the targets of `python -m services`.
SERVICES = {
    "auth": auth_service_pb2.DESCRIPTOR.services_by_name["AuthService"],
    "storage": storage_service_pb2.DESCRIPTOR.services_by_name["StorageService"],
    "annotation": annotation_service_pb2.DESCRIPTOR.services_by_name["AnnotationService"],
    "experiments": experiments_service_pb2.DESCRIPTOR.services_by_name["ExperimentsService"],
    "trainer": trainer_service_pb2.DESCRIPTOR.services_by_name["TrainerService"],
}
AUDIT = audit_pb2.DESCRIPTOR.services_by_name["AuditService"]

# a request of a thousand items may lack a thousand fields: the answer has to fit into the headers of gRPC
_MOST_NAMED = 10


def path(method: MethodDescriptor) -> str:
    """The path of a method in gRPC: `/package.Service/Method`."""
    return f"/{method.containing_service.full_name}/{method.name}"


def permission(path: str) -> str:
    """The row of a method in the permission table: `storage.PublishDataset`."""
    service, method = path.lstrip("/").split("/")
    return f"{service.split('.')[1]}.{method}"


@lru_cache(maxsize=1024)
def response_class(path: str) -> type[Message]:
    service, method = path.lstrip("/").split("/")
    descriptor = descriptor_pool.Default().FindServiceByName(service).methods_by_name[method]
    return message_factory.GetMessageClass(descriptor.output_type)


def without_secrets(message: Message) -> Message:
    """A copy without the fields marked `debug_redact`, at the top level of a message."""
    public = type(message)()
    public.CopyFrom(message)
    for field in message.DESCRIPTOR.fields:
        if field.GetOptions().debug_redact:
            public.ClearField(field.name)
    return public


def check_required(request: Message) -> None:
    """Refuse a request that leaves out a field marked REQUIRED, at any depth.

    Raises:
        Invalid: names the missing fields, the first of them when there are many.
    """
    missing = list(islice(_missing(request, ""), _MOST_NAMED))
    if missing:
        raise Invalid(f"Missing: {', '.join(missing)}.", reason="FIELD_REQUIRED", fields=",".join(missing))


def check_enums(request: Message) -> None:
    """Refuse a request that holds a number which its enum does not name, at any depth.

    Raises:
        Invalid: names the fields.
    """
    unknown = list(islice(_unknown_enums(request, ""), _MOST_NAMED))
    if unknown:
        raise Invalid(f"There is no such value for {', '.join(unknown)}.", reason="ENUM_UNKNOWN")


def _missing(message: Message, prefix: str) -> Iterator[str]:
    present = {field.name for field, _ in message.ListFields()}
    for name in _facts(message.DESCRIPTOR.full_name).required:
        if name not in present:
            yield prefix + name
    for name, inner in _inner(message, prefix):
        if _facts(inner.DESCRIPTOR.full_name).requires:
            yield from _missing(inner, name)


def _unknown_enums(message: Message, prefix: str) -> Iterator[str]:
    for field in _facts(message.DESCRIPTOR.full_name).enums:
        value = getattr(message, field.name)
        assert field.enum_type is not None
        known = field.enum_type.values_by_number
        if any(number not in known for number in (value if field.is_repeated else (value,))):
            yield prefix + field.name
    for name, inner in _inner(message, prefix):
        if _facts(inner.DESCRIPTOR.full_name).has_enums:
            yield from _unknown_enums(inner, name)


def _inner(message: Message, prefix: str) -> Iterator[tuple[str, Message]]:
    """The messages of our own kinds directly inside a message, each with the prefix of its fields' names."""
    for field, value in message.ListFields():
        if not _is_ours(field):
            continue
        if field.is_repeated:
            yield from ((f"{prefix}{field.name}[{index}].", item) for index, item in enumerate(value))
        else:
            yield f"{prefix}{field.name}.", value


def _is_ours(field: FieldDescriptor) -> bool:
    inner = field.message_type
    return inner is not None and not inner.GetOptions().map_entry and not inner.file.package.startswith("google.")


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a message type asks for: its own required fields and enums, and whether it or anything inside has any."""

    required: tuple[str, ...]
    enums: tuple[FieldDescriptor, ...]
    requires: bool
    has_enums: bool


@lru_cache(maxsize=1024)
def _facts(message: str) -> _Facts:
    family = _family(descriptor_pool.Default().FindMessageTypeByName(message), {})
    required, enums = family[message]
    return _Facts(
        required, enums, any(names for names, _ in family.values()), any(fields for _, fields in family.values())
    )


_Family = dict[str, tuple[tuple[str, ...], tuple[FieldDescriptor, ...]]]


def _family(message: Descriptor, seen: _Family) -> _Family:
    """Required fields and enums of a message type and of every type inside, by full name."""
    if message.full_name not in seen:
        seen[message.full_name] = (
            tuple(field.name for field in message.fields if is_required(field)),
            tuple(field for field in message.fields if field.enum_type is not None),
        )
        for field in message.fields:
            if field.message_type is not None and _is_ours(field):
                _family(field.message_type, seen)
    return seen


def is_required(field: FieldDescriptor) -> bool:
    """Whether the contract marks a field REQUIRED."""
    return field_behavior_pb2.REQUIRED in field.GetOptions().Extensions[field_behavior_pb2.field_behavior]
