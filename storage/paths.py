"""Where Weft keeps things: the data folder and the config folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engine.model.foreign import foreign
from engine.model.issues import WeftError, failure, phrase

PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The folder that holds everything Weft stores; the properties are its parts, existing or not."""

    root: Path

    @classmethod
    def default(cls, environ: Mapping[str, str] = os.environ) -> DataFolder:
        """Return `$WEFT_DATA`, else the user's data folder of the platform. Creates nothing.

        Raises:
            WeftError: `data.no-home` when neither can be told, `data.no-folder` when it is something else, and
                `data.not-readable` when this user cannot look into it.
        """
        root = _place(environ, "WEFT_DATA", platformdirs.user_data_path)
        _check_place(root)
        return cls(root)

    @property
    def library_db(self) -> Path:
        """The register of workflows, versions, trust and settings."""
        return self.root / "weft.db"

    @property
    def journal_db(self) -> Path:
        """The truth of all runs."""
        return self.root / "journal.db"

    @property
    def checkpoints_db(self) -> Path:
        """LangGraph's records: a shortcut that may be lost at any time."""
        return self.root / "checkpoints.db"

    @property
    def blobs(self) -> Path:
        """Large outputs of steps, named by their hash."""
        return self.root / "blobs"

    @property
    def models(self) -> Path:
        """Models that Weft got."""
        return self.root / "models"

    @property
    def runs(self) -> Path:
        """One folder for each run: the files it wrote without a full path."""
        return self.root / "runs"

    @property
    def library(self) -> Path:
        """Workflows made without a place."""
        return self.root / "library"

    @property
    def trash(self) -> Path:
        """Workflows of the library that were thrown away."""
        return self.root / "trash"

    @property
    def logs(self) -> Path:
        """The application's own log."""
        return self.root / "logs"

    @property
    def secrets(self) -> Path:
        """The names of all secrets, and the encrypted values of those outside the keychain."""
        return self.root / "secrets.json"

    @property
    def lock(self) -> Path:
        """Locked by the owner while it lives."""
        return self.root / "owner.lock"

    @property
    def owner_file(self) -> Path:
        """What the owner tells other programs about itself."""
        return self.root / "owner.json"

    def create(self) -> DataFolder:
        """Create the folder and its parts, readable by the user alone, and return the folder.

        Raises:
            WeftError: `data.not-writable`.
        """
        for folder in (self.root, self.blobs, self.models, self.runs, self.library, self.logs):
            create_private(folder)
        return self


def config_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return `$WEFT_CONFIG`, else the user's config folder of the platform. Creates nothing.

    It holds the key of the secrets, apart from the data folder, so that a copy of the one does not open the other.

    Raises:
        WeftError: `data.no-home` when neither can be told.
    """
    return _place(environ, "WEFT_CONFIG", platformdirs.user_config_path)


def create_private(folder: Path) -> Path:
    """Create a folder that only the user can enter, unless it exists, and return it.

    Raises:
        WeftError: `data.not-writable` when it cannot be created or written to.
    """
    try:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    except OSError as error:
        raise _not_writable(folder, foreign(error.strerror or "")) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _not_writable(
            folder, phrase("the file system is read-only") if _is_read_only(folder) else phrase("no permission to write")
        )
    return folder


def _place(environ: Mapping[str, str], variable: str, usual: Callable[..., Path]) -> Path:
    no_home = failure(
        "data.no-home",
        "There is no home folder to keep data in.",
        phrase("Set HOME or {variable} to a folder.", variable=variable),
    )
    try:
        path = Path(given).expanduser().absolute() if (given := environ.get(variable)) else usual("weft", appauthor=False)
    except RuntimeError as error:
        raise no_home from error
    if not path.is_absolute():  # no HOME and no entry in the password database: "~" stays as it is
        raise no_home
    return path


def _check_place(root: Path) -> None:
    """Raise what is wrong with a data folder that is there: every look into it would fail, or find nothing."""
    why = ""
    try:
        is_folder = stat.S_ISDIR(root.stat().st_mode)
        if is_folder and not os.access(root, os.R_OK | os.X_OK):
            why = phrase("no permission to read")
    except FileNotFoundError:
        is_folder = not root.is_symlink()
    except NotADirectoryError:
        is_folder = False
    except OSError as error:
        is_folder, why = True, foreign(error.strerror or "") or phrase("unknown reason")
    if not is_folder:
        raise failure("data.no-folder", phrase("The data folder {root} is no folder.", root=root), "Set WEFT_DATA to a folder.")
    if why:
        remedy = phrase("Give yourself permission to read it, or set WEFT_DATA to another folder.")
        raise failure("data.not-readable", phrase("The data folder {root} cannot be read ({why}).", root=root, why=why), remedy)


def _is_read_only(folder: Path) -> bool:
    """Tell whether nobody can write there; systems that cannot be asked say no."""
    return hasattr(os, "statvfs") and bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _not_writable(folder: Path, why: str | None) -> WeftError:
    return failure(
        "data.not-writable",
        phrase("The folder {folder} cannot be written to ({why}).", folder=folder, why=why or "unknown reason"),
        "Free the folder for writing, or set WEFT_DATA and WEFT_CONFIG to folders that you can write to.",
    )
