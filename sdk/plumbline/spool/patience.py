"""Owns how long the platform is given when it does not take something: growing pauses, or those it asks for."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_exponential, wait_random
from tenacity.nap import sleep_using_event
from tenacity.stop import stop_base

from plumbline.errors import PlumblineError
from plumbline.spool.delivery import may_pass

_FIRST_S, _LONGEST_S = 0.25, 15.0
# a fault of the platform itself that stays is no reason to hold up everything that follows
_MOST_FAULTS = 12
_growing = wait_exponential(multiplier=_FIRST_S, max=_LONGEST_S) + wait_random(0, _FIRST_S)


def patiently(stop: stop_base, hurry: threading.Event, helps: Callable[[BaseException], bool] = may_pass) -> Retrying:
    """Repeat while it `helps`, until `stop`; setting `hurry` ends a pause at once. The last error is raised."""
    return Retrying(
        retry=retry_if_exception(helps),
        wait=_pause,
        stop=stop | _Faults(),
        sleep=sleep_using_event(hurry),
        reraise=True,
    )


class _Faults(stop_base):
    """Stops after many answers in a row that say the platform failed, as opposed to being away."""

    def __call__(self, retry_state: RetryCallState) -> bool:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        is_fault = type(error) is PlumblineError and error.status >= 500
        return is_fault and retry_state.attempt_number >= _MOST_FAULTS


def _pause(retry_state: RetryCallState) -> float:
    error = retry_state.outcome.exception() if retry_state.outcome else None
    return max(_growing(retry_state), getattr(error, "retry_after_s", 0.0))
