"""Owns what is allowed: names, paths, tags, metadata, digests, sizes. Pure: only the standard library."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

MAX_SIZE = 2 * 2**30
MAX_PATH = 500
MAX_PREPARED = 200
MAX_COMPLETED = 50
MAX_PATHS = 1000
MAX_SIGNED = 500
MAX_TAGS = 50
MAX_TAG = 100
MAX_METADATA_BYTES = 16 * 1024
MAX_LABEL = 120
MAX_TEXT = 2000

# An upload that still waits for bytes or for its completion.
OPEN_STATES = ("NEEDED", "KNOWN")

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MD5 = re.compile(r"[0-9a-f]{32}")
_EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/tiff": "tif",
    "image/bmp": "bmp",
}


class Broken(ValueError):
    """A value that breaks a rule; the message completes "<what> ..."."""


def is_slug(name: str) -> bool:
    """Whether a text can be a dataset's name."""
    return _SLUG.fullmatch(name) is not None


def is_sha256(text: str) -> bool:
    return _SHA256.fullmatch(text) is not None


def is_md5(text: str) -> bool:
    return _MD5.fullmatch(text) is not None


def plain_path(path: str) -> str:
    """The path in normal form C, so that one name written on two systems is one path. Raises Broken."""
    plain = unicodedata.normalize("NFC", path)
    if not 0 < len(plain) <= MAX_PATH:
        raise Broken(f"must have 1 to {MAX_PATH} characters")
    if _has_control(plain):
        raise Broken("has control characters or half a character: rename the file")
    if "\\" in plain or plain.startswith("/") or re.match(r"[A-Za-z]:/", plain):
        raise Broken("must be relative, with / between folders")
    if any(part in {"", ".", ".."} for part in plain.split("/")):
        raise Broken("must not have empty parts, '.' or '..'")
    return plain


def plain_label(text: str, most: int = MAX_LABEL) -> str:
    """A source or tag: one line of visible text, trimmed, in normal form C. Raises Broken."""
    plain = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(plain) <= most or _has_control(plain):
        raise Broken(f"must be one line of 1 to {most} visible characters")
    return plain


def plain_text(text: str) -> str:
    """A note or description; lines are allowed. Raises Broken."""
    if len(text) > MAX_TEXT or _has_control(text.replace("\n", "").replace("\t", "")):
        raise Broken(f"must have at most {MAX_TEXT} characters and no control characters")
    return text.strip()


def plain_tags(tags: Iterable[str]) -> list[str]:
    """Distinct tags in order. Raises Broken."""
    plain = sorted({plain_label(tag, MAX_TAG) for tag in tags})
    if len(plain) > MAX_TAGS:
        raise Broken(f"must be at most {MAX_TAGS}")
    return plain


def canonical_json(value: dict[str, Any]) -> str:
    """Metadata as canonical text: the same values always give the same text, and so the same digest. Raises Broken."""
    try:
        text = json.dumps(_whole(value), sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        length = len(text.encode())
    except (ValueError, UnicodeError) as error:
        raise Broken("must be JSON without NaN or infinity") from error
    if length > MAX_METADATA_BYTES:
        raise Broken(f"must have at most {MAX_METADATA_BYTES} bytes as JSON")
    if "\\u0000" in text:
        raise Broken("must not have zero characters")
    return text


def merged(metadata: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Metadata after changes; a None removes its key."""
    result = {**metadata, **changes}
    return {key: value for key, value in result.items() if value is not None}


def mismatch(announced: tuple[str, str, int], found: tuple[str, str, int]) -> tuple[str, str] | None:
    """Reason and sentence when bytes are not what was announced; each side is (sha256, md5, size)."""
    if announced[2] != found[2]:
        return (
            "SIZE_MISMATCH",
            f"The file was announced with {announced[2]} bytes but has {found[2]}: was it still being "
            "written? Upload it again.",
        )
    if announced[:2] != found[:2]:
        return (
            "HASH_MISMATCH",
            "The bytes are not those that were announced: the transfer was damaged or the file changed. "
            "Upload it again.",
        )
    return None


def file_name(sha256: str, media_type: str) -> str:
    """The name of a downloaded image."""
    return f"{sha256}.{_EXTENSIONS.get(media_type, 'bin')}"


def _has_control(text: str) -> bool:
    return any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in text)


def _whole(value: Any) -> Any:
    """Whole numbers as integers: JSON clients do not tell 1 from 1.0, so the text must not either."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value
