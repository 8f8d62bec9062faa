"""Rows and columns of widgets, and the labels in them."""

from __future__ import annotations

import html
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

Item = QWidget | QLayout | int | None
"""What a row or column holds: a widget, a layout, a gap in pixels, or None for room that stretches."""

Margins = tuple[int, int, int, int]
NO_MARGINS = (0, 0, 0, 0)
LONGEST_TIP = 4_000


def fill(layout: QBoxLayout, items: Iterable[Item], gap: int = 0, margins: Margins = NO_MARGINS) -> None:
    """Put items into a layout."""
    layout.setSpacing(gap)
    layout.setContentsMargins(*margins)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)


def row(*items: Item, gap: int = 0, margins: Margins = NO_MARGINS, height: int = 0, kind: str = "") -> QWidget:
    """Return a widget with items side by side; `height` fixes it, `kind` is the look of the style sheet."""
    return _box(QHBoxLayout(), items, gap, margins, height, kind)


def column(*items: Item, gap: int = 0, margins: Margins = NO_MARGINS, height: int = 0, kind: str = "") -> QWidget:
    """Return a widget with items below each other, as `row`."""
    return _box(QVBoxLayout(), items, gap, margins, height, kind)


def _box(layout: QBoxLayout, items: Iterable[Item], gap: int, margins: Margins, height: int, kind: str) -> QWidget:
    widget = QWidget()
    if kind:
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        widget.setProperty("kind", kind)
    widget.setLayout(layout)
    fill(layout, items, gap, margins)
    if height:
        widget.setFixedHeight(height)
    return widget


def words(text: str, kind: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label with plain text in a look of the style sheet."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if kind:
        label.setProperty("kind", kind)
    if wrap:
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label


def tip(text: str) -> str:
    """Return a tooltip that shows a text as it is: Qt would read what looks like HTML, from wherever it came."""
    text = text if len(text) <= LONGEST_TIP else f"{text[:LONGEST_TIP]}…"
    return f"<span>{html.escape(text)}</span>".replace("\n", "<br>") if "<" in text else text


def line(*, upright: bool = False, subtle: bool = False) -> QFrame:
    """Return a thin line; a subtle one stands inside of a panel."""
    frame = QFrame()
    frame.setProperty("kind", ("line-upright" if upright else "line") if not subtle else "line-subtle")
    return frame


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, and delete the widgets."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
