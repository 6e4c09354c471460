"""Owns the lock of the environment: every installed distribution with version, digest of its files and origin."""

from __future__ import annotations

import csv
import hashlib
import json
from importlib import metadata
from typing import Any

from plumbline.record.secrets import scrub

# written by the installer, not by the package
_BY_INSTALLER = ("INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "uv_cache.json")


def packages() -> dict[str, Any]:
    """`packages`: version by name. `package_digests`: sha256 over the names and digests of installed files, where the
    installer wrote them down. `package_sources`: origin of what came from no index.
    """
    versions: dict[str, str] = {}
    digests: dict[str, str] = {}
    sources: dict[str, str] = {}
    for found in metadata.distributions():
        name = (found.metadata["Name"] or "").lower().replace("_", "-")
        if not name or name in versions:
            continue
        versions[name] = found.version
        if digest := _digest(found.read_text("RECORD") or ""):
            digests[name] = digest
        if source := _source(found.read_text("direct_url.json") or ""):
            sources[name] = source
    listed: dict[str, Any] = {"packages": _sorted(versions), "package_digests": _sorted(digests)}
    return listed | ({"package_sources": _sorted(sources)} if sources else {})


def _digest(record: str) -> str:
    rows = sorted(
        f"{row[0]},{row[1]}"
        for row in csv.reader(record.splitlines())
        # scripts and byte code are made at installation and differ from machine to machine
        if len(row) > 1 and row[1] and not row[0].startswith("..") and not row[0].endswith((*_BY_INSTALLER, ".pyc"))
    )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest() if rows else ""


def _source(text: str) -> str:
    try:
        origin = json.loads(text) if text else {}
    except ValueError:
        return ""
    commit = (origin.get("vcs_info") or {}).get("commit_id", "")
    url = scrub(str(origin.get("url", "")))
    return f"{url}@{commit}" if commit else url


def _sorted(values: dict[str, str]) -> dict[str, str]:
    return dict(sorted(values.items()))
