"""Files that come with the program."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """Return where a file or folder of this package lies, such as `path("icons", "play.svg")`."""
    return ROOT.joinpath(*parts)


def text(*parts: str) -> str:
    """Return the text of a file. Raises OSError when there is none."""
    return path(*parts).read_text(encoding="utf-8")
