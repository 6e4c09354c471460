"""Each service has its address, probes, lifecycle, disruption budget and, where asked for, its autoscaler."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chart.kube_store import Object
from tests.chart.release import SERVICES, Release

RPC_SERVICES = SERVICES[1:]


def spec_of(release: Release, service: str) -> Object:
    return release.deployment(service)["spec"]["template"]["spec"]


@pytest.mark.parametrize("service", RPC_SERVICES)
def test_rpc_services_are_headless_and_probed_by_grpc(service: str, minimal: Release) -> None:
    address = minimal.one("Service", service)["spec"]
    container = minimal.container(service)
    assert address["clusterIP"] == "None"
    assert {p["name"]: p["port"] for p in address["ports"]} == {"grpc": 7000, "metrics": 9464}
    assert {p["name"]: p["containerPort"] for p in container["ports"]} == {"grpc": 7000, "metrics": 9464}
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["grpc"]["port"] == 7000


def test_liveness_does_not_ask_what_readiness_asks(minimal: Release) -> None:
    for service in RPC_SERVICES:
        container = minimal.container(service)
        assert container["livenessProbe"]["grpc"] == container["startupProbe"]["grpc"]
        assert container["livenessProbe"]["grpc"] != container["readinessProbe"]["grpc"]


def test_gateway_is_probed_by_http(minimal: Release) -> None:
    container = minimal.container("gateway")
    assert container["startupProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}
    assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}
    address = minimal.one("Service", "gateway")["spec"]
    assert address["type"] == "ClusterIP"
    assert {p["name"]: p["port"] for p in address["ports"]} == {"http": 8080, "metrics": 9464}


@pytest.mark.parametrize("service", SERVICES)
def test_start_and_stop(service: str, minimal: Release) -> None:
    container = minimal.container(service)
    assert container["args"] == [service]
    startup = container["startupProbe"]
    assert startup["periodSeconds"] * startup["failureThreshold"] == 120
    assert spec_of(minimal, service)["terminationGracePeriodSeconds"] == (120 if service == "trainer" else 45)
    assert container["lifecycle"]["preStop"] == {"sleep": {"seconds": 5}}
    assert minimal.deployment(service)["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}


@pytest.mark.parametrize("service", SERVICES)
def test_replicas_spread_over_nodes_and_zones(service: str, minimal: Release) -> None:
    labels = minimal.deployment(service)["spec"]["template"]["metadata"]["labels"]
    constraints = spec_of(minimal, service)["topologySpreadConstraints"]
    assert [c["topologyKey"] for c in constraints] == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
    for constraint in constraints:
        assert constraint["labelSelector"]["matchLabels"].items() <= labels.items()


@pytest.mark.parametrize("value_set", ["minimal", "single-replica"])
def test_budget_never_blocks_a_drain(value_set: str, rendered: Callable[[str], Release]) -> None:
    release = rendered(value_set)
    for service in SERVICES:
        replicas = release.deployment(service)["spec"]["replicas"]
        assert replicas == (1 if value_set == "single-replica" else 2)
        budget = release.one("PodDisruptionBudget", service)["spec"]
        assert budget["maxUnavailable"] == 1
        assert "minAvailable" not in budget
        selected = release.deployment(service)["spec"]["selector"]["matchLabels"]
        assert budget["selector"]["matchLabels"] == selected


def test_selectors_find_exactly_one_deployment(minimal: Release) -> None:
    pods = {s: minimal.deployment(s)["spec"]["template"]["metadata"]["labels"] for s in SERVICES}
    for service in SERVICES:
        selector = minimal.one("Service", service)["spec"]["selector"]
        assert [name for name, labels in pods.items() if selector.items() <= labels.items()] == [service]


def test_autoscaler_takes_over_the_replicas(rendered: Callable[[str], Release]) -> None:
    release = rendered("autoscaling")
    scaler = release.one("HorizontalPodAutoscaler", "gateway")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (3, 12)
    assert scaler["metrics"][0]["resource"]["target"]["averageUtilization"] == 60
    assert scaler["scaleTargetRef"]["name"] == "plumbline-gateway"
    assert "replicas" not in release.deployment("gateway")["spec"]
    assert release.deployment("auth")["spec"]["replicas"] == 2
    assert len(release.all("HorizontalPodAutoscaler")) == 2


def test_each_service_runs_under_its_own_account(minimal: Release) -> None:
    accounts = {s: spec_of(minimal, s)["serviceAccountName"] for s in SERVICES}
    assert accounts == {s: f"plumbline-{s}" for s in SERVICES}
    for service in SERVICES:
        assert minimal.one("ServiceAccount", service)["automountServiceAccountToken"] is False
