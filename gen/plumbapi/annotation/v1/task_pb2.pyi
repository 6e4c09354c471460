import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from plumbapi.annotation.v1 import annotation_pb2 as _annotation_pb2
from plumbapi.common.v1 import actor_pb2 as _actor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Task(_message.Message):
    __slots__ = ("id", "project_id", "image_sha256", "path", "source", "tags", "width", "height", "image_set", "state", "verification", "assignee_id", "revision", "annotation_count", "open_remark_count", "update_time")
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Task.State]
        OPEN: _ClassVar[Task.State]
        ANNOTATING: _ClassVar[Task.State]
        IN_REVIEW: _ClassVar[Task.State]
        REJECTED: _ClassVar[Task.State]
        ACCEPTED: _ClassVar[Task.State]
    STATE_UNSPECIFIED: Task.State
    OPEN: Task.State
    ANNOTATING: Task.State
    IN_REVIEW: Task.State
    REJECTED: Task.State
    ACCEPTED: Task.State
    class Verification(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        VERIFICATION_UNSPECIFIED: _ClassVar[Task.Verification]
        UNVERIFIED: _ClassVar[Task.Verification]
        VERIFIED: _ClassVar[Task.Verification]
        REFUSED: _ClassVar[Task.Verification]
        STALE: _ClassVar[Task.Verification]
    VERIFICATION_UNSPECIFIED: Task.Verification
    UNVERIFIED: Task.Verification
    VERIFIED: Task.Verification
    REFUSED: Task.Verification
    STALE: Task.Verification
    ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SHA256_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SET_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    ASSIGNEE_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    ANNOTATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    OPEN_REMARK_COUNT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    project_id: str
    image_sha256: str
    path: str
    source: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    width: int
    height: int
    image_set: str
    state: Task.State
    verification: Task.Verification
    assignee_id: str
    revision: int
    annotation_count: int
    open_remark_count: int
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., project_id: _Optional[str] = ..., image_sha256: _Optional[str] = ..., path: _Optional[str] = ..., source: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., image_set: _Optional[str] = ..., state: _Optional[_Union[Task.State, str]] = ..., verification: _Optional[_Union[Task.Verification, str]] = ..., assignee_id: _Optional[str] = ..., revision: _Optional[int] = ..., annotation_count: _Optional[int] = ..., open_remark_count: _Optional[int] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListTasksRequest(_message.Message):
    __slots__ = ("project_id", "state", "verification", "assignee_id", "image_set", "label", "image_sha256", "page_size", "page_token")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    ASSIGNEE_ID_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SET_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SHA256_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    state: Task.State
    verification: Task.Verification
    assignee_id: str
    image_set: str
    label: str
    image_sha256: str
    page_size: int
    page_token: str
    def __init__(self, project_id: _Optional[str] = ..., state: _Optional[_Union[Task.State, str]] = ..., verification: _Optional[_Union[Task.Verification, str]] = ..., assignee_id: _Optional[str] = ..., image_set: _Optional[str] = ..., label: _Optional[str] = ..., image_sha256: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTasksResponse(_message.Message):
    __slots__ = ("tasks", "next_page_token")
    TASKS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    tasks: _containers.RepeatedCompositeFieldContainer[Task]
    next_page_token: str
    def __init__(self, tasks: _Optional[_Iterable[_Union[Task, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetTaskRequest(_message.Message):
    __slots__ = ("task_id",)
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    def __init__(self, task_id: _Optional[str] = ...) -> None: ...

class GetTaskResponse(_message.Message):
    __slots__ = ("task", "revision", "reviews", "verifications", "remarks", "previous_task_id", "next_task_id")
    TASK_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REVIEWS_FIELD_NUMBER: _ClassVar[int]
    VERIFICATIONS_FIELD_NUMBER: _ClassVar[int]
    REMARKS_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_TASK_ID_FIELD_NUMBER: _ClassVar[int]
    NEXT_TASK_ID_FIELD_NUMBER: _ClassVar[int]
    task: Task
    revision: _annotation_pb2.Revision
    reviews: _containers.RepeatedCompositeFieldContainer[Review]
    verifications: _containers.RepeatedCompositeFieldContainer[Review]
    remarks: _containers.RepeatedCompositeFieldContainer[Remark]
    previous_task_id: str
    next_task_id: str
    def __init__(self, task: _Optional[_Union[Task, _Mapping]] = ..., revision: _Optional[_Union[_annotation_pb2.Revision, _Mapping]] = ..., reviews: _Optional[_Iterable[_Union[Review, _Mapping]]] = ..., verifications: _Optional[_Iterable[_Union[Review, _Mapping]]] = ..., remarks: _Optional[_Iterable[_Union[Remark, _Mapping]]] = ..., previous_task_id: _Optional[str] = ..., next_task_id: _Optional[str] = ...) -> None: ...

class AssignTasksRequest(_message.Message):
    __slots__ = ("project_id", "member_id", "task_ids", "count")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    MEMBER_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_IDS_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    member_id: str
    task_ids: _containers.RepeatedScalarFieldContainer[str]
    count: int
    def __init__(self, project_id: _Optional[str] = ..., member_id: _Optional[str] = ..., task_ids: _Optional[_Iterable[str]] = ..., count: _Optional[int] = ...) -> None: ...

class AssignTasksResponse(_message.Message):
    __slots__ = ("assigned_count",)
    ASSIGNED_COUNT_FIELD_NUMBER: _ClassVar[int]
    assigned_count: int
    def __init__(self, assigned_count: _Optional[int] = ...) -> None: ...

class TakeNextTaskRequest(_message.Message):
    __slots__ = ("project_id",)
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    def __init__(self, project_id: _Optional[str] = ...) -> None: ...

class MoveTasksRequest(_message.Message):
    __slots__ = ("project_id", "task_ids", "image_set")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_IDS_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SET_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    task_ids: _containers.RepeatedScalarFieldContainer[str]
    image_set: str
    def __init__(self, project_id: _Optional[str] = ..., task_ids: _Optional[_Iterable[str]] = ..., image_set: _Optional[str] = ...) -> None: ...

class MoveTasksResponse(_message.Message):
    __slots__ = ("moved_count",)
    MOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    moved_count: int
    def __init__(self, moved_count: _Optional[int] = ...) -> None: ...

class SubmitTaskRequest(_message.Message):
    __slots__ = ("task_id", "revision", "request_id")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    revision: int
    request_id: str
    def __init__(self, task_id: _Optional[str] = ..., revision: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class Review(_message.Message):
    __slots__ = ("id", "task_id", "revision", "revision_digest", "verdict", "comment", "reviewer", "organisation", "create_time")
    class Verdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        VERDICT_UNSPECIFIED: _ClassVar[Review.Verdict]
        ACCEPT: _ClassVar[Review.Verdict]
        REJECT: _ClassVar[Review.Verdict]
    VERDICT_UNSPECIFIED: Review.Verdict
    ACCEPT: Review.Verdict
    REJECT: Review.Verdict
    ID_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_DIGEST_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    REVIEWER_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    task_id: str
    revision: int
    revision_digest: str
    verdict: Review.Verdict
    comment: str
    reviewer: _actor_pb2.Actor
    organisation: str
    create_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., task_id: _Optional[str] = ..., revision: _Optional[int] = ..., revision_digest: _Optional[str] = ..., verdict: _Optional[_Union[Review.Verdict, str]] = ..., comment: _Optional[str] = ..., reviewer: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., organisation: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReviewTaskRequest(_message.Message):
    __slots__ = ("task_id", "revision", "verdict", "comment", "request_id")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    revision: int
    verdict: Review.Verdict
    comment: str
    request_id: str
    def __init__(self, task_id: _Optional[str] = ..., revision: _Optional[int] = ..., verdict: _Optional[_Union[Review.Verdict, str]] = ..., comment: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class VerifyTaskRequest(_message.Message):
    __slots__ = ("task_id", "revision", "verdict", "comment", "request_id")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    revision: int
    verdict: Review.Verdict
    comment: str
    request_id: str
    def __init__(self, task_id: _Optional[str] = ..., revision: _Optional[int] = ..., verdict: _Optional[_Union[Review.Verdict, str]] = ..., comment: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class Remark(_message.Message):
    __slots__ = ("id", "task_id", "project_id", "image_sha256", "path", "text", "region", "state", "author", "resolver", "create_time", "resolve_time")
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Remark.State]
        UNRESOLVED: _ClassVar[Remark.State]
        RESOLVED: _ClassVar[Remark.State]
    STATE_UNSPECIFIED: Remark.State
    UNRESOLVED: Remark.State
    RESOLVED: Remark.State
    ID_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    IMAGE_SHA256_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    RESOLVER_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    RESOLVE_TIME_FIELD_NUMBER: _ClassVar[int]
    id: str
    task_id: str
    project_id: str
    image_sha256: str
    path: str
    text: str
    region: _annotation_pb2.Box
    state: Remark.State
    author: _actor_pb2.Actor
    resolver: _actor_pb2.Actor
    create_time: _timestamp_pb2.Timestamp
    resolve_time: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., task_id: _Optional[str] = ..., project_id: _Optional[str] = ..., image_sha256: _Optional[str] = ..., path: _Optional[str] = ..., text: _Optional[str] = ..., region: _Optional[_Union[_annotation_pb2.Box, _Mapping]] = ..., state: _Optional[_Union[Remark.State, str]] = ..., author: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., resolver: _Optional[_Union[_actor_pb2.Actor, _Mapping]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resolve_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateRemarkRequest(_message.Message):
    __slots__ = ("task_id", "text", "region", "request_id")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    text: str
    region: _annotation_pb2.Box
    request_id: str
    def __init__(self, task_id: _Optional[str] = ..., text: _Optional[str] = ..., region: _Optional[_Union[_annotation_pb2.Box, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class ListRemarksRequest(_message.Message):
    __slots__ = ("project_id", "state", "page_size", "page_token")
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project_id: str
    state: Remark.State
    page_size: int
    page_token: str
    def __init__(self, project_id: _Optional[str] = ..., state: _Optional[_Union[Remark.State, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRemarksResponse(_message.Message):
    __slots__ = ("remarks", "next_page_token")
    REMARKS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    remarks: _containers.RepeatedCompositeFieldContainer[Remark]
    next_page_token: str
    def __init__(self, remarks: _Optional[_Iterable[_Union[Remark, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ResolveRemarkRequest(_message.Message):
    __slots__ = ("remark_id",)
    REMARK_ID_FIELD_NUMBER: _ClassVar[int]
    remark_id: str
    def __init__(self, remark_id: _Optional[str] = ...) -> None: ...
