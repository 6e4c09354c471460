"""Owns the works that go on while a part of the platform is killed, each with a check of what was acknowledged.

A step has a number. A step without an answer is asked for again under the same request id, so the check may demand
that every acknowledged step had exactly one effect. Does not kill anything.
"""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx
import numpy as np
import pytest
from PIL import Image

import plumbline
from plumbline import Run
from tests.live import Live

_PATIENCE_S = 120.0
_PAUSE_S = 0.05
_POINTS = 20


class Work(Protocol):
    """`step` returns when step `number` is acknowledged; it may be called again with the same number."""

    name: str

    def step(self, number: int) -> None: ...

    def check(self, count: int) -> None:
        """Exactly `count` steps were acknowledged: every one is there, once, as it was sent."""


class Interrupted(Exception):
    """No acknowledgement: the step has to be asked for again."""


class Repeating:
    """Requests under a request id of the caller's own, so that the same request can be sent again by name.

    Every third answer gets lost on its way: the platform did it, and the caller does not know.
    """

    def __init__(self, live: Live, role: str) -> None:
        self._http = live.http(role)
        self._answers = 0

    def post(self, path: str, body: dict[str, Any], request_id: str) -> dict[str, Any]:
        """The answer, or Interrupted when the platform gives none."""
        try:
            answer = self._http.post(path, json=body, headers={"Idempotency-Key": request_id})
        except httpx.TransportError as error:
            raise Interrupted from error
        if answer.status_code in (429, 502, 503, 504):
            raise Interrupted(answer.text)
        assert answer.status_code == 200, f"{answer.status_code} for {path}: {answer.text}"
        self._answers += 1
        if self._answers % 3 == 0:
            raise Interrupted("lost")
        document: dict[str, Any] = answer.json()
        return document


