import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from plumbapi.common.v1 import actor_pb2 as _actor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Geometry(_message.Message):
    __slots__ = ("box", "rotated_box", "polygon", "polyline", "point", "skeleton", "ellipse", "mask", "tag")
    BOX_FIELD_NUMBER: _ClassVar[int]
    ROTATED_BOX_FIELD_NUMBER: _ClassVar[int]
    POLYGON_FIELD_NUMBER: _ClassVar[int]
    POLYLINE_FIELD_NUMBER: _ClassVar[int]
    POINT_FIELD_NUMBER: _ClassVar[int]
    SKELETON_FIELD_NUMBER: _ClassVar[int]
    ELLIPSE_FIELD_NUMBER: _ClassVar[int]
    MASK_FIELD_NUMBER: _ClassVar[int]
    TAG_FIELD_NUMBER: _ClassVar[int]
    box: Box
    rotated_box: RotatedBox
    polygon: Polygon
    polyline: Polyline
    point: Point
    skeleton: Skeleton
    ellipse: Ellipse
    mask: Mask
    tag: ImageTag
    def __init__(self, box: _Optional[_Union[Box, _Mapping]] = ..., rotated_box: _Optional[_Union[RotatedBox, _Mapping]] = ..., polygon: _Optional[_Union[Polygon, _Mapping]] = ..., polyline: _Optional[_Union[Polyline, _Mapping]] = ..., point: _Optional[_Union[Point, _Mapping]] = ..., skeleton: _Optional[_Union[Skeleton, _Mapping]] = ..., ellipse: _Optional[_Union[Ellipse, _Mapping]] = ..., mask: _Optional[_Union[Mask, _Mapping]] = ..., tag: _Optional[_Union[ImageTag, _Mapping]] = ...) -> None: ...

class Box(_message.Message):
    __slots__ = ("x", "y", "width", "height")
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    x: float
    y: float
    width: float
    height: float
    def __init__(self, x: _Optional[float] = ..., y: _Optional[float] = ..., width: _Optional[float] = ..., height: _Optional[float] = ...) -> None: ...

class RotatedBox(_message.Message):
    __slots__ = ("cx", "cy", "width", "height", "angle")
    CX_FIELD_NUMBER: _ClassVar[int]
    CY_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    ANGLE_FIELD_NUMBER: _ClassVar[int]
    cx: float
    cy: float
    width: float
    height: float
    angle: float
    def __init__(self, cx: _Optional[float] = ..., cy: _Optional[float] = ..., width: _Optional[float] = ..., height: _Optional[float] = ..., angle: _Optional[float] = ...) -> None: ...

class Polygon(_message.Message):
    __slots__ = ("parts",)
    PARTS_FIELD_NUMBER: _ClassVar[int]
    parts: _containers.RepeatedCompositeFieldContainer[PolygonPart]
    def __init__(self, parts: _Optional[_Iterable[_Union[PolygonPart, _Mapping]]] = ...) -> None: ...

class PolygonPart(_message.Message):
    __slots__ = ("outer", "holes")
    OUTER_FIELD_NUMBER: _ClassVar[int]
    HOLES_FIELD_NUMBER: _ClassVar[int]
    outer: _containers.RepeatedScalarFieldContainer[float]
    holes: _containers.RepeatedCompositeFieldContainer[Ring]
    def __init__(self, outer: _Optional[_Iterable[float]] = ..., holes: _Optional[_Iterable[_Union[Ring, _Mapping]]] = ...) -> None: ...

class Ring(_message.Message):
    __slots__ = ("points",)
    POINTS_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, points: _Optional[_Iterable[float]] = ...) -> None: ...

class Polyline(_message.Message):
    __slots__ = ("points",)
    POINTS_FIELD_NUMBER: _ClassVar[int]
    points: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, points: _Optional[_Iterable[float]] = ...) -> None: ...

