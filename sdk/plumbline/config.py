"""Owns where the platform is and who calls: environment first, then the file that `plumb login` writes."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from plumbline.errors import SignedOut


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


def load() -> Config:
    """PLUMB_URL and PLUMB_TOKEN, each falling back to the stored file.

    Raises:
        SignedOut: neither names a platform and a token.
    """
    stored = json.loads(config_file().read_text()) if config_file().is_file() else {}
    url = os.environ.get("PLUMB_URL") or stored.get("url", "")
    token = os.environ.get("PLUMB_TOKEN") or stored.get("token", "")
    if not url or not token:
        raise SignedOut("Not signed in: run `plumb login URL`, or set PLUMB_URL and PLUMB_TOKEN.")
    return Config(url.rstrip("/"), token)


def save(config: Config) -> Path:
    """Store a config for later commands of this user."""
    target = config_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    target.chmod(0o600)
    target.write_text(json.dumps(asdict(config)))
    return target
