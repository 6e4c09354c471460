"""Owns reading COCO panoptic: the segments of an image are the colours of a PNG, id = R + 256 G + 65536 B."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from plumbline_formats import documents, foreigners, masks, pngs, scalars, sidecar
from plumbline_formats.archive import Source
from plumbline_formats.documents import Document
from plumbline_formats.formats.coco.categories import NAME
from plumbline_formats.model import Annotation, Image, Label, stable_id
from plumbline_formats.problems import Malformed, Problems
from plumbline_formats.sidecar import KEY

SEGMENT_KEYS = frozenset({"id", "category_id", "area", "bbox", "iscrowd", KEY})
_CHANNELS = np.array([1, 256, 65536], np.uint32)


class Segments:
    """Makes objects of the annotations of a panoptic file, one of which holds all segments of an image.

    Args:
        labels: by category id.
        file: name of the JSON file; the images are in a folder of its name beside it, or beside it.
    """

    def __init__(self, labels: dict[int, Label], file: str, source: Source, problems: Problems) -> None:
        self._labels = labels
        self._file = file
        self._source = source
        self._problems = problems
        self._names = set(source.names)

    def add(self, image: Image, document: Any, at: int, _text: bytes) -> None:
        """Append the segments of an annotation to its image; what cannot be understood is a problem, and left out."""
        try:
            ids, segments = self._ids(document, image), document.get("segments_info")
            if not isinstance(segments, list):
                raise Malformed("is no list", ".segments_info")
        except Malformed as error:
            self._problems.error(self._file, f"annotations[{at}]{error.place}", str(error))
            return
        seen: set[int] = set()
        for number, segment in enumerate(segments):
            try:
                image.annotations.append(self._annotation(segment, ids, image, seen))
            except Malformed as error:
                place = f"annotations[{at}].segments_info[{number}]{error.place}"
                self._problems.error(self._file, place, str(error))
        if extra := set(np.unique(ids).tolist()) - seen - {0}:
            message = f"{len(extra)} segments of the PNG are not in segments_info, such as {min(extra)}: left out"
            self._problems.error(self._file, f"annotations[{at}].segments_info", message)

    def _annotation(self, segment: Any, ids: NDArray[np.uint32], image: Image, seen: set[int]) -> Annotation:
        if not isinstance(segment, dict):
            raise Malformed("is no object")
        id_ = scalars.whole(segment.get("id"))
        if id_ in seen:
            raise Malformed(f"is {id_}, which another segment has", ".id")
        seen.add(id_)
        try:
            label = self._labels[segment["category_id"]]
        except (KeyError, TypeError):
            raise Malformed(f"is {segment.get('category_id')!r}, which no category has", ".category_id") from None
        mask = masks.tight(masks.of_array(ids == id_))
        if not mask.counts:
            raise Malformed(f"is {id_}, which no pixel of the PNG has", ".id")
        if aside := segment.get(KEY):
            shown = Annotation("", label.name, mask)
            return sidecar.restored(shown, aside, documents.of_shape(mask))
        own = {"id": id_} | foreigners.kept(segment, SEGMENT_KEYS, NAME).get(NAME, {})
        uuid = stable_id(image.path, len(image.annotations), orjson.dumps(segment))
        return Annotation(uuid, label.name, mask, origin="imported", foreign={NAME: own})

    def _ids(self, document: Any, image: Image) -> NDArray[np.uint32]:
        """The id of every pixel, (height, width)."""
        if not isinstance(document, dict) or not isinstance(document.get("file_name"), str):
            raise Malformed("is missing or no text", ".file_name")
        try:
            pixels = pngs.decode(self._source.read(self._found(document))).pixels
        except Malformed as error:
            raise Malformed(str(error), ".file_name") from error
        if pixels.ndim != 3 or pixels.dtype != np.uint8:
            raise Malformed("is no PNG of red, green and blue", ".file_name")
        height, width, _ = pixels.shape
        if (image.width or image.height) and (width, height) != (image.width, image.height):
            size = f"{image.width} x {image.height}"
            raise Malformed(f"is a PNG of {width} x {height}, but the image has {size}", ".file_name")
        return pixels.astype(np.uint32) @ _CHANNELS

    def _found(self, document: Document) -> str:
        """The name of the PNG in the source."""
        folder, _, file = self._file.rpartition("/")
        base = f"{folder}/" if folder else ""
        for name in (f"{base}{file.rpartition('.')[0]}/{document['file_name']}", f"{base}{document['file_name']}"):
            if name in self._names:
                return name
        raise Malformed(f"is {document['file_name'][:200]!r}, which is not there: give the folder of PNGs too")
