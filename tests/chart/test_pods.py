"""Every pod, hooks and worker Jobs included, meets the restricted Pod Security Standard and can only write to /tmp."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chart.pods import pod_specs
from tests.chart.release import SERVICES, Release, value_sets

RESTRICTED_VOLUMES = {"configMap", "downwardAPI", "emptyDir", "projected", "secret"}


@pytest.mark.parametrize("name", value_sets())
def test_pods_are_restricted(name: str, rendered: Callable[[str], Release]) -> None:
    specs = pod_specs(rendered(name))
    assert len(specs) >= len(SERVICES) + 1
    for label, spec in specs.items():
        security = spec["securityContext"]
        assert security["runAsNonRoot"] is True, label
        assert security["runAsUser"] == 10001, label
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, label
        assert spec["automountServiceAccountToken"] is False, label
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), label
        for volume in spec["volumes"]:
            assert volume.keys() - {"name"} <= RESTRICTED_VOLUMES, label


@pytest.mark.parametrize("name", value_sets())
def test_containers_are_restricted(name: str, rendered: Callable[[str], Release]) -> None:
    for label, spec in pod_specs(rendered(name)).items():
        for container in [*spec["containers"], *spec.get("initContainers", [])]:
            security = container["securityContext"]
            assert security["allowPrivilegeEscalation"] is False, label
            assert security["privileged"] is False, label
            assert security["readOnlyRootFilesystem"] is True, label
            assert security["capabilities"] == {"drop": ["ALL"]}, label
            assert "hostPort" not in str(container.get("ports")), label
            assert container["resources"]["requests"].keys() >= {"cpu", "memory"}, label


def test_scratch_space_is_the_only_writable_mount(minimal: Release) -> None:
    for label, spec in pod_specs(minimal).items():
        kinds = {v["name"]: next(iter(v.keys() - {"name"})) for v in spec["volumes"]}
        for mount in spec["containers"][0]["volumeMounts"]:
            writable = kinds[mount["name"]] == "emptyDir"
            assert writable == (mount["mountPath"] in ("/tmp", "/dev/shm")), label
            assert writable or mount["readOnly"] is True, label
        assert all("sizeLimit" in v["emptyDir"] for v in spec["volumes"] if "emptyDir" in v), label


def test_only_the_trainer_holds_a_token_and_it_expires(minimal: Release) -> None:
    holders = {}
    for label, spec in pod_specs(minimal).items():
        for volume in spec["volumes"]:
            for source in volume.get("projected", {}).get("sources", []):
                if "serviceAccountToken" in source:
                    holders[label] = source["serviceAccountToken"]["expirationSeconds"]
    assert holders == {"Deployment/plumbline-trainer": 3600}


def test_images_follow_the_mirror_and_the_digest(rendered: Callable[[str], Release]) -> None:
    release = rendered("mirror")
    for label, spec in pod_specs(release).items():
        image = spec["containers"][0]["image"]
        worker = label.startswith("profile/")
        expected = "plumbline/worker:0.1.0" if worker else f"plumbline/services@sha256:{'a' * 64}"
        assert image == f"mirror.local:5000/{expected}", label
        assert spec["imagePullSecrets"] == [{"name": "mirror-login"}], label


def test_common_labels_reach_every_object(rendered: Callable[[str], Release]) -> None:
    for obj in rendered("mirror").objects:
        assert obj["metadata"]["labels"]["cost-centre"] == "vision", obj["metadata"]["name"]


def test_placement_values_reach_the_pod(rendered: Callable[[str], Release]) -> None:
    release = rendered("placement")
    spec = release.deployment("storage")["spec"]["template"]["spec"]
    assert spec["priorityClassName"] == "important"
    assert spec["nodeSelector"] == {"disk": "fast"}
    assert spec["tolerations"][0]["tolerationSeconds"] == 60
    assert "nodeAffinity" in spec["affinity"]
    assert release.env("storage")["HTTPS_PROXY"]["value"] == "http://proxy:3128"
    assert "nodeSelector" not in release.deployment("auth")["spec"]["template"]["spec"]
