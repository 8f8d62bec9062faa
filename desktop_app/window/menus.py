"""The tree of menus behind the menu button, made when it is opened for the first time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.window.action_table import MENUS, Menu
from desktop_app.window.actions import Action, Actions
from resources.language import tr
from widgets.boxes import tip

Fill = Callable[[QMenu], None]


class MenuTree:
    """Makes menus from the table. A menu without sections is filled by `fills[id]` whenever it opens."""

    def __init__(self, actions: Actions, fills: dict[str, Fill]) -> None:
        self._actions, self._fills = actions, fills

    def make(self, parent: QWidget) -> QMenu:
        """Return the whole tree as one menu."""
        whole = QMenu(parent)
        for menu in MENUS:
            whole.addMenu(self._make(menu, whole))
        return whole

    def _make(self, menu: Menu, parent: QWidget) -> QMenu:
        made = QMenu(tr(menu.title), parent)
        made.setToolTipsVisible(True)
        made.aboutToShow.connect(partial(_explain, made))
        if not menu.sections:
            made.aboutToShow.connect(lambda made=made, fill=self._fills[menu.id]: fill(made))
        for number, section in enumerate(menu.sections):
            if number:
                made.addSeparator()
            for entry in section:
                if isinstance(entry, Menu):
                    made.addMenu(self._make(entry, made))
                else:
                    made.addAction(self._actions[entry.id])
        return made


def open_below(menu: QMenu, button: QWidget) -> None:
    """Show a menu under the button that it belongs to."""
    menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))


def _explain(menu: QMenu) -> None:
    """Say over each entry why it cannot be used; told when the menu opens, because it changes all the time."""
    for action in menu.actions():
        if isinstance(action, Action):
            action.setToolTip(tip(action.tip()))
