"""What MLflow's routes do that MLflow's own server does not: permissions, links to data, exact numbers, large files."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.live import Live
from tests.mlflow.servers import Server, run_script
from tests.system.works import picture

MIB = 2**20
API = "/api/2.0/mlflow"


@pytest.fixture
def http(plumbline: Server) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {plumbline.token}"}
    with httpx.Client(base_url=plumbline.url, headers=headers, trust_env=False, timeout=120) as client:
        yield client


@pytest.fixture
def run_id(http: httpx.Client) -> str:
    made = http.post(f"{API}/runs/create", json={"experiment_id": "0", "run_name": "tested"}).raise_for_status()
    return str(made.json()["run"]["info"]["run_id"])


@pytest.fixture(scope="session")
def dataset(live_platform: Live, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A dataset with one published version."""
    folder = tmp_path_factory.mktemp("linked")
    picture(folder / "one.png", 11)
    with live_platform.as_("OWNER") as owner:
        owner.datasets.create("linked")
        owner.datasets.push("linked", folder, source="site A")
        owner.datasets.publish("linked")
    return "linked"


def ask(http: httpx.Client, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = http.post(f"{API}/{path}", json=body)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "/api/3.0/mlflow/traces"),
        ("GET", "/api/2.0/mlflow/gateway-proxy"),
        ("POST", "/ajax-api/3.0/mlflow/scorer/invoke"),
        ("DELETE", "/api/2.0/mlflow/prompts/a"),
        ("PATCH", "/api/2.0/mlflow/runs/create"),
        ("PUT", "/api/2.0/mlflow-artifacts/anything"),
    ],
)
def test_what_is_not_offered_says_so(http: httpx.Client, verb: str, path: str) -> None:
    answer = http.request(verb, path)
    assert (answer.status_code, answer.json()["error_code"]) == (501, "NOT_IMPLEMENTED")
    assert f"{verb} {path}" in answer.json()["message"]


@pytest.mark.parametrize("authorization", ["", "Bearer plumb_nonsense", "Basic bm9ib2R5Om5vdGhpbmc=", "Basic %%%"])
def test_nobody_gets_in_without_a_token(plumbline: Server, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    with httpx.Client(base_url=plumbline.url, headers=headers, trust_env=False) as stranger:
        for path in ("/api/3.0/mlflow/server-info", "/health", "/version"):
            assert stranger.get(path).status_code == 200
        for answer in (
            stranger.get(f"{API}/runs/get", params={"run_id": "x"}),
            stranger.put("/api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/a", content=b"x"),
            stranger.get("/api/3.0/mlflow/traces"),
        ):
            assert (answer.status_code, answer.json()["error_code"]) == (401, "UNAUTHENTICATED")


def test_a_token_may_come_as_a_password(plumbline: Server) -> None:
    credentials = base64.b64encode(f"anybody:{plumbline.token}".encode()).decode()
    with httpx.Client(headers={"Authorization": f"Basic {credentials}"}, trust_env=False) as client:
        answer = client.get(f"{plumbline.url}{API}/experiments/get", params={"experiment_id": "0"})
    assert answer.json()["experiment"]["name"] == "Default"


def test_roles_decide_as_everywhere(live_platform: Live, plumbline: Server, run_id: str) -> None:
    headers = {"Authorization": f"Bearer {live_platform.people['CUSTOMER'].token}"}
    with httpx.Client(base_url=plumbline.url, headers=headers, trust_env=False) as customer:
        seen = customer.get(f"{API}/runs/get", params={"run_id": run_id})
        assert seen.json()["run"]["info"]["run_name"] == "tested"
        for path, body in (
            ("runs/create", {"experiment_id": "0"}),
            ("runs/log-metric", {"run_id": run_id, "key": "m", "value": 1.0, "timestamp": 1}),
            ("experiments/create", {"name": "by a customer"}),
        ):
            status, refusal = ask(customer, path, **body)
            assert (status, refusal["error_code"]) == (403, "PERMISSION_DENIED")


def test_eight_writers_to_one_run_lose_nothing(http: httpx.Client, plumbline: Server, run_id: str) -> None:
    names = [str(number) for number in range(8)]
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: run_script("writer", plumbline, {"RUN_ID": run_id, "WRITER": name}), names))

    def points(key: str) -> list[dict[str, Any]]:
        found = http.get(f"{API}/metrics/get-history", params={"run_id": run_id, "metric_key": key})
        return list(found.json()["metrics"])

    for name in names:
        assert [(one["step"], one["value"]) for one in points(f"own/{name}")] == [(n, float(n)) for n in range(500)]
    shared = {(one["step"], one["value"]) for one in points("shared")}
    assert shared == {(step, float(name)) for step in range(500) for name in names}
    data = http.get(f"{API}/runs/get", params={"run_id": run_id}).json()["run"]["data"]
    assert {one["key"] for one in data["params"]} == {f"{name}/{batch}" for name in names for batch in range(10)}
    latest = {one["key"]: one["value"] for one in data["metrics"]}
    assert latest == {**{f"own/{name}": 499.0 for name in names}, "shared": 7.0}


