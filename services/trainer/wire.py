"""Owns the shape of jobs and recipes on the wire."""

from __future__ import annotations

from typing import Any

from kit.wire import fill
from plumbapi.trainer import v1 as pb
from services.trainer.tables import Job


def job(row: Job) -> pb.Job:
    return fill(pb.Job, row)


def recipe(entry: dict[str, Any]) -> pb.Recipe:
    """A recipe of the catalogue, see `services.trainer.recipes`."""
    message = pb.Recipe(name=entry["name"], title=entry["title"], description=entry["description"])
    message.config_schema.update(entry["schema"])
    return message
