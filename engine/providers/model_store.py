"""Which models are on this machine, and where their files lie."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.api.models import ModelError
from engine.model.foreign import foreign
from engine.model.issues import phrase
from engine.providers.catalogue import CatalogueModel, read_catalogue
from engine.providers.errors import model_error
from engine.providers.gguf import read_gguf
from engine.providers.local_process import LocalModel

OWN_CONTEXT = 4096
"""Tokens of context for a model file of the user's own."""
_OWN_OVERHEAD = 500_000_000
"""Bytes of memory that such a model needs beside its file, as a rule."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model in a list. `path` is None when it is not on this machine, `known` None for a file of the user's own.

    `memory` is what serving it takes, in bytes. `name` and `quantisation` are what an own file says of itself.
    """

    id: str
    path: Path | None
    bytes: int
    known: CatalogueModel | None = None
    memory: int = 0
    name: str = ""
    quantisation: str = ""


def models_folder(data: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Return where models lie: `$WEFT_MODELS`, else `models` in the data folder."""
    chosen = environment.get("WEFT_MODELS", "")
    return Path(chosen).expanduser() if chosen else data / "models"


class ModelStore:
    """The model files of this machine: those in `folder`, which Weft writes, and in further folders that it only reads."""

    def __init__(self, folder: Path, search: Sequence[Path] = (), catalogue: Sequence[CatalogueModel] | None = None) -> None:
        """Take the folder to write to, which need not exist, and the ones that are searched after it."""
        self.folder = folder
        self.search = tuple(search)
        self.catalogue = tuple(read_catalogue() if catalogue is None else catalogue)

    def entries(self) -> list[ModelEntry]:
        """Return all models of the catalogue in its order, installed or not, and then the user's own files by name."""
        entries = [ModelEntry(model.id, self.path(model.id), model.bytes, model, model.memory) for model in self.catalogue]
        names = {model.file for model in self.catalogue}
        own: dict[str, ModelEntry] = {}
        for folder in (self.folder, *self.search):
            for path in sorted(folder.glob("*.gguf")) if folder.is_dir() else ():
                if path.name not in names and path.is_file():
                    own.setdefault(path.stem, _own(path))
        return entries + sorted(own.values(), key=lambda entry: entry.id)

    def installed(self) -> list[str]:
        """Return the ids of the models that are on this machine, best first."""
        return [entry.id for entry in self.entries() if entry.path]

    def known(self, name: str) -> CatalogueModel | None:
        """Return the catalogue's entry of an id, or None."""
        return next((model for model in self.catalogue if model.id == name), None)

    def path(self, name: str) -> Path | None:
        """Return the file of a model, or None when it is not on this machine.

        A file of the catalogue counts when it has the right size; its hash was checked when it came.
        """
        model = self.known(name)
        for folder in (self.folder, *self.search):
            path = folder / (model.file if model else f"{name}.gguf")
            if path.parent == folder and path.is_file() and (not model or path.stat().st_size == model.bytes):
                return path
        return None

    def kept(self, name: str) -> int:
        """Return how many bytes of a model an unfinished download left, from the source that came furthest."""
        model = self.known(name)
        parts = [self.folder / f".{model.file}.{source}" for source in ("page", "packages")] if model else []
        return max((part.stat().st_size for part in parts if part.is_file()), default=0)

    def find(self, name: str) -> LocalModel:
        """Return a model to serve.

        Raises:
            ModelError: `model.not-installed` when it can be fetched, `model.not-found` when nobody knows it.
        """
        model, path = self.known(name), self.path(name)
        if path and model:
            return LocalModel(name, path, model.memory, model.context)
        if path:
            return LocalModel(name, path, own_memory(path.stat().st_size), OWN_CONTEXT)
        if model:
            text = phrase("The local model '{name}' is not on this machine ({bytes:.0f} MB).", name=name, bytes=model.bytes / 1e6)
            raise model_error("not-installed", text, phrase("Run `weft models get {name}`.", name=name), field="model")
        raise unknown_model(self, name)

    def remove(self, name: str) -> Path:
        """Delete a model's file and what is left of unfinished downloads, and return the path of what was deleted.

        Raises:
            ModelError: `model.not-found`, `model.not-installed`, `model.read-only` when it lies in a folder that is only
                searched, `model.disk` when it cannot be deleted.
        """
        model, path = self.known(name), self.path(name)
        if path and path.parent != self.folder:
            text = phrase("The model '{name}' lies in {parent}, which Weft only reads.", name=name, parent=path.parent)
            raise model_error("read-only", text, phrase("Delete {path} yourself if nothing else needs it.", path=path))
        files = ([path] if path else []) + (self._leftovers(model.file) if model else [])
        if not files:
            if model is None:
                raise unknown_model(self, name)
            raise model_error(
                "not-installed", phrase("The model '{name}' is not on this machine.", name=name), "There is nothing to remove."
            )
        try:
            for file in files:
                shutil.rmtree(file) if file.is_dir() else file.unlink()
        except OSError as error:
            raise disk_error(phrase("The model '{name}' cannot be deleted", name=name), error) from None
        return files[0]

    def _leftovers(self, file: str) -> list[Path]:
        """Return what an unfinished download of a file left."""
        paths = [self.folder / f".{file}.{kind}" for kind in ("page", "packages", "state", "wheels", "copy")]
        return [path for path in paths if path.exists()]


def _own(path: Path) -> ModelEntry:
    found = path.stat()
    name, quantisation = _said(path, found.st_size, found.st_mtime_ns)
    return ModelEntry(path.stem, path, found.st_size, None, own_memory(found.st_size), name, quantisation)


@lru_cache(maxsize=256)
def _said(path: Path, size: int, changed: int) -> tuple[str, str]:
    """Return the name and the quantisation that a file says; reading its head takes a tenth of a second."""
    try:
        file = read_gguf(path)
    except (ModelError, OSError):
        return "", ""  # it was put here by hand; what is wrong with it is told when it is used
    return file.name, file.quantisation


def own_memory(size: int) -> int:
    """Return the bytes of memory that a model file of the user's own needs, as a rule, by its size."""
    return size + _OWN_OVERHEAD


def unknown_model(store: ModelStore, name: str) -> ModelError:
    """Build the error for an id that neither the catalogue nor a file has; it names those that can be had."""
    known = ", ".join(entry.id for entry in store.entries())
    remedy = phrase("Choose one of {known}, or add a GGUF file.", known=known)
    return model_error("not-found", phrase("There is no local model '{name}'.", name=name), remedy, field="model")


def disk_error(what: str, error: OSError) -> ModelError:
    """Build the error for a file operation that failed."""
    return model_error(
        "disk",
        phrase("{what}: {why}.", what=what, why=foreign(error.strerror or error)),
        "Check the folder's free space and rights.",
    )
