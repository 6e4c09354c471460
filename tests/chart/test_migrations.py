"""Migrations run before the services change, with what they need already there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chart.kube_store import Object
from tests.chart.release import SERVICES, Cluster, Release, values_of


def hook_jobs(release: Release) -> dict[str, Object]:
    return {j["metadata"]["name"]: j for j in release.hooks if j["kind"] == "Job"}


@pytest.mark.parametrize("service", SERVICES)
def test_one_job_for_each_service(service: str, minimal: Release) -> None:
    job = hook_jobs(minimal)[f"plumbline-{service}-migrate"]
    container = job["spec"]["template"]["spec"]["containers"][0]
    assert container["args"] == ["migrate", service]
    assert container["image"] == minimal.container(service)["image"]
    assert {e["name"] for e in container["env"]} == {
        f"PLUMB_DATABASE_URL_{service.upper()}",
        "PLUMB_LOG_LEVEL",
        "PLUMB_HOME",
    }
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"


def test_all_jobs_run_on_install_and_upgrade(minimal: Release) -> None:
    assert len(hook_jobs(minimal)) == len(SERVICES)
    for job in hook_jobs(minimal).values():
        annotations = job["metadata"]["annotations"]
        assert annotations["helm.sh/hook"] == "pre-install,pre-upgrade"
        # Without hook-failed a failed Job stays, and its log can be read.
        assert annotations["helm.sh/hook-delete-policy"] == "before-hook-creation,hook-succeeded"


def test_everything_a_migration_needs_exists_before_it(plain_cluster: Cluster) -> None:
    plain_cluster.run("install", values_of("minimal"))
    order = plain_cluster.store.created
    first_job = next(i for i, (kind, _) in enumerate(order) if kind == "Job")
    first_service = order.index(("Deployment", "plumbline-auth"))
    last_job = max(i for i, (kind, _) in enumerate(order) if kind == "Job")
    needed = {("ServiceAccount", "plumbline-migrate"), ("NetworkPolicy", "plumbline-migrate")}
    needed |= {("Secret", f"plumbline-{s}-migrate") for s in SERVICES}
    assert set(order[:first_job]) == needed
    assert last_job < first_service


def test_copies_of_credentials_do_not_stay(plain_cluster: Cluster) -> None:
    plain_cluster.run("install", values_of("minimal"))
    assert not [name for name in plain_cluster.store.of_kind("Secret") if name.endswith("-migrate")]
    assert plain_cluster.store.of_kind("Job") == {}


def test_an_upgrade_migrates_with_the_stored_credential(plain_cluster: Cluster) -> None:
    plain_cluster.run("install", values_of("minimal"))
    plain_cluster.store.created.clear()
    values = values_of("minimal")
    values["database"]["auth"]["url"] = ""
    release = plain_cluster.run("upgrade", values)
    copy = release.one("Secret", "auth-migrate")["data"]
    assert copy == plain_cluster.store.of_kind("Secret")["plumbline-auth-database"]["data"]
    assert ("Job", "plumbline-auth-migrate") in plain_cluster.store.created


def test_existing_secrets_are_not_copied(rendered: Callable[[str], Release]) -> None:
    release = rendered("existing-secrets")
    assert not [h for h in release.hooks if h["kind"] == "Secret"]
    job = hook_jobs(release)["plumbline-auth-migrate"]
    reference = job["spec"]["template"]["spec"]["containers"][0]["env"][0]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": "our-databases", "key": "auth"}


def test_they_can_be_switched_off(rendered: Callable[[str], Release]) -> None:
    assert [h["kind"] for h in rendered("no-migrations").hooks] == ["Pod"]
