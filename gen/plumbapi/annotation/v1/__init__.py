from .annotation_pb2 import *  # noqa: F403
from .project_pb2 import *  # noqa: F403
from .snapshot_pb2 import *  # noqa: F403
from .task_pb2 import *  # noqa: F403
from .transfer_pb2 import *  # noqa: F403
