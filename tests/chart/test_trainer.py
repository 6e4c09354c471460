"""The trainer may handle Jobs in its own namespace and nothing else; profiles become valid, queued, fenced Jobs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import kubernetes_validate
import pytest

from services.trainer.kubernetes_engine import KubernetesEngine
from services.trainer.settings import TrainerSettings
from tests.chart.release import NAMESPACE, Cluster, HelmRefused, Release, merged, values_of


def test_access_to_the_kubernetes_api(minimal: Release) -> None:
    assert [r["metadata"]["name"] for r in minimal.all("Role")] == ["plumbline-trainer"]
    role = minimal.one("Role", "trainer")
    assert role["metadata"]["namespace"] == NAMESPACE
    assert role["rules"] == [
        {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create", "get", "list", "watch", "delete"]}
    ]
    binding = minimal.one("RoleBinding", "trainer")
    assert binding["roleRef"]["name"] == "plumbline-trainer"
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "plumbline-trainer", "namespace": NAMESPACE}]


def test_the_local_engine_needs_no_access(rendered: Callable[[str], Release]) -> None:
    release = rendered("local-engine")
    assert release.all("Role") == []
    assert release.env("trainer")["PLUMB_TRAINER_ENGINE"]["value"] == "local"
    assert release.container("trainer")["image"] == "ghcr.io/plumbline/worker:0.1.0"
    volumes = release.deployment("trainer")["spec"]["template"]["spec"]["volumes"]
    assert [v["name"] for v in volumes] == ["tmp"]


def test_templates_are_mounted_where_the_trainer_looks(minimal: Release) -> None:
    folder = minimal.env("trainer")["PLUMB_TRAINER_JOB_TEMPLATES"]["value"]
    mounts = {m["mountPath"]: m["name"] for m in minimal.container("trainer")["volumeMounts"]}
    volumes = minimal.deployment("trainer")["spec"]["template"]["spec"]["volumes"]
    source = next(v for v in volumes if v["name"] == mounts[folder])
    assert source["configMap"]["name"] == "plumbline-trainer-jobs"


@pytest.mark.parametrize("profile", ["cpu", "gpu", "mig"])
def test_a_job_survives_disruption_and_stops_for_the_users_mistakes(
    profile: str, rendered: Callable[[str], Release]
) -> None:
    spec = rendered("gpu").jobs()[profile]["spec"]
    rules = spec["podFailurePolicy"]["rules"]
    assert rules[0]["action"] == "Ignore"
    assert rules[0]["onPodConditions"][0]["type"] == "DisruptionTarget"
    assert rules[1]["action"] == "FailJob"
    assert rules[1]["onExitCodes"]["values"] == [42]
    assert rules[1]["onExitCodes"]["containerName"] == spec["template"]["spec"]["containers"][0]["name"]
    assert spec["podReplacementPolicy"] == "Failed"
    assert spec["template"]["spec"]["restartPolicy"] == "Never"
    assert spec["template"]["spec"]["terminationGracePeriodSeconds"] == 120


def test_gpus_are_limits_and_choose_the_image(rendered: Callable[[str], Release]) -> None:
    jobs = rendered("gpu").jobs()
    pods = {name: job["spec"]["template"]["spec"] for name, job in jobs.items()}
    limits = {name: pod["containers"][0]["resources"].get("limits") for name, pod in pods.items()}
    assert limits["cpu"] == {"memory": "8Gi"}
    assert limits["gpu"] == {"memory": "64Gi", "nvidia.com/gpu": 2}
    assert limits["mig"] == {"nvidia.com/mig-1g.10gb": 1}
    assert pods["cpu"]["containers"][0]["image"] == "ghcr.io/plumbline/worker:0.1.0"
    assert pods["gpu"]["containers"][0]["image"] == "ghcr.io/plumbline/worker-gpu:0.1.0"
    assert pods["gpu"]["runtimeClassName"] == "nvidia"
    assert pods["gpu"]["nodeSelector"] == {"accelerator": "a100"}
    assert pods["gpu"]["tolerations"][0]["key"] == "nvidia.com/gpu"


def test_queued_jobs_start_suspended(rendered: Callable[[str], Release]) -> None:
    jobs = rendered("gpu").jobs()
    queues = {name: job["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] for name, job in jobs.items()}
    assert queues == {"cpu": "training", "gpu": "training", "mig": "small-jobs"}
    assert all(job["spec"]["suspend"] is True for job in jobs.values())


def test_without_a_queue_jobs_start_at_once(minimal: Release) -> None:
    job = minimal.jobs()["cpu"]
    assert "suspend" not in job["spec"]
    assert "kueue.x-k8s.io/queue-name" not in job["metadata"]["labels"]


def test_workers_know_the_gateway_and_no_credential(minimal: Release) -> None:
    container = minimal.jobs()["cpu"]["spec"]["template"]["spec"]["containers"][0]
    env = {e["name"]: e["value"] for e in container["env"]}
    assert env == {
        "PLUMB_URL": f"http://plumbline-gateway.{NAMESPACE}.svc:8080",
        "PLUMB_LOG_LEVEL": "INFO",
        "PLUMB_WORKER_FOLDER": "/tmp/jobs",
        "PLUMB_CACHE": "/tmp/cache",
    }
    assert minimal.env("trainer")["PLUMB_TRAINER_GATEWAY_URL"]["value"] == env["PLUMB_URL"]


def test_a_profile_that_is_not_defined_is_refused(plain_cluster: Cluster) -> None:
    values = merged(values_of("minimal"), {"worker": {"profile": "huge"}})
    with pytest.raises(HelmRefused, match=r'worker\.profile is "huge", which worker\.profiles does not define'):
        plain_cluster.run("install", values)


def test_the_trainer_makes_a_job_from_the_rendered_template(
    minimal: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for profile, job in minimal.jobs().items():
        (tmp_path / f"{profile}.json").write_text(json.dumps(job))
    monkeypatch.setenv("PLUMB_TRAINER_JOB_TEMPLATES", str(tmp_path))
    engine = KubernetesEngine(TrainerSettings(), "http://gateway:8080")
    made = engine.manifest("job_0123456789abcdef", 0, "secret")
    kubernetes_validate.validate(made, "1.37", strict=True)
    env = {e["name"]: e["value"] for e in made["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert env["PLUMB_JOB"] == "job_0123456789abcdef"
    assert env["PLUMB_TOKEN"] == "secret"
    assert made["metadata"]["namespace"] == NAMESPACE


def test_a_changed_profile_restarts_the_trainer(rendered: Callable[[str], Release]) -> None:
    def checksum(name: str) -> str:
        template = rendered(name).deployment("trainer")["spec"]["template"]
        return template["metadata"]["annotations"]["checksum/job-template"]

    assert checksum("gpu") != checksum("minimal")
    assert checksum("ingress") == checksum("minimal")
