"""Owns what a client asks before it signs in: is this a tracking server, and what can it do. Says nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from services.gateway.mlflow.asking import Asked, Route

# The release of MLflow whose REST this is, and against whose server it is compared.
VERSION = "3.17.2"

_INFO = {
    "store_type": "SqlStore",
    "workspaces_enabled": False,
    "trace_archival_enabled": False,
    "multipart_uploads_enabled": True,
    "multipart_downloads_enabled": True,
    "presigned_upload_run_id_supported": True,
    "presigned_upload_model_id_supported": True,
    "features_enabled": {"gateway": False},
}


async def info(_asked: Asked) -> Mapping[str, Any]:
    """The same for everybody, so that nothing is told about anybody's data."""
    return _INFO


async def health(_asked: Asked) -> Response:
    """The body that MLflow's clients wait for."""
    return Response("OK", media_type="text/plain")


async def version(_asked: Asked) -> Response:
    return Response(VERSION, media_type="text/plain")


ROUTES = (
    Route("GET", "/api/3.0/mlflow/server-info", info),
    Route("GET", "/ajax-api/3.0/mlflow/server-info", info),
    Route("GET", "/health", health),
    Route("GET", "/version", version),
)
