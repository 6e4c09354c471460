"""COCO's traps, one by one: what is written for each, and what is read from files of other tools."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from plumbline_formats import format
from plumbline_formats.archive import FolderTarget, SingleTarget, open_source
from plumbline_formats.format import Reader
from plumbline_formats.formats.coco import FORMAT
from plumbline_formats.losses import LossReport
from plumbline_formats.model import Annotation, Header, Image, Label
from plumbline_formats.problems import FormatError, Refused
from plumbline_formats.shapes import Box, Ellipse, Mask, Node, Part, Point, Polygon, RotatedBox, Shape, Skeleton, Tag

# 4 rows x 5 columns, ones at rows 1-2 and columns 1-3, but not at row 2, column 2
_GOLDEN_MASK = Mask(1, 1, 3, 2, [0, 4, 1, 1])
_GOLDEN_RLE = {"size": [4, 5], "counts": "522O112"}
_PLAIN_RLE = {"size": [4, 5], "counts": [5, 2, 2, 1, 3, 2, 5]}
_HOLED = Polygon([Part([0.0, 0.0, 5.0, 0.0, 5.0, 4.0, 0.0, 4.0], [[1.0, 1.0, 3.0, 1.0, 3.0, 3.0, 1.0, 3.0]])])
_FISH = Label("fish", nodes=["head", "tail"], edges=[(0, 1)])


def _id(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012x}"


def _image(*shapes: Shape, label: str = "crack", **fields: Any) -> Image:
    annotations = [Annotation(_id(at), label, shape, **fields) for at, shape in enumerate(shapes)]
    return Image("a.png", 5, 4, annotations)


def _write(header: Header, *images: Image, **options: Any) -> tuple[dict[str, Any], LossReport]:
    buffer = io.BytesIO()
    assert FORMAT.create is not None
    chosen = format.values(FORMAT.write_options, {"sidecar": False} | options)
    writer = FORMAT.create(SingleTarget(buffer), header, chosen)
    for image in images:
        writer.add(image)
    writer.close()
    return json.loads(buffer.getvalue()), writer.losses


def _written(shape: Shape, label: Label | None = None) -> tuple[dict[str, Any], list[str]]:
    label = label or Label("crack")
    document, losses = _write(Header(labels=[label]), _image(shape, label=label.name))
    [annotation] = document["annotations"]
    return annotation, [sentence for sentence in losses.sentences if " id dropped" not in sentence]


def _read(tmp_path: Path, document: Any, name: str = "a.json", **options: Any) -> tuple[list[Image], Reader]:
    path = tmp_path / name
    path.write_text(json.dumps(document))
    with open_source(path) as source:
        reader = FORMAT.open(source, format.values(FORMAT.read_options, options))
        return list(reader), reader


def _file(*annotations: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A file of one image of 5 x 4 with the category 7."""
    numbered = [{"id": at + 1, "image_id": 1, "category_id": 7} | one for at, one in enumerate(annotations)]
    return {
        "images": [{"id": 1, "file_name": "a.png", "width": 5, "height": 4}],
        "categories": [{"id": 7, "name": "crack", "supercategory": ""}],
        "annotations": numbered,
    } | members


def _shapes(images: list[Image]) -> list[Shape]:
    return [annotation.shape for image in images for annotation in image.annotations]


def _problems(reader: Reader) -> list[str]:
    return [str(problem) for problem in reader.problems.kept]


def test_a_mask_is_run_lengths_that_evaluations_do_not_ignore() -> None:
    annotation, losses = _written(_GOLDEN_MASK)
    assert annotation["segmentation"] == _GOLDEN_RLE
    assert annotation["iscrowd"] == 0
    assert (annotation["area"], annotation["bbox"]) == (5, [1, 1, 3, 2])
    assert losses == []


def test_a_polygon_with_a_hole_keeps_it_as_run_lengths_and_says_so() -> None:
    annotation, losses = _written(_HOLED)
    assert annotation["segmentation"]["size"] == [4, 5]
    assert annotation["iscrowd"] == 0
    assert annotation["area"] == 20 - 4
    assert losses == ["1 polygon -> mask with its holes (RLE, iscrowd=0)"]


