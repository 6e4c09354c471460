"""What is exported comes back equal in another workspace, an interrupted export goes on, and damage is found."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from plumbline import Client, connect, dataset_version
from plumbline.accounts import join
from plumbline.exchange import export as export_module
from plumbline.exchange.content import Damaged
from plumbline.exchange.export import export
from plumbline.exchange.importing import bring
from plumbline.exchange.neptune import NeptuneFolder
from plumbline.exchange.package import Package
from plumbline.exchange.report import Report
from tests.live import Live
from tests.sdk.conftest import Plumb
from tests.sdk.exchange.equality import content


def workspace(live: Live) -> Client:
    """An empty workspace of its own, as its owner."""
    owner = live.people["OWNER"]
    with live.as_("OWNER") as client:
        made = client.post("/v1/workspaces", {"name": f"w {uuid.uuid4().hex[:8]}"}, once=True)
    token = join(live.url, made["invitation"], name=owner.name, password=owner.password, email=owner.email)
    return connect(live.url, token)


@pytest.fixture
def first(live_platform: Live) -> Iterator[Client]:
    with workspace(live_platform) as client:
        yield client


@pytest.fixture
def second(live_platform: Live) -> Iterator[Client]:
    with workspace(live_platform) as client:
        yield client


def fill(client: Client, tmp_path: Path) -> None:
    """Runs of every kind, and a registry with a history."""
    client.post("/v1/experiments", {"name": "first", "description": "why", "tags": [{"key": "a", "value": "b"}]})
    with client.runs.start("first", name="parent", params={"lr": 0.1, "größe": "x\ny"}, tags={"site": "A"}) as parent:
        for step in range(250):
            parent.log({"loss": 1 / (step + 1)}, step / 8)
        parent.log({"odd": float("nan"), "endless": float("-inf")}, 2**60)
        parent.log_artifact(b"weights", "model.bin")
        parent.log_artifact(b"weights", "again/model.bin")
        parent.log_artifact(b"", "empty.txt")
    body: dict[str, Any] = {
        "experiment": "second",
        "name": "child",
        "kind": "EVALUATION",
        "note": "a note",
        "parent_run_id": parent.id,
        "forked_from_run_id": parent.id,
        "forked_from_step": 1.125,
        "user_name": "ada",
        "start_time": "2024-02-03T04:05:06.123456Z",
        "record": {"seeds": {"numpy": 1}, "python": {"version": "3.11"}, "steps": 0.5},
        "datasets": [{"name": "d", "digest": "1", "source_type": "local", "source": "/data", "schema": "{}"}],
    }
    child = client.post("/v1/runs", body, once=True)["id"]
    slices = [{"dimension": "source", "value": "A", "image_count": 3, "metrics": [{"key": "f1", "value": 0.25}]}]
    failure = {"kind": "FALSE_POSITIVE", "image_sha256": "0" * 64, "path": "a.png", "source": "A", "score": 0.5}
    client.post(f"/v1/runs/{child}:logEvaluation", {"slices": slices, "failures": [failure]})
    ended = {"status": "FAILED", "error": "no light", "end_time": "2024-02-03T05:00:00Z"}
    client.patch(f"/v1/runs/{child}", ended)
    client.models.create("net", "finds cracks")
    for note in ("one", "two", "three"):
        client.models.add_version("net", parent.id, "model.bin", note)
    client.delete("/v1/models/net/versions/2")
    for alias, version in (("candidate", 1), ("candidate", 3), ("production", 1)):
        client.models.set_alias("net", alias, version, f"{alias} {version}")
    user = client.runs.start(
        "second", name="user", inputs=[{"kind": "MODEL_VERSION", "resource_id": "net", "number": 3}]
    )
    user.finish()


def test_an_export_comes_back_equal(first: Client, second: Client, tmp_path: Path) -> None:
    fill(first, tmp_path)
    export(first, tmp_path / "a")
    report = bring(second, Package(tmp_path / "a", Report()), Report())
    assert report.failures == []
    export(second, tmp_path / "b")
    assert content(tmp_path / "b") == content(tmp_path / "a")
    again = bring(second, Package(tmp_path / "a", Report()), Report())
    assert again.carried["run", "was here already"] == 3
    assert ("run", "run") not in again.carried
    export(second, tmp_path / "c")
    assert (tmp_path / "c" / "manifest.json").read_bytes() == (tmp_path / "b" / "manifest.json").read_bytes()


def test_an_import_into_the_same_workspace_adds_nothing(first: Client, tmp_path: Path) -> None:
    fill(first, tmp_path)
    export(first, tmp_path / "a")
    report = bring(first, Package(tmp_path / "a", Report()), Report())
    assert report.carried["run", "was here already"] == 3
    assert len(list(first.runs.all())) == 3
    assert len(list(first.models.versions("net"))) == 2


def test_a_dataset_version_that_is_not_there_stays_known(
    live_platform: Live, dataset_of: Any, first: Client, second: Client, tmp_path: Path
) -> None:
    name = dataset_of(first)
    first.runs.start("first", inputs=[dataset_version(name, 1)]).finish()
    export(first, tmp_path / "a")
    report = bring(second, Package(tmp_path / "a", Report()), Report())
    assert any(f"{name}@v1" in remark.what for remark in report.remarks)
    export(second, tmp_path / "b")
    assert content(tmp_path / "b")["runs"] == content(tmp_path / "a")["runs"]


@pytest.fixture
def dataset_of(tmp_path: Path) -> Any:
    from tests.sdk.cli.conftest import photograph

    def make(client: Client) -> str:
        photograph(tmp_path / "pictures" / "1.png", uuid.uuid4().int % 2**32)
        client.datasets.create("tiles")
        client.datasets.push("tiles", tmp_path / "pictures", source="site A")
        client.datasets.publish("tiles")
        return "tiles"

    return make


def test_finished_parts_are_not_fetched_again(first: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with first.runs.start("first") as run:
        for step in range(500):
            run.log({"a": step, "b": -step, "c": 0.5}, step)
    whole = export(first, tmp_path / "whole")
    monkeypatch.setattr(export_module, "_PAGE", 100)
    monkeypatch.setattr("plumbline.exchange.parts._PART_ROWS", 250)
    asked: list[str] = []
    get = Client.get

    def counted(client: Client, path: str, /, **query: Any) -> dict[str, Any]:
        if path.endswith("/points"):
            asked.append(f"{query['key']} {query['page_token']}")
            if len(asked) == 8:
                raise KeyboardInterrupt
        return get(client, path, **query)

    with monkeypatch.context() as patch:
        patch.setattr(Client, "get", counted)
        with pytest.raises(KeyboardInterrupt):
            export(first, tmp_path / "parts")
        assert not (tmp_path / "parts" / "manifest.json").exists()
        with pytest.raises(Damaged, match="not finished"):
            Package(tmp_path / "parts", Report())
        done = export(first, tmp_path / "parts")
    # of three series with five pages each, six pages lay in two finished parts
    assert len(asked) - 8 == 15 - 6
    assert done.counts == whole.counts
    assert content(tmp_path / "parts") == content(tmp_path / "whole")
    assert len(list(tmp_path.glob("parts/data/*/*.parquet"))) > 3


def test_readers_of_neptunes_files_find_their_way(first: Client, tmp_path: Path) -> None:
    fill(first, tmp_path)
    export(first, tmp_path / "a")
    report = Report()
    source = NeptuneFolder(tmp_path / "a", report)
    names = {source.run(run_id).name: run_id for run_id in source.run_ids()}
    assert {"parent", "child", "user"} <= set(names)
    steps = [step for one in source.series(names["parent"]) if one.key == "metrics/loss" for step in one.steps]
    assert steps == [step / 8 for step in range(250)]
    files = {file.path: file.file.read_bytes() for file in source.files(names["parent"])}
    assert files["artifacts/again/model.bin"] == b"weights"
    assert source.run(names["child"]).forked_from_id == names["parent"]


def test_other_bytes_than_the_manifests_are_refused(first: Client, tmp_path: Path) -> None:
    fill(first, tmp_path)
    export(first, tmp_path / "a")
    (part, *_) = sorted(tmp_path.glob("a/data/*/*.parquet"))
    pq.write_table(pq.read_table(part).slice(1), part)
    with pytest.raises(Damaged, match=part.name):
        Package(tmp_path / "a", Report())


def test_a_manifest_that_names_files_outside_is_refused(first: Client, tmp_path: Path) -> None:
    first.runs.start("first").finish()
    export(first, tmp_path / "a")
    manifest = tmp_path / "a" / "manifest.json"
    document = json.loads(manifest.read_text())
    document["files"]["../secret"] = {"sha256": "0" * 64, "size": 0}
    manifest.write_text(json.dumps(document))
    (tmp_path / "secret").write_text("")
    with pytest.raises(Damaged, match="leads outside"):
        Package(tmp_path / "a", Report())


def test_the_command_exports_what_is_chosen(plumb_as: Plumb, live_platform: Live, tmp_path: Path) -> None:
    name = f"chosen {tmp_path.name}"
    with live_platform.as_("DEVELOPER") as client:
        for site in ("A", "B"):
            client.runs.start(name, tags={"site": site}).finish()
    command = ("export", "runs", tmp_path / "out", "--experiment", name, "--filter", "tags.site = 'A'", "-o", "json")
    outcome = plumb_as("CUSTOMER", *command)
    assert outcome.status == 0, outcome.said
    assert outcome.json["counts"]["runs"] == 1
    rehearsed = plumb_as("DEVELOPER", "import", "runs", tmp_path / "out", "--dry-run", "-o", "json")
    assert rehearsed.json["carried"] == [{"what": "run", "became": "is here already", "count": 1}]
    assert plumb_as("DEVELOPER", "export", "runs", tmp_path / "x", "--experiment", "nothing").status == 3
