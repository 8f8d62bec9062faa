"""Folders as a person is told them."""

from __future__ import annotations

from pathlib import Path


def short_place(folder: Path) -> str:
    """Return a folder as it is written by hand: below the own home with `~`."""
    home = Path.home()
    return f"~/{folder.relative_to(home).as_posix()}" if folder.is_relative_to(home) else str(folder)