@pytest.mark.parametrize("runs", [_GOLDEN_RLE, _PLAIN_RLE])
def test_run_lengths_are_read_compressed_and_plain(runs: dict[str, Any], tmp_path: Path) -> None:
    images, reader = _read(tmp_path, _file({"segmentation": runs, "iscrowd": 0, "bbox": [1, 1, 3, 2], "area": 5}))
    assert _shapes(images) == [_GOLDEN_MASK]
    assert _problems(reader) == []


def test_crowd_is_taken_as_a_mask_with_a_word_or_kept_out_of_evaluation_on_request(tmp_path: Path) -> None:
    document = _file({"segmentation": _PLAIN_RLE, "iscrowd": 1, "bbox": [1, 1, 3, 2], "area": 5})
    images, reader = _read(tmp_path, document)
    assert _shapes(images) == [_GOLDEN_MASK]
    assert [problem.severity for problem in reader.problems.kept] == ["note"]
    assert "annotations[0].iscrowd: was crowd, taken as a mask" in _problems(reader)[0]
    assert _write(reader.header, *images)[0]["annotations"][0]["iscrowd"] == 0
    images, reader = _read(tmp_path, document, crowd="ignore")
    assert _problems(reader) == []
    assert _write(reader.header, *images)[0]["annotations"][0]["iscrowd"] == 1


def test_closed_rings_are_opened_and_parts_belong_to_one_object(tmp_path: Path) -> None:
    rings = [[0, 0, 2, 0, 2, 2, 0, 2, 0, 0], [3, 0, 4, 0, 4, 2]]
    images, _ = _read(tmp_path, _file({"segmentation": rings, "bbox": [0, 0, 4, 2], "area": 5}))
    parts = [Part([0.0, 0.0, 2.0, 0.0, 2.0, 2.0, 0.0, 2.0]), Part([3.0, 0.0, 4.0, 0.0, 4.0, 2.0])]
    assert _shapes(images) == [Polygon(parts)]


def test_a_polygon_has_the_area_of_the_pixels_that_cocos_own_code_fills() -> None:
    annotation, losses = _written(Polygon([Part([1.0, 1.0, 4.0, 1.0, 4.0, 3.0, 1.0, 3.0])]))
    assert (annotation["area"], annotation["bbox"]) == (6, [1, 1, 3, 2])
    assert annotation["segmentation"] == [[1, 1, 4, 1, 4, 3, 1, 3]]
    assert losses == []


def test_area_and_box_of_another_tool_are_written_back_until_the_shape_changes(tmp_path: Path) -> None:
    given = _file({"segmentation": [[0, 0, 4, 0, 4, 3]], "bbox": [0.1, 0, 4, 3], "area": 6.25, "iscrowd": 0})
    images, reader = _read(tmp_path, given)
    [again] = _write(reader.header, *images)[0]["annotations"]
    assert (again["area"], again["bbox"]) == (6.25, [0.1, 0, 4, 3])
    images[0].annotations[0].shape = Polygon([Part([1.0, 1.0, 4.0, 1.0, 4.0, 3.0, 1.0, 3.0])])
    [edited] = _write(reader.header, *images)[0]["annotations"]
    assert (edited["area"], edited["bbox"]) == (6, [1, 1, 3, 2])


def test_a_box_alone_has_no_segmentation_and_its_own_area(tmp_path: Path) -> None:
    annotation, losses = _written(Box(0.125, 1.0, 2.5, 2.0))
    assert (annotation["bbox"], annotation["area"], annotation["segmentation"]) == ([0.125, 1, 2.5, 2], 5, [])
    assert losses == []
    images, _ = _read(tmp_path, _file({"bbox": [0.125, 1, 2.5, 2]}))
    assert _shapes(images) == [Box(0.125, 1.0, 2.5, 2.0)]


def test_categories_keep_their_numbers_with_gaps_and_their_parents(tmp_path: Path) -> None:
    categories = [{"id": 90, "name": "pore", "supercategory": "defect"}, {"id": 3, "name": "crack"}]
    document = _file({"bbox": [0, 0, 1, 1], "category_id": 3}, categories=categories)
    images, reader = _read(tmp_path, document)
    assert [(label.name, label.parent) for label in reader.header.labels] == [("pore", "defect"), ("crack", "")]
    assert images[0].annotations[0].label == "crack"
    reader.header.labels.append(Label("new"))
    written = _write(reader.header, *images)[0]
    assert [category["id"] for category in written["categories"]] == [90, 3, 1]
    assert written["annotations"][0]["category_id"] == 3


