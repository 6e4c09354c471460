"""The root of the command: global options anywhere, help for every noun, exit statuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from plumbline.cli.app import hoisted
from tests.live import Live
from tests.sdk.conftest import Plumb
from tests.sdk.scripted import Scripted

NOUNS = ["datasets", "projects", "tasks", "remarks", "jobs", "runs", "models", "members", "tokens"]
COMMAND = [sys.executable, "-c", "from plumbline.cli import main; main()"]


@pytest.mark.parametrize(
    ("given", "parsed"),
    [
        (["datasets", "list", "-o", "json"], ["-o", "json", "datasets", "list"]),
        (["datasets", "list", "--output=csv", "-q"], ["--output=csv", "-q", "datasets", "list"]),
        (["--url", "x", "whoami", "--token", "y"], ["--url", "x", "--token", "y", "whoami"]),
        (["datasets", "tag", "a", "--", "-q"], ["datasets", "tag", "a", "--", "-q"]),
        (["whoami", "--token"], ["--token", "whoami"]),
    ],
)
def test_global_options_may_stand_anywhere(given: list[str], parsed: list[str]) -> None:
    assert hoisted(given) == parsed


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_explains_itself(plumb: Plumb, noun: str) -> None:
    outcome = plumb(noun, "--help")
    assert outcome.status == 0
    assert f"plumb {noun}" in outcome.data


def test_wrong_arguments_end_with_2_and_say_so_on_stderr(plumb: Plumb, tmp_path: Path) -> None:
    outcome = plumb("datasets", "push", tmp_path)
    assert (outcome.status, outcome.data) == (2, "")
    assert "--dataset" in outcome.said


@pytest.mark.parametrize(
    ("answered", "status"), [(400, 1), (401, 4), (403, 4), (404, 3), (409, 5), (412, 5), (422, 1), (500, 1)]
)
def test_a_refusal_has_its_exit_status_and_no_traceback(
    plumb: Plumb, scripted: Scripted, answered: int, status: int
) -> None:
    scripted.answer(answered, {"detail": "It is so.", "trace_id": "abc"})
    outcome = plumb("datasets", "create", "a", "--url", scripted.url, "--token", "t")
    assert (outcome.status, outcome.data) == (status, "")
    first, *rest = outcome.said.splitlines()
    assert first == "plumb: It is so."
    assert len(rest) == 1, "one sentence what to do next"


def test_a_message_that_says_what_to_do_is_left_alone(plumb: Plumb, scripted: Scripted) -> None:
    scripted.answer(409, {"detail": "The draft is empty: push images first."})
    outcome = plumb("datasets", "publish", "a", "--url", scripted.url, "--token", "t")
    assert outcome.said == "plumb: The draft is empty: push images first.\n"


def test_nobody_signed_in_ends_with_4(plumb: Plumb) -> None:
    outcome = plumb("whoami")
    assert outcome.status == 4
    assert "plumb login" in outcome.said


def test_an_address_where_nothing_listens_ends_with_1(plumb: Plumb) -> None:
    outcome = plumb("status", "--url", "http://127.0.0.1:9", "--token", "t")
    assert outcome.status == 1
    assert "does not answer" in outcome.said


def test_a_file_that_cannot_be_written_is_one_sentence(plumb: Plumb, scripted: Scripted, tmp_path: Path) -> None:
    scripted.answer(200, {"id": "trf_1", "state": "SUCCEEDED", "losses": []})
    scripted.answer(200, {"url": f"{scripted.url}/file", "sha256": ""})
    options = ("--format", "coco", "--url", scripted.url, "--token", "t")
    outcome = plumb("annotate", "export", "p", tmp_path / "no" / "file", *options)
    assert outcome.status == 1
    assert "No such file or directory" in outcome.said


def test_an_interruption_ends_with_130(live_platform: Live) -> None:
    known = {"PLUMB_URL": live_platform.url, "PLUMB_TOKEN": live_platform.people["OWNER"].token}
    process = subprocess.Popen(
        [*COMMAND, "events", "--follow", "--after", "0"],
        env=os.environ | known,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("1  ")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in said


@pytest.mark.parametrize("output", ["id", "json", "table"])
def test_a_reader_who_has_enough_gets_no_traceback(live_platform: Live, output: str) -> None:
    known = {"PLUMB_URL": live_platform.url, "PLUMB_TOKEN": live_platform.people["OWNER"].token}
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(
        [*COMMAND, "events", "-o", output], env=os.environ | known, stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    _, said = process.communicate(timeout=60)
    assert said == ""
