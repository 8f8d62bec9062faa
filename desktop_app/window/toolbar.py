"""The tool bar: menu, run group with the state of the run, undo, the command field, and the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedLayout, QWidget

from desktop_app.window.actions import Actions, key_words
from desktop_app.window.field_button import ActionButton, FieldButton
from desktop_app.window.logo import Logo
from desktop_app.window.menus import open_below
from resources.language import tr
from widgets.boxes import Item, fill, line, words
from widgets.chip import Chip
from widgets.glyph import IconButton
from widgets.theme import theme

Mode = Literal["page", "edit", "running", "paused", "stopped"]

_PLACES = (("run", "resume"), ("drain", "go_on"), ("cancel",), ("step",))
"""The run group: buttons of one place take turns, so that nothing moves under the pointer when a run begins or ends."""
_TURNS: dict[Mode, tuple[str, str]] = {
    "page": ("run", "drain"),
    "edit": ("run", "drain"),
    "running": ("run", "drain"),
    "paused": ("resume", "drain"),
    "stopped": ("run", "go_on"),
}
_WAYS_TO_RUN = ("run", "run_with", "run_to", "run_from", "step")
_COMMAND_WIDTH = 288
_ROOMY = 940
"""A tool bar of this width has room for everything."""
_LONG_STATE = "88.8 s · 88 of 88 steps"


class ToolBar(QWidget):
    """What one does all the time. The run group changes with the state of the run; `model_asked` tells of a click there."""

    model_asked = Signal()

    def __init__(self, actions: Actions, menu: Callable[[QWidget], QMenu]) -> None:
        super().__init__()
        self._actions, self._make_menu = actions, menu
        self._menu: QMenu | None = None
        self.setFixedHeight(theme().metric["tool_bar"] - 1)
        self.menu_button = ActionButton(actions["menu"])
        self.buttons = {
            "new": ActionButton(actions["new"], with_words=True, kind="primary", role="text.on_accent"),
            "run": ActionButton(actions["run"], with_words=True, kind="primary", role="text.on_accent"),
            "resume": ActionButton(actions["resume"], with_words=True, kind="primary", role="text.on_accent"),
            "drain": ActionButton(actions["drain"]),
            "cancel": ActionButton(actions["cancel"], role="state.failed"),
            "step": ActionButton(actions["step"]),
            "go_on": ActionButton(actions["resume"]),
        }
        self.more_runs = IconButton("chevron-down", tr("More ways to run"), 12, side=18, role="text.secondary")
        self.more_runs.clicked.connect(self.open_run_menu)
        self._places = [_Place([self.buttons[name] for name in names]) for names in _PLACES]
        self._run_line = self._separator()
        self.state = _StateChip()
        self._state_room = QWidget()  # as wide as most states, so that what stands behind it stays where it is
        self._state_room.setMinimumWidth(Chip(_LONG_STATE, icon_name="play").sizeHint().width())
        fill(QHBoxLayout(self._state_room), [self.state, None])
        self._undo, self._redo = ActionButton(actions["undo"]), ActionButton(actions["redo"])
        self._tidy = ActionButton(actions["tidy"], with_words=True)
        self._tidy_line = self._separator()
        self.command = FieldButton("search", key=key_words(actions["commands"].keys[0]) if actions["commands"].keys else "")
        self.command.show_words(tr("Search or run a command"))
        self.command.clicked.connect(actions["commands"].trigger)
        self.command.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.command.setMaximumWidth(_COMMAND_WIDTH)
        self.messages_button = ActionButton(actions["messages"])
        self.model = FieldButton("cpu", has_menu=True)
        self.model.clicked.connect(self.model_asked)
        self.model.hide()
        self._mode: Mode = "page"
        self._lay_out()
        self.show_mode("page")
        self.show_state("")

    def show_mode(self, mode: Mode) -> None:
        """Show the buttons for a page, a document at rest, a running one, one at a breakpoint, one whose run can go on."""
        for place, name in zip(self._places, _TURNS[mode], strict=False):
            place.show_button(self.buttons[name])
        edit = (
            *self._places,
            self.more_runs,
            self._run_line,
            self._undo,
            self._redo,
            self._tidy,
            self._tidy_line,
            self._state_room,
        )
        self._mode = mode
        gone, here = ((self.buttons["new"],), edit) if mode != "page" else (edit, (self.buttons["new"],))
        for part in gone:  # first: both together would make a narrow window wider
            part.hide()
        for part in here:
            part.show()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what a narrow window has no room for."""
        self._fit()

    def _fit(self) -> None:
        """Leave out what can be had elsewhere too: the menu has *Tidy*, the status bar the model."""
        is_roomy = self.width() >= _ROOMY
        for part in (self._tidy, self._tidy_line):
            part.setVisible(is_roomy and self._mode != "page")
        self.model.setVisible(is_roomy and bool(self.model.text()))

    def show_state(
        self, text: str, role: str = "text.secondary", icon_name: str = "", answer: Callable[[], object] | None = None
    ) -> None:
        """Say how the document or its run is; nothing for an empty text. `answer` is done with a click: a person is asked."""
        self.state.show_words(text, role, icon_name)
        self.state.set_answer(answer)
        self.state.setVisible(bool(text))

    def show_model(self, name: str, detail: str, role: str) -> None:
        """Say which model answers, and how it is."""
        self.model.show_words(name, detail, role=role, words="text.primary")
        self._fit()

    def open_menu(self) -> None:
        """Open the menu below its button, with its first entry chosen."""
        menu = self.menu()
        open_below(menu, self.menu_button)
        menu.setActiveAction(menu.actions()[0])

    def open_run_menu(self) -> None:
        """Open the menu with all ways to run."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addActions([self._actions[name] for name in _WAYS_TO_RUN])
        open_below(menu, self.more_runs)

    def menu(self) -> QMenu:
        """Return the menu, made when it is wanted first."""
        if self._menu is None:
            self._menu = self._make_menu(self)
        return self._menu

    def _lay_out(self) -> None:
        head: list[Item] = [Logo(20), words("Weft", "brand"), 6, self.menu_button, 2, self._separator(), 6]
        run: list[Item] = [self.buttons["new"], self._places[0], self.more_runs, *self._places[1:], 4, self._run_line, 2]
        edit: list[Item] = [self._undo, self._redo, 2, self._tidy_line, self._tidy, 6, self._state_room]
        row = QHBoxLayout(self)
        fill(row, [*head, *run, *edit], gap=4, margins=(12, 0, 8, 0))
        row.addStretch(1)
        row.addSpacing(8)
        row.addWidget(self.command, 4)
        row.addSpacing(8)
        row.addStretch(1)
        row.addWidget(self.model)
        row.addWidget(self.messages_button)

    def _separator(self) -> QWidget:
        upright = line(upright=True)
        upright.setFixedHeight(20)
        return upright


class _StateChip(Chip):
    """The state of the run; a click answers what it asks."""

    def __init__(self) -> None:
        super().__init__()
        self._answer: Callable[[], object] | None = None

    def set_answer(self, answer: Callable[[], object] | None) -> None:
        """Do this with a click or a key from now on, or nothing."""
        self._answer = answer
        self.setCursor(Qt.CursorShape.PointingHandCursor if answer else Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if answer else Qt.FocusPolicy.NoFocus)
        self.setToolTip(tr("Answer…") if answer else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Answer."""
        if self._answer is not None and self.rect().contains(event.position().toPoint()):
            self._answer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer with Enter or Space."""
        if self._answer is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._answer()
        else:
            super().keyPressEvent(event)


class _Place(QWidget):
    """A place in the tool bar in which buttons take turns; it is as wide as the widest."""

    def __init__(self, buttons: Sequence[QWidget]) -> None:
        super().__init__()
        self._turns = QStackedLayout(self)
        for button in buttons:
            self._turns.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_button(self, button: QWidget) -> None:
        """Show one of them, which takes the focus over."""
        before = self._turns.currentWidget()
        had_focus = before is not None and before.hasFocus()
        self._turns.setCurrentWidget(button)
        if had_focus:
            button.setFocus(Qt.FocusReason.OtherFocusReason)