def test_infinities_stay_what_they_are(http: httpx.Client, run_id: str) -> None:
    values = ["Infinity", "-Infinity", "NaN", 1.5]
    points = [{"key": "m", "value": value, "timestamp": 1, "step": step} for step, value in enumerate(values)]
    assert ask(http, "runs/log-batch", run_id=run_id, metrics=points) == (200, {})
    found = http.get(f"{API}/metrics/get-history", params={"run_id": run_id, "metric_key": "m"}).json()
    assert [one["value"] for one in found["metrics"]] == values


def test_a_sample_keeps_the_spike(http: httpx.Client, run_id: str) -> None:
    for first in range(0, 3000, 1000):
        points = [
            {"key": "m", "value": 99.0 if step == 1717 else 0.5, "timestamp": 1, "step": step}
            for step in range(first, first + 1000)
        ]
        assert ask(http, "runs/log-batch", run_id=run_id, metrics=points)[0] == 200
    at = "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"
    found = http.get(at, params={"run_ids": run_id, "metric_key": "m", "max_results": 100}).json()["metrics"]
    assert len(found) <= 100
    assert (1717, 99.0) in {(one["step"], one["value"]) for one in found}


def test_a_long_history_comes_whole(live_platform: Live, http: httpx.Client, run_id: str) -> None:
    steps = list(range(120_000))
    with live_platform.as_("DEVELOPER") as client:
        for first in range(0, len(steps), 60_000):
            part = steps[first : first + 60_000]
            series = {"key": "m", "steps": part, "values": part, "times": part}
            client.post(f"/v1/runs/{run_id}:log", {"series": [series]})
    found = http.get(f"{API}/metrics/get-history", params={"run_id": run_id, "metric_key": "m"}).json()["metrics"]
    assert [one["step"] for one in found] == steps


def test_a_run_says_which_data_it_used(live_platform: Live, plumbline: Server, dataset: str) -> None:
    made = run_script("linked", plumbline, {"DATASET": dataset})
    with live_platform.as_("OWNER") as owner:
        version = owner.datasets.version(dataset, 1)
        for run_id in made.values():
            [used] = owner.runs.get(run_id)["inputs"]
            assert (used["kind"], used["name"], used["number"]) == ("DATASET_VERSION", "linked@v1", 1)
            assert used["digest"] == version["digest"]


@pytest.mark.parametrize(
    ("name", "code"), [("linked", "INVALID_PARAMETER_VALUE"), ("nothing@v1", "RESOURCE_DOES_NOT_EXIST")]
)
def test_data_that_does_not_exist_is_not_linked(http: httpx.Client, run_id: str, name: str, code: str) -> None:
    status, refusal = ask(http, "runs/set-tag", run_id=run_id, key="plumbline.dataset", value=name)
    assert (status >= 400, refusal["error_code"]) == (True, code)
    held = http.get(f"{API}/runs/get", params={"run_id": run_id}).json()["run"]["data"]["tags"]
    assert "plumbline.dataset" not in {tag["key"] for tag in held}


def test_tags_that_mean_something_follow_the_run(live_platform: Live, http: httpx.Client, run_id: str) -> None:
    with live_platform.as_("DEVELOPER") as client:
        client.patch(f"/v1/runs/{run_id}", {"note": "seen by us", "name": "renamed"})
    held = http.get(f"{API}/runs/get", params={"run_id": run_id}).json()["run"]
    tags = {tag["key"]: tag["value"] for tag in held["data"]["tags"]}
    assert (tags["mlflow.note.content"], tags["mlflow.runName"], held["info"]["run_name"]) == (
        "seen by us",
        "renamed",
        "renamed",
    )
    assert ask(http, "runs/set-tag", run_id=run_id, key="mlflow.note.content", value="and by them")[0] == 200
    with live_platform.as_("DEVELOPER") as client:
        assert client.runs.get(run_id)["note"] == "and by them"


def test_a_large_file_goes_in_parts_straight_to_the_store(live_platform: Live, plumbline: Server) -> None:
    parts = {
        "MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": str(8 * MIB),
        "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(10 * MIB),
        "MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE": str(8 * MIB),
    }
    made = run_script("large_file", plumbline, parts)
    assert made["same"]
    rows = asyncio.run(
        live_platform.rows(
            "experiments", "SELECT parts_id, size FROM artifact_uploads WHERE run_id = $1", made["run_id"]
        )
    )
    assert [(bool(row["parts_id"]), row["size"]) for row in rows] == [(True, 23 * MIB)]


def test_a_file_beyond_the_limit_of_bodies_passes_through(http: httpx.Client, run_id: str, tmp_path: Path) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(hashlib.shake_256(b"large").digest(40 * MIB))
    at = f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/weights.bin"
    with file.open("rb") as stream:
        headers = {"Content-Length": str(file.stat().st_size)}
        assert http.put(at, content=stream, headers=headers).status_code == 200
    back = http.get(at, follow_redirects=True)
    assert hashlib.sha256(back.content).digest() == hashlib.sha256(file.read_bytes()).digest()


def test_the_bytes_of_an_announced_file_must_have_an_owner(http: httpx.Client) -> None:
    answer = http.put("/api/2.0/mlflow-artifacts/artifacts/somewhere/else.bin", content=b"x")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
