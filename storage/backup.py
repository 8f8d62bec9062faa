"""`weft data backup | restore`: the data folder to one file and back."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from engine.model.issues import WeftError, failure, phrase
from storage.archive import LIMITS, ArchiveWriter, Contents, Limits, Manifest, damaged, reading, unpack
from storage.atomic import sync_folder
from storage.check import check_database, count_rows
from storage.database import revision
from storage.lock import OwnerLock, read_owner
from storage.paths import DataFolder
from storage.secrets import key_file
from storage.sqlite import connect, copy_database, is_new, storage_error
from storage.swap import DATABASES, FILES, FOLDERS, begin_swap, discard, finish_swap, staging

PROGRAM = "weft"


def backup(folder: DataFolder, target: Path) -> Manifest:
    """Write databases, workflows, large values, files of runs and the encrypted secrets into one zip, and tell what it holds.

    Each database is as it was at one moment, also while runs go on. Models and logs are left out, and so is, always, the
    key of the secrets in the config folder: without it, or the passphrase, the secrets in a backup cannot be read.

    Raises:
        WeftError: `backup.exists` when there is a file of that name, `backup.inside` when it would lie in the data folder,
            `database.damaged` when there is nothing sound to back up, `storage.full` and the like; no half-written backup
            is left.
    """
    if target.resolve().is_relative_to(folder.root.resolve()):
        raise failure("backup.inside", "A backup cannot lie in the data folder itself.", "Give a place outside of it.")
    if os.path.lexists(target):
        raise failure("backup.exists", phrase("There is {target} already.", target=target), "Give another name, or remove it.")
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".weft-backup-") as place:
            manifest = _write(folder, part, Path(place), zipfile.ZIP_DEFLATED)
            if manifest.size > LIMITS.small and manifest.size > LIMITS.ratio * part.stat().st_size:
                manifest = _write(folder, part, Path(place), zipfile.ZIP_STORED)  # else it would be taken for a bomb
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise storage_error(error, target) from error
    finally:
        with contextlib.suppress(OSError):  # there is no such place
            part.unlink(missing_ok=True)
    return manifest


def not_included(folder: DataFolder) -> dict[str, Path]:
    """Return what is there and in no backup: what can be got again, what would run by itself, and what opens the secrets."""
    places = {
        "models": folder.models, "logs": folder.logs, "own node types": folder.root / "nodes",
        "the key of the secrets": key_file(),
    }
    return {what: path for what, path in places.items() if path.is_file() or (path.is_dir() and any(path.iterdir()))}


def restore(source: Path, folder: DataFolder, *, limits: Limits = LIMITS) -> Manifest:
    """Replace what the data folder holds by a backup, and tell what that holds. Models and logs stay.

    Everything is unpacked beside the present data and verified first; the exchange is then finished in any case, after a
    kill by the next program that owns the folder. The secrets that are there stay when the backup has none.

    Raises:
        WeftError: `data.owned` while another program works with the folder, `backup.…` when the backup is damaged, unsafe,
            too large or newer, `storage.full` and the like. The data is as it was then.
    """
    folder.create()
    with OwnerLock(folder) as lock:
        if lock.acquire("weft data restore") is None:
            owner = read_owner(folder)
            raise failure(
                "data.owned",
                phrase(
                    "{program} is working with {root}.", program=owner.program if owner else "Another program", root=folder.root
                ),
                "Close it and try again.",
            )
        try:
            place = staging(folder)
            with reading(source, limits) as (archive, manifest):
                _unpack_all(archive, manifest, place / "new", source)
            _verify(manifest, place / "new")
            begin_swap(folder)
            finish_swap(folder)
        except (OSError, sqlite3.Error) as error:
            raise storage_error(error, folder.root) from error
        finally:
            discard(folder)
        folder.create()
    return manifest


def _write(folder: DataFolder, target: Path, place: Path, compression: int) -> Manifest:
    manifest = Manifest(time.time(), PROGRAM)
    with zipfile.ZipFile(target, "w", compression, strict_timestamps=False) as archive:
        target.chmod(0o600)
        writer = ArchiveWriter(archive)
        for name in DATABASES:  # before the blobs: what a copied row refers to is there by then
            if not is_new(folder.root / name):
                manifest.databases[name] = _add_database(folder.root / name, place / name, writer)
        for name in FILES:
            writer.add(folder.root / name, name)
        for path in _files(folder):
            if (zip_name := _zip_name(path, folder)) is None:
                manifest.left_out.append(ascii(str(path.relative_to(folder.root))))
            else:
                writer.add(path, zip_name)
        manifest.files.update(writer.files)
        writer.finish(manifest)
    return manifest


def _add_database(source: Path, copy: Path, writer: ArchiveWriter) -> Contents:
    copy_database(source, copy)
    if issues := check_database(copy):
        raise WeftError(*issues)
    with closing(connect(copy, read_only=True)) as connection:
        contents = Contents(revision(connection) or "", count_rows(connection))
    writer.add(copy, source.name)
    return contents


def _files(folder: DataFolder) -> Iterator[Path]:
    """Give everything in the folders that is no folder, apart from files that are being written."""
    for part in FOLDERS:
        for path in sorted((folder.root / part).rglob("*")):
            if path.is_symlink() or not (path.is_dir() or path.name.endswith(".part")):
                yield path


def _zip_name(path: Path, folder: DataFolder) -> str | None:
    """Return a file's name in the zip; None for a link, a pipe and the like, and when its name is no text."""
    name = path.relative_to(folder.root).as_posix()
    try:
        name.encode()
    except UnicodeEncodeError:
        return None
    return name if path.is_file() and not path.is_symlink() else None


def _unpack_all(archive: zipfile.ZipFile, manifest: Manifest, target: Path, source: Path) -> None:
    if (free := shutil.disk_usage(target).free) < manifest.size:
        raise failure(
            "storage.full",
            phrase(
                "The backup {source} needs {size:,} bytes, and {free:,} are free.", source=source, size=manifest.size, free=free
            ),
            "Free some space.",
        )
    for name, expected in manifest.files.items():
        unpack(archive, name, expected, target / name)


def _verify(manifest: Manifest, place: Path) -> None:
    """Prove that what was unpacked works before anything is replaced by it."""
    for name in DATABASES:
        path = place / name
        if path.exists() is not (name in manifest.databases):
            raise damaged(phrase("{name} is missing or too much", name=name))
        if not path.exists():
            continue
        if issues := check_database(path):
            raise WeftError(*issues) if issues[0].code == "database.newer" else damaged(issues[0].text)
        with closing(connect(path, read_only=True)) as connection:
            found = Contents(revision(connection) or "", count_rows(connection))
        if found != manifest.databases[name]:
            raise damaged(phrase("{name} has other rows than were stored", name=name))
