"""The time-line: one lane per step, drawn by itself, so that a thousand of them scroll like ten."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence, Set
from html import escape

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from engine.model.topology import predecessors_of
from resources.language import tr
from widgets.run.lanes import Lane, critical_path, lanes_of
from widgets.run.rows import say, width_of
from widgets.run.scale import Fold, TimeScale, folds_of, tick_step, tick_text
from widgets.run.source import RunSource
from widgets.run.timeline_paint import AXIS, INSET, LANE, NAMES, paint_chain, paint_handle, paint_lane, paint_name
from widgets.run.words import clock_time, status_word
from widgets.step_view import time_text
from widgets.theme import appearance, theme

_TICK_ROOM, _FLAG_HALF, _FOOT, _END = 76, 32, 6, 50
"""Least room of a tick; half of the flag; room below the lanes; room behind the last bar, for its time."""
_STEP_UP, _MOST_ZOOM = 1.25, 2000.0
_TICK_MS, _SLOW_TICK_MS = 50, 1000
"""Pauses between two looks at what grows; the second one when all of it waits for a person."""
_GROWTH = 1.25
"""A running time-line shows this much more time than has passed, so that it is not drawn anew with each tick."""


class Timeline(QAbstractScrollArea):
    """Shows a run. `selected` tells the address of the step that a person chose, `opened` that all about it should be shown.

    A click chooses, a double click or Enter opens. Wheel and Ctrl change the scale around the pointer, `0` shows all; arrow keys
    choose a step, plus and minus change the scale.
    """

    selected = Signal(str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: RunSource | None = None
        self._before: Mapping[str, Set[str]] = {}
        self.lanes: list[Lane] = []
        self.chain: list[str] = []
        self.scale = TimeScale()
        self._places: dict[str, int] = {}
        self._chosen, self._hovered = "", -1
        self._zoom, self._span = 1.0, 1.0
        self._is_stale, self._origin = False, 0.0
        self._clock = QTimer(self, interval=_TICK_MS, singleShot=True)
        self._clock.timeout.connect(self._on_clock)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Time-line"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.verticalScrollBar().setSingleStep(LANE)
        appearance.changed.connect(self._repaint)

    # ------------------------------------------------------------------ what the owner tells
    def show_source(self, source: RunSource) -> None:
        """Show another run, or the same one with another graph."""
        if self._source is None or self._source.run is not source.run:
            self._zoom, self._span = 1.0, 1.0
        self._source = source
        told = source.run.before if source.run else {}
        self._before = told or predecessors_of(source.graph)  # a run of another program, or of before a restart, tells none
        self.refresh()

    def take_changes(self) -> None:
        """Show soon what the run has become."""
        self._is_stale = True
        if self.isVisible() and not self._clock.isActive():
            self._clock.start()

    def select(self, address: str) -> None:
        """Mark a step, empty for none, and scroll to it, without a signal."""
        if address == self._chosen:
            return
        self._chosen = address
        self._scroll_to_chosen()
        self._repaint()

    @property
    def chosen(self) -> str:
        """The address of the step that is marked."""
        return self._chosen

    # ------------------------------------------------------------------ the run
    def refresh(self) -> None:
        """Show what the run is now."""
        run = self._source.run if self._source else None
        self._is_stale = False
        self.lanes = lanes_of(self._source) if self._source else []
        self._places = {lane.address: place for place, lane in enumerate(self.lanes)}
        self.chain = critical_path(run.steps, self._before, self._now()) if run else []
        self._origin = self._begin_of_run()
        self._fit()
        self._repaint()
        self._go_on()

    def _on_clock(self) -> None:
        if self._is_stale:
            self.refresh()
        else:
            self._fit()
            self._repaint()
            self._go_on()

    def _go_on(self) -> None:
        """Look again in a while, as long as something grows and can be seen."""
        live = [lane for lane in self.lanes if lane.is_live]
        if self.isVisible() and (self._is_stale or live):
            works = self._is_stale or any(lane.status != "waiting" for lane in live)
            self._clock.start(_TICK_MS if works else _SLOW_TICK_MS)

    def _now(self) -> float:
        run = self._source.run if self._source else None
        return (run.ended if run and run.ended is not None else None) or time.time()

    def _begin_of_run(self) -> float:
        run = self._source.run if self._source else None
        starts = [lane.start for lane in self.lanes if lane.start is not None]
        return min([*starts, *([run.started] if run and run.started else [])], default=0.0)

    def _fit(self) -> None:
        origin, now = self._origin, self._now()
        self.scale = TimeScale(folds_of(self.lanes, origin, now))
        passed = self.scale.shown(now - origin)
        is_live = any(lane.is_live for lane in self.lanes)
        if not is_live:
            room = self._room()
            self._span = max(passed * room / max(room - _END, room / 2), 0.02)
        elif not passed * 1.04 <= self._span <= passed * 4:
            self._span = max(passed * _GROWTH, 1.0)
        bars = self.verticalScrollBar(), self.horizontalScrollBar()
        height = max(self.viewport().height() - AXIS, LANE)
        bars[0].setPageStep(height)
        bars[0].setRange(0, max(0, len(self.lanes) * LANE + _FOOT - height))
        room = self._room()
        bars[1].setPageStep(round(room))
        bars[1].setRange(0, round(room * (self._zoom - 1)))

    # ------------------------------------------------------------------ places
    def _room(self) -> float:
        return max(self.viewport().width() - NAMES - 2 * INSET, 50.0)

    def _per_second(self) -> float:
        return self._room() * self._zoom / self._span

    def _x_of_shown(self, shown: float) -> float:
        return NAMES + INSET + shown * self._per_second() - self.horizontalScrollBar().value()

    def x_of(self, at: float) -> float:
        """Return where a time, in seconds since the epoch, is drawn."""
        return self._x_of_shown(self.scale.shown(at - self._origin))

    def rect_of(self, address: str) -> QRectF:
        """Return the lane of a step in the viewport, also when it is scrolled away; empty for an unknown one."""
        place = self._places.get(address)
        if place is None:
            return QRectF()
        return QRectF(0, AXIS + place * LANE - self.verticalScrollBar().value(), self.viewport().width(), LANE)

    def _place_at(self, point: QPointF) -> int:
        if point.y() < AXIS:
            return -1
        place = int((point.y() - AXIS + self.verticalScrollBar().value()) // LANE)
        return place if 0 <= place < len(self.lanes) else -1

    # ------------------------------------------------------------------ drawing
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what can be seen."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        view = QRectF(self.viewport().rect())
        painter.fillRect(view, theme().color("surface.panel"))
        if self.lanes:
            self._paint_grid(painter, view)
            self._paint_lanes(painter, view)
            self._paint_handle(painter, view)
        painter.end()

    def _paint_grid(self, painter: QPainter, view: QRectF) -> None:
        look = theme()
        painter.fillRect(QRectF(NAMES, 0, 1, view.height()), look.color("line.subtle"))
        painter.save()
        painter.setClipRect(QRectF(NAMES + 1, 0, view.width() - NAMES - 1, view.height()))
        handle = self.x_of(self._now())
        folds = [(fold, self._fold_label(fold)) for fold in self.scale.folds]
        taken = [(handle - _FLAG_HALF, handle + _FLAG_HALF), *((label.left(), label.right()) for _fold, label in folds)]
        least = _TICK_ROOM / self._per_second()
        left_edge, right_edge = (
            self.scale.real((x - NAMES - INSET + self.horizontalScrollBar().value()) / self._per_second())
            for x in (NAMES - 40, view.width() + 40)
        )
        for at in self.scale.ticks(max(0.0, left_edge), right_edge, least):
            x = round(self._x_of_shown(self.scale.shown(at))) + 0.5
            painter.setPen(QPen(look.color("line.subtle"), 1))
            painter.drawLine(QPointF(x, 20), QPointF(x, view.height()))
            words = tick_text(at, tick_step(least))
            half = width_of(words) / 2 + 2
            left = max(x - half, NAMES + 4.0)
            if left + 2 * half > view.width() or any(left < end and begin < left + 2 * half for begin, end in taken):
                continue
            say(painter, QRectF(left, 2, 2 * half, 16), words, "text.tertiary", 11, align=Qt.AlignmentFlag.AlignHCenter)
        self._paint_folds(painter, view, folds)
        painter.restore()

    def _fold_label(self, fold: Fold) -> QRectF:
        left, right = (self._x_of_shown(self.scale.shown(at)) for at in (fold.start, fold.end))
        half = width_of(_fold_text(fold)) / 2 + 4
        return QRectF((left + right) / 2 - half, 2, 2 * half, 16)

    def _paint_folds(self, painter: QPainter, view: QRectF, folds: Sequence[tuple[Fold, QRectF]]) -> None:
        look = theme()
        for fold, label in folds:
            left, right = (self._x_of_shown(self.scale.shown(at)) for at in (fold.start, fold.end))
            painter.fillRect(
                QRectF(left, AXIS - 2, right - left, view.height()), look.color("text.primary", look.alpha["hover"] / 2)
            )
            say(painter, label, _fold_text(fold), "text.tertiary", 11, align=Qt.AlignmentFlag.AlignHCenter)

    def _paint_lanes(self, painter: QPainter, view: QRectF) -> None:
        look, now = theme(), self._now()
        scrolled = self.verticalScrollBar().value()
        first = scrolled // LANE
        last = min(len(self.lanes), first + int(view.height() - AXIS) // LANE + 2)
        bars = QRectF(NAMES + 1, AXIS, view.width() - NAMES - 1, view.height() - AXIS)
        painter.save()
        painter.setClipRect(QRectF(0, AXIS, view.width(), view.height() - AXIS))
        for place in range(first, last):
            lane, top = self.lanes[place], AXIS + place * LANE - scrolled
            row = QRectF(0, top, view.width(), LANE)
            if lane.address == self._chosen:
                painter.fillRect(row, look.color("accent.base", 0.10))
                if self.hasFocus():
                    painter.fillRect(QRectF(0, top, 2, LANE), look.color("accent.base"))
            elif place == self._hovered:
                painter.fillRect(row, look.color("text.primary", look.alpha["hover"]))
            paint_name(painter, lane, top)
        painter.setClipRect(bars)
        for place in range(first, last):
            paint_lane(painter, self.lanes[place], AXIS + place * LANE - scrolled, self.x_of, now)
        boxes = []
        for address in self.chain:
            if (at := self._places.get(address)) is not None and (lane := self.lanes[at]).start is not None:
                base = AXIS + at * LANE - scrolled + LANE - 4.0
                boxes.append((self.x_of(lane.start), self.x_of(now if lane.end is None else lane.end), base))
        paint_chain(painter, boxes, bars.top(), bars.bottom())
        painter.restore()

    def _paint_handle(self, painter: QPainter, view: QRectF) -> None:
        run = self._source.run if self._source else None
        if run is None or run.started is None:
            return
        now = self._now()
        x = self.x_of(now)
        if NAMES <= x <= view.width() + 20:
            role = "state.paused" if run.is_paused else "accent.base"
            words = time_text(now - self._origin)
            half = width_of(words, 11, 600) / 2 + 8
            paint_handle(painter, min(max(x, NAMES + half), view.width() - half), view.height(), words, role)

    def _repaint(self) -> None:
        self.viewport().update()

    # ------------------------------------------------------------------ mouse and keys
    def viewportEvent(self, event: QEvent) -> bool:
        """Tell the times of the bar under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place_at(QPointF(event.pos()))
            if place >= 0:
                QToolTip.showText(
                    event.globalPos(),
                    self.tip(self.lanes[place].address),
                    self.viewport(),
                    self.rect_of(self.lanes[place].address).toRect(),
                )
            else:
                QToolTip.hideText()
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def tip(self, address: str) -> str:
        """Return, as rich text, when a step began and ended, and what each of its attempts came to."""
        lane = self.lanes[self._places[address]]
        origin = self._origin
        lines = [f"<b>{escape(lane.title)}</b>", escape(status_word(lane.status))]
        if lane.start is not None:
            end = self._now() if lane.end is None else lane.end
            lines.append(
                tr("{begin}, {after} after the run began", begin=clock_time(lane.start), after=time_text(lane.start - origin))
            )
            lines.append(
                tr("took {time}", time=time_text(end - lane.start))
                if lane.end
                else tr("for {time}", time=time_text(end - lane.start))
            )
        tries = [piece for piece in lane.pieces if piece.kind in ("work", "failed")]
        if len(tries) > 1:
            for number, piece in enumerate(tries, 1):
                end = self._now() if piece.end is None else piece.end
                said = f": {escape(piece.words)}" if piece.words else ""
                lines.append(tr("Attempt {number}, {time}", number=number, time=time_text(end - piece.start)) + said)
        if address in self.chain:
            lines.append(tr("On the critical path"))
        return "<br>".join(lines)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the step under the pointer."""
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._choose(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep it from what lies below."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the step under the pointer."""
        place = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.opened.emit(self.lanes[place].address)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which lane is under the pointer."""
        self._hover(self._place_at(event.position()))

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self._repaint()

    def _choose(self, place: int) -> None:
        lane = self.lanes[place]
        self._chosen = lane.address
        self.setAccessibleDescription(", ".join(part for part in (lane.title, status_word(lane.status), lane.note) if part))
        self._scroll_to_chosen()
        self._repaint()
        self.selected.emit(self._chosen)

    def _scroll_to_chosen(self) -> None:
        row, bar = self.rect_of(self._chosen), self.verticalScrollBar()
        if row.isEmpty():
            return
        if row.top() < AXIS:
            bar.setValue(bar.value() - round(AXIS - row.top()))
        elif row.bottom() > self.viewport().height():
            bar.setValue(bar.value() + round(row.bottom() - self.viewport().height()) + _FOOT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a step, change the scale."""
        here = self._places.get(self._chosen, -1)
        page = max(1, (self.viewport().height() - AXIS) // LANE - 1)
        last = len(self.lanes) - 1
        to = {
            Qt.Key.Key_Up: here - 1, Qt.Key.Key_Down: here + 1, Qt.Key.Key_PageUp: here - page,
            Qt.Key.Key_PageDown: here + page, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if to is not None and self.lanes:
            self._choose(min(max(to, 0), last))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen:
            self.opened.emit(self._chosen)
        elif event.text() in ("+", "=", "-"):
            self._zoom_by(1 / _STEP_UP if event.text() == "-" else _STEP_UP, NAMES + INSET + self._room() / 2)
        elif event.text() == "0":
            self.show_all()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + (80 if event.key() == Qt.Key.Key_Right else -80))
        else:
            super().keyPressEvent(event)

    def show_all(self) -> None:
        """Show the whole run from its begin to now."""
        self._zoom = 1.0
        self._fit()
        self._repaint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, change the scale around the pointer."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_by(_STEP_UP ** (event.angleDelta().y() / 120), event.position().x())
            event.accept()
        else:
            super().wheelEvent(event)

    def _zoom_by(self, factor: float, x: float) -> None:
        before = self._per_second()
        bar = self.horizontalScrollBar()
        held = (x - NAMES - INSET + bar.value()) / before
        self._zoom = min(max(self._zoom * factor, 1.0), _MOST_ZOOM)
        self._fit()
        bar.setValue(round(held * self._per_second() - (x - NAMES - INSET)))
        self._repaint()

    # ------------------------------------------------------------------ Qt
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the run into the new room."""
        super().resizeEvent(event)
        self._fit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Draw again: names and axis stay where they are."""
        self._repaint()

    def event(self, event: QEvent) -> bool:
        """Look at the run when it is shown, and not while it is hidden; show the focus."""
        if event.type() == QEvent.Type.Show:
            self.refresh()
        elif event.type() == QEvent.Type.Hide:
            self._clock.stop()
        elif event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._repaint()
        return super().event(event)


def _fold_text(fold: Fold) -> str:
    return f"⋯ {time_text(fold.end - fold.start)} ⋯"
