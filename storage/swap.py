"""Puts restored data in the place of the present data: all of it or nothing, through a kill at any moment.

What is to come lies complete in `.restore/new`; a marker beside it says so. From then on the exchange only goes forward,
and whoever owns the data folder next finishes what was interrupted.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from uuid import uuid4

from storage.atomic import PRIVATE_FILE, sync_folder, write_whole
from storage.paths import DataFolder

STAGING, MARKER = ".restore", "ready.json"
DATABASES = ("weft.db", "journal.db")
FOLDERS = ("library", "blobs", "runs")
FILES = ("secrets.json",)
"""What a backup holds, by its name in the data folder."""
SHORTCUTS = ("checkpoints.db",)
"""What belongs to the present data, is in no backup and can be lost."""
SIDE_FILES = tuple(f"{database}{suffix}" for database in (*DATABASES, *SHORTCUTS) for suffix in ("-wal", "-shm"))


def staging(folder: DataFolder) -> Path:
    """Return the folder in which data to be restored is prepared, empty and private."""
    root = folder.root / STAGING
    shutil.rmtree(root, ignore_errors=True)
    for path in (root, root / "new", root / "old"):
        path.mkdir(mode=0o700)
    return root


def begin_swap(folder: DataFolder) -> None:
    """Say that what was prepared is complete. Afterwards `finish_swap` brings it in, now or at the next start."""
    root = folder.root / STAGING
    coming = sorted(path.name for path in (root / "new").iterdir())
    sync_folder(root / "new")
    write_whole(root / MARKER, json.dumps(coming).encode(), mode=PRIVATE_FILE)


def finish_swap(folder: DataFolder) -> None:
    """Bring in what a restore prepared completely, and throw away what it did not. Only for the owner of the folder.

    Databases and folders that the backup has not are taken away; secrets are kept then.

    Raises:
        OSError: when files cannot be renamed; it can be called again.
    """
    root = folder.root / STAGING
    if not root.exists():
        return
    if swap_waits(folder):
        coming = json.loads((root / MARKER).read_bytes())
        for name in (*SIDE_FILES, *SHORTCUTS, *DATABASES, *FOLDERS, *FILES):
            if name in coming:
                _bring_in(folder.root / name, root / "new" / name, root / "old" / name)
            elif name not in FILES:
                _take_away(folder.root / name, root / "old" / name)
        sync_folder(folder.root)
        (root / MARKER).unlink()
    shutil.rmtree(root, ignore_errors=True)


def discard(folder: DataFolder) -> None:
    """Throw away what was prepared, unless it is complete."""
    if not swap_waits(folder):
        shutil.rmtree(folder.root / STAGING, ignore_errors=True)


def swap_waits(folder: DataFolder) -> bool:
    """Tell whether a restore was interrupted after its data was complete."""
    return (folder.root / STAGING / MARKER).exists()


def _bring_in(present: Path, coming: Path, kept: Path) -> None:
    if coming.exists():  # else it was brought in before the kill
        _take_away(present, kept)
        coming.rename(present)


def _take_away(present: Path, kept: Path) -> None:
    if present.exists():
        # what is there a second time was made by a program that started between the kill and now
        present.rename(kept if not kept.exists() else kept.with_name(f"{kept.name}.{uuid4().hex}"))
