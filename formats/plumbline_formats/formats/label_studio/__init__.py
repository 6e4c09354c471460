"""Owns Label Studio's JSON: a list of tasks, and its labelling configuration `label_config.xml`."""

from __future__ import annotations

from plumbline_formats.archive import Source
from plumbline_formats.format import Format, Guess
from plumbline_formats.formats.label_studio.config import FILE as CONFIG
from plumbline_formats.formats.label_studio.reader import LabelStudioReader, task_files
from plumbline_formats.formats.label_studio.writer import CARRIES, NAME, LabelStudioWriter

_FIRST_BYTES = 65536


def _guess(source: Source) -> Guess | None:
    has_config = any(name.rpartition("/")[2] == CONFIG for name in source.names)
    for name in task_files(source.names)[:1]:
        with source.open(name) as file:
            start = file.read(_FIRST_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start.startswith(b"["):
            return None
        if has_config:
            return Guess(0.99, f"{name} is a list, and {CONFIG} is beside it")
        if b'"data"' in start and any(word in start for word in (b'"annotations"', b'"predictions"', b'"completions"')):
            return Guess(0.95, f"{name} is a list of tasks with data and annotations")
    return None


FORMAT = Format(
    name=NAME,
    title="Label Studio JSON",
    summary="A list of tasks with regions in percent of the image, choices and texts, and its labelling configuration.",
    ending=".json",
    carries=CARRIES,
    open=LabelStudioReader,
    create=LabelStudioWriter,
    guess=_guess,
)
