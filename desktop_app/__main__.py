"""`python -m desktop_app` is the command `weft`."""

import sys

from desktop_app.signals import hold


def start() -> int:
    """Load the command and run it."""
    hold()
    from desktop_app.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(start())
