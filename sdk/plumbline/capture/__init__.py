"""What a run records by itself: how busy the machine is, what is printed, and the reproducibility record."""

from __future__ import annotations

from plumbline.capture.pictures import as_picture, figure_png
from plumbline.capture.watch import ALL, Capture, chosen

__all__ = ["ALL", "Capture", "as_picture", "chosen", "figure_png"]
