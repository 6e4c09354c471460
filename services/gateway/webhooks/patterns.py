"""Owns the choice of events: patterns such as `experiments.alias.set`, `storage.*` or `*`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = "[a-z][a-z0-9_]*"
_FORM = re.compile(rf"\*|{_WORD}\.\*|{_WORD}\.{_WORD}\.(?:\*|{_WORD})")


def is_pattern(text: str) -> bool:
    """Whether this is `*`, `<service>.*`, `<service>.<noun>.*` or the name of an event."""
    return _FORM.fullmatch(text) is not None


def service_of(pattern: str) -> str:
    """The service whose events a pattern names, empty for those of all."""
    return "" if pattern == "*" else pattern.partition(".")[0]


def matches(patterns: Iterable[str], name: str) -> bool:
    """Whether one of the patterns stands for the event `<service>.<noun>.<past participle>`."""
    return any(
        name == pattern or (pattern.endswith("*") and name.startswith(pattern.removesuffix("*")))
        for pattern in patterns
    )


def name_of(event_type: str) -> str:
    """`experiments.alias.set` of `plumb.experiments.alias.set.v1`."""
    return event_type.removeprefix("plumb.").rpartition(".")[0]
