"""What a tab shows: a widget with its title, the state of its run, and whether it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from widgets.step_view import StepStatus


class TabPage(QObject):
    """One page of the window, such as a workflow.

    `handlers` answer to actions by id while the page is the current one. `is_document` says whether inspector and run panel
    belong to it. `tip` is told over the tab, such as the path of its file. `is_detached` says that it is in a window of its own.
    `changed` tells that the tab looks different.
    """

    changed = Signal()

    def __init__(
        self, widget: QWidget, title: str, *, icon: str = "workflow", tip: str = "", is_document: bool = True,
        handlers: Mapping[str, Callable[[], object]] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.widget, self.icon, self.is_document = widget, icon, is_document
        self.handlers = dict(handlers or {})
        self.title, self.tip = title, tip
        self.status: StepStatus = "idle"
        self.is_modified = self.is_detached = False

    def show_title(self, title: str, tip: str = "") -> None:
        """Call it something else."""
        self.title, self.tip = title, tip
        self.changed.emit()

    def show_status(self, status: StepStatus) -> None:
        """Show the state of its run; `idle` when there is none."""
        if status != self.status:
            self.status = status
            self.changed.emit()

    def show_modified(self, is_modified: bool) -> None:
        """Show whether there is something to save."""
        if is_modified != self.is_modified:
            self.is_modified = is_modified
            self.changed.emit()

    def show_detached(self, is_detached: bool) -> None:
        """Show whether it is in a window of its own."""
        if is_detached != self.is_detached:
            self.is_detached = is_detached
            self.changed.emit()
