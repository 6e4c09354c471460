"""Owns how long the platform is given when it does not take something: growing pauses, or those it asks for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_exception, wait_exponential, wait_random
from tenacity.stop import stop_base

from plumbline.errors import PlumblineError
from plumbline.spool.delivery import may_pass

_FIRST_S, _LONGEST_S, _LONGEST_ASKED_S = 0.25, 15.0, 60.0
# a fault of the platform itself that stays is no reason to hold up everything that follows
_MOST_FAULTS = 12


def patiently(stop: stop_base, hurry: threading.Event, helps: Callable[[BaseException], bool] = may_pass) -> Retrying:
    """Repeat while it `helps`, until `stop`; setting `hurry` ends one pause at once. The last error is raised."""
    pauses = Pauses(hurry)
    return Retrying(
        retry=retry_if_exception(helps),
        wait=pauses.length,
        stop=stop | _Faults(),
        sleep=pauses.pass_,
        reraise=True,
    )


class Pauses:
    """The pauses of one thing that is repeated."""

    growing = wait_exponential(multiplier=_FIRST_S, max=_LONGEST_S) + wait_random(0, _FIRST_S)

    def __init__(self, hurry: threading.Event) -> None:
        self._hurry = hurry
        self._is_asked = False

    def length(self, retry_state: RetryCallState) -> float:
        """Seconds to wait: those of a Retry-After, else more each time."""
        error = retry_state.outcome.exception() if retry_state.outcome else None
        asked = min(getattr(error, "retry_after_s", 0.0), _LONGEST_ASKED_S)
        own = self.growing(retry_state)
        self._is_asked = asked >= own
        return max(asked, own)

    def pass_(self, seconds: float) -> None:
        """Wait; a pause that the platform asked for is not cut short."""
        if self._is_asked:
            time.sleep(seconds)
        elif self._hurry.wait(seconds):
            # of this pause only: without any the platform would be asked as fast as it refuses
            self._hurry.clear()


class _Faults(stop_base):
    """Stops after many answers in a row that say the platform failed, as opposed to being away."""

    def __call__(self, retry_state: RetryCallState) -> bool:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        is_fault = type(error) is PlumblineError and error.status >= 500
        return is_fault and retry_state.attempt_number >= _MOST_FAULTS
