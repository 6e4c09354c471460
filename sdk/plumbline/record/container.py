"""Owns which container image it ran in, as far as the container knows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from plumbline.record.secrets import scrub

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_DIGEST_VARIABLES = ("PLUMB_IMAGE_DIGEST", "CONTAINER_IMAGE_DIGEST", "IMAGE_DIGEST")
_IMAGE_VARIABLES = ("CONTAINER_IMAGE", "APPTAINER_CONTAINER", "SINGULARITY_CONTAINER", "DOCKER_IMAGE", "CI_JOB_IMAGE")
_PODMAN = Path("/run/.containerenv")
_DOCKER = Path("/.dockerenv")


def container(environment: Mapping[str, str], image_digest: str = "") -> dict[str, str]:
    """`kind`, `image` and `digest` as they are known; empty outside a container.

    A container cannot see its own digest: whoever starts it says it in PLUMB_IMAGE_DIGEST.
    """
    facts = _podman()
    image = next((environment[name] for name in _IMAGE_VARIABLES if environment.get(name)), facts.get("image", ""))
    told = [image_digest, *(environment.get(name, "") for name in _DIGEST_VARIABLES), image]
    digest = next((found[0] for text in told if (found := _DIGEST.search(text))), "")
    # an id of an image is a digest too, of its configuration
    digest = digest or (f"sha256:{facts['imageid']}" if "imageid" in facts else "")
    known = {"kind": _kind(environment), "image": scrub(image), "digest": digest or image_digest}
    return {name: value for name, value in known.items() if value}


def _kind(environment: Mapping[str, str]) -> str:
    if "KUBERNETES_SERVICE_HOST" in environment:
        return "kubernetes"
    if "APPTAINER_CONTAINER" in environment or "SINGULARITY_CONTAINER" in environment:
        return "apptainer"
    return "podman" if _PODMAN.exists() else "docker" if _DOCKER.exists() else ""


def _podman() -> dict[str, str]:
    try:
        lines = _PODMAN.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines)
    return {name: value.strip('"') for name, _, value in pairs if name in ("image", "imageid")}
