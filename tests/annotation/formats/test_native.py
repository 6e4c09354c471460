"""The native format: nothing lost, byte by byte the same again."""

from __future__ import annotations

import json

from services.annotation import geometry, rules
from services.annotation.formats import native
from services.annotation.formats.marks import ImageMarks


def sample() -> ImageMarks:
    annotation = geometry.canonical(
        {"id": "0" * 32, "label": "dent", "geometry": {"point": {"x": 0.1, "y": 1e-7}}, "attributes": {"n": 1e300}}
    )
    encoded, answers = rules.encode([annotation]), {"clean": "nö"}
    digest = rules.revision_digest("ab" * 32, encoded, rules.encode(answers))
    return ImageMarks("ab" * 32, "a.jpg", "site A", ["lab"], "train", 5, 4, digest, [annotation], answers)


def test_a_line_reads_back_equal_and_proves_its_digest() -> None:
    image = sample()
    content = native.write([image])
    [found], problems = native.read("f", content)
    assert problems == []
    assert (found.annotations, found.answers, found.image_sha256) == (
        image.annotations,
        image.answers,
        image.image_sha256,
    )
    again = rules.revision_digest(found.image_sha256, rules.encode(found.annotations), rules.encode(found.answers))
    assert again == json.loads(content)["revision_digest"]
    assert native.write([image]) == content


def test_a_damaged_line_does_not_hide_the_others() -> None:
    good = native.write([sample()])
    found, problems = native.read("f", b"{broken\n" + good + b'{"format":"other"}\n[]\n')
    assert len(found) == 1
    assert [problem.split(":")[0] for problem in problems] == ["f, line 1", "f, line 3", "f, line 4"]
