"""Rows become messages by field name: times, JSON, enums, lists and nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from kit import documents, wire
from plumbapi.annotation import v1 as annotation
from plumbapi.common import v1 as common
from plumbapi.storage import v1 as storage

MOMENT = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)


def entry(**columns: object) -> common.AuditEntry:
    return wire.fill(common.AuditEntry, SimpleNamespace(**columns))


def test_columns_of_the_same_name_are_copied_and_others_left() -> None:
    filled = entry(id="aud_1", count=3, workspace_id="ws_1")
    assert (filled.id, filled.count) == ("aud_1", 3)


def test_a_time_keeps_its_moment_in_any_zone() -> None:
    eastern = MOMENT.astimezone(timezone(timedelta(hours=-5)))
    assert entry(create_time=MOMENT).create_time == entry(create_time=eastern).create_time
    assert entry(create_time=eastern).create_time.ToDatetime(UTC) == MOMENT


def test_json_fills_structs_and_messages() -> None:
    filled = entry(detail={"a": [1, None, {"b": "ü"}]}, actor={"member_id": "mem_1", "name": "Mia", "kind": "PERSON"})
    assert filled.detail["a"][2]["b"] == "ü"
    assert (filled.actor.name, filled.actor.kind) == ("Mia", common.Actor.PERSON)


def test_an_empty_struct_is_there_and_a_missing_one_is_not() -> None:
    assert entry(detail={}).HasField("detail")
    assert not entry(detail=None).HasField("detail")


def test_an_enum_is_read_by_its_bare_name_also_in_lists() -> None:
    assert entry(kind="ACCESS").kind == common.AuditEntry.ACCESS
    project = wire.fill(annotation.Project, SimpleNamespace(tools=["BOX", "POLYGON"]))
    assert [annotation.Tool.Name(tool) for tool in project.tools] == ["BOX", "POLYGON"]


def test_a_name_that_the_enum_lacks_is_a_bug_and_not_a_default() -> None:
    with pytest.raises(KeyError):
        entry(kind="GOSSIP")


def test_a_derived_value_comes_before_the_column_also_when_it_is_nothing() -> None:
    row = SimpleNamespace(id="aud_1", action="column")
    assert wire.fill(common.AuditEntry, row, action="derived").action == "derived"
    assert wire.fill(common.AuditEntry, row, action=None).action == ""


def test_messages_in_lists_are_copied() -> None:
    share = storage.Share(value="site A", image_count=3)
    filled = wire.fill(storage.Composition, SimpleNamespace(sources=[share, {"value": "lab", "image_count": 1}]))
    assert [(part.value, part.image_count) for part in filled.sources] == [("site A", 3), ("lab", 1)]


def test_a_document_shows_zeros_and_the_protos_own_names() -> None:
    document = documents.document(storage.Share(value="site A"))
    assert document["image_count"] in (0, "0")
    assert document["value"] == "site A"
