"""What lies over the canvas: the zoom, and counts of what runs or needs somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from resources.language import tr
from widgets.glyph import IconButton
from widgets.icons import icon
from widgets.step_view import GLYPHS, StepStatus, role_of
from widgets.theme import MEDIUM, font, theme

BAR_HEIGHT = 32
COUNTED: tuple[StepStatus, ...] = ("running", "waiting", "failed", "queued")


class Card(QFrame):
    """A row of buttons that floats over the canvas."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(BAR_HEIGHT)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(4, 0, 4, 0)
        self.row.setSpacing(2)


class ZoomBar(Card):
    """Nearer, back, the zoom as a figure (a click goes to 100 %), everything, and the overview."""

    nearer = Signal()
    back = Signal()
    whole = Signal()
    full_size = Signal()
    overview = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._zoom = 1.0
        self._figure = QToolButton()
        self._figure.setFixedSize(50, 24)
        self._figure.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._figure.setFont(font(theme().size["small"], MEDIUM))
        self._figure.clicked.connect(self.full_size)
        self._buttons = {
            name: IconButton(name, "", 16, side=26, role="text.secondary") for name in ("minus", "plus", "maximize", "map")
        }
        told = (self.back, self.nearer, self.whole, self.overview)
        for button, signal in zip(self._buttons.values(), told, strict=True):
            button.clicked.connect(signal)
            self.row.addWidget(button)
        self.row.insertWidget(1, self._figure)
        self.retranslate()
        self.adjustSize()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        words = (tr("Zoom out"), tr("Zoom in"), tr("Show everything"), tr("Overview"))
        for (name, button), tip in zip(self._buttons.items(), words, strict=True):
            button.show_icon(name, tip)
        self._figure.setToolTip(tr("Show at 100 %"))
        self.show_zoom(self._zoom)

    def show_zoom(self, zoom: float) -> None:
        """Show the zoom."""
        self._zoom = zoom
        words = tr("{percent} %", percent=round(zoom * 100))
        self._figure.setText(words)
        self._figure.setAccessibleName(tr("Zoom {zoom}", zoom=words))


class CountStrip(Card):
    """Counts steps by state; `next_wanted` gives the state of which a person wants to see the next one."""

    next_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._buttons: dict[StepStatus, QToolButton] = {}
        for status in COUNTED:
            button = QToolButton()
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIcon(icon(GLYPHS[status], role_of(status)))
            button.setIconSize(QSize(14, 14))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setProperty("status", status)
            button.clicked.connect(self._on_clicked)
            self._buttons[status] = button
            self.row.addWidget(button)

    def show_counts(self, states: Iterable[StepStatus]) -> bool:
        """Count states; tell whether there is anything to say."""
        counts = Counter(states)
        words = {"running": tr("Running"), "waiting": tr("Waiting"), "failed": tr("Failed"), "queued": tr("Queued")}
        for status, button in self._buttons.items():
            button.setText(f" {words[status]}  {counts[status]}")
            button.setToolTip(tr("Go to the next one"))
            button.setVisible(bool(counts[status]))
        self.adjustSize()
        return any(counts[status] for status in COUNTED)

    def _on_clicked(self) -> None:
        self.next_wanted.emit(self.sender().property("status"))
