"""Owns when the reproducibility record of a run is made: begun at the start, completed when the training computes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import Any

from plumbline import record
from plumbline.record.seeds import generator_states
from plumbline.spool import Spool, Writer
from plumbline.spool.content import artifact_of
from plumbline.spool.entries import post

_PATIENCE_S = 60.0
_log = logging.getLogger("plumbline")


class RecordKeeper:
    """Collects in a thread, so that neither the start nor the loop waits.

    Seeds, switches and threads are read when the first point is logged, or at the end: programs set them after the
    run was started. The generators are looked at right at the start.
    """

    def __init__(self, writer: Writer, spool: Spool, params: Mapping[str, Any], inputs: Mapping[str, str]) -> None:
        self.params = dict(params)
        self._writer = writer
        self._spool = spool
        self._inputs = dict(inputs)
        self._states = generator_states()
        self._computes = threading.Event()
        self._skipped = False
        self._thread = threading.Thread(target=self._run, name="plumbline-record", daemon=True)

    def start(self) -> None:
        self._writer.on_first_points = self._computes.set
        self._thread.start()

    def skip(self) -> None:
        self._skipped = True
        self._computes.set()

    def stop(self) -> None:
        """Complete the record now, if that has not happened."""
        self._computes.set()
        self._thread.join(_PATIENCE_S)

    def _run(self) -> None:
        try:
            found = record.static(inputs=self._inputs)
            self._computes.wait()
            if self._skipped:
                return
            document = found.document | record.dynamic(self.params) | {"generator_states": self._states}
            for path, content in found.files.items():
                self._writer.put(artifact_of(self._spool, content, path))
            self._writer.put(post("setRecord", {"record": document}))
        except Exception as error:  # a record that cannot be made must not end a training
            _log.warning("This run has no reproducibility record: %r", error)
