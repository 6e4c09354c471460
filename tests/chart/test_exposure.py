"""Ingress, HTTPRoute, monitoring objects and the release test: rendered when asked for, refused when impossible."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chart.release import NAMESPACE, SERVICES, Cluster, HelmRefused, Release, values_of

OPTIONAL = ("HTTPRoute", "Ingress", "PrometheusRule", "ServiceMonitor", "HorizontalPodAutoscaler")


def test_nothing_optional_by_default(minimal: Release) -> None:
    assert [o["kind"] for o in minimal.objects if o["kind"] in OPTIONAL] == []


def test_ingress(rendered: Callable[[str], Release]) -> None:
    ingress = rendered("ingress").one("Ingress", "gateway")
    assert ingress["spec"]["ingressClassName"] == "traefik"
    assert ingress["metadata"]["annotations"] == {"traefik.ingress.kubernetes.io/router.entrypoints": "websecure"}
    rule = ingress["spec"]["rules"][0]
    assert rule["host"] == "plumbline.example.com"
    backend = rule["http"]["paths"][0]["backend"]["service"]
    assert backend == {"name": "plumbline-gateway", "port": {"name": "http"}}
    assert ingress["spec"]["tls"] == [{"hosts": ["plumbline.example.com"], "secretName": "plumbline-tls"}]


def test_ingress_without_certificate(rendered: Callable[[str], Release]) -> None:
    spec = rendered("ingress-plain").one("Ingress", "gateway")["spec"]
    assert "tls" not in spec
    assert "ingressClassName" not in spec


def test_httproute(rendered: Callable[[str], Release]) -> None:
    route = rendered("httproute").one("HTTPRoute", "gateway")["spec"]
    assert route["parentRefs"] == [{"name": "public", "namespace": "gateways", "sectionName": "https"}]
    assert route["hostnames"] == ["plumbline.example.com"]
    assert route["rules"][0]["backendRefs"] == [{"name": "plumbline-gateway", "port": 8080}]
    assert route["rules"][0]["timeouts"] == {"request": "0s"}


@pytest.mark.parametrize(
    ("name", "missing"), [("httproute", "gateway.networking.k8s.io/v1"), ("monitoring", "monitoring.coreos.com/v1")]
)
def test_objects_the_cluster_does_not_know_are_refused(name: str, missing: str, plain_cluster: Cluster) -> None:
    with pytest.raises(HelmRefused, match=f"the cluster has no {missing}"):
        plain_cluster.run("install", values_of(name))


def test_service_monitor_finds_every_service(rendered: Callable[[str], Release]) -> None:
    release = rendered("monitoring")
    monitor = release.all("ServiceMonitor")[0]
    assert monitor["metadata"]["labels"]["release"] == "prometheus"
    assert monitor["spec"]["endpoints"] == [{"port": "metrics", "interval": "15s", "honorLabels": True}]
    for service in SERVICES:
        labels = release.one("Service", service)["metadata"]["labels"]
        assert monitor["spec"]["selector"]["matchLabels"].items() <= labels.items()
        assert set(monitor["spec"]["targetLabels"]) <= labels.keys()


def test_rules_and_dashboard_are_those_of_the_repository(rendered: Callable[[str], Release]) -> None:
    release = rendered("monitoring")
    rule = release.all("PrometheusRule")[0]
    assert rule["metadata"]["labels"]["release"] == "prometheus"
    assert sum(len(group["rules"]) for group in rule["spec"]["groups"]) >= 12
    dashboard = release.one("ConfigMap", "dashboard")
    assert dashboard["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert '"uid": "plumbline"' in dashboard["data"]["plumbline.json"]


def test_release_test_asks_the_gateway(minimal: Release) -> None:
    pod = minimal.one("Pod", "test")
    assert pod["metadata"]["annotations"]["helm.sh/hook"] == "test"
    assert pod["spec"]["restartPolicy"] == "Never"
    script = pod["spec"]["containers"][0]["command"][-1]
    assert f"'http://plumbline-gateway.{NAMESPACE}.svc:8080' + '/readyz'" in script
    compile(script, "release test", "exec")
