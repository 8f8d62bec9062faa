"""Workflow files as the window reads and writes them. Everything here may take a while, and is done in a thread."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.model.foreign import foreign
from engine.model.graph import Graph
from engine.model.issues import Issue, WeftError, failure, phrase
from engine.model.serialize import dump, load
from storage.documents import read_document, save_document

SUFFIX = ".weft"
LONGEST_NAME = 80
"""Letters of a file name that is made from a title; file systems take 255 bytes, and Hangul has three each."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a file looked: enough to notice that it is another one now, without reading it."""

    modified: int
    size: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Stamp | None:
        """Return the stamp of a file, None when there is none."""
        try:
            status = path.stat()
        except (OSError, ValueError):
            return None
        return cls(status.st_mtime_ns, status.st_size, status.st_ino)


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, and how it looked when it was read or written. `digest` is the SHA-256 of its text."""

    graph: Graph
    text: str
    stamp: Stamp | None
    digest: str


class Broken(WeftError):
    """A file that is text and no workflow that can be used as a whole; `text` is what it holds."""

    def __init__(self, text: str, stamp: Stamp | None, *issues: Issue) -> None:
        super().__init__(*issues)
        self.text, self.stamp = text, stamp


def digest_of(text: str) -> str:
    """Return what tells one text from another."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def read(path: Path) -> Content:
    """Read a workflow. One of which only a part can be read counts as broken: saving it would lose the rest.

    Raises:
        Broken: what is wrong in the text, every issue with its line.
        WeftError: the file itself cannot be read.
    """
    stamp = Stamp.of(path)
    text = read_document(path)
    return parsed(text, str(path), stamp)


def parsed(text: str, file: str, stamp: Stamp | None) -> Content:
    """Return the content that a text is. Raises Broken."""
    try:
        loaded = load(text, file)
        graph = loaded.checked()
    except WeftError as error:
        raise Broken(text, stamp, *(replace(issue, file=file) for issue in error.issues)) from error
    return Content(graph, text, stamp, digest_of(text))


def write(path: Path, graph: Graph, expected: Stamp | None) -> Content:
    """Save a workflow, and return what the file holds now.

    Raises:
        WeftError: `document.changed` when the file is there and is not the `expected` one; what `save_document` raises.
    """
    if (found := Stamp.of(path)) is not None and found != expected:
        changed = phrase("The file {path} was changed by another program.", path=path.name)
        raise failure("document.changed", changed, "Choose which version to keep.")
    text = dump(graph)
    save_document(path, text)
    return Content(graph, text, Stamp.of(path), digest_of(text))


def file_name(title: str) -> str:
    """Return a file name for a title, in any script; what file systems refuse is left out."""
    said = "".join(
        " " if unicodedata.category(letter).startswith("C") else letter for letter in unicodedata.normalize("NFC", title)
    )
    plain = re.sub(r'[<>:"/\\|?*\s]+', " ", said).strip(" .")[:LONGEST_NAME].strip(" .")
    return re.sub(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$", r"\1 workflow", plain)


def free_place(folder: Path, name: str, suffix: str = SUFFIX, taken: Iterable[Path] = ()) -> Path:
    """Return a path in a folder that nothing has, numbered where the name alone is taken."""
    used, number = set(taken), 1
    while True:
        path = folder / (f"{name}{suffix}" if number == 1 else f"{name} {number}{suffix}")
        if path not in used and not os.path.lexists(path):
            return path
        number += 1


def companions(path: Path) -> list[Path]:
    """Return the files that lie around a workflow, below its folder, relative to it and without what is hidden."""
    folder, found = path.parent, list[Path]()
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if file.is_file() and file != path and not any(part.startswith((".", "__")) for part in inside.parts):
            found.append(inside)
    return found


def copy_companions(source: Path, target: Path) -> None:
    """Copy the files around one workflow to around another one.

    Raises:
        WeftError: `document.in-the-way` when another file has the name of one of them; nothing was copied then.
    """
    files = companions(source)
    ways = [(source.parent / file, target.parent / file) for file in files]
    for here, there in ways:
        if os.path.lexists(there) and not (there.is_file() and there.read_bytes() == here.read_bytes()):
            text = phrase("There is another file {there} in {parent}.", there=there.name, parent=target.parent)
            raise failure("document.in-the-way", text, "Choose an empty folder.")
    try:
        for here, there in ways:
            if not there.exists():
                there.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(here, there)  # without the mode: what comes with Weft may be read-only
    except OSError as error:
        text = phrase(
            "The files of {source} cannot be copied to {parent} ({strerror}).",
            source=source.name,
            parent=target.parent,
            strerror=foreign(error.strerror),
        )
        raise failure("document.unwritable", text, "Choose another folder.") from error
