"""Owns the recording of what other libraries read of ours and write themselves, for tests that need none of them.

python -m tests.formats.oracles.record PYTHON [--check]     PYTHON of an environment that holds the libraries
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.formats.oracles import cases

HERE = Path(__file__).parent
RECORDED = HERE / "recorded"
READ = RECORDED / "read.json"
# What each library writes by itself.
ANSWERS = [
    ("datumaro", "coco"),
    ("datumaro", "voc"),
    ("datumaro", "cvat"),
    ("datumaro", "datumaro"),
    ("supervision", "coco"),
    ("supervision", "voc"),
    ("supervision", "yolo"),
    ("label_studio", "label_studio"),
]
# Pictures are no annotations, and every library makes its own bytes of them.
_TEXT = (".json", ".xml", ".txt", ".yaml")
# one of them says when it wrote
_NOW = re.compile(r"\d\d/\d\d/\d{4},\d\d:\d\d:\d\d")


def _ask(python: str, action: str, library: str, name: str, folder: Path) -> str:
    command = [python, str(HERE / "peers.py"), action, library, name, str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read(python: str) -> dict[str, Any]:
    """What the libraries read of what we write, with a digest of what they were given."""
    found = {}
    for (library, name), (options, shapes) in cases.QUESTIONS.items():
        with tempfile.TemporaryDirectory() as folder:
            digest = cases.write(name, options, shapes, Path(folder))
            said = json.loads(_ask(python, "read", library, name, Path(folder)).splitlines()[-1])
        found[f"{library} {name}"] = {"given": digest, "found": said}
    return found


def write(python: str, into: Path) -> None:
    """What the libraries write themselves, their text files alone."""
    for library, name in ANSWERS:
        with tempfile.TemporaryDirectory() as folder:
            _ask(python, "write", library, name, Path(folder))
            for path in sorted(Path(folder).rglob("*")):
                if path.suffix in _TEXT:
                    kept = into / f"{library}-{name}" / path.relative_to(folder)
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    kept.write_text(_NOW.sub("then", path.read_text().replace(folder, "/data")))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("python", help="of an environment that holds the libraries")
    parser.add_argument("--check", action="store_true", help="only say whether the recording is what they say today")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "recorded"
        write(arguments.python, fresh)
        text = json.dumps(read(arguments.python), indent=1, sort_keys=True) + "\n"
        (fresh / READ.name).write_text(text)
        if arguments.check:
            return _compare(fresh)
        shutil.rmtree(RECORDED, ignore_errors=True)
        shutil.copytree(fresh, RECORDED)
    return 0


def _compare(fresh: Path) -> int:
    names = {path.relative_to(root) for root in (fresh, RECORDED) for path in root.rglob("*") if path.is_file()}
    changed = [name for name in sorted(names) if _content(fresh / name) != _content(RECORDED / name)]
    for name in changed:
        print(f"{name}: the libraries say otherwise today; record again", file=sys.stderr)
    print(f"{len(names)} recorded answers of other libraries, {len(changed)} differ today")
    return 1 if changed else 0


def _content(path: Path) -> str | None:
    return path.read_text() if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
