"""A row of chips that narrow what a search shows, each with how many it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.chip import chip_face
from widgets.theme import theme

_HEIGHT, _GAP, _INSET, _FADE = 20, 6.0, 7.0, 24.0


@dataclass(frozen=True, slots=True)
class Filter:
    """One chip: its id, what it says, and how many things it leaves."""

    id: str
    words: str
    count: int


class FilterRow(QWidget):
    """Shows filters, of which one is chosen. `changed` tells that it is another one. The chosen one is always seen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.filters: Sequence[Filter] = ()
        self.chosen = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)

    def sizeHint(self) -> QSize:
        """Return the least room; it takes what there is."""
        return QSize(120, _HEIGHT)

    def show_filters(self, filters: Sequence[Filter]) -> None:
        """Show these; the chosen one stays chosen."""
        self.filters = filters
        self._tell()

    def choose(self, name: str) -> None:
        """Choose a filter by its id."""
        if name != self.chosen:
            self.chosen = name
            self._tell()
            self.changed.emit()

    def step(self, by: int) -> None:
        """Choose the next one, or for -1 the one before, that leaves something."""
        names = [entry.id for entry in self.filters if entry.count or entry.id == self.chosen]
        if names:
            at = names.index(self.chosen) if self.chosen in names else 0
            self.choose(names[(at + by) % len(names)])

    def rect_of(self, name: str) -> QRectF:
        """Return where a filter is shown; empty when it is not there."""
        return next((rect for entry, rect in self._placed() if entry.id == name), QRectF())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is pressed."""
        pressed: QPoint = event.position().toPoint()
        found = [entry for entry, rect in self._placed() if rect.contains(pressed)]
        if found and event.button() == Qt.MouseButton.LeftButton:
            self.choose(found[0].id)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chips, the chosen one in the accent."""
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        placed = self._placed()
        for entry, rect in placed:
            on = entry.id == self.chosen
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(
                look.mix("accent.base", "surface.panel", look.alpha["selected"]) if on else look.color("surface.panel")
            )
            painter.drawRoundedRect(rect, look.radius["chip"], look.radius["chip"])
            painter.setFont(chip_face())
            painter.setPen(look.color("accent.text" if on else "text.secondary" if entry.count else "text.disabled"))
            inside = rect.adjusted(_INSET, 0, -_INSET, 0)
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, entry.words)
            painter.setPen(look.color("accent.text" if on else "text.tertiary" if entry.count else "text.disabled"))
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(entry.count))
        self._fade(painter, 0.0, over=bool(placed) and placed[0][1].left() < 0)
        self._fade(painter, float(self.width()), over=bool(placed) and placed[-1][1].right() > self.width())
        painter.end()

    def _fade(self, painter: QPainter, edge: float, *, over: bool) -> None:
        """Let chips that go on beyond an edge fade there."""
        inner = _FADE if edge == 0 else edge - _FADE
        fade = QLinearGradient(inner, 0, edge, 0)
        fade.setColorAt(0, theme().color("surface.overlay", 0.0))
        fade.setColorAt(1, theme().color("surface.overlay", 1.0))
        if over:
            painter.fillRect(QRectF(min(inner, edge), 0, _FADE, _HEIGHT), fade)

    def _placed(self) -> list[tuple[Filter, QRectF]]:
        """Return the chips with their places, drawn aside so far that the chosen one is seen."""
        metrics, left, placed = QFontMetricsF(chip_face()), 0.0, list[tuple[Filter, QRectF]]()
        for entry in self.filters:
            width = metrics.horizontalAdvance(f"{entry.words} {entry.count}") + 2 * _INSET + 2
            placed.append((entry, QRectF(left, 0, width, _HEIGHT)))
            left += width + _GAP
        end = next((rect.right() for entry, rect in placed if entry.id == self.chosen), 0.0)
        room = self.width() - (0.0 if placed and placed[-1][0].id == self.chosen else _FADE)
        aside = max(end - room, 0.0)
        return [(entry, rect.translated(-aside, 0)) for entry, rect in placed]

    def _tell(self) -> None:
        self.setAccessibleName(next((entry.words for entry in self.filters if entry.id == self.chosen), ""))
        self.update()
