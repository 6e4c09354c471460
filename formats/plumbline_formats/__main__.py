"""Runs the command `plumbline-formats` as `python -m plumbline_formats`."""

import sys

from plumbline_formats.cli import main

if __name__ == "__main__":
    sys.exit(main())
