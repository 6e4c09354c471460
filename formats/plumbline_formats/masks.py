"""Owns the pixels of masks: run lengths, crops, COCO's run lengths, and polygons filled as COCO fills them.

Does not know any file format; the runs of Label Studio are in `brush`, mask images in `pngs`. Everything works on the
crop, however large the image is. What comes from a file is checked before anything is allocated for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from plumbline_formats.problems import Malformed
from plumbline_formats.shapes import Mask, Part, Polygon

Pixels = NDArray[np.bool_]
Runs = NDArray[np.int64]

MAX_IMAGE_PIXELS = 2**31 - 1  # what COCO's run lengths can count
MAX_CROP_PIXELS = 2**28
MAX_RUNS = 2**23
# COCO fills polygons along points a fifth of a pixel apart: this bounds what it allocates
_MAX_OUTLINE = 2.0**24
_MAX_REACH = 2.0**26
# beyond it, COCO's code packs counts into less memory than they need
_MAX_FILLED_IMAGE = 2**29 - 1
_BITS = 5
_LONGEST_NUMBER = 7  # characters of a compressed count: 35 bits


def of_array(pixels: NDArray[Any], left: int = 0, top: int = 0) -> Mask:
    """A mask of exactly this crop: `pixels` is (height, width), everything but 0 belongs to it.

    Raises:
        Malformed: it has more runs than a mask may have.
    """
    height, width = pixels.shape
    return Mask(left, top, width, height, _runs_of(np.ascontiguousarray(pixels, bool).ravel()).tolist())


def to_array(mask: Mask) -> Pixels:
    """The pixels of the crop, (height, width).

    Raises:
        Malformed: the runs do not fit the crop, or the crop is too large.
    """
    runs = _checked(mask)
    return np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(mask.height, mask.width)


def whole(mask: Mask, width: int, height: int) -> Pixels:
    """The pixels of the whole image, (height, width).

    Raises:
        Malformed: the mask is not inside the image, or the image is too large.
    """
    check_inside(mask, width, height)
    if width * height > MAX_CROP_PIXELS:
        raise Malformed(f"is on an image of {width} x {height}, too large to be taken as a whole")
    pixels = np.zeros((height, width), bool)
    pixels[mask.top : mask.top + mask.height, mask.left : mask.left + mask.width] = to_array(mask)
    return pixels


def check_inside(mask: Mask, width: int, height: int) -> None:
    """Raises Malformed: the crop reaches outside an image of this size."""
    if min(mask.left, mask.top) < 0 or mask.left + mask.width > width or mask.top + mask.height > height:
        crop = f"{mask.width} x {mask.height} at {mask.left}, {mask.top}"
        raise Malformed(f"is a crop of {crop}, outside the image of {width} x {height}")


def check_counts(mask: Mask) -> None:
    """Raises Malformed: the runs do not fit the crop, or it is larger than masks may be."""
    _checked(mask)


def area(mask: Mask) -> int:
    """Number of its pixels."""
    return sum(mask.counts[1::2])


def bounds(mask: Mask) -> tuple[int, int, int, int] | None:
    """Left, top, width and height of what it covers; None when it covers nothing. Raises Malformed as `to_array`."""
    starts, ends = _spans(_checked(mask))
    if not len(starts):
        return None
    left, top, width, height = _reach(starts, ends, mask.width)
    return mask.left + left, mask.top + top, width, height


def tight(mask: Mask) -> Mask:
    """The same pixels on the smallest crop, in the shortest runs; a mask of nothing has the size 0.

    Raises:
        Malformed: as `to_array`.
    """
    around = bounds(mask)
    if around is None:
        return Mask(0, 0, 0, 0, [])
    left, top, width, height = around
    y, x = top - mask.top, left - mask.left
    return of_array(to_array(mask)[y : y + height, x : x + width], left, top)


def to_coco(mask: Mask, width: int, height: int) -> list[int]:
    """Run lengths over the whole image, column by column, the first of background.

    Raises:
        Malformed: the mask is not inside the image.
    """
    check_size(width, height)
    check_inside(mask, width, height)
    return _over_image(to_array(mask).T, mask.left, mask.top, width, height).tolist()


def of_coco(counts: Any, width: int, height: int) -> Mask:
    """The mask, on its smallest crop, of run lengths over a whole image: a list of numbers, or a compressed text.

    Raises:
        Malformed: they are no run lengths of an image of this size, or hold more than a mask may.
    """
    check_size(width, height)
    runs = _unpacked(counts, width * height) if isinstance(counts, str | bytes) else _listed(counts)
    columns, left, top = _of_image(runs, width, height)
    return of_array(columns.T, left, top)


def to_rows(mask: Mask, width: int, height: int) -> list[int]:
    """Run lengths over the whole image, row by row, the first of background.

    Raises:
        Malformed: the mask is not inside the image.
    """
    check_size(width, height)
    check_inside(mask, width, height)
    return _over_image(to_array(mask), mask.top, mask.left, height, width).tolist()


def of_rows(counts: list[int], width: int, height: int) -> Mask:
    """The mask, on its smallest crop, of run lengths over a whole image, row by row.

    Raises:
        Malformed: as `of_coco`.
    """
    check_size(width, height)
    rows, top, left = _of_image(_listed(counts), height, width)
    return of_array(rows, left, top)


def pack(counts: list[int]) -> str:
    """COCO's compressed text of run lengths."""
    values = np.array(counts, np.int64)
    values[3:] -= np.array(counts[1:-2], np.int64)
    characters = np.zeros((len(values), _LONGEST_NUMBER), np.uint8)
    used = np.zeros((len(values), _LONGEST_NUMBER), bool)
    more = np.ones(len(values), bool)
    for at in range(_LONGEST_NUMBER):
        used[:, at] = more
        low = values & 31
        values >>= _BITS
        more = more & (values != np.where(low & 16, -1, 0))
        characters[:, at] = low + np.where(more, 32, 0) + 48
    return characters[used].tobytes().decode("ascii")


