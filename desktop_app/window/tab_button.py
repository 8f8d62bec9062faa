"""One tab: state, title, and a cross to close it, or a dot while it is not saved."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication

from desktop_app.window.tab_page import TabPage
from resources.language import tr
from widgets.boxes import tip
from widgets.icons import paint_icon
from widgets.step_view import GLYPHS, role_of
from widgets.theme import MEDIUM, REGULAR, font, theme

NARROWEST = 96
_BESIDE_TITLE = 62
_WIDEST = 260
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_SIGN, _SIGN_AT, _TITLE_AT, _CROSS_FROM_END = 12, 14, 33, 24


class TabButton(QAbstractButton):
    """A tab of a page. It only tells what a person does with it; the strip moves and closes it."""

    close_asked = Signal()
    menu_asked = Signal(QPoint)
    drag_began = Signal()
    dragged = Signal(QPointF)
    dropped = Signal()
    step_asked = Signal(int)

    def __init__(self, page: TabPage) -> None:
        super().__init__()
        self.page = page
        self._pressed_at: QPointF | None = None
        self._is_dragged = False
        self._has_ring = self._is_inside = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self.setFixedHeight(theme().metric["tab_bar"])
        page.changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show what the page is like now."""
        self.setText(self.page.title)
        said = tr("{title}, not saved", title=self.page.title) if self.page.is_modified else self.page.title
        own = tr("In a window of its own") if self.page.is_detached else ""
        self.setAccessibleName(f"{said}, {own}" if own else said)
        self.setToolTip(tip("\n".join(filter(None, (self.page.tip or self.page.title, own)))))
        self.updateGeometry()
        self.update()

    def show_inside(self, is_inside: bool) -> None:
        """Show whether its page is below the tabs, also while a person works in another window."""
        self._is_inside = is_inside
        self.update()

    def sizeHint(self) -> QSize:
        """Return the width of the title with what stands beside it."""
        width = QFontMetricsF(font(theme().size["body"], MEDIUM)).horizontalAdvance(self.page.title) + _BESIDE_TITLE
        return QSize(min(max(math.ceil(width) + 2, NARROWEST), _WIDEST), self.height())

    def cross(self) -> QRectF:
        """Return where the cross is."""
        return QRectF(self.width() - _CROSS_FROM_END, self.height() / 2 - _SIGN / 2, _SIGN, _SIGN)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the tab at once, so that it can be dragged in the same movement."""
        if event.button() == Qt.MouseButton.LeftButton:
            if not self._hits_cross(event.position()):
                self._pressed_at = event.position()
                self.click()
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag once the pointer has moved far enough."""
        self.update()
        if self._pressed_at is None:
            return
        far = (event.position() - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        if far and not self._is_dragged:
            self._is_dragged = True
            self.drag_began.emit()
        if self._is_dragged:
            self.dragged.emit(event.position() - self._pressed_at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop it, or close it when the cross or the middle button was clicked."""
        was_dragged, self._is_dragged, pressed_at, self._pressed_at = self._is_dragged, False, self._pressed_at, None
        inside = QRectF(self.rect()).contains(event.position())
        on_cross = event.button() == Qt.MouseButton.LeftButton and pressed_at is None and self._hits_cross(event.position())
        if was_dragged:
            self.dropped.emit()
        elif on_cross or (event.button() == Qt.MouseButton.MiddleButton and inside):
            self.close_asked.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus when it came with a key."""
        self._has_ring = event.reason() in _BY_KEY
        super().focusInEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the tab's menu."""
        self.menu_asked.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from tab to tab with the arrow keys, and close with Del."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.step_asked.emit(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() == Qt.Key.Key_Delete:
            self.close_asked.emit()
        else:
            super().keyPressEvent(event)

    def end_drag(self) -> None:
        """Forget that it is held, as after it was torn off."""
        self._is_dragged, self._pressed_at = False, None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tab."""
        look, painter, chosen = theme(), QPainter(self), self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_open = self._is_inside or self._is_dragged
        painter.fillRect(self.rect(), look.color("surface.canvas" if is_open else "surface.window"))
        if not chosen and self.underMouse():
            painter.fillRect(self.rect(), look.color("text.primary", look.alpha["hover"]))
        if chosen:
            painter.fillRect(QRectF(0, 0, self.width(), 2), look.color("accent.base"))
        if not is_open:
            painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), look.color("line.default"))
        painter.fillRect(QRectF(self.width() - 1, 0, 1, self.height()), look.color("line.default"))
        if self.hasFocus() and self._has_ring:
            painter.setPen(QPen(look.color("focus.ring"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 4.5, -3.5, -3.5), look.radius["chip"], look.radius["chip"])
        self._paint_state(painter)
        self._paint_title(painter)
        self._paint_end(painter)
        painter.end()

    def _paint_state(self, painter: QPainter) -> None:
        look, status = theme(), self.page.status
        place = QRectF(_SIGN_AT, self.height() / 2 - _SIGN / 2, _SIGN, _SIGN)
        if status == "running":
            ring = place.adjusted(1, 1, -1, -1)
            painter.setPen(QPen(look.color("state.running", 0.3), 1.8))
            painter.drawEllipse(ring)
            painter.setPen(QPen(look.color("state.running"), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(ring, 90 * 16, -120 * 16)
        elif status == "idle":
            sign = "picture-in-picture-2" if self.page.is_detached else self.page.icon
            paint_icon(painter, sign, place, look.color("text.tertiary"), 1.4)
        else:
            paint_icon(painter, GLYPHS[status], place, look.color(role_of(status)), 1.4)

    def _paint_title(self, painter: QPainter) -> None:
        look, chosen = theme(), self.isChecked()
        face = font(look.size["body"], MEDIUM if chosen else REGULAR)
        end = self.cross().left() - 5 if chosen or self.underMouse() or self.page.is_modified else self.width() - 8
        room = QRectF(_TITLE_AT, 0, end - _TITLE_AT, self.height())
        painter.setFont(face)
        painter.setPen(look.color("text.primary" if chosen else "text.secondary"))
        # The end of a title tells those apart that begin alike, as numbered ones do.
        shown = QFontMetricsF(face).elidedText(self.page.title, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_end(self, painter: QPainter) -> None:
        look, cross = theme(), self.cross()
        hovered = self.underMouse() and self._hits_cross(QPointF(self.mapFromGlobal(self.cursor().pos())))
        if hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("text.primary", look.alpha["pressed"]))
            painter.drawRoundedRect(cross.adjusted(-3, -3, 3, 3), look.radius["chip"], look.radius["chip"])
        if self.page.is_modified and not hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("text.tertiary"))
            painter.drawEllipse(cross.center(), 3.5, 3.5)
        elif self.isChecked() or self.underMouse():
            paint_icon(painter, "x", cross, look.color("text.primary" if hovered else "text.tertiary"), 1.4)

    def _hits_cross(self, at: QPointF) -> bool:
        return self.cross().adjusted(-5, -6, 5, 6).contains(at)
