"""Tests of the difference between two versions."""

from __future__ import annotations

import random

import pytest

from kit.errors import Invalid, NotFound
from plumbapi.storage import v1 as pb
from tests.storage.conftest import Member, item, picture


async def _diff(member: Member, number: int, base: int = 0, **paging: object) -> pb.DiffVersionsResponse:
    request = pb.DiffVersionsRequest(dataset_id="tiles", number=number, base=base, **paging)
    return await member.storage.DiffVersions(request)


@pytest.fixture
async def three_versions(dana: Member) -> Member:
    """v1: a b c; v2: a with other pixels, b with a tag, c removed, d from site B; v3: c is back as it was."""
    dataset = await dana.dataset()
    batch = await dana.add(dataset.id, {f"{name}.png": picture(seed) for seed, name in enumerate("abc")})
    await dana.publish(dataset.id)
    await dana.add(dataset.id, {"d.png": picture(10)}, source="site B")
    await dana.add(dataset.id, {"a.png": picture(11)})
    await dana.tag(dataset.id, ["b.png"], add_tags=["dark"])
    await dana.remove(dataset.id, ["c.png"])
    await dana.publish(dataset.id)
    uploads = await dana.prepare(batch.id, [item("c.png", picture(2))])
    await dana.complete(batch.id, uploads)
    await dana.publish(dataset.id)
    return dana


async def test_each_path_that_differs_is_named_with_what_differs(three_versions: Member) -> None:
    answer = await _diff(three_versions, 2)
    kinds = pb.Difference.Kind
    found = {row.path: (kinds.Name(row.kind), row.source, list(row.fields)) for row in answer.differences}
    assert found == {
        "a.png": ("CHANGED", "site A", ["batch_id"]),
        "b.png": ("CHANGED", "site A", ["tags"]),
        "c.png": ("REMOVED", "site A", []),
        "d.png": ("ADDED", "site B", []),
    }
    assert (answer.added_count, answer.removed_count, answer.changed_count) == (1, 1, 2)
    assert {share.value: share.image_count for share in answer.sources} == {"site A": -1, "site B": 1}
    changed, tagged = answer.differences[:2]
    assert changed.old_sha256 != changed.new_sha256
    assert tagged.old_sha256 == tagged.new_sha256


async def test_what_left_and_came_back_the_same_does_not_differ(three_versions: Member) -> None:
    answer = await _diff(three_versions, 3, base=1)
    assert [row.path for row in answer.differences] == ["a.png", "b.png", "d.png"]
    assert answer.removed_count == 0


async def test_the_first_version_is_compared_with_nothing(three_versions: Member) -> None:
    answer = await _diff(three_versions, 1)
    assert [row.path for row in answer.differences] == ["a.png", "b.png", "c.png"]
    assert answer.added_count == 3


async def test_differences_come_in_pages_with_the_counts_of_all(three_versions: Member) -> None:
    first = await _diff(three_versions, 2, page_size=3)
    second = await _diff(three_versions, 2, page_size=3, page_token=first.next_page_token)
    assert [row.path for row in [*first.differences, *second.differences]] == ["a.png", "b.png", "c.png", "d.png"]
    assert (second.next_page_token, second.changed_count) == ("", 2)


async def test_versions_that_cannot_be_compared(three_versions: Member) -> None:
    with pytest.raises(NotFound):
        await _diff(three_versions, 4)
    with pytest.raises(Invalid, match="older"):
        await _diff(three_versions, 2, base=3)
    with pytest.raises(Invalid, match="older"):
        await _diff(three_versions, 2, base=2)


async def test_a_difference_is_what_the_two_lists_of_images_say(dana: Member) -> None:
    """Random edits, several versions apart."""
    chance = random.Random(5)
    dataset = await dana.dataset()
    for _ in range(5):
        paths = sorted({f"{chance.randrange(12)}.png" for _ in range(4)})
        await dana.add(dataset.id, {path: picture(chance.randrange(6)) for path in paths}, source=chance.choice("AB"))
        await dana.tag(dataset.id, [f"{chance.randrange(12)}.png"], add_tags=[chance.choice("xy")])
        await dana.remove(dataset.id, [f"{chance.randrange(12)}.png"])
        await dana.publish(dataset.id)
    for base, number in ((1, 2), (1, 5), (2, 4)):
        old, new = await _contents(dana, base), await _contents(dana, number)
        differing = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
        answer = await _diff(dana, number, base=base)
        assert [row.path for row in answer.differences] == differing
        assert answer.added_count - answer.removed_count == len(new) - len(old)


async def _contents(member: Member, number: int) -> dict[str, tuple[object, ...]]:
    images = await member.images("tiles", number)
    return {row.path: (row.sha256, row.source, row.batch_id, tuple(row.tags)) for row in images}
