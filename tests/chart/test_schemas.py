"""Every object of every value set is valid on every supported Kubernetes, in strict mode."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache

import kubernetes_validate
import pytest
from kubernetes_validate import utils as schema_files

from tests.chart.kube_store import GATEWAY_API, PROMETHEUS_API, Object
from tests.chart.release import Release, value_sets

VERSIONS = ("1.30", "1.34", "1.35", "1.36", "1.37")
CUSTOM = {kind for api in (GATEWAY_API, PROMETHEUS_API) for kinds in api.values() for kind in kinds}


@pytest.fixture(autouse=True, scope="module")
def schema_files_are_read_once() -> Iterator[None]:
    """The library parses a megabyte of definitions at every call; thousands of calls need it once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema_files, "schema_contents", cache(schema_files.schema_contents))
        yield


@pytest.mark.parametrize("name", value_sets())
def test_every_object_is_valid(name: str, rendered: Callable[[str], Release]) -> None:
    release = rendered(name)
    jobs = release.jobs().values() if release.has("ConfigMap", "trainer-jobs") else []
    # The trainer names a Job when it creates it; the schema does not ask for a name either.
    objects = [o for o in [*release.objects, *jobs] if o["kind"] not in CUSTOM]
    assert len(objects) > 40
    for obj in objects:
        for version in VERSIONS:
            check(json.dumps(obj, sort_keys=True), version)


def test_an_invalid_object_is_found(minimal: Release) -> None:
    deployment = json.loads(json.dumps(minimal.deployment("auth")))
    deployment["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, "1.37", strict=True)


@pytest.mark.parametrize("name", value_sets())
def test_objects_are_named_once_and_labelled(name: str, rendered: Callable[[str], Release]) -> None:
    objects = rendered(name).objects
    identities = [(o["kind"], o["metadata"]["name"]) for o in objects]
    assert len(identities) == len(set(identities))
    for obj in objects:
        assert labels_of(obj)["app.kubernetes.io/part-of"] == "plumbline"
        assert labels_of(obj)["app.kubernetes.io/component"]
        assert len(obj["metadata"]["name"]) <= 63


@cache
def check(text: str, version: str) -> None:
    """Raises ValidationError. Value sets share most of their objects, so each distinct one is checked once."""
    kubernetes_validate.validate(json.loads(text), version, strict=True)


def labels_of(obj: Object) -> dict[str, str]:
    return obj["metadata"]["labels"]
