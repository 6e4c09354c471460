"""Owns the generated code: Python stubs and the descriptor set with comments.

`python -m tools.gen` rewrites `gen/`; `python -m tools.gen --check` fails when the committed code is not current.
Does not generate OpenAPI or TypeScript: those need the gateway's routes and live in `tools/openapi.py` and `web/`.
"""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
GEN = ROOT / "gen"


def proto_files() -> list[Path]:
    return sorted((PROTO / "plumbapi").rglob("*.proto"))


def generate(out: Path) -> None:
    """Write stubs, typing stubs, package exports and the descriptor set below `out`."""
    subprocess.run(
        [
            *(sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO}"),
            *(f"--python_out={out}", f"--pyi_out={out}", f"--grpc_python_out={out}"),
            # protoc keeps the comments, from which OpenAPI takes its descriptions
            *("--include_source_info", "--include_imports", f"--descriptor_set_out={out / 'plumbapi.binpb'}"),
            *(str(path.relative_to(PROTO)) for path in proto_files()),
        ],
        cwd=PROTO,
        check=True,
    )
    for stub in out.rglob("*_pb2_grpc.py"):
        if "class " not in stub.read_text():  # a file of messages only
            stub.unlink()
    _export_packages(out)


def _export_packages(out: Path) -> None:
    """Make every package export its messages: `from plumbapi.storage import v1 as pb`."""
    (out / "plumbapi/__init__.py").touch()
    for package in sorted({path.parent for path in proto_files()}):
        target = out / package.relative_to(PROTO)
        (target.parent / "__init__.py").touch()
        modules = sorted(path.stem for path in package.glob("*.proto") if not path.stem.endswith("_service"))
        lines = [f"from .{module}_pb2 import *  # noqa: F403" for module in modules]
        (target / "__init__.py").write_text("\n".join(lines) + "\n")


def check() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        generate(Path(scratch))
        expected = {p.relative_to(scratch) for p in Path(scratch).rglob("*") if p.is_file()}
        present = {
            p.relative_to(GEN)
            for p in (*(GEN / "plumbapi").rglob("*"), GEN / "plumbapi.binpb")
            if p.is_file() and "__pycache__" not in p.parts
        }
        stale = (expected ^ present) | {
            p for p in expected & present if not filecmp.cmp(Path(scratch) / p, GEN / p, shallow=False)
        }
    for path in sorted(stale):
        print(f"gen/{path} is not current", file=sys.stderr)
    if stale:
        print("Run `make gen` and commit the result.", file=sys.stderr)
    return 1 if stale else 0


def main() -> int:
    if "--check" in sys.argv:
        return check()
    shutil.rmtree(GEN / "plumbapi", ignore_errors=True)
    GEN.mkdir(exist_ok=True)
    generate(GEN)
    return 0


if __name__ == "__main__":
    sys.exit(main())
