"""Where the panels are: docks that can be moved, floated and hidden, and come back as they were at the next start."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from desktop_app.window import remembered
from desktop_app.window.preferences import Preferences
from desktop_app.window.sash import Sash
from engine.model.values import Json
from widgets.theme import theme

VERSION = 1
"""Of what is remembered: another set of docks needs another number."""

AREAS = {
    "side_panel": Qt.DockWidgetArea.LeftDockWidgetArea,
    "inspector": Qt.DockWidgetArea.RightDockWidgetArea,
    "run_panel": Qt.DockWidgetArea.BottomDockWidgetArea,
}
OF_DOCUMENT = ("inspector", "run_panel")
"""Panels that are shown with a document only."""

_SIDES = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)
_ACROSS, _DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
GRIP, _DOTS = 9, 5
_RAIL, _RIM = 46, 4
"""What the rail takes, and the edge of a panel."""


class Grip(QWidget):
    """A strip above a panel that has a head of its own: the panel is dragged by it. Its dots show when one comes near."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(GRIP)
        self.setCursor(Qt.CursorShape.SizeAllCursor)

    def sizeHint(self) -> QSize:
        """Return its height: a dock looks at nothing else."""
        return QSize(GRIP, GRIP)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the dots."""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the dots."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the dots."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("surface.panel"))
        if self.underMouse():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("text.tertiary"))
            for number in range(_DOTS):
                x = self.width() / 2 + (number - _DOTS // 2) * 6 - 1
                painter.drawEllipse(QRectF(x, GRIP / 2 - 0.5, 2, 2))
        painter.end()


class Panel(QDockWidget):
    """One dock. `closed` tells that a person closed it while it floated."""

    closed = Signal(str)

    def __init__(self, name: str, head: QWidget | None) -> None:
        super().__init__()
        self.name = name
        self.setObjectName(name)
        self.setTitleBarWidget(head or Grip())

    def hold(self, widget: QWidget) -> None:
        """Show a widget, in place of the one before."""
        before = self.widget()
        self.setWidget(widget)
        if before is not None:
            before.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Be hidden, and say so."""
        super().closeEvent(event)
        self.closed.emit(self.name)


