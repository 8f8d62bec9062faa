"""The side panel: the page that the rail chose, with its head."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QWidget

from desktop_app.window.actions import Actions
from desktop_app.window.field_button import ActionButton
from desktop_app.window.rail import SidePage
from resources.language import tr
from widgets.boxes import clear, words
from widgets.theme import theme


class PanelHead(QWidget):
    """The head of a panel: its name and a few buttons. A dock is dragged by it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(theme().metric["panel_header"])
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "panel")
        self.title: QLabel = words("", "name")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(2)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 6, 0)
        row.addWidget(self.title)
        row.addStretch(1)
        row.addLayout(self._buttons)

    def sizeHint(self) -> QSize:
        """Return the full height: a dock looks at nothing else."""
        return QSize(super().sizeHint().width(), self.height())

    def show_page(self, title: str, buttons: list[QWidget]) -> None:
        """Name another page, with its buttons."""
        self.title.setText(title)
        clear(self._buttons)
        for button in buttons:
            self._buttons.addWidget(button)


class SidePanel(QStackedWidget):
    """Pages of the side panel, each made when it is opened first. `head` belongs above it."""

    def __init__(self, pages: tuple[SidePage, ...], actions: Actions) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self._pages = {page.id: page for page in pages}
        self._actions = actions
        self._made: dict[str, QWidget] = {}
        self.open_page: str | None = None
        self.head = PanelHead()

    def show_page(self, name: str) -> QWidget:
        """Open a page and return its widget. Raises KeyError for a page that there is not."""
        page = self._pages[name]
        if name not in self._made:
            self._made[name] = page.make()
            self.addWidget(self._made[name])
        self.setCurrentWidget(self._made[name])
        self.open_page = name
        self.head.show_page(tr(page.title), [ActionButton(self._actions[action]) for action in page.actions])
        return self._made[name]
