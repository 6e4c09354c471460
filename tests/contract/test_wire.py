"""Two shapes per entity, message and table, with equal names: a field is a column, or is listed here as derived.

`kit.wire.fill` leaves a field unset that is neither, so a column that is renamed would be an empty answer and no error.
"""

from __future__ import annotations

from importlib import import_module

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from sqlalchemy import BigInteger, Boolean, DateTime, Float, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeEngine

from kit import contract

# what a message says and its own table does not hold: joined, counted, signed or shown once
DERIVED = {
    "auth.Session": {"member", "workspace", "access_token", "access_expire_time", "refresh_token"},
    "storage.Dataset": {"draft_image_count", "draft_change_count"},
    "storage.Image": {"path", "source", "batch_id", "contributor", "tags", "metadata"},
    "storage.Upload": {"put_url"},
    "annotation.ImportUpload": {"put_url"},
    "annotation.Snapshot": {"verifications"},
    "annotation.SnapshotEntry": {"annotations", "answers", "verification"},
    "experiments.Experiment": {"run_count"},
    "experiments.Run": {"experiment_name", "inputs", "metrics", "datasets"},
    "experiments.Model": {"aliases", "latest_versions"},
    "experiments.LoggedModel": {"metrics", "registrations"},
    "experiments.ModelVersion": {"model_name", "aliases", "artifact"},
}
# a table of the same name as a request: it holds which requests were seen, not the request
NOT_ENTITIES = {"experiments.LogRequest"}

# types a column may have for a field, by what the field is
_FITTING: dict[int, tuple[type[TypeEngine], ...]] = {
    FieldDescriptor.TYPE_STRING: (Text,),
    FieldDescriptor.TYPE_ENUM: (Text,),
    FieldDescriptor.TYPE_BOOL: (Boolean,),
    FieldDescriptor.TYPE_INT32: (Integer,),
    FieldDescriptor.TYPE_INT64: (BigInteger, Integer),
    FieldDescriptor.TYPE_DOUBLE: (Float,),
    FieldDescriptor.TYPE_BYTES: (LargeBinary,),
}


def entities() -> list[tuple[str, Descriptor, dict[str, TypeEngine]]]:
    """Every message that has a table of its name, with the columns of that table."""
    found = []
    for service in contract.SERVICES:
        messages = import_module(f"plumbapi.{service}.v1")
        table = import_module(f"services.{service}.tables").Table
        for mapper in sorted(table.registry.mappers, key=lambda mapper: mapper.class_.__name__):
            name = mapper.class_.__name__
            if hasattr(messages, name) and f"{service}.{name}" not in NOT_ENTITIES:
                columns = {attribute.key: attribute.columns[0].type for attribute in mapper.column_attrs}
                found.append((f"{service}.{name}", getattr(messages, name).DESCRIPTOR, columns))
    return found


ENTITIES = entities()
NAMES = [name for name, _, _ in ENTITIES]


@pytest.mark.parametrize(("name", "message", "columns"), ENTITIES, ids=NAMES)
def test_every_field_is_a_column_or_listed_as_derived(
    name: str, message: Descriptor, columns: dict[str, TypeEngine]
) -> None:
    assert {field.name for field in message.fields} - set(columns) == DERIVED.get(name, set())


@pytest.mark.parametrize(("name", "message", "columns"), ENTITIES, ids=NAMES)
def test_a_column_holds_what_its_field_says(name: str, message: Descriptor, columns: dict[str, TypeEngine]) -> None:
    for field in message.fields:
        column = columns.get(field.name)
        if column is not None and field.name not in DERIVED.get(name, set()):
            assert isinstance(column, fitting(field)), f"{name}.{field.name} is kept as {column!r}"


def fitting(field: FieldDescriptor) -> tuple[type[TypeEngine], ...]:
    if field.message_type is not None and field.message_type.full_name == "google.protobuf.Timestamp":
        return (DateTime,)
    if field.is_repeated or field.message_type is not None:
        # annotations are kept as the canonical text that their digest is of
        return (JSONB, ARRAY, LargeBinary, Text)
    return _FITTING[field.type]


def test_only_entities_are_listed_as_derived() -> None:
    assert set(DERIVED) <= set(NAMES)


def test_the_entities_that_everything_rests_on_are_found() -> None:
    assert {"storage.Dataset", "annotation.Task", "experiments.Run", "trainer.Job", "auth.Member"} <= set(NAMES)
