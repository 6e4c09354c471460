"""Owns how MLflow addresses files: `<experiment>/<run>/artifacts/<path>`. Does not know whether they exist."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from services.gateway.mlflow.errors import MlflowError, invalid

_MOST_DECODINGS = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder of a run or logged model; `path` is empty for all its files."""

    owner_id: str
    path: str

    def __truediv__(self, name: str) -> Place:
        return Place(self.owner_id, f"{self.path}/{name}".lstrip("/"))


def safe(path: str) -> str:
    """A path as the client meant it.

    Raises:
        MlflowError: it leads out of its folder, however often it was encoded.
    """
    for _ in range(_MOST_DECODINGS):
        decoded = unquote(path)
        if decoded == path:
            break
        path = decoded
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or "\\" in path or "#" in path or path[1:3] == ":/":
        raise invalid("Invalid path")
    return "/".join(part for part in parts if part not in ("", "."))


def place(artifact_path: str) -> Place:
    """Where a path below the root of all artifacts leads.

    Raises:
        MlflowError: it belongs to no run and no logged model.
    """
    match safe(artifact_path).split("/"):
        case [_, "models", model_id, "artifacts", *rest]:
            return Place(model_id, "/".join(rest))
        case [_, run_id, "artifacts", *rest]:
            return Place(run_id, "/".join(rest))
    raise _nobodys(artifact_path)


def _nobodys(path: str) -> MlflowError:
    return invalid(
        f"Invalid path: {path[:200]!r} belongs to no run. Files lie in <experiment id>/<run id>/artifacts, or in "
        "<experiment id>/models/<model id>/artifacts."
    )
