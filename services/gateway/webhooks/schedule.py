"""Owns what an answer means and when to try again. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_FIRST = timedelta(seconds=5)
_FACTOR = 3
_LONGEST = timedelta(hours=4)
# with the delays below the last attempt is about a day after the first
MOST_ATTEMPTS = 14
_TOO_MANY_REQUESTS = 429
GONE = 410


def is_success(status: int) -> bool:
    return 200 <= status < 300


def may_pass(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status == _TOO_MANY_REQUESTS or status >= 500


def delay(attempt: int, chance: float) -> timedelta:
    """How long to wait after the `attempt`-th failure (1 = the first); `chance` in [0, 1) spreads it by a fifth.

    5 s, 15 s, 45 s ... up to 4 hours: the fourteenth attempt is 24 to 25 hours after the first, plus or minus a fifth.
    """
    plain = min(_FIRST * _FACTOR ** min(attempt - 1, 20), _LONGEST)
    return plain * (0.8 + 0.4 * chance)


def wish(retry_after: str, now: datetime) -> timedelta:
    """How long a receiver asks to be left alone by `Retry-After` (seconds or a date); at most 4 hours."""
    text = retry_after.strip()
    if text.isdecimal():
        return min(timedelta(seconds=min(int(text), 10**6)), _LONGEST)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), _LONGEST)
