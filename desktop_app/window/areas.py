"""Going from area to area of the window with a key, always also out of the canvas."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


class Areas:
    """The areas in the order of the key; one that is hidden or cannot take the focus is passed over."""

    def __init__(self, areas: Callable[[], Sequence[QWidget]]) -> None:
        self._areas = areas

    def go(self, by: int) -> None:
        """Put the focus into the next area, or the one before: on what had it there last, else on what is first."""
        areas = [area for area in self._areas() if area.isVisible()]
        focus = QApplication.focusWidget()
        now = next((place for place, area in enumerate(areas) if focus and (area is focus or area.isAncestorOf(focus))), None)
        start = now if now is not None else (-1 if by > 0 else 0)
        for step in range(1, len(areas) + 1):
            target = _target(areas[(start + by * step) % len(areas)])
            if target is not None:
                target.setFocus(Qt.FocusReason.ShortcutFocusReason if by > 0 else Qt.FocusReason.BacktabFocusReason)
                return


def _target(area: QWidget) -> QWidget | None:
    proxy = area.focusProxy()
    if proxy is not None and _takes_focus(proxy):
        return proxy
    last = area.focusWidget()
    if last is not None and last is not area and _takes_focus(last):
        return last
    if _takes_focus(area):
        return area
    return next((widget for widget in area.findChildren(QWidget) if _takes_focus(widget)), None)


def _takes_focus(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()
