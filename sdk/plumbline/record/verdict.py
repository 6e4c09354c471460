"""Owns the judgement of a repetition: which parts are the same, which differ, and what that says about the result."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from plumbline.record.comparison import compare

_TOLERANCE = 0.02
_PINNED = {"TRAINING": ("data", "annotations"), "EVALUATION": ("data", "annotations"), "INFERENCE": ("data",)}
# parts of the record, by the field that holds them
_FIELDS = {
    "code": ("code",),
    "command": ("command",),
    "packages": ("packages", "package_digests", "package_sources"),
    "interpreter": ("python",),
    "system": ("platform", "environment"),
    "seeds": ("seeds",),
    "determinism": ("determinism",),
    "threads": ("threads",),
    "hardware": ("hardware",),
    "drivers": ("drivers",),
    "container": ("container",),
}
_KINDS = {"data": "DATASET_VERSION", "annotations": "SNAPSHOT", "models": "MODEL_VERSION"}
# what has to be equal for equal bits, besides data and configuration
_DECISIVE = ("code", "packages", "interpreter", "seeds", "determinism", "threads", "hardware", "drivers", "container")
_OF_TIME = ("seconds", "_time", "/time", "per_second", "_s", "_ms")

Run = Mapping[str, Any]


class Verdict(StrEnum):
    """How far a run can be repeated, best first."""

    BIT_REPEATABLE = "bit-repeatable"
    STATISTICALLY_REPEATABLE = "statistically repeatable"
    RE_RUNNABLE = "re-runnable"
    NOT_REPRODUCIBLE = "not reproducible"


@dataclass(frozen=True)
class Part:
    """One part of two runs. `state` is same, differs or unknown; `differences` are {field, first, second}."""

    name: str
    state: str
    differences: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Assessment:
    """The verdict with its reason, and every part it rests on."""

    verdict: Verdict
    reason: str
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part:
        return next((part for part in self.parts if part.name == name), Part(name, "unknown"))

    @property
    def differences(self) -> list[dict[str, Any]]:
        """Differences of what went in, without results."""
        return [item for part in self.parts if part.name not in ("weights", "metrics") for item in part.differences]


def assess(original: Run, repetition: Run, tolerance: float = _TOLERANCE) -> Assessment:
    """Judge a repetition that has run. Runs are those of the API, with their records.

    `tolerance` is the relative difference of a metric that counts as the same.
    """
    parts = (*_parts(original, repetition), *_results(original, repetition, tolerance))
    by_name = {part.name: part for part in parts}
    missing = _unpinned(original)
    if missing:
        return Assessment(Verdict.NOT_REPRODUCIBLE, _not_pinned(missing), parts)
    changed = [name for name in (*_KINDS, "configuration") if name in by_name and by_name[name].state == "differs"]
    if changed:
        reason = f"It was computed from other {' and '.join(changed)}, so it repeats something else."
        return Assessment(Verdict.NOT_REPRODUCIBLE, reason, parts)
    if by_name["weights"].state == "same":
        return Assessment(Verdict.BIT_REPEATABLE, "Data, configuration and the resulting weights are identical.", parts)
    if by_name["metrics"].state == "same":
        reason = f"The weights are {_said(by_name['weights'])}, every metric is within {tolerance:.0%}."
        return Assessment(Verdict.STATISTICALLY_REPEATABLE, reason, parts)
    reason = f"It ran from the same data, but the metrics are {_said(by_name['metrics'])}."
    return Assessment(Verdict.RE_RUNNABLE, reason, parts)


def expect(original: Run, here: Mapping[str, Any]) -> Assessment:
    """Judge what a repetition with the record `here` could give, before it runs."""
    parts = tuple(_of_records(original.get("record") or {}, here))
    missing = _unpinned(original)
    if missing:
        return Assessment(Verdict.NOT_REPRODUCIBLE, _not_pinned(missing), parts)
    by_name = {part.name: part for part in parts}
    unlike = [name for name in _DECISIVE if by_name[name].state == "differs"]
    unknown = [name for name in ("code", "packages", "hardware") if by_name[name].state == "unknown"]
    if unknown:
        reason = f"Its data is pinned, but the record says nothing about its {' and '.join(unknown)}."
        return Assessment(Verdict.RE_RUNNABLE, reason, parts)
    if "code" in unlike:
        return Assessment(Verdict.RE_RUNNABLE, "Its data is pinned, but the code here is not the same.", parts)
    if unlike:
        reason = f"Data and code are the same; {', '.join(unlike)} differ here, so bits may too."
        return Assessment(Verdict.STATISTICALLY_REPEATABLE, reason, parts)
    return Assessment(Verdict.BIT_REPEATABLE, "Everything that decides about the bits is the same here.", parts)


def _parts(first: Run, second: Run) -> list[Part]:
    found = [part for name, kind in _KINDS.items() if (part := _of_inputs(name, kind, first, second)) is not None]
    found.append(_of_configuration(first, second))
    return [*found, *_of_records(first.get("record") or {}, second.get("record") or {})]


def _of_inputs(name: str, kind: str, first: Run, second: Run) -> Part | None:
    left, right = _inputs(first, kind), _inputs(second, kind)
    if not left and not right:
        return None if name == "models" else Part(name, "unknown")
    return _part(name, left, right)


def _of_configuration(first: Run, second: Run) -> Part:
    return _part("configuration", _configuration(first), _configuration(second), known=True)


def _of_records(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Part]:
    found = [
        _part(
            name,
            {field: first[field] for field in fields if first.get(field)},
            {field: second[field] for field in fields if second.get(field)},
        )
        for name, fields in _FIELDS.items()
    ]
    # two containers of the same kind say nothing while nobody told their digests
    digests = [(record.get("container") or {}).get("digest") for record in (first, second)]
    return [
        Part(each.name, "unknown") if each.name == "container" and digests == [None, None] else each for each in found
    ]


def _part(name: str, left: Mapping[str, Any], right: Mapping[str, Any], *, known: bool = False) -> Part:
    if not known and not (left and right):
        # one side alone says nothing about equality, except that a GPU or container was there
        is_telling = name in ("drivers", "container") and (left or right)
        return Part(name, "differs", tuple(compare(left, right))) if is_telling else Part(name, "unknown")
    found = tuple(compare(left, right))
    return Part(name, "differs" if found else "same", found)


def _results(first: Run, second: Run, tolerance: float) -> list[Part]:
    left, right = _weights(first), _weights(second)
    weights = _part("weights", {"weights": left} if left else {}, {"weights": right} if right else {})
    before, after = _metrics(first), _metrics(second)
    apart = tuple(
        {"field": f"metrics.{key}", "first": before[key], "second": after.get(key)}
        for key in sorted(before)
        if key not in after or not _close(before[key], after[key], tolerance)
    )
    state = "unknown" if not before or not after else "differs" if apart else "same"
    return [weights, Part("metrics", state, apart)]


def _weights(run: Run) -> str:
    outputs = (run.get("record") or {}).get("outputs") or {}
    tags = {tag["key"]: tag["value"] for tag in run.get("tags", ())}
    return str(outputs.get("weights_digest") or tags.get("weights_digest") or "")


def _metrics(run: Run) -> dict[str, float]:
    """Last values, without those that only say how long something took or how busy the machine was."""
    return {
        metric["key"]: float(metric.get("last", "nan"))
        for metric in run.get("metrics", ())
        if not metric["key"].startswith("system/") and not metric["key"].endswith(_OF_TIME)
    }


def _close(first: float, second: float, tolerance: float) -> bool:
    if math.isnan(first) or math.isnan(second):
        return math.isnan(first) and math.isnan(second)
    return math.isclose(first, second, rel_tol=tolerance, abs_tol=1e-9)


def _inputs(run: Run, kind: str) -> dict[str, Any]:
    return {
        item["name"]: {"digest": item["digest"], "image_sets": ", ".join(item.get("image_sets") or ())}
        for item in run.get("inputs", ())
        if item["kind"] == kind
    }


def _configuration(run: Run) -> dict[str, Any]:
    params = {item["key"]: item["value"] for item in run.get("params", ())}
    return {"params": params, "config": (run.get("record") or {}).get("config") or {}, **_inputs(run, "CONFIG")}


def _unpinned(run: Run) -> list[str]:
    wanted: Sequence[str] = _PINNED.get(str(run.get("kind")), ("data",))
    return [name for name in wanted if not any(item["digest"] for item in _inputs(run, _KINDS[name]).values())]


def _not_pinned(names: Sequence[str]) -> str:
    words = {"data": "dataset version", "annotations": "annotation snapshot"}
    return f"The run names no {' and no '.join(words[name] for name in names)} as its input."


def _said(part: Part) -> str:
    return {"same": "the same", "differs": "different", "unknown": "not known"}[part.state]
