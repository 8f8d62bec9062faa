"""What can be seen in the window, told to a program that has only a hand: `Report` is in the window, `Eyes` in that program."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from desktop_app.screen.hand import Point

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QRect
    from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

    from graph_editor.view import GraphView

Rect = tuple[int, int, int, int]
ANSWER_S = 30.0


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is seen: what it is, what it says, and where, in pixels of the screen.

    `kind` is the name of a widget's class, or `row`, `entry` (of a menu), `node`, `input` or `output`. `words` of a node are its
    id, of a port `node.port`; `state` is that of a node's step. What is `enabled` can be used.
    """

    kind: str
    words: str
    rect: Rect
    enabled: bool = True
    state: str = ""

    @property
    def middle(self) -> Point:
        """The place to click at."""
        x, y, width, height = self.rect
        return x + width // 2, y + height // 2


class Eyes:
    """Asks a window's `Report` what there is to see."""

    def __init__(self, link: socket.socket) -> None:
        link.settimeout(ANSWER_S)
        self._link, self._lines = link, link.makefile("rb")

    def look(self) -> list[Thing]:
        """Return everything that is seen now; nothing when the program does not answer any more."""
        try:
            self._link.sendall(b"\n")
            line = self._lines.readline()
        except OSError:
            return []
        return [Thing(**{**told, "rect": tuple(told["rect"])}) for told in json.loads(line)] if line else []

    def find(self, words: str, kind: str = "", **wanted: object) -> Thing | None:
        """Return the first thing that says exactly this, or None."""
        for thing in self.look():
            known = asdict(thing)
            if thing.words == words and kind in ("", thing.kind) and all(known[key] == value for key, value in wanted.items()):
                return thing
        return None

    def close(self) -> None:
        """Look no more."""
        self._lines.close()


class Report:
    """Answers each line that comes over a link with what the windows of this program show, as a line of JSON."""

    def __init__(self, link: socket.socket) -> None:
        from PySide6.QtCore import QSocketNotifier

        self._link = link
        self._notifier = QSocketNotifier(link.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._answer)

    def _answer(self) -> None:
        if not self._link.recv(64):
            self._notifier.setEnabled(False)
            return
        seen: list[Thing] = []
        try:
            seen += things()
        finally:
            self._link.sendall(json.dumps([asdict(thing) for thing in seen]).encode() + b"\n")


def things() -> Iterator[Thing]:
    """Yield what the windows of this program show, the topmost window first."""
    from PySide6.QtWidgets import QApplication, QWidget

    windows = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
    popup, active = QApplication.activePopupWidget(), QApplication.activeWindow()
    for window in sorted(windows, key=lambda window: (window is not popup, window is not active)):
        for widget in (window, *window.findChildren(QWidget)):
            if widget.isVisible():
                yield from _of_widget(widget)


def _of_widget(widget: QWidget) -> Iterator[Thing]:
    from PySide6.QtWidgets import QAbstractItemView, QMenu

    from graph_editor.view import GraphView

    if isinstance(widget, GraphView):  # its viewport hides it
        yield from _canvas(widget)
        return
    area = widget.visibleRegion().boundingRect()
    if area.isEmpty():
        return
    if words := _words(widget):
        yield Thing(type(widget).__name__, words, _on_screen(widget, area), widget.isEnabled())
    if isinstance(widget, QMenu):
        yield from _entries(widget)
    elif isinstance(widget, QAbstractItemView):
        yield from _rows(widget)


def _words(widget: QWidget) -> str:
    """Return what a widget says: the name that is read out, else its text or title."""
    for name in ("accessibleName", "text", "windowTitle"):
        text = getattr(widget, name, "")
        text = text() if callable(text) else text
        if isinstance(text, str) and text.strip():
            return text.strip().replace("&", "")
    return ""


def _on_screen(widget: QWidget, rect: QRect) -> Rect:
    corner = widget.mapToGlobal(rect.topLeft())
    return corner.x(), corner.y(), rect.width(), rect.height()


def _entries(menu: QMenu) -> Iterator[Thing]:
    for action in menu.actions():
        if action.isVisible() and not action.isSeparator():
            words = action.text().partition("\t")[0].replace("&", "")
            yield Thing("entry", words, _on_screen(menu, menu.actionGeometry(action)), action.isEnabled())


def _rows(view: QAbstractItemView) -> Iterator[Thing]:
    shown, model = view.viewport().rect(), view.model()
    for row in range(model.rowCount(view.rootIndex())):
        index: QModelIndex = model.index(row, 0, view.rootIndex())
        rect = view.visualRect(index).intersected(shown)
        if not rect.isEmpty():
            yield Thing("row", str(index.data() or ""), _on_screen(view.viewport(), rect), bool(index.flags()))


def _canvas(view: GraphView) -> Iterator[Thing]:
    from PySide6.QtCore import QRect, QSize

    scene, port = view.graph_scene, view.viewport()
    shown = port.visibleRegion().boundingRect()
    if shown.isEmpty():
        return
    yield Thing("canvas", "", _on_screen(port, shown), view.isEnabled())
    for item in scene.node_items():
        state = scene.step(item.node).status
        yield from _inside(port, "node", item.node, view.mapFromScene(item.body).boundingRect(), shown, state)
        for spot in item.look.spots:
            place = QRect(view.mapFromScene(item.port_point(spot)), QSize(1, 1))
            yield from _inside(port, spot.side, f"{item.node}.{spot.port.key}", place, shown)


def _inside(port: QWidget, kind: str, words: str, rect: QRect, shown: QRect, state: str = "") -> Iterator[Thing]:
    """Yield what is seen of something on the canvas."""
    if shown.intersects(rect):
        yield Thing(kind, words, _on_screen(port, rect.intersected(shown)), state=state)
