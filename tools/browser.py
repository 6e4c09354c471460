"""Owns the browser of the web tests: `python -m tools.browser` finds Chromium, or installs Debian's when it may.

Says clearly when there is none; the tests that need it are then left out with the same sentence.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "browser tests are left out: there is no Chromium on this machine (as root: apt-get install chromium)"


def find() -> str | None:
    """The path of a Chromium on this machine, None when there is none. `PLUMB_BROWSER` names another one."""
    for name in (os.environ.get("PLUMB_BROWSER", ""), *_NAMES):
        path = shutil.which(name) if name else None
        if path:
            return path
    return None


def install() -> str | None:
    """Install Debian's Chromium where this process may do so; returns its path, None when it could not."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]):
        done = subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, capture_output=True)
        if done.returncode != 0:
            print(done.stderr.decode(errors="replace").strip(), file=sys.stderr)
            return None
    return find()


def main() -> int:
    """Never fails a build: whoever has no browser still runs all other tests."""
    path = find() or install()
    print(f"browser: {path}" if path else f"Attention: {MISSING}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
