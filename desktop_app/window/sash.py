"""The edges of panels: one pixel to look at, and wide enough to be taken hold of."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget
from shiboken6 import isValid

from widgets.theme import theme

_GRAB = 7
_LINE = 2
_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
_TOP = Qt.DockWidgetArea.TopDockWidgetArea


class Sash(QWidget):
    """Lies over the inner edge of a panel, wherever that is docked, and makes it wider or higher when it is dragged.

    `dragged` tells how wide or high the panel is when a person lets go.
    """

    dragged = Signal(int)

    def __init__(self, window: QMainWindow, panel: QDockWidget) -> None:
        super().__init__(window)
        self._window, self._panel = window, panel
        self._begin: tuple[QPointF, int] | None = None
        panel.installEventFilter(self)
        self.hide()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Go where the panel goes."""
        moved = event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
        if moved and isValid(self._window):  # a window that is taken apart hides its panels at last
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the edge."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin = event.globalPosition(), self._size()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the edge."""
        if self._begin is None:
            return
        start, size = self._begin
        moved = event.globalPosition() - start
        by = round(moved.x() if self._is_upright() else moved.y())
        grown = by if self._area() in (_LEFT, _TOP) else -by
        way = Qt.Orientation.Horizontal if self._is_upright() else Qt.Orientation.Vertical
        self._window.resizeDocks([self._panel], [max(size + grown, 1)], way)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._begin is not None:
            QTimer.singleShot(0, self, self._tell)  # the panel has its size when the window is laid out
        self._begin = None
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the edge."""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide it again."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the edge while the pointer is on it."""
        if not self.underMouse() and self._begin is None:
            return
        painter, inset = QPainter(self), (_GRAB - _LINE) // 2
        line = self.rect().adjusted(inset, 0, -inset, 0) if self._is_upright() else self.rect().adjusted(0, inset, 0, -inset)
        painter.fillRect(line, theme().color("accent.base"))
        painter.end()

    def _area(self) -> Qt.DockWidgetArea:
        return self._window.dockWidgetArea(self._panel)

    def _is_upright(self) -> bool:
        return self._area() in (_LEFT, _RIGHT)

    def _tell(self) -> None:
        self.dragged.emit(self._size())

    def _size(self) -> int:
        return self._panel.width() if self._is_upright() else self._panel.height()

    def _place(self) -> None:
        if self._panel.isHidden() or self._panel.isFloating():
            self.hide()
            return
        panel, half = self._panel.geometry(), _GRAB // 2
        if self._is_upright():
            edge = panel.right() + 1 if self._area() == _LEFT else panel.left() - 1
            self.setGeometry(QRect(edge - half, panel.top(), _GRAB, panel.height()))
        else:
            edge = panel.bottom() + 1 if self._area() == _TOP else panel.top() - 1
            self.setGeometry(QRect(panel.left(), edge - half, panel.width(), _GRAB))
        self.setCursor(Qt.CursorShape.SplitHCursor if self._is_upright() else Qt.CursorShape.SplitVCursor)
        self.show()
