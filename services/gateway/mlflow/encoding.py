"""Owns JSON as MLflow writes it: 64-bit integers as numbers, NaN and infinities as words, times in milliseconds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from fastapi import Response
from google.protobuf.timestamp_pb2 import Timestamp

from plumbapi.experiments import v1 as pb

JSON = "application/json"


def answer(document: Mapping[str, Any], status: int = 200) -> Response:
    """A document as the body of a response."""
    return Response(orjson.dumps(document), status, media_type=JSON)


def number(value: float) -> float | str:
    """A double in JSON, which has no words of its own for NaN and infinities."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def milliseconds(time: Timestamp) -> int:
    """Since the epoch; 0 for a time that is not set."""
    return time.seconds * 1000 + time.nanos // 1_000_000


def timestamp(milliseconds: int) -> Timestamp:
    """The reverse of `milliseconds`."""
    return Timestamp(seconds=milliseconds // 1000, nanos=milliseconds % 1000 * 1_000_000)


def pairs(held: Iterable[pb.Param]) -> list[dict[str, str]]:
    """Params or tags as MLflow lists them."""
    return [{"key": one.key, "value": one.value} for one in held]


def as_params(given: Iterable[Mapping[str, Any]]) -> list[pb.Param]:
    """The reverse of `pairs`; a value may be left out."""
    return [pb.Param(key=one["key"], value=one.get("value") or "") for one in given]
