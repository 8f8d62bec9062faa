"""The status bar: what the machine does at the left, what wants a person at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QStatusBar, QWidget

from widgets.boxes import tip as plain_tip
from widgets.icons import paint_icon
from widgets.theme import font, theme

LEFT = ("runs", "model", "next_run", "isolation", "storage", "reading")
RIGHT = ("approvals", "problems", "network", "zoom")
_SIGN, _GAP, _INSET = 12, 5, 4


class StatusPart(QAbstractButton):
    """A sign and a few words; a button when something answers to a click."""

    def __init__(self) -> None:
        super().__init__()
        self._icon, self._role = "", "text.tertiary"
        self._do: Callable[[], object] | None = None
        self.clicked.connect(self._answer)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_words(self, text: str, icon_name: str, role: str, tip: str, do: Callable[[], object] | None) -> None:
        """Show words with a sign in the colour of a role."""
        self._icon, self._role, self._do = icon_name, role, do
        self.setText(text)
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if do else Qt.FocusPolicy.NoFocus)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room that sign and words take."""
        width = QFontMetricsF(font(theme().size["small"])).horizontalAdvance(self.text())
        return QSize(round(width + 2 * _INSET + (_SIGN + _GAP if self._icon else 0)) + 1, theme().metric["status_bar"] - 1)

    def minimumSizeHint(self) -> QSize:
        """Return room for the sign."""
        return QSize(_SIGN + 2 * _INSET if self._icon else 0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw sign and words."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._do and (self.underMouse() or self.hasFocus()):
            painter.setPen(QPen(look.color("accent.base"), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(look.color("text.primary", look.alpha["hover"]))
            cell = QRectF(self.rect()).adjusted(0.5, 2.5, -0.5, -2.5)
            painter.drawRoundedRect(cell, look.radius["chip"], look.radius["chip"])
        left = float(_INSET)
        if self._icon:
            place = QRectF(left, (self.height() - _SIGN) / 2, _SIGN, _SIGN)
            paint_icon(painter, self._icon, place, look.color(self._role), 1.4)
            left += _SIGN + _GAP
        face = font(look.size["small"])
        painter.setFont(face)
        painter.setPen(look.color("text.secondary"))
        room = QRectF(left, 0, self.width() - left - 2, self.height())
        shown = QFontMetricsF(face).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def _answer(self) -> None:
        if self._do is not None:
            self._do()


class StatusBar(QStatusBar):
    """Parts by id, each in its place; see `LEFT` and `RIGHT`. A part appears when it is shown first."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setFixedHeight(theme().metric["status_bar"])
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(10)
        self.parts = {name: StatusPart() for name in (*LEFT, *RIGHT)}
        for name, part in self.parts.items():
            if name == RIGHT[0]:
                row.addStretch(1)
            row.addWidget(part)
            part.hide()
        self.addWidget(held, 1)
        self.setContentsMargins(0, 0, 0, 0)

    def show_part(
        self, name: str, text: str, icon_name: str = "", role: str = "text.tertiary", *,
        tip: str = "", do: Callable[[], object] | None = None,
    ) -> None:  # fmt: skip
        """Show a part; an empty text takes it away. `do` answers to a click. Raises KeyError for a part that there is not."""
        part = self.parts[name]
        part.show_words(text, icon_name, role, tip, do)
        part.setVisible(bool(text))
