from .gate_pb2 import *  # noqa: F403
from .logged_model_pb2 import *  # noqa: F403
from .metric_pb2 import *  # noqa: F403
from .model_pb2 import *  # noqa: F403
from .run_pb2 import *  # noqa: F403
