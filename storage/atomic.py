"""Files that are written whole or not at all, also through a kill or a power cut."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

PRIVATE_FILE = 0o600


def write_whole(target: Path, data: bytes, *, mode: int | None = None, durable: bool = True) -> None:
    """Replace the content of `target`: a new file beside it takes its name once it is complete.

    Args:
        target: The file, there or not. A link is replaced, not followed.
        data: Its new content.
        mode: Its permissions, else those of a new file of this user.
        durable: Survive a power cut, for two waits for the disk.

    Raises:
        OSError: when the disk is full or the folder cannot be written to; `target` is as it was then.
    """
    part = target.with_name(f".{target.name[:100]}.{uuid4().hex}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(part, flags, 0o666 if mode is None else mode), "wb") as file:  # noqa: PTH123 - with a mode
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        if mode is not None:
            part.chmod(mode)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the platform can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders; it writes names through by itself
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
