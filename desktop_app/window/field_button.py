"""Buttons of the tool bar: an action with its icon, and a wide one that looks like a field."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolButton, QWidget

from desktop_app.window.actions import Action
from widgets.boxes import tip
from widgets.icons import icon, paint_icon
from widgets.theme import MEDIUM, REGULAR, font, theme

_INSET, _GAP, _SIGN, _CHEVRON = 10, 6, 14, 12


class ActionButton(QToolButton):
    """A button of an action, with its words beside the icon or only in the tooltip."""

    def __init__(self, action: Action, *, with_words: bool = False, kind: str = "", role: str = "text.secondary") -> None:
        super().__init__()
        self._action = action
        look = theme()
        self.setProperty("kind", kind)
        self.setIcon(icon(action.spec.icon, role))
        self.setIconSize(QSize(look.metric["icon"], look.metric["icon"]))
        self.setFixedHeight(look.metric["button"])
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if with_words:
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        else:
            self.setFixedWidth(look.metric["button"])
        action.changed.connect(self._follow)
        self.clicked.connect(action.trigger)
        self._follow()

    def _follow(self) -> None:
        words = self._action.text()
        self.setText(f" {words.rstrip('…')}")  # air between icon and words
        self.setAccessibleName(words)
        self.setToolTip(tip(self._action.tip()))
        self.setEnabled(self._action.isEnabled())


class FieldButton(QAbstractButton):
    """Looks like a field: a sign, words, quieter words behind them, and at its end a key or the sign of a menu.

    Words are cut where there is no room, the quieter ones first.
    """

    def __init__(self, icon_name: str, *, key: str = "", has_menu: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._role, self._detail = icon_name, "text.tertiary", ""
        self._key, self._has_menu = key, has_menu
        self._words_role = "text.tertiary"
        self.setFixedHeight(theme().metric["field"])
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_words(self, text: str, detail: str = "", *, role: str = "text.tertiary", words: str = "text.tertiary") -> None:
        """Show words, with the sign in the colour of `role`."""
        self._detail, self._role, self._words_role = detail, role, words
        self.setText(text)
        self.setAccessibleName(f"{text} {detail}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room that all words take."""
        small = theme().size["small"]
        width = 2 * _INSET + _SIGN + _GAP + self._advance(self.text(), small, MEDIUM)
        width += _GAP + self._advance(self._detail, small) if self._detail else 0
        width += _GAP + _CHEVRON if self._has_menu else 0
        width += _GAP + self._key_width() if self._key else 0
        return QSize(round(width) + 1, self.height())

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters."""
        return QSize(min(self.sizeHint().width(), 112), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        active = self.underMouse() or self.isDown()
        line = "accent.base" if self.hasFocus() else "line.strong" if active else "line.default"
        painter.setPen(QPen(look.color(line), 1))
        painter.setBrush(look.color("surface.sunken"))
        field = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(field, look.radius["field"], look.radius["field"])
        middle = self.height() / 2
        paint_icon(painter, self._icon, QRectF(_INSET, middle - _SIGN / 2, _SIGN, _SIGN), look.color(self._role), 1.4)
        right = self._paint_end(painter, self.width() - (_INSET if self._has_menu else 6))
        self._paint_words(painter, _INSET + _SIGN + _GAP, right - _GAP)
        painter.end()

    def _paint_end(self, painter: QPainter, right: float) -> float:
        look, middle = theme(), self.height() / 2
        if self._has_menu:
            right -= _CHEVRON
            place = QRectF(right, middle - _CHEVRON / 2, _CHEVRON, _CHEVRON)
            paint_icon(painter, "chevron-down", place, look.color("text.tertiary"), 1.4)
        if self._key:
            width = self._key_width()
            right -= width
            cap = QRectF(right, middle - 9, width, 18).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(look.color("line.default"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cap, look.radius["chip"], look.radius["chip"])
            painter.setPen(look.color("text.tertiary"))
            painter.setFont(font(look.size["caption"], MEDIUM))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        return right

    def _paint_words(self, painter: QPainter, left: float, right: float) -> None:
        look, small = theme(), theme().size["small"]
        weight = REGULAR if self._words_role == "text.tertiary" else MEDIUM
        for text, role, face in (
            (self.text(), self._words_role, font(small, weight)),
            (self._detail, "text.tertiary", font(small)),
        ):
            metrics = QFontMetricsF(face)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(right - left, 0))
            painter.setFont(face)
            painter.setPen(look.color(role))
            painter.drawText(QRectF(left, 0, max(right - left, 0), self.height()), Qt.AlignmentFlag.AlignVCenter, shown)
            left += metrics.horizontalAdvance(shown) + _GAP

    def _key_width(self) -> float:
        return self._advance(self._key, theme().size["caption"], MEDIUM) + 11

    def _advance(self, text: str, size: int, weight: int = REGULAR) -> float:
        return QFontMetricsF(font(size, weight)).horizontalAdvance(text)