def test_a_label_that_nobody_declared_becomes_a_category() -> None:
    document, _ = _write(Header(labels=[Label("pore")]), _image(Box(0.0, 0.0, 1.0, 1.0)))
    assert [category["name"] for category in document["categories"]] == ["pore", "crack"]
    assert document["annotations"][0]["category_id"] == 2


def test_edges_of_skeletons_count_from_one_and_visibility_is_kept(tmp_path: Path) -> None:
    skeleton = Skeleton([Node("head", 1.0, 2.0, 2), Node("tail", 3.0, 3.5, 1)])
    annotation, losses = _written(skeleton, _FISH)
    assert annotation["keypoints"] == [1, 2, 2, 3, 3.5, 1]
    assert (annotation["num_keypoints"], annotation["bbox"]) == (2, [1, 2, 2, 1.5])
    assert losses == []
    document, _ = _write(Header(labels=[_FISH]), _image(skeleton, label="fish"))
    assert document["categories"][0]["skeleton"] == [[1, 2]]
    images, reader = _read(tmp_path, document)
    assert _shapes(images) == [skeleton]
    assert (reader.header.labels[0].nodes, reader.header.labels[0].edges) == (["head", "tail"], [(0, 1)])


def test_an_outline_with_keypoints_is_two_objects_of_one_group(tmp_path: Path) -> None:
    person = {"segmentation": [[0, 0, 4, 0, 4, 3]], "bbox": [0, 0, 4, 3], "area": 6, "num_keypoints": 2}
    categories = [{"id": 7, "name": "fish", "keypoints": ["head", "tail"], "skeleton": [[1, 2]]}]
    document = _file(person | {"keypoints": [1, 1, 2, 2, 2, 1]}, person | {"keypoints": [0] * 6}, categories=categories)
    images, reader = _read(tmp_path, document)
    assert [shape.kind for shape in _shapes(images)] == ["polygon", "skeleton", "polygon"]
    assert [annotation.group for annotation in images[0].annotations] == [1, 1, 0]
    assert "two objects of one group" in _problems(reader)[0]


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        (RotatedBox(2.0, 2.0, 2.0, 1.0, 30.0), "1 rotated_box -> polygon of 4 corners"),
        (Ellipse(2.0, 2.0, 2.0, 1.0, 30.0), "1 ellipse -> polygon of 72 points"),
    ],
)
def test_what_coco_has_no_word_for_becomes_a_polygon(shape: Shape, sentence: str) -> None:
    annotation, losses = _written(shape)
    assert isinstance(annotation["segmentation"], list)
    assert losses == [sentence]


def test_what_has_no_place_is_dropped_with_a_word_and_kept_in_the_side_car(tmp_path: Path) -> None:
    image = _image(Tag(), Box(0.0, 0.0, 1.0, 1.0), Point(1.0, 1.0))
    document, losses = _write(Header(labels=[Label("crack")]), image)
    assert len(document["annotations"]) == 1
    assert {"1 tag dropped", "1 point dropped"} <= set(losses.sentences)
    document, _ = _write(Header(labels=[Label("crack")]), image, sidecar=True)
    assert _read(tmp_path, document)[0] == [image]


def test_a_mask_on_an_image_of_unknown_size_is_dropped_with_a_word() -> None:
    image = Image("a.png", annotations=[Annotation(_id(1), "crack", _GOLDEN_MASK)])
    document, losses = _write(Header(labels=[Label("crack")]), image)
    assert document["annotations"] == []
    assert "1 mask dropped" in losses.sentences


def test_attributes_and_score(tmp_path: Path) -> None:
    given = {"attributes": {"depth": 3, "sharp": True, "causes": ["heat"]}, "score": 0.25}
    images, reader = _read(tmp_path, _file({"bbox": [0, 0, 1, 1]} | given))
    [annotation] = images[0].annotations
    assert annotation.attributes == {"depth": 3.0, "sharp": True, "causes": ["heat"]}
    assert annotation.confidence == 0.25
    [written] = _write(reader.header, *images)[0]["annotations"]
    assert {name: written[name] for name in given} == given


