"""Owns what is asked of both servers: every public function is one case, run by `tests/mlflow/side.py`."""
