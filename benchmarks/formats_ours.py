"""`python -m benchmarks.formats_ours coco write FOLDER [sidecar]`: one measurement of plumbline-formats, as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from benchmarks.boxes import HEIGHT, LABELS, WIDTH, images
from plumbline_formats import format, registry
from plumbline_formats.archive import FolderTarget, open_source
from plumbline_formats.format import Format
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.shapes import Box


def _write(kind: Format, folder: Path, *, sidecar: bool) -> tuple[float, int]:
    assert kind.create is not None
    made = [
        Image(path, WIDTH, HEIGHT, [Annotation(one[0], one[1], Box(*one[2:])) for one in marks])
        for path, marks in images()
    ]
    header = Header(labels=[Label(name) for name in LABELS])
    options = format.values(kind.write_options, {"sidecar": sidecar})
    started = time.perf_counter()
    writer = kind.create(FolderTarget(folder), header, options)
    for image in made:
        writer.add(image)
    writer.close()
    return time.perf_counter() - started, sum(len(image.annotations) for image in made)


def _read(kind: Format, folder: Path) -> tuple[float, int]:
    started = time.perf_counter()
    with open_source(folder) as source:
        count = sum(len(image.annotations) for image in kind.open(source, format.values(kind.read_options, {})))
    return time.perf_counter() - started, count


def main(name: str, action: str, folder: str, *rest: str) -> None:
    kind = registry.FORMATS[name]
    if action == "write":
        seconds, count = _write(kind, Path(folder), sidecar="sidecar" in rest)
    else:
        seconds, count = _read(kind, Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "count": count, "peak_mib": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