def test_unknown_keys_licences_and_info_are_written_back(tmp_path: Path) -> None:
    document = _file({"bbox": [0, 0, 1, 1], "id": 40, "area": 1, "segmentation": [], "iscrowd": 0, "depth_mm": 2})
    document["images"][0] |= {"id": 12, "license": 4, "coco_url": "http://x"}
    document["annotations"][0]["image_id"] = 12
    document |= {"info": {"year": 2017, "description": "tiles"}, "licenses": [{"id": 4, "name": "free"}], "own": [[1]]}
    images, reader = _read(tmp_path, document)
    assert reader.header.description == "tiles"
    assert _write(reader.header, *images)[0] == document


def test_attribute_rotation_turns_boxes_on_request_only(tmp_path: Path) -> None:
    document = _file({"bbox": [0, 1, 4, 2], "attributes": {"rotation": 370.0}})
    assert _shapes(_read(tmp_path, document)[0]) == [Box(0.0, 1.0, 4.0, 2.0)]
    images, _ = _read(tmp_path, document, rotation=True)
    assert _shapes(images) == [RotatedBox(2.0, 2.0, 4.0, 2.0, 10.0)]


def test_annotations_belong_to_their_images_in_whatever_order_they_are(tmp_path: Path) -> None:
    images = [{"id": id_, "file_name": f"{id_}.png"} for id_ in (9, 2, 5)]
    owners = [5, 9, 5, 9, 9]
    annotations = [{"image_id": owner, "bbox": [at, 0, 1, 1]} for at, owner in enumerate(owners)]
    found, _ = _read(tmp_path, _file(*annotations, images=images))
    marked = [[annotation.shape.x for annotation in image.annotations] for image in found]  # type: ignore[union-attr]
    assert [image.path for image in found] == ["9.png", "2.png", "5.png"]
    assert marked == [[1, 3, 4], [], [0, 2]]
    assert all(image.annotated for image in found)


def test_an_owner_that_is_written_with_escapes_or_said_elsewhere_is_found(tmp_path: Path) -> None:
    document = json.dumps(_file({"bbox": [0, 0, 1, 1], "attributes": {"image_id": 5}}, {"bbox": [1, 0, 1, 1]}))
    path = tmp_path / "a.json"
    path.write_text(document.replace('"image_id": 1', '"image\\u005fid": 1', 1))
    with open_source(path) as source:
        images = list(FORMAT.open(source, format.values(FORMAT.read_options, {})))
    assert len(images[0].annotations) == 2


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        ({"bbox": [0, 0, 1]}, "annotations[0].bbox: needs 4 numbers, has 3"),
        ({}, "annotations[0].bbox: needs 4 numbers, there are none"),
        ({"bbox": [0, 0, -1, 1]}, "annotations[0].bbox: has a negative size: -1.0 x 1.0"),
        ({"bbox": [0, 0, "1", 1]}, "annotations[0].bbox[2]: is of type str, expected a number"),
        ({"segmentation": [[0, 0]]}, "annotations[0].segmentation[0]: needs x, y of at least 3 points"),
        ({"segmentation": {"size": [4, 5], "counts": [3]}}, "annotations[0].segmentation.counts: has runs of 3 pixels"),
        ({"segmentation": {"size": [5, 4], "counts": [20]}}, "annotations[0].segmentation.size: is [5, 4], but"),
        ({"bbox": [0, 0, 1, 1], "category_id": 8}, "annotations[0].category_id: is 8, which no category has"),
        ({"bbox": [0, 0, 1, 1], "category_id": [1]}, "annotations[0].category_id: is [1], which no category has"),
        ({"bbox": [0, 0, 1, 1], "image_id": 4}, "annotations[0].image_id: is 4, which no image has"),
        ({"bbox": [0, 0, 1, 1], "image_id": "1"}, "annotations[0].image_id: is '1', expected a whole number"),
        ({"keypoints": [1, 1, 2]}, "annotations[0].keypoints: are there, but the category 'crack' names none"),
    ],
)
def test_a_bad_annotation_is_left_out_with_its_place(annotation: dict[str, Any], problem: str, tmp_path: Path) -> None:
    images, reader = _read(tmp_path, _file(annotation, {"bbox": [1, 1, 1, 1]}))
    assert _shapes(images) == [Box(1.0, 1.0, 1.0, 1.0)]
    [found] = _problems(reader)
    assert found.startswith(f"a.json: {problem}")