class Point(_message.Message):
    __slots__ = ("x", "y")
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    x: float
    y: float
    def __init__(self, x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...

class Skeleton(_message.Message):
    __slots__ = ("nodes",)
    NODES_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[SkeletonNode]
    def __init__(self, nodes: _Optional[_Iterable[_Union[SkeletonNode, _Mapping]]] = ...) -> None: ...

class SkeletonNode(_message.Message):
    __slots__ = ("name", "x", "y", "visibility")
    NAME_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    VISIBILITY_FIELD_NUMBER: _ClassVar[int]
    name: str
    x: float
    y: float
    visibility: int
    def __init__(self, name: _Optional[str] = ..., x: _Optional[float] = ..., y: _Optional[float] = ..., visibility: _Optional[int] = ...) -> None: ...

class Ellipse(_message.Message):
    __slots__ = ("cx", "cy", "rx", "ry", "angle")
    CX_FIELD_NUMBER: _ClassVar[int]
    CY_FIELD_NUMBER: _ClassVar[int]
    RX_FIELD_NUMBER: _ClassVar[int]
    RY_FIELD_NUMBER: _ClassVar[int]
    ANGLE_FIELD_NUMBER: _ClassVar[int]
    cx: float
    cy: float
    rx: float
    ry: float
    angle: float
    def __init__(self, cx: _Optional[float] = ..., cy: _Optional[float] = ..., rx: _Optional[float] = ..., ry: _Optional[float] = ..., angle: _Optional[float] = ...) -> None: ...

class Mask(_message.Message):
    __slots__ = ("height", "width", "counts")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    height: int
    width: int
    counts: str
    def __init__(self, height: _Optional[int] = ..., width: _Optional[int] = ..., counts: _Optional[str] = ...) -> None: ...

class ImageTag(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Annotation(_message.Message):
    __slots__ = ("id", "label", "geometry", "attributes", "origin", "confidence", "group", "z", "occluded", "truncated", "difficult", "foreign")
    class Origin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ORIGIN_UNSPECIFIED: _ClassVar[Annotation.Origin]
        HUMAN: _ClassVar[Annotation.Origin]
        MODEL: _ClassVar[Annotation.Origin]
        IMPORTED: _ClassVar[Annotation.Origin]
    ORIGIN_UNSPECIFIED: Annotation.Origin
    HUMAN: Annotation.Origin
    MODEL: Annotation.Origin
    IMPORTED: Annotation.Origin
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    GEOMETRY_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    Z_FIELD_NUMBER: _ClassVar[int]
    OCCLUDED_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    DIFFICULT_FIELD_NUMBER: _ClassVar[int]
    FOREIGN_FIELD_NUMBER: _ClassVar[int]
    id: str
    label: str
    geometry: Geometry
    attributes: _struct_pb2.Struct
    origin: Annotation.Origin
    confidence: float
    group: int
    z: int
    occluded: bool
    truncated: bool
    difficult: bool
    foreign: _struct_pb2.Struct
    def __init__(self, id: _Optional[str] = ..., label: _Optional[str] = ..., geometry: _Optional[_Union[Geometry, _Mapping]] = ..., attributes: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., origin: _Optional[_Union[Annotation.Origin, str]] = ..., confidence: _Optional[float] = ..., group: _Optional[int] = ..., z: _Optional[int] = ..., occluded: _Optional[bool] = ..., truncated: _Optional[bool] = ..., difficult: _Optional[bool] = ..., foreign: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class Answer(_message.Message):
    __slots__ = ("question", "value")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    question: str
    value: str
    def __init__(self, question: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...

class Revision(_message.Message):
    __slots__ = ("id", "task_id", "number", "annotations", "answers", "digest", "author", "create_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    task_id: str
    number: int
    annotations: _containers.RepeatedCompositeFieldContainer[Annotation]
    answers: _containers.RepeatedCompositeFieldContainer[Answer]
    digest: str
    author: _actor_pb2.Actor
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., task_id: _Optional[str] = ..., number: _Optional[int] = ..., annotations: _Optional[_Iterable[_Union[Annotation, _Mapping]]] = ..., answers: _Optional[_Iterable[_Union[Answer, _Mapping]]] = ..., digest: _Optional[str] = ..., author: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Operation(_message.Message):
    __slots__ = ("add", "update", "remove", "answer")
    ADD_FIELD_NUMBER: _ClassVar[int]
    UPDATE_FIELD_NUMBER: _ClassVar[int]
    REMOVE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    add: Annotation
    update: Annotation
    remove: str
    answer: Answer
    def __init__(self, add: _Optional[_Union[Annotation, _Mapping]] = ..., update: _Optional[_Union[Annotation, _Mapping]] = ..., remove: _Optional[str] = ..., answer: _Optional[_Union[Answer, _Mapping]] = ...) -> None: ...

class SaveAnnotationsRequest(_message.Message):
    __slots__ = ("task_id", "base_revision", "operations", "request_id")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    BASE_REVISION_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    base_revision: int
    operations: _containers.RepeatedCompositeFieldContainer[Operation]
    request_id: str
    def __init__(self, task_id: _Optional[str] = ..., base_revision: _Optional[int] = ..., operations: _Optional[_Iterable[_Union[Operation, _Mapping]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class ListRevisionsRequest(_message.Message):
    __slots__ = ("task_id", "page_size", "page_token")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    page_size: int
    page_token: str
    def __init__(self, task_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRevisionsResponse(_message.Message):
    __slots__ = ("revisions", "next_page_token")
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    revisions: _containers.RepeatedCompositeFieldContainer[Revision]
    next_page_token: str
    def __init__(self, revisions: _Optional[_Iterable[_Union[Revision, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Prediction(_message.Message):
    __slots__ = ("id", "task_id", "run_id", "model_version", "annotations", "create_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    task_id: str
    run_id: str
    model_version: str
    annotations: _containers.RepeatedCompositeFieldContainer[Annotation]
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., task_id: _Optional[str] = ..., run_id: _Optional[str] = ..., model_version: _Optional[str] = ..., annotations: _Optional[_Iterable[_Union[Annotation, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PredictedImage(_message.Message):
    __slots__ = ("image_sha256", "annotations")
    IMAGE_SHA256_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    image_sha256: str
    annotations: _containers.RepeatedCompositeFieldContainer[Annotation]
    def __init__(self, image_sha256: _Optional[str] = ..., annotations: _Optional[_Iterable[_Union[Annotation, _Mapping]]] = ...) -> None: ...

class AddPredictionsRequest(_message.Message):
    __slots__ = ("project_id", "run_id", "model_version", "images")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSION_FIELD_NUMBER: _ClassVar[int]
    IMAGES_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    run_id: str
    model_version: str
    images: _containers.RepeatedCompositeFieldContainer[PredictedImage]
    def __init__(self, project_id: _Optional[str] = ..., run_id: _Optional[str] = ..., model_version: _Optional[str] = ..., images: _Optional[_Iterable[_Union[PredictedImage, _Mapping]]] = ...) -> None: ...

class AddPredictionsResponse(_message.Message):
    __slots__ = ("stored_count",)
    STORED_COUNT_FIELD_NUMBER: _ClassVar[int]
    stored_count: int
    def __init__(self, stored_count: _Optional[int] = ...) -> None: ...

class ListPredictionsRequest(_message.Message):
    __slots__ = ("task_id",)
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    def __init__(self, task_id: _Optional[str] = ...) -> None: ...

class ListPredictionsResponse(_message.Message):
    __slots__ = ("predictions",)
    PREDICTIONS_FIELD_NUMBER: _ClassVar[int]
    predictions: _containers.RepeatedCompositeFieldContainer[Prediction]
    def __init__(self, predictions: _Optional[_Iterable[_Union[Prediction, _Mapping]]] = ...) -> None: ...
