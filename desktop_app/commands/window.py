"""`weft open`: the window."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def open_files(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Workflows.", show_default=False)] = None,
) -> int:
    """Open the window, with these workflows or with what was open last. `weft` alone does the same."""
    from desktop_app.opening import open_window

    return open_window(files or [])
