"""The values are closed, described and documented, and Helm refuses what is wrong before it creates anything."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator

import pytest
import yaml

from tests.chart.kube_store import Object
from tests.chart.release import CHART, ROOT, Cluster, HelmProcess, HelmRefused, cluster, merged, values_of

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text())

REFUSALS = {
    "an unknown value": {"replicas": 3},
    "an unknown service": {"services": {"billing": {"replicas": 1}}},
    "a misspelt service value": {"services": {"auth": {"replica": 1}}},
    "a number as text": {"services": {"auth": {"replicas": "3"}}},
    "no replica": {"services": {"auth": {"replicas": 0}}},
    "a public address without scheme": {"publicUrl": "plumbline.example.com"},
    "a public address with a path": {"publicUrl": "https://example.com/plumbline"},
    "another driver": {"database": {"auth": {"url": "postgresql://auth@pg/auth"}}},
    "another database": {"database": {"auth": {"url": "mysql://auth@db/auth"}}},
    "an unknown log level": {"logLevel": "LOUD"},
    "a bus that is not NATS": {"nats": {"url": "amqp://bus"}},
    "a bucket name with capitals": {"s3": {"bucket": "Vision"}},
    "an object store without scheme": {"s3": {"endpoint": "minio:9000"}},
    "an unknown engine": {"worker": {"engine": "slurm"}},
    "a profile without memory files": {"worker": {"profiles": {"big": {"gpus": 1}}}},
    "a profile name that is no label": {"worker": {"profiles": {"Big One": DEFAULTS["worker"]["profiles"]["cpu"]}}},
    "a pod specification in a profile": {"worker": {"profiles": {"cpu": {"hostNetwork": True}}}},
    "a negative number of GPUs": {"worker": {"profiles": {"cpu": {"gpus": -1}}}},
    "a tag for a digest": {"image": {"digest": "v1"}},
    "an unknown pull policy": {"image": {"pullPolicy": "Sometimes"}},
    "a malformed quantity": {"services": {"auth": {"resources": {"limits": {"memory": "1 GB"}}}}},
    "an ingress without host": {"ingress": {"enabled": True}},
    "a route without parent": {"httpRoute": {"enabled": True, "hostnames": ["a.example.com"]}},
    "a route without host name": {"httpRoute": {"enabled": True, "parentRefs": [{"name": "public"}]}},
    "a port out of range": {"networkPolicy": {"nats": {"ports": [70000]}}},
    "an edge without ports": {"networkPolicy": {"nats": {"ports": []}}},
    "metrics for everybody": {"networkPolicy": {"metricsFrom": []}},
    "an unknown network peer": {"networkPolicy": {"gatewayFrom": [{"everybody": True}]}},
    "a flag as text": {"migrations": {"enabled": "yes"}},
    "an interval without unit": {"monitoring": {"interval": "30"}},
}


@pytest.mark.parametrize("wrong", REFUSALS.values(), ids=REFUSALS.keys())
def test_helm_refuses(wrong: Object, plain_cluster: Cluster) -> None:
    with pytest.raises(HelmRefused, match=r"values don't meet the specifications of the schema"):
        plain_cluster.run("install", merged(values_of("minimal"), wrong))
    assert plain_cluster.store.created == []


def test_helm_refuses_an_old_kubernetes(helm: HelmProcess) -> None:
    with cluster(helm, version="1.29.0") as old, pytest.raises(HelmRefused, match="kubeVersion"):
        old.run("install", values_of("minimal"))


def schema_objects(schema: Object, where: str = "") -> Iterator[tuple[str, Object]]:
    """Every subschema that describes an object, with its place."""
    if schema.get("type") == "object":
        yield where, schema
    for key, child in schema.items():
        if isinstance(child, dict) and key not in ("if", "then"):
            yield from schema_objects(child, f"{where}/{key}")


def test_every_object_of_the_schema_is_closed() -> None:
    # These two are passed on as they are; Kubernetes itself checks them.
    open_ended = {"affinity", "valueFrom"}
    for where, schema in schema_objects(SCHEMA):
        if where.rsplit("/", 1)[-1] not in open_ended:
            rest = schema.get("additionalProperties")
            assert rest is False or isinstance(rest, dict), where


def test_every_value_is_described() -> None:
    for where, schema in schema_objects(SCHEMA):
        for name, value in schema.get("properties", {}).items():
            described = "description" in value or value.get("$ref", "").endswith("/selector")
            assert described, f"{where}/{name}"


def resolved(schema: Object) -> Object:
    if "$ref" in schema:
        return SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def test_defaults_and_schema_name_the_same_values() -> None:
    def compare(values: Object, schema: Object, where: str) -> None:
        properties = resolved(schema).get("properties")
        if properties is None:
            return
        optional = {"requests", "limits"} if where.endswith("resources") else set()
        assert values.keys() | optional == properties.keys() | optional, where
        for name, value in values.items():
            if isinstance(value, dict):
                compare(value, properties[name], f"{where}.{name}")

    compare(DEFAULTS, SCHEMA, "")
    profile = SCHEMA["$defs"]["profile"]
    assert DEFAULTS["worker"]["profiles"]["cpu"].keys() == profile["properties"].keys()


def test_the_readme_is_current() -> None:
    spec = importlib.util.spec_from_file_location("readme", ROOT / "deploy" / "helm" / "readme.py")
    assert spec
    assert spec.loader
    readme = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(readme)
    assert (CHART / "README.md").read_text() == readme.render(CHART), "run: python deploy/helm/readme.py"
