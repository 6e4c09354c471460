"""What a run logs, on its way to the platform: a journal on this machine's disk, sent in order, deleted when stored."""

from __future__ import annotations

from plumbline.spool.folder import Spool, spools_in
from plumbline.spool.sender import Sender
from plumbline.spool.sync import Synced, synchronise
from plumbline.spool.writer import Writer

__all__ = ["Sender", "Spool", "Synced", "Writer", "spools_in", "synchronise"]
