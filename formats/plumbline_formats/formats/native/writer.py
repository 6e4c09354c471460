"""Owns writing the native format, line by line."""

from __future__ import annotations

from hashlib import sha256

from plumbline_formats import documents
from plumbline_formats.archive import SingleTarget, Target
from plumbline_formats.format import Options
from plumbline_formats.formats.native import lines
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Header, Image
from plumbline_formats.problems import FormatError


class NativeWriter:
    """Writes a header and one image per line; see `format.Writer`."""

    def __init__(self, target: Target, header: Header, _options: Options) -> None:
        self.losses = LossReport()
        self._target = target
        self._is_alone = isinstance(target, SingleTarget)
        self._header = documents.encode(lines.of_header(header)) + b"\n"
        self._file = target.open(lines.ANNOTATIONS)
        self._digest = sha256()
        self._paths: set[str] = set()
        self._append(self._header)

    def add(self, image: Image) -> None:
        if image.path in self._paths:
            raise FormatError(f"Two images are called {image.path!r}: rename one.")
        self._paths.add(image.path)
        self._append(documents.encode(documents.of_image(image)) + b"\n")

    def close(self) -> None:
        self._file.close()
        if self._is_alone:
            return
        self._target.write(lines.SCHEMA, self._header)
        sums = ((self._digest.hexdigest(), lines.ANNOTATIONS), (sha256(self._header).hexdigest(), lines.SCHEMA))
        self._target.write(lines.CHECKSUMS, "".join(f"{digest}  {name}\n" for digest, name in sums).encode())

    def image_name(self, image: Image) -> str:
        return f"images/{image.path}"

    def _append(self, line: bytes) -> None:
        self._file.write(line)
        self._digest.update(line)
