"""The program `weft`: opens the window, or calls a command of the terminal, whose libraries the window never loads."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for and return the exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if not arguments or (arguments[0] == "open" and not any(word.startswith("-") for word in arguments)):
        from desktop_app.opening import open_window

        return open_window([Path(word) for word in arguments[1:]])
    from desktop_app.terminal import main as command

    return command(arguments)
