"""A model file of the user's own: what it is, whether it can be used here, and under which name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from engine.api.models import ModelError
from engine.model.issues import phrase
from engine.providers.errors import model_error
from engine.providers.gguf import GgufFile, read_gguf
from engine.providers.model_store import ModelStore, disk_error, own_memory

_ENDING = ".gguf"


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file that can be added under an id. `memory` is what serving it takes, `total` what this machine has, in bytes."""

    id: str
    file: GgufFile
    memory: int
    total: int


def look(store: ModelStore, path: Path) -> OwnFile:
    """Return what a file is; one with the name of a catalogue's file has to be that, and has its id.

    Raises:
        ModelError: `model.bad-file`, `model.exists`, `model.too-large` when this machine has not the memory for it,
            `model.disk` when it cannot be read.
    """
    import psutil

    path, total = path.expanduser().absolute(), int(psutil.virtual_memory().total)
    try:
        if not path.is_file():
            raise model_error(
                "bad-file", phrase("There is no file {path}.", path=path), "Choose a model file that ends in .gguf."
            )
        known = next((model for model in store.catalogue if model.file == path.name), None)
        if known is not None:
            size = path.stat().st_size
            if size != known.bytes:
                raise _other_file(path, size, known.bytes)
            found = OwnFile(known.id, GgufFile(path, size, known.title, context=known.context), known.memory, total)
        else:
            file = read_gguf(path)
            found = OwnFile(_id(file), file, own_memory(file.bytes), total)
    except OSError as error:
        raise disk_error(phrase("{path} cannot be read", path=path), error) from None
    _check_new(store, found)
    if found.memory > total:
        text = phrase(
            "{file} needs {memory:.1f} GB of memory, and this machine has {total:.1f} GB.",
            file=path.name, memory=found.memory / 1e9, total=total / 1e9,
        )  # fmt: skip
        raise model_error("too-large", text, "Choose a smaller model, or the same one in fewer bits.")
    return found


def _id(file: GgufFile) -> str:
    """Return the name that nodes choose it by; a file without the usual ending says one itself."""
    path = file.path
    said = path.stem if path.suffix.lower() == _ENDING else file.name or path.name
    return re.sub(r"[\\/:*?\"<>|\s]+", "-", said).strip("-.") or "model"


def _check_new(store: ModelStore, found: OwnFile) -> None:
    there, known = store.path(found.id), store.known(found.id)
    if there is None and (known is None or known.file == found.file.path.name):
        return
    text = phrase("There is already a model '{name}'.", name=found.id)
    if there is not None and there.samefile(found.file.path):
        raise model_error("exists", text, "There is nothing to add.")
    raise model_error("exists", text, "Rename the file, or remove the other one.")


def _other_file(path: Path, size: int, expected: int) -> ModelError:
    text = phrase(
        "{file} has the name of a model that Weft knows, but {size:,} bytes instead of {expected:,}.",
        file=path.name, size=size, expected=expected,
    )  # fmt: skip
    return model_error("bad-file", text, "Load it once more, or give it another name.")
