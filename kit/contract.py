"""Owns what the protos say: methods, message classes, required fields. Reads descriptors only."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from google.api import field_behavior_pb2
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import MethodDescriptor
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
        Invalid: names every missing field.
    """
    missing = list(_missing(request, ""))
    if missing:
        raise Invalid(f"Missing: {', '.join(missing)}.", reason="FIELD_REQUIRED", fields=",".join(missing))


def _missing(message: Message, prefix: str) -> Iterator[str]:
    present = {field.name for field, _ in message.ListFields()}
    for name in _required_fields(message.DESCRIPTOR.full_name):
        if name not in present:
            yield prefix + name
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.file.package.startswith("google."):
            continue
        if field.is_repeated:
            for index, item in enumerate(value):
                yield from _missing(item, f"{prefix}{field.name}[{index}].")
        else:
            yield from _missing(value, f"{prefix}{field.name}.")


@lru_cache(maxsize=1024)
def _required_fields(message: str) -> tuple[str, ...]:
    descriptor = descriptor_pool.Default().FindMessageTypeByName(message)
    return tuple(
        field.name
        for field in descriptor.fields
        if field_behavior_pb2.REQUIRED in field.GetOptions().Extensions[field_behavior_pb2.field_behavior]
    )
