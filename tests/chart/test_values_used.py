"""No value is without effect: each one is read by a template, and each text arrives in a rendered object."""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.chart.kube_store import GATEWAY_API, PROMETHEUS_API, Object
from tests.chart.release import CHART, HelmProcess, cluster

DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text())
TEMPLATES = "\n".join(p.read_text() for p in [*CHART.rglob("*.tpl"), *CHART.glob("templates/**/*.yaml")])

# The form of a marker where the schema does not take any text.
SHAPES = {
    "publicUrl": "https://m{}.example.com",
    "otlpEndpoint": "http://m{}.example.com:4318",
    "endpoint": "http://m{}.example.com:9000",
    "publicEndpoint": "https://m{}.example.com",
    "digest": "sha256:{:064d}",
    "gpuResource": "example.com/m{}",
    "interval": "{}ms",
    "scratchSize": "{}Ki",
    "sharedMemorySize": "{}Ki",
    "cpu": "{}m",
    "memory": "{}Ki",
}
DATABASE_SHAPE = "postgresql+asyncpg://m{}"
NATS_SHAPE = "nats://m{}"
ONE_OF_A_FEW = {"engine", "pullPolicy", "logLevel"}
PASSED_ON_WHOLE = {"cpu", "memory", "grafana_dashboard"}
# A rendering shows one side of each choice: a credential or its Secret, a tag or a digest.
GIVEN = {"existingSecret", "tag", "fullnameOverride", "imageRegistry"}
REFERRED = {"url", "accessKey", "secretKey", "digest", "fullnameOverride", "imageRegistry"}


def leaves(values: Object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of all values that are not themselves made of values."""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key)


@pytest.mark.parametrize("name", sorted({path[-1] for path in leaves(DEFAULTS)} - PASSED_ON_WHOLE))
def test_every_value_is_read_by_a_template(name: str) -> None:
    assert re.search(rf"\.{name}\b", TEMPLATES)


@pytest.mark.parametrize("empty", [GIVEN, REFERRED], ids=["given values", "references"])
def test_every_text_arrives_in_an_object(empty: set[str], helm: HelmProcess) -> None:
    values, marks = marked(everything_enabled(), empty)
    # A profile without GPUs has no use for their name; one without a queue takes that of all workers.
    values["worker"]["profiles"]["cpu"]["queueName"] = ""
    values["worker"]["profiles"][values["worker"]["profile"]] = values["worker"]["profiles"]["cpu"]
    del marks["worker.profiles.cpu.gpuResource"], marks["worker.profiles.cpu.queueName"]
    with cluster(helm, {**GATEWAY_API, **PROMETHEUS_API}) as fresh:
        release = fresh.run("install", values)
    text = yaml.safe_dump_all([decoded(obj) for obj in release.objects], width=100_000)
    assert len(marks) > 60
    assert {path: mark for path, mark in marks.items() if mark not in text} == {}


def everything_enabled() -> Object:
    values = copy.deepcopy(DEFAULTS)
    values["worker"]["profiles"]["gpu"] = values["worker"]["profiles"]["cpu"] | {"gpus": 1}
    for part in ("ingress", "httpRoute", "monitoring"):
        values[part]["enabled"] = True
    values["httpRoute"] |= {"parentRefs": [{"name": "public"}], "hostnames": ["route.example.com"]}
    return values


def marked(values: Object, empty: set[str]) -> tuple[Object, dict[str, str]]:
    """The values with a different text at each path, and these texts by path."""
    marks: dict[str, str] = {}

    def mark(value: Any, path: tuple[str, ...]) -> Any:
        if isinstance(value, dict):
            return {key: mark(child, (*path, key)) for key, child in value.items()}
        if not isinstance(value, str) or path[-1] in ONE_OF_A_FEW:
            return value
        if path[-1] in empty:
            return ""
        shape = {"database": DATABASE_SHAPE, "nats": NATS_SHAPE}.get(path[0], "m{}m")
        shape = shape if path[-1] == "url" else SHAPES.get(path[-1], "m{}m")
        marks[".".join(path)] = shape.format(1000 + len(marks))
        return marks[".".join(path)]

    return mark(values, ()), marks


def decoded(obj: Object) -> Object:
    if obj["kind"] != "Secret":
        return obj
    return {**obj, "data": {key: base64.b64decode(text).decode("latin-1") for key, text in obj["data"].items()}}
