"""Owns lists of names, one a line, and folders called after labels. Does not know any file format."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from plumbline_formats.archive import Source, check_name
from plumbline_formats.model import Image
from plumbline_formats.problems import FormatError, Refused

LABELS = "labels.txt"
IMAGES = "images.txt"
IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".jp2")


def is_image(name: str) -> bool:
    """Whether a file is an image, by its ending."""
    return name.lower().endswith(IMAGE_ENDINGS)


def stem(name: str) -> str:
    """A name with its folders, without its ending."""
    head, dot, ending = name.rpartition(".")
    return head if dot and "/" not in ending else name


def read(source: Source, name: str) -> list[str] | None:
    """The lines of a file, None when there is no such file.

    Raises:
        Refused: it is no UTF-8.
    """
    if name not in source.names:
        return None
    try:
        text = source.read(name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is no UTF-8 ({error.reason} at byte {error.start}): save it as UTF-8.") from error
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines[:-1] if not lines[-1] else lines


def write(names: Iterable[str]) -> bytes:
    """The file of a list.

    Raises:
        FormatError: a name has a line break in it.
    """
    listed = list(names)
    if wrong := next((name for name in listed if "\n" in name or name.endswith("\r")), None):
        raise FormatError(f"{wrong[:200]!r} has a line break in it: rename it.")
    return "".join(f"{name}\n" for name in listed).encode()


def check_path(image: Image) -> str:
    """The path of an image that can stand in a list. Raises FormatError: it cannot."""
    write([image.path])
    return check_name(image.path)


class Folders:
    """A folder for each label, called after it; what cannot be in such a name is written as `%2F`.

    The same labels in the same order have the same folders.
    """

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, label: str) -> str:
        """The same label gives the same folder."""
        if label not in self._folders:
            self._folders[label] = self._new(label)
        return self._folders[label]

    def _new(self, label: str) -> str:
        try:
            name = check_name(label) if "/" not in label and "\n" not in label else quote(label, safe="")
        except FormatError:
            name = quote(label, safe="").replace(".", "%2E") or "%"
        while name.casefold() in self._taken:
            name += "~"
        self._taken.add(name.casefold())
        return name
