"""Names of pages in a line, some with a number; the chosen one is underlined."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar

from widgets.theme import MEDIUM, SEMIBOLD, font, theme

_GAP, _COUNT_GAP, _LINE = 18, 5, 2


class TabLine(QTabBar):
    """The names. While `quiet` none is chosen, as when what they stand for is folded away."""

    def __init__(self, names: Sequence[str], name: str, *, height: int = 34) -> None:
        super().__init__()
        self._height = height
        self._counts: dict[int, tuple[str, str]] = {}
        self.is_quiet = False
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for text in names:
            self.addTab(text)

    def set_count(self, place: int, count: int, role: str = "text.tertiary") -> None:
        """Show a number behind a name; none for 0."""
        said = (f"{count:,}" if count else "", role)
        if self._counts.get(place, ("", "")) == said:
            return
        self._counts[place] = said
        self.setTabText(place, self.tabText(place))
        self.updateGeometry()
        self.update()

    def count_text(self, place: int) -> str:
        """Return the number behind a name."""
        return self._counts.get(place, ("", ""))[0]

    def set_quiet(self, *, quiet: bool) -> None:
        """Show one as chosen, or none."""
        self.is_quiet = quiet
        self.update()

    def tabSizeHint(self, index: int) -> QSize:
        """Return the room of a name with its number."""
        width = QFontMetricsF(font(13, MEDIUM)).horizontalAdvance(self.tabText(index))
        count = self.count_text(index)
        if count:
            width += _COUNT_GAP + QFontMetricsF(font(11, SEMIBOLD)).horizontalAdvance(count)
        return QSize(round(width + 1) + _GAP, self._height)

    def minimumTabSizeHint(self, index: int) -> QSize:
        """Return the same: names are not cut."""
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the names."""
        painter = QPainter(self)
        for place in range(self.count()):
            if self.isTabVisible(place):
                self._paint_tab(painter, place)
        painter.end()

    def _paint_tab(self, painter: QPainter, place: int) -> None:
        look, rect = theme(), QRectF(self.tabRect(place)).adjusted(0, 0, -_GAP, 0)
        here = place == self.currentIndex() and not self.is_quiet
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(font(look.size["body"], MEDIUM))
        painter.setPen(look.color("text.primary" if here else "text.secondary"))
        painter.drawText(rect, middle, self.tabText(place))
        count, role = self._counts.get(place, ("", ""))
        if count:
            painter.setFont(font(look.size["caption"], SEMIBOLD))
            painter.setPen(look.color(look.ink(role)))
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
        if here:
            line = QRectF(rect.left(), rect.bottom() - _LINE, rect.width(), _LINE)
            painter.fillRect(line, look.color("focus.ring" if self.hasFocus() else "accent.base"))
        elif self.is_quiet and self.hasFocus() and place == self.currentIndex():
            painter.fillRect(QRectF(rect.left(), rect.bottom() - _LINE, rect.width(), _LINE), look.color("focus.ring"))
