from .dataset_pb2 import *  # noqa: F403
from .image_pb2 import *  # noqa: F403
from .upload_pb2 import *  # noqa: F403
