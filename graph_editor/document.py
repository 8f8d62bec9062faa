"""The document that is edited: a graph, the undo stack over it, and what each edit changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from engine.model.changes import MISSING, Batch, SetDocument, SetFrame, SetNode, SetOption, SetParam
from engine.model.graph import Change, Edge, Frame, Graph, Node
from graph_editor.history import History
from graph_editor.same import same

K = TypeVar("K")
V = TypeVar("V")

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Delta:
    """What an edit, an undo or a redo changed, by ids. `document` says that something outside nodes and layout did."""

    added: frozenset[str] = _NOTHING
    removed: frozenset[str] = _NOTHING
    changed: frozenset[str] = _NOTHING
    moved: frozenset[str] = _NOTHING
    edges_added: tuple[Edge, ...] = ()
    edges_removed: tuple[Edge, ...] = ()
    frames: frozenset[str] = _NOTHING
    document: bool = False

    def touches(self, node: str) -> bool:
        """Tell whether a node was added, removed or changed, its place aside."""
        return node in self.added or node in self.removed or node in self.changed


@dataclass(slots=True)
class _Seen:
    """The document as it was told of last. Values are shared and never changed in place, so identity tells."""

    nodes: dict[str, Node]
    positions: dict[str, tuple[float, float]]
    edges: list[Edge]
    frames: dict[str, Frame]
    rest: tuple[object, ...]

    @classmethod
    def of(cls, graph: Graph) -> _Seen:
        rest = (
            graph.id, graph.name, graph.description, dict(graph.inputs), dict(graph.variables), dict(graph.schemas),
            dict(graph.settings),
        )  # fmt: skip
        return cls(dict(graph.nodes), dict(graph.positions), list(graph.edges), dict(graph.frames), rest)

    def until(self, now: _Seen) -> Delta:
        """Return what changed between this and `now`."""
        added, removed, changed = _compared(self.nodes, now.nodes)
        new, gone, moved = _compared(self.positions, now.positions)
        old_edges, new_edges = set(self.edges), set(now.edges)
        return Delta(
            added,
            removed,
            changed,
            (new | gone | moved) - added - removed,
            tuple(edge for edge in now.edges if edge not in old_edges),
            tuple(edge for edge in self.edges if edge not in new_edges),
            frozenset().union(*_compared(self.frames, now.frames)),
            self.rest != now.rest,
        )


class GraphDocument(QObject):
    """Holds a graph and is the only one to change it, each edit as a command that can be undone.

    `changed` tells a `Delta` after every edit, undo and redo. `modified_changed` tells whether there is something to save.
    """

    changed = Signal(object)
    modified_changed = Signal(bool)

    def __init__(self, graph: Graph, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.graph = graph
        self.undo_stack = History(self)
        self.undo_stack.cleanChanged.connect(self._on_clean_changed)
        self.undo_stack.indexChanged.connect(self._on_index_changed)
        self._seen = _Seen.of(graph)
        self._saved: Graph | None = graph.copy()
        self._steps: list[_Step] = []
        self._done = 0
        self._last: _Step | None = None
        self._before: Graph | None = None

    @property
    def is_modified(self) -> bool:
        """Whether the document differs from how it was at the last `set_saved`."""
        return not self.undo_stack.isClean()

    def apply(self, change: Change, text: str, *, joins: str = "") -> None:
        """Do an edit that can be undone; `text` says what it is. Edits in a row with the same `joins` are undone together.

        Such edits leave nothing to undo when they come back to where they began.

        Raises:
            WeftError: the edit cannot be done; nothing changed.
        """
        before = self.graph.copy() if joins else None
        inverse = self.graph.apply(change)
        last, at_end = self._last, self.undo_stack.index() == self.undo_stack.count()
        if joins and last is not None and last.joins == joins and at_end and self.is_modified:
            last.extend(change, inverse)
            if same(self._before, self.graph):
                self._drop_last()
        else:
            self._last, self._before = _Step(change, inverse, joins), before
            self._steps[self._done :] = [self._last]
            self._done += 1
            self.undo_stack.push(text)
        self._tell()

    def undo(self) -> None:
        """Take the last edit back."""
        self.undo_stack.undo()

    def redo(self) -> None:
        """Do the edit again that was taken back last."""
        self.undo_stack.redo()

    def end_joining(self) -> None:
        """Let the next edit be undone on its own, whatever it joins."""
        self._last = self._before = None

    def set_saved(self) -> None:
        """Take the document as it is now for the saved one."""
        self._saved = self.graph.copy()
        self.undo_stack.setClean()

    def set_unsaved(self) -> None:
        """Take the document as it is for one that was never saved, as when its file has gone; undo does not change that."""
        self._saved = None
        self.undo_stack.resetClean()

    def set_id(self, identity: str) -> None:
        """Be another document from now on, as a copy is. This is no edit, so undo does not bring the old id back."""
        self.graph.id = identity
        if self._saved is not None:
            self._saved.id = identity
        self._tell()

    def frozen(self) -> Graph:
        """Return the graph as it is now; later edits leave it alone."""
        return self.graph.copy()

    def _drop_last(self) -> None:
        """Forget the last edit, which changed nothing in the end."""
        self.end_joining()
        self._steps.pop()
        self._done -= 1
        self.undo_stack.drop()

    def _tell(self) -> None:
        if self.is_modified and self._saved is not None and same(self._saved, self.graph):
            self.undo_stack.setClean()
        now = _Seen.of(self.graph)
        delta, self._seen = self._seen.until(now), now
        self.changed.emit(delta)

    def _on_index_changed(self, index: int) -> None:
        """Undo or redo as far as the stack went."""
        if index == self._done:
            return
        self.end_joining()
        while self._done != index:
            back = self._done > index
            self._steps[self._done - back].turn(self.graph)
            self._done += -1 if back else 1
        self._tell()

    def _on_clean_changed(self, clean: bool) -> None:
        self.modified_changed.emit(not clean)


class _Step:
    """One edit, done or taken back."""

    def __init__(self, change: Change, inverse: Change, joins: str) -> None:
        self._change, self._inverse, self.joins = change, inverse, joins

    def extend(self, change: Change, inverse: Change) -> None:
        """Take another edit, done just now, into this one."""
        place = _place(change)
        if place is not None and place == _place(self._change) and type(inverse) is type(change):
            self._change = change
            return
        self._change, self._inverse = Batch((self._change, change)), Batch((inverse, self._inverse))

    def turn(self, graph: Graph) -> None:
        """Take the edit back, or do it again."""
        self._change, self._inverse = self._inverse, graph.apply(self._inverse)


def _place(change: Change) -> object:
    """Return what a change sets, when it sets one value; such a change makes an earlier one of the same place unnecessary."""
    if getattr(change, "value", None) is MISSING:
        return None
    match change:
        case SetParam(node, path) | SetOption(node, path):
            return type(change), node, path
        case SetNode(node, name):
            return SetNode, node, name
        case SetFrame(frame):
            return SetFrame, frame.id
        case SetDocument(path):
            return SetDocument, path
    return None


def _compared(before: Mapping[K, V], after: Mapping[K, V]) -> tuple[frozenset[K], frozenset[K], frozenset[K]]:
    """Return the keys that are new, those that are gone, and those whose value is another object that is not equal."""
    added, removed = after.keys() - before.keys(), before.keys() - after.keys()
    changed = (key for key, value in after.items() if key in before and before[key] is not value and before[key] != value)
    return frozenset(added), frozenset(removed), frozenset(changed)
