"""A document that is open: its graph, its place, and what is wrong between the two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from desktop_app.window.files import Content, Stamp, file_name
from desktop_app.window.trust import Asked
from engine.model.graph import Graph, Node
from engine.model.issues import Issue
from graph_editor.document import Delta, GraphDocument
from resources.language import tr

TroubleKind = Literal["changed", "gone", "unreadable", "unsaved"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a person has to decide or to know about a document's file.

    `changed`: another program wrote `theirs`, and there are edits here. `gone`: the file is not at its place any more.
    `unreadable`: another program wrote something that is no workflow; `text` is that. `unsaved`: a save to `path` failed.
    """

    kind: TroubleKind
    issue: Issue | None = None
    theirs: Content | None = None
    text: str = ""
    path: Path | None = None


class OpenDocument(QObject):
    """One document, in however many views. `changed` tells of another title, place, or trouble, or that it was saved or edited.

    `breakpoints_changed` tells of other breakpoints, `id_changed` that it turned out to be a copy, `placed` that it is known now
    whether it is one, and whether it needs trust (`is_placed`). `path` is None before the first save. `stamp`, `digest` and
    `saved_text` are those of the file as last read or written. An example stays as it is at its own place; a copy (the id in its
    file belongs to a file elsewhere) goes by an id of its own, which the next save writes. `asked` is what a person has to agree
    to before it runs; what `is_own` was made here, or comes with Weft, and was not saved yet. `text_before` is what the file held
    before it was read or written last.
    """

    changed = Signal()
    breakpoints_changed = Signal()
    id_changed = Signal()
    placed = Signal()

    def __init__(self, graph: Graph, path: Path | None = None, *, is_example: bool = False) -> None:
        super().__init__()
        self.document = GraphDocument(graph, self)
        self.path, self.is_example, self.is_copy = path, is_example, False
        self.stamp: Stamp | None = None
        self.digest = ""
        self.saved_text = self.text_before = ""
        self.is_own = path is None or is_example
        self.trouble: Trouble | None = None
        self.asked: Asked | None = None
        self.is_looked_at, self.is_placed = False, True
        self.revision = 0
        self.is_saving = False
        self.number = 1
        self._marked: dict[str, Node | None] = {}
        self.document.changed.connect(self._on_changed)
        self.document.modified_changed.connect(self.changed)

    @property
    def graph(self) -> Graph:
        """The graph as it is now."""
        return self.document.graph

    @property
    def is_modified(self) -> bool:
        """Whether there is something to save."""
        return self.document.is_modified

    @property
    def title(self) -> str:
        """What it is called: its name, else its file's, else that it has none."""
        if self.graph.name:
            return self.graph.name
        if self.path is not None:
            return self.path.stem
        return tr("Untitled") if self.number == 1 else tr("Untitled {number}", number=self.number)

    @property
    def is_unnamed(self) -> bool:
        """Whether nobody gave it a name, or a file that has one."""
        return not self.graph.name and self.path is None

    @property
    def file_title(self) -> str:
        """Its title as the name of a file, without the ending."""
        return file_name(self.title) or tr("Untitled")

    def show_trouble(self, trouble: Trouble | None) -> None:
        """Have another trouble, or none."""
        if trouble != self.trouble:
            self.trouble = trouble
            self.changed.emit()

    @property
    def is_trusted(self) -> bool:
        """Whether it may run: it was made here, does nothing outside itself, or a person agreed to what it does."""
        return self.asked is None

    def ask_trust(self, asked: Asked | None) -> None:
        """Ask for trust in these effects, or, with None, no more."""
        if asked != self.asked:
            self.asked, self.is_looked_at = asked, False
            self.changed.emit()

    def look_only(self, *, is_looked_at: bool = True) -> None:
        """Leave it untrusted without being asked all the time."""
        self.is_looked_at = is_looked_at
        self.changed.emit()

    @property
    def breakpoints(self) -> frozenset[str]:
        """The nodes before which its runs stop."""
        return frozenset(self._marked.keys() & self.graph.nodes.keys())

    def set_breakpoints(self, nodes: Iterable[str]) -> None:
        """Let runs stop before these nodes and no others."""
        before = self.breakpoints
        self._marked = {node: self.graph.nodes.get(node) for node in nodes}
        if self.breakpoints != before:
            self.breakpoints_changed.emit()

    def be_copy(self, identity: str) -> None:
        """Be another workflow than the one whose id its file has."""
        self.is_copy = True
        if self.graph.id != identity:
            self.document.set_id(identity)
            self.id_changed.emit()

    def set_placed(self, *, is_placed: bool = True) -> None:
        """Be a workflow of which the register told what it knows, or not yet."""
        self.is_placed = is_placed
        if is_placed:
            self.placed.emit()

    def as_this(self, graph: Graph) -> Graph:
        """Return what its file holds as a graph of this document: one of a copy has the copy's id."""
        return replace(graph, id=self.graph.id) if self.is_copy else graph

    def settle(self, content: Content) -> None:
        """Know what the file holds now."""
        self.text_before = self.saved_text
        self.stamp, self.digest, self.saved_text = content.stamp, content.digest, content.text

    def _on_changed(self, delta: Delta) -> None:
        self.revision += 1
        if self._marked:
            self._follow_breakpoints(delta)
        if delta.document:
            self.changed.emit()

    def _follow_breakpoints(self, delta: Delta) -> None:
        """Keep breakpoints of nodes that get another id, or come back; another node with the id of one that went has none."""
        nodes, before = self.graph.nodes, frozenset(self._marked)
        if len(delta.added) == len(delta.removed) == 1 and delta.removed <= before:
            self._marked |= {node: nodes[node] for node in delta.added}
        for node in delta.added & before:
            if nodes[node] != self._marked[node]:
                del self._marked[node]
        self._marked |= {node: nodes[node] for node in self._marked if node in nodes}
        if delta.added or delta.removed:
            self.breakpoints_changed.emit()
