"""Owns the worker process: one job from lease to report. Exit 42 says that trying again cannot help."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys

import structlog

import plumbline
from kit import telemetry
from services.trainer.worker import work
from services.trainer.worker.lease import Lease, LeaseLost
from services.trainer.worker.settings import WorkerSettings

_log = structlog.get_logger("worker")

_PR_SET_PDEATHSIG = 1
_USER_ERROR = 42


def main() -> int:
    settings = WorkerSettings()
    if settings.worker_tied:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    telemetry.setup("worker", otlp_endpoint="", metrics_port=0, log_level="INFO")
    client = plumbline.connect(settings.url, settings.token.get_secret_value())
    lease = Lease(client, settings.job, f"{socket.gethostname()}:{os.getpid()}")
    signal.signal(signal.SIGTERM, lambda *_: lease.stop())
    _log.info("leased", job=settings.job, epoch=lease.epoch)
    try:
        return _work(client, lease, settings)
    except LeaseLost as error:
        _log.warning("lease lost", error=str(error))
        return 1


def _work(client: plumbline.Client, lease: Lease, settings: WorkerSettings) -> int:
    try:
        artifact = work.run(client, lease, settings)
    except work.Stopped:
        lease.finish("CANCELLED" if lease.cancelled else "QUEUED")
        return 0
    except (ValueError, plumbline.Refused) as error:
        # data, configuration, or a request the platform refuses: another attempt would fail the same way
        _log.warning("job failed", error=str(error))
        lease.finish("FAILED", str(error))
        return _USER_ERROR
    lease.finish("FINISHED", model_artifact_path=artifact)
    _log.info("finished", job=settings.job)
    return 0


if __name__ == "__main__":
    sys.exit(main())
