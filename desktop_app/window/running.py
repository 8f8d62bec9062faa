"""What runs now, whatever tab is shown: a count in the status bar, and above it a list with what each does and how to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop_app.window.main import MainWindow
from desktop_app.window.runs import KnownRun, RunService
from resources.language import tr, trn
from widgets.boxes import clear, column, line, row, words
from widgets.card import FloatCard
from widgets.elided import Elided
from widgets.glyph import Button, Glyph, IconButton
from widgets.run.words import run_look
from widgets.step_view import GLYPHS, role_of, time_text
from widgets.theme import theme

_PART = "runs"
_WIDTH, _ROW, _MOST, _TICK_MS = 420, 52, 8, 500

TitleOf = Callable[[KnownRun, str], str]
"""Gives what a step of a run is called."""


class Running(QObject):
    """Keeps the count. `show` brings a run to the front; `title_of` gives what a step is called."""

    def __init__(self, window: MainWindow, runs: RunService, show: Callable[[KnownRun], object], title_of: TitleOf) -> None:
        super().__init__(window)
        self._window, self._runs, self._show, self._title_of = window, runs, show, title_of
        self.card: RunningCard | None = None
        runs.begun.connect(self.follow)
        runs.changed.connect(self._on_changed)
        window.retranslated.connect(self._retranslate)

    def follow(self) -> None:
        """Show how many runs are under way."""
        runs = self._runs.under_way()
        text = trn("{count} running", "{count} running", len(runs)) if runs else ""
        tip = tr("What runs now, with how to stop it")
        self._window.status.show_part(_PART, text, "loader-circle", "state.running", tip=tip, do=self.open)
        if self.card is not None and self.card.isVisible():
            self.card.show_runs(runs)

    def open(self) -> None:
        """Show the list; a second time it closes."""
        if self.card is None:
            self.card = RunningCard(self._window.frame, self._title_of)
        if self.card.isVisible():
            self.card.close_card()
        else:
            self.card.open(self._runs.under_way(), self._window.status.parts[_PART], self._show, self._runs.cancel)

    def _on_changed(self, _run: str, addresses: set[str]) -> None:
        if "" in addresses:
            self.follow()

    def _retranslate(self) -> None:
        if self.card is not None:
            self.card.deleteLater()
            self.card = None
        self.follow()


class RunningCard(FloatCard):
    """The list. It goes with Esc, when a person goes on elsewhere, and when nothing runs any more."""

    def __init__(self, window: QWidget, title_of: TitleOf) -> None:
        super().__init__(window)
        self._window, self._title_of = window, title_of
        self._anchor: QWidget | None = None
        self._before: QWidget | None = None
        self._said: list[tuple[KnownRun, Elided]] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        head = row(words(tr("Running now"), "name"), None, margins=(14, 0, 8, 0), height=theme().metric["panel_header"])
        self.body.addWidget(head)
        self.body.addWidget(line())
        self.body.addLayout(self._rows)
        self.body.addStretch(1)
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self._tick)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)
        self.hide()

    def open(
        self, runs: list[KnownRun], anchor: QWidget, show: Callable[[KnownRun], object], stop: Callable[[str], object]
    ) -> None:  # fmt: skip
        """Show runs above a widget of the window."""
        self._anchor, self._before, self._show, self._stop = anchor, QApplication.focusWidget(), show, stop
        self._fill(runs)
        self.show()
        self._clock.start()
        first = self.findChild(Button)
        if first is not None:
            first.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_runs(self, runs: list[KnownRun]) -> None:
        """Show other runs, or what they do by now."""
        if not runs:
            self.close_card()
        elif [one.id for one in runs[:_MOST]] == [one.id for one, _ in self._said]:
            self._tick()
        else:
            self._fill(runs)

    def close_card(self) -> None:
        """Hide it and give the focus back."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def _fill(self, runs: list[KnownRun]) -> None:
        clear(self._rows)
        self._said = []
        for run in runs[:_MOST]:
            self._rows.addWidget(self._row(run))
        more = len(runs) - _MOST
        if more > 0:
            self._rows.addWidget(row(words(trn("and {count} more", "and {count} more", more), "hint"), margins=(14, 8, 14, 8)))
        height = theme().metric["panel_header"] + 2 + _ROW * len(self._said) + (32 if more > 0 else 0)
        if self._anchor is not None:
            corner = self._anchor.mapTo(self._window, QPoint(0, 0))
            self.put(QRect(max(corner.x(), 8), corner.y() - height - 8, _WIDTH, height))

    def _row(self, run: KnownRun) -> QWidget:
        look = run_look(run.model)
        said = Elided(self._words(run), "hint")
        self._said.append((run, said))
        show = Button(tr("Show"), kind="link")
        show.clicked.connect(partial(self._on_show, run))
        stop = IconButton("square", tr("Cancel now"), 15, side=28, role="state.failed")
        stop.clicked.connect(partial(self._on_stop, run))
        name = run.model.workflow or tr("Workflow")
        said_of = column(None, Elided(name, "control"), said, None, gap=1)
        held = row(Glyph(GLYPHS[look], role_of(look), 16), said_of, show, stop, gap=10, margins=(14, 0, 10, 0), height=_ROW)
        held.layout().setStretch(1, 1)  # type: ignore[union-attr]
        held.setAccessibleName(name)
        return held

    def _words(self, run: KnownRun) -> str:
        """Say how long it runs, how far it is, and what it does."""
        model = run.model
        steps = [address for address, step in model.steps.items() if step.view.status in ("running", "paused")]
        doing = ", ".join(self._title_of(run, address) for address in steps[:2])
        far = tr("{done} of {count} steps", done=model.done, count=model.count)
        paused = tr("Paused") if model.is_paused else ""
        return " · ".join(part for part in (paused, time_text(model.seconds(time.time())), far, doing) if part)

    def _tick(self) -> None:
        for run, said in self._said:
            said.set_text(self._words(run))

    def _on_show(self, run: KnownRun) -> None:
        self._before = None
        self.close_card()
        self._show(run)

    def _on_stop(self, run: KnownRun) -> None:
        self._stop(run.id)

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self.isVisible() and now is not None and now is not self._anchor and not self.isAncestorOf(now):
            self._before = None
            self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_card()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no more."""
        self._clock.stop()
        super().hideEvent(event)
