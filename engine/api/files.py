"""Files as nodes use them: where a path leads, what an error of the system means, and bytes to text."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath

from engine.api.templates import is_template
from engine.model.foreign import foreign
from engine.model.issues import Issue, WeftError, failure, phrase
from engine.model.values import Json

MB = 1_000_000

FORMATS = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv"}
"""Formats by the ending of a file's name; everything else is text."""


def absolute(path: str, folder: Path) -> Path:
    """Return the absolute path: `~` is the user's home, relative paths start in `folder`, `..` is resolved."""
    return Path(os.path.normpath(folder / os.path.expanduser(path)))  # noqa: PTH111 - an unknown user stays as written


def stay_inside(path: Path, folder: Path) -> None:
    """Check that a path below a folder does not lead out of it through a link. Blocks, so call it in a thread.

    Raises:
        WeftError: `file.outside`.
    """
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a circle of links, or no name of a file: told when it is opened
        return
    if not inside:
        text = phrase("A link in {path} leads out of {folder}.", path=path, folder=folder)
        raise failure("file.outside", text, "Write the full path, which can be agreed to.", field="path")


def is_below(path: str, folder: Path) -> bool:
    """Tell whether a path as it is written is relative and stays in `folder`, links aside."""
    relative = not os.path.isabs(os.path.expanduser(path))  # noqa: PTH111, PTH117 - an unknown user stays as written
    return relative and absolute(path, folder).is_relative_to(os.path.normpath(folder))


def format_of(chosen: str, path: PurePath) -> str:
    """Return the format; `auto` goes by the ending of the name."""
    return FORMATS.get(path.suffix.lower(), "text") if chosen == "auto" else chosen


def read_bytes(path: Path, max_mb: float) -> bytes:
    """Return what a file holds. Blocks, so call it in a thread.

    Raises:
        WeftError: see `file_error`; `file.too-large` above `max_mb`, `file.not-regular` for devices and pipes.
    """
    try:
        status = path.stat()
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):  # a pipe would be waited for without end
            raise failure(
                "file.not-regular", phrase("{path} is no ordinary file.", path=path), "Choose another one.", field="path"
            )
        with path.open("rb") as file:
            data = file.read(int(max_mb * MB) + 1)
    except (OSError, ValueError) as error:
        raise file_error(error, path) from None
    if len(data) > max_mb * MB:
        text = phrase("{path} is larger than {max_mb:g} MB.", path=path, max_mb=max_mb)
        raise failure("file.too-large", text, "Raise the size limit, or read a smaller file.", field="path")
    return data


def decode(data: bytes, encoding: str, path: Path) -> str:
    """Return bytes as text, without a byte order mark.

    Raises:
        WeftError: `file.encoding`, with the line of the first byte that does not fit, or for an unknown encoding.
    """
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        before = data[: error.start] if isinstance(error, UnicodeDecodeError) else b""
        line = before.count(b"\n") + 1
        text = phrase("Line {line} of {path} is not {encoding}.", line=line, path=path, encoding=encoding)
        remedy = phrase("Set the encoding{guess}.", guess=_guess(data))
        raise WeftError(Issue("file.encoding", text, remedy, field="encoding", line=line, file=str(path))) from None
    except (LookupError, ValueError):
        raise WeftError(_unknown_encoding(encoding)) from None


def file_error(error: OSError | ValueError, path: Path, field: str = "path") -> WeftError:
    """Explain an error of the system.

    The codes: `file.missing`, `file.no-folder`, `file.is-folder`, `file.permission`, `file.exists`, `file.no-space`,
    `file.bad-name`, and `file.failed` for the rest.
    """
    number = error.errno if isinstance(error, OSError) else errno.EINVAL
    if number == errno.ENOENT and not path.parent.is_dir():
        return failure(
            "file.no-folder",
            phrase("There is no folder {parent}.", parent=path.parent),
            "Make it, or correct the path.",
            field=field,
        )
    reason = foreign(error.strerror if isinstance(error, OSError) and error.strerror else error)
    code, text, remedy = _ERRORS.get(
        number or 0, ("failed", phrase("{path} cannot be used: {reason}."), phrase("Check the file and its disk."))
    )
    return failure(f"file.{code}", phrase(text, path=path, reason=reason), remedy, field=field)


def encoding_issues(params: Mapping[str, Json]) -> Iterable[Issue]:
    """Yield `file.encoding` when the parameter `encoding` names none that is known."""
    encoding = params.get("encoding", "utf-8")
    if isinstance(encoding, str) and not is_template(encoding):
        try:
            "".encode(encoding)
        except (LookupError, ValueError):
            yield _unknown_encoding(encoding)


def _unknown_encoding(encoding: str) -> Issue:
    return Issue(
        "file.encoding",
        phrase("There is no encoding {encoding!r}.", encoding=encoding),
        "Use utf-8, utf-16, cp949 or such.",
        field="encoding",
    )


def _guess(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return phrase(" to utf-16")
    for candidate in ("utf-8", "cp949", "shift_jis"):
        try:
            data.decode(candidate)
        except UnicodeError:
            continue
        return phrase(", perhaps to {candidate}", candidate=candidate)
    return phrase(", for example to latin-1")


_ERRORS = {
    errno.ENOENT: ("missing", phrase("There is no file {path}."), phrase("Check the path.")),
    errno.ENOTDIR: ("no-folder", phrase("A part of the path {path} is a file, not a folder."), phrase("Correct the path.")),
    errno.EISDIR: ("is-folder", phrase("{path} is a folder."), phrase("Name a file in it.")),
    errno.EACCES: (
        "permission",
        phrase("You are not allowed to use {path}."),
        phrase("Change its permissions or choose another file."),
    ),
    errno.EPERM: (
        "permission",
        phrase("You are not allowed to use {path}."),
        phrase("Change its permissions or choose another file."),
    ),
    errno.EROFS: ("permission", phrase("{path} lies on a disk that can only be read."), phrase("Choose another place.")),
    errno.EEXIST: ("exists", phrase("{path} is there already."), phrase("Choose another name, or let it be replaced.")),
    errno.ENOSPC: (
        "no-space",
        phrase("There is no room on the disk for {path}."),
        phrase("Free some space, then resume the run."),
    ),
    errno.EDQUOT: (
        "no-space",
        phrase("Your share of the disk has no room for {path}."),
        phrase("Free some space, then resume the run."),
    ),
    errno.ENAMETOOLONG: ("bad-name", phrase("The name {path} is too long."), phrase("Use a shorter one.")),
    errno.EINVAL: ("bad-name", phrase("{path} cannot be the name of a file."), phrase("Correct the path.")),
}