def unpack(text: str | bytes, pixels: int) -> list[int]:
    """Run lengths of COCO's compressed text for an image of so many pixels.

    Raises:
        Malformed: it is damaged, or does not describe that many pixels.
    """
    runs = _unpacked(text, pixels)
    _check_runs(runs, pixels, f"{pixels} pixels")
    return runs.tolist()


def of_polygon(polygon: Polygon, width: int, height: int) -> Mask:
    """What COCO's own code fills of it inside the image, on the smallest crop.

    Part by part: holes are cut out of their own part only, so that an island inside a hole stays.

    Raises:
        Malformed: it reaches too far outside the image, or the image is too large.
    """
    check_size(width, height)
    if width * height > _MAX_FILLED_IMAGE:
        raise Malformed(f"is on an image of {width} x {height}, polygons are filled up to {_MAX_FILLED_IMAGE} pixels")
    filled = [_fill_part(part, width, height) for part in polygon.parts]
    return union([mask for mask in filled if mask.counts])


def filled_area(rings: list[list[float]], width: int, height: int) -> int:
    """Number of pixels that COCO's own code fills inside any of some rings. Raises Malformed as `of_polygon`."""
    check_size(width, height)
    return int(coco_mask.area(coco_mask.merge([_packed(ring, width, height) for ring in rings])))


def union(masks: list[Mask]) -> Mask:
    """All pixels that belong to any of them, on the smallest crop. Raises Malformed as `to_array`."""
    crops = [mask for mask in map(tight, masks) if mask.counts]
    if not crops:
        return Mask(0, 0, 0, 0, [])
    left, top = min(mask.left for mask in crops), min(mask.top for mask in crops)
    width = max(mask.left + mask.width for mask in crops) - left
    height = max(mask.top + mask.height for mask in crops) - top
    _check_crop(width, height)
    pixels = np.zeros((height, width), bool)
    for mask in crops:
        y, x = mask.top - top, mask.left - left
        pixels[y : y + mask.height, x : x + mask.width] |= to_array(mask)
    return of_array(pixels, left, top)