class Layout(QObject):
    """The docks of a window. `wanted` says which panels a person wants to see; a panel of a document needs one as well.

    In a narrow window a panel at the side is folded, the one that was asked for last stays. `changed` tells a panel's name and
    whether it is open: wanted and not folded.
    """

    changed = Signal(str, bool)
    _appeared = Signal()

    def __init__(self, window: QMainWindow, preferences: Preferences, side_head: QWidget) -> None:
        super().__init__(window)
        self._window, self._preferences = window, preferences
        self._has_document = False
        self._sizes: dict[str, int] = {}  # as a person wants them: in a small window they are smaller
        self._order = ["side_panel", "inspector"]
        self._folded: set[str] = set()
        self._seen: set[str] = set()
        self._fresh: list[str] = []
        # Queued: Qt shows what is added to a window that is shown already a moment later, but before it paints.
        self._appeared.connect(self._give_sizes, Qt.ConnectionType.QueuedConnection)
        self.wanted = dict.fromkeys(AREAS, True)
        self.panels = {name: Panel(name, side_head if name == "side_panel" else None) for name in AREAS}
        window.setDockNestingEnabled(True)
        for side in (Qt.Corner.BottomLeftCorner, Qt.Corner.TopLeftCorner):
            window.setCorner(side, Qt.DockWidgetArea.LeftDockWidgetArea)
        for side in (Qt.Corner.BottomRightCorner, Qt.Corner.TopRightCorner):
            window.setCorner(side, Qt.DockWidgetArea.RightDockWidgetArea)
        for name, area in AREAS.items():
            panel = self.panels[name]
            panel.closed.connect(self._on_closed)
            window.addDockWidget(area, panel)
            panel.setVisible(name not in OF_DOCUMENT)
        self.sashes = {name: Sash(window, panel) for name, panel in self.panels.items()}
        for name, sash in self.sashes.items():
            sash.dragged.connect(partial(self._on_dragged, name))

    def restore(self) -> None:
        """Put everything where it was at the last end; what cannot be read is as at the first start."""
        wanted = self._preferences.get(remembered.WANTED)
        if isinstance(wanted, dict):
            self.wanted |= {name: shown for name, shown in wanted.items() if name in AREAS and isinstance(shown, bool)}
        self._window.restoreState(remembered.as_bytes(self._preferences.get(remembered.STATE)), VERSION)
        self._sizes = {name: size for name, size in remembered.sizes(self._preferences).items() if size > 0}
        self._show()

    def save(self) -> None:
        """Remember where everything is."""
        self._preferences.set(remembered.PLACE, remembered.as_text(self._window.saveGeometry()))
        self._preferences.set(remembered.STATE, remembered.as_text(self._window.saveState(VERSION)))
        self._preferences.set(remembered.WANTED, dict[str, Json](self.wanted))
        self._preferences.set(remembered.SIZES, {name: self._size(name) for name in AREAS})

    def reset(self) -> None:
        """Put the panels where they are at the first start."""
        self._sizes = {}
        for name, area in AREAS.items():
            panel = self.panels[name]
            panel.setFloating(False)
            self._window.removeDockWidget(panel)
            self._window.addDockWidget(area, panel)
        self._seen.clear()
        for name in AREAS:
            self.want(name, True)

    def want(self, name: str, wanted: bool) -> None:
        """Show or hide a panel."""
        self.wanted[name] = wanted
        if wanted and name in self._order:
            self._order.remove(name)
            self._order.append(name)
        self._show()
        self.changed.emit(name, self.is_open(name))

    def is_open(self, name: str) -> bool:
        """Tell whether a panel is wanted and has room."""
        return self.wanted[name] and name not in self._folded

    def fit(self) -> None:
        """Fold the panels that the window has no room for, and open those that it has room for again."""
        if self._without_room() != self._folded:
            self._show()

    def show_document_panels(self, has_document: bool) -> None:
        """Show the panels of a document, or hide them while there is none."""
        self._has_document = has_document
        self._show()

    def _show(self) -> None:
        before, self._folded = self._folded, self._without_room()
        self._seen -= self._folded
        for name, panel in self.panels.items():
            panel.setVisible(self.is_open(name) and self._has_place(name))
        for name in before ^ self._folded:
            self.changed.emit(name, self.is_open(name))
        self._fresh += [name for name, panel in self.panels.items() if not panel.isHidden() and name not in self._seen]
        self._seen.update(self._fresh)
        if self._fresh:
            self._appeared.emit()

    def _has_place(self, name: str) -> bool:
        return self._has_document or name not in OF_DOCUMENT

    def _without_room(self) -> set[str]:
        """Return the panels at the sides that would make the window wider than it is."""
        shown = [
            name for name in self.wanted if self.wanted[name] and self._has_place(name) and not self.panels[name].isFloating()
        ]
        beside = [name for name in self._order if name in shown and self._is_beside(name)]
        middle = self._window.centralWidget()
        inner = [middle.minimumSizeHint().width() if middle else 0]
        inner += [self.panels[name].minimumSizeHint().width() for name in shown if not self._is_beside(name)]
        room = self._window.width() - _RAIL - max(inner)
        folded = set[str]()
        for place, name in enumerate(beside):
            if sum(self.panels[other].minimumSizeHint().width() + _RIM for other in beside[place:]) <= room:
                break
            folded.add(name)
        return folded

    def _is_beside(self, name: str) -> bool:
        return self._window.dockWidgetArea(self.panels[name]) in _SIDES

    def _give_sizes(self) -> None:
        """Make panels as wide or high as they were, or as they are at first; Qt forgets that of hidden ones."""
        names, self._fresh = self._fresh, []
        for name in names:
            upright = self._window.dockWidgetArea(self.panels[name]) in _SIDES
            size = self._sizes.get(name, theme().metric[name])
            self._window.resizeDocks([self.panels[name]], [size], _ACROSS if upright else _DOWN)

    def _size(self, name: str) -> Json:
        """Return how wide or high a panel is in its place where there is room, 0 when it takes none."""
        panel = self.panels[name]
        if not self.wanted[name] or panel.isFloating():
            return 0
        return self._sizes.get(name, theme().metric[name])

    def _on_dragged(self, name: str, size: int) -> None:
        self._sizes[name] = size

    def _on_closed(self, name: str) -> None:
        if self.wanted[name]:
            self.want(name, False)
