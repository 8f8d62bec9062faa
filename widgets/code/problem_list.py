"""The problems of a text in a list below it: a click goes there, a link mends a name."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from resources.language import tr
from widgets.boxes import clear, fill, line, row, words
from widgets.chip import Chip
from widgets.code.completion import lost_text
from widgets.code.edit import CodeEdit
from widgets.code.names import Lost
from widgets.elided import Elided
from widgets.glyph import Button, Glyph
from widgets.prose import unmarked
from widgets.stylesheet import restyle

_ROW, _MOST = 28, 5


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the list. `lost` is the missing name that it is about."""

    text: str
    line: int
    column: int
    severity: str
    lost: Lost | None = None


class _Row(QWidget):
    pressed = Signal(object)
    fixed = Signal(object)

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem
        self.setProperty("kind", "row")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(_ROW)
        error = problem.severity == "error"
        sign = Glyph("octagon-x" if error else "triangle-alert", "state.failed" if error else "state.waiting", 14)
        place = f"{problem.line}:{problem.column}" if problem.line else ""
        text = Elided(problem.text)
        items: list[QWidget] = [sign, text, words(place, "caption")]
        layout = QHBoxLayout(self)
        fill(layout, [*items, None], gap=8, margins=(8, 0, 8, 0))
        self.setAccessibleName(problem.text)
        if problem.lost is not None and problem.lost.near:
            link = Button(tr("Use “{name}”", name=problem.lost.near), kind="link")
            link.clicked.connect(self._fix)
            layout.addWidget(link)

    def _fix(self) -> None:
        self.fixed.emit(self.problem)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit(self.problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit(self.problem)
        else:
            super().keyPressEvent(event)


class ProblemList(QWidget):
    """Shows the problems of one editor while it has some."""

    def __init__(self, edit: CodeEdit) -> None:
        super().__init__()
        self._edit = edit
        self._shown: list[Problem] = []
        self._rows: list[_Row] = []
        self.errors, self.warnings = Chip(), Chip()
        title = words(tr("Problems"), "label-strong")
        head = row(title, self.errors, self.warnings, None, gap=6, margins=(14, 0, 14, 0), height=32)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        fill(self._column, [], margins=(6, 0, 6, 6))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inside)
        inside.setAutoFillBackground(False)
        fill(QVBoxLayout(self), [line(subtle=True), head, self._scroll])
        edit.marked.connect(self._follow)
        edit.cursorPositionChanged.connect(self._mark_current)
        self._follow()

    def problems(self) -> list[Problem]:
        """Return what is listed."""
        return self._shown

    def _follow(self) -> None:
        problems = [
            Problem(lost_text(lost), self._edit.line_of(lost.start), self._column_of(lost.start), "error", lost)
            for lost in self._edit.lost_names()
        ]
        told = {(problem.line, problem.severity) for problem in problems}
        problems += [
            Problem(unmarked(issue.told), issue.line or 0, issue.column or 1, issue.severity)
            for issue in self._edit.issues()
            if issue.code != "template.unknown-name" or (issue.line, issue.severity) not in told
        ]
        problems.sort(key=lambda problem: (problem.line, problem.column))
        if problems != self._shown or not self._rows:
            self._shown = problems
            self._list()

    def _list(self) -> None:
        clear(self._column)
        self._rows = []
        for problem in self._shown:
            made = _Row(problem)
            made.pressed.connect(self._go)
            made.fixed.connect(self._fix)
            self._rows.append(made)
            self._column.addWidget(made)
        errors = sum(problem.severity == "error" for problem in self._shown)
        warnings = len(self._shown) - errors
        self.errors.show_words(str(errors), "state.failed", "octagon-x")
        self.errors.setVisible(errors > 0)
        self.warnings.show_words(str(warnings), "state.waiting", "triangle-alert")
        self.warnings.setVisible(warnings > 0)
        self._scroll.setFixedHeight(min(len(self._shown), _MOST) * _ROW + 8)
        self.setVisible(bool(self._shown))
        self._mark_current()

    def _mark_current(self) -> None:
        here = self._edit.textCursor().blockNumber() + 1
        for made in self._rows:
            chosen = made.problem.line == here
            if made.property("chosen") != chosen:
                made.setProperty("chosen", chosen)
                restyle(made)

    def _go(self, problem: Problem) -> None:
        self._edit.go_to(problem.line, problem.column)

    def _fix(self, problem: Problem) -> None:
        if problem.lost is not None:
            self._edit.fix(problem.lost)

    def _column_of(self, at: int) -> int:
        return at - self._edit.document().findBlock(at).position() + 1
