"""Owns what files inside folders and zip files may be called, so that they stay there and apart on every system."""

from __future__ import annotations

from plumbline_formats.problems import FormatError

# bytes, on most file systems
_LONGEST_PART = 255
_WINDOWS_NAMES = {"con", "prn", "aux", "nul", *(f"{device}{digit}" for device in ("com", "lpt") for digit in range(10))}


def check_name(name: str) -> str:
    """Return a relative name that stays inside its folder on every system.

    Raises:
        FormatError: it does not.
    """
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or "\0" in name or any(part in ("", ".", "..") for part in parts):
        raise FormatError(f"{name[:200]!r} is not a name inside a folder: rename it.")
    if ":" in parts[0] or any(part.split(".")[0].rstrip(" ").lower() in _WINDOWS_NAMES for part in parts):
        raise FormatError(f"{name[:200]!r} is a device or drive on some systems: rename it.")
    if not is_utf8(name):
        raise FormatError(f"{name[:200]!r} is no text: rename it.")
    if len(name.encode()) > _LONGEST_PART and any(len(part.encode()) > _LONGEST_PART for part in parts):
        raise FormatError(f"{name[:200]!r} is too long for a file name: rename it.")
    return name


def is_utf8(name: str) -> bool:
    """Whether a name is text; names on disk are bytes, and those that are no UTF-8 come with stand-ins."""
    if name.isascii():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def claim(name: str, written: set[str], most: int | None = None) -> None:
    """Note a file that is written. Raises FormatError: it is unsafe, clashes with another, or is one too many."""
    folded = check_name(name).casefold()
    if folded in written:
        raise FormatError(f"Two files would be called {name!r} (capital letters do not count): rename an image.")
    if most is not None and len(written) >= most:
        raise FormatError(f"{name!r} is a second file where one was expected: choose a folder or a .zip file.")
    if folded + "/" in written or _is_in_file(folded, written):
        raise FormatError(f"{name!r} would be a file and a folder at once: rename an image.")
    written.add(folded)


def _is_in_file(name: str, written: set[str]) -> bool:
    """Whether one of its folders is a file already; else they are noted, with a slash at their end."""
    while name := name.rpartition("/")[0]:
        if name + "/" in written:
            return False
        if name in written:
            return True
        written.add(name + "/")
    return False
