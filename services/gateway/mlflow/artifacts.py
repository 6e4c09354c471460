"""Owns MLflow's routes that carry, list and delete files. Bytes to the store pass through here piece by piece.

Downloads lead to the store by a signed URL; large uploads do too, in parts (`uploads.py`).
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from kit.errors import PlumbError, Unavailable
from plumbapi.experiments import v1 as pb
from services.gateway.mlflow import places
from services.gateway.mlflow.asking import NOTHING, Asked, Route
from services.gateway.mlflow.encoding import JSON
from services.gateway.mlflow.errors import MlflowError, absent, invalid
from services.gateway.mlflow.experiments import shown_id_of
from services.gateway.mlflow.fields import RUN_ID, missing, optional, required
from services.gateway.mlflow.places import Place
from services.gateway.mlflow.run_documents import artifact_uri

# Up to this a file is hashed before it is sent: what the store has already is not sent again.
_SMALL = 4 * 2**20
_PAGE = 500
_MOST_UPLOADED = 10 * 2**20
_UNKNOWN_MEDIA_TYPE = "application/octet-stream"


async def upload(asked: Asked) -> Response:
    place = places.place(asked["artifact_path"])
    length = asked.request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > _SMALL:
        await _stream(asked, place, int(length))
    else:
        await _send(asked, place, await asked.request.body())
    return Response(media_type=JSON)


async def download(asked: Asked) -> Response:
    return await _lead_to(asked, places.place(asked["artifact_path"]))


async def delete(asked: Asked) -> Mapping[str, Any]:
    place = places.place(asked["artifact_path"])
    await asked.experiments.DeleteArtifacts(pb.DeleteArtifactsRequest(run_id=place.owner_id, path=place.path))
    return NOTHING


async def list_below(asked: Asked) -> Mapping[str, Any]:
    """Names relative to `path`, as clients of the artifact routes expect them."""
    path = places.safe(asked.get("path", ""))
    if "artifacts" not in path.split("/"):
        return NOTHING
    return {"files": await children(asked, places.place(path), prefix="")}


async def list_of_run(asked: Asked) -> Mapping[str, Any]:
    """Paths relative to the run's own folder."""
    path = places.safe(asked.get("path", ""))
    run = await asked.experiments.GetRun(pb.GetRunRequest(run_id=asked["run_id"]))
    files = await children(asked, Place(run.id, path), prefix=f"{path}/" if path else "")
    return {"root_uri": artifact_uri(await shown_id_of(asked, run.experiment_id), run.id), "files": files}


async def get_artifact(asked: Asked) -> Response:
    return await _lead_to(asked, Place(asked["run_id"], places.safe(asked["path"])))


async def upload_artifact(asked: Asked) -> Mapping[str, Any]:
    """What MLflow's pages send: where to in the query, the bytes as the body."""
    query = asked.request.query_params
    for name in ("run_uuid", "path"):
        if not query.get(name):
            raise invalid(f"Request must specify {name}.")
    data = await asked.request.body()
    if len(data) > _MOST_UPLOADED:
        raise invalid("Artifact size is too large. Max size is 10MB.")
    if not data:
        raise invalid("Request must specify data.")
    await _send(asked, Place(query["run_uuid"], places.safe(query["path"])), data)
    return NOTHING


async def _lead_to(asked: Asked, place: Place) -> Response:
    if not place.path:
        raise missing("path")
    signed = await asked.experiments.SignArtifact(pb.SignArtifactRequest(run_id=place.owner_id, path=place.path))
    return RedirectResponse(signed.url, 307, {"Referrer-Policy": "no-referrer"})


async def children(asked: Asked, place: Place, *, prefix: str) -> list[dict[str, Any]]:
    """Files and folders directly in a folder; nothing in a file."""
    inside = f"{place.path}/" if place.path else ""
    found: dict[str, dict[str, Any]] = {}
    async for artifact in _below(asked, place):
        if not artifact.path.startswith(inside):
            continue
        name, slash, _ = artifact.path.removeprefix(inside).partition("/")
        entry: dict[str, Any] = {"path": prefix + name, "is_dir": bool(slash)}
        if not slash and artifact.size:
            entry["file_size"] = artifact.size
        found.setdefault(name, entry)
    return [found[name] for name in sorted(found)]


async def _below(asked: Asked, place: Place) -> AsyncIterator[pb.Artifact]:
    request = pb.ListArtifactsRequest(run_id=place.owner_id, path=place.path, page_size=_PAGE)
    while True:
        page = await asked.experiments.ListArtifacts(request)
        for artifact in page.artifacts:
            yield artifact
        request.page_token = page.next_page_token
        if not request.page_token:
            return


async def _send(asked: Asked, place: Place, data: bytes) -> None:
    request = _announcement(asked.request, place)
    request.sha256, request.size = hashlib.sha256(data).hexdigest(), len(data)
    announced = await asked.experiments.PrepareArtifact(request)
    if announced.put_url:
        await _put(asked, announced.put_url, data, len(data))
    await _complete(asked, place, announced.upload_id)


async def _stream(asked: Asked, place: Place, size: int) -> None:
    announced = await asked.experiments.PrepareArtifact(_announcement(asked.request, place))
    await _put(asked, announced.put_url, asked.request.stream(), size)
    await _complete(asked, place, announced.upload_id)


async def _put(asked: Asked, url: str, content: bytes | AsyncIterator[bytes], size: int) -> None:
    # without a length the bytes would be sent in chunks, which S3 refuses
    try:
        answer = await asked.store.put(url, content=content, headers={"Content-Length": str(size)})
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise Unavailable("The object store did not take the file; try again.") from error


async def _complete(asked: Asked, place: Place, upload_id: str) -> None:
    await asked.patient.CompleteArtifact(pb.CompleteArtifactRequest(run_id=place.owner_id, upload_id=upload_id))


def _file_absent(_error: PlumbError, given: Mapping[str, Any]) -> MlflowError:
    return absent(f"No such artifact: '{given.get('artifact_path') or given.get('path')}'")


def _announcement(request: Request, place: Place) -> pb.PrepareArtifactRequest:
    sent = request.headers.get("content-type", "").partition(";")[0].strip()
    media_type = sent or mimetypes.guess_type(place.path)[0] or _UNKNOWN_MEDIA_TYPE
    return pb.PrepareArtifactRequest(run_id=place.owner_id, path=place.path, media_type=media_type)


_AT = "/api/2.0/mlflow-artifacts/artifacts"
WORDINGS = {"ARTIFACT_NOT_FOUND": _file_absent}

ROUTES = (
    Route("PUT", f"{_AT}/{{artifact_path:path}}", upload, reads_body=False),
    Route("GET", f"{_AT}/{{artifact_path:path}}", download, wordings=WORDINGS),
    Route("DELETE", f"{_AT}/{{artifact_path:path}}", delete, reads_body=False),
    Route("GET", _AT, list_below, (optional("path"),)),
    Route("GET", "/api/2.0/mlflow/artifacts/list", list_of_run, (RUN_ID, optional("path"), optional("page_token"))),
    Route("GET", "/get-artifact", get_artifact, (RUN_ID, required("path")), WORDINGS),
    Route("POST", "/ajax-api/2.0/mlflow/upload-artifact", upload_artifact, reads_body=False),
)
