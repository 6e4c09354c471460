"""Owns where pods hide in a rendered release: Deployments, hooks and the Job templates of the trainer."""

from __future__ import annotations

from tests.chart.kube_store import Object
from tests.chart.release import Release


def pod_specs(release: Release) -> dict[str, Object]:
    """Every pod specification by "Kind/name" of the object that holds it."""
    found: dict[str, Object] = {}
    for obj in release.objects:
        label = f"{obj['kind']}/{obj['metadata']['name']}"
        if obj["kind"] == "Pod":
            found[label] = obj["spec"]
        elif obj["kind"] in ("Deployment", "Job"):
            found[label] = obj["spec"]["template"]["spec"]
    if release.has("ConfigMap", "trainer-jobs"):
        for profile, job in release.jobs().items():
            found[f"profile/{profile}"] = job["spec"]["template"]["spec"]
    return found
