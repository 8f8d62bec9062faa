"""The messages that were shown, to be read once more: a card below the bell of the tool bar."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from desktop_app.window.moments import clock
from resources.language import tr
from widgets.boxes import column, line, row, words
from widgets.card import FloatCard
from widgets.empty import EmptyState
from widgets.glyph import Button, Glyph, IconButton
from widgets.theme import theme
from widgets.toast import SIGNS, Told

_WIDTH, _HEIGHT = 400, 440


class MessagesCard(FloatCard):
    """Shows messages, the newest first. It goes with Esc, or when a person goes on working elsewhere."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._anchor: QWidget | None = None
        self._before: QWidget | None = None
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(tr("Messages"))
        close = IconButton("x", tr("Close"), 16, side=28)
        close.clicked.connect(self.close_card)
        head = row(words(tr("Messages"), "name"), None, close, margins=(14, 0, 8, 0), height=theme().metric["panel_header"] + 4)
        for part in (head, line(), self._scroll):
            self.body.addWidget(part)
        self.body.addSpacing(theme().radius["card"])
        self.setFocusProxy(self._scroll)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)
        self.hide()

    def open(self, told: Sequence[Told], anchor: QWidget) -> None:
        """Show messages, the newest last, below a widget of the window; a second time it closes."""
        if self.isVisible():
            self.close_card()
            return
        self._before, self._anchor = QApplication.focusWidget(), anchor
        shown = [self._row(one) for one in reversed(told)]
        nothing = EmptyState("bell", tr("No messages yet"), tr("What Weft tells in passing can be read here again."))
        inside = column(*shown, None) if shown else nothing
        self._scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.place()
        self.show()
        self.place()  # links have their height once they are shown
        self._scroll.setFocus(Qt.FocusReason.PopupFocusReason)

    def _row(self, told: Told) -> QWidget:
        sign, role = SIGNS[told.kind]
        text = words(told.text, wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        parts: list[QWidget] = [text]
        if (way := told.way()) is not None:
            button = Button(way[0], kind="link")
            button.clicked.connect(partial(self._act, told))
            parts.append(row(button, None))
        head = column(Glyph(sign, role, theme().metric["icon"]), None, margins=(0, 1, 0, 0))
        when = column(words(clock(told.at), "hint"), None)
        said = row(head, column(*parts, gap=2), when, gap=10, margins=(14, 9, 14, 9))
        said.layout().setStretch(1, 1)  # type: ignore[union-attr]
        return column(said, line(subtle=True))

    def _act(self, told: Told) -> None:
        """Do what a message offers, unless that is not possible any more."""
        way = told.way()
        self.close_card()
        if way is not None:
            way[1]()

    def place(self) -> None:
        """Put it below its anchor, inside the window."""
        if self._anchor is not None:
            corner = self._anchor.mapTo(self._window, QPoint(0, self._anchor.height()))
            width = min(_WIDTH, self._window.width() - 16)
            height = min(self._wanted(width), _HEIGHT, self._window.height() - corner.y() - 16)
            self.put(QRect(min(corner.x(), self._window.width() - width - 8), corner.y() + 6, width, height))

    def _wanted(self, width: int) -> int:
        inside = self._scroll.widget()
        layout = inside.layout() if inside is not None else None
        return (
            (layout.totalHeightForWidth(width) if layout else 0) + theme().metric["panel_header"] + 4 + theme().radius["card"] + 4
        )

    def close_card(self) -> None:
        """Hide it and give the focus back."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_card()
        else:
            super().keyPressEvent(event)

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self.isVisible() and now is not None and now is not self._anchor and not self.isAncestorOf(now):
            self._before = None
            self.hide()
