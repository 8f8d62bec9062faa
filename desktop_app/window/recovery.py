"""What was not saved when the program ended without being asked: kept beside the work, and offered at the next start.

Each open document with edits has one file in the data folder, named by its id, its place and this process. It is written whole
or not at all. Files of processes that live are theirs; what others left behind is what can be restored.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

from desktop_app.window.comparison import Differences, compare
from desktop_app.window.files import Content, Stamp, parsed, read
from engine.model.graph import Graph
from engine.model.issues import WeftError
from engine.model.serialize import dump
from graph_editor.same import same
from storage.atomic import PRIVATE_FILE, write_whole

_log = logging.getLogger(__name__)

FOLDER = "recovery"
_SUFFIX = ".json"
_SAME_START_S = 2.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What a recovery file holds.

    `place` is empty for a document that has no file; `stamp` and `digest` are those of its file when it was read or saved last,
    `time` is UTC seconds since the epoch.
    """

    name: str
    place: str
    text: str
    time: float
    pid: int
    started: float
    stamp: tuple[int, int, int] | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Unsaved work of a program that is no more. `differences` are those from the file as it is now, None when there is none.

    `file_is_newer` says that the file was saved after this was.
    """

    file: Path
    kept: Kept
    content: Content
    differences: Differences | None
    file_is_newer: bool

    @property
    def path(self) -> Path | None:
        """Where the document's file is or was; None when it never had one."""
        return Path(self.kept.place) if self.kept.place else None


class Recovery:
    """The recovery files of a data folder. Its methods wait for the disk: call them in a thread."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        self._pid = os.getpid()
        self._started = psutil.Process().create_time()

    def keep(self, graph: Graph, name: str, path: Path | None, stamp: Stamp | None, digest: str) -> Path:
        """Write a document's recovery file and return it; the graph's id and the path tell documents of this process apart.

        Raises:
            OSError: the disk is full, or the data folder cannot be written to; what was kept before is still there.
        """
        place = str(path.absolute()) if path else ""
        seen = (stamp.modified, stamp.size, stamp.inode) if stamp else None
        kept = Kept(name, place, dump(graph), time.time(), self._pid, self._started, seen, digest)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.file(graph.id, place)
        write_whole(file, json.dumps(asdict(kept), ensure_ascii=False).encode(errors="surrogatepass"), mode=PRIVATE_FILE)
        return file

    def file(self, key: str, place: str) -> Path:
        """Return where the recovery file of a document is."""
        where = hashlib.sha256(place.encode(errors="surrogatepass")).hexdigest()[:12]
        what = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:12]
        return self._folder / f"{what}-{where}-{self._pid}-{round(self._started)}{_SUFFIX}"

    def leftovers(self) -> list[Leftover]:
        """Return what programs left behind that live no more, last edited first; what cannot be read stays on the disk."""
        found = []
        with suppress(OSError):
            for file in sorted(self._folder.glob(f"*{_SUFFIX}")):
                if (leftover := self._leftover(file)) is not None:
                    found.append(leftover)
        return sorted(found, key=lambda leftover: -leftover.kept.time)

    def _leftover(self, file: Path) -> Leftover | None:
        try:
            kept = Kept(**json.loads(file.read_bytes()))
            if _lives(kept.pid, kept.started):
                return None
            content = parsed(kept.text, str(file), Stamp(*kept.stamp) if kept.stamp else None)
        except (OSError, ValueError, TypeError, WeftError) as error:
            _log.warning("the recovery file %s cannot be read: %s", file.name, error)
            return None
        path = Path(kept.place) if kept.place else None
        stamp = Stamp.of(path) if path else None
        differences = None
        if path is not None and stamp is not None:
            with suppress(WeftError):
                now = read(path)
                if now.digest == content.digest or _is_same(now.graph, content.graph):
                    file.unlink(missing_ok=True)  # it was saved after all, or every edit was taken back
                    return None
                differences = compare(now.graph, content.graph)
        return Leftover(file, kept, content, differences, stamp is not None and stamp.modified / 1e9 > kept.time)


def _is_same(saved: Graph, kept: Graph) -> bool:
    """Tell whether nothing was edited: a copy goes by another id than the one in its file before anything is."""
    return same(replace(saved, id=kept.id), kept)


def _lives(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - started) < _SAME_START_S and process.status() != psutil.STATUS_ZOMBIE
    except psutil.AccessDenied:
        return True
    except (psutil.Error, ValueError, OverflowError):
        return False
