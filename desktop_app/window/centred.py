"""A page whose content stands in the middle, as wide as it is read well, and narrower where there is no room."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QWidget

from widgets.boxes import Margins

_MARGINS: Margins = (24, 40, 24, 32)


def centred(inside: QLayout, width: int) -> QWidget:
    """Return a widget with a layout in its middle, at most so wide."""
    content = QWidget()
    content.setLayout(inside)
    content.setMaximumWidth(width)
    content.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    page = QWidget()
    page.setProperty("kind", "canvas")
    row = QHBoxLayout(page)
    row.setContentsMargins(*_MARGINS)
    row.addStretch(1)
    row.addWidget(content, 100)
    row.addStretch(1)
    return page
