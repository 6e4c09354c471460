"""The experiments service: runs, metrics, artifacts, models and their lineage."""
