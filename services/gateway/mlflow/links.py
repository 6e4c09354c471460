"""Owns how an MLflow script names Plumbline's own data: tags such as `plumbline.dataset`, sources of logged datasets.

Does not check that the data exists: its owner does, and fills in the digest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import unquote

from plumbapi.experiments import v1 as pb
from services.gateway.mlflow.errors import invalid

# tag -> what it names, how it is written, an example
_TAGS: Mapping[str, tuple[pb.Input.Kind, re.Pattern[str], str]] = {
    "plumbline.dataset": (pb.Input.DATASET_VERSION, re.compile(r"(.+)@v([1-9]\d{0,8})"), "tiles@v3"),
    "plumbline.snapshot": (pb.Input.SNAPSHOT, re.compile(r"(.+)@s([1-9]\d{0,8})"), "defects@s2"),
    "plumbline.model": (pb.Input.MODEL_VERSION, re.compile(r"(.+)@([1-9]\d{0,8})"), "tile-defects@4"),
}
_VERSION = re.compile(r"/datasets/([^/?#]+)/versions/([1-9]\d{0,8})/?")


def of_tags(tags: Mapping[str, str]) -> list[pb.Input]:
    """Inputs that the tags of a run name, several with commas between them.

    Raises:
        MlflowError: a tag that is one of ours, but not written as it should be.
    """
    return [_input(key, name.strip()) for key in _TAGS.keys() & tags.keys() for name in tags[key].split(",")]


def of_source(source: str, public_url: str) -> pb.Input | None:
    """The dataset version whose page a logged dataset names as its source; None for data that is kept elsewhere."""
    url = source
    if source.startswith("{"):
        try:
            url = str(json.loads(source).get("url", ""))
        except ValueError:
            return None
    base = public_url.rstrip("/")
    found = _VERSION.fullmatch(url.removeprefix(base)) if url.startswith(base) else None
    if found is None:
        return None
    return pb.Input(kind=pb.Input.DATASET_VERSION, resource_id=unquote(found[1]), number=int(found[2]))


def _input(key: str, name: str) -> pb.Input:
    kind, pattern, example = _TAGS[key]
    found = pattern.fullmatch(name)
    if found is None:
        raise invalid(f"Tag {key} names data as {example}, several with commas between them; this is {name!r}.")
    return pb.Input(kind=kind, resource_id=found[1], number=int(found[2]))
