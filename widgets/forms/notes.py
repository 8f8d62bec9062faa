"""What stands below a field: its problems with their remedies."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.model.issues import Issue
from resources.language import tr
from widgets.boxes import clear, column, fill, row
from widgets.code.completion import lost_text
from widgets.code.names import Lost
from widgets.glyph import Button, Glyph
from widgets.prose import Prose
from widgets.way_out import advice

_SHOWN = 4


class Problems(QWidget):
    """Sentences in red or amber, with a link where a fix is known. `fixed` tells the place of the missing name to mend."""

    fixed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._shown: object = None
        self._column = QVBoxLayout(self)
        fill(self._column, [], gap=2, margins=(0, 2, 0, 0))
        self.hide()

    def show_all(self, refused: str, lost: Sequence[tuple[Lost, int]], issues: Sequence[Issue]) -> None:
        """Show why what was typed is no value, names that there are not (with their line, 0: do not say), and issues."""
        issues = sorted(issues, key=lambda issue: issue.severity != "error")
        shown = refused, tuple(lost), tuple(issues)
        if shown == self._shown:
            return
        self._shown = shown
        clear(self._column)
        if refused:
            self._add(refused, "error")
        for place, (one, line) in enumerate(lost[:_SHOWN]):
            text = lost_text(one)
            text = tr("Line {line}: {what}", line=line, what=text) if line else text
            self._add(text, "error", place if one.near else None, one.near)
        for issue in issues[: _SHOWN if not lost else 2]:
            text = tr("Line {line}: {what}", line=issue.line, what=issue.said) if issue.line and not issue.column else issue.said
            self._add(" ".join(filter(None, (text, advice(issue)))), issue.severity)
        self.setVisible(bool(refused or lost or issues))

    def _add(self, text: str, severity: str, fix: int | None = None, near: str = "") -> None:
        error = severity == "error"
        sign = Glyph("triangle-alert" if error else "circle-alert", "state.failed" if error else "state.waiting", 13)
        label = Prose(text, "error" if error else "warning")
        beside = column(2, sign)
        made = row(beside, label, gap=6)
        layout = made.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(1, 1)
            layout.setAlignment(beside, Qt.AlignmentFlag.AlignTop)
            layout.setContentsMargins(0, 2, 0, 0)
            if fix is not None:
                link = Button(tr("Use “{name}”", name=near), kind="link")
                link.setToolTip(tr("Alt+Enter"))
                link.setProperty("fix", fix)
                link.clicked.connect(self._on_link)
                layout.addWidget(link, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addWidget(made)

    def _on_link(self) -> None:
        self.fixed.emit(int(self.sender().property("fix")))
