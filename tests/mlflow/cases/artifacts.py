"""Cases about files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mlflow
import numpy
from side import Side


def _folder(side: Side) -> Path:
    root = side.folder / "made"
    for name, content in (("a.txt", "one"), ("plots/b.txt", "two"), ("plots/deep/c.txt", "three"), ("empty.bin", "")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    return root


def one_file(side: Side) -> Any:
    run_id = side.run().info.run_id
    file = _folder(side) / "a.txt"
    side.client.log_artifact(run_id, str(file))
    side.client.log_artifact(run_id, str(file), "sub/folder")
    found = side.client.download_artifacts(run_id, "sub/folder/a.txt", str(side.folder))
    return [side.client.list_artifacts(run_id), Path(found).read_text()]


def a_folder(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_artifacts(run_id, str(_folder(side)), "all")
    below = [side.client.list_artifacts(run_id, path) for path in (None, "all", "all/plots", "all/plots/deep")]
    back = Path(side.client.download_artifacts(run_id, "all", str(side.folder)))
    return [below, {str(file.relative_to(back)): file.read_text() for file in back.rglob("*") if file.is_file()}]


def a_file_replaced(side: Side) -> Any:
    run_id = side.run().info.run_id
    for text in ("first", "second, longer"):
        side.client.log_text(run_id, text, "note.txt")
    return [mlflow.artifacts.load_text(f"runs:/{run_id}/note.txt"), side.client.list_artifacts(run_id)]


def text_and_documents(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_text(run_id, "größer", "notes/a.txt")
    side.client.log_dict(run_id, {"a": [1, 2]}, "facts.json")
    side.client.log_dict(run_id, {"a": [1, 2]}, "facts.yml")
    at = f"runs:/{run_id}"
    return [mlflow.artifacts.load_text(f"{at}/notes/a.txt"), mlflow.artifacts.load_dict(f"{at}/facts.json")]


def a_table(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_table(run_id, {"a": [1, 2], "b": ["x", "y"]}, "table.json")
    side.client.log_table(run_id, {"a": [3], "b": ["z"]}, "table.json")
    side.know(side.client.get_run(run_id).info.experiment_id, "experiment")
    return side.client.load_table(side.client.get_run(run_id).info.experiment_id, "table.json").to_dict()


def an_image_with_a_step(side: Side) -> Any:
    run_id = side.run().info.run_id
    picture = numpy.zeros((4, 4, 3), dtype=numpy.uint8)
    side.client.log_image(run_id, picture, key="mask", step=3, timestamp=5, synchronous=True)
    side.client.log_image(run_id, picture, "one.png")
    files = side.client.list_artifacts(run_id, "images")
    parts = sorted(file.path.split("%timestamp%")[0].split("+timestamp+")[0] for file in files)
    return [parts, "mlflow.loggedImages" in side.client.get_run(run_id).data.tags]


def a_figure(side: Side) -> Any:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    run_id = side.run().info.run_id
    figure, _ = pyplot.subplots()
    side.client.log_figure(run_id, figure, "figures/one.png")
    return [file.path for file in side.client.list_artifacts(run_id, "figures")]


def names_of_many_kinds(side: Side) -> Any:
    run_id = side.run().info.run_id
    for name in ("with space.txt", "größe.txt", "a+b.txt", "a=b,c.txt", "dot.", "UPPER.txt", "(x).txt"):
        side.client.log_text(run_id, name, name)
    files = side.client.list_artifacts(run_id)
    return [[file.path, mlflow.artifacts.load_text(f"runs:/{run_id}/{file.path}")] for file in files]


def an_empty_run(side: Side) -> Any:
    run_id = side.run().info.run_id
    return [side.client.list_artifacts(run_id), side.get("artifacts/list", run_id=run_id)]


def a_listing_by_its_route(side: Side) -> Any:
    run_id = side.run().info.run_id
    side.client.log_artifacts(run_id, str(_folder(side)))
    return [
        side.get("artifacts/list", run_id=run_id),
        side.get("artifacts/list", run_id=run_id, path="plots"),
        side.get("artifacts/list", run_id=run_id, path="a.txt"),
        side.get("artifacts/list", run_id=run_id, path="absent"),
    ]


def listings_that_are_refused(side: Side) -> Any:
    run_id = side.run().info.run_id
    return [
        side.get("artifacts/list"),
        side.get("artifacts/list", run_id="0" * 32),
        side.get("artifacts/list", run_id=run_id, path="../other"),
        side.get("artifacts/list", run_id=run_id, path="/etc"),
        side.get("artifacts/list", run_id=run_id, path="a/%2E%2E/b"),
    ]


def paths_that_lead_out(side: Side) -> Any:
    run = side.run()
    at = f"/api/2.0/mlflow-artifacts/artifacts/{run.info.experiment_id}/{run.info.run_id}/artifacts"
    return [side.ask("PUT", f"{at}/%2E%2E/%2E%2E/x", data=b"x"), side.ask("GET", f"{at}/a/%252E%252E/b")]


def an_absent_file(side: Side) -> Any:
    run = side.run()
    at = f"/api/2.0/mlflow-artifacts/artifacts/{run.info.experiment_id}/{run.info.run_id}/artifacts"
    return side.ask("GET", f"{at}/absent.txt")


def a_file_by_its_route(side: Side) -> Any:
    run = side.run()
    at = f"/api/2.0/mlflow-artifacts/artifacts/{run.info.experiment_id}/{run.info.run_id}/artifacts"
    sent = side.ask("PUT", f"{at}/a/b.txt", data=b"plain words")
    listed = side.ask("GET", "/api/2.0/mlflow-artifacts/artifacts", params={"path": at.split("/artifacts/", 1)[1]})
    return [
        sent,
        listed,
        side.ask("GET", f"{at}/a/b.txt"),
        side.ask("GET", f"/get-artifact?run_uuid={run.info.run_id}&path=a/b.txt"),
    ]


def files_deleted(side: Side) -> Any:
    run = side.run()
    side.client.log_artifacts(run.info.run_id, str(_folder(side)))
    at = f"/api/2.0/mlflow-artifacts/artifacts/{run.info.experiment_id}/{run.info.run_id}/artifacts"
    answers = [side.ask("DELETE", f"{at}/plots"), side.ask("DELETE", f"{at}/a.txt")]
    return [answers, side.client.list_artifacts(run.info.run_id)]


def a_large_file(side: Side) -> Any:
    run_id = side.run().info.run_id
    file = side.folder / "weights.bin"
    file.write_bytes(bytes(range(256)) * 4096 * 12)
    side.client.log_artifact(run_id, str(file))
    back = Path(side.client.download_artifacts(run_id, "weights.bin", str(side.folder / "back")))
    return [back.read_bytes() == file.read_bytes(), side.client.list_artifacts(run_id)]


def a_presigned_upload_without_an_end(side: Side) -> Any:
    run_id = side.run().info.run_id
    return [
        side.post("artifacts/presigned-upload-url", run_id=run_id, path="a.bin"),
        side.post("artifacts/presigned-upload-url", path="a.bin"),
        side.post("artifacts/presigned-upload-url", run_id=run_id),
    ]


def upload_by_the_pages(side: Side) -> Any:
    run_id = side.run().info.run_id
    at = "/ajax-api/2.0/mlflow/upload-artifact"
    sent = side.ask("POST", at, params={"run_uuid": run_id, "path": "sub/a.txt"}, data=b"words")
    refused = [side.ask("POST", at, params=query, data=b"x") for query in ({"path": "a"}, {"run_uuid": run_id})]
    return [sent[0], refused, side.client.list_artifacts(run_id, "sub")]
