"""Owns where things lie: image, label and list files, and the folder of a subset. Does not open anything."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote

from plumbline_formats.problems import FormatError

NAME = "yolo"
CONFIG = "data.yaml"
SIDECAR_FILE = "labels.x_plumb.jsonl"
UNASSIGNED = "unassigned"  # the folder of images that are in no subset
# keys of data.yaml that a writer says itself, and all that are no subsets
OURS = frozenset({"path", "names", "nc", "kpt_shape", "kpt_names", "task"})
RESERVED = OURS | {"flip_idx", "channels", "download", "license", "licence", "url", "author", "yaml_file"}
_KEYS = {"validation": "val"}
_SUBSETS = {"val": "validation", "valid": "validation"}


def key_of(subset: str) -> str:
    """The key of data.yaml for a subset; empty when it has none, so that the subset is not said."""
    if subset in RESERVED or subset in _SUBSETS or subset in (UNASSIGNED, "minival"):
        return ""
    return _KEYS.get(subset, subset)


def subset_of(key: str) -> str:
    return _SUBSETS.get(key, key)


def folder_of(key: str) -> str:
    """A name that is safe for files, whatever the subset is called."""
    return quote(key, safe="").replace(".", "%2E") if key else UNASSIGNED


def image_name(folder: str, path: str) -> str:
    """Raises FormatError: the path does not fit on one line of a list of images."""
    if len(path.splitlines()) > 1 or path != path.strip():
        raise FormatError(
            f"{path!r} has a line break, or blanks at an end: rename it, since lists have a name per line."
        )
    return f"images/{folder}/{path}"


def label_name(image: str) -> str:
    """Where the labels of an image file lie: its last folder `images` becomes `labels`; without one, beside it."""
    parts = list(PurePosixPath(image).with_suffix("").parts)
    places = [at for at, part in enumerate(parts[:-1]) if part == "images"]
    if places:
        parts[places[-1]] = "labels"
    return "/".join(parts) + ".txt"
