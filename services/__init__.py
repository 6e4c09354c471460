"""The services of Plumbline. `python -m services` starts any of them, or all in one process."""
