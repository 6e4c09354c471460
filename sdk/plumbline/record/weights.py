"""Owns the digest of a model's weights: two runs that agree on it computed the same bits."""

from __future__ import annotations

import hashlib
import sys
from typing import Any


def weights_digest(model: Any) -> str:
    """sha256 over all tensors of a torch model or state dict, sorted by name, with their types and shapes."""
    torch = sys.modules["torch"]
    state = model.state_dict() if hasattr(model, "state_dict") else model
    digest = hashlib.sha256()
    for name, tensor in sorted(state.items()):
        digest.update(f"{name}:{tensor.dtype}:{tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
