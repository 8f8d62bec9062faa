"""The editor of one document: the canvas with its gestures, and the cards that open over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.model.graph import Edge
from graph_editor import menus
from graph_editor.adding import Adding
from graph_editor.canvas import Canvas
from graph_editor.document import GraphDocument
from graph_editor.edge_values import EdgeValue
from graph_editor.editing import Editing
from graph_editor.find import FindBar
from graph_editor.interactions.dispatch import Dispatcher
from graph_editor.node_bar import NodeBar
from graph_editor.palette_drop import PaletteDrop
from graph_editor.scene import GraphScene
from graph_editor.view import GraphView
from resources.language import tr
from widgets.node_types import NodeTypes


class GraphEditor(QWidget):
    """Shows and edits a document.

    Signals: `selection_changed`; `open_requested` a node to show in the inspector; `pin_requested` and `breakpoint_requested`
    the nodes (a list of ids); `run_to_requested`, `run_from_requested` and `retry_requested` a node; `edit_failed` the WeftError
    of a change that is refused; `facts_changed` that `facts()` are others; `examples_asked` that a person who looks at an empty
    canvas would rather begin with an example.

    `handlers()` answer to the actions of the window. `key_of` gives the key of an action for menus. `tab_adds` says whether Tab
    opens the search on a canvas that was clicked, or is empty. `in_slices` is for large documents, see `DocumentScene`.
    """

    selection_changed = Signal()
    open_requested = Signal(str)
    pin_requested = Signal(object)
    breakpoint_requested = Signal(object)
    run_to_requested = Signal(str)
    run_from_requested = Signal(str)
    retry_requested = Signal(str)
    answer_requested = Signal(str)
    edit_failed = Signal(object)
    facts_changed = Signal()
    examples_asked = Signal()

    def __init__(
        self, document: GraphDocument, types: NodeTypes, parent: QWidget | None = None, *, in_slices: bool = False
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.document, self.types = document, types
        self.scene = GraphScene(document, types, self, in_slices=in_slices)
        self.view = GraphView(self.scene, self)
        self.canvas = Canvas(document, types, self.view)
        self.gestures = Dispatcher(self.canvas)
        self.view.gestures = self.gestures
        self.editing = Editing(self.canvas, self.gestures, self)
        self.adding = Adding(self.canvas, self.gestures, self)
        self._palette_drop = PaletteDrop(self.canvas, self.adding)
        self.node_bar = NodeBar(self.canvas, self.handlers(), self._is_busy)
        self.gestures.changed.connect(self.node_bar.look)
        self._find: FindBar | None = None
        self._tab_is_ours = False
        self.tab_adds = True
        self.key_of: Callable[[str], str] = lambda _action: ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.view.installEventFilter(self)
        self.view.viewport().installEventFilter(self)
        self.scene.selection_changed.connect(self.selection_changed)
        self.scene.selection_changed.connect(self.facts_changed)
        document.undo_stack.indexChanged.connect(self.facts_changed)
        self.canvas.failed.connect(self.edit_failed)
        self.canvas.open_asked.connect(self.open_requested)
        self.canvas.retry_asked.connect(self.retry_requested)
        self.canvas.answer_asked.connect(self.answer_requested)
        self.canvas.menu_asked.connect(self.open_menu)
        self.view.hint.examples_asked.connect(self.examples_asked)

    # ------------------------------------------------------------ for the owner
    @property
    def find_bar(self) -> FindBar:
        """The bar that finds in the workflow."""
        if self._find is None:
            self._find = FindBar(self.canvas, self)
        return self._find

    def set_edge_values(self, value_of: Callable[[Edge], EdgeValue | None]) -> None:
        """Tell what edges carried last, for the card beside the pointer."""
        self.gestures.hover.value_of = value_of

    def add_node(self, type_id: str, pos: QPointF | None = None) -> str | None:
        """Put a node of a type near a point of the scene (None: beside what is selected); return its id."""
        return self.adding.add(type_id, self.canvas.snap(pos) if pos is not None else None)

    def paste_text(self, text: str) -> bool:
        """Paste a text: nodes when it is a part of a document, else a note. Returns whether something was added."""
        return self.editing.paste_text(text)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what answers to actions of the window, by their ids."""
        view, editing = self.view, self.editing
        return {
            "undo": self.undo, "redo": self.redo, "cut": editing.cut, "copy": editing.copy, "paste": editing.paste,
            "duplicate": editing.duplicate, "delete": editing.delete, "heal": editing.heal, "select_all": editing.select_all,
            "find": self.open_find, "add_node": self.adding.search, "edit_node": self.open_selected, "rename": editing.rename,
            "wire": editing.wire, "focus_edges": self.gestures.keys.turn_edges, "disable": editing.disable, "pin": self.pin,
            "breakpoint": self.breakpoint, "frame": editing.frame, "unframe": editing.unframe, "note": editing.note,
            "run_to": self.run_to, "run_from": self.run_from, "answer": self.answer,
            "zoom_in": view.zoom_in, "zoom_out": view.zoom_out,
            "zoom_fit": view.fit, "zoom_selection": view.fit_selection, "zoom_100": self.zoom_100,
            "minimap": view.zoom_bar.overview.emit, "tidy": editing.tidy, "align": editing.align,
            "distribute": editing.distribute, "unpin": editing.unpin,
        }  # fmt: skip

    def facts(self) -> dict[str, bool]:
        """Return what actions need to know, see `desktop_app.window.action_table.REASONS`."""
        nodes, stack, known = self.scene.selected_nodes(), self.document.undo_stack, self.document.graph.nodes
        return {
            "selection": bool(nodes or self.scene.selected_frames()), "several": len(nodes) > 1,
            "framed": self.editing.is_framed(),
            "pinned": any(known[node].options.get("pinned") is not None for node in nodes if node in known),
            "undo": stack.canUndo(), "redo": stack.canRedo(),
        }  # fmt: skip

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.editing.inline.end(keeps=True)
        self.gestures.cancel()
        self.adding.forget_cards()
        if self._find is not None:
            self._find.deleteLater()
            self._find = None
        self.node_bar.retranslate()
        self.view.retranslate()

    # ------------------------------------------------------------ actions
    def undo(self) -> None:
        """Take the last edit back."""
        self.editing.inline.end(keeps=True)
        self.gestures.cancel()
        self.document.undo()

    def redo(self) -> None:
        """Do the edit again that was taken back last."""
        self.editing.inline.end(keeps=True)
        self.gestures.cancel()
        self.document.redo()

    def open_find(self) -> None:
        """Open the bar that finds in the workflow."""
        self.find_bar.open()

    def open_selected(self) -> None:
        """Ask for the inspector on what is selected."""
        for node in self.scene.selected_nodes()[-1:]:
            self.open_requested.emit(node)

    def pin(self) -> None:
        """Ask to pin the outputs of the selected nodes."""
        if nodes := self.scene.selected_nodes():
            self.pin_requested.emit(nodes)

    def breakpoint(self) -> None:
        """Ask for breakpoints on the selected nodes."""
        if nodes := self.scene.selected_nodes():
            self.breakpoint_requested.emit(nodes)

    def run_to(self) -> None:
        """Ask to run to the selected node."""
        for node in self.scene.selected_nodes()[-1:]:
            self.run_to_requested.emit(node)

    def run_from(self) -> None:
        """Ask to run from the selected node."""
        for node in self.scene.selected_nodes()[-1:]:
            self.run_from_requested.emit(node)

    def answer(self) -> None:
        """Ask for the dialog of what the selected node asks, or any node when that asks nothing."""
        asking = [node for node in self.scene.selected_nodes()[-1:] if self.scene.step(node).status == "waiting"]
        self.answer_requested.emit(asking[0] if asking else "")

    def zoom_100(self) -> None:
        """Show the canvas at its real size."""
        self.view.zoom_to(1.0)

    def open_menu(self, place: QPoint) -> None:
        """Open the menu for what is selected at a point of the screen."""
        scene, others = self.scene, dict[str, str]()
        frames = scene.selected_frames()
        if nodes := scene.selected_nodes():
            entries: Sequence[str] = menus.NODE if len(nodes) == 1 else menus.NODES
            if len(nodes) == 1 and scene.step(nodes[0]).status == "waiting":
                entries = menus.WAITING
            if all(self.document.graph.nodes[node].options.get("disabled") is True for node in nodes):
                others["disable"] = tr("Enable")
        elif scene.selected_edges():
            entries = menus.EDGE
            others["add_node"] = tr("Insert a node…")
        elif frames:
            is_note = bool(self.document.graph.frames[frames[-1]].text)
            entries = menus.NOTE if is_note else menus.FRAME
            if is_note:
                others["rename"] = tr("Edit note")
        else:
            entries = menus.EMPTY
        if not self.editing.is_framed():
            entries = [entry for entry in entries if entry != "unframe"]
        menu = menus.CanvasMenu(entries, self.handlers(), self.key_of, others, self)
        if menus.COLORS in entries:
            menu.offer_colors(self.document.graph.frames[frames[-1]].color, self.editing.color)
        menu.open(place)

    # ------------------------------------------------------------ events
    def hideEvent(self, event: QHideEvent) -> None:
        """Let go of everything, as when another tab is shown."""
        super().hideEvent(event)
        self.editing.inline.end(keeps=True)
        self.adding.close_cards()
        self.gestures.cancel()
        self.gestures.leave()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bar in its corner."""
        super().resizeEvent(event)
        if self._find is not None:
            self._find.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Tab from a canvas that was clicked, and notice when the pointer leaves."""
        if watched is self.view:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._take_tab(event)
            if event.type() == QEvent.Type.FocusOut:
                self.gestures.let_go()
            elif event.type() == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
                if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
                    self._tab_is_ours = False
                self.gestures.take_up()
        elif event.type() == QEvent.Type.MouseButtonPress:
            self._tab_is_ours = True
        elif event.type() == QEvent.Type.Leave:
            self.gestures.leave()
        return super().eventFilter(watched, event)

    def _is_busy(self) -> bool:
        return self.gestures.active is not None or self.editing.inline.field is not None

    def _take_tab(self, event: QKeyEvent) -> bool:
        if event.key() not in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return False
        if self.gestures.active is not None:
            return self.gestures.key_press(event)
        asks = self.gestures.keys.focus.edge is not None or ((self._tab_is_ours or self.scene.is_empty) and self.tab_adds)
        if event.key() == Qt.Key.Key_Tab and asks and not event.modifiers():
            self._tab_is_ours = True
            self.adding.search()
            return True
        return False
