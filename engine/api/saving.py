"""Files that appear whole or not at all, and what is added to one. Everything here blocks, so call it in a thread."""

from __future__ import annotations

import codecs
import contextlib
import errno
import os
import secrets
import stat
import threading
from pathlib import Path
from typing import Literal

from engine.model.issues import failure

Exists = Literal["overwrite", "number", "refuse"]

NAMES_TRIED = 10_000
_BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def save(path: Path, data: bytes, exists: Exists = "overwrite", cancelled: threading.Event | None = None) -> Path:
    """Write a file beside its place, then move it there, and return the path it got. Missing folders are made.

    A file that is there is replaced and its permissions kept, or the new one gets a free name, `report-2.md` after
    `report.md`, or nothing is written. Nothing is either once `cancelled` is set.

    Raises:
        OSError: the file cannot be written; FileExistsError when it is there and that is refused.
        WeftError: `step.cancelled`.
    """
    path = Path(os.path.realpath(path))  # a link stays a link
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as file:
            _write(file.fileno(), data)
        if cancelled is not None and cancelled.is_set():
            raise failure("step.cancelled", "The step was cancelled.", "Run it again.")
        if exists != "overwrite":
            path = _claim(path, numbered=exists == "number")
        elif path.exists():
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def append(path: Path, data: bytes) -> int:
    """Add to a file that is there, without a second byte order mark, and return the number of bytes.

    Raises:
        OSError: the file cannot be written; it is as before.
    """
    for mark in _BYTE_ORDER_MARKS:
        data = data.removeprefix(mark)
    before = path.stat().st_size
    try:
        with path.open("ab") as file:
            _write(file.fileno(), data)
    except OSError:
        os.truncate(path, before)
        raise
    return len(data)


def _write(file: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]
    os.fsync(file)


def _claim(path: Path, *, numbered: bool) -> Path:
    """Take a name that is free. Raises FileExistsError when there is none."""
    names = [path.name, *(f"{path.stem}-{number}{path.suffix}" for number in range(2, NAMES_TRIED if numbered else 2))]
    for name in names:
        with contextlib.suppress(FileExistsError), path.with_name(name).open("xb"):
            return path.with_name(name)
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
