"""Requests that are wrong, sent to the whole platform: each gets its documented answer, and nothing changes."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.live import Live
from tests.system.ground import BOX, Ground, announce, prepare

_HEX = "0" * 64
_BOX_OF_ANN = {"id": "5bd1b7a8-3b53-4e9c-8d0a-9d2c0f1c7a01", "label": "crack", "geometry": BOX}
_BOX_OF_ADA = {**_BOX_OF_ANN, "id": "5bd1b7a8-3b53-4e9c-8d0a-9d2c0f1c7a02"}


@pytest.fixture(scope="module")
def ground(live_platform: Live, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return prepare(live_platform, tmp_path_factory.mktemp("ground"))


@pytest.fixture
def unchanged(ground: Ground) -> Iterator[None]:
    before = ground.counts()
    yield
    assert ground.counts() == before


@dataclass(frozen=True)
class Case:
    """A wrong request and its answer; `{kind}` in the path and `"{kind}"` in the body stand for an id of the ground."""

    name: str
    status: int
    reason: str
    path: str
    body: Any = None
    role: str = "OWNER"
    method: str = "POST"
    content: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, ground: Ground) -> httpx.Response:
        path = self.path.format(**ground.ids)
        with ground.live.http(self.role) as http:
            if self.content is not None:
                headers = {"Content-Type": "application/json", **self.headers}
                return http.request(self.method, path, content=self.content, headers=headers)
            return http.request(self.method, path, json=_filled(self.body, ground.ids), headers=self.headers)


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return ids.get(value.strip("{}"), value) if value.startswith("{") else value
    if isinstance(value, dict):
        return {key: _filled(item, ids) for key, item in value.items()}
    return [_filled(item, ids) for item in value] if isinstance(value, list) else value


def _upload(name: str, reason: str, path: str, **instead: Any) -> Case:
    item = announce(path, b"any", **instead)
    return Case(name, 400, reason, "/v1/batches/{batch}:prepareUploads", {"items": [item]})


def _training(**spec: Any) -> dict[str, Any]:
    known = {"dataset_id": "ground", "version": 1, "experiment": "ground", "kind": "TRAIN", "recipe": "segmentation"}
    return {"spec": {**known, **spec}}


DATASETS = "/v1/datasets"
CASES = [
    # the form of a request
    Case("unknown field", 400, "FIELD_INVALID", DATASETS, {"name": "new", "colour": "red"}),
    Case("unknown parameter", 400, "PARAMETER_UNKNOWN", f"{DATASETS}?colour=red", method="GET"),
    Case("wrong type", 400, "FIELD_INVALID", DATASETS, {"name": {"first": "new"}}),
    Case("missing field", 400, "FIELD_REQUIRED", DATASETS, {"description": "no name"}),
    Case("unknown enum name", 400, "FIELD_INVALID", "/v1/tokens", {"name": "n", "kind": "ETERNAL"}),
    Case("no JSON", 400, "BODY_INVALID", DATASETS, content=b'{"name": "new"'),
    Case("JSON that is no object", 400, "BODY_INVALID", DATASETS, content=b'["new"]'),
    Case("JSON with NaN", 400, "BODY_INVALID", DATASETS, content=b'{"name": NaN}'),
    Case("JSON nested without end", 400, "BODY_INVALID", DATASETS, content=b"[" * 100_000),
    Case("bytes that are no text", 400, "BODY_INVALID", DATASETS, content=b"\xff\xfe\x00"),
    Case(
        *("wrong content type", 400, "CONTENT_TYPE_INVALID", DATASETS),
        content=b"name=new",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
    Case("body too large", 413, "BODY_TOO_LARGE", DATASETS, content=b" " * (33 * 2**20)),
    Case("unknown route", 404, "ROUTE_UNKNOWN", "/v1/galaxies", method="GET"),
    Case("unknown method", 405, "METHOD_NOT_ALLOWED", DATASETS, method="DELETE"),
    Case("bad page token", 400, "PAGE_TOKEN_INVALID", f"{DATASETS}?page_token=bm9uc2Vuc2U=", method="GET"),
    Case("page too large", 400, "PAGE_SIZE_INVALID", f"{DATASETS}?page_size=100000", method="GET"),
    Case("negative page", 400, "PAGE_SIZE_INVALID", f"{DATASETS}?page_size=-1", method="GET"),
    Case("request id too long", 400, "REQUEST_ID_INVALID", DATASETS, {"name": "new", "request_id": "x" * 101}),
    # who asks
    Case("no token", 401, "UNAUTHENTICATED", DATASETS, role="", method="GET"),
    Case(
        *("wrong token", 401, "TOKEN_INVALID", DATASETS),
        role="",
        method="GET",
        headers={"Authorization": f"Bearer plumb_pat_{'0' * 36}"},
    ),
    Case("wrong role", 403, "FORBIDDEN", DATASETS, {"name": "new"}, role="ANNOTATOR"),
    Case(
        *("verification by us", 403, "FORBIDDEN", "/v1/tasks/{task}:verify"),
        {"revision": 1, "verdict": "ACCEPT"},
        role="REVIEWER",
    ),
    # names and paths that lead elsewhere
    Case("dataset name with a path", 400, "NAME_INVALID", DATASETS, {"name": "../../etc"}),
    Case("dataset name with capitals", 400, "NAME_INVALID", DATASETS, {"name": "Tiles"}),
    Case("path in an address", 404, "ROUTE_UNKNOWN", f"{DATASETS}/..%2F..%2Fetc%2Fpasswd", method="GET"),
    _upload("path to a parent", "PATH_INVALID", "../one.png"),
    _upload("path through a parent", "PATH_INVALID", "a/../../one.png"),
    _upload("absolute path", "PATH_INVALID", "/etc/passwd"),
    _upload("path of Windows", "PATH_INVALID", "C:\\one.png"),
    _upload("path with a zero", "PATH_INVALID", "one\x00.png"),
    _upload("path that is too long", "PATH_INVALID", "a" * 501),
    Case(
        *("artifact path to a parent", 400, "ARTIFACT_INVALID", "/v1/runs/{run}/artifacts:prepare"),
        {"path": "../../model.onnx", "sha256": _HEX, "size": "1"},
    ),
    # uploads that are announced wrong
    _upload("more than 2 GiB", "VALUE_INVALID", "big.png", size=str(2**31 + 1)),
    _upload("no bytes", "VALUE_INVALID", "none.png", size="-1"),
    _upload("no sha256", "VALUE_INVALID", "one.png", sha256="../../../etc/passwd"),
    # the wrong moment
    Case("publish an empty draft", 409, "DRAFT_EMPTY", "/v1/datasets/{empty}:publish", {}),
    Case("publish without a change", 409, "DRAFT_UNCHANGED", "/v1/datasets/{dataset}:publish", {}),
    Case("name that is taken", 409, "DATASET_NAME_TAKEN", DATASETS, {"name": "ground"}),
    Case(
        *("tag in a published version", 409, "DATASET_VERSION_IMMUTABLE", "/v1/datasets/{dataset}/images:tag"),
        {"paths": ["one.png"], "add_tags": ["late"], "version": 1},
    ),
    Case(
        *("remove from a published version", 409, "DATASET_VERSION_IMMUTABLE", "/v1/datasets/{dataset}/images:remove"),
        {"paths": ["one.png"], "version": 1},
    ),
    Case("snapshot of nothing", 409, "SNAPSHOT_EMPTY", "/v1/projects/{unmarked}/snapshots", {}),
    Case("training without a snapshot", 404, "SNAPSHOT_NOT_FOUND", "/v1/jobs", _training(project_id="unmarked")),
    Case("unknown recipe", 400, "RECIPE_UNKNOWN", "/v1/jobs", _training(project_id="ground", recipe="magic")),
    Case(
        *("unknown setting", 400, "RECIPE_CONFIG_INVALID", "/v1/jobs"),
        _training(project_id="ground", config={"epoch": 3}),
    ),
    Case(
        *("unknown label", 400, "OPERATION_INVALID", "/v1/tasks/{task}:save"),
        {"base_revision": 1, "operations": [{"add": {**_BOX_OF_ANN, "label": "moon"}}]},
    ),
    Case("record of an ended run", 409, "RUN_ENDED", "/v1/runs/{run}:setRecord", {"record": {"seed": 1}}),
]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_wrong_request_is_refused_with_its_reason(ground: Ground, case: Case) -> None:
    answer = case.send(ground)
    problem = answer.json()
    assert (answer.status_code, problem["reason"]) == (case.status, case.reason), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == case.status
    assert len(problem["detail"]) > 10
    assert "Traceback" not in answer.text


def test_a_stale_save_is_told_what_differs(ground: Ground) -> None:
    path = f"/v1/tasks/{ground.ids['task']}:save"
    with ground.live.http("ANNOTATOR") as annotator, ground.live.http("OWNER") as owner:
        saved = owner.post(path, json={"base_revision": 1, "operations": [{"add": _BOX_OF_ADA}]})
        assert saved.status_code == 200, saved.text
        before = ground.counts()
        late = annotator.post(path, json={"base_revision": 1, "operations": [{"add": _BOX_OF_ANN}]})
    assert late.status_code == 412
    problem = late.json()
    assert (problem["reason"], problem["metadata"]["revision"]) == ("REVISION_STALE", "2")
    assert problem["metadata"]["added"] == _BOX_OF_ADA["id"]
    assert "Ada Novak saved revision 2" in problem["detail"]
    assert ground.counts() == before


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("kind", "method", "path", "body"),
    [
        ("dataset", "GET", "/v1/datasets/{id}", None),
        ("dataset", "GET", "/v1/datasets/{id}/images", None),
        ("dataset", "GET", "/v1/datasets/{id}/versions/1:export", None),
        ("dataset", "POST", "/v1/datasets/{id}:publish", {}),
        ("batch", "POST", "/v1/batches/{id}:prepareUploads", {"items": [announce("one.png", b"any")]}),
        ("project", "GET", "/v1/projects/{id}/tasks", None),
        ("project", "POST", "/v1/projects/{id}/snapshots", {"include_unreviewed": True}),
        ("task", "GET", "/v1/tasks/{id}", None),
        ("task", "POST", "/v1/tasks/{id}/remarks", {"text": "hello"}),
        ("run", "GET", "/v1/runs/{id}/artifacts:sign?path=model.onnx", None),
        ("model", "POST", "/v1/models/{id}:setAlias", {"alias": "production", "version": 1}),
    ],
)
def test_a_foreign_id_is_answered_like_an_absent_one(
    ground: Ground, kind: str, method: str, path: str, body: dict[str, Any] | None
) -> None:
    """Invariant 5, over HTTP: status, body and headers do not tell whether it exists elsewhere."""
    foreign = ground.foreign[kind]
    # one digit away from it: just as long, and nobody's
    absent = foreign[:-1] + ("0" if foreign[-1] != "0" else "1")
    with ground.live.http("OWNER") as http:
        answers = {
            name: http.request(method, path.format(id=name), json=body)
            if body is not None
            else http.get(path.format(id=name))
            for name in (foreign, absent)
        }
    shown = [_without(answer, name) for name, answer in answers.items()]
    assert answers[foreign].status_code == 404
    assert shown[0] == shown[1]


def _without(answer: httpx.Response, name: str) -> tuple[int, str, list[str]]:
    problem = {key: value for key, value in answer.json().items() if key != "trace_id"}
    return answer.status_code, str(problem).replace(name, "ID"), sorted(set(answer.headers) - {"date"})


def test_a_foreign_image_cannot_be_fetched_or_claimed_by_its_hash(ground: Ground) -> None:
    item = announce("guessed.png", ground.foreign_image)
    with ground.live.as_("OWNER") as owner:
        (upload,) = owner.post(f"/v1/batches/{ground.ids['batch']}:prepareUploads", {"items": [item]})["uploads"]
    assert upload["state"] == "NEEDED"
    with ground.live.http("OWNER") as http:
        answer = http.post("/v1/images:signDownloads", json={"sha256s": [item["sha256"]], "purpose": "guess"})
    assert (answer.status_code, answer.json()["reason"]) == (404, "IMAGE_NOT_FOUND")


def _png(pixels: bytes) -> bytes:
    file = io.BytesIO()
    Image.frombytes("L", (len(pixels), 1), pixels).save(file, "PNG")
    return file.getvalue()


def _bomb() -> bytes:
    """A PNG of a few bytes that says it has 3.6 thousand million pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


