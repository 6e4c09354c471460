"""The reading of files from outside, in a process of its own that can be killed. Public names are in `sources`."""
