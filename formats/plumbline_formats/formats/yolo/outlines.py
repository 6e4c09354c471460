"""Owns the outlines of masks: along the edges of their pixels, so that the same pixels are inside. Knows no lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plumbline_formats import masks
from plumbline_formats.shapes import Mask

_Vertex = tuple[int, int]
# From a corner, by direction along x and y, to the next corner.
_Edges = dict[tuple[_Vertex, _Vertex], _Vertex]


@dataclass(frozen=True, slots=True)
class Outlines:
    """Rings around each part of a mask, clockwise on screen; pixels that only touch at a corner are parts apart."""

    rings: list[list[float]]
    has_holes: bool


def of_mask(mask: Mask) -> Outlines:
    """Raises Malformed: the mask is none, or too large."""
    tight = masks.tight(mask)
    if not tight.counts:
        return Outlines([], False)
    edges = _edges(np.pad(masks.to_array(tight), 1))
    rings: list[list[float]] = []
    has_holes = False
    for corners in _walks(edges):
        if _is_clockwise(corners):
            rings.append([float(at) for x, y in corners for at in (x + tight.left, y + tight.top)])
        else:
            has_holes = True
    return Outlines(rings, has_holes)


def _edges(inside: NDArray[np.bool_]) -> _Edges:
    """Straight edges from corner to corner, with what is inside to the right."""
    above_left, above, left, here = inside[:-1, :-1], inside[:-1, 1:], inside[1:, :-1], inside[1:, 1:]
    is_corner = above_left ^ above ^ left ^ here
    # two pixels that touch there: one edge ends and another begins, along both axes
    is_touch = (above_left == here) & (above == left) & (above != here)
    times = is_corner.astype(np.int8) + 2 * is_touch.astype(np.int8)
    edges: _Edges = {}
    rows, columns = (np.repeat(at, times[times > 0]) for at in np.nonzero(times))
    for y, start, end in zip(rows[::2].tolist(), columns[::2].tolist(), columns[1::2].tolist(), strict=True):
        one, other, step = (start, y), (end, y), 1
        if not here[y, start]:
            one, other, step = other, one, -1
        edges[one, (step, 0)] = other
    turned = times.T
    columns, rows = (np.repeat(at, turned[turned > 0]) for at in np.nonzero(turned))
    for x, start, end in zip(columns[::2].tolist(), rows[::2].tolist(), rows[1::2].tolist(), strict=True):
        one, other, step = (x, start), (x, end), 1
        if here[start, x]:
            one, other, step = other, one, -1
        edges[one, (0, step)] = other
    return edges


def _walks(edges: _Edges) -> Iterator[list[_Vertex]]:
    """The corners of each ring, in the order of their first edges."""
    while edges:
        (start, direction) = next(iter(edges))
        corners: list[_Vertex] = []
        vertex = start
        while (vertex, direction) in edges:
            corners.append(vertex)
            vertex = edges.pop((vertex, direction))
            right, left = (-direction[1], direction[0]), (direction[1], -direction[0])
            # to the right first: that stays with the same pixel where two touch
            direction = right if (vertex, right) in edges else left
        yield corners


def _is_clockwise(corners: list[_Vertex]) -> bool:
    before = [corners[-1], *corners[:-1]]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(before, corners, strict=True)) > 0
