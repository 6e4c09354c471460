"""Owns where the platform is and who calls: environment first, then the file that `plumb login` writes."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from plumbline.errors import PlumblineError, SignedOut

_NEAR = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Config:
    """Address of the gateway and a token."""

    url: str
    token: str


def config_file() -> Path:
    """The file of `plumb login`, readable by its owner only."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "plumbline" / "config.json"


def cache_folder() -> Path:
    """Where image bytes are kept by their sha256 (PLUMB_CACHE)."""
    return Path(os.environ.get("PLUMB_CACHE") or Path.home() / ".cache" / "plumbline")


def spool_folder() -> Path:
    """Where runs keep what the platform does not have yet (PLUMB_SPOOL)."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(os.environ.get("PLUMB_SPOOL") or Path(state) / "plumbline" / "spool")


def is_offline(mode: str = "") -> bool:
    """Whether runs are kept on this machine until `plumb sync`: the given mode, else PLUMB_MODE.

    Raises:
        PlumblineError: the mode is neither `online` nor `offline`.
    """
    wanted = mode or os.environ.get("PLUMB_MODE", "") or "online"
    if wanted not in ("online", "offline"):
        raise PlumblineError(f"There is no mode {wanted!r}: choose online or offline.")
    return wanted == "offline"


def web_address(url: str) -> str:
    """An address as it is kept: without a slash at its end, with a scheme (https unless it is this machine).

    Raises:
        PlumblineError: this is no web address.
    """
    text = url.strip()
    if "://" not in text:
        near = (urlsplit(f"//{text}").hostname or "") in _NEAR
        text = f"{'http' if near else 'https'}://{text}"
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise PlumblineError(f"{url!r} is no web address: give one such as https://plumbline.example.")
    return text.rstrip("/")


def load(url: str = "", token: str = "") -> Config:
    """The given values, else PLUMB_URL and PLUMB_TOKEN, else what `plumb login` stored.

    A stored token is only ever used for the address it was stored with.

    Raises:
        SignedOut: nothing names a platform and a token.
    """
    stored = _stored()
    wanted = url or os.environ.get("PLUMB_URL", "") or (stored.url if stored else "")
    if not wanted:
        raise SignedOut("Nobody is signed in here.")
    wanted = web_address(wanted)
    secret = token or os.environ.get("PLUMB_TOKEN", "")
    if not secret and stored and stored.url == wanted:
        secret = stored.token
    if not secret:
        raise SignedOut(f"There is no token for {wanted}.")
    return Config(wanted, secret)


def save(config: Config) -> Path:
    """Store a config for later commands of this user."""
    target = config_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    # made private from the first byte on, and never half written
    handle, scratch = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(asdict(config), stream)
    os.replace(scratch, target)
    return target


def _stored() -> Config | None:
    file = config_file()
    if not file.is_file():
        return None
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        return Config(str(document["url"]), str(document["token"]))
    except (ValueError, KeyError, TypeError) as error:
        raise SignedOut(f"{file} is damaged.") from error
