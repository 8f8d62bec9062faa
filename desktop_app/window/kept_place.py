"""Where a person is in the window, kept while its parts are made anew in another language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QWidget
from shiboken6 import isValid

W = TypeVar("W", bound=QWidget)


class KeptPlace:
    """The focus, and how far things are scrolled. New widgets are found by where the old ones stood in their area."""

    def __init__(self, areas: Callable[[], Sequence[QWidget]], focus: QWidget | None) -> None:
        self._areas = areas
        self._scrolled = [
            (place, number, one, (one.horizontalScrollBar().value(), one.verticalScrollBar().value()))
            for place, area in enumerate(areas())
            for number, one in enumerate(_shown(area, QAbstractScrollArea))
        ]
        self._focus: tuple[int, int, QWidget] | None = None
        for place, area in enumerate(areas()):
            inside = _focusable(area)
            if focus is not None and focus in inside:
                self._focus = place, inside.index(focus), focus

    def restore(self) -> None:
        """Go back to it. The new widgets must have their sizes."""
        areas = self._areas()
        for place, number, old, (across, down) in self._scrolled:
            found = _shown(areas[place], QAbstractScrollArea) if place < len(areas) and not _is_there(old) else []
            if number < len(found):
                found[number].horizontalScrollBar().setValue(across)
                found[number].verticalScrollBar().setValue(down)
        if self._focus is not None:
            place, number, before = self._focus
            inside = _focusable(areas[place]) if place < len(areas) else []
            wanted = before if _is_there(before) else inside[number] if number < len(inside) else None
            if wanted is not None:
                wanted.setFocus(Qt.FocusReason.OtherFocusReason)


def _shown(area: QWidget, kind: type[W]) -> list[W]:
    return [one for one in area.findChildren(kind) if one.isVisibleTo(area)]


def _focusable(area: QWidget) -> list[QWidget]:
    inside = [area, *_shown(area, QWidget)]
    return [one for one in inside if one.focusPolicy() != Qt.FocusPolicy.NoFocus and one.focusProxy() is None]


def _is_there(widget: QWidget) -> bool:
    return isValid(widget) and widget.isVisible()
