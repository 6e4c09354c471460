"""Owns the reading of NetworkPolicies as Kubernetes reads them: a connection needs an egress and an ingress rule.

Knows pod selectors with matchLabels in one namespace, which is all that the chart renders between its own pods.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.chart.kube_store import Object
from tests.chart.release import Release


@dataclass(frozen=True)
class Pod:
    """A pod as policies see it: the labels its template carries."""

    component: str
    labels: frozenset[tuple[str, str]]


def pods_of(release: Release) -> list[Pod]:
    """One pod for every component, with those that hooks and worker Jobs create."""
    templates = [d["spec"]["template"] for d in [*release.all("Deployment"), *release.all("Job")]]
    templates += release.all("Pod")
    if release.has("ConfigMap", "trainer-jobs"):
        templates += [job["spec"]["template"] for job in release.jobs().values()]
    pods = {}
    for template in templates:
        labels = template["metadata"]["labels"]
        component = labels["app.kubernetes.io/component"]
        pods[component] = Pod(component, frozenset(labels.items()))
    return list(pods.values())


def edges(release: Release) -> set[tuple[str, str, int]]:
    """(from, to, port) of every connection between pods of the release that the policies let through."""
    pods = pods_of(release)
    policies = release.all("NetworkPolicy")
    ports = (7000, 8080, 9464)
    return {
        (source.component, target.component, port)
        for source in pods
        for target in pods
        for port in ports
        if source != target
        and _allows(policies, "egress", "to", source, target, port)
        and _allows(policies, "ingress", "from", target, source, port)
    }


def outside(release: Release, component: str) -> list[Object]:
    """Egress rules of a component that do not lead to pods of the release."""
    pods = {pod.component: pod for pod in pods_of(release)}
    own = [p for p in release.all("NetworkPolicy") if _selects(p["spec"]["podSelector"], pods[component])]
    rules = [rule for policy in own for rule in policy["spec"].get("egress", [])]
    return [r for r in rules if not any("podSelector" in peer and len(peer) == 1 for peer in r.get("to", []))]


def _allows(policies: list[Object], way: str, end: str, pod: Pod, other: Pod, port: int) -> bool:
    own = [p["spec"] for p in policies if _selects(p["spec"]["podSelector"], pod)]
    isolating = [spec for spec in own if way.capitalize() in spec["policyTypes"]]
    if not isolating:
        return True
    return any(
        port in {p["port"] for p in rule["ports"]} and _reaches(rule.get(end), other)
        for spec in isolating
        for rule in spec.get(way, [])
    )


def _reaches(peers: list[Object] | None, pod: Pod) -> bool:
    if peers is None:
        return True
    return any(peer.keys() == {"podSelector"} and _selects(peer["podSelector"], pod) for peer in peers)


def _selects(selector: Object, pod: Pod) -> bool:
    return frozenset(selector["matchLabels"].items()) <= pod.labels
