from google.api import annotations_pb2 as _annotations_pb2
from plumbapi.annotation.v1 import annotation_pb2 as _annotation_pb2
from plumbapi.annotation.v1 import project_pb2 as _project_pb2
from plumbapi.annotation.v1 import snapshot_pb2 as _snapshot_pb2
from plumbapi.annotation.v1 import task_pb2 as _task_pb2
from plumbapi.annotation.v1 import transfer_pb2 as _transfer_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
