"""An export proves itself: every kind of tampering is found, offline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kit import merkle
from plumbline.verify import verify_export

IMAGES = [f"image {number}".encode() for number in range(5)]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A version of five images, written with the platform's own code."""
    entries = [
        (f"a/{number}.png", {"sha256": hashlib.sha256(content).hexdigest(), "source": "site A"})
        for number, content in enumerate(IMAGES)
    ]
    ranges = list(merkle.cut(entries))
    root = tmp_path / "export"
    for folder in ("ranges", "images"):
        (root / folder).mkdir(parents=True)
    for part in ranges:
        assert part.body is not None
        (root / "ranges" / part.sha256).write_bytes(part.body)
    for content in IMAGES:
        (root / "images" / hashlib.sha256(content).hexdigest()).write_bytes(content)
    (root / "index.json").write_bytes(merkle.index(ranges))
    return root


def test_an_untouched_export_holds(export: Path) -> None:
    report = verify_export(export)
    assert report.problems == []
    assert (report.entry_count, report.image_count) == (5, 5)
    assert report.digest == "sha256:" + hashlib.sha256((export / "index.json").read_bytes()).hexdigest()


def test_the_digest_may_be_given_with_and_without_its_kind(export: Path) -> None:
    digest = verify_export(export).digest
    assert verify_export(export, digest).ok
    assert verify_export(export, digest.removeprefix("sha256:")).ok


def test_another_digest_is_found(export: Path) -> None:
    assert "the digest is" in verify_export(export, "sha256:" + "0" * 64).problems[0]


def one_range(export: Path) -> Path:
    return next((export / "ranges").iterdir())


def change_a_range(export: Path) -> None:
    file = one_range(export)
    file.write_bytes(file.read_bytes().replace(b"site A", b"site B"))


def remove_a_range(export: Path) -> None:
    one_range(export).unlink()


def change_an_image(export: Path) -> None:
    next((export / "images").iterdir()).write_bytes(b"another image")


def rewrite_index(export: Path, **changes: object) -> None:
    index = json.loads((export / "index.json").read_bytes())
    index["ranges"][0].update(changes)
    (export / "index.json").write_text(json.dumps(index))


def put_a_rehashed_range(export: Path, body: bytes, count: int) -> None:
    name = hashlib.sha256(body).hexdigest()
    (export / "ranges" / name).write_bytes(body)
    rewrite_index(export, sha256=name, count=count)


TAMPERING: dict[str, tuple[Callable[[Path], None], str]] = {
    "a changed range": (change_a_range, "other bytes than its name says"),
    "a missing range": (remove_a_range, "is missing"),
    "a changed image": (change_an_image, "the image of a/"),
    "a wrong count": (lambda export: rewrite_index(export, count=4), "the index says 4"),
    "a range that is a path": (lambda export: rewrite_index(export, sha256="../index.json"), "without a sha256"),
    "an index of another form": (lambda export: (export / "index.json").write_text("[]"), "is not an index"),
    "an index that is no JSON": (lambda export: (export / "index.json").write_text("{"), "is not an index"),
    "another format": (
        lambda export: (export / "index.json").write_text('{"format":"plumbline-ranges/9","ranges":[]}'),
        "plumbline-ranges/9",
    ),
    "keys out of order": (
        lambda export: put_a_rehashed_range(export, b'["b",{}]\n["a",{}]\n', 2),
        "a is out of order",
    ),
    "a range that is no range": (lambda export: put_a_rehashed_range(export, b"12\n", 1), "does not hold lines"),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_is_found(export: Path, kind: str) -> None:
    digest = verify_export(export).digest
    tamper, expected = TAMPERING[kind]
    tamper(export)
    problems = verify_export(export, digest).problems
    assert any(expected in problem for problem in problems), problems


def test_a_folder_without_an_index_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        verify_export(tmp_path)
