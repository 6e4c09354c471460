"""Owns the limits and names that MLflow's clients know, in the words that they expect. Does not read requests."""

from __future__ import annotations

import posixpath
import re
from typing import Any

import orjson

from services.gateway.mlflow.errors import MlflowError, invalid

MOST_METRICS = 1000
MOST_PAIRS = 100
MOST_ENTITIES = 1000
KEY_LIMIT = 250
PARAM_LIMIT = 6000
TAG_LIMIT = 8000
EXPERIMENT_NAME_LIMIT = 500
EXPERIMENT_TAG_LIMIT = 20_000
REGISTRY_TAG_LIMIT = 100_000

_NAME = re.compile(r"[/\w.\- :]*")
_NAME_HINT = (
    "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) "
    "and slashes (/)."
)
_RUN_ID = re.compile(r"[a-zA-Z0-9][\w\-]{0,255}")


def invalid_value(path: str, value: Any, hint: str = "") -> MlflowError:
    """A value that is not acceptable, named by its path such as `params[3].key`."""
    shown = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return invalid(f"Invalid value {shown} for parameter '{path}' supplied" + (f": {hint}" if hint else "."))


def check_name(name: str, path: str) -> None:
    """A name of a metric, param or tag; raises MlflowError."""
    if not _NAME.fullmatch(name):
        raise invalid_value(path, name, _NAME_HINT)
    plain = posixpath.normpath(name)
    if plain != name or plain == "." or plain.startswith(("..", "/")):
        raise invalid_value(
            path,
            name,
            "Names may be treated as files in certain cases, and must not resolve to other names when treated as such. "
            f"This name would resolve to {plain!r}",
        )


def check_length(what: str, limit: int, value: str) -> None:
    """A text of at most `limit` characters; raises MlflowError."""
    if len(value) > limit:
        raise invalid(f"'{what}' exceeds the maximum length of {limit} characters")


def check_metric_name(key: str, path: str = "name") -> None:
    """Raises MlflowError."""
    check_name(key, path)
    check_length("Metric name", KEY_LIMIT, key)


def checked_param(key: str, value: str, path: str = "") -> tuple[str, str]:
    """A param with its value cut to the limit, as MLflow does; `path` is such as `params[3].`. Raises MlflowError."""
    check_name(key, f"{path}key")
    check_length("Param key", KEY_LIMIT, key)
    return key, value[:PARAM_LIMIT]


def checked_tag(key: str, value: str, path: str = "") -> tuple[str, str]:
    """A run's tag with its value cut to the limit, as MLflow does. Raises MlflowError."""
    check_name(key, f"{path}key")
    check_length(f"{path}key", KEY_LIMIT, key)
    return key, value[:TAG_LIMIT]


def check_experiment_tag(key: str, value: str) -> None:
    """Raises MlflowError."""
    check_name(key, "key")
    check_length("key", KEY_LIMIT, key)
    check_length("value", EXPERIMENT_TAG_LIMIT, value)


def check_run_id(run_id: str) -> None:
    """Raises MlflowError for what cannot be an id."""
    if not _RUN_ID.fullmatch(run_id):
        raise invalid_value("run_id", run_id)


def check_batch(metrics: int, params: int, tags: int) -> None:
    """How much one log-batch may hold; raises MlflowError."""
    counts = (
        ("metrics", MOST_METRICS, metrics),
        ("params", MOST_PAIRS, params),
        ("tags", MOST_PAIRS, tags),
        ("metrics, params, and tags", MOST_ENTITIES, metrics + params + tags),
    )
    for name, limit, count in counts:
        if count > limit:
            raise invalid(
                f"A batch logging request can contain at most {limit} {name}. Got {count} {name}. "
                f"Please split up {name} across multiple requests and try again."
            )
