"""A folder of its own for each run of a script, gone afterwards whatever the script made of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path


@contextlib.asynccontextmanager
async def scratch_folder() -> AsyncIterator[Path]:
    """Make an empty folder that only this user can enter, and remove it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="weft-script-"))
    try:
        yield folder
    finally:
        # Not on the loop: a script may have left a million files.
        await asyncio.shield(asyncio.to_thread(remove, folder))


def remove(folder: Path) -> None:
    """Remove a folder with everything in it, also below folders that may not be read. Never follows links out of it."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.is_dir() and not folder.is_symlink():
        for top, _, _ in os.walk(folder):
            with contextlib.suppress(OSError):
                Path(top).chmod(stat.S_IRWXU, follow_symlinks=True)
        shutil.rmtree(folder, ignore_errors=True)