def check_size(width: int, height: int) -> None:
    """Raises Malformed: no mask can be written or read for an image of this size."""
    if width <= 0 or height <= 0:
        raise Malformed("has no image size: masks need it, give the images too")
    if width * height > MAX_IMAGE_PIXELS:
        raise Malformed(f"is on an image of {width} x {height}, more than {MAX_IMAGE_PIXELS} pixels")


def _fill_part(part: Part, width: int, height: int) -> Mask:
    outer = _fill_ring(part.outer, width, height)
    pixels = to_array(outer)
    for ring in part.holes:
        hole = _fill_ring(ring, width, height)
        y, x = hole.top - outer.top, hole.left - outer.left
        inside = to_array(hole)[max(-y, 0) :, max(-x, 0) :]
        place = pixels[max(y, 0) : max(y + hole.height, 0), max(x, 0) : max(x + hole.width, 0)]
        place &= ~inside[: place.shape[0], : place.shape[1]]
    return tight(of_array(pixels, outer.left, outer.top))


def _fill_ring(ring: list[float], width: int, height: int) -> Mask:
    return of_coco(_packed(ring, width, height)["counts"], width, height)


def _packed(ring: list[float], width: int, height: int) -> dict[str, Any]:
    xy = np.array(ring, np.float64).reshape(-1, 2)
    steps = np.abs(xy - np.roll(xy, 1, axis=0)).max(axis=1, initial=0)
    if not np.isfinite(xy).all() or np.abs(xy).max(initial=0) > _MAX_REACH or steps.sum() > _MAX_OUTLINE:
        raise Malformed(f"reaches too far outside the image of {width} x {height} to be filled")
    if len(xy) < 3:
        raise Malformed(f"needs at least 3 points to be filled, has {len(xy)}")
    [packed] = coco_mask.frPyObjects([ring], height, width)
    return packed


def _runs_of(pixels: Pixels) -> Runs:
    changes = np.flatnonzero(pixels[1:] != pixels[:-1]) + 1
    if len(changes) >= MAX_RUNS:
        raise Malformed(f"has {len(changes)} runs of pixels, at most {MAX_RUNS} are taken: is it a mask?")
    edges = np.concatenate(([0], changes, [pixels.size])) if pixels.size else np.zeros(0, np.int64)
    runs = np.diff(edges)
    return np.concatenate(([0], runs)) if pixels.size and pixels[0] else runs


def _spans(runs: Runs) -> tuple[Runs, Runs]:
    """Starts and ends of what is not background, without empty runs."""
    ends = np.cumsum(runs)[1::2]
    lengths = runs[1::2]
    is_there = lengths > 0
    return (ends - lengths)[is_there], ends[is_there]


def _over_image(crop: Pixels, line: int, place: int, lines: int, length: int) -> Runs:
    """Runs over a whole image of lines of a length, of a crop (lines, places) that starts at a line and a place."""
    if crop.shape[1] < length:
        # a background pixel after each line of the crop ends its runs, as the rest of the image does
        crop = np.pad(crop, ((0, 0), (0, 1)))
    starts, ends = _spans(_runs_of(crop.ravel()))
    at_line, at_place = np.divmod(starts, max(crop.shape[1], 1))
    begins = (line + at_line) * length + place + at_place
    return _runs_between(begins, begins + ends - starts, lines * length)


def _of_image(runs: Runs, lines: int, length: int) -> tuple[Pixels, int, int]:
    """The smallest crop (lines, places) of runs over a whole image, and the line and the place it starts at."""
    _check_runs(runs, lines * length, f"an image of {lines * length} pixels")
    starts, ends = _spans(runs)
    if not len(starts):
        return np.zeros((0, 0), bool), 0, 0
    place, line, places, used = _reach(starts, ends, length)
    _check_crop(places, used)
    at_line, at_place = np.divmod(starts, length)
    begins = (at_line - line) * places + at_place - place
    inside = _runs_between(begins, begins + ends - starts, used * places)
    return np.repeat(np.arange(len(inside)) % 2 == 1, inside).reshape(used, places), line, place


