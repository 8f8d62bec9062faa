"""Finding in the workflow: a bar over the canvas that counts what was found and goes from one to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.model.graph import Graph, Node
from engine.model.values import Json
from graph_editor.canvas import Canvas
from resources.language import tr
from widgets.boxes import row, words
from widgets.card import ENDING, FloatCard
from widgets.glyph import Glyph, IconButton
from widgets.node_types import NodeTypes

_WIDTH, _HEIGHT, _EDGE, _RADIUS = 360, 42, 12, 8.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A node or frame in which something was found."""

    kind: Literal["node", "frame"]
    id: str


def search(graph: Graph, types: NodeTypes, query: str) -> list[Hit]:
    """Return where a text stands: in titles, ids, types, notes, and all that is set in nodes; in frames and notes."""
    wanted = query.casefold().strip()
    if not wanted:
        return []
    hits = [Hit("node", node.id) for node in graph.nodes.values() if any(wanted in text for text in _texts_of(node, types))]
    frames = [frame for frame in graph.frames.values() if wanted in f"{frame.title}\n{frame.text}".casefold()]
    return hits + [Hit("frame", frame.id) for frame in frames]


def _texts_of(node: Node, types: NodeTypes) -> Iterator[str]:
    kind = types.get(node.type)
    named = (types.title(node), node.id, node.type, node.notes, tr(kind.title) if kind else "")
    yield from (text.casefold() for text in named)
    yield from (text.casefold() for text in _texts_in([dict(node.params), dict(node.options)]))


def _texts_in(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)
    elif value is not None:
        yield str(value)


class _Field(QLineEdit):
    """Enter goes on, Shift+Enter back, Esc closes."""

    stepped = Signal(int)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give Enter, arrows and Esc away."""
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stepped.emit(-1 if back else 1)
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FindBar(FloatCard):
    """Goes through what is found, selects it and brings it into view; follows edits of the document."""

    own_keys = ENDING

    def __init__(self, canvas: Canvas, host: QWidget) -> None:
        super().__init__(host, _RADIUS)
        self._canvas = canvas
        self._hits: list[Hit] = []
        self._at = -1
        self.field = _Field()
        self.field.setProperty("kind", "bare")
        self.field.setPlaceholderText(tr("Find in this workflow"))
        self.field.setAccessibleName(tr("Find in this workflow"))
        self.count = words("", "hint")
        previous, following = IconButton("chevron-up", tr("Previous")), IconButton("chevron-down", tr("Next"))
        close = IconButton("x", tr("Close"))
        self.body.addWidget(
            row(
                Glyph("search", "text.tertiary", 14), self.field, self.count, previous, following, close,
                gap=2, margins=(12, 0, 8, 0), height=_HEIGHT,
            )
        )  # fmt: skip
        self.hide()
        self.field.textChanged.connect(self._on_query)
        self.field.stepped.connect(self.step)
        self.field.left.connect(self.close_bar)
        previous.clicked.connect(self.previous)
        following.clicked.connect(self.next)
        close.clicked.connect(self.close_bar)
        canvas.document.changed.connect(self._on_changed)

    def open(self) -> None:
        """Show it, with what was searched last selected."""
        self.show()
        self.place()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._look(goes=False)

    def close_bar(self) -> None:
        """Hide it; what was found last stays selected."""
        self.hide()
        self._canvas.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def place(self) -> None:
        """Stand in the upper right corner of the host."""
        host = self.parentWidget()
        if host is not None:
            width = min(_WIDTH, host.width() - 2 * _EDGE)
            counts = self._canvas.view.counts
            top = counts.geometry().bottom() + 8 if counts.isVisible() else _EDGE
            self.put(QRect(host.width() - _EDGE - width, top, width, _HEIGHT))

    def next(self) -> None:
        """Go to the next one."""
        self.step(1)

    def previous(self) -> None:
        """Go to the one before."""
        self.step(-1)

    def step(self, by: int) -> None:
        """Go on or back; after the last one comes the first."""
        if self._hits:
            self._at = (self._at + by) % len(self._hits)
            self._go()

    def _on_query(self) -> None:
        self._at = -1
        self._look(goes=True)

    def _on_changed(self) -> None:
        if self.isVisible():
            self._look(goes=False)

    def _look(self, *, goes: bool) -> None:
        here = self._hits[self._at] if 0 <= self._at < len(self._hits) else None
        self._hits = search(self._canvas.document.graph, self._canvas.types, self.field.text())
        self._at = self._hits.index(here) if here in self._hits else -1
        if goes and self._hits:
            self._at = 0
            self._go()
        self._tell()

    def _go(self) -> None:
        scene, hit = self._canvas.scene, self._hits[self._at]
        if hit.kind == "node":
            scene.select([hit.id])
            self._canvas.view.center_on(hit.id)
        else:
            scene.select((), (), [hit.id])
            if (item := scene.frame_item(hit.id)) is not None:
                self._canvas.view.reveal(QRectF(item.area))
        self._tell()

    def _tell(self) -> None:
        if not self.field.text().strip():
            self.count.setText("")
        elif not self._hits:
            self.count.setText(tr("Nothing found"))
        elif self._at < 0:
            self.count.setText(tr("{count} found", count=len(self._hits)))
        else:
            self.count.setText(tr("{at} of {count}", at=self._at + 1, count=len(self._hits)))
