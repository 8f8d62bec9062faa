"""Adding nodes: by search, from the edge in the hand, from the palette, and beside what is selected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtWidgets import QWidget

from engine.api.declaration import Declaration
from engine.model.changes import AddNode
from engine.model.graph import Edge, Endpoint, Node
from graph_editor.arranging import drop_place, free_place
from graph_editor.canvas import Canvas
from graph_editor.choices import Choice, that_fit
from graph_editor.edits import Place, add, new_node
from graph_editor.interactions.dispatch import Dispatcher
from graph_editor.interactions.move import over
from graph_editor.interactions.sketch import Ghost, SplicePreview
from graph_editor.interactions.wire import Wire
from graph_editor.layers import COLUMN_GAP
from graph_editor.wiring import add_wired, best_port, insert, splice_of
from resources.language import tr

if TYPE_CHECKING:  # made when a node is searched first
    from graph_editor.add_popup import AddPopup, DropMenu

_TALL = 84.0
"""About how much of the canvas a new node takes: the menu stands below or above it."""
_NO_KEYS = Qt.KeyboardModifier.NoModifier


class Adding(QObject):
    """Opens the cards of an editor, shows where a node would stand, and puts it there."""

    def __init__(self, canvas: Canvas, gestures: Dispatcher, host: QWidget) -> None:
        super().__init__(canvas)
        self._canvas, self._gestures, self._host = canvas, gestures, host
        self.popup: AddPopup | None = None
        self.menu: DropMenu | None = None
        self._ghost: Ghost | None = None
        self._landing: Place = (0.0, 0.0)
        self._preview: SplicePreview | None = None
        self._edge: Edge | None = None
        self._wire: Wire | None = None
        canvas.add_asked.connect(self.search_at)
        canvas.drop_asked.connect(self._on_dropped)

    def close_cards(self) -> None:
        """Close what is open."""
        for card in (self.popup, self.menu):
            if card is not None:
                card.close_card()

    def forget_cards(self) -> None:
        """Make the cards anew when they are opened next, as in another language."""
        self.close_cards()
        for card in (self.popup, self.menu):
            if card is not None:
                card.deleteLater()
        self.popup = self.menu = None

    # ------------------------------------------------------------ at once
    def add(self, type_id: str, place: Place | None = None, *, wired: bool = False, by_hand: bool = False) -> str | None:
        """Put a node of a type at a place (None: beside what is selected) where it lies on nothing; return its id.

        `wired` joins it to the node that is selected, where they fit. Put down `by_hand` it lies where it was put.
        """
        kind, graph = self._canvas.types.get(type_id), self._canvas.document.graph
        if kind is None:
            return None
        node = self._node(kind)
        size = self._size(kind)
        wanted = place if place is not None else self._beside(size)
        there = drop_place(self._canvas.rects().values(), size, wanted) if by_hand else self._free(kind, wanted)
        edge = self._edge_to(node.id, kind) if wired else None
        ports_of = self._canvas.ports_of
        done = self._canvas.attempt(
            lambda: add_wired(graph, ports_of, node, there, edge, tr(kind.title)) if edge else add(node, there, tr(kind.title))
        )
        if not done:
            return None
        self._canvas.view.reveal(QRectF(*there, *size))
        return node.id

    def add_to_edge(self, type_id: str, place: Place, edge: Edge) -> bool:
        """Put a node of a type at a place and into an edge, when it fits there."""
        kind, graph = self._canvas.types.get(type_id), self._canvas.document.graph
        if kind is None:
            return False
        node = self._node(kind)
        splice = splice_of(graph, self._canvas.ports_of, edge, node)
        return splice is not None and self._canvas.apply(insert(graph, splice, [AddNode(node, position=place)]))

    # ------------------------------------------------------------ by search
    def search_at(self, point: QPointF) -> None:
        """Search a node to stand at a point."""
        kinds = list(self._canvas.types)
        if not kinds:
            return
        size = self._size(kinds[0])
        self._search(self._canvas.snap(over(point, size)), size)

    def search(self) -> None:
        """Search a node to stand beside the selected one, in the selected edge, or under the pointer."""
        view, scene = self._canvas.view, self._canvas.scene
        if len(scene.selected_edges()) == 1 and not scene.selected_nodes():
            self._search_for_edge(scene.selected_edges()[0])
            return
        if len(self._canvas.scene.selected_nodes()) == 1:
            kinds = list(self._canvas.types)
            size = self._size(kinds[0]) if kinds else (0.0, 0.0)
            self._search(self._beside(size), size)
            return
        pos = view.viewport().mapFromGlobal(view.cursor().pos())
        inside = view.viewport().rect().contains(pos)
        self.search_at(QPointF(view.mapToScene(pos)) if inside else view.middle)

    def _search_for_edge(self, edge: Edge) -> None:
        """Search a node to put into an edge, among those that fit."""
        graph, item = self._canvas.document.graph, self._canvas.scene.edge_item(edge)
        splices = [(splice_of(graph, self._canvas.ports_of, edge, self._node(kind)), kind) for kind in self._kinds()]
        found = [(splice, kind) for splice, kind in splices if splice is not None]
        fitting = [kind for _, kind in sorted(found, key=lambda pair: (pair[0].input.multiple, pair[0].input.type == "any"))]
        if item is None or not fitting:
            self.search_at(self._canvas.view.middle)
            return
        size = self._size(fitting[0])
        self._search(self._canvas.snap(over(item.path().pointAtPercent(0.5), size)), size, fitting, edge)

    def _search(self, landing: Place, size: Place, kinds: Sequence[Declaration] = (), edge: Edge | None = None) -> None:
        canvas = self._canvas
        self._edge, self._landing = edge, landing
        offered = list(kinds) or self._kinds()
        place = self._free(offered[0], landing)
        if self.popup is None:
            from graph_editor.add_popup import AddPopup

            self.popup = AddPopup(self._host)
            self.popup.aimed.connect(self._on_aimed)
            self.popup.taken.connect(self._on_taken)
            self.popup.closed.connect(self._on_closed)
        canvas.view.reveal(QRectF(*place, *size), glide=False)
        corner = canvas.view.mapFromScene(QPointF(*place))
        zoom = canvas.view.zoom
        rect = QRect(canvas.view.mapTo(self._host, corner), QPoint())
        rect.setSize(QRectF(0, 0, size[0] * zoom, size[1] * zoom).toRect().size())
        choices = [Choice(kind) for kind in offered]
        can_wire = len(canvas.scene.selected_nodes()) == 1
        fits = {choice.kind.type_id for choice in choices if can_wire and self._edge_to("", choice.kind)}
        canvas.view.hold_hint(self, held=True)
        self.popup.open_beside(rect, choices, fits, can_wire=can_wire, can_stay=edge is None)

    def _on_aimed(self, choice: Choice | None) -> None:
        self._show_ghost(choice.kind, self._free(choice.kind, self._landing)) if choice is not None else self._show_ghost()
        if self._edge is not None and choice is not None and self._ghost is not None:
            splice = splice_of(self._canvas.document.graph, self._canvas.ports_of, self._edge, self._node(choice.kind))
            self._preview = SplicePreview(self._canvas.scene)
            self._preview.show(splice, self._ghost.look, self._ghost.pos(), tr("Enter puts it between"))

    def _on_taken(self, choice: Choice, modifiers: Qt.KeyboardModifier) -> None:
        assert self.popup is not None
        stays = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        wired = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        edge = self._edge
        if edge is not None or not stays:
            self.popup.close_card()
        if edge is not None:
            self.add_to_edge(choice.kind.type_id, self._free(choice.kind, self._landing), edge)
            return
        added = self.add(choice.kind.type_id, self._landing, wired=wired)
        if stays and added is not None:
            self._show_ghost(choice.kind, self._free(choice.kind, self._landing))

    def _on_closed(self) -> None:
        self._edge = None
        self._canvas.view.hold_hint(self, held=False)
        self._show_ghost()
        self._canvas.view.setFocus(Qt.FocusReason.PopupFocusReason)

    # ------------------------------------------------------------ from the edge in the hand
    def _on_dropped(self, wire: Wire) -> None:
        canvas, fixed = self._canvas, wire.fixed
        self._wire = wire
        if self.menu is None:
            from graph_editor.add_popup import DropMenu

            self.menu = DropMenu(self._host)
            self.menu.aimed.connect(self._on_fit_aimed)
            self.menu.taken.connect(self._on_fit_taken)
            self.menu.closed.connect(self._on_fit_closed)
        kinds, graph = self._kinds(), canvas.document.graph
        choices = that_fit(kinds, graph, canvas.ports_of, fixed.declared, fixed.side, fixed.node)
        pos = canvas.view.mapTo(self._host, canvas.view.mapFromScene(wire.dropped))
        title = canvas.types.title(graph.nodes[fixed.node])
        tall = round(_TALL * canvas.view.zoom)
        self.menu.open_at(QRect(pos.x() - 14, pos.y() - tall // 3, 28, tall), fixed, title, choices, len(kinds) - len(choices))

    def _fit_place(self, choice: Choice) -> Place:
        """Return where the node stands whose port is where the edge was dropped."""
        assert self._wire is not None
        look = Ghost.look_of(new_node(self._canvas.document.graph, choice.kind.type_id, 1, ""), self._canvas.types)
        side = "input" if self._wire.fixed.side == "output" else "output"
        key = choice.port.key if choice.port is not None else ""
        spot = next((spot for spot in look.spots if (spot.port.key, spot.side) == (key, side)), None)
        off = QPointF(spot.x, spot.y) if spot is not None else QPointF()
        corner = self._canvas.snap(self._wire.dropped - off)
        return free_place(self._canvas.spaces().values(), (look.parts.width, look.full_height), corner)

    def _on_fit_aimed(self, choice: Choice | None) -> None:
        if self._wire is not None and choice is not None:
            self._show_ghost(choice.kind, self._fit_place(choice))
        else:
            self._show_ghost()

    def _on_fit_taken(self, choice: Choice, _modifiers: Qt.KeyboardModifier = _NO_KEYS) -> None:
        wire, canvas = self._wire, self._canvas
        assert wire is not None
        assert self.menu is not None
        place = self._fit_place(choice)
        self.menu.close_card()
        graph, kind, port = canvas.document.graph, choice.kind, choice.port
        node = self._node(kind)
        if port is None:
            return
        here = Endpoint(node.id, port.key)
        edge = Edge(wire.fixed.endpoint, here) if wire.fixed.side == "output" else Edge(here, wire.fixed.endpoint)
        canvas.attempt(lambda: add_wired(graph, canvas.ports_of, node, place, edge, tr(kind.title)))

    def _on_fit_closed(self) -> None:
        self._show_ghost()
        self._wire = None
        self._gestures.cancel()
        self._canvas.view.setFocus(Qt.FocusReason.PopupFocusReason)

    # ------------------------------------------------------------ parts
    def _show_ghost(self, kind: Declaration | None = None, place: Place = (0.0, 0.0)) -> None:
        scene = self._canvas.scene
        if self._ghost is not None:
            scene.removeItem(self._ghost)
            self._ghost = None
        if self._preview is not None:
            self._preview.remove()
            self._preview = None
        if kind is not None:
            self._ghost = Ghost(scene, self._node(kind), self._canvas.types)
            self._ghost.setPos(*place)

    def _kinds(self) -> list[Declaration]:
        """Return all types in the order of the palette."""
        return [kind for group in self._canvas.types.by_category().values() for kind in group]

    def _node(self, kind: Declaration) -> Node:
        """Return a new node of a type, which is not in the graph."""
        return new_node(self._canvas.document.graph, kind.type_id, kind.version, tr(kind.title))

    def _size(self, kind: Declaration) -> Place:
        return Ghost.look_of(self._node(kind), self._canvas.types).parts.size

    def _free(self, kind: Declaration, wanted: Place) -> Place:
        """Return the nearest place below a wanted one where a node of a type has room, with its result."""
        look = Ghost.look_of(self._node(kind), self._canvas.types)
        return free_place(self._canvas.spaces().values(), (look.parts.width, look.full_height), wanted)

    def _beside(self, size: Place) -> Place:
        """Return the place right of the node that is selected, or in the middle of what is seen."""
        chosen = self._canvas.scene.selected_nodes()
        if chosen:
            x, y, width, _ = self._canvas.rects(chosen)[chosen[-1]]
            return x + width + COLUMN_GAP, y
        return self._canvas.snap(over(self._canvas.view.middle, size))

    def _edge_to(self, node: str, kind: Declaration) -> Edge | None:
        """Return the edge from the selected node to a new one that fits best."""
        chosen, graph = self._canvas.scene.selected_nodes(), self._canvas.document.graph
        if len(chosen) != 1:
            return None
        inputs = self._canvas.ports_of(new_node(graph, kind.type_id, kind.version, ""), graph).inputs
        for output in self._canvas.ports_of(graph.nodes[chosen[0]], graph).outputs:
            if (port := best_port(output, inputs, "input")) is not None:
                return Edge(Endpoint(chosen[0], output.key), Endpoint(node, port.key))
        return None
