"""Owns the decisions of the model registry: names, places of files, digests of sources. Reads and writes nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence

LOGGED_MODEL_PREFIX = "m-"
NO_STAGE = "STAGE_UNSPECIFIED"

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ALIAS = re.compile(r"[\w-]{1,255}")
# `latest` and `v3` read as if they were said about every version
_RESERVED_ALIAS = re.compile(r"latest|v?\d+", re.IGNORECASE)
_LOGGED_MODEL_ID = re.compile(r"m-[0-9a-f]{32}")
_NOT_IN_LOGGED_NAMES = frozenset("/:.%\"'")
_PLACES = (
    re.compile(r"runs:/(?P<owner>[^/]+)/?(?P<path>.*)"),
    re.compile(r"models:/(?P<owner>m-[0-9a-f]{32})/?(?P<path>.*)"),
    re.compile(r"mlflow-artifacts:(?://[^/]*)?/[^/]+/(?:models/)?(?P<owner>[^/]+)/artifacts/?(?P<path>.*)"),
)


def is_model_name(name: str) -> bool:
    """Up to 250 printable characters without `/` and `:`, not only spaces; never mistaken for an id."""
    plain = 0 < len(name) <= 250 and bool(name.strip()) and not _CONTROL.search(name)
    return plain and not {"/", ":"} & set(name) and name not in (".", "..") and not name.startswith("mdl_")


def is_alias(name: str) -> bool:
    """Letters, digits, `_`, `-`; never mistaken for a number."""
    return bool(_ALIAS.fullmatch(name)) and not _RESERVED_ALIAS.fullmatch(name)


def version_number(text: str) -> int | None:
    """The number in `4`, None when the text can only be an alias."""
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,8}", text) else None


def is_logged_model_id(text: str) -> bool:
    """`m-` and 32 hex digits; no run is called so."""
    return bool(_LOGGED_MODEL_ID.fullmatch(text))


def is_logged_model_name(name: str) -> bool:
    """Any name that can be a part of a URI; also empty: one is chosen then."""
    return not _NOT_IN_LOGGED_NAMES & set(name) and not _CONTROL.search(name)


def artifact_place(source: str) -> tuple[str, str] | None:
    """The run or logged model and the path below it that a source names; None when it is elsewhere."""
    for place in _PLACES:
        found = place.fullmatch(source)
        if found:
            return found["owner"], found["path"].strip("/")
    return None


def source_digest(source: str, files: Sequence[tuple[str, str]]) -> str:
    """`sha256:<hex>` over the paths and sha256 of files, as JSON; of a source without any, over its URI."""
    content = json.dumps([list(one) for one in files], separators=(",", ":")) if files else source
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()
