"""Owns what other libraries make of annotation files: runs in an environment of theirs and prints JSON.

python peers.py read LIBRARY FORMAT FOLDER      what the library reads
python peers.py write LIBRARY FORMAT FOLDER     what it writes of the plain case: boxes, and masks where it can
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

SIZE = (20, 16)
LABELS = ["crack", "stain"]
# label, x, y, width, height in pixels
BOXES = [(0, 2.0, 3.0, 6.0, 5.0), (1, 10.0, 4.0, 8.0, 9.0)]


def hole_mask() -> np.ndarray:
    """Bool (height, width): 3 x 2 pixels at (1, 1) without the middle of the lower row."""
    mask = np.zeros(SIZE[::-1], dtype=bool)
    mask[1:3, 1:4] = True
    mask[2, 2] = False
    return mask


def read_datumaro(format_name: str, folder: Path) -> Any:
    import datumaro

    names = {"coco": "coco_instances", "voc": "voc_detection", "cvat": "cvat", "datumaro": "datumaro"}
    if format_name == "coco":
        # the names by which it finds them
        (folder / "annotations").mkdir()
        (folder / "annotations.json").rename(folder / "annotations" / "instances_train.json")
        (folder / "images").rename(folder / "train")
        (folder / "images").mkdir()
        (folder / "train").rename(folder / "images" / "train")
    if format_name == "cvat":
        # it reads only images of the subset that the file is called by
        (folder / "annotations.xml").rename(folder / "train.xml")
    dataset = datumaro.Dataset.import_from(str(folder), names[format_name])
    labels = [label.name for label in dataset.categories()[datumaro.AnnotationType.label]]
    items = {}
    for item in dataset:
        items[item.id] = [_datumaro_object(one, labels) for one in item.annotations]
    return items


def _datumaro_object(one: Any, labels: list[str]) -> dict[str, Any]:
    kind = one.type.name
    said: dict[str, Any] = {"kind": kind, "label": labels[one.label] if one.label is not None else ""}
    if kind == "mask":
        said |= {"area": int(one.image.sum()), "box": [float(value) for value in one.get_bbox()]}
    elif kind == "rotated_bbox":
        said["numbers"] = [float(value) for value in (one.cx, one.cy, one.w, one.h, one.r)]
    elif kind == "bbox":
        said["numbers"] = [float(value) for value in (one.x, one.y, one.w, one.h)]
    elif kind != "label":
        said["numbers"] = [float(value) for value in one.points]
    crowd = one.attributes.get("is_crowd")
    return said | ({"is_crowd": bool(crowd)} if crowd is not None else {})


def read_supervision(format_name: str, folder: Path) -> Any:
    import supervision

    images = str(folder / "images" / "train") if format_name == "yolo" else str(folder / "images")
    if format_name == "coco":
        dataset = supervision.DetectionDataset.from_coco(images, str(folder / "annotations.json"))
    elif format_name == "voc":
        dataset = supervision.DetectionDataset.from_pascal_voc(str(folder / "JPEGImages"), str(folder / "Annotations"))
    else:
        dataset = supervision.DetectionDataset.from_yolo(
            images, str(folder / "labels" / "train"), str(folder / "data.yaml")
        )
    return {
        Path(path).stem: sorted(
            [dataset.classes[found], *map(float, box)] for found, box in zip(marks.class_id, marks.xyxy, strict=True)
        )
        for path, _image, marks in dataset
    }


def read_label_studio(_format_name: str, folder: Path) -> Any:
    from label_studio_sdk.converter import brush

    tasks = json.loads((folder / "label_studio.json").read_text())
    found = {}
    for task in tasks:
        for result in task["annotations"][0]["result"]:
            if result["type"].startswith("brush"):
                shape = (result["original_height"], result["original_width"], 4)
                pixels = np.reshape(brush.decode_rle(result["value"]["rle"]), shape)[:, :, 3] > 0
                found[result["id"]] = [[int(y), int(x)] for y, x in np.argwhere(pixels)]
    return sorted(found.values())


def write_datumaro(format_name: str, folder: Path) -> None:
    import datumaro
    from datumaro.components.annotation import Bbox, Mask
    from datumaro.components.media import Image

    names = {"coco": "coco_instances", "voc": "voc_detection", "cvat": "cvat", "datumaro": "datumaro"}
    width, height = SIZE
    boxes = [Bbox(x, y, w, h, label=label, id=at + 1, group=at + 1) for at, (label, x, y, w, h) in enumerate(BOXES)]
    masks = [Mask(hole_mask(), label=0, id=9, group=9)] if format_name in ("coco", "datumaro", "cvat") else []
    picture = Image.from_numpy(np.zeros((height, width, 3), np.uint8))
    item = datumaro.DatasetItem("tile", subset="train", media=picture, annotations=boxes + masks)
    empty = datumaro.DatasetItem("empty", subset="train", media=picture)
    dataset = datumaro.Dataset.from_iterable([item, empty], categories=LABELS)
    dataset.export(str(folder), names[format_name], save_media=False)


def write_supervision(format_name: str, folder: Path) -> None:
    import cv2
    import supervision

    folder.mkdir(parents=True, exist_ok=True)
    path = str(folder / "tile.png")
    cv2.imwrite(path, np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    marks = supervision.Detections(
        xyxy=np.array([[x, y, x + w, y + h] for _, x, y, w, h in BOXES]),
        class_id=np.array([label for label, *_ in BOXES]),
    )
    dataset = supervision.DetectionDataset(classes=LABELS, images=[path], annotations={path: marks})
    if format_name == "coco":
        dataset.as_coco(annotations_path=str(folder / "annotations.json"))
    elif format_name == "voc":
        dataset.as_pascal_voc(annotations_directory_path=str(folder / "Annotations"))
    else:
        dataset.as_yolo(
            images_directory_path=str(folder / "images"),
            annotations_directory_path=str(folder / "labels"),
            data_yaml_path=str(folder / "data.yaml"),
        )


def write_label_studio(_format_name: str, folder: Path) -> None:
    """The brush of the mask with a hole, as this library encodes it."""
    from label_studio_sdk.converter import brush

    folder.mkdir(parents=True, exist_ok=True)
    rle = [int(value) for value in brush.mask2rle(hole_mask().astype(np.uint8) * 255)]
    width, height = SIZE
    value = {"format": "rle", "rle": rle, "brushlabels": ["crack"]}
    result = {"id": "a", "type": "brushlabels", "from_name": "label", "to_name": "image", "value": value}
    result |= {"original_width": width, "original_height": height, "image_rotation": 0}
    tasks = [{"id": 1, "data": {"image": "tile.png"}, "annotations": [{"id": 1, "result": [result]}]}]
    (folder / "label_studio.json").write_text(json.dumps(tasks))


def main() -> None:
    action, library, format_name, folder = sys.argv[1:]
    found = globals()[f"{action}_{library}"](format_name, Path(folder))
    if action == "read":
        print(json.dumps(found))


if __name__ == "__main__":
    main()
