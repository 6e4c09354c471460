"""Tests that one workspace learns nothing of another: what is foreign answers exactly like what is absent."""

from __future__ import annotations

import hashlib

import pytest

from kit.errors import NotFound
from plumbapi.storage import v1 as pb
from tests.storage.conftest import Member, Workspace, item, picture

ABSENT = "ds_absent"


@pytest.fixture
async def stranger(dana: Member, other_workspace: Workspace) -> Member:
    """Somebody of another workspace, next to a filled and published dataset `tiles`."""
    dataset = await dana.dataset()
    await dana.add(dataset.id, {"1.png": picture(77)})
    await dana.publish(dataset.id)
    return other_workspace.member("Eve", "OWNER")


def _calls(dataset_id: str) -> dict[str, object]:
    return {
        "GetDataset": pb.GetDatasetRequest(dataset_id=dataset_id),
        "UpdateDataset": pb.UpdateDatasetRequest(dataset_id=dataset_id),
        "PublishDataset": pb.PublishDatasetRequest(dataset_id=dataset_id),
        "GetGap": pb.GetGapRequest(dataset_id=dataset_id),
        "ListVersions": pb.ListVersionsRequest(dataset_id=dataset_id),
        "GetVersion": pb.GetVersionRequest(dataset_id=dataset_id, number=1),
        "DiffVersions": pb.DiffVersionsRequest(dataset_id=dataset_id, number=1),
        "ExportVersion": pb.ExportVersionRequest(dataset_id=dataset_id, number=1),
        "CreateBatch": pb.CreateBatchRequest(dataset_id=dataset_id, source="site A"),
        "ListBatches": pb.ListBatchesRequest(dataset_id=dataset_id),
        "ListImages": pb.ListImagesRequest(dataset_id=dataset_id),
        "TagImages": pb.TagImagesRequest(dataset_id=dataset_id, paths=["1.png"], add_tags=["x"]),
        "RemoveImages": pb.RemoveImagesRequest(dataset_id=dataset_id, paths=["1.png"]),
    }


@pytest.mark.parametrize("method", sorted(_calls("")))
async def test_a_foreign_dataset_answers_like_an_absent_one(dana: Member, stranger: Member, method: str) -> None:
    """Invariant 5."""
    dataset = await dana.storage.GetDataset(pb.GetDatasetRequest(dataset_id="tiles"))
    answers = []
    for key in (dataset.id, "tiles", ABSENT):
        with pytest.raises(NotFound) as caught:
            await getattr(stranger.storage, method)(_calls(key)[method])
        answers.append((caught.value.reason, caught.value.message, caught.value.metadata))
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("method", ["PrepareUploads", "CompleteUploads"])
async def test_a_foreign_batch_answers_like_an_absent_one(dana: Member, stranger: Member, method: str) -> None:
    """Invariant 5."""
    batch = await dana.batch("tiles")
    (upload,) = await dana.prepare(batch.id, [item("2.png", picture(78))])
    answers = []
    for key in (batch.id, "bat_absent"):
        requests = {
            "PrepareUploads": pb.PrepareUploadsRequest(batch_id=key, items=[item("2.png", picture(78))]),
            "CompleteUploads": pb.CompleteUploadsRequest(batch_id=key, upload_ids=[upload.id]),
        }
        with pytest.raises(NotFound) as caught:
            await getattr(stranger.storage, method)(requests[method])
        answers.append((caught.value.reason, caught.value.message))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("method", ["GetImage", "GetThumbnail", "SignDownloads"])
async def test_a_foreign_image_answers_like_an_absent_one(dana: Member, stranger: Member, method: str) -> None:
    """Invariant 5."""
    answers = []
    for sha256 in (hashlib.sha256(picture(77)).hexdigest(), "0" * 64):
        requests = {
            "GetImage": pb.GetImageRequest(sha256=sha256),
            "GetThumbnail": pb.GetThumbnailRequest(sha256=sha256),
            "SignDownloads": pb.SignDownloadsRequest(sha256s=[sha256]),
        }
        with pytest.raises(NotFound) as caught:
            await getattr(stranger.storage, method)(requests[method])
        answers.append((caught.value.reason, caught.value.message))
    assert answers[0] == answers[1]


async def test_bytes_known_in_one_workspace_are_unknown_in_another(stranger: Member) -> None:
    """Invariant 5."""
    batch = await stranger.batch((await stranger.dataset("own")).id)
    (upload,) = await stranger.prepare(batch.id, [item("1.png", picture(77))])
    assert upload.state == pb.Upload.NEEDED
    (refused,) = await stranger.complete(batch.id, [upload])
    assert (refused.state, refused.reason) == (pb.Upload.REJECTED, "NOT_UPLOADED")


async def test_a_list_shows_the_own_workspace_alone(stranger: Member) -> None:
    """Invariant 5."""
    assert list((await stranger.storage.ListDatasets(pb.ListDatasetsRequest())).datasets) == []


async def test_the_same_image_in_two_workspaces_has_the_places_of_its_own(dana: Member, stranger: Member) -> None:
    """Invariant 5."""
    dataset = await stranger.dataset("own")
    await stranger.add(dataset.id, {"mine.png": picture(77)})
    sha256 = hashlib.sha256(picture(77)).hexdigest()
    for member, path in ((dana, "1.png"), (stranger, "mine.png")):
        answer = await member.storage.GetImage(pb.GetImageRequest(sha256=sha256))
        assert [place.path for place in answer.places] == [path]
