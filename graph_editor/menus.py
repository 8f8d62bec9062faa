"""The menus of the canvas: what can be done with what is under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from resources.language import tr
from widgets.icons import icon
from widgets.theme import theme

LINE, COLORS = "", "colors"
"""Entries that stand for a line between two groups, and for the colours of a frame."""
_COLOR = "color "
WORDS: Mapping[str, tuple[str, str]] = {
    "edit_node": ("Edit", "square-pen"),
    "rename": ("Rename", ""),
    "disable": ("Disable", "power"),
    "pin": ("Pin output", "pin"),
    "breakpoint": ("Breakpoint", "circle-dot"),
    "answer": ("Answer…", "user-check"),
    "run_to": ("Run to here", "arrow-right-to-line"),
    "run_from": ("Run from here", ""),
    "cut": ("Cut", ""),
    "copy": ("Copy", "copy"),
    "paste": ("Paste", "clipboard-paste"),
    "duplicate": ("Duplicate", ""),
    "frame": ("Put in a frame", "frame"),
    "unframe": ("Release from the frame", "ungroup"),
    "align": ("Align", "align-start-vertical"),
    "distribute": ("Distribute", "arrow-left-right"),
    "tidy": ("Tidy", "wand-sparkles"),
    "delete": ("Delete", "trash-2"),
    "heal": ("Delete and join neighbours", ""),
    "add_node": ("Add node…", "plus"),
    "note": ("Add note", "sticky-note"),
    "select_all": ("Select all", ""),
    "zoom_fit": ("Fit", "maximize"),
    "wire": ("Draw an edge", "spline"),
}
"""What the entries say, and their icons, by the ids of the table of actions."""

NODE = ("edit_node", "rename", "wire", LINE, "run_to", "run_from", LINE, "disable", "pin", "breakpoint", LINE, "cut", "copy",
        "duplicate", "frame", "unframe", LINE, "delete", "heal")  # fmt: skip
WAITING = ("answer", LINE, *NODE)
NODES = (*NODE[: NODE.index("unframe") + 1], "align", "distribute", "tidy", *NODE[NODE.index("unframe") + 1 :])
EDGE = ("add_node", "delete")
FRAME = ("rename", COLORS, "unframe", "copy", "duplicate", LINE, "delete")
NOTE = ("rename", "copy", "duplicate", LINE, "delete")
EMPTY = ("add_node", "note", "paste", LINE, "select_all", "tidy", "zoom_fit")


class CanvasMenu(QMenu):
    """One menu, made for what is selected; it goes when it is closed. `key_of` gives the key of an action, to be shown."""

    def __init__(
        self, entries: Sequence[str], handlers: Mapping[str, Callable[[], object]], key_of: Callable[[str], str],
        others: Mapping[str, str], parent: QWidget,
    ) -> None:  # fmt: skip
        """Make a menu of entries, by the ids of their actions; `others` are those that say something else here."""
        super().__init__(parent)
        self._handlers = handlers
        for name in entries:
            if name == LINE:
                self.addSeparator()
                continue
            if name == COLORS:
                self.colors = self.addMenu(tr("Colour"))
                continue
            text, sign = WORDS[name]
            said, key = others.get(name) or tr(text), key_of(name)
            action = self.addAction(f"{said}\t{key}" if key else said)
            action.setData(name)
            if sign:
                action.setIcon(icon(sign))
        self.triggered.connect(self._do)
        self.aboutToHide.connect(self.deleteLater)

    def offer_colors(self, now: str, choose: Callable[[str], object]) -> None:
        """Fill the entry of the colours; `now` is the one in use, `choose` gets another one."""
        self._choose = choose
        for color, words in _color_words().items():
            action = self.colors.addAction(_swatch(color, chosen=color == now), words)
            action.setData(f"{_COLOR}{color}")

    def open(self, place: QPoint) -> None:
        """Show it at a point of the screen."""
        self.popup(place)

    def _do(self, action: QAction) -> None:
        name = str(action.data())
        if name.startswith(_COLOR):
            self._choose(name.removeprefix(_COLOR))
        else:
            self._handlers[name]()


def _color_words() -> dict[str, str]:
    """Return the colours of frames, the accent or a category, with what they look like."""
    return {
        "": tr("Blue"), "knowledge": tr("Teal"), "data": tr("Green"), "people": tr("Yellow"), "code": tr("Orange"),
        "start": tr("Pink"), "model": tr("Violet"), "logic": tr("Grey"),
    }  # fmt: skip


def _swatch(color: str, *, chosen: bool) -> QIcon:
    """Return a disc of a colour, with a ring when it is the one in use."""
    look, picture = theme(), QPixmap(32, 32)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color("text.primary"), 1.5) if chosen else Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(8, 8), 7, 7)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color(f"category.{color}" if color else "accent.base"))
    painter.drawEllipse(QPointF(8, 8), 4.5, 4.5)
    painter.end()
    return QIcon(picture)
