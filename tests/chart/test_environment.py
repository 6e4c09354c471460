"""Each service's environment holds exactly what it needs, and credentials come from Secrets only."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chart.kube_store import Object
from tests.chart.pods import pod_specs
from tests.chart.release import SERVICES, Release

CALLS = {
    "gateway": {"auth", "storage", "annotation", "experiments", "trainer"},
    "auth": set(),
    "storage": set(),
    "annotation": {"storage"},
    "experiments": {"storage", "annotation"},
    "trainer": {"auth", "experiments", "storage", "annotation"},
}
OBJECT_STORE = {"storage", "annotation", "experiments"}
SHARED = {
    "PLUMB_HOME",
    "PLUMB_METRICS_PORT",
    "PLUMB_PUBLIC_URL",
    "PLUMB_LOG_LEVEL",
    "PLUMB_NATS_URL",
    "PLUMB_IDENTITY_KEY",
}
S3 = {f"PLUMB_S3_{n}" for n in ("ENDPOINT", "PUBLIC_ENDPOINT", "BUCKET", "REGION", "ACCESS_KEY", "SECRET_KEY")}

TRAINER = {f"PLUMB_TRAINER_{n}" for n in ("ENGINE", "WORKERS", "GATEWAY_URL", "PROFILE", "JOB_TEMPLATES")}


def expected(service: str) -> set[str]:
    listen = "GATEWAY" if service == "gateway" else "RPC"
    return (
        SHARED
        | {f"PLUMB_{listen}_HOST", f"PLUMB_{listen}_PORT", f"PLUMB_DATABASE_URL_{service.upper()}"}
        | {f"PLUMB_PEERS_{peer.upper()}" for peer in CALLS[service]}
        | (S3 if service in OBJECT_STORE else set())
        | ({"PLUMB_S3_PUBLIC_ENDPOINT", "PLUMB_WEBHOOK_PRIVATE_TARGETS"} if service == "gateway" else set())
        | (TRAINER if service == "trainer" else set())
    )


def secret_of(entry: Object) -> tuple[str, str]:
    reference = entry["valueFrom"]["secretKeyRef"]
    return reference["name"], reference["key"]


@pytest.mark.parametrize("service", SERVICES)
def test_environment_is_complete_and_minimal(service: str, minimal: Release) -> None:
    assert minimal.env(service).keys() == expected(service)
    names = [entry["name"] for entry in minimal.container(service)["env"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("service", SERVICES)
def test_peers_are_addresses_of_rendered_services(service: str, minimal: Release) -> None:
    for peer in CALLS[service]:
        host, port = minimal.env(service)[f"PLUMB_PEERS_{peer.upper()}"]["value"].split(":")
        ports = {p["port"] for p in minimal.one("Service", peer)["spec"]["ports"]}
        assert host == f"plumbline-{peer}"
        assert int(port) in ports


@pytest.mark.parametrize("service", SERVICES)
def test_listening_ports_match_the_container(service: str, minimal: Release) -> None:
    env = minimal.env(service)
    ports = {p["name"]: str(p["containerPort"]) for p in minimal.container(service)["ports"]}
    listen = env["PLUMB_GATEWAY_PORT"] if service == "gateway" else env["PLUMB_RPC_PORT"]
    assert listen["value"] == ports["http" if service == "gateway" else "grpc"]
    assert env["PLUMB_METRICS_PORT"]["value"] == ports["metrics"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_its_own_database_only(service: str, minimal: Release) -> None:
    env = minimal.env(service)
    assert secret_of(env[f"PLUMB_DATABASE_URL_{service.upper()}"]) == (f"plumbline-{service}-database", "url")
    assert [name for name in env if "DATABASE" in name] == [f"PLUMB_DATABASE_URL_{service.upper()}"]


def test_existing_secrets_replace_those_of_the_chart(rendered: Callable[[str], Release]) -> None:
    release = rendered("existing-secrets")
    assert release.all("Secret") == []
    for service in SERVICES:
        env = release.env(service)
        assert secret_of(env[f"PLUMB_DATABASE_URL_{service.upper()}"]) == ("our-databases", service)
        assert secret_of(env["PLUMB_NATS_URL"]) == ("our-bus", "address")
        assert secret_of(env["PLUMB_IDENTITY_KEY"]) == ("our-identity", "signing")
        if service in OBJECT_STORE:
            assert secret_of(env["PLUMB_S3_ACCESS_KEY"]) == ("our-bucket", "id")
            assert secret_of(env["PLUMB_S3_SECRET_KEY"]) == ("our-bucket", "secret")


def test_no_credential_outside_secrets(minimal: Release) -> None:
    for obj in minimal.objects:
        if obj["kind"] != "Secret":
            assert "canary" not in str(obj), f"{obj['kind']}/{obj['metadata']['name']}"


def test_every_secret_reference_resolves(minimal: Release) -> None:
    stored = {(s["metadata"]["name"], key) for s in minimal.all("Secret") for key in s["data"]}
    for label, spec in pod_specs(minimal).items():
        for entry in spec["containers"][0].get("env", []):
            if "valueFrom" in entry:
                assert secret_of(entry) in stored, label


def test_object_store_addresses(rendered: Callable[[str], Release]) -> None:
    inside = rendered("minio").env("storage")
    assert inside["PLUMB_S3_ENDPOINT"]["value"] == "http://minio.storage.svc:9000"
    assert inside["PLUMB_S3_PUBLIC_ENDPOINT"]["value"] == "https://objects.example.com"
    outside = rendered("aws").env("storage")
    assert outside["PLUMB_S3_PUBLIC_ENDPOINT"]["value"] == "https://s3.eu-central-1.amazonaws.com"
    assert outside["PLUMB_S3_REGION"]["value"] == "eu-central-1"


def test_traces_are_sent_only_where_a_collector_is_named(rendered: Callable[[str], Release]) -> None:
    for service in SERVICES:
        env = rendered("monitoring").env(service)
        assert env["PLUMB_OTLP_ENDPOINT"]["value"] == "http://collector.observability.svc:4318/v1/traces"
