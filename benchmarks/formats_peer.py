"""`python -m benchmarks.formats_peer coco write FOLDER`: one measurement of Datumaro in its environment, as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time

from datumaro.components.annotation import Bbox  # type: ignore[import-not-found]
from datumaro.components.dataset import Dataset  # type: ignore[import-not-found]
from datumaro.components.dataset_base import DatasetItem  # type: ignore[import-not-found]
from datumaro.components.media import Image  # type: ignore[import-not-found]

from benchmarks.boxes import HEIGHT, LABELS, WIDTH, images

_NAMES = {"coco": "coco_instances", "voc": "voc_detection"}


def _write(name: str, folder: str) -> tuple[float, int]:
    number = 0
    items = []
    for path, marks in images():
        boxes = []
        for _, label, *sides in marks:
            number += 1
            boxes.append(Bbox(*sides, label=LABELS.index(label), id=number, group=number))
        media = Image.from_file(path=path, size=(HEIGHT, WIDTH))
        items.append(DatasetItem(id=path.removesuffix(".jpg"), subset="train", media=media, annotations=boxes))
    dataset = Dataset.from_iterable(items, categories=LABELS)
    started = time.perf_counter()
    dataset.export(folder, _NAMES[name], save_media=False)
    return time.perf_counter() - started, number


def _read(name: str, folder: str) -> tuple[float, int]:
    started = time.perf_counter()
    count = sum(len(item.annotations) for item in Dataset.import_from(folder, _NAMES[name]))
    return time.perf_counter() - started, count


def main(name: str, action: str, folder: str) -> None:
    seconds, count = _write(name, folder) if action == "write" else _read(name, folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "count": count, "peak_mib": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
