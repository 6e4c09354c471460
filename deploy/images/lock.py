"""Writes services.lock and worker.lock: the packages of the .in lists and all they need, at the installed versions.

Run it in the development environment after an upgrade; the images then hold what the tests ran with. Does not resolve
versions: the environment has already done that.
"""

from __future__ import annotations

from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).parent
BY_ACCELERATOR = {"torch", "onnxruntime"}


def wanted(name: str) -> list[Requirement]:
    """The requirements of a .in list."""
    lines = (FOLDER / f"{name}.in").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def closure(requirements: list[Requirement]) -> dict[str, str]:
    """Version of each package that the requirements lead to; those that differ by accelerator are left out."""
    versions: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    pending = [(requirement.name, extra) for requirement in requirements for extra in ("", *requirement.extras)]
    while pending:
        name, extra = pending.pop()
        key = canonicalize_name(name)
        if (key, extra) in seen or key in BY_ACCELERATOR:
            continue
        seen.add((key, extra))
        found = distribution(name)
        versions[key] = found.version
        pending += _needs(found, extra)
    return versions


def _needs(found: Distribution, extra: str) -> list[tuple[str, str]]:
    environment = {**{key: str(value) for key, value in default_environment().items()}, "extra": extra}
    needed = []
    for text in found.requires or []:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            needed += [(requirement.name, wanted_extra) for wanted_extra in ("", *requirement.extras)]
    return needed


def main() -> None:
    services = closure(wanted("services"))
    worker = closure(wanted("worker"))
    write("services", services)
    write("worker", {name: version for name, version in worker.items() if name not in services})


def write(name: str, versions: dict[str, str]) -> None:
    lines = [f"{package}=={version}" for package, version in sorted(versions.items())]
    (FOLDER / f"{name}.lock").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
