"""The images run as the user and with the command that the chart expects, and hold what the services import."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.chart.release import ROOT, Release

IMAGES = ROOT / "deploy" / "images"
OWN = {"kit", "services", "plumbapi", "plumbline", "plumbline_formats", "embedded"}
# Code that only a worker runs.
WORKER_ONLY = ROOT / "services" / "trainer"


def instructions(name: str) -> list[tuple[str, str]]:
    """(instruction, arguments) of a Dockerfile, with continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (IMAGES / f"{name}.Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


def locked(name: str) -> set[str]:
    lines = (IMAGES / f"{name}.lock").read_text().splitlines()
    assert all(re.fullmatch(r"[a-z0-9-]+==\S+", line) for line in lines)
    return {line.split("==")[0] for line in lines}


def imported(files: list[Path]) -> set[str]:
    """Top-level modules that files import, without the standard library and the platform's own."""
    found: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                found.add(node.module.split(".")[0])
    return found - OWN - set(sys.stdlib_module_names)


@pytest.mark.parametrize("name", ["services", "worker"])
def test_dockerfiles_pass_the_linter(name: str) -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, IMAGES / f"{name}.Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["services", "worker"])
def test_images_run_as_the_user_of_the_chart(name: str, minimal: Release) -> None:
    users = [argument for instruction, argument in instructions(name) if instruction == "USER"]
    security = minimal.deployment("auth")["spec"]["template"]["spec"]["securityContext"]
    assert users[-1] == f"{security['runAsUser']}:{security['runAsGroup']}"


@pytest.mark.parametrize("name", ["services", "worker"])
def test_first_images_are_arguments(name: str) -> None:
    stages = [argument.split()[0] for instruction, argument in instructions(name) if instruction == "FROM"]
    assert all(re.fullmatch(r"\$\{[A-Z_]+\}", stage) for stage in stages)


def test_commands_of_the_chart_exist(minimal: Release) -> None:
    assert minimal.container("auth")["command"] == ["python", "-m", "services"]
    job = minimal.jobs()["cpu"]["spec"]["template"]["spec"]["containers"][0]
    assert job["command"] == ["python", "-m", "services.trainer.worker"]
    for command in (minimal.container("auth")["command"], job["command"]):
        place = ROOT / Path(*command[-1].split("."))
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), command


def test_services_hold_no_training_framework() -> None:
    assert not {"torch", "transformers", "onnxruntime", "onnx"} & locked("services")


def test_locks_are_disjoint() -> None:
    assert not locked("services") & locked("worker")


def test_services_hold_what_they_import() -> None:
    own = [path for folder in ("formats", "kit", "services") for path in (ROOT / folder).glob("**/*.py")]
    files = [file for file in own if not is_worker_code(file)]
    missing = missing_from(imported(files), locked("services"))
    assert missing == set(), "add them to deploy/images/services.in and run deploy/images/lock.py"


def test_workers_hold_what_they_import() -> None:
    files = [*WORKER_ONLY.glob("**/*.py"), *(ROOT / "sdk").glob("**/*.py")]
    held = locked("services") | locked("worker") | {"torch", "onnxruntime"}
    assert missing_from(imported(files), held) == set(), "add them to deploy/images/worker.in and run lock.py"


def missing_from(modules: set[str], held: set[str]) -> set[str]:
    """Modules that no package of the image provides."""
    providers = packages_distributions()
    return {m for m in modules if not {canonicalize_name(p) for p in providers.get(m, [])} & held}


def is_worker_code(file: Path) -> bool:
    return (WORKER_ONLY / "engine") in file.parents or file.is_relative_to(WORKER_ONLY / "worker")
