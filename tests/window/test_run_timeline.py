"""The time-line with a real mouse and real keys."""

from __future__ import annotations

import time

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.api.events import RunFinished, RunStarted, StepFinished, StepStarted
from engine.model.graph import Graph, Node
from tests.window import run_events
from tests.window.canvas import types
from widgets.glyph import category_role
from widgets.run.model import RunModel
from widgets.run.source import RunSource
from widgets.run.timeline import Timeline
from widgets.run.timeline_paint import AXIS, LANE, NAMES
from widgets.theme import theme


def shown(qtbot: QtBot, run: RunModel | None = None, width: int = 1000, height: int = 200) -> Timeline:
    view = Timeline()
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show_source(run_events.source(run or over()))
    view.show()
    qtbot.waitExposed(view)
    return view


def over() -> RunModel:
    done = run_events.finished("draft", 1006.4, 1010)
    return run_events.model(1000.0, done, RunFinished(run=run_events.R, at=1010, status="failed"))


def wheel(view: Timeline, at: QPointF, steps: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.ControlModifier) -> None:
    event = QWheelEvent(
        at, view.viewport().mapToGlobal(at), QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton, modifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def picture(view: Timeline) -> QImage:
    return view.viewport().grab().toImage()


def has_color(image: QImage, x: float, y: float, wanted: QColor, far: int = 12) -> bool:
    found = image.pixelColor(round(x), round(y))
    pairs = ((found.red(), wanted.red()), (found.green(), wanted.green()), (found.blue(), wanted.blue()))
    return all(abs(one - other) <= far for one, other in pairs)


def test_a_click_chooses_a_step_and_a_double_click_opens_it(qtbot: QtBot) -> None:
    view = shown(qtbot)
    row = view.rect_of("order").center().toPoint()
    with qtbot.waitSignal(view.selected) as told:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert (told.args, view.chosen) == (["order"], "order")
    with qtbot.waitSignal(view.opened) as opened:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert opened.args == ["order"]


def test_keys_choose_steps_and_stay_inside(qtbot: QtBot) -> None:
    view = shown(qtbot)
    chosen: list[str] = []
    view.selected.connect(chosen.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Down):
        QTest.keyClick(view, key)
    assert chosen == ["ticket", "search", "ticket", "ticket", "draft", "draft"]


def test_bars_have_the_colour_of_their_category_and_stand_at_their_times(qtbot: QtBot) -> None:
    view = shown(qtbot)
    image, row = picture(view), view.rect_of("search")
    color = theme().color(category_role(view.lanes[1].category))
    inside = (view.x_of(1000.3) + view.x_of(1001.1)) / 2
    assert has_color(image, inside, row.center().y(), color)
    assert not has_color(image, view.x_of(1000.3) - 4, row.center().y(), color)
    assert not has_color(image, view.x_of(1001.1) + 4, row.center().y(), color)


def test_ctrl_and_wheel_zoom_around_the_pointer(qtbot: QtBot) -> None:
    view = shown(qtbot)
    at = view.x_of(1006.4)
    before = view.x_of(1008) - at
    wheel(view, QPointF(at, 60), 4)
    assert view.x_of(1008) - view.x_of(1006.4) > before * 2
    assert abs(view.x_of(1006.4) - at) <= 1
    QTest.keyClicks(view, "0")
    assert abs(view.x_of(1008) - view.x_of(1006.4) - before) < 0.01
    assert view.horizontalScrollBar().maximum() == 0


def test_bars_never_cover_the_names(qtbot: QtBot) -> None:
    view = shown(qtbot)
    wheel(view, QPointF(view.x_of(1000.0), 60), 6)
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum() // 2)
    image = picture(view)
    row = view.rect_of("ask")
    assert has_color(image, NAMES - 3, row.center().y(), theme().color("surface.panel"))


def test_the_tooltip_tells_times_attempts_and_no_markup_of_others(qtbot: QtBot) -> None:
    view = shown(qtbot)
    tip = view.tip("order")
    assert "&lt;b&gt;order&lt;/b&gt;" in tip
    assert "took 6.1 s" in tip
    assert "Attempt 3, 1.0 s: 503" in tip
    assert "On the critical path" in tip


def test_the_clock_runs_only_while_something_grows_and_can_be_seen(qtbot: QtBot) -> None:
    now = time.time()
    view = shown(qtbot, run_events.model(now - 7))
    assert view._clock.isActive()
    view.hide()
    assert not view._clock.isActive()
    view.show()
    assert view._clock.isActive()
    view.show_source(run_events.source(over()))
    qtbot.waitUntil(lambda: not view._clock.isActive())


def test_a_running_bar_grows(qtbot: QtBot) -> None:
    now = time.time()
    view = shown(qtbot, run_events.model(now - 7))
    before = view._now()
    qtbot.waitUntil(lambda: view._now() > before + 0.2)
    lane = next(lane for lane in view.lanes if lane.address == "draft")
    assert lane.is_live
    image = picture(view)
    assert has_color(image, view.x_of(view._now()) - 4, view.rect_of("draft").center().y(), theme().color("state.running"), 60)


def test_a_step_that_is_chosen_elsewhere_is_scrolled_to(qtbot: QtBot) -> None:
    view = shown(qtbot, height=AXIS + 2 * LANE)
    told: list[str] = []
    view.selected.connect(told.append)
    view.select("draft")
    assert view.viewport().rect().toRectF().contains(view.rect_of("draft"))
    assert told == []


def test_a_thousand_steps_paint_only_what_can_be_seen(qtbot: QtBot) -> None:
    count = 1000
    graph = Graph(nodes={f"n{place}": Node(f"n{place}", "data.transform", title=f"Step {place}") for place in range(count)})
    run = RunModel("r", {f"n{place}": {f"n{place - 1}"} for place in range(1, count)})
    run.take(RunStarted(run="r", at=0.5, workflow="W", steps=count).as_json())
    for place in range(count):
        run.take(StepStarted(run="r", at=1.0 + place, address=f"n{place}").as_json())
        end = StepFinished(run="r", at=1.9 + place, address=f"n{place}", status="succeeded", ports={}, seconds=0.9)
        run.take(end.as_json())
    run.take(RunFinished(run="r", at=1001.0, status="succeeded").as_json())
    view = Timeline()
    qtbot.addWidget(view)
    view.resize(1000, 210)
    view.show_source(RunSource(types(), graph, run))
    view.show()
    qtbot.waitExposed(view)
    view.grab()
    bar = view.verticalScrollBar()
    assert bar.maximum() > 19_000
    begin = time.process_time()
    for step in range(50):
        bar.setValue(step * 380)
        view.viewport().repaint()
    assert (time.process_time() - begin) / 50 < 0.02
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.chosen == "n999"
    assert view.viewport().rect().toRectF().contains(view.rect_of("n999"))


def test_the_bar_of_a_question_grows_while_the_run_rests(qtbot: QtBot) -> None:
    now = time.time()
    done = run_events.finished("draft", now - 1, now - 1)
    waiting = run_events.model(now - 8, done, RunFinished(run=run_events.R, at=now, status="waiting", waiting=["ask"]))
    view = shown(qtbot, waiting)
    lane = next(lane for lane in view.lanes if lane.address == "ask")
    assert lane.is_live
    assert lane.pieces[-1].end is None
    assert lane.pieces[-1].words == "waits for a person"
    before = view._now()
    qtbot.waitUntil(lambda: view._now() > before)
    assert view._clock.interval() == 1000, "nobody watches the tenths"
