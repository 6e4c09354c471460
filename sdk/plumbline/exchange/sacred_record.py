"""Owns what Sacred's JSON says: nested configurations as params, host and code as a record, numbers as numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def flat(config: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Leaves of a nested configuration by dotted path; lists stay one JSON value, texts are as they are."""
    if isinstance(config, dict) and config and not any(str(key).startswith("py/") for key in config):
        for key, value in sorted(config.items()):
            yield from flat(value, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(config, str):
        yield prefix, config
    elif isinstance(config, dict) and not config and not prefix:
        return
    else:
        yield prefix, json_text(_plain(config))


def json_text(value: Any) -> str:
    """A value as one line of JSON."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def number_of(value: Any) -> float | None:
    """A number, also one that numpy made and jsonpickle wrote; None for anything else."""
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            return None
    return None


def described(entry: dict[str, Any], *path: str) -> Any:
    """What lies at a path of nested objects; None when nothing does."""
    found: Any = entry
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def record_of(entry: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """What Sacred knew of code and machine, in the sections of a reproducibility record."""
    repositories = described(entry, "experiment", "repositories") or []
    first = repositories[0] if repositories and isinstance(repositories[0], dict) else {}
    packages = dict(
        _package(text) for text in described(entry, "experiment", "dependencies") or [] if isinstance(text, str)
    )
    record: dict[str, Any] = {
        "imported_from": "sacred",
        "code": _told({"repository": first.get("url"), "commit": first.get("commit"), "dirty": first.get("dirty")}),
        "command": _told({"entry_point": described(entry, "experiment", "mainfile"), "command": entry.get("command")}),
        "python": _told({"version": described(entry, "host", "python_version")}),
        "packages": packages,
        "platform": _told({"os": described(entry, "host", "os"), "hostname": described(entry, "host", "hostname")}),
        "seeds": _told({"sacred": config.get("seed")}),
        "hardware": _told({"cpu": described(entry, "host", "cpu"), "gpus": described(entry, "host", "gpus")}),
    }
    return {section: _finite(facts) for section, facts in record.items() if facts}


def _package(text: str) -> tuple[str, str]:
    name, _, version = text.partition("==")
    return name, version


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    """Tuples and sets of jsonpickle as lists."""
    if isinstance(value, dict) and len(value) == 1:
        (key, items) = next(iter(value.items()))
        if key in ("py/tuple", "py/set"):
            return items
    return value


def _finite(value: Any) -> Any:
    """A record is strict JSON: numbers that it does not have become texts."""
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    return value
