"""Entries come back in order and whole, whatever the disk or a crash does."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from plumbline.errors import PlumblineError
from plumbline.spool import entries, segments
from plumbline.spool.entries import Entry, decode
from plumbline.spool.journal import Journal


def point(step: int, count: int = 1) -> Entry:
    series = {"key": "loss", "steps": [step] * count, "values": [0.5] * count, "times": [0] * count}
    return entries.metrics([series], "w", step + 1, 0)


def steps(journal: Journal) -> list[int]:
    """The steps of everything that is not settled, settling it."""
    found: list[int] = []
    while group := journal.next_group():
        for entry in group:
            found += [int(text) for text in entry.body.split(b'"steps":[')[1].split(b"]")[0].split(b",")]
        journal.acknowledge(len(group))
    return found


def test_a_line_that_was_changed_is_noticed() -> None:
    line = point(1).encode()
    assert decode(line) == point(1)
    with pytest.raises(PlumblineError, match="damaged"):
        decode(line.replace(b"0.5", b"0.6"))


def test_entries_are_read_back_by_another_process(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for step in range(5):
        journal.append(point(step))
    journal.acknowledge(2)
    # nothing is closed: the process was killed
    assert steps(Journal(tmp_path)) == [2, 3, 4]


def test_a_line_that_a_crash_cut_off_does_not_count(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for step in range(3):
        journal.append(point(step))
    journal.close()
    [file] = tmp_path.glob("*.log")
    os.truncate(file, file.stat().st_size - 4)
    again = Journal(tmp_path)
    assert again.count == 2
    again.append(point(9))
    assert steps(again) == [0, 1, 9]


def test_what_was_tried_together_is_tried_together_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(point(0))
    journal.append(point(1))
    assert len(journal.next_group()) == 2
    journal.append(point(2))
    again = Journal(tmp_path)
    # under the number of the first: were the third with them, it would be taken for a repetition and lost
    assert len(again.next_group()) == 2


def test_a_group_holds_as_many_points_as_a_request_takes(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for step in range(3):
        journal.append(point(step, 9000))
    journal.append(entries.post("log", {"tags": []}))
    journal.append(point(4))
    sizes = []
    while group := journal.next_group():
        sizes.append([entry.kind for entry in group])
        journal.acknowledge(len(group))
    assert sizes == [["metrics", "metrics"], ["metrics"], ["post"], ["metrics"]]


def test_files_that_are_settled_are_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "_SEGMENT_BYTES", 400)
    journal = Journal(tmp_path)
    for step in range(20):
        journal.append(point(step))
    before = len(list(tmp_path.glob("*.log")))
    assert steps(journal) == list(range(20))
    assert before > 3
    assert len(list(tmp_path.glob("*.log"))) == 1


def test_a_full_disk_keeps_entries_in_memory_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path)
    journal.append(point(0))
    write = os.write

    def full(handle: int, content: bytes) -> int:
        # a disk that fills up takes a part first
        if len(content) > 20:
            return write(handle, content[:20])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", lambda handle, content: full(handle, content))
    journal.append(point(1))
    journal.append(point(2))
    assert not journal.is_on_disk
    assert journal.trouble is not None
    group = journal.next_group()
    journal.acknowledge(len(group) - 1)
    monkeypatch.setattr(os, "write", write)
    journal.append(point(3))
    assert journal.is_on_disk
    assert journal.trouble is None
    assert steps(Journal(tmp_path)) == [2, 3]


def test_a_damaged_entry_is_stepped_over(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for step in range(3):
        journal.append(point(step))
    journal.close()
    [file] = tmp_path.glob("*.log")
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + lines[1].replace(b"0.5", b"0.6") + lines[2])
    again = Journal(tmp_path)
    again.acknowledge(len(again.next_group()))
    with pytest.raises(PlumblineError, match="damaged"):
        again.next_group()
    again.acknowledge(1)
    assert steps(again) == [2]


def test_without_a_disk_everything_is_in_memory() -> None:
    journal = Journal(None)
    for step in range(3):
        journal.append(point(step))
    assert steps(journal) == [0, 1, 2]
    assert not journal.next_group()


def test_merging_keeps_every_point_and_the_first_number() -> None:
    merged = Entry({"kind": "metrics"}, entries.merged([point(0), point(1)]))
    assert merged.body == (
        b'{"series":[{"key":"loss","steps":[0,1],"values":[0.5,0.5],"times":[0,0]}],"writer":"w","sequence":1,"epoch":0}'
    )
