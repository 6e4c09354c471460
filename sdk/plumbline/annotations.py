"""Owns exports and imports of annotations: started, followed to the end, files sent and fetched.

Does not know any format: the platform reads and writes them, and lists them at `formats`.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from plumbline.address import part
from plumbline.datasets import Progress, silent
from plumbline.errors import Refused

if TYPE_CHECKING:
    from plumbline.client import Client

Transfer = dict[str, Any]

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0
_PACKED = {".png", ".jpg", ".jpeg", ".webp", ".zip"}


class NotTransferred(Refused):
    """An export or import that was refused or failed; `transfer` says all about it."""

    def __init__(self, transfer: Transfer) -> None:
        super().__init__(transfer["error"], reason=f"TRANSFER_{transfer['state']}")
        self.transfer = transfer


class Annotations:
    """`client.annotations`. A project is named by its id or its name."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def formats(self) -> list[dict[str, Any]]:
        """Every format with its options and what it carries."""
        found: list[dict[str, Any]] = self._client.get("/v1/formats")["formats"]
        return found

    def losses(
        self, project: str, form: str, *, number: int = 0, options: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """What an export of a snapshot (0: the newest) would lose; empty when nothing."""
        body = {"format": form, "options": dict(options or {})}
        started = self._client.post(f"{_snapshot(project, number)}:previewExport", body)
        found: list[dict[str, Any]] = self._follow(started, silent)["losses"]
        return found

    def export(
        self,
        project: str,
        form: str,
        target: Path | str,
        *,
        number: int = 0,
        options: Mapping[str, str] | None = None,
        images: bool = False,
        allow_loss: bool = False,
        progress: Progress = silent,
    ) -> Transfer:
        """Write a snapshot (0: the newest) to a file; the same export again gives the same bytes.

        Args:
            form: name of a format, see `formats`.
            images: put the image files beside the annotations; the file is a .zip then.

        Returns:
            The transfer: `losses` says what other programs will not find in the file.

        Raises:
            NotTransferred: it would lose something and `allow_loss` was not given, or it cannot be written.
        """
        body = {"format": form, "options": dict(options or {}), "include_images": images, "allow_loss": allow_loss}
        started = self._client.post(f"{_snapshot(project, number)}:export", body, once=True)
        done = self._follow(started, progress)
        link = self._client.post(f"/v1/transfers/{part(done['id'])}:download")
        self._fetch(link, Path(target))
        return done

    def bring(
        self,
        project: str,
        source: Path | str,
        *,
        form: str = "",
        options: Mapping[str, str] | None = None,
        skip_invalid: bool = False,
        dry_run: bool = False,
        progress: Progress = silent,
    ) -> Transfer:
        """Import a file, a zip file or a folder into a project; without `form` the platform says what it takes it for.

        Returns:
            The transfer: `report` says what was taken, and every problem with its place.

        Raises:
            NotTransferred: something does not fit and `skip_invalid` was not given, or it cannot be read. Nothing is
                imported then.
        """
        with _packed(Path(source)) as (file, name):
            place = self._client.post(f"/v1/projects/{part(project)}:prepareImport", {"file_name": name})
            progress("send", 0, 1)
            self._client.put_file(place["put_url"], file)
            progress("send", 1, 1)
        body = {
            "upload_id": place["id"],
            "format": form,
            "options": dict(options or {}),
            "skip_invalid": skip_invalid,
            "dry_run": dry_run,
        }
        started = self._client.post(f"/v1/projects/{part(project)}:importAnnotations", body, once=True)
        return self._follow(started, progress)

    def import_masks(
        self,
        project: str,
        masks: Sequence[tuple[str, Path, str]],
        *,
        skip_invalid: bool = False,
        progress: Progress = silent,
    ) -> Transfer:
        """Import mask PNGs, each a (path in the dataset with any ending, file, label): pixels that are not black.

        Raises:
            NotTransferred: as `bring`.
        """
        with tempfile.TemporaryDirectory(prefix="plumb-masks-") as folder:
            packed = Path(folder) / "masks.zip"
            with zipfile.ZipFile(packed, "w") as archive:
                for path, file, label in masks:
                    archive.write(file, f"labels/{label}/{PurePosixPath(path).with_suffix('.png')}")
            return self.bring(
                project,
                packed,
                form="mask_png",
                options={"variant": "labels", "threshold": "1"},
                skip_invalid=skip_invalid,
                progress=progress,
            )

    def transfers(self, project: str) -> Iterator[Transfer]:
        """Exports and imports of a project, newest first."""
        return self._client.pages(f"/v1/projects/{part(project)}/transfers", "transfers", page_size=100)

    def _follow(self, transfer: Transfer, progress: Progress) -> Transfer:
        """The transfer once it has succeeded."""
        pause = _FIRST_PAUSE_S
        while transfer["state"] in ("QUEUED", "RUNNING"):
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_S)
            transfer = self._client.get(f"/v1/transfers/{part(transfer['id'])}")
            if transfer["stage"]:
                progress(transfer["stage"], transfer["done"], transfer["total"])
        if transfer["state"] != "SUCCEEDED":
            raise NotTransferred(transfer)
        return transfer

    def _fetch(self, link: dict[str, Any], target: Path) -> None:
        """The file, which takes its name when it is whole."""
        part_file = target.with_name(f".{target.name}.part")
        try:
            self._client.get_file(link["url"], part_file)
            with part_file.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != link["sha256"]:
                raise Refused(f"{target.name} arrived damaged: repeat the export.")
            part_file.replace(target)
        finally:
            part_file.unlink(missing_ok=True)


def _snapshot(project: str, number: int) -> str:
    return f"/v1/projects/{part(project)}/snapshots/{part(number)}"


@contextmanager
def _packed(source: Path) -> Iterator[tuple[Path, str]]:
    """One file to send, and what it is called; a folder is packed without what is hidden in it.

    Raises:
        FileNotFoundError: nothing is there.
    """
    if not source.is_dir():
        if not source.is_file():
            raise FileNotFoundError(f"There is no file or folder {source}.")
        yield source, source.name
        return
    files = sorted(path for path in source.rglob("*") if path.is_file() and not _is_hidden(path.relative_to(source)))
    if not files:
        raise FileNotFoundError(f"There are no files in {source}.")
    with tempfile.TemporaryDirectory(prefix="plumb-import-") as folder:
        packed = Path(folder) / "packed.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for file in files:
                kind = zipfile.ZIP_STORED if file.suffix.lower() in _PACKED else zipfile.ZIP_DEFLATED
                archive.write(file, file.relative_to(source).as_posix(), compress_type=kind)
        yield packed, f"{source.resolve().name or 'folder'}.zip"


def _is_hidden(path: Path) -> bool:
    return any(name.startswith(".") for name in path.parts)
