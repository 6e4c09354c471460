from google.api import annotations_pb2 as _annotations_pb2
from plumbapi.auth.v1 import member_pb2 as _member_pb2
from plumbapi.auth.v1 import session_pb2 as _session_pb2
from plumbapi.auth.v1 import token_pb2 as _token_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
