"""Owns the objects of a Kubernetes API in memory and the rules by which it changes them.

Does not speak HTTP (see kube_server.py), validate objects, set defaults or run pods.
"""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]

BUILT_IN: dict[str, dict[str, str]] = {
    "v1": {
        "ConfigMap": "configmaps",
        "Pod": "pods",
        "Secret": "secrets",
        "Service": "services",
        "ServiceAccount": "serviceaccounts",
    },
    "apps/v1": {"Deployment": "deployments"},
    "autoscaling/v2": {"HorizontalPodAutoscaler": "horizontalpodautoscalers"},
    "batch/v1": {"Job": "jobs"},
    "networking.k8s.io/v1": {"Ingress": "ingresses", "NetworkPolicy": "networkpolicies"},
    "policy/v1": {"PodDisruptionBudget": "poddisruptionbudgets"},
    "rbac.authorization.k8s.io/v1": {"Role": "roles", "RoleBinding": "rolebindings"},
}
GATEWAY_API = {"gateway.networking.k8s.io/v1": {"HTTPRoute": "httproutes"}}
PROMETHEUS_API = {
    "monitoring.coreos.com/v1": {"PrometheusRule": "prometheusrules", "ServiceMonitor": "servicemonitors"}
}


@dataclass
class KubeStore:
    """Objects by (group version, plural, name) of one namespace, and the order in which they were created."""

    apis: dict[str, dict[str, str]] = field(default_factory=lambda: dict(BUILT_IN))
    objects: dict[tuple[str, str, str], Object] = field(default_factory=dict)
    created: list[tuple[str, str]] = field(default_factory=list)
    deleted: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def kind_of(self, group_version: str, plural: str) -> str | None:
        """The kind behind a plural, or None when the API does not serve it."""
        kinds = self.apis.get(group_version, {})
        return next((kind for kind, name in kinds.items() if name == plural), None)

    def listed(self, group_version: str, plural: str) -> list[Object]:
        with self.lock:
            return [o for key, o in self.objects.items() if key[:2] == (group_version, plural)]

    def put(self, key: tuple[str, str, str], obj: Object) -> Object:
        """Create or replace; what is stored differs from what was sent as on a real server."""
        with self.lock:
            if key not in self.objects:
                self.created.append((obj["kind"], key[2]))
            self.objects[key] = _as_stored(obj)
            return self.objects[key]

    def patch(self, key: tuple[str, str, str], change: Object) -> Object:
        with self.lock:
            return self.put(key, merge_patch(self.objects[key], change))

    def remove(self, key: tuple[str, str, str]) -> None:
        with self.lock:
            self.deleted.append((self.objects.pop(key)["kind"], key[2]))

    def of_kind(self, kind: str) -> dict[str, Object]:
        """Objects of one kind by name."""
        with self.lock:
            return {o["metadata"]["name"]: o for o in self.objects.values() if o["kind"] == kind}


def merge_patch(base: Object, change: Object) -> Object:
    """RFC 7396: None removes a key, mappings merge, everything else replaces."""
    merged = dict(base)
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge_patch(merged[key], value)
        else:
            merged[key] = value
    return merged


def _as_stored(obj: Object) -> Object:
    stored = dict(obj)
    if stored["kind"] == "Secret":
        text = stored.pop("stringData", {})
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in text.items()}
        stored["data"] = {**stored.get("data", {}), **encoded}
    if stored["kind"] == "Job":  # Helm waits for its hooks to finish
        stored["status"] = {"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]}
    if stored["kind"] == "Pod":
        stored["status"] = {"phase": "Succeeded"}
    return stored
