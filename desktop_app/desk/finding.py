"""The request that finds a text in every workflow of the register."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from desktop_app.desk.given import Request, aside, number, text, texts
from desktop_app.services import Parts
from engine.model.issues import WeftError
from engine.model.text_search import find_text
from engine.model.values import Json, JsonObject
from storage.documents import read_document

if TYPE_CHECKING:
    from engine.model.graph import Graph

MOST = 200
_KEPT = 300
"""Workflows that stay read, so that the next letter is answered at once."""


class FindDesk:
    """Reads the files of workflows.

    * `find`: `text`, at most `limit` hits, and `without`, the paths of files that are not looked into. Gives `hits`, those of the
      workflow that was changed last first: `workflow` (its name), `path`, `type` and `title` of the node, and all of a `TextHit`;
      and `more`. Files that are gone or cannot be read have none.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._read: OrderedDict[Path, tuple[tuple[int, int], Graph]] = OrderedDict()
        self._reading = Lock()
        self.requests: dict[str, Request] = {"find": aside(self._find)}

    def _find(self, given: JsonObject) -> JsonObject:
        wanted, limit = text(given, "text"), number(given, "limit", MOST)
        without, hits = {Path(path) for path in texts(given, "without")}, list[Json]()
        for entry in self._parts.library.workflows():
            path = Path(entry.path)
            graph = self._graph(path) if entry.path and path not in without else None
            for hit in find_text(graph, wanted) if graph is not None and wanted.strip() else ():
                if len(hits) == limit:
                    return {"hits": hits, "more": True}
                node = graph.nodes.get(hit.id) if graph is not None and hit.kind == "node" else None
                told: JsonObject = {"type": node.type if node else "", "title": node.title if node else ""}
                hits.append({"workflow": entry.name, "path": entry.path, **told, **asdict(hit)})
        return {"hits": hits, "more": False}

    def _graph(self, path: Path) -> Graph | None:
        """Return the workflow of a file as it is now; None for what is none."""
        from engine.model.serialize import load

        try:
            found = path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            with self._reading:  # of two who want the same, the second one has it from the first
                if (known := self._read.get(path)) is None or known[0] != stamp:
                    known = self._read[path] = stamp, load(read_document(path), str(path)).graph
                self._read.move_to_end(path)
                while len(self._read) > _KEPT:
                    self._read.popitem(last=False)
            return known[1]
        except (OSError, WeftError):
            return None
