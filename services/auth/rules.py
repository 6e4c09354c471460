"""Owns the decisions of identity: who may grant a role, what secrets and passwords look like, when a refresh is theft.

Pure: time and randomness are arguments. Does not hash, store or read anything.
"""

from __future__ import annotations

import re
import string
import zlib
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Literal

ROLES = ("OWNER", "MANAGER", "DEVELOPER", "ANNOTATOR", "REVIEWER", "CUSTOMER", "VIEWER")
_MANAGED = frozenset(ROLES) - {"OWNER"}
_GRANTS: dict[str, frozenset[str]] = {"OWNER": frozenset(ROLES), "MANAGER": _MANAGED}

PERSONAL_PREFIX = "plumb_pat_"
MACHINE_PREFIX = "plumb_svc_"
JOB_PREFIX = "plumb_job_"
INVITATION_PREFIX = "plumb_inv_"
REFRESH_PREFIX = "plumb_ref_"
TOKEN_PREFIXES = {"PERSONAL": PERSONAL_PREFIX, "MACHINE": MACHINE_PREFIX, "JOB": JOB_PREFIX}

BODY_LENGTH = 30
CHECKSUM_LENGTH = 6
SHOWN_LENGTH = 14
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SECRET = re.compile(
    rf"(plumb_(?:pat|svc|job|inv|ref)_)([0-9A-Za-z]{{{BODY_LENGTH}}})([0-9A-Za-z]{{{CHECKSUM_LENGTH}}})"
)

MIN_PASSWORD = 10
# argon2 reads every byte it is given: without a limit a long password is a way to keep the service busy
MAX_PASSWORD = 256
_EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\]{1,190}")

MAX_NAME = 120
DEFAULT_DAYS = 90
MAX_DAYS = 365

Refresh = Literal["ROTATE", "GRACE", "REUSE"]


def grantable(actor_role: str) -> frozenset[str]:
    """The roles this role may give, take away or remove; empty for all but owners and managers."""
    return _GRANTS.get(actor_role, frozenset())


def compose_secret(prefix: str, choose: Callable[[str], str]) -> str:
    """A secret: prefix, 30 base62 characters (178 bits), 6 base62 characters of checksum.

    Args:
        choose: picks one character of an alphabet; cryptographically random outside tests.
    """
    body = "".join(choose(BASE62) for _ in range(BODY_LENGTH))
    return prefix + body + checksum(prefix + body)


def checksum(text: str) -> str:
    """CRC32 of the text as 6 base62 digits, most significant first."""
    value = zlib.crc32(text.encode())
    digits = []
    for _ in range(CHECKSUM_LENGTH):
        value, digit = divmod(value, 62)
        digits.append(BASE62[digit])
    return "".join(reversed(digits))


def is_secret(text: str, *prefixes: str) -> bool:
    """Whether the text is a well-formed secret with one of the prefixes: a typing error costs no look-up."""
    match = _SECRET.fullmatch(text)
    if match is None or match[1] not in prefixes:
        return False
    return checksum(match[1] + match[2]) == match[3]


def plain_name(name: str) -> str | None:
    """A name as it is stored, or None when it is empty, longer than 120 characters or not printable."""
    plain = name.strip()
    return plain if 1 <= len(plain) <= MAX_NAME and plain.isprintable() else None


def plain_email(email: str) -> str:
    """The form in which addresses are stored and compared."""
    return email.strip().lower()


def is_email(email: str) -> bool:
    """Whether the text has the shape of one address; only a delivered message can prove more."""
    return _EMAIL.fullmatch(email) is not None


def password_problem(password: str, *, common: Collection[str], email: str, name: str) -> str | None:
    """What is wrong with a new password, in words that say what to do, or None.

    Args:
        common: lower-case passwords that everybody tries first.
    """
    if len(password) < MIN_PASSWORD:
        return f"The password is too short: use at least {MIN_PASSWORD} characters."
    if len(password) > MAX_PASSWORD:
        return f"The password is too long: use at most {MAX_PASSWORD} characters."
    plain = password.lower()
    if plain in common or len(set(plain)) < 4:
        return "This password is one of the first that anybody tries: choose another, such as four random words."
    if plain in {email.lower(), email.lower().partition("@")[0], name.lower()}:
        return "The password is your name or address: choose another, such as four random words."
    return None


def token_days(days: int) -> int | None:
    """The life of a token in days, the default for 0, or None when it is out of bounds."""
    if days == 0:
        return DEFAULT_DAYS
    return days if 1 <= days <= MAX_DAYS else None


def judge_refresh(replaced: datetime | None, now: datetime, grace: timedelta) -> Refresh:
    """What the use of a refresh secret means.

    A secret that was replaced long ago is in two hands. Within the grace it is one browser whose tabs refreshed at
    once, or whose answer was lost on the way.
    """
    if replaced is None:
        return "ROTATE"
    return "GRACE" if now - replaced <= grace else "REUSE"


def is_due(stamp: datetime | None, now: datetime, interval: timedelta) -> bool:
    """Whether a stamp that is written at most once per interval has to be written now."""
    return stamp is None or now - stamp >= interval
