"""A page in a window of its own, with a bar to run it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.window.actions import Actions, key_words
from desktop_app.window.tab_page import TabPage
from resources.language import tr
from widgets.boxes import line, row, tip, words
from widgets.glyph import Button, Glyph, IconButton
from widgets.run.words import status_word
from widgets.step_view import GLYPHS, role_of

_SIZE, _SMALLEST = QSize(1000, 720), QSize(480, 360)
_UNDER_WAY = ("running", "waiting", "paused")


class RunBar(QWidget):
    """Run, stop and the state of one page, whatever page the main window is about. `asked` tells the id of an action."""

    asked = Signal(str)
    back_asked = Signal()

    def __init__(self, page: TabPage, actions: Actions) -> None:
        super().__init__()
        self._page, self._actions = page, actions
        self.setProperty("kind", "panel")
        names = {"run": "play", "resume": "circle-play"}
        self.run_buttons = {
            name: Button(tr(actions[name].spec.text), icon, "primary") for name, icon in names.items()
        }  # fmt: skip
        self.drain_button = IconButton("circle-pause", self._tip("drain"), 16, side=28, role="text.secondary")
        self.cancel_button = IconButton("square", self._tip("cancel"), 16, side=28, role="state.failed")
        for name, button in (*self.run_buttons.items(), ("drain", self.drain_button), ("cancel", self.cancel_button)):
            button.setToolTip(tip(self._tip(name)))
            button.clicked.connect(partial(self.asked.emit, name))
        self.sign, self.state = Glyph("circle-dashed"), words("", "secondary")
        self.back_button = Button(tr("Back into the window"), "log-in", "quiet")
        self.back_button.clicked.connect(self.back_asked)
        buttons = (*self.run_buttons.values(), self.drain_button, self.cancel_button)
        parts = (*buttons, 6, self.sign, self.state, None, self.back_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(row(*parts, gap=6, margins=(10, 0, 10, 0), height=40, kind="panel"))
        column.addWidget(line())
        page.changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show the state of the page's run."""
        status, handlers = self._page.status, self._page.handlers
        is_paused, goes_on = status == "paused", status in _UNDER_WAY
        self.run_buttons["run"].setVisible(not is_paused)
        self.run_buttons["run"].setEnabled("run" in handlers and not goes_on)
        self.run_buttons["resume"].setVisible(is_paused)
        for name, button in (("drain", self.drain_button), ("cancel", self.cancel_button)):
            button.setEnabled(name in handlers and goes_on)
        self.sign.show_icon(GLYPHS[status], role_of(status) if status != "idle" else "text.tertiary")
        self.state.setText(status_word(status))

    def _tip(self, name: str) -> str:
        action = self._actions[name]
        keys = f" ({key_words(action.keys[0])})" if action.keys else ""
        return tr(action.spec.text) + keys


class DetachedWindow(QWidget):
    """A page in a window of its own. `used` tells that a person works here, `back_asked` and `closed` that it is to go back."""

    used = Signal(object)
    back_asked = Signal(object)
    closed = Signal(object)

    def __init__(self, page: TabPage, actions: Actions) -> None:
        super().__init__()
        self.page, self._actions = page, actions
        self.setProperty("kind", "canvas")
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar = self._make_bar()
        column.addWidget(self.bar)
        column.addWidget(page.widget, 1)
        page.widget.show()
        actions.add_to(self)
        page.changed.connect(self._follow)
        self._follow()

    def retranslate(self) -> None:
        """Say every text in the language in use."""
        before, self.bar = self.bar, self._make_bar()
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(before, self.bar)
        before.hide()
        before.deleteLater()
        self._follow()

    def changeEvent(self, event: QEvent) -> None:
        """Tell that a person works here now."""
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.used.emit(self.page)
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give the page back."""
        self.closed.emit(self.page)
        event.accept()

    def _make_bar(self) -> RunBar:
        bar = RunBar(self.page, self._actions)
        bar.asked.connect(self._do)
        bar.back_asked.connect(partial(self.back_asked.emit, self.page))
        return bar

    def _do(self, name: str) -> None:
        """Do it for this page, also when its window was not the active one."""
        self.used.emit(self.page)
        if (handler := self.page.handlers.get(name)) is not None:
            handler()

    def _follow(self) -> None:
        self.setWindowTitle(f"{self.page.title}{' •' if self.page.is_modified else ''} - Weft")
