"""What a step got and gave in the run that is shown: values, log, attempts, figures."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.model.values import Json
from resources.language import tr, trn
from widgets.boxes import Item, clear, column, fill, line, row, words
from widgets.chip import Chip
from widgets.empty import EmptyState
from widgets.glyph import Glyph
from widgets.inspection.header import state_words
from widgets.inspection.shown import Attempt, LastRun, LogLine
from widgets.prose import Prose
from widgets.section import Section
from widgets.step_view import GLYPHS, role_of
from widgets.value_view import NamedValue
from widgets.way_out import WayButton, advice

_LOG = 100
_LEVELS = {"warning": "warning", "error": "error"}


class RunPage(QWidget):
    """The last run of the selected node."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: LastRun | None = None
        self._is_shown = False
        self._column = QVBoxLayout(self)
        fill(self._column, [], gap=4, margins=(14, 10, 14, 12))
        self.show_run(None)

    def show_run(self, run: LastRun | None) -> None:
        """Show a step, or that there is none yet."""
        if self._is_shown and run == self._shown:
            return
        self._is_shown = True
        self._shown = run
        clear(self._column)
        if run is None:
            text = tr("After a run you see here what this node got, gave and logged.")
            self._column.addWidget(EmptyState("history", tr("Not run yet"), text))
            return
        for item in self._parts(run):
            if isinstance(item, QWidget):
                self._column.addWidget(item)
        self._column.addStretch(1)

    def _parts(self, run: LastRun) -> list[Item]:
        state = Chip(state_words(run.step), role_of(run.step.status), GLYPHS[run.step.status])
        parts: list[Item] = [row(state, None, words(run.run, "hint"), gap=8, height=28)]
        if run.issue is not None:
            parts.append(_failure(run))
        parts += [_fact(name, value) for name, value in run.facts]
        if run.attempts:
            parts += _section(
                tr("Attempts"), [_attempt(one) for one in run.attempts], len(run.attempts), is_open=len(run.attempts) > 1
            )
        parts += _section(tr("Outputs"), _values(run.outputs), len(run.outputs), is_open=True)
        parts += _section(tr("Inputs"), _values(run.inputs), len(run.inputs), is_open=False)
        if run.prompt:
            parts += _section(tr("Prompt as sent"), [NamedValue(tr("text"), run.prompt)], 0, is_open=False)
        parts += _section(
            tr("Log"), [_log(one) for one in run.log[-_LOG:]], len(run.log), is_open=bool(run.log) and run.issue is not None
        )
        return parts


def _values(values: Mapping[str, Json]) -> list[QWidget]:
    return [NamedValue(name, value) for name, value in values.items()]


def _section(title: str, inside: list[QWidget], count: int, *, is_open: bool) -> list[Item]:
    if not inside:
        return []
    section = Section(title, is_open=is_open, gap=6)
    section.set_note(trn("{count} entry", "{count} entries", count) if count else "")
    for widget in inside:
        section.body.addWidget(widget)
    return [line(subtle=True), section]


def _failure(run: LastRun) -> QWidget:
    issue = run.issue
    assert issue is not None
    text = Prose(issue.said, "error")
    remedy = Prose(advice(issue), "hint")
    remedy.setVisible(bool(advice(issue)))
    way = WayButton()
    way.show_issue(issue)
    sign = Glyph("octagon-x", "state.failed", 14)
    made = row(sign, column(text, remedy, way, gap=2), gap=8, margins=(10, 8, 10, 8), kind="failure")
    layout = made.layout()
    if isinstance(layout, QHBoxLayout):
        layout.setStretch(1, 1)
        layout.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
    return made


def _fact(name: str, value: str) -> QWidget:
    return row(words(tr(name), "label"), None, words(value), height=22)


def _attempt(one: Attempt) -> QWidget:
    sign = Glyph("circle-x" if one.failed else "circle-check", "state.failed" if one.failed else "state.ok", 13)
    said = words(one.words, "error" if one.failed else "hint", wrap=True)
    made = row(sign, words(str(one.number), "hint"), said, words(one.time, "caption"), gap=6)
    layout = made.layout()
    if isinstance(layout, QHBoxLayout):
        layout.setStretch(2, 1)
    return made


def _log(one: LogLine) -> QWidget:
    said = words(one.text, _LEVELS.get(one.level, "hint"), wrap=True)
    said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made = row(words(one.time, "caption"), said, gap=8)
    layout = made.layout()
    if isinstance(layout, QHBoxLayout):
        layout.setStretch(1, 1)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
    return made
