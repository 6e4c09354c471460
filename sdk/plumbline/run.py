"""Owns one run that is being written: whatever it is told goes to its spool, and from there to the platform.

`Run.log` only appends to a list. A platform that is away never slows, stops or ends a training: what it did not take
stays on disk, and the run says so when it ends.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.capture import Capture, as_picture, figure_png
from plumbline.errors import PlumblineError, Unreachable
from plumbline.inputs import pairs
from plumbline.spool import Sender, Spool, Writer
from plumbline.spool.content import artifact_of
from plumbline.spool.delivery import Delivery, may_pass
from plumbline.spool.entries import Entry, change, end, post

if TYPE_CHECKING:
    from plumbline.client import Client

_SETTLE_S = 30.0
_log = logging.getLogger("plumbline")


class Run:
    """One run. Use it in a `with` block, which finishes it.

    `id` is empty while an offline run is not sent. What the platform refuses is raised where it is said, or, when it
    was sent later, by `flush` and `finish`.
    """

    def __init__(self, client: Client | None, spool: Spool, capture: Sequence[str] = ()) -> None:
        self._spool = spool
        self._sender: Sender | None = None
        self._delivery: Delivery | None = None
        if client is not None:
            self._delivery = Delivery(client, spool)
            self._sender = Sender(spool.journal, self._delivery)
        self._failure: PlumblineError | None = None
        self._writer = Writer(spool, self._wake, self._lose)
        self._append = self._writer.append
        self._is_over = False
        self._process = os.getpid()
        self._capture = Capture(self._writer, spool, capture)
        if spool.header.get("owns"):
            atexit.register(self._at_exit)

    def begin(self, params: dict[str, Any], inputs: dict[str, str]) -> Run:
        """Begin to record what is captured automatically; `inputs` are digests by name."""
        self._capture.start(params, inputs)
        return self

    @property
    def id(self) -> str:
        return str(self._spool.header["run_id"])

    @property
    def writer(self) -> str:
        """The name of this process among those that write to the run."""
        return str(self._spool.header["writer"])

    @property
    def folder(self) -> Path | None:
        """Where this run is kept until the platform has it; None when it is only in memory."""
        return self._spool.folder

    def log(self, metrics: dict[str, float], step: float) -> None:
        """Log values at a step; returns at once, never raises because of the platform.

        Raises:
            TypeError, ValueError: a value is not a number.
        """
        # converted now: a tensor or array may be another value when the thread looks at it
        self._append({key: float(value) for key, value in metrics.items()}, float(step), int(time.time() * 1000))

    def log_params(self, params: dict[str, Any]) -> None:
        """Params are written once; the same value again is no change."""
        self._capture.note_params(params)
        self._say("log", {"params": pairs(params)})

    def set_tags(self, tags: dict[str, Any]) -> None:
        self._say("log", {"tags": pairs(tags)})

    def set_note(self, note: str) -> None:
        """What people should know about this run, as Markdown; replaces the note before."""
        self._now_or_later(change(self._fenced({"note": note})))

    def set_record(self, record: dict[str, Any]) -> None:
        """Write the reproducibility record yourself, instead of the one that is made automatically."""
        self._capture.skip_record()
        self._say("setRecord", {"record": record})

    def add_inputs(self, inputs: Sequence[dict[str, Any]]) -> None:
        self._say("addInputs", {"inputs": list(inputs)})

    def log_evaluation(self, slices: Sequence[dict[str, Any]], failures: Sequence[dict[str, Any]]) -> None:
        self._say("logEvaluation", {"slices": list(slices), "failures": list(failures)})

    def log_artifact(self, file: Path | bytes, path: str) -> dict[str, Any]:
        """Keep a file with the run under `path`; returns the artifact.

        It is stored when this returns, unless the platform is away or the run offline: then a copy waits on disk.
        """
        entry = artifact_of(self._spool, file, path)
        return self._now_or_later(entry) or {"run_id": self.id, **entry.header}

    def log_image(self, key: str, image: Any, step: float) -> None:
        """Keep a picture of a step as artifact `images/<key>/<step>.png`; it is encoded and sent in the background.

        `image` is a PIL image, an array or tensor of shape (H, W), (H, W, C) or (C, H, W), uint8 or floats in 0..1, or
        the path of a file.

        Raises:
            TypeError, ValueError: it is none of these.
        """
        picture = as_picture(image)
        self._writer.do(lambda: self._keep_picture(key, step, *picture()))

    def log_figure(self, figure: Any, key: str, step: float) -> None:
        """Keep a matplotlib figure of a step as artifact `images/<key>/<step>.png`; it may be closed afterwards."""
        content = figure_png(figure)
        self._writer.do(lambda: self._keep_picture(key, step, content, ".png"))

    def flush(self, timeout_s: float = _SETTLE_S) -> None:
        """Wait until everything logged so far is stored; of an offline run, until it is on disk.

        Raises:
            PlumblineError: it is not, and why.
        """
        self._writer.flush(timeout_s)
        if self._sender is None:
            self._spool.journal.settle()
        elif self._spool.journal.count > self._spool.journal.acknowledged:
            self._sender.wake()
            self._sender.wait(timeout_s)
        failure = self._failed()
        if failure is not None:
            raise failure

    def finish(self, status: str = "FINISHED", error: str = "") -> dict[str, Any]:
        """End the run, after everything is stored; returns it, or nothing when the platform does not have it yet.

        What the platform did not take because it is away stays on disk, for `plumb sync`.

        Raises:
            PlumblineError: something was refused or lost; the run is ended nevertheless.
        """
        if self._is_over:
            return {}
        self._is_over = True
        atexit.unregister(self._at_exit)
        self._capture.stop()
        self._writer.flush()
        self._writer.close()
        ended: dict[str, Any] = {}
        try:
            ended = self._end(status, error)
        finally:
            self._leave()
        failure = self._failed()
        if failure is not None:
            raise failure
        return ended

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if kind is None:
            self.finish()
            return
        try:
            self.finish("CANCELLED" if issubclass(kind, KeyboardInterrupt) else "FAILED", f"{kind.__name__}: {error}")
        except PlumblineError as failure:
            # the caller's own error matters more than that we could not report it
            if error is not None:
                error.add_note(f"Plumbline: {failure}")

    def _say(self, action: str, body: dict[str, Any]) -> None:
        self._now_or_later(post(action, self._fenced(body)))

    def _now_or_later(self, entry: Entry) -> dict[str, Any]:
        """Send an entry now; when something waits already, or the platform is away, it goes by the journal."""
        is_waiting = self._spool.journal.has_open_posts or (self._sender is not None and self._sender.away is not None)
        if self._delivery is not None and not is_waiting:
            try:
                return self._delivery.deliver([entry])
            except PlumblineError as error:
                if not may_pass(error):
                    raise
        self._writer.put(entry)
        return {}

    def _end(self, status: str, error: str) -> dict[str, Any]:
        """Send what is left and the end itself; both stay in the journal when the platform is away."""
        entry = post("finish", self._fenced({"status": status, "error": error}))
        if self._sender is not None and self._delivery is not None:
            try:
                if self._spool.journal.count > self._spool.journal.acknowledged:
                    self._sender.wake()
                    self._sender.wait(_SETTLE_S)
                return self._delivery.deliver([entry])
            except PlumblineError as failure:
                if not may_pass(failure):
                    raise
                self._sender.away = failure
        self._writer.put(end(status, error, time.time()))
        return {}

    def _leave(self) -> None:
        """Close everything; the folder goes when nothing is left in it."""
        journal = self._spool.journal
        if self._sender is not None:
            self._sender.close()
        if journal.acknowledged >= journal.count and self._sender is not None:
            self._spool.remove()
            return
        if self._spool.is_on_disk and self._spool.folder is not None:
            waiting = journal.count - journal.acknowledged
            reason = f" ({self._sender.away})" if self._sender is not None and self._sender.away else ""
            _log.warning(
                "%d parts of run %s are not stored yet%s. They are kept in %s: run `plumb sync %s` to send them.",
                waiting,
                self.id or self._spool.header.get("name") or "without a name",
                reason,
                self._spool.folder,
                self._spool.folder.parent,
            )
        else:
            lost = journal.waiting_points()
            why = self._sender.away if self._sender is not None else None
            self._lose(lost, why or Unreachable("The disk did not take what the platform does not have."))
        self._spool.close()

    def _fenced(self, body: dict[str, Any]) -> dict[str, Any]:
        epoch = self._spool.header["epoch"]
        return {**body, **({"epoch": epoch} if epoch else {})}

    def _keep_picture(self, key: str, step: float, content: bytes, ending: str) -> None:
        at = str(int(step)) if float(step).is_integer() else repr(float(step))
        self._writer.put(artifact_of(self._spool, content, f"images/{key}/{at}{ending}"))

    def _wake(self) -> None:
        if self._sender is not None:
            self._sender.wake()

    def _lose(self, points: int, why: PlumblineError) -> None:
        if self._sender is not None:
            self._sender.lose(points, why)
            return
        if self._failure is None:
            self._failure = why
            _log.warning("Part of this run is lost: %s", why)

    def _failed(self) -> PlumblineError | None:
        return self._sender.failure if self._sender is not None else self._failure

    def _at_exit(self) -> None:
        """The program ends without `finish`: the run ends with it."""
        if os.getpid() != self._process:
            return  # a forked process ends, the run does not
        # what the interpreter printed as an unhandled error
        error = getattr(sys, "last_value", None)
        try:
            if error is None:
                self.finish()
            else:
                self.finish("FAILED", f"{type(error).__name__}: {error}")
        except PlumblineError as failure:
            _log.warning("Run %s: %s", self.id, failure)
