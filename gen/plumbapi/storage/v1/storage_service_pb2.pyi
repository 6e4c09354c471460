from google.api import annotations_pb2 as _annotations_pb2
from plumbapi.storage.v1 import dataset_pb2 as _dataset_pb2
from plumbapi.storage.v1 import image_pb2 as _image_pb2
from plumbapi.storage.v1 import upload_pb2 as _upload_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
