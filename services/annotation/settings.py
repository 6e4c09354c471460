"""Owns the annotation service's own settings. Does not read the environment itself: `kit.settings` does."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from kit.settings import Settings
from services.annotation.reading.sources import Caps


class AnnotationSettings(Settings):
    """Limits and lifetimes; each may be set as PLUMB_ANNOTATION_..."""

    annotation_transfers: int = Field(2, ge=1, description="Exports and imports that a process works on at once.")
    annotation_export_url_s: int = Field(900, description="Seconds that the link of an export is valid.")
    annotation_upload_hours: int = Field(24, ge=1, le=168, description="Life of a file that is to be imported.")
    annotation_import_bytes: int = Field(16 * 2**30, description="Most bytes of a file that is to be imported.")
    annotation_import_memory_mb: int = Field(1024, description="Memory that the reading of one file may take.")
    annotation_import_cpu_s: int = Field(3600, description="Processor time that the reading of one file may take.")
    annotation_sweep_minutes: int = Field(10, ge=1, description="How often files that expired are removed.")

    @property
    def export_url_life(self) -> timedelta:
        return timedelta(seconds=self.annotation_export_url_s)

    @property
    def upload_life(self) -> timedelta:
        return timedelta(hours=self.annotation_upload_hours)

    @property
    def import_caps(self) -> Caps:
        return Caps(self.annotation_import_memory_mb, self.annotation_import_cpu_s, self.annotation_import_bytes >> 20)
