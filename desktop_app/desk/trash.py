"""The trash: workflow files that were thrown away, until they are brought back or their time is over."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from pathlib import Path

from engine.model.foreign import foreign
from engine.model.issues import failure, phrase
from storage.paths import create_private


class Trash:
    """A folder that has one folder for each workflow, with its file. Its methods wait for the disk: call them in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, workflow: str, path: Path) -> None:
        """Move a workflow's file here.

        Raises:
            WeftError: `library.not-moved`; the file is where it was.
        """
        place = self._place(workflow)
        shutil.rmtree(place, ignore_errors=True)  # what was thrown away before it was made anew
        create_private(self._folder)
        try:
            place.mkdir()
            shutil.move(path, place / path.name)
        except OSError as error:
            raise _not_moved(path, error) from error

    def take_back(self, workflow: str, path: Path) -> Path:
        """Move a workflow's file back to `path`, or beside it when something else is there, and return where it is now.

        Raises:
            WeftError: `library.not-moved`; the file is still here.
        """
        kept = next(self._place(workflow).glob("*"), None)
        if kept is None:
            return path
        number, target = 1, path
        while target.exists():
            number += 1
            target = path.with_name(f"{path.stem} {number}{path.suffix}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(kept, target)
        except OSError as error:
            raise _not_moved(target, error) from error
        self.remove(workflow)
        return target

    def remove(self, workflow: str) -> None:
        """Remove a workflow's file for good."""
        shutil.rmtree(self._place(workflow), ignore_errors=True)

    def clear(self, before: float) -> None:
        """Remove what was put here before a moment, in UTC seconds since the epoch."""
        for place in self._folder.glob("*"):
            with suppress(OSError):
                if place.stat().st_mtime < before:
                    shutil.rmtree(place, ignore_errors=True)

    def _place(self, workflow: str) -> Path:
        return self._folder / hashlib.sha256(workflow.encode(errors="surrogatepass")).hexdigest()[:16]


def _not_moved(path: Path, error: OSError) -> Exception:
    text = phrase("{name} cannot be moved ({why}).", name=path.name, why=foreign(error.strerror or str(error)))
    return failure("library.not-moved", text, "Free its folder for writing, then try again.")
