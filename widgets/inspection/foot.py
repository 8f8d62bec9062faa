"""The foot of the inspector: what can be done with what is shown, given as actions by the owner."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from resources.language import tr
from widgets.boxes import fill, line, tip
from widgets.glyph import IconButton

_HEIGHT = 44


class ActionButton(QPushButton):
    """A button that shows an action as it is: its words, icon, and whether it can be used."""

    def __init__(self, action: QAction, kind: str = "") -> None:
        super().__init__()
        self._action = action
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        action = self._action
        self.setText(f" {action.text()}" if not action.icon().isNull() else action.text())
        self.setIcon(action.icon())
        self.setEnabled(action.isEnabled())
        self.setToolTip(tip(action.toolTip()))
        if self.isHidden() == action.isVisible() and self.parentWidget() is not None:
            self.setVisible(action.isVisible())


class Foot(QWidget):
    """Buttons for the first two actions, and a menu for the rest."""

    def __init__(self) -> None:
        super().__init__()
        self._actions: list[QAction] = []
        self._rest: list[QAction] = []
        self._buttons = QHBoxLayout()
        self.more = IconButton("ellipsis", tr("More"), 16, side=28, role="text.secondary")
        self.more.clicked.connect(self._open)
        bar = QHBoxLayout()
        fill(self._buttons, [], gap=6)
        fill(bar, [self._buttons, None, self.more], gap=6, margins=(12, 0, 8, 0))
        fill(QVBoxLayout(self), [line(), bar])
        self.setFixedHeight(_HEIGHT + 1)
        self.hide()

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """Show these actions; the same ones again change nothing."""
        if list(actions) == self._actions:
            return
        self._actions = list(actions)
        while (item := self._buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, action in enumerate(actions[:2]):
            button = ActionButton(action, "quiet" if place else "")
            self._buttons.addWidget(button)
            button.setVisible(action.isVisible())
        self._rest = list(actions[2:])
        self.more.setVisible(bool(self._rest))
        self.setVisible(bool(actions))

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._rest)
        menu.popup(self.more.mapToGlobal(QPoint(0, -menu.sizeHint().height())))
