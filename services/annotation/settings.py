"""Owns the annotation service's own settings. Does not read the environment itself: `kit.settings` does."""

from __future__ import annotations

from pydantic import Field

from kit.settings import Settings


class AnnotationSettings(Settings):
    """Limits and lifetimes; each may be set as PLUMB_ANNOTATION_..."""

    annotation_mask_pixel_cap: int = Field(100_000_000, description="Most pixels of a mask that an import decodes.")
    annotation_export_url_s: int = Field(900, description="Seconds that the link of an export is valid.")
    annotation_import_files: int = Field(100, description="Most files in one import request.")
    annotation_import_bytes: int = Field(8 * 2**20, description="Most bytes of all files in one import request.")
