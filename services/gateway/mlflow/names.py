"""Owns names for runs that were given none: easy to tell apart when people talk about them."""

from __future__ import annotations

import random

_LOOKS = (
    *("amber", "bold", "brisk", "calm", "clear", "crisp", "deft", "eager", "even", "fair", "fine", "fleet"),
    *("fresh", "glad", "grand", "keen", "lucid", "mellow", "neat", "noble", "plain", "quick", "quiet", "sharp"),
    *("sleek", "smooth", "steady", "still", "swift", "tidy", "vivid", "warm"),
)
_THINGS = (
    *("anchor", "aperture", "beacon", "blade", "bridge", "camera", "canvas", "comet", "corner", "edge", "falcon"),
    *("filter", "gauge", "harbor", "kernel", "lantern", "lens", "level", "mirror", "mosaic", "needle", "pixel"),
    *("plane", "prism", "river", "shutter", "spark", "stencil", "tile", "tripod", "vector", "willow"),
)


def random_name() -> str:
    """Such as `steady-lens-417`."""
    return f"{random.choice(_LOOKS)}-{random.choice(_THINGS)}-{random.randrange(1000)}"
