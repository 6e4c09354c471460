"""Owns what an exchange carries: runs, series, files and models as plain data. Does not know any format or the network.

Times are RFC 3339 texts in UTC, or empty; ids are those of the place where the content comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one series that follow each other: three columns of equal length.

    `steps` may be decimal, `values` may be NaN or infinite, `times` are milliseconds since the epoch, UTC.
    """

    key: str
    steps: Sequence[float]
    values: Sequence[float]
    times: Sequence[float]

    def __len__(self) -> int:
        return len(self.steps)

    def part(self, begin: int, end: int) -> Series:
        """The points from `begin` up to, not including, `end`."""
        return Series(self.key, self.steps[begin:end], self.values[begin:end], self.times[begin:end])


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that becomes an artifact at `path`; `sha256` (hex) is what it must hash to, when that is known."""

    path: str
    file: Path
    media_type: str = ""
    sha256: str = ""


@dataclass(slots=True)
class RunContent:
    """One run without its series and files. `parent_id` and `forked_from_id` are ids of other runs of the source."""

    id: str
    experiment: str
    name: str = ""
    kind: str = "TRAINING"
    status: str = "FINISHED"
    error: str = ""
    note: str = ""
    user_name: str = ""
    start_time: str = ""
    end_time: str = ""
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    inputs: list[dict[str, Any]] = field(default_factory=list)
    datasets: list[dict[str, Any]] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)
    parent_id: str = ""
    forked_from_id: str = ""
    forked_from_step: float = 0.0
    slices: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)
    # ids of logged models it used, and with their steps of those it made
    model_inputs: list[str] = field(default_factory=list)
    model_outputs: dict[str, int] = field(default_factory=dict)
    is_deleted: bool = False


@dataclass(slots=True)
class LoggedModelContent:
    """The files of a model as a training saved them; `run_id` is empty when no run is known to have made it."""

    id: str
    experiment: str
    run_id: str = ""
    name: str = ""
    model_type: str = ""
    status: str = "READY"
    status_message: str = ""
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    # as `ModelMetric` of the API, with run ids of the source
    metrics: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class VersionContent:
    """One version of a model.

    Exactly one of these says where its files are: `artifact_path` in the run, `source_path` (a folder) in the run,
    `logged_model_id`, or `source`, a URI elsewhere.
    """

    number: int
    run_id: str = ""
    # the run that made it, when that is not among those that come
    foreign_run_id: str = ""
    artifact_path: str = ""
    source_path: str = ""
    logged_model_id: str = ""
    source: str = ""
    note: str = ""
    run_link: str = ""
    stage: str = ""
    # of the files, when the source knows it as this platform does
    digest: str = ""
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AliasMove:
    """One move of an alias; `version` is 0 when it was taken off."""

    alias: str
    version: int
    reason: str = ""


@dataclass(slots=True)
class ModelContent:
    """A named line of versions, with every move of its aliases, oldest first."""

    name: str
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    versions: list[VersionContent] = field(default_factory=list)
    moves: list[AliasMove] = field(default_factory=list)
    gates: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class ExperimentContent:
    """A question that several runs try to answer."""

    name: str
    description: str = ""
    tags: dict[str, str] = field(default_factory=dict)


class Source(Protocol):
    """Where runs come from. Every iteration gives the same content in the same order, or resuming would not work.

    Errors of single runs and files are raised as `Damaged`; they do not end the import of the others.
    """

    @property
    def system(self) -> str:
        """Such as `neptune`; with a run's id it names the run for ever."""

    @property
    def address(self) -> str:
        """Folder or URL, for people."""

    def experiments(self) -> Sequence[ExperimentContent]: ...

    def run_ids(self) -> Sequence[str]:
        """Ids of all runs, oldest first."""

    def needs(self, run_id: str) -> Sequence[str]:
        """Ids of the runs that must be there first: parent, fork, makers of logged models it used."""

    def needs_models(self, run_id: str) -> Sequence[tuple[str, int]]:
        """Model versions (name, number) of this source that a run was computed from."""

    def run(self, run_id: str) -> RunContent: ...

    def series(self, run_id: str) -> Iterator[Series]: ...

    def files(self, run_id: str) -> Iterator[SourceFile]: ...

    def logged_models(self, run_id: str) -> Sequence[LoggedModelContent]:
        """What a run made; an empty id gives those that no run made."""

    def model_files(self, model: LoggedModelContent) -> Iterator[SourceFile]: ...

    def models(self) -> Sequence[ModelContent]: ...


class Damaged(Exception):
    """Data that cannot be read: what is wrong, and where."""

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.place = place


def time_text(ms: float) -> str:
    """RFC 3339 of milliseconds since the epoch."""
    return text_of(_EPOCH + timedelta(milliseconds=ms))


def text_of(moment: datetime) -> str:
    """RFC 3339 in UTC; a moment without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def time_ms(text: str) -> float:
    """Milliseconds since the epoch of an RFC 3339 or ISO 8601 text; raises ValueError."""
    moment = datetime.fromisoformat(text)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) / timedelta(milliseconds=1)
