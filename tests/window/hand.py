"""A person at the canvas: real mouse and key events at places of the scene, and an editor to use them on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.actions import Actions
from engine.model.graph import Endpoint, Graph
from engine.model.serialize import dump
from graph_editor.document import GraphDocument
from graph_editor.editor import GraphEditor
from graph_editor.geometry import Side
from tests.window.canvas import sample, types

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
NONE, SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
Place = QPointF | tuple[float, float]


class Hand:
    """Presses, moves and types. Places are points of the scene."""

    def __init__(self, editor: GraphEditor, actions: Actions) -> None:
        self.editor, self.actions = editor, actions
        self.view = editor.view
        self._at = QPoint()

    @property
    def graph(self) -> Graph:
        return self.editor.document.graph

    def pixel(self, place: Place) -> QPoint:
        point = place if isinstance(place, QPointF) else QPointF(*place)
        return self.view.mapFromScene(point)

    def port(self, name: str, side: Side) -> QPointF:
        point = self.editor.scene.port_point(Endpoint.parse(name), side)
        assert point is not None, name
        return point

    def header(self, node: str) -> QPointF:
        """Return a point of a node that is no port."""
        item = self.editor.scene.node_item(node)
        assert item is not None
        return item.pos() + QPointF(100, 14)

    def press(self, place: Place, mods: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        self._at = self.pixel(place)
        QTest.mousePress(self.view.viewport(), button, mods, self._at)

    def to(self, place: Place, steps: int = 4, mods: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        """Move in steps, with the button held and modifiers as a person would."""
        end, start = self.pixel(place), self._at
        for step in range(1, steps + 1):
            self._at = start + (end - start) * step / steps
            _move(self.view.viewport(), self._at, button, mods)

    def release(self, mods: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.view.viewport(), button, mods, self._at)

    def drag(self, start: Place, end: Place, mods: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        self.press(start, mods, button)
        self.to(end, mods=mods, button=button)
        self.release(mods, button)

    def click(self, place: Place, mods: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        self.press(place, mods, button)
        self.release(mods, button)

    def double_click(self, place: Place) -> None:
        at = self.pixel(place)
        QTest.mouseClick(self.view.viewport(), LEFT, NONE, at)
        QTest.mouseDClick(self.view.viewport(), LEFT, NONE, at)

    def hover(self, place: Place) -> None:
        self._at = self.pixel(place)
        _move(self.view.viewport(), self._at, Qt.MouseButton.NoButton, NONE)

    def key(self, key: Qt.Key, mods: Qt.KeyboardModifier = NONE) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(QApplication.focusWidget() or self.view, key, mods)

    def type(self, text: str) -> None:
        widget = QApplication.focusWidget()
        assert isinstance(widget, QWidget)
        QTest.keyClicks(widget, text)

    @contextmanager
    def undone_after(self) -> Iterator[None]:
        """What happens inside is one edit: one undo gives the document back, and redo does it again."""
        before, count = dump(self.graph), self.editor.document.undo_stack.index()
        yield
        after = dump(self.graph)
        assert after != before
        assert self.editor.document.undo_stack.index() == count + 1
        self.editor.undo()
        assert dump(self.graph) == before
        self.editor.redo()
        assert dump(self.graph) == after

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """What happens inside is no edit."""
        before, count = dump(self.graph), self.editor.document.undo_stack.count()
        yield
        assert dump(self.graph) == before
        assert self.editor.document.undo_stack.count() == count


def _move(widget: QWidget, at: QPoint, button: Qt.MouseButton, mods: Qt.KeyboardModifier) -> None:
    """Send a move with the button held, which `QTest.mouseMove` forgets."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    spot = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove, spot, QPointF(widget.mapToGlobal(at)), Qt.MouseButton.NoButton, button, mods
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def open_editor(qtbot: QtBot, graph: Graph, *, width: int = 1280, height: int = 720) -> Hand:
    """Show an editor with the keys of the window, at 100 % with the scene's origin near the upper left corner."""
    document = GraphDocument(graph)
    editor = GraphEditor(document, types())
    document.setParent(editor)
    editor.scene.motion = False
    actions = Actions(editor, {})
    actions.add_to_canvas(editor.view)
    actions.bind_document(editor.handlers())

    def tell() -> None:
        actions.tell(document=True, **editor.facts())

    editor.facts_changed.connect(tell)
    tell()
    editor.resize(width, height)
    qtbot.addWidget(editor)
    editor.show()
    editor.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is editor)
    editor.view.setFocus()
    editor.view._show(1.0, QPointF(width / 2 - 120, height / 2 - 200))
    return Hand(editor, actions)


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    """A person with the sample graph."""
    return open_editor(qtbot, sample())
