"""The cache of image bytes: a name is the digest of what it holds."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from plumbline import PlumblineError
from plumbline.cache import Cache

CONTENT = b"an image"
NAME = hashlib.sha256(CONTENT).hexdigest()


def test_what_is_added_is_found(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert not cache.has(NAME)
    assert cache.add(NAME, CONTENT).read_bytes() == CONTENT
    assert cache.has(NAME)


def test_bytes_under_a_foreign_name_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    with pytest.raises(PlumblineError) as damaged:
        cache.add(NAME, b"other bytes")
    assert damaged.value.reason == "DAMAGED"
    assert not cache.has(NAME)
    assert list(tmp_path.iterdir()) == []


def test_adding_again_leaves_one_file(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.add(NAME, CONTENT)
    file = cache.add(NAME, CONTENT)
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("name", ["../../etc/passwd", "abc", NAME.upper()])
def test_what_is_no_digest_is_no_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is not a sha256"):
        Cache(tmp_path).path(name)
