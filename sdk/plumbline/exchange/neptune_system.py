"""Owns the single values of a Neptune run: those below `sys/` name and date it, the others are its params."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from plumbline.exchange.content import RunContent, text_of, time_ms

_SYSTEM = "sys/"
_FORK = "sys/forking/parent"
_FORK_STEP = "sys/forking/step"
_NAMES = ("sys/custom_run_id", "sys/id")
# what has a place of its own in a run; the rest below `sys/` becomes tags
_PLACED = {
    "sys/name",
    "sys/description",
    "sys/owner",
    "sys/creation_time",
    "sys/tags",
    "sys/group_tags",
    _FORK,
    _FORK_STEP,
}
_DATES_OF_END = ("sys/modification_time", "sys/ping_time")


@dataclass(slots=True)
class Scalars:
    """Single values of a run by attribute path, and the newest time of its series."""

    system: dict[str, Any] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    newest: datetime | None = None

    def add(self, path: str, kind: str, value: Any) -> None:
        if path.startswith(_SYSTEM):
            self.system[path] = value
        else:
            self.params[path] = text(value)

    def see(self, moment: datetime | None) -> None:
        """A time that a series has a point at."""
        if moment is not None and (self.newest is None or moment > self.newest):
            self.newest = moment

    @property
    def names(self) -> list[str]:
        """What else the run is called by others."""
        return [str(self.system[name]) for name in _NAMES if name in self.system]

    @property
    def forked_from(self) -> str:
        return str(self.system.get(_FORK) or "")

    @property
    def created(self) -> str:
        """RFC 3339, or empty."""
        moment = self.system.get("sys/creation_time")
        return text_of(moment) if isinstance(moment, datetime) else ""

    @property
    def created_ms(self) -> float:
        return time_ms(self.created) if self.created else 0.0

    @property
    def ended(self) -> str:
        """RFC 3339: creation and running time, else the newest point, else what Neptune last noted, else empty."""
        created, seconds = self.system.get("sys/creation_time"), self.system.get("sys/running_time")
        if isinstance(created, datetime) and isinstance(seconds, int | float) and 0 < seconds < 1e9:
            return text_of(created + timedelta(seconds=seconds))
        dates = [self.newest, *(self.system.get(name) for name in _DATES_OF_END)]
        found = next((date for date in dates if isinstance(date, datetime)), created)
        return text_of(found) if isinstance(found, datetime) else ""


def content_of(run_id: str, experiment: str, scalars: Scalars) -> RunContent:
    """The run that these values describe."""
    system = scalars.system
    tags = {str(tag): "true" for name in ("sys/tags", "sys/group_tags") for tag in system.get(name) or ()}
    tags |= {
        f"neptune.{path.removeprefix(_SYSTEM).replace('/', '.')}": text(value)
        for path, value in system.items()
        if path not in _PLACED
    }
    step = system.get(_FORK_STEP)
    return RunContent(
        id=run_id,
        experiment=experiment,
        name=str(system.get("sys/name") or system.get("sys/custom_run_id") or run_id.rsplit("/", 1)[-1]),
        status="FAILED" if system.get("sys/failed") is True else "FINISHED",
        note=str(system.get("sys/description") or ""),
        user_name=str(system.get("sys/owner") or ""),
        start_time=scalars.created,
        end_time=scalars.ended,
        params=dict(scalars.params),
        tags=tags,
        forked_from_step=float(step) if isinstance(step, int | float) else 0.0,
    )


def text(value: Any) -> str:
    """A typed value as the text of a param: as JSON writes it, times as RFC 3339, texts as they are."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return text_of(value)
    return json.dumps(value, ensure_ascii=False)
