"""Rows of a list with columns. Where there is no room for all side by side, the cells stand below the name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from desktop_app.window.settings.parts import INSET
from widgets.boxes import fill, line, row

QWIDGETSIZE_MAX = 16_777_215
"""The width that Qt takes for no limit."""
_NAME, _LEAST, _GAP, _PAD, _INDENT, _SPARE = 220, 380, 8, 7, 40, 60
"""Room for the name, the width that is always there, and gaps; the last cell can do with `_SPARE` less."""
_TIGHT = 0.7
"""Share of its width that a cell keeps where there is hardly room."""
_SIDE, _BELOW = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class Columns(QWidget):
    """A name, which has the room that is left, and cells of fixed widths. With `height` 0 it is as high as it needs."""

    def __init__(self, name: QWidget, cells: Sequence[QWidget], widths: Sequence[int], height: int = 0) -> None:
        super().__init__()
        self._cells, self._widths = tuple(cells), tuple(widths)
        self._room = _NAME + sum(widths) + _GAP * len(cells) + INSET + 10
        self.is_narrow = self._is_tight = False
        name.setSizePolicy(QSizePolicy.Policy.Ignored, name.sizePolicy().verticalPolicy())
        self._held = row(*cells, gap=_GAP)
        self._held.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._box = QBoxLayout(_SIDE, self)
        fill(self._box, [name, self._held], gap=_GAP, margins=(INSET, _PAD, 10, _PAD))
        self._box.setStretch(0, 1)
        self.setMinimumHeight(height)
        self._arrange(narrow=False)

    def minimumSizeHint(self) -> QSize:
        """Return the width that the cells need below the name."""
        return QSize(_LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the cells where there is room for them."""
        super().resizeEvent(event)
        width = event.size().width()
        narrow, tight = width < self._room, width < self._room - _NAME + _INDENT - _SPARE
        if (narrow, tight) != (self.is_narrow, self._is_tight):
            self._arrange(narrow=narrow, tight=tight)

    def _arrange(self, *, narrow: bool, tight: bool = False) -> None:
        self.is_narrow, self._is_tight = narrow, tight
        self._box.setDirection(_BELOW if narrow else _SIDE)
        self._box.setSpacing(_PAD if narrow else _GAP)
        self._held.setContentsMargins(_INDENT if narrow else 0, 0, 0, 0)
        last = len(self._cells) - 1
        for place, (cell, width) in enumerate(zip(self._cells, self._widths, strict=True)):
            at_end = narrow and place == last
            cell.setMinimumWidth(0 if at_end else round(width * _TIGHT) if tight else width)
            cell.setMaximumWidth(QWIDGETSIZE_MAX if at_end else width)


class Heads(Columns):
    """The names of columns, which are there only while they stand over them; `line` belongs below."""

    def __init__(self, name: QWidget, cells: Sequence[QWidget], widths: Sequence[int], height: int) -> None:
        self._height, self.line = height, line()
        super().__init__(name, cells, widths)
        self._box.setContentsMargins(INSET, 0, 10, 0)

    def _arrange(self, *, narrow: bool, tight: bool = False) -> None:
        super()._arrange(narrow=narrow, tight=tight)
        self.setFixedHeight(0 if narrow else self._height)
        self._held.setVisible(not narrow)
        if self.line.parentWidget() is not None:
            self.line.setVisible(not narrow)
