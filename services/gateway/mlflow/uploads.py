"""Owns MLflow's routes by which large files go straight between client and store. No byte passes through here."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from plumbapi.experiments import v1 as pb
from services.gateway.mlflow import fields, places
from services.gateway.mlflow.artifacts import WORDINGS
from services.gateway.mlflow.asking import NOTHING, Asked, Route
from services.gateway.mlflow.errors import invalid
from services.gateway.mlflow.fields import Field, optional, required
from services.gateway.mlflow.places import Place

_MOST_SECONDS = 604_800


async def create(asked: Asked) -> Mapping[str, Any]:
    """Announces a file and answers a URL for each of its parts; `path` is the client's own path of the file."""
    place = _place(asked)
    announced = await asked.experiments.PrepareArtifact(
        pb.PrepareArtifactRequest(run_id=place.owner_id, path=place.path, part_count=max(asked.get("num_parts", 1), 1))
    )
    return {
        "upload_id": announced.upload_id,
        "credentials": [
            {"url": url, "part_number": number, "headers": {}}
            for number, url in enumerate(announced.part_urls, start=1)
        ],
    }


async def complete(asked: Asked) -> Mapping[str, Any]:
    parts = sorted(asked["parts"], key=lambda part: fields.integer(part.get("part_number") or 0))
    await asked.patient.CompleteArtifact(
        pb.CompleteArtifactRequest(
            run_id=_place(asked).owner_id,
            upload_id=asked.get("upload_id", ""),
            part_etags=[str(part.get("etag") or "") for part in parts],
        )
    )
    return NOTHING


async def abort(asked: Asked) -> Mapping[str, Any]:
    await asked.experiments.AbortArtifact(
        pb.AbortArtifactRequest(run_id=_place(asked).owner_id, upload_id=asked.get("upload_id", ""))
    )
    return NOTHING


async def presigned(asked: Asked) -> Mapping[str, Any]:
    """A URL that reads a file, also in ranges."""
    place = places.place(asked["artifact_path"])
    signed = await _sign(asked, place)
    return {"url": signed.url, "headers": {}, "file_size": signed.artifact.size}


async def presigned_download(asked: Asked) -> Mapping[str, Any]:
    seconds = asked.get("expiration", _MOST_SECONDS)
    if not 1 <= seconds <= _MOST_SECONDS:
        raise invalid(f"expiration must be between 1 and {_MOST_SECONDS} seconds (got {seconds}).")
    signed = await _sign(asked, Place(asked["run_id"], places.safe(asked["path"])))
    return {"presigned_url": signed.url, "headers": {}, "file_size": signed.artifact.size}


async def presigned_upload(asked: Asked) -> Mapping[str, Any]:
    """Refused as by MLflow's own server when it keeps the files: nobody would say that the file has arrived."""
    if bool(asked.get("run_id")) == bool(asked.get("model_id")):
        raise invalid("Exactly one of run_id and model_id must be provided.")
    places.safe(asked["path"])
    raise invalid(
        "Presigned upload is not supported for proxied artifact storage (artifact URI scheme: mlflow-artifacts). "
        "This endpoint requires a direct cloud storage artifact URI."
    )


async def _sign(asked: Asked, place: Place) -> pb.SignArtifactResponse:
    return await asked.experiments.SignArtifact(pb.SignArtifactRequest(run_id=place.owner_id, path=place.path))


def _place(asked: Asked) -> Place:
    return places.place(asked["artifact_path"]) / places.safe(posixpath.basename(asked["path"]))


_AT = "/api/2.0/mlflow-artifacts"
_PRESIGNED = "/api/2.0/mlflow/artifacts"
_FILE = (required("path"), optional("upload_id"))

ROUTES = (
    Route(
        "POST",
        f"{_AT}/mpu/create/{{artifact_path:path}}",
        create,
        (required("path"), optional("num_parts", fields.integer)),
    ),
    Route(
        "POST",
        f"{_AT}/mpu/complete/{{artifact_path:path}}",
        complete,
        (*_FILE, Field("parts", fields.objects, required=True)),
    ),
    Route("POST", f"{_AT}/mpu/abort/{{artifact_path:path}}", abort, _FILE),
    Route("GET", f"{_AT}/presigned/{{artifact_path:path}}", presigned, wordings=WORDINGS),
    Route(
        "POST",
        f"{_PRESIGNED}/presigned-upload-url",
        presigned_upload,
        (optional("run_id"), optional("model_id"), required("path"), optional("expiration", fields.integer)),
    ),
    Route(
        "POST",
        f"{_PRESIGNED}/presigned-download-url",
        presigned_download,
        (required("run_id"), required("path"), optional("expiration", fields.integer)),
        WORDINGS,
    ),
)
