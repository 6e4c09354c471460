"""Owns which sources a model version may name: only files of the run or logged model that it says it comes from.

Otherwise whoever may register a version could lead others to files that are not theirs to see.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote, unquote_plus, urlsplit

from services.gateway.mlflow.errors import MlflowError, invalid

_LOGGED = re.compile(r"models:/(m-[0-9a-f]{32})(?:/.*)?")
_REGISTERED = re.compile(r"models:/([^/@]+)(?:/([^/@]+)|@([^/@]+))")
_ROUTE = "/api/2.0/mlflow-artifacts/artifacts/"


def logged_model_id(source: str) -> str:
    """The logged model of `models:/m-...`, empty for another source."""
    found = _LOGGED.fullmatch(source)
    return found[1] if found else ""


def registered(source: str) -> tuple[str, str] | None:
    """Name and version, stage or alias of `models:/tiles/3`; None for another source."""
    found = _REGISTERED.fullmatch(source)
    return (found[1], found[2] or found[3]) if found and not logged_model_id(source) else None


def check(source: str, run_id: str, model_id: str) -> None:
    """Raise MlflowError unless the source belongs to what the request names."""
    owner = "model_id" if model_id else "run_id"
    parts = urlsplit(source)
    if parts.scheme in ("", "file"):
        raise invalid(
            f"Invalid model version source: '{source}'. To use a local path as a model version source, the {owner} "
            "request parameter has to be specified and the local path has to be contained within the artifact "
            f"directory of the run specified by the {owner}."
        )
    _check_absolute(source)
    if parts.scheme in ("runs", "models") and parts.netloc:
        raise _not_of(source, owner)
    if parts.scheme == "runs" and (model_id or source.split("/")[1] != run_id):
        raise _not_of(source, owner)
    if parts.scheme == "models" and logged_model_id(source) not in ("", model_id):
        raise _not_of(source, "model_id")
    if _is_ours(source) and not _belongs(source, run_id, model_id):
        raise _not_of(source, owner)


def _check_absolute(source: str) -> None:
    plain = source
    while (decoded := unquote_plus(plain)) != plain:
        plain = decoded
    path = re.sub(r"/+", "/", urlsplit(plain).path.rstrip("/"))
    if "\x00" in path or ".." in plain.split("/") or (path and posixpath.normpath(path) != path):
        raise invalid(
            f"Invalid model version source: '{source}'. If supplying a source as an http, https, local file path, "
            "ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path "
            "references present. Please provide an absolute path."
        )


def _is_ours(source: str) -> bool:
    parts = urlsplit(source)
    return parts.scheme == "mlflow-artifacts" or (parts.scheme in ("http", "https") and _ROUTE in unquote(parts.path))


def _belongs(source: str, run_id: str, model_id: str) -> bool:
    """Whether a path of ours lies in the files of the run, or of the logged model when one is named."""
    path = unquote(urlsplit(source).path)
    steps = path.partition(_ROUTE)[2].split("/") if _ROUTE in path else path.lstrip("/").split("/")
    if model_id:
        return steps[1:4] == ["models", model_id, "artifacts"]
    return bool(run_id) and steps[1:3] == [run_id, "artifacts"]


def _not_of(source: str, owner: str) -> MlflowError:
    return invalid(
        f"Invalid model version source: '{source}'. The {owner} request parameter must identify the resource that "
        "contains the source."
    )
