"""One model on its way: progress, cancellation, unfinished files and the check at the end."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.api.models import ModelError
from engine.model.issues import phrase
from engine.providers.catalogue import CatalogueModel
from engine.providers.errors import model_error, sentence

OnProgress = Callable[[int, int, str], None]
"""Gets bytes done, bytes in all and the stage."""
PIECE = 1 << 20
"""Bytes that are read and written at once."""


@dataclass(frozen=True, slots=True)
class FetchJob:
    """What a source needs to know. It writes to `part(kind)`, whose name is free for it, and keeps that file on failure."""

    model: CatalogueModel
    folder: Path
    on_progress: OnProgress | None = None
    cancel: threading.Event | None = None

    def part(self, kind: str) -> Path:
        """Return the place of an unfinished file."""
        return self.folder / f".{self.model.file}.{kind}"

    def step(self, done: int, stage: str) -> None:
        """Tell how far it is, in bytes.

        Raises:
            ModelError: `model.fetch-cancelled` when that was asked for.
        """
        if self.on_progress:
            self.on_progress(min(done, self.model.bytes), self.model.bytes, stage)
        if self.cancel and self.cancel.is_set():
            text = phrase("Getting the model '{model}' was cancelled.", model=self.model.id)
            raise model_error("fetch-cancelled", text, "Start again to continue where it stopped.")

    def failed(self, source: str, why: str, *, retryable: bool = True) -> ModelError:
        """Build the error for a source that does not work."""
        text = phrase(
            "The source '{source}' of the model '{model}' failed: {why}", source=source, model=self.model.id, why=sentence(why)
        )
        return model_error("source-failed", text, "Check the network, or choose another source.", retryable=retryable)

    def finish(self, part: Path, source: str) -> Path:
        """Check a complete file and put it in its place. A wrong one is deleted."""
        if self.model.sha256 and sha256(part, lambda done: self.step(done, "verify")) != self.model.sha256:
            part.unlink()
            raise self.failed(source, phrase("the file has another SHA-256 than the official one and was dropped"))
        path = self.folder / self.model.file
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
        return path


def sha256(path: Path, on_bytes: Callable[[int], None] | None = None) -> str:
    """Return a file's SHA-256 in hexadecimal; `on_bytes` gets the bytes read so far."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            done += len(piece)
            if on_bytes:
                on_bytes(done)
    return digest.hexdigest()
