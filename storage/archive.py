"""The form of a backup: a zip with a manifest. What is read from one is taken as hostile."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple

from engine.model.issues import WeftError, failure, phrase
from storage.swap import DATABASES, FILES, FOLDERS

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a backup may hold at most. `ratio` of content to zip counts from `small` bytes of content on."""

    files: int = 1_000_000
    size: int = 1 << 40
    ratio: int = 100
    small: int = 1 << 30
    manifest: int = 256 * 1024 * 1024


LIMITS = Limits()


class Contents(NamedTuple):
    """A database's revision, and its number of rows by table."""

    revision: str
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: files with size in bytes and SHA-256, databases with revision and rows of each table.

    `left_out` names what a zip cannot hold: links, and names that are no text.
    """

    created: float
    program: str
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    databases: dict[str, Contents] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(size for size, _ in self.files.values())

    def as_json(self) -> dict[str, Any]:
        """Return the manifest as it is stored."""
        databases = {name: found._asdict() for name, found in self.databases.items()}
        return {"format": FORMAT, **asdict(self), "databases": databases}


class ArchiveWriter:
    """Adds files to a zip and remembers what it added."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        self.files: dict[str, tuple[int, str]] = {}

    def add(self, source: Path, name: str) -> None:
        """Add a file under a name with forward slashes; one that is gone by now is left out."""
        digest, size = hashlib.sha256(), 0
        try:
            file = source.open("rb")
        except FileNotFoundError:
            return
        with file, self._zip.open(name, "w", force_zip64=True) as target:
            while block := file.read(CHUNK):
                target.write(block)
                digest.update(block)
                size += len(block)
        self.files[name] = (size, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest."""
        self._zip.writestr(MANIFEST, json.dumps(manifest.as_json(), indent=1))


@contextmanager
def reading(source: Path, limits: Limits = LIMITS) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup whose names, number and sizes have been checked, its contents not yet.

    Raises:
        WeftError: `backup.missing`, `backup.not-regular`, `backup.damaged`, `backup.newer`, `backup.unsafe` or
            `backup.too-large`.
    """
    with ExitStack() as stack:
        with _understood(source.name):
            if not stat.S_ISREG(source.stat().st_mode):  # a pipe would be waited for without end
                raise failure("backup.not-regular", phrase("{source} is no ordinary file.", source=source.name), "Name a backup.")
            archive = stack.enter_context(zipfile.ZipFile(source))
            manifest = _read_manifest(archive, limits)
            _check(archive, manifest, source.stat().st_size, limits)
        yield archive, manifest


def unpack(archive: zipfile.ZipFile, name: str, expected: tuple[int, str], target: Path) -> None:
    """Write a file of a backup to `target`, never more than was announced.

    Raises:
        WeftError: `backup.damaged` when size or hash are not those of the manifest.
        OSError: when the disk is full.
    """
    size, digest, left = expected[0], hashlib.sha256(), expected[0]
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _new(target) as out:
        for block in _blocks(archive, name):
            left -= len(block)
            if left < 0:
                raise damaged(phrase("{name} is longer than {size:,} bytes", name=name, size=size))
            digest.update(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    if left or digest.hexdigest() != expected[1]:
        raise damaged(phrase("{name} is not what was stored", name=name))


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with ExitStack() as stack:
        with _understood(name):
            file = stack.enter_context(archive.open(name))
        while True:
            with _understood(name):
                block = file.read(CHUNK)
            if not block:
                return
            yield block


@contextmanager
def _understood(name: str) -> Iterator[None]:
    """Take every error of reading as damage: a file from outside can make the zip module raise nearly anything."""
    try:
        yield
    except FileNotFoundError as error:
        raise failure(
            "backup.missing", phrase("There is no backup {name}.", name=name), "Check the name and the folder."
        ) from error
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, KeyError, RuntimeError) as error:
        raise damaged(phrase("{name} cannot be read ({error})", name=name, error=error)) from error


def damaged(why: str) -> WeftError:
    """Build the error for a backup that is not whole."""
    return failure("backup.damaged", phrase("The backup is damaged: {why}.", why=why), "Use another backup; nothing was changed.")


def _new(target: Path) -> IO[bytes]:
    return open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")  # noqa: PTH123 - with a mode


def _read_manifest(archive: zipfile.ZipFile, limits: Limits) -> Manifest:
    try:
        with archive.open(MANIFEST) as file:
            text = file.read(limits.manifest + 1)
        if len(text) > limits.manifest:
            raise _too_large(phrase("its manifest is too long"))
        values = json.loads(text)
        if int(values["format"]) > FORMAT:
            raise failure("backup.newer", "The backup was made by a newer Weft.", "Update Weft.")
        files = {str(name): (int(size), str(digest)) for name, (size, digest) in values["files"].items()}
        databases = {str(name): Contents(str(d["revision"]), dict(d["rows"])) for name, d in values["databases"].items()}
        return Manifest(float(values["created"]), str(values["program"]), files, databases, list(values["left_out"]))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise damaged(phrase("it has no manifest that can be read")) from error


def _check(archive: zipfile.ZipFile, manifest: Manifest, zip_size: int, limits: Limits) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > limits.files or manifest.size > limits.size:
        raise _too_large(phrase("{count:,} files with {size:,} bytes", count=len(names), size=manifest.size))
    if manifest.size > limits.small and manifest.size > limits.ratio * zip_size:
        raise _too_large(phrase("{size:,} bytes in a file of {zip_size:,}", size=manifest.size, zip_size=zip_size))
    for entry in entries:
        if stat.S_ISLNK(entry.external_attr >> 16) or not (entry.filename == MANIFEST or is_safe(entry.filename)):
            raise failure(
                "backup.unsafe",
                phrase("The backup holds {filename!r}, which belongs to no data folder.", filename=entry.filename[:100]),
                "Do not use this file.",
            )
        if entry.filename != MANIFEST and entry.file_size != manifest.files.get(entry.filename, (-1, ""))[0]:
            raise damaged(phrase("{filename} is not what was stored", filename=entry.filename))
    if len(set(names)) != len(names) or set(names) != {*manifest.files, MANIFEST}:
        raise damaged(phrase("files are missing, or there twice"))


def is_safe(name: str) -> bool:
    """Tell whether a name stays within the parts of a data folder."""
    path = PurePosixPath(name)
    if str(path) != name or ".." in path.parts or path.is_absolute() or "\0" in name:
        return False
    if os.name == "nt" and ("\\" in name or ":" in name):  # elsewhere these are letters like any other
        return False
    return name in (*DATABASES, *FILES) or (len(path.parts) > 1 and path.parts[0] in FOLDERS)


def _too_large(why: str) -> WeftError:
    return failure(
        "backup.too-large", phrase("The backup holds more than Weft unpacks: {why}.", why=why), "Do not use this file."
    )
