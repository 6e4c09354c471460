"""The storage service: datasets, images, versions."""
