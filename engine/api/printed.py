"""Where a run keeps what a script printed, when that is too much for its log."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from engine.api.scripts import Stream

LEFT_OUT = "left_out"
"""Name of the bytes, among what a step used up, that its log does not show."""


def printed_file(folder: Path, address: str, stream: Stream) -> Path:
    """Return the file for a stream of the script of a step, in the folder of its run."""
    return folder / "printed" / f"{quote(address, safe='')}.{stream}.txt"
