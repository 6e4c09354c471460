"""Owns what all readers check of a shape: what makes no sense is refused, what is odd is noted and taken as written."""

from __future__ import annotations

import sys

from plumbline_formats import geometry
from plumbline_formats.model import Image
from plumbline_formats.problems import Malformed, Problems
from plumbline_formats.shapes import Box, Ellipse, RotatedBox, Shape

OUTSIDE = "reaches outside the image; taken as written"
NO_SIZE = "has a width or height of 0; taken as written"
_FARTHEST = sys.float_info.max


def inspect(shape: Shape, image: Image, problems: Problems, file: str, place: str) -> None:
    """Look at the shape of an object before it is taken.

    Args:
        file, place: of the object, for notes.

    Raises:
        Malformed: it makes no sense on this image.
    """
    width, height = image.width, image.height
    if type(shape) is Box:
        # what most files hold most of
        x, y, across, down = shape.x, shape.y, shape.width, shape.height
        is_inside = x + across <= (width or _FARTHEST) and y + down <= (height or _FARTHEST)
        if is_inside and x >= 0 <= y and across > 0 < down:
            return
    if wrong := geometry.problem(shape, width, height):
        raise Malformed(wrong)
    if geometry.outside(shape, width, height):
        problems.note(file, place, OUTSIDE)
    if _has_no_size(shape):
        problems.note(file, place, NO_SIZE)


def _has_no_size(shape: Shape) -> bool:
    if isinstance(shape, Ellipse):
        return not shape.rx or not shape.ry
    return isinstance(shape, Box | RotatedBox) and (not shape.width or not shape.height)