@pytest.mark.parametrize(
    ("image", "problem"),
    [
        ({"id": 1, "file_name": "b.png"}, "images[1].id: is 1, which another image has"),
        ({"id": 2, "file_name": "a.png"}, "images[1].file_name: is 'a.png', which was there before"),
        ({"id": 2, "file_name": "../../etc/passwd"}, "images[1].file_name: '../../etc/passwd' is not a name"),
        ({"id": 2}, "images[1].file_name: is missing"),
        ({"id": "x", "file_name": "b.png"}, "images[1].id: is 'x', expected a whole number"),
        ({"id": 2, "file_name": "b.png", "width": -4}, "images[1].width: is -4"),
    ],
)
def test_a_bad_image_is_left_out_with_its_place(image: dict[str, Any], problem: str, tmp_path: Path) -> None:
    document = _file({"bbox": [1, 1, 1, 1]})
    document["images"].append(image)
    images, reader = _read(tmp_path, document)
    assert [one.path for one in images] == ["a.png"]
    [found] = _problems(reader)
    assert found.startswith(f"a.json: {problem}")


def test_what_is_outside_of_the_image_is_taken_as_written_with_a_note(tmp_path: Path) -> None:
    images, reader = _read(tmp_path, _file({"bbox": [-1, 0, 20, 1]}))
    assert _shapes(images) == [Box(-1.0, 0.0, 20.0, 1.0)]
    assert _problems(reader) == ["a.json: annotations[0]: reaches outside the image; taken as written"]


def test_a_list_of_results_and_other_json_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is a list of results without images and categories"):
        _read(tmp_path, [{"image_id": 1, "category_id": 7, "bbox": [0, 0, 1, 1], "score": 0.5}])
    with pytest.raises(Refused, match="needs a list 'images'"):
        _read(tmp_path, {"annotations": []})


def test_a_file_of_images_alone_says_that_nobody_marked_them(tmp_path: Path) -> None:
    document = _file(name="x")
    del document["annotations"]
    images, _ = _read(tmp_path, document, name="instances_val2017.json")
    assert [(image.annotated, image.subset) for image in images] == [(False, "val2017")]


def test_an_edit_of_our_file_is_an_edit_of_the_same_object(tmp_path: Path) -> None:
    image = _image(Ellipse(2.0, 2.0, 2.0, 1.0, 30.0), author="ada", z=2)
    document, _ = _write(Header(labels=[Label("crack")]), image, sidecar=True)
    document["annotations"][0]["segmentation"] = [[0, 0, 4, 0, 4, 3]]
    [annotation] = _read(tmp_path, document)[0][0].annotations
    assert annotation.shape == Polygon([Part([0.0, 0.0, 4.0, 0.0, 4.0, 3.0])])
    assert (annotation.id, annotation.author, annotation.z) == (_id(0), "ada", 2)


def test_two_images_of_one_name_and_panoptic_in_one_file_are_refused() -> None:
    with pytest.raises(FormatError, match="Two images are called"):
        _write(Header(), _image(), _image())
    with pytest.raises(FormatError, match=r"choose a folder or a \.zip file"):
        _write(Header(), task="panoptic")


def test_panoptic_is_colours_and_an_overlap_belongs_to_the_upper_object(tmp_path: Path) -> None:
    lower, upper = Mask(0, 0, 2, 2, [0, 4]), Mask(1, 0, 2, 2, [0, 4])
    image = _image(lower, upper, Box(0.0, 0.0, 1.0, 1.0))
    assert FORMAT.create is not None
    options = format.values(FORMAT.write_options, {"task": "panoptic", "sidecar": False})
    writer = FORMAT.create(FolderTarget(tmp_path), Header(labels=[Label("crack")]), options)
    writer.add(image)
    writer.close()
    assert "1 box dropped" in writer.losses.sentences
    assert "1 overlap of mask -> without what is under other objects" in writer.losses.sentences
    [segments] = json.loads((tmp_path / "panoptic.json").read_text())["annotations"]
    assert [(one["id"], one["area"], one["bbox"]) for one in segments["segments_info"]] == [
        (1, 2, [0, 0, 1, 2]),
        (2, 4, [1, 0, 2, 2]),
    ]
    with open_source(tmp_path) as source:
        images = list(FORMAT.open(source, format.values(FORMAT.read_options, {})))
    assert _shapes(images) == [Mask(0, 0, 1, 2, [0, 2]), upper]
