"""The program `weft`: hands over to the commands of the terminal, whose libraries nothing else loads."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments ask for and return the exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    from desktop_app.terminal import main as command

    return command(arguments)
