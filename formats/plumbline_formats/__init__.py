"""Annotation formats of computer vision, read and written without losing anything silently."""