class Upload:
    """New images, one a step, through the SDK."""

    name = "upload"

    def __init__(self, live: Live, folder: Path) -> None:
        self._client = live.as_("DEVELOPER")
        self._folder = folder
        self._sent: dict[str, str] = {}
        self._checked = 0
        self._client.datasets.create("kills-upload")

    def step(self, number: int) -> None:
        file = picture(self._folder / f"{number:05d}.png", number)
        report = self._client.datasets.push("kills-upload", self._folder, source="site A", files=[file])
        if report.rejected:
            raise Interrupted(str(report.rejected))
        assert report.sent + report.known + report.present == 1
        self._sent[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()

    def check(self, count: int) -> None:
        images = list(self._client.datasets.images("kills-upload"))
        assert sorted((image["path"], image["sha256"]) for image in images) == sorted(self._sent.items())
        assert len(images) == count
        with pytest.MonkeyPatch.context() as patch:
            # an empty cache: the bytes come from the store, and the SDK compares them with their name
            patch.setenv("PLUMB_CACHE", str(self._folder.with_name(f"cache-{count}")))
            fresh = list(self._sent.values())[self._checked :]
            assert len(self._client.datasets.fetch(fresh, purpose="check")) == len(fresh)
        self._checked = count


class Publish:
    """A change of the draft and a version of it, one a step."""

    name = "publish"

    def __init__(self, live: Live, folder: Path) -> None:
        self._client = live.as_("DEVELOPER")
        self._requests = Repeating(live, "DEVELOPER")
        self._folder = folder
        self._published: list[dict[str, Any]] = []
        folder.mkdir()
        self._client.datasets.create("kills-publish")
        self._client.datasets.push("kills-publish", picture(folder / "one.png", -1).parent, source="site A")

    def step(self, number: int) -> None:
        # the same tag once more changes nothing, so this half of the step may be repeated as well
        tags = {"add": [f"step-{number}"], "remove": [f"step-{number - 1}"]}
        self._client.datasets.tag("kills-publish", ["one.png"], **tags)
        path = "/v1/datasets/kills-publish:publish"
        self._published.append(self._requests.post(path, {"note": f"step {number}"}, f"publish-{number}"))

    def check(self, count: int) -> None:
        versions = sorted(self._client.datasets.versions("kills-publish"), key=lambda version: version["number"])
        assert [version["number"] for version in versions] == list(range(1, count + 1))
        assert [version["digest"] for version in versions] == [version["digest"] for version in self._published]
        for number in {1, count // 2, count} - {0}:
            folder = self._folder.with_name(f"export-{count}-{number}")
            self._client.datasets.export("kills-publish", number, folder)
            report = plumbline.verify_export(folder, self._published[number - 1]["digest"])
            assert (report.problems, report.entry_count) == ([], 1)


class Annotate:
    """One more box on the same image, one a step."""

    name = "annotate"

    def __init__(self, live: Live, folder: Path) -> None:
        self._client = live.as_("OWNER")
        self._requests = Repeating(live, "ANNOTATOR")
        self._saved: list[dict[str, Any]] = []
        folder.mkdir()
        self._client.datasets.create("kills-annotate")
        self._client.datasets.push("kills-annotate", picture(folder / "one.png", -2).parent, source="site A")
        self._client.datasets.publish("kills-annotate")
        self._client.projects.create("kills-annotate", labels={"crack": "#1971c2"}, tools=["BOX"])
        self._client.projects.assign_version("kills-annotate", "kills-annotate")
        self._task = next(self._client.projects.tasks("kills-annotate"))["id"]

    def step(self, number: int) -> None:
        box = {"x": number / 7, "y": 1 / 3, "width": 4.5, "height": 2.25}
        annotation = {"id": _uuid(number), "label": "crack", "geometry": {"box": box}, "origin": "HUMAN"}
        body = {"base_revision": number, "operations": [{"add": annotation}]}
        self._saved.append(self._requests.post(f"/v1/tasks/{self._task}:save", body, f"save-{number}"))

    def check(self, count: int) -> None:
        listed = list(self._client.pages(f"/v1/tasks/{self._task}/revisions", "revisions", page_size=100))
        assert [revision["number"] for revision in listed] == list(range(count, 0, -1))
        assert [revision["digest"] for revision in reversed(listed)] == [one["digest"] for one in self._saved]
        newest = self._client.projects.task(self._task)["revision"]["annotations"]
        assert [annotation["id"] for annotation in newest] == [_uuid(number) for number in range(count)]
        assert [annotation["geometry"]["box"]["x"] for annotation in newest] == [number / 7 for number in range(count)]


class LogMetrics:
    """Points of a metric, some a step, through the SDK's own thread."""

    name = "metrics"

    def __init__(self, live: Live) -> None:
        self._client = live.as_("DEVELOPER")
        self._run: Run = self._client.runs.start("kills")
        self._logged = 0

    def step(self, number: int) -> None:
        # logged once: from then on it is the SDK that sends the points again
        if number == self._logged:
            for point in range(number * _POINTS, (number + 1) * _POINTS):
                self._run.log({"loss": point / 3}, step=point)
            self._logged += 1
        self._run.flush()

    def check(self, count: int) -> None:
        (series,) = self._client.runs.history(self._run.id, ["loss"], max_points=100_000)
        assert series["steps"] == list(range(count * _POINTS))
        assert series["values"] == [point / 3 for point in range(count * _POINTS)]


class LogBatches:
    """Points of a metric, some a step, as an MLflow client sends them: what it sends again says so by nothing."""

    name = "log-batch"

    def __init__(self, live: Live) -> None:
        self._http = live.http("DEVELOPER")
        self._requests = Repeating(live, "DEVELOPER")
        made = self._requests.post("/2.0/mlflow/runs/create", {"experiment_id": "0"}, "log-batch")
        self._run_id = made["run"]["info"]["run_id"]

    def step(self, number: int) -> None:
        steps = range(number * _POINTS, (number + 1) * _POINTS)
        points = [{"key": "loss", "value": step / 3, "timestamp": step, "step": step} for step in steps]
        self._requests.post("/2.0/mlflow/runs/log-batch", {"run_id": self._run_id, "metrics": points}, "")

    def check(self, count: int) -> None:
        query = {"run_id": self._run_id, "metric_key": "loss"}
        found = self._http.get("/2.0/mlflow/metrics/get-history", params=query).json()["metrics"]
        assert [one["step"] for one in found] == list(range(count * _POINTS))
        assert [one["value"] for one in found] == [step / 3 for step in range(count * _POINTS)]


class MakeTokens:
    """A token, one a step: the writes of the auth service."""

    name = "token"

    def __init__(self, live: Live) -> None:
        self._client = live.as_("REVIEWER")
        self._requests = Repeating(live, "REVIEWER")

    def step(self, number: int) -> None:
        self._requests.post("/v1/tokens", {"name": f"step {number}", "kind": "PERSONAL"}, f"token-{number}")

    def check(self, count: int) -> None:
        names = [token["name"] for token in self._client.workspace.tokens() if token["name"].startswith("step ")]
        assert sorted(names) == sorted(f"step {number}" for number in range(count))


@dataclass
class Shift:
    """One work in a thread of its own, from `begin` to `end`."""

    work: Work
    acknowledged: int = 0
    retried: int = 0
    failure: BaseException | None = None
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        self._over.clear()
        self.retried = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait_for(self, count: int) -> None:
        """Return when this many steps are acknowledged."""
        deadline = time.monotonic() + _PATIENCE_S
        while self.acknowledged < count:
            self._raise()
            assert time.monotonic() < deadline, f"{self.work.name} stands still at step {self.acknowledged}"
            time.sleep(0.02)

    def end(self) -> None:
        """Let the present step be acknowledged, then stop."""
        assert self._thread is not None
        self._over.set()
        self._thread.join(_PATIENCE_S)
        self._raise()
        assert not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._over.is_set():
                self._insist()
                self.acknowledged += 1
                # a person, not a load test: the processor is for the part that starts again
                time.sleep(_PAUSE_S)
        except BaseException as failure:  # raised again in the thread of the test
            self.failure = failure

    def _insist(self) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return self.work.step(self.acknowledged)
            except (Interrupted, plumbline.Unreachable):
                self.retried += 1
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _raise(self) -> None:
        if self.failure is not None:
            raise self.failure


def picture(file: Path, seed: int) -> Path:
    """Write a small image that no other seed gives."""
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(abs(seed) * 2 + (seed < 0)).integers(0, 256, (32, 32), dtype=np.uint8)
    Image.fromarray(pixels).save(file)
    return file


def _uuid(number: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(number)))
