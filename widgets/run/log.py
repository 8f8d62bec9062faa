"""The log of a run or of one of its steps: filtered by level and words, following its end, copied as text."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHelpEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QLineEdit, QStackedWidget, QToolTip, QVBoxLayout, QWidget

from engine.model.values import Json
from resources.language import tr, trn
from widgets.boxes import fill, row, words
from widgets.elided import Elided
from widgets.empty import EmptyState
from widgets.forms.context import Choice
from widgets.forms.pick import Pick
from widgets.glyph import Button, IconButton
from widgets.run.log_model import LogModel, LogRow
from widgets.run.rows import make_list
from widgets.run.source import RunSource
from widgets.run.words import size_text
from widgets.segments import Segments

_LEVELS = ("debug", "warning", "error")

_STEP_MOST, _STEP_FROM = 170, 620
_FIND_LEAST, _FIND_MOST, _COUNTS = 70, 180, 130
Page = Literal["lines", "none", "none fits"]


class LogView(QWidget):
    """Shows a log. It follows the end until a person scrolls away from it.

    `file_wanted` tells that a person wants all of a log, of which this shows a part, as a file.
    """

    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.model = LogModel(self)
        self.list = make_list(self.model, LogRow(), tr("Log"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.installEventFilter(self)
        self.list.viewport().installEventFilter(self)
        head = self._made_head()
        self._stack = QStackedWidget()
        self._nothing = EmptyState("scroll-text", tr("No lines"), tr("Steps write here what they do while they run."))
        self._no_match = EmptyState("search", tr("No line fits"), tr("Choose another level, or other words."))
        for page in (self.list, self._nothing, self._no_match):
            self._stack.addWidget(page)
        self._left_out = Elided("", "hint")
        self._foot = row(self._left_out, 10, self.file_button, None, margins=(12, 0, 12, 0), height=26)
        self._foot.hide()
        fill(QVBoxLayout(self), [head, self._stack, self._foot])
        self._follows, self._whole = True, True
        self._steps: list[str] = []
        bar = self.list.verticalScrollBar()
        bar.rangeChanged.connect(self._stay)
        bar.valueChanged.connect(self._look_where)
        self._show_counts()

    def _made_head(self) -> QWidget:
        self.level = Segments([tr("All"), tr("Warnings"), tr("Errors")], tr("Level"), height=24)
        self.level.set_current(0)
        self.level.chosen.connect(self._filter)
        self.find_field = QLineEdit()
        self.find_field.setPlaceholderText(tr("Filter"))
        self.find_field.setAccessibleName(tr("Show lines with these words"))
        self.find_field.setMinimumWidth(_FIND_LEAST)
        self.find_field.setMaximumWidth(_FIND_MOST)
        self.find_field.setClearButtonEnabled(True)
        self.find_field.textChanged.connect(self._filter)
        self._count = words("", "caption")
        self.end_button = Button(tr("Follow the end"), "arrow-down", "link")
        self.end_button.clicked.connect(self.follow)
        self.file_button = Button(tr("Open all as a file"), kind="link")
        self.file_button.clicked.connect(self.file_wanted)
        self.copy_button = IconButton("copy", tr("Copy the selected lines, or all"), 14, side=24)
        self.copy_button.clicked.connect(self.copy)
        self.save_button = IconButton("download", tr("Save as…"), 14, side=24)
        self.save_button.clicked.connect(self.save_as)
        self.step = Pick(tr("Step"))
        self.step.setMaximumWidth(_STEP_MOST)
        self.step.picked.connect(self._on_step)
        self.step.hide()
        return row(
            self.level,
            8,
            self.step,
            10,
            self._count,
            None,
            self.end_button,
            10,
            self.find_field,
            4,
            self.copy_button,
            self.save_button,
            margins=(10, 2, 6, 2),
            height=34,
        )

    def show_source(self, source: RunSource, address: str = "") -> None:
        """Show the log of a run; with an address only what that step wrote."""
        self._whole = not address
        if self._whole:
            kept = self.step.value() if source.run is not None and self.step.value() in source.run.steps else ""
            self.model.show_source(source, kept)
            self._offer_steps()
            self.step.show_choice(kept)
        else:
            self.model.show_source(source, address)
        self._follows = True
        self._show_counts()

    def take_new(self) -> None:
        """Show what was written since."""
        if self.model.take_new():
            self._offer_steps()
            self._show_counts()

    def show_left_out(self, size: Json) -> None:
        """Offer all of the log as a file when so many bytes of it are not shown here."""
        count = int(size) if isinstance(size, int | float) else 0
        self._foot.setVisible(count > 0)
        self._left_out.set_text(tr("{size} left out", size=size_text(count)))

    def follow(self) -> None:
        """Show the end, and what comes."""
        self._follows = True
        self._stay()
        self._show_counts()

    @property
    def follows(self) -> bool:
        """Whether new lines are scrolled to."""
        return self._follows

    def page(self) -> Page:
        """Return what is shown: lines, that there are none, or that none fits the filter."""
        pages: tuple[Page, ...] = ("lines", "none", "none fits")
        return pages[self._stack.currentIndex()]

    def copy(self) -> None:
        """Put the selected lines into the clipboard, or all that are shown."""
        chosen = sorted(index.row() for index in self.list.selectionModel().selectedIndexes())
        QGuiApplication.clipboard().setText(self.model.as_text(chosen or range(len(self.model.lines))))

    def save_as(self) -> None:
        """Ask where to, and write all lines that are shown there."""
        dialog = QFileDialog(self, tr("Save as"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile("log.txt")
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, path: str) -> None:
        """Write the lines to a file, and say when that is not possible."""
        try:
            Path(path).write_text(self.model.as_text(range(len(self.model.lines))) + "\n", encoding="utf-8")
        except OSError as error:
            self._count.setText(tr("Not saved: {reason}", reason=error.strerror or str(error)))
        else:
            self._count.setText(tr("Saved"))

    def _offer_steps(self) -> None:
        """Offer the steps of the run; a run of one step needs no choice."""
        source = self.model.source
        if not self._whole or source is None:
            return
        steps = [*source.run.steps] if source.run is not None else []
        if steps != self._steps:
            self._steps = steps
            kept = self.step.value()
            self.step.offer([Choice("", tr("All steps")), *(Choice(one, source.title(one)) for one in steps)])
            self.step.show_choice(kept)
        self._make_room()

    def _on_step(self) -> None:
        if self.model.source is not None:
            self.model.show_source(self.model.source, self.step.value())
            self._show_counts()

    def _filter(self) -> None:
        self.model.filter(_LEVELS[max(self.level.current(), 0)], self.find_field.text())
        self._show_counts()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the number of lines out where there is no room for it, and the choice of a step."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self.step.setVisible(self._whole and len(self._steps) > 1 and self.width() >= _STEP_FROM)
        self._count.setVisible(self.width() >= self.level.sizeHint().width() + _FIND_MOST + _COUNTS)

    def _show_counts(self) -> None:
        count = self.model.rowCount()
        self._count.setText(trn("{number} line", "{number} lines", count, number=f"{count:,}") if count else "")
        is_filtered = self.level.current() > 0 or bool(self.step.value()) or bool(self.find_field.text())
        self._stack.setCurrentWidget(self.list if count else self._no_match if is_filtered else self._nothing)
        self.end_button.setVisible(not self._follows and count > 0)

    def _stay(self) -> None:
        if self._follows:
            self.list.scrollToBottom()

    def _look_where(self) -> None:
        bar = self.list.verticalScrollBar()
        at_end = bar.value() >= bar.maximum()
        if at_end != self._follows:
            self._follows = at_end
            self._show_counts()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Copy by keys, and tell a long line in its tooltip."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return True
        if isinstance(event, QHelpEvent):
            index = self.list.indexAt(event.pos())
            if index.isValid():
                text = escape(self.model.lines[index.row()].text[:4000]).replace("\n", "<br>")
                QToolTip.showText(event.globalPos(), f"<p>{text}</p>", self.list.viewport(), self.list.visualRect(index))
            return True
        return super().eventFilter(watched, event)
