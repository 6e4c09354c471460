"""Owns what the platform takes as names and values, and what becomes of content that is longer or stranger.

Nothing is cut off silently: a value that does not fit goes into a file of the run, and the report says so.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from plumbline.exchange.content import RunContent
from plumbline.exchange.report import Report

PARAM_LIMIT = 6000
TAG_LIMIT = 8000
_KEY_LIMIT = 250
_TEXT_LIMIT = 20_000
_NAME_LIMIT = 500
_PATH_LIMIT = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def key_of(text: str) -> str:
    """A name of a param, tag or metric: the text itself where it can be one."""
    return _CONTROL.sub("_", text)[:_KEY_LIMIT] or "_"


def artifact_path(text: str) -> str:
    """A path of an artifact: the text itself where it can be one, else without what a path may not have."""
    plain = _CONTROL.sub("_", text.replace("\\", "/"))
    segments = [segment if segment not in (".", "..") else "_" for segment in plain.split("/") if segment]
    path = "/".join(segments) or "_"
    if len(path) <= _PATH_LIMIT:
        return path
    # the end of a path tells more than its middle: it has the name and the ending
    return f"{path[:200].rstrip('/')}_{path[-250:].lstrip('/')}"


def experiment_name(text: str) -> str:
    """A name of an experiment."""
    return _CONTROL.sub(" ", text)[:_NAME_LIMIT].strip() or "imported"


def fit(run: RunContent, report: Report) -> tuple[RunContent, dict[str, bytes]]:
    """The run as the platform takes it, and files (by artifact path) that hold what it does not take."""
    files: dict[str, bytes] = {}
    place = f"run {run.id}"
    params, odd_params = _pairs(run.params, PARAM_LIMIT)
    tags, odd_tags = _pairs(run.tags, TAG_LIMIT)
    texts = {}
    for name in ("name", "note", "error"):
        whole = getattr(run, name)
        limit = _NAME_LIMIT if name == "name" else _TEXT_LIMIT
        fitting = whole.replace("\x00", "")[:limit]
        if fitting != whole:
            texts[name] = whole
        setattr(run, name, fitting)
    for kind, odd in (("params", odd_params), ("tags", odd_tags), ("texts", texts)):
        if odd:
            path = f"imported/{kind}.json"
            files[path] = json.dumps(odd, indent=1, sort_keys=True).encode()
            for key in sorted(odd):
                report.change(place, f"{kind[:-1]} {key[:100]!r} is too long or has control characters: see {path}")
    experiment = experiment_name(run.experiment)
    if experiment != run.experiment:
        report.change(place, f"the experiment's name became {experiment[:100]!r}")
    return replace(run, experiment=experiment, params=params, tags=tags), files


def _pairs(pairs: dict[str, str], limit: int) -> tuple[dict[str, str], dict[str, str]]:
    """Pairs that fit, and the others as they were."""
    odd = {key: value for key, value in pairs.items() if key_of(key) != key or len(value) > limit or "\x00" in value}
    return {key: value for key, value in pairs.items() if key not in odd}, odd
