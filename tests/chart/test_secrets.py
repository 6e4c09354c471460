"""Generated secrets survive upgrades, a reinstall and values that no longer name them."""

from __future__ import annotations

import base64
import copy

import pytest

from tests.chart.release import SERVICES, Cluster, HelmRefused, values_of


def without_credentials() -> dict[str, object]:
    values = copy.deepcopy(values_of("minimal"))
    for service in SERVICES:
        values["database"][service]["url"] = ""
    values["nats"]["url"] = ""
    values["s3"].update(accessKey="", secretKey="")
    return values


def test_identity_key_is_32_random_bytes_and_stays(plain_cluster: Cluster) -> None:
    plain_cluster.run("install", values_of("minimal"))
    key = plain_cluster.secret("identity")["identity-key"]
    assert len(base64.b64decode(key, validate=True)) == 32
    plain_cluster.run("upgrade", values_of("single-replica"))
    plain_cluster.run("upgrade", values_of("minimal"))
    assert plain_cluster.secret("identity")["identity-key"] == key


def test_two_installations_have_different_keys(plain_cluster: Cluster) -> None:
    plain_cluster.run("install", values_of("minimal"))
    first = plain_cluster.secret("identity")
    plain_cluster.uninstall()
    for key in [k for k in plain_cluster.store.objects if k[2] == "plumbline-identity"]:
        plain_cluster.store.remove(key)
    plain_cluster.run("install", values_of("minimal"))
    assert plain_cluster.secret("identity") != first


def test_secrets_outlive_the_release(plain_cluster: Cluster) -> None:
    plain_cluster.run("install", values_of("minimal"))
    key = plain_cluster.secret("identity")
    plain_cluster.uninstall()
    assert plain_cluster.store.of_kind("Deployment") == {}
    plain_cluster.run("install", without_credentials())
    assert plain_cluster.secret("identity") == key
    assert plain_cluster.secret("auth-database")["url"].endswith("canary-pg-auth@pg/auth")


def test_an_upgrade_without_credentials_keeps_the_stored_ones(plain_cluster: Cluster) -> None:
    plain_cluster.run("install", values_of("minimal"))
    before = {s: plain_cluster.secret(f"{s}-database") for s in SERVICES}
    plain_cluster.run("upgrade", without_credentials())
    assert {s: plain_cluster.secret(f"{s}-database") for s in SERVICES} == before
    assert plain_cluster.secret("nats")["url"] == "nats://plumbline:canary-nats@nats:4222"
    assert plain_cluster.secret("s3") == {"access-key": "canary-access", "secret-key": "canary-secret"}


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (("database", "storage", "url"), "database.storage.url"),
        (("nats", "url"), "nats.url"),
        (("s3", "accessKey"), "s3.accessKey"),
        (("s3", "secretKey"), "s3.secretKey"),
    ],
)
def test_a_missing_credential_is_refused_by_name(part: tuple[str, ...], name: str, plain_cluster: Cluster) -> None:
    values = copy.deepcopy(values_of("minimal"))
    place = values
    for step in part[:-1]:
        place = place[step]
    place[part[-1]] = ""
    with pytest.raises(HelmRefused, match=f"{name} is empty.*existingSecret"):
        plain_cluster.run("install", values)


def test_a_changed_credential_restarts_its_service_only(plain_cluster: Cluster) -> None:
    def checksum(service: str) -> str:
        template = plain_cluster.store.of_kind("Deployment")[f"plumbline-{service}"]["spec"]["template"]
        return template["metadata"]["annotations"]["checksum/secrets"]

    plain_cluster.run("install", values_of("minimal"))
    before = {s: checksum(s) for s in SERVICES}
    values = copy.deepcopy(values_of("minimal"))
    values["database"]["auth"]["url"] = "postgresql+asyncpg://auth:rotated@pg/auth"
    plain_cluster.run("upgrade", values)
    assert [s for s in SERVICES if checksum(s) != before[s]] == ["auth"]
    assert "rotated" in plain_cluster.secret("auth-database")["url"]


def test_an_upgrade_without_changes_restarts_nothing(plain_cluster: Cluster) -> None:
    plain_cluster.run("install", values_of("minimal"))
    before = {n: d["spec"] for n, d in plain_cluster.store.of_kind("Deployment").items()}
    plain_cluster.run("upgrade", values_of("minimal"))
    assert {n: d["spec"] for n, d in plain_cluster.store.of_kind("Deployment").items()} == before


def test_every_secret_of_the_chart_is_kept(plain_cluster: Cluster) -> None:
    release = plain_cluster.run("install", values_of("minimal"))
    secrets = [s for s in release.manifest if s["kind"] == "Secret"]
    assert len(secrets) == len(SERVICES) + 3
    for secret in secrets:
        assert secret["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
