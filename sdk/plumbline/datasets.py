"""Owns datasets for people with folders: push, publish, pull, export. Bytes go straight to the object store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plumbline.address import part
from plumbline.cache import Cache
from plumbline.files import LocalImage, chunks, describe, images_in

if TYPE_CHECKING:
    from plumbline.client import Client

_PREPARE = 200
_COMPLETE = 50
_PARALLEL = 8

# called with (stage, done, total) while something long goes on
Progress = Callable[[str, int, int], None]


def silent(_stage: str, _done: int, _total: int) -> None:
    """The progress of a program that nobody watches."""


@dataclass(slots=True)
class PushReport:
    """What became of a push; `rejected` holds (path, reason, message)."""

    batch_id: str
    sent: int = 0
    known: int = 0
    present: int = 0
    rejected: list[tuple[str, str, str]] = field(default_factory=list)


class Datasets:
    """`client.datasets`. A dataset is named by its id or its name."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def all(self) -> Iterator[dict[str, Any]]:
        return self._client.pages("/v1/datasets", "datasets")

    def get(self, dataset: str) -> dict[str, Any]:
        return self._client.get(f"/v1/datasets/{part(dataset)}")

    def create(self, name: str, description: str = "") -> dict[str, Any]:
        return self._client.post("/v1/datasets", {"name": name, "description": description}, once=True)

    def push(
        self,
        dataset: str,
        folder: Path | str,
        *,
        source: str,
        note: str = "",
        files: Sequence[Path] | None = None,
        tags: Sequence[str] = (),
        metadata: dict[str, Any] | None = None,
        progress: Progress = silent,
    ) -> PushReport:
        """Add the images of a folder to the draft as one batch; safe to repeat after any interruption.

        Args:
            folder: root of the relative paths in the dataset.
            source: where the images come from, such as "site A".
            files: only these files below `folder`; all images in it when None.
            tags, metadata: given to every image of the push.

        Raises:
            FileNotFoundError: the folder has no images.
        """
        root = Path(folder)
        chosen = list(files) if files is not None else images_in(root)
        if not chosen:
            raise FileNotFoundError(f"There are no images in {root}.")
        batch = self._client.post(f"/v1/datasets/{part(dataset)}/batches", {"source": source, "note": note}, once=True)
        report = PushReport(batch["id"])
        labels = {"tags": list(tags), "metadata": metadata or {}}
        done = 0
        for group in chunks(chosen, _PREPARE):
            with ThreadPoolExecutor(_PARALLEL) as pool:
                images = list(pool.map(partial(_describe_below, root), group))
            self._push_group(images, labels, report, partial(_advance, progress, done, len(chosen)))
            done += len(group)
        return report

    def publish(self, dataset: str, note: str = "") -> dict[str, Any]:
        """Freeze the draft as the next version."""
        return self._client.post(f"/v1/datasets/{part(dataset)}:publish", {"note": note}, once=True)

    def versions(self, dataset: str) -> Iterator[dict[str, Any]]:
        return self._client.pages(f"/v1/datasets/{part(dataset)}/versions", "versions")

    def version(self, dataset: str, number: int = 0) -> dict[str, Any]:
        """One version; 0 means the newest."""
        return self._client.get(f"/v1/datasets/{part(dataset)}/versions/{part(number)}")

    def diff(self, dataset: str, number: int, base: int = 0) -> dict[str, Any]:
        """What changed from version `base` (0: the one before) to `number`, all pages in one document."""
        path = f"/v1/datasets/{part(dataset)}/versions/{part(number)}:diff"
        whole = self._client.get(path, base=base, page_size=500)
        while whole["next_page_token"]:
            page = self._client.get(path, base=base, page_size=500, page_token=whole["next_page_token"])
            whole["differences"] += page["differences"]
            whole["next_page_token"] = page["next_page_token"]
        return whole

    def gap(self, dataset: str) -> dict[str, Any]:
        return self._client.get(f"/v1/datasets/{part(dataset)}:gap")

    def images(self, dataset: str, version: int = 0, **filters: str) -> Iterator[dict[str, Any]]:
        """Images of a version, or of the draft for 0; filters are source, tag, batch_id and path_prefix."""
        return self._client.pages(f"/v1/datasets/{part(dataset)}/images", "images", version=version, **filters)

    def tag(self, dataset: str, paths: Sequence[str], add: Sequence[str] = (), remove: Sequence[str] = ()) -> int:
        """Tag images of the draft; returns how many changed."""
        changed = 0
        for group in chunks(paths, 1000):
            body = {"paths": group, "add_tags": list(add), "remove_tags": list(remove)}
            changed += int(self._client.post(f"/v1/datasets/{part(dataset)}/images:tag", body)["changed_count"])
        return changed

    def export(
        self, dataset: str, number: int, folder: Path | str, *, images: bool = False, progress: Progress = silent
    ) -> dict[str, Any]:
        """Write everything that proves a version into a folder: index, ranges, frame. Returns the version.

        With `images`, the image bytes too, as `images/<sha256>`.
        """
        root = Path(folder)
        document = self._client.get(f"/v1/datasets/{part(dataset)}/versions/{part(number)}:export")
        for item in document["files"]:
            _write(root / inside(item["path"]), self._client.get_bytes(item["url"]))
        if images:
            sha256s = [image["sha256"] for image in self.images(dataset, number)]
            for sha256, file in self.fetch(sha256s, purpose="export", progress=progress).items():
                _write(root / "images" / sha256, file.read_bytes())
        version: dict[str, Any] = document["version"]
        return version

    def pull(
        self, dataset: str, number: int, folder: Path | str, *, purpose: str = "pull", progress: Progress = silent
    ) -> int:
        """Write the images of a version below a folder under their dataset paths; returns how many.

        Bytes that this machine has seen before come from the cache.
        """
        root = Path(folder)
        images = list(self.images(dataset, number))
        found = self.fetch([image["sha256"] for image in images], purpose=purpose, progress=progress)
        for image in images:
            _write(root / inside(image["path"]), found[image["sha256"]].read_bytes())
        return len(images)

    def fetch(self, sha256s: Sequence[str], *, purpose: str, progress: Progress = silent) -> dict[str, Path]:
        """The files of images by sha256, fetched through the cache and checked against their names.

        The platform is asked for every image, also for those in the cache: a read from the cache is a read, which the
        access report shows, and which a member who may no longer see the image is refused.
        """
        cache = Cache.default()
        wanted = list(dict.fromkeys(sha256s))
        progress("download", 0, len(wanted))
        for start in range(0, len(wanted), _PREPARE):
            group = wanted[start : start + _PREPARE]
            body = {"sha256s": group, "rendition": "ORIGINAL", "purpose": purpose}
            links = self._client.post("/v1/images:signDownloads", body)["downloads"]
            missing = [link for link in links if not cache.has(link["sha256"])]
            with ThreadPoolExecutor(_PARALLEL) as pool:
                list(pool.map(lambda link: cache.add(link["sha256"], self._client.get_bytes(link["url"])), missing))
            progress("download", start + len(group), len(wanted))
        return {sha256: cache.path(sha256) for sha256 in wanted}

    def _push_group(
        self, images: list[LocalImage], labels: dict[str, Any], report: PushReport, advance: Callable[[int], None]
    ) -> None:
        items = [
            {"path": image.path, "sha256": image.sha256, "md5": image.md5, "size": str(image.size), **labels}
            for image in images
        ]
        prepared = self._client.post(f"/v1/batches/{report.batch_id}:prepareUploads", {"items": items})["uploads"]
        report.present += sum(upload["state"] == "PRESENT" for upload in prepared)
        open_uploads = [
            (image, upload)
            for image, upload in zip(images, prepared, strict=True)
            if upload["state"] in ("NEEDED", "KNOWN")
        ]
        for upload in prepared:
            if upload["state"] == "REJECTED":
                report.rejected.append((upload["path"], upload["reason"], upload["message"]))
        done = len(prepared) - len(open_uploads)
        for group in chunks(open_uploads, _COMPLETE):
            with ThreadPoolExecutor(_PARALLEL) as pool:
                list(pool.map(self._send, group))
            self._complete([upload["id"] for _, upload in group], report)
            report.known += sum(upload["state"] == "KNOWN" for _, upload in group)
            report.sent += sum(upload["state"] == "NEEDED" for _, upload in group)
            done += len(group)
            advance(done)
        advance(len(prepared))

    def _send(self, pair: tuple[LocalImage, dict[str, Any]]) -> None:
        image, upload = pair
        if upload["state"] == "NEEDED":
            self._client.put_bytes(upload["put_url"], image.file.read_bytes())

    def _complete(self, upload_ids: list[str], report: PushReport) -> None:
        # completing twice has no second effect, hence the retry
        path = f"/v1/batches/{report.batch_id}:completeUploads"
        answer = self._client.post(path, {"upload_ids": upload_ids}, once=True)
        for upload in answer["uploads"]:
            if upload["state"] != "COMPLETED":
                report.rejected.append((upload["path"], upload["reason"], upload["message"]))


def _describe_below(root: Path, file: Path) -> LocalImage:
    return describe(file, file.relative_to(root).as_posix())


def _advance(progress: Progress, before: int, total: int, count: int) -> None:
    progress("upload", before + count, total)


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def inside(path: str) -> Path:
    """A relative path that stays inside the folder it is joined to; dataset paths are checked by the platform too."""
    relative = Path(path)
    if relative.is_absolute() or ".." in relative.parts:
        raise ValueError(f"{path} leads outside the folder")
    return relative
