"""Tests of kit.merkle: the format is fixed by a golden digest, the rest by properties over random edits."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import merkle
from kit.merkle import DamagedRange, Entry, Interval, Payload, Range

SPREAD = 3  # small, so that a handful of entries has several ranges and boundary keys come and go

keys = st.text('ab/é\U0001f600"\n', min_size=0, max_size=3)
payloads: st.SearchStrategy[Payload] = st.dictionaries(
    st.text("xyz", max_size=2),
    st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    max_size=2,
)
contents = st.dictionaries(keys, payloads, max_size=25)
edits = st.dictionaries(keys, st.one_of(st.none(), payloads), max_size=12)


class Version:
    """One content cut into ranges, with its stored bytes."""

    def __init__(self, content: dict[str, Payload]) -> None:
        self.content = content
        self.entries: list[Entry] = sorted(content.items(), key=lambda entry: entry[0].encode())
        self.ranges = list(merkle.cut(self.entries, spread=SPREAD))
        self.bodies = {part.sha256: part.body or b"" for part in self.ranges}
        self.index = merkle.index(self.ranges, spread=SPREAD)

    def read(self, interval: Interval) -> list[Entry]:
        """The entries of an interval, as the database would give them."""
        return [
            (key, payload)
            for key, payload in self.entries
            if (interval.start is None or key >= interval.start) and (interval.stop is None or key < interval.stop)
        ]


def edited(content: dict[str, Payload], edit: dict[str, Payload | None]) -> dict[str, Payload]:
    """The content after an edit: None removes, anything else inserts or replaces."""
    return {key: payload for key, payload in {**content, **edit}.items() if payload is not None}


def test_format_is_exactly_as_documented() -> None:
    """A golden version, computed here from the description alone."""
    body = '["a/é.png",{"n":1,"x":0.1}]\n["b",{}]\n'.encode()
    name = sha256(body).hexdigest()
    document = (
        f'{{"count":2,"format":"plumbline-ranges/1","ranges":[{{"count":2,"first_key":"a/é.png","sha256":"{name}",'
        f'"size":{len(body)}}}],"size":{len(body)},"spread":4096}}\n'
    ).encode()
    [part] = merkle.cut([("a/é.png", {"x": 0.1, "n": 1}), ("b", {})])
    assert part == Range("a/é.png", 2, len(body), name)
    assert part.body == body
    assert merkle.index([part]) == document
    assert merkle.digest(document) == sha256(document).hexdigest()


def test_empty_version_has_a_digest_and_verifies() -> None:
    index = merkle.index(merkle.cut([]))
    assert merkle.verify(index, {}.__getitem__).ok


def test_boundaries_follow_the_hash_of_the_key() -> None:
    numbers = [f"{number:06}" for number in range(20_000)]
    ranges = list(merkle.cut((key, {}) for key in numbers))
    starts = [key for key in numbers if int(sha256(key.encode()).hexdigest()[:16], 16) % 4096 == 0]
    assert len(starts) > 1
    assert [part.first_key for part in ranges] == ["000000", *starts]


def test_default_range_is_about_four_thousand_entries() -> None:
    ranges = list(merkle.cut((f"{number:06}", {}) for number in range(200_000)))
    assert 2_500 < 200_000 / len(ranges) < 7_000


@pytest.mark.parametrize("pair", [("b", "a"), ("a", "a"), ("\U0001f600", "\uffff")])
def test_cut_refuses_keys_that_do_not_ascend(pair: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="ascend in UTF-8 byte order"):
        list(merkle.cut([(key, {}) for key in pair]))


def test_cut_refuses_what_json_cannot_say() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        list(merkle.cut([("a", {"x": float("nan")})]))


@given(contents, st.data())
def test_digest_does_not_depend_on_insertion_order(content: dict[str, Payload], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(list(content.items())))
    shuffled = [(key, dict(reversed(payload.items()))) for key, payload in shuffled]
    assert Version(dict(shuffled)).index == Version(content).index


@given(contents, contents)
def test_equal_digest_means_equal_lines(one: dict[str, Payload], other: dict[str, Payload]) -> None:
    first, second = Version(one), Version(other)
    same = [merkle.line(*entry) for entry in first.entries] == [merkle.line(*entry) for entry in second.entries]
    assert (first.index == second.index) == same


@given(contents, st.lists(edits, min_size=1, max_size=4))
def test_incremental_equals_full_cut(content: dict[str, Payload], script: list[dict[str, Payload | None]]) -> None:
    ranges, stored = Version(content).ranges, Version(content).bodies
    for edit in script:
        content = edited(content, edit)
        full = Version(content)
        patched = list(merkle.patch(ranges, edit, stored.__getitem__, spread=SPREAD))
        ranges = list(merkle.recut(ranges, edit, full.read, spread=SPREAD))
        assert merkle.index(ranges, spread=SPREAD) == full.index
        assert [(part, part.body) for part in patched] == [(part, part.body) for part in ranges]
        stored |= full.bodies


@given(contents, edits)
def test_only_touched_ranges_are_read_and_rewritten(
    content: dict[str, Payload], edit: dict[str, Payload | None]
) -> None:
    old, new = Version(content), Version(edited(content, edit))
    read: list[str] = []

    def read_interval(interval: Interval) -> list[Entry]:
        read.extend(key for key, _ in old.read(interval))
        return new.read(interval)

    result = list(merkle.recut(old.ranges, edit, read_interval, spread=SPREAD))
    written = {part.sha256: part.body for part in result if part.body is not None}
    assert written == {name: body for name, body in new.bodies.items() if name not in old.bodies}
    for number, part in enumerate(old.ranges):
        own = [key for key, _ in merkle.entries_of(part, old.bodies[part.sha256])]
        start = None if number == 0 else part.first_key
        following = old.ranges[number + 1].first_key if number + 1 < len(old.ranges) else None
        touched = any((start is None or key >= start) and (following is None or key <= following) for key in edit)
        assert touched or not set(own) & set(read)


def test_removing_and_restoring_a_boundary_key_merges_and_splits() -> None:
    numbers = [f"{number:06}" for number in range(20_000)]
    old = list(merkle.cut((key, {}) for key in numbers))
    gone = old[1].first_key
    rest = [(key, {}) for key in numbers if key != gone]

    def read(entries: list[Entry]):  # type: ignore[no-untyped-def]
        return lambda part: [entry for entry in entries if (part.start or "") <= entry[0] < (part.stop or "~")]

    merged = list(merkle.recut(old, [gone], read(rest)))
    assert merged == list(merkle.cut(rest))
    assert len(merged) == len(old) - 1
    assert [part.first_key for part in merged if part.body] == [old[0].first_key]
    back = list(merkle.recut(merged, [gone], read([(key, {}) for key in numbers])))
    assert back == old


@given(contents, edits)
def test_diff_lists_exactly_what_changed(content: dict[str, Payload], edit: dict[str, Payload | None]) -> None:
    old, new = Version(content), Version(edited(content, edit))
    opened: list[str] = []

    def read_range(name: str) -> bytes:
        opened.append(name)
        return (old.bodies | new.bodies)[name]

    def text(version: Version, key: str) -> bytes | None:
        return merkle.line(key, version.content[key]) if key in version.content else None

    found = [(key, before, after) for key, before, after in merkle.diff(old.ranges, new.ranges, read_range)]
    different = [key for key in sorted(old.content | new.content) if text(old, key) != text(new, key)]
    assert [key for key, _, _ in found] == different
    for key, before, after in found:
        assert (before, after) == (old.content.get(key), new.content.get(key))
    assert not set(opened) & old.bodies.keys() & new.bodies.keys()
    assert len(opened) == len(set(opened))


@given(contents)
def test_untouched_version_verifies(content: dict[str, Payload]) -> None:
    version = Version(content)
    report = merkle.verify(version.index, version.bodies.__getitem__)
    assert report.ok
    assert report.digest == merkle.digest(version.index)
    assert (report.count, report.size) == (len(content), sum(map(len, version.bodies.values())))


@given(contents.filter(bool), st.data())
def test_any_changed_byte_is_found(content: dict[str, Payload], data: st.DataObject) -> None:
    version = Version(content)
    victim = data.draw(st.sampled_from(version.ranges))
    body = bytearray(version.bodies[victim.sha256])
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    report = merkle.verify(version.index, (version.bodies | {victim.sha256: bytes(body)}).__getitem__)
    assert [problem.range for problem in report.problems] == [victim.sha256]


@given(contents.filter(bool), st.data())
def test_any_changed_byte_of_the_index_changes_the_digest_or_is_found(
    content: dict[str, Payload], data: st.DataObject
) -> None:
    version = Version(content)
    index = bytearray(version.index)
    index[data.draw(st.integers(0, len(index) - 1))] ^= data.draw(st.integers(1, 255))
    report = merkle.verify(bytes(index), version.bodies.__getitem__)
    assert report.digest != merkle.digest(version.index)
    assert not report.ok


def test_missing_range_is_reported() -> None:
    version = Version({"a": {}, "b": {}})
    report = merkle.verify(version.index, {}.__getitem__)
    assert len(report.problems) == len(version.ranges)
    assert "missing" in report.problems[0].message


def _forged(bodies: list[tuple[str, bytes]], counts: list[int]) -> tuple[bytes, dict[str, bytes]]:
    parts = [
        Range(first, count, len(body), sha256(body).hexdigest())
        for (first, body), count in zip(bodies, counts, strict=True)
    ]
    return merkle.index(parts, spread=SPREAD), {sha256(body).hexdigest(): body for _, body in bodies}


@pytest.mark.parametrize(
    ("bodies", "counts", "message"),
    [
        ([("b", b'["b",{}]\n["a",{}]\n')], [2], "ascend"),
        ([("a", b'["a", {}]\n')], [1], "canonical"),
        ([("a", b'["a",{}]\n')], [2], "count"),
        ([("a", b'["a",1]\n')], [1], "not a key and an object"),
        ([("a", b"nonsense\n")], [1], "not an entry"),
        ([("", b"")], [0], "empty"),
    ],
)
def test_consistent_hashes_do_not_excuse_a_wrong_form(
    bodies: list[tuple[str, bytes]], counts: list[int], message: str
) -> None:
    """A forger can name anything by its sha256; the format itself must hold as well."""
    index, stored = _forged(bodies, counts)
    [problem] = merkle.verify(index, stored.__getitem__).problems
    assert message in problem.message


def test_a_version_cut_elsewhere_is_refused() -> None:
    """Two cuts of the same entries would give one content two digests."""
    inner = next(name for name in map(str, range(100)) if not merkle.is_boundary(name, SPREAD))
    bodies = [("", b'["",{}]\n'), (inner, merkle.line(inner, {}))]
    index, stored = _forged(bodies, [1, 1])
    assert "not cut where" in merkle.verify(index, stored.__getitem__).problems[0].message


def test_read_index_gives_back_ranges_and_spread() -> None:
    version = Version({name: {} for name in "abcdefgh"})
    assert merkle.read_index(version.index) == (version.ranges, SPREAD)


@pytest.mark.parametrize("change", [{"format": "plumbline-ranges/2"}, {"count": 5}, {"spread": 0.5}])
def test_read_index_refuses_what_it_cannot_vouch_for(change: dict[str, object]) -> None:
    document = json.loads(Version({"a": {}}).index) | change
    with pytest.raises(DamagedRange):
        merkle.read_index((json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n").encode())


def test_diff_and_patch_refuse_damaged_bytes() -> None:
    version = Version({"a": {}})
    with pytest.raises(DamagedRange, match="restore it"):
        list(merkle.diff([], version.ranges, lambda name: b'["a",{"x":1}]\n'))
    with pytest.raises(DamagedRange, match="restore it"):
        list(merkle.patch(version.ranges, {"a": None}, lambda name: b""))
