import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from plumbapi.common.v1 import actor_pb2 as _actor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Tool(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TOOL_UNSPECIFIED: _ClassVar[Tool]
    BOX: _ClassVar[Tool]
    ROTATED_BOX: _ClassVar[Tool]
    POLYGON: _ClassVar[Tool]
    POLYLINE: _ClassVar[Tool]
    POINT: _ClassVar[Tool]
    SKELETON: _ClassVar[Tool]
    ELLIPSE: _ClassVar[Tool]
    BRUSH: _ClassVar[Tool]
    TAG: _ClassVar[Tool]
TOOL_UNSPECIFIED: Tool
BOX: Tool
ROTATED_BOX: Tool
POLYGON: Tool
POLYLINE: Tool
POINT: Tool
SKELETON: Tool
ELLIPSE: Tool
BRUSH: Tool
TAG: Tool

class Label(_message.Message):
    __slots__ = ("name", "color")
    NAME_FIELD_NUMBER: _ClassVar[int]
    COLOR_FIELD_NUMBER: _ClassVar[int]
    name: str
    color: str
    def __init__(self, name: _Optional[str] = ..., color: _Optional[str] = ...) -> None: ...

class Question(_message.Message):
    __slots__ = ("key", "text", "choices")
    KEY_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    key: str
    text: str
    choices: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, key: _Optional[str] = ..., text: _Optional[str] = ..., choices: _Optional[_Iterable[str]] = ...) -> None: ...

class Project(_message.Message):
    __slots__ = ("id", "name", "description", "labels", "tools", "questions", "image_sets", "configuration_version", "assigned_versions", "task_count", "latest_snapshot", "creator", "create_time", "update_time")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SETS_FIELD_NUMBER: _ClassVar[int]
    CONFIGURATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    TASK_COUNT_FIELD_NUMBER: _ClassVar[int]
    LATEST_SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    CREATOR_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    description: str
    labels: _containers.RepeatedCompositeFieldContainer[Label]
    tools: _containers.RepeatedScalarFieldContainer[Tool]
    questions: _containers.RepeatedCompositeFieldContainer[Question]
    image_sets: _containers.RepeatedScalarFieldContainer[str]
    configuration_version: int
    assigned_versions: _containers.RepeatedCompositeFieldContainer[AssignedVersion]
    task_count: int
    latest_snapshot: int
    creator: _actor_pb2.Actor
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., description: _Optional[str] = ..., labels: _Optional[_Iterable[_Union[Label, _Mapping]]] = ..., tools: _Optional[_Iterable[_Union[Tool, str]]] = ..., questions: _Optional[_Iterable[_Union[Question, _Mapping]]] = ..., image_sets: _Optional[_Iterable[str]] = ..., configuration_version: _Optional[int] = ..., assigned_versions: _Optional[_Iterable[_Union[AssignedVersion, _Mapping]]] = ..., task_count: _Optional[int] = ..., latest_snapshot: _Optional[int] = ..., creator: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AssignedVersion(_message.Message):
    __slots__ = ("dataset_id", "dataset_name", "version", "digest")
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    DATASET_NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    dataset_id: str
    dataset_name: str
    version: int
    digest: str
    def __init__(self, dataset_id: _Optional[str] = ..., dataset_name: _Optional[str] = ..., version: _Optional[int] = ..., digest: _Optional[str] = ...) -> None: ...

class ListProjectsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListProjectsResponse(_message.Message):
    __slots__ = ("projects", "next_page_token")
    PROJECTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    projects: _containers.RepeatedCompositeFieldContainer[Project]
    next_page_token: str
    def __init__(self, projects: _Optional[_Iterable[_Union[Project, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetProjectRequest(_message.Message):
    __slots__ = ("project_id",)
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    def __init__(self, project_id: _Optional[str] = ...) -> None: ...

class CreateProjectRequest(_message.Message):
    __slots__ = ("name", "description", "labels", "tools", "questions", "image_sets", "request_id")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SETS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    labels: _containers.RepeatedCompositeFieldContainer[Label]
    tools: _containers.RepeatedScalarFieldContainer[Tool]
    questions: _containers.RepeatedCompositeFieldContainer[Question]
    image_sets: _containers.RepeatedScalarFieldContainer[str]
    request_id: str
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., labels: _Optional[_Iterable[_Union[Label, _Mapping]]] = ..., tools: _Optional[_Iterable[_Union[Tool, str]]] = ..., questions: _Optional[_Iterable[_Union[Question, _Mapping]]] = ..., image_sets: _Optional[_Iterable[str]] = ..., request_id: _Optional[str] = ...) -> None: ...

class UpdateProjectRequest(_message.Message):
    __slots__ = ("project_id", "description", "labels", "tools", "questions")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    description: str
    labels: _containers.RepeatedCompositeFieldContainer[Label]
    tools: _containers.RepeatedScalarFieldContainer[Tool]
    questions: _containers.RepeatedCompositeFieldContainer[Question]
    def __init__(self, project_id: _Optional[str] = ..., description: _Optional[str] = ..., labels: _Optional[_Iterable[_Union[Label, _Mapping]]] = ..., tools: _Optional[_Iterable[_Union[Tool, str]]] = ..., questions: _Optional[_Iterable[_Union[Question, _Mapping]]] = ...) -> None: ...

class TagRule(_message.Message):
    __slots__ = ("tag", "image_set")
    TAG_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SET_FIELD_NUMBER: _ClassVar[int]
    tag: str
    image_set: str
    def __init__(self, tag: _Optional[str] = ..., image_set: _Optional[str] = ...) -> None: ...

class SplitRule(_message.Message):
    __slots__ = ("image_set", "share")
    IMAGE_SET_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    image_set: str
    share: float
    def __init__(self, image_set: _Optional[str] = ..., share: _Optional[float] = ...) -> None: ...

class AssignVersionRequest(_message.Message):
    __slots__ = ("project_id", "dataset_id", "version", "tag_rules", "split", "seed")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    DATASET_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TAG_RULES_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    dataset_id: str
    version: int
    tag_rules: _containers.RepeatedCompositeFieldContainer[TagRule]
    split: _containers.RepeatedCompositeFieldContainer[SplitRule]
    seed: int
    def __init__(self, project_id: _Optional[str] = ..., dataset_id: _Optional[str] = ..., version: _Optional[int] = ..., tag_rules: _Optional[_Iterable[_Union[TagRule, _Mapping]]] = ..., split: _Optional[_Iterable[_Union[SplitRule, _Mapping]]] = ..., seed: _Optional[int] = ...) -> None: ...

class AssignVersionResponse(_message.Message):
    __slots__ = ("project", "created_count", "kept_count")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    CREATED_COUNT_FIELD_NUMBER: _ClassVar[int]
    KEPT_COUNT_FIELD_NUMBER: _ClassVar[int]
    project: Project
    created_count: int
    kept_count: int
    def __init__(self, project: _Optional[_Union[Project, _Mapping]] = ..., created_count: _Optional[int] = ..., kept_count: _Optional[int] = ...) -> None: ...

class GetProgressRequest(_message.Message):
    __slots__ = ("project_id",)
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    def __init__(self, project_id: _Optional[str] = ...) -> None: ...

class GetProgressResponse(_message.Message):
    __slots__ = ("task_count", "open_count", "annotating_count", "in_review_count", "rejected_count", "accepted_count", "verifications", "open_remark_count", "annotation_count", "sets", "labels")
    TASK_COUNT_FIELD_NUMBER: _ClassVar[int]
    OPEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    ANNOTATING_COUNT_FIELD_NUMBER: _ClassVar[int]
    IN_REVIEW_COUNT_FIELD_NUMBER: _ClassVar[int]
    REJECTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    VERIFICATIONS_FIELD_NUMBER: _ClassVar[int]
    OPEN_REMARK_COUNT_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    SETS_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    task_count: int
    open_count: int
    annotating_count: int
    in_review_count: int
    rejected_count: int
    accepted_count: int
    verifications: Verifications
    open_remark_count: int
    annotation_count: int
    sets: _containers.RepeatedCompositeFieldContainer[SetProgress]
    labels: _containers.RepeatedCompositeFieldContainer[LabelCount]
    def __init__(self, task_count: _Optional[int] = ..., open_count: _Optional[int] = ..., annotating_count: _Optional[int] = ..., in_review_count: _Optional[int] = ..., rejected_count: _Optional[int] = ..., accepted_count: _Optional[int] = ..., verifications: _Optional[_Union[Verifications, _Mapping]] = ..., open_remark_count: _Optional[int] = ..., annotation_count: _Optional[int] = ..., sets: _Optional[_Iterable[_Union[SetProgress, _Mapping]]] = ..., labels: _Optional[_Iterable[_Union[LabelCount, _Mapping]]] = ...) -> None: ...

class Verifications(_message.Message):
    __slots__ = ("verified_count", "rejected_count", "stale_count", "unverified_count")
    VERIFIED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REJECTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    STALE_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNVERIFIED_COUNT_FIELD_NUMBER: _ClassVar[int]
    verified_count: int
    rejected_count: int
    stale_count: int
    unverified_count: int
    def __init__(self, verified_count: _Optional[int] = ..., rejected_count: _Optional[int] = ..., stale_count: _Optional[int] = ..., unverified_count: _Optional[int] = ...) -> None: ...

class SetProgress(_message.Message):
    __slots__ = ("image_set", "task_count", "accepted_count", "verified_count")
    IMAGE_SET_FIELD_NUMBER: _ClassVar[int]
    TASK_COUNT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_COUNT_FIELD_NUMBER: _ClassVar[int]
    image_set: str
    task_count: int
    accepted_count: int
    verified_count: int
    def __init__(self, image_set: _Optional[str] = ..., task_count: _Optional[int] = ..., accepted_count: _Optional[int] = ..., verified_count: _Optional[int] = ...) -> None: ...

class LabelCount(_message.Message):
    __slots__ = ("label", "annotation_count", "image_count")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    IMAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    label: str
    annotation_count: int
    image_count: int
    def __init__(self, label: _Optional[str] = ..., annotation_count: _Optional[int] = ..., image_count: _Optional[int] = ...) -> None: ...
