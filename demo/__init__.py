"""The main job end to end: from a folder of photographs to a production model that can be questioned."""
