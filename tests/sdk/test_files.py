"""Local files: which are images, and what they hash to."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from plumbline.datasets import inside
from plumbline.files import chunks, describe, images_in


def test_images_are_found_at_any_depth_in_a_stable_order(tmp_path: Path) -> None:
    for name in ("b.png", "a/z.JPG", "a/b/c.tiff", "notes.txt", ".hidden.png", "folder.png/inner.bmp"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    found = [file.relative_to(tmp_path).as_posix() for file in images_in(tmp_path)]
    assert found == ["a/b/c.tiff", "a/z.JPG", "b.png", "folder.png/inner.bmp"]


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_both_digests_are_those_of_the_whole_file(tmp_path: Path, size: int) -> None:
    content = bytes(index % 251 for index in range(size))
    file = tmp_path / "image.png"
    file.write_bytes(content)
    image = describe(file, "image.png")
    assert image.sha256 == hashlib.sha256(content).hexdigest()
    assert image.md5 == hashlib.md5(content).hexdigest()
    assert image.size == size


def test_chunks_keep_every_item_in_order() -> None:
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize("path", ["/etc/passwd", "../outside", "a/../../outside"])
def test_a_path_of_the_platform_never_leads_outside_the_folder(path: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        inside(path)