def _runs_between(starts: Runs, ends: Runs, total: int) -> Runs:
    edges = np.empty(2 * len(starts) + 2, np.int64)
    edges[0], edges[1:-1:2], edges[2:-1:2], edges[-1] = 0, starts, ends, total
    runs = np.diff(edges)
    return runs if runs[-1] else runs[:-1]


def _reach(starts: Runs, ends: Runs, line: int) -> tuple[int, int, int, int]:
    """Of spans over lines of a length: first place within a line, first line, and how many of both."""
    first, last = starts // line, (ends - 1) // line
    begin, end = int((starts % line).min()), int(((ends - 1) % line).max())
    if (first != last).any():
        # a span that goes on in the next line covers the last place of the one and the first of the other
        begin, end = 0, line - 1
    return begin, int(first[0]), end - begin + 1, int(last[-1] - first[0]) + 1


def _checked(mask: Mask) -> Runs:
    _check_crop(mask.width, mask.height)
    runs = _listed(mask.counts)
    _check_runs(runs, mask.width * mask.height, f"a crop of {mask.width} x {mask.height}")
    return runs


def _listed(counts: Any) -> Runs:
    if not isinstance(counts, list) or not {type(count) for count in counts} <= {int}:
        raise Malformed("is no list of whole numbers", ".counts")
    try:
        return np.array(counts, np.int64)
    except OverflowError:
        raise Malformed("has a run that is longer than any image", ".counts") from None


def _unpacked(text: str | bytes, pixels: int) -> Runs:
    if len(text) > _LONGEST_NUMBER * (pixels + 2):
        raise Malformed(f"has {len(text)} characters of runs for {pixels} pixels", ".counts")
    try:
        values = np.frombuffer(text.encode("ascii") if isinstance(text, str) else text, np.uint8).astype(np.int64) - 48
    except UnicodeEncodeError:
        raise Malformed("has characters that are no run lengths", ".counts") from None
    if not len(values):
        return values
    if values.min() < 0 or values.max() > 63:
        raise Malformed("has characters that are no run lengths", ".counts")
    lasts = np.flatnonzero(values < 32)
    firsts = np.concatenate(([0], lasts[:-1] + 1))
    lengths = lasts - firsts + 1
    if not len(lasts) or lasts[-1] != len(values) - 1 or lengths.max() > _LONGEST_NUMBER:
        raise Malformed("ends within a run length, or has one that is too long", ".counts")
    shifts = _BITS * (np.arange(len(values)) - np.repeat(firsts, lengths))
    if len(lasts) > MAX_RUNS + 2:
        raise Malformed(f"has {len(lasts)} runs, at most {MAX_RUNS} are taken", ".counts")
    runs = np.add.reduceat((values & 31) << shifts, firsts)
    runs -= np.where(values[lasts] & 16, np.left_shift(1, _BITS * lengths), 0)
    # from the fourth on, each is the difference to the count two places before
    runs[1::2], runs[2::2] = np.cumsum(runs[1::2]), np.cumsum(runs[2::2])
    return runs


def _check_runs(runs: Runs, pixels: int, whole: str) -> None:
    wrong = runs[(runs < 0) | (runs > pixels)]
    if len(wrong):
        raise Malformed(f"has a run of {wrong[0]} pixels for {whole}", ".counts")
    if len(runs) > MAX_RUNS + 2:
        raise Malformed(f"has {len(runs)} runs, at most {MAX_RUNS} are taken", ".counts")
    if (total := int(runs.sum())) != pixels:
        raise Malformed(f"has runs of {total} pixels for {whole}", ".counts")


def _check_crop(width: int, height: int) -> None:
    if min(width, height) < 0 or width * height > MAX_CROP_PIXELS:
        raise Malformed(f"is a crop of {width} x {height}, at most {MAX_CROP_PIXELS} pixels are taken")
