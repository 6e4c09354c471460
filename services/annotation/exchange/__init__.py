"""The way between annotations of the platform and the model of `plumbline_formats`, both ways without a loss."""