_GOOD = _png(b"some pixels")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("reason", "announced", "sent"),
    [
        ("NOT_UPLOADED", announce("x.png", _GOOD), None),
        ("SIZE_MISMATCH", announce("x.png", _GOOD, size="5"), _GOOD),
        ("SIZE_MISMATCH", announce("x.png", _GOOD), _GOOD + b"more"),
        ("HASH_MISMATCH", announce("x.png", _GOOD), _GOOD[:-1] + b"x"),
        ("HASH_MISMATCH", announce("x.png", _GOOD, sha256=_HEX), _GOOD),
        ("HASH_MISMATCH", announce("x.png", _GOOD, md5="0" * 32), _GOOD),
        ("CORRUPT_IMAGE", announce("x.png", _GOOD[:50]), _GOOD[:50]),
        ("UNSUPPORTED_FORMAT", announce("x.png", b"<svg onload='alert(1)'/>"), b"<svg onload='alert(1)'/>"),
        ("TOO_MANY_PIXELS", announce("x.png", _bomb()), _bomb()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_upload_that_is_not_what_it_says_is_refused(
    ground: Ground, reason: str, announced: dict[str, Any], sent: bytes | None
) -> None:
    batch = ground.ids["batch"]
    with ground.live.as_("OWNER") as client:
        (upload,) = client.post(f"/v1/batches/{batch}:prepareUploads", {"items": [announced]})["uploads"]
        assert upload["state"] == "NEEDED"
        if sent is not None:
            assert httpx.put(upload["put_url"], content=sent, trust_env=False).status_code == 200
        body = {"upload_ids": [upload["id"]]}
        (answer,) = client.post(f"/v1/batches/{batch}:completeUploads", body)["uploads"]
        assert (answer["state"], answer["reason"]) == ("REJECTED", reason)
        assert [image["path"] for image in client.datasets.images("ground")] == ["one.png"]


def test_a_request_id_serves_one_request_only(ground: Ground) -> None:
    key = {"Idempotency-Key": "one-request-only"}
    with ground.live.http("OWNER") as http:
        first = http.post(DATASETS, json={"name": "once"}, headers=key)
        before = ground.counts()
        again = http.post(DATASETS, json={"name": "once"}, headers=key)
        other = http.post(DATASETS, json={"name": "twice"}, headers=key)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert (other.status_code, other.json()["reason"]) == (409, "REQUEST_ID_REUSED")
    assert ground.counts() == before
