"""How scripts name our data: by tags, and by the address of a version's page."""

from __future__ import annotations

import json

import pytest

from plumbapi.experiments import v1 as pb
from services.gateway.mlflow import links
from services.gateway.mlflow.errors import MlflowError

PUBLIC = "https://plumb.example"


def test_tags_name_data_of_every_kind() -> None:
    found = links.of_tags(
        {
            "plumbline.dataset": "tiles@v3, extra@v12",
            "plumbline.snapshot": "defects@s2",
            "plumbline.model": "tile defects@4",
            "team": "vision@v1",
        }
    )
    assert {(one.kind, one.resource_id, one.number) for one in found} == {
        (pb.Input.DATASET_VERSION, "tiles", 3),
        (pb.Input.DATASET_VERSION, "extra", 12),
        (pb.Input.SNAPSHOT, "defects", 2),
        (pb.Input.MODEL_VERSION, "tile defects", 4),
    }


@pytest.mark.parametrize("value", ["tiles", "tiles@3", "tiles@v0", "@v1", "tiles@v1,", ""])
def test_a_tag_that_names_nothing_is_refused_with_an_example(value: str) -> None:
    with pytest.raises(MlflowError, match="tiles@v3"):
        links.of_tags({"plumbline.dataset": value})


@pytest.mark.parametrize(
    "source",
    [f"{PUBLIC}/datasets/tiles%20a/versions/3", json.dumps({"url": f"{PUBLIC}/datasets/tiles%20a/versions/3/"})],
)
def test_the_page_of_a_version_is_a_source(source: str) -> None:
    found = links.of_source(source, f"{PUBLIC}/")
    assert found is not None
    assert (found.kind, found.resource_id, found.number) == (pb.Input.DATASET_VERSION, "tiles a", 3)


@pytest.mark.parametrize(
    "source",
    [
        "https://other.example/datasets/tiles/versions/3",
        f"{PUBLIC}/datasets/tiles",
        f"{PUBLIC}/datasets/tiles/versions/0",
        f"{PUBLIC}.evil.example/datasets/tiles/versions/3",
        '{"url": 5',
        '{"path": "/data"}',
        "",
    ],
)
def test_other_sources_are_data_kept_elsewhere(source: str) -> None:
    assert links.of_source(source, PUBLIC) is None
