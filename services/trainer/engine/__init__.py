"""What a training worker computes: data, recipes, the loop, evaluation, export and inference.

Owns everything between image files with annotations and a checked model file. Does not talk to the platform:
a worker hands in local files and callbacks, and gets back files, numbers and digests.
"""

from __future__ import annotations

import os

# Models are built from a config alone. Set before transformers is first imported, so that nothing is ever fetched;
# cuBLAS reads its variable when its first handle is made and needs it for repeatable results.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
