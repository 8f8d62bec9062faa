"""Node types dragged from the palette: they stand where they are dropped, or in the edge that they are dropped on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from engine.api.declaration import Declaration
from engine.model.graph import Node
from graph_editor.adding import Adding
from graph_editor.canvas import Canvas
from graph_editor.edits import new_node
from graph_editor.interactions.move import over, splice_words
from graph_editor.interactions.sketch import Ghost, SplicePreview
from graph_editor.wiring import Splice, splice_of
from resources.language import tr

MIME = "application/x-weft-node-type"
_REACH = 24.0


class PaletteDrop(QObject):
    """Watches the viewport of a canvas for node types that are dragged over it."""

    def __init__(self, canvas: Canvas, adding: Adding) -> None:
        super().__init__(canvas)
        self._canvas, self._adding = canvas, adding
        self._kind: Declaration | None = None
        self._node: Node | None = None
        self._ghost: Ghost | None = None
        self._preview: SplicePreview | None = None
        self._splice: Splice | None = None
        canvas.view.setAcceptDrops(True)
        canvas.view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what concerns a node type; leave files and the rest to the window."""
        if isinstance(event, QDropEvent):  # also enter and move
            if not event.mimeData().hasFormat(MIME):
                event.ignore()
                return True
            if isinstance(event, QDragEnterEvent):
                self._enter(event.mimeData())
            self._move(event.position())
            if event.type() == QEvent.Type.Drop:
                self._drop()
            event.setAccepted(self._kind is not None or event.type() == QEvent.Type.Drop)
            return True
        if event.type() == QEvent.Type.DragLeave:
            self._leave()
            return True
        return super().eventFilter(watched, event)

    def _enter(self, data: QMimeData) -> None:
        self._leave()
        self._kind = self._canvas.types.get(bytes(data.data(MIME).data()).decode("utf-8", "replace"))
        if self._kind is not None:
            title = tr(self._kind.title)
            self._node = new_node(self._canvas.document.graph, self._kind.type_id, self._kind.version, title)
            self._ghost = Ghost(self._canvas.scene, self._node, self._canvas.types)
            self._preview = SplicePreview(self._canvas.scene)

    def _move(self, pos: QPointF) -> None:
        if self._ghost is None or self._node is None or self._preview is None:
            return
        canvas = self._canvas
        point = QPointF(canvas.view.mapToScene(pos.toPoint()))
        self._ghost.setPos(*canvas.snap(over(point, self._ghost.look.parts.size)))
        edge = canvas.scene.edge_at(point, _REACH * max(canvas.px, 1.0))
        self._splice = splice_of(canvas.document.graph, canvas.ports_of, edge, self._node) if edge is not None else None
        self._preview.show(self._splice, self._ghost.look, self._ghost.pos(), splice_words())

    def _drop(self) -> None:
        kind, ghost, splice = self._kind, self._ghost, self._splice
        place = (ghost.pos().x(), ghost.pos().y()) if ghost is not None else (0.0, 0.0)
        self._leave()
        if kind is None:
            return
        if splice is None or not self._adding.add_to_edge(kind.type_id, place, splice.edge):
            self._adding.add(kind.type_id, place, by_hand=True)
        self._canvas.view.setFocus()

    def _leave(self) -> None:
        if self._ghost is not None:
            self._canvas.scene.removeItem(self._ghost)
        if self._preview is not None:
            self._preview.remove()
        self._kind = self._node = self._ghost = self._preview = self._splice = None
