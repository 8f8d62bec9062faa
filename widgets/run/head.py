"""The head of the run panel: its pages, the figures of the run, the runs to choose from, and folding it away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from resources.language import tr
from widgets.boxes import fill, line, row, tip, words
from widgets.chip import Chip
from widgets.glyph import Button, Glyph, IconButton
from widgets.icons import icon
from widgets.run.entries import RunEntry
from widgets.run.model import RunModel
from widgets.run.tab_line import TabLine
from widgets.run.words import run_look, run_time, run_word, status_word, tokens_text
from widgets.step_view import GLYPHS, StepStatus, role_of, time_text

HEIGHT = 35
_MENU = 15
_LEAST, _GAP, _GAPS = 420, 12, 48
"""The least width; the gap behind a part that can be left out; all other gaps and margins together."""


class RunHead(QWidget):
    """The head.

    Signals:
        run_chosen: the id of the run that a person wants to see.
        all_runs_wanted: a person wants to see more runs than the menu has.
        outputs_wanted: a person wants to see what the run gave.
        fold_wanted: the panel should be folded away, or come back.
    """

    run_chosen = Signal(str)
    all_runs_wanted = Signal()
    outputs_wanted = Signal()
    fold_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self._runs: list[RunEntry] = []
        self._shown, self._has_tokens, self._has_outputs = "", False, False
        names = [tr("Time-line"), tr("Steps"), tr("Log"), tr("Variables"), tr("Problems")]
        self.tabs = TabLine(names, tr("Run panel"), height=HEIGHT)
        self.path_words = words("", "secondary")
        self._path = row(Glyph("route", "text.secondary", 13), self.path_words, gap=5)
        self._path.setToolTip(tr("The chain of steps that sets how long the run takes."))
        self.token_words = words("", "hint")
        self._tokens = row(Glyph("coins", "text.tertiary", 13), self.token_words, gap=5)
        self._line = line(upright=True)
        self._line.setFixedHeight(18)
        self.name = words("", "control")
        self.state = Chip()
        self.chooser = IconButton("chevron-down", tr("Choose a run"), 14, side=24)
        self.chooser.clicked.connect(self.open_menu)
        self.outputs = Button(tr("Outputs"), "log-out", "link")
        self.outputs.setToolTip(tr("Show what the run gave."))
        self.outputs.clicked.connect(self.outputs_wanted)
        self._outputs = row(self.outputs, margins=(8, 0, 0, 0))
        self.none = words("", "hint")
        self.fold = IconButton("panel-bottom", tr("Fold away"), 15, side=26)
        self.fold.clicked.connect(self.fold_wanted)
        fill(
            QHBoxLayout(self),
            [
                *(self.tabs, None, self._path, _GAP, self._tokens, _GAP, self._line, 8, self.name, 6, self.state),
                *(self.none, self._outputs, self.chooser, 4, self.fold),
            ],
            margins=(14, 0, 8, 0),
        )
        self._menu: QMenu | None = None
        self.show_run(None, 0.0, 0.0)

    # ------------------------------------------------------------------ what the owner tells
    def show_runs(self, runs: Sequence[RunEntry]) -> None:
        """Offer these runs, newest first."""
        self._runs = list(runs)
        self._show_none()
        self._show_name()
        self._make_room()

    def show_run(self, run: RunModel | None, now: float, path: float) -> None:
        """Show the figures of a run at a moment; `path` is the length of its critical path in seconds."""
        self._shown = run.run if run else ""
        self._show_none()
        if run is None:
            self._make_room()
            return
        look = run_look(run)
        taken = run_time(run, now) if run.started else ""
        self.state.show_words(f"{run_word(run)} {taken}".strip(), role_of(look), GLYPHS[look])
        self.path_words.setText(tr("Critical path {time}", time=time_text(path)))
        self.token_words.setText(tokens_text(run.tokens))
        self._has_tokens, self._has_outputs = run.tokens > 0, run.is_over and bool(run.outputs)
        self._show_name()
        self._make_room()

    def show_folded(self, *, folded: bool) -> None:
        """Show that the panel is folded away."""
        self.tabs.set_quiet(quiet=folded)
        self.fold.show_icon("chevron-up" if folded else "panel-bottom", tr("Show the run panel") if folded else tr("Fold away"))

    def _show_none(self) -> None:
        self.none.setText(tr("No run is shown.") if self._runs else "")
        self.chooser.setVisible(bool(self._runs))

    def _show_name(self) -> None:
        found = next((entry for entry in self._runs if entry.run == self._shown), None)
        self.name.setText(found.title if found else tr("This run"))

    # ------------------------------------------------------------------ inside
    def open_menu(self) -> None:
        """Offer the runs in a menu."""
        menu = QMenu(self)
        for entry in self._runs[:_MENU]:
            menu.addAction(self._action(entry, menu))
        if len(self._runs) > _MENU:
            menu.addSeparator()
            menu.addAction(tr("All runs…"), self.all_runs_wanted.emit)
        menu.aboutToHide.connect(menu.deleteLater)
        self._menu = menu
        corner = self.chooser.mapToGlobal(QPoint(self.chooser.width(), 0))
        menu.popup(corner - QPoint(menu.sizeHint().width(), menu.sizeHint().height() + 4))

    def _action(self, entry: RunEntry, menu: QMenu) -> QAction:
        look: StepStatus = "paused" if entry.status == "stopped" else entry.status  # type: ignore[assignment]
        parts = [entry.title, status_word(entry.status)]
        if entry.seconds is not None:
            parts.append(time_text(entry.seconds))
        action = QAction(icon(GLYPHS[look], role_of(look)), " · ".join(parts).replace("&", "&&"), menu)
        action.setData(entry.run)
        action.setCheckable(False)
        action.triggered.connect(self._on_action)
        return action

    def _on_action(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.run_chosen.emit(action.data())

    def minimumSizeHint(self) -> QSize:
        """Return the room without the figures that can be left out."""
        return QSize(_LEAST, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out figures where there is no room for them."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Show what there is room for; what says less gives way first."""
        has_run = bool(self._shown)
        room = self.width() - _GAPS - sum(widget.sizeHint().width() for widget in (self.tabs, self.chooser, self.fold))
        parts = (
            (self.state, has_run), (self._outputs, has_run and self._has_outputs), (self.name, has_run),
            (self.none, not has_run), (self._path, has_run), (self._tokens, has_run and self._has_tokens),
        )  # fmt: skip
        for part, wanted in parts:
            needed = part.sizeHint().width() + _GAP
            fits = wanted and room >= needed
            part.setVisible(fits)
            if wanted:
                room = room - needed if fits else 0
        self._line.setVisible(self._path.isVisibleTo(self))
        self.state.setToolTip("" if self.name.isVisibleTo(self) else tip(self.name.text()))
