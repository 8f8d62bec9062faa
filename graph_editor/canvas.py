"""A document with its scene and view: what the gestures work on, and what they tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QPoint, QPointF, Signal

from engine.model.issues import WeftError
from graph_editor.arranging import Rect, snapped
from graph_editor.document import GraphDocument
from graph_editor.edits import Edit, Place, PortsOf
from graph_editor.scene import GraphScene
from graph_editor.view import GraphView
from widgets.node_types import NodeTypes
from widgets.theme import theme


class Canvas(QObject):
    """Does edits and tells what a gesture asks for.

    Signals: `failed` an edit that is refused (WeftError); `open_asked` a node or frame to edit where it stands or in the
    inspector; `title_asked` a node or frame to rename; `add_asked` a place for a new node; `drop_asked` that the edge in the
    hand was dropped on nothing; `menu_asked` a point of the screen; `retry_asked` a failed node;
    `answer_asked` one that waits for a person.
    """

    failed = Signal(object)
    open_asked = Signal(str)
    title_asked = Signal(str)
    add_asked = Signal(QPointF)
    drop_asked = Signal(object)
    menu_asked = Signal(QPoint)
    retry_asked = Signal(str)
    answer_asked = Signal(str)

    def __init__(self, document: GraphDocument, types: NodeTypes, view: GraphView) -> None:
        super().__init__(view)
        self.document, self.types, self.view = document, types, view

    @property
    def scene(self) -> GraphScene:
        """The scene that the view shows."""
        return self.view.graph_scene

    @property
    def ports_of(self) -> PortsOf:
        """What tells the ports of a node."""
        return self.types.ports

    @property
    def px(self) -> float:
        """A pixel of the screen in scene units."""
        return 1 / self.view.zoom

    def rects(self, nodes: Iterable[str] | None = None) -> dict[str, Rect]:
        """Return where nodes are shown, all of them unless some are named."""
        items = self.scene.node_items() if nodes is None else map(self.scene.node_item, nodes)
        return {
            item.node: (item.pos().x(), item.pos().y(), item.look.parts.width, item.look.parts.height) for item in items if item
        }

    def spaces(self, nodes: Iterable[str] | None = None) -> dict[str, Rect]:
        """Return the room that nodes take with their results, all of them unless some are named."""
        items = self.scene.node_items() if nodes is None else map(self.scene.node_item, nodes)
        return {
            item.node: (item.pos().x(), item.pos().y(), item.look.parts.width, item.look.full_height) for item in items if item
        }

    def places(self, nodes: Iterable[str]) -> dict[str, Place]:
        """Return the places of nodes in the document, or those found for them."""
        return {node: self.scene.position(node) for node in nodes}

    def snap(self, point: QPointF) -> Place:
        """Return the nearest point of the grid on which things are placed."""
        return snapped((point.x(), point.y()), theme().metric["snap"])

    def apply(self, edit: Edit | None) -> bool:
        """Do an edit and select what it names; tell when it is refused. Returns whether something was done."""
        return self.attempt(lambda: edit)

    def attempt(self, make: Callable[[], Edit | None]) -> bool:
        """Make an edit and do it, as `apply`; a refusal while it is made is told as well."""
        try:
            edit = make()
            if edit is None:
                return False
            self.document.end_joining()
            self.document.apply(edit.change, edit.text)
        except WeftError as error:
            self.failed.emit(error)
            return False
        self.scene.select(edit.nodes, edit.edges, edit.frames)
        return True
