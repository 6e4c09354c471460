"""The network lets through the call graph of the platform and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chart.policies import edges, outside, pods_of
from tests.chart.release import SERVICES, Release, value_sets
from tests.chart.test_environment import CALLS, OBJECT_STORE

RPC_EDGES = {(caller, callee, 7000) for caller, callees in CALLS.items() for callee in callees}


def between_pods(caller: str) -> set[tuple[str, str, int]]:
    """Without `gatewayFrom` everybody may knock at the gateway; what counts is who may leave for it."""
    return {(caller, "gateway", 8080)}


@pytest.mark.parametrize("name", sorted(set(value_sets()) - {"local-engine", "open-network"}))
def test_open_edges_are_the_call_graph(name: str, rendered: Callable[[str], Release]) -> None:
    release = rendered(name)
    assert edges(release) == RPC_EDGES | between_pods("worker") | between_pods("test")


def test_edges_follow_the_addresses_in_the_environment(minimal: Release) -> None:
    addressed = {
        (service, variable.removeprefix("PLUMB_PEERS_").lower(), 7000)
        for service in SERVICES
        for variable in minimal.env(service)
        if variable.startswith("PLUMB_PEERS_")
    }
    assert {edge for edge in edges(minimal) if edge[2] == 7000} == addressed


def test_local_workers_leave_from_the_trainer(rendered: Callable[[str], Release]) -> None:
    release = rendered("local-engine")
    assert edges(release) == RPC_EDGES | between_pods("trainer") | between_pods("test")
    assert {9000} in [{p["port"] for p in r["ports"]} for r in outside(release, "trainer")]


def test_without_policies_everything_is_open(rendered: Callable[[str], Release]) -> None:
    release = rendered("open-network")
    assert release.all("NetworkPolicy") == []
    assert ("storage", "auth", 7000) in edges(release)


def test_every_pod_is_denied_by_default(minimal: Release) -> None:
    deny = minimal.one("NetworkPolicy", "default-deny")["spec"]
    assert deny["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in deny
    assert "egress" not in deny
    for pod in pods_of(minimal):
        assert deny["podSelector"]["matchLabels"].items() <= pod.labels


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reaches_the_outside_systems_it_uses(service: str, minimal: Release) -> None:
    ports = [tuple(p["port"] for p in rule["ports"]) for rule in outside(minimal, service)]
    wanted = [(53, 53), (5432,), (4222,)]
    # the gateway hands on the files of MLflow clients, by signed URLs
    wanted += [(9000,)] if service in OBJECT_STORE or service == "gateway" else []
    wanted += [(443, 6443)] if service == "trainer" else []
    wanted += [(443,)] if service == "gateway" else []
    assert sorted(ports) == sorted(wanted)


def test_workers_reach_the_gateway_and_the_object_store_only(rendered: Callable[[str], Release]) -> None:
    ports = [tuple(p["port"] for p in rule["ports"]) for rule in outside(rendered("minio"), "worker")]
    assert ports == [(53, 53), (9000, 443)]


def test_migrations_reach_their_databases_only(minimal: Release) -> None:
    ports = [tuple(p["port"] for p in rule["ports"]) for rule in outside(minimal, "migrate")]
    assert ports == [(53, 53), (5432,)]


def test_destinations_narrow_the_outside(rendered: Callable[[str], Release]) -> None:
    release = rendered("closed-network")
    rules = {tuple(p["port"] for p in r["ports"]): r["to"] for r in outside(release, "trainer")}
    assert rules[(53, 53)] == [{"ipBlock": {"cidr": "169.254.20.10/32"}}]
    assert rules[(5432, 6432)] == [{"ipBlock": {"cidr": "10.1.0.0/24"}}]
    assert rules[(6443,)] == [{"ipBlock": {"cidr": "10.3.0.1/32"}}]
    assert rules[(4222,)][0]["podSelector"] == {"matchLabels": {"app": "nats"}}
    assert all("to" in rule for service in SERVICES for rule in outside(release, service))


def test_webhooks_leave_for_public_addresses_alone(minimal: Release, rendered: Callable[[str], Release]) -> None:
    (rule,) = [rule for rule in outside(minimal, "gateway") if rule["ports"][0]["port"] == 443]
    closed = {network for peer in rule["to"] for network in peer["ipBlock"]["except"]}
    assert {"10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16", "fc00::/7"} <= closed
    assert minimal.env("gateway")["PLUMB_WEBHOOK_PRIVATE_TARGETS"]["value"] == "false"
    (inside,) = [rule for rule in outside(rendered("closed-network"), "gateway") if rule["ports"][0]["port"] == 8443]
    assert inside["to"] == [{"ipBlock": {"cidr": "10.4.0.0/24"}}]


def test_gateway_opens_to_the_named_peers_only(rendered: Callable[[str], Release]) -> None:
    rules = rendered("ingress").one("NetworkPolicy", "gateway")["spec"]["ingress"]
    assert rules[0]["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "traefik"}}}]
    assert all("from" in rule for rule in rules)


def test_metrics_open_with_monitoring_only(rendered: Callable[[str], Release]) -> None:
    def metrics_rules(name: str, service: str) -> list[object]:
        rules = rendered(name).one("NetworkPolicy", service)["spec"]["ingress"]
        return [r["from"] for r in rules if r["ports"][0]["port"] == 9464]

    monitoring = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    for service in SERVICES:
        assert metrics_rules("minimal", service) == []
        assert metrics_rules("monitoring", service) == [monitoring]


def test_traces_may_leave_where_a_collector_is_named(rendered: Callable[[str], Release]) -> None:
    for service in SERVICES:
        ports = [p["port"] for r in outside(rendered("monitoring"), service) for p in r["ports"]]
        assert 4318 in ports
