"""`weft open` with a `Report` in it: `python -m desktop_app.screen.watched SOCKET [FILE...]`, as a `Driver` starts it."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from desktop_app.signals import hold


def main(number: str, *files: str) -> int:
    """Open the window and return the exit code."""
    hold()
    from desktop_app.opening import open_window
    from desktop_app.screen.seen import Report

    link = socket.socket(fileno=int(number))
    return open_window([Path(file) for file in files], lambda: Report(link))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
