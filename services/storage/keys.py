"""Owns where bytes lie in the object store. Every key is made of ids and digests, never of a user's text."""

from __future__ import annotations

from kit.blobs import blob_key, check_key


def original(workspace_id: str, sha256: str) -> str:
    return blob_key(workspace_id, sha256)


def thumbnail(workspace_id: str, sha256: str) -> str:
    """Of the image `sha256`; the thumbnail's own digest is another."""
    return check_key(f"ws/{workspace_id}/thumb/{sha256[:2]}/{sha256}")


def preview(workspace_id: str, sha256: str) -> str:
    """Of the image `sha256`, as `thumbnail`."""
    return check_key(f"ws/{workspace_id}/preview/{sha256[:2]}/{sha256}")


def version_range(workspace_id: str, sha256: str) -> str:
    return check_key(f"ws/{workspace_id}/ranges/{sha256}")


def version_index(workspace_id: str, sha256: str) -> str:
    return check_key(f"ws/{workspace_id}/index/{sha256}")


def frame(workspace_id: str, sha256: str) -> str:
    return check_key(f"ws/{workspace_id}/frames/{sha256}")
