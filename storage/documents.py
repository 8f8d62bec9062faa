"""Workflow files on disk: read with care, written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from engine.model.foreign import foreign
from engine.model.issues import Issue, WeftError, failure, phrase
from storage.atomic import write_whole

SIZE_LIMIT = 50 * 1024 * 1024
"""Bytes of a document at most."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def read_document(path: Path, limit: int = SIZE_LIMIT, *, pipes: bool = False) -> str:
    """Return the text of a document, without a byte order mark; line ends stay as they are.

    With `pipes`, one that this program was started with is read too, such as `/dev/stdin`; others would be waited for.

    Raises:
        WeftError: `document.missing`, `document.is-folder`, `document.not-regular`, `document.unreadable`,
            `document.too-large` or `document.encoding`, the last with line and column.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _error(path, "is-folder", phrase("{path} is a folder.", path=path), phrase("Name a file in it."))
        if not (stat.S_ISREG(status.st_mode) or (pipes and is_given_pipe(path, status.st_mode))):
            raise _error(
                path,
                "not-regular",
                phrase("{path} is no ordinary file.", path=path),
                phrase("Name a file that is stored on a disk."),
            )
        data = b""
        if status.st_size <= limit:
            with path.open("rb") as file:
                data = file.read(limit + 1)
    except FileNotFoundError as error:
        raise _error(
            path, "missing", phrase("There is no file {path}.", path=path), phrase("Check the name and the folder.")
        ) from error
    except (OSError, ValueError) as error:
        text = phrase("The file {path} cannot be read ({why}).", path=path, why=_why(error))
        raise _error(path, "unreadable", text, phrase("Check its name and permissions.")) from error
    if max(status.st_size, len(data)) > limit:
        raise _error(
            path,
            "too-large",
            phrase("The file {path} has more than {limit:,} bytes.", path=path, limit=limit),
            phrase("Move large data out of the workflow."),
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        raise WeftError(Issue(
            "document.encoding", phrase("The file {path} is not UTF-8 text.", path=path), "Save it as UTF-8.",
            file=str(path), line=line, column=column,
        )) from error


def is_given_pipe(path: Path, mode: int) -> bool:
    """Tell whether a path leads to a pipe that this program was started with, as in `weft validate <(command)`."""
    return stat.S_ISFIFO(mode) and (str(path) == "/dev/stdin" or str(path.parent) in ("/dev/fd", "/proc/self/fd"))


def save_document(path: Path, text: str) -> None:
    """Write a document so that the file holds either the old text or the new one, also after a kill or a power cut.

    A link is followed, the mode of an existing file is kept, and its folder is made when it is missing.

    Raises:
        WeftError: `document.full`, `document.read-only`, `document.encoding` or `document.unwritable`; the old file is as it
            was.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise _error(
            path,
            "encoding",
            phrase("The text for {path} holds half a character.", path=path),
            phrase("Remove the broken character."),
        ) from error
    try:
        _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise _unsaved(path, error) from error


def _replace(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = None
    if target.exists():
        if not os.access(target, os.W_OK):  # a rename would get around the protection
            raise PermissionError(errno.EACCES, phrase("the file is write-protected"))
        mode = stat.S_IMODE(target.stat().st_mode)
    write_whole(target, data, mode=mode)


def _unsaved(path: Path, error: OSError) -> WeftError:
    if error.errno in FULL:
        return _error(
            path, "full", phrase("The disk is too full to save {path}; the file is as it was before.", path=path),
            phrase("Free some space and save again, or save it elsewhere."),
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _error(
            path,
            "read-only",
            phrase("The file {path} or its folder is read-only.", path=path),
            phrase("Save it under another name."),
        )
    return _error(
        path,
        "unwritable",
        phrase("The file {path} cannot be saved ({why}).", path=path, why=_why(error)),
        phrase("Save it under another name."),
    )


def _why(error: OSError | ValueError) -> str:
    return foreign(getattr(error, "strerror", None) or error) or type(error).__name__


def _error(path: Path, code: str, text: str, remedy: str) -> WeftError:
    found = failure(f"document.{code}", text, remedy).issue
    return WeftError(Issue(found.code, found.text, found.remedy, file=str(path)))
