"""Large values, each in a file named by its SHA-256."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from engine.model.issues import WeftError, failure, phrase
from storage.atomic import PRIVATE_FILE, write_whole

_HASH = re.compile(r"[0-9a-f]{64}")


class BlobStore:
    """Keeps bytes by their hash in `root/ab/cd…`. Safe for many programs at once: a file is complete or not there."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, digest: str) -> Path:
        """Return the place of a blob, there or not.

        Raises:
            WeftError: `blob.name` when `digest` is not the hexadecimal form of a SHA-256.
        """
        if not _HASH.fullmatch(digest):
            raise failure(
                "blob.name", phrase("{digest!r} is not the name of a stored value.", digest=digest[:80]), "Run `weft data check`."
            )
        return self.root / digest[:2] / digest[2:]

    def put(self, data: bytes, *, durable: bool = True) -> str:
        """Store `data` and return its hash. `durable` survives a power cut and costs two waits for the disk.

        Raises:
            OSError: when the disk is full or cannot be written to; there is no half-written file then.
        """
        digest = hashlib.sha256(data).hexdigest()
        place = self.path(digest)
        if place.exists() and place.stat().st_size == len(data):
            return digest
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(place, data, mode=PRIVATE_FILE, durable=durable)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes of a blob, proven by their hash.

        Raises:
            WeftError: `blob.missing` or `blob.damaged`, naming the hash.
        """
        try:
            data = self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise failure(
                "blob.missing",
                phrase("The stored value {digest} is gone.", digest=digest),
                "Restore a backup, or run the step again.",
            ) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise _damaged(digest)
        return data

    def check(self, digest: str) -> WeftError | None:
        """Return what is wrong with a blob, None when it is sound."""
        try:
            self.get(digest)
        except WeftError as error:
            return error
        return None

    def __iter__(self) -> Iterator[str]:
        for shard in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            for file in sorted(shard.iterdir()):
                if _HASH.fullmatch(shard.name + file.name):
                    yield shard.name + file.name


def _damaged(digest: str) -> WeftError:
    return failure(
        "blob.damaged",
        phrase("The stored value {digest} is damaged.", digest=digest),
        "Restore a backup, or run the step again.",
    )
