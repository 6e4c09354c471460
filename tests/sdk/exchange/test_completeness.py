"""A field that somebody adds to a run or a model is noticed: it is exported, and read back or known to follow."""

from __future__ import annotations

import inspect

import pytest

from plumbapi.experiments import v1 as pb
from plumbline.exchange import export, package, package_documents, registry, run_rows

# given anew by the platform that imports, or following from what is read back
_FOLLOWS = {
    "Run": {"experiment_id", "creator", "record_digest", "metrics", "job_id"},
    "Model": {"id", "creator", "create_time", "update_time", "latest_version", "latest_versions", "aliases"},
    "ModelVersion": {"model_id", "aliases", "creator", "create_time", "update_time", "delete_time"}
    | {"status", "status_message"},
    "LoggedModel": {"creator", "create_time", "update_time", "registrations"},
    "Experiment": {"id", "run_count", "creator", "create_time", "update_time", "delete_time"},
    "Gate": {"model_id", "updater", "create_time", "update_time"},
}


@pytest.mark.parametrize("message", sorted(_FOLLOWS))
def test_every_field_is_read_back_or_follows(message: str) -> None:
    code = "".join(map(inspect.getsource, (export, package, package_documents, registry, run_rows)))
    fields = {field.name for field in getattr(pb, message).DESCRIPTOR.fields}
    unread = {name for name in fields - _FOLLOWS[message] if f'"{name}"' not in code}
    assert unread == set()
