"""The log of a run: filters, following the end, copying, and fifty thousand lines."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.api.events import StepLog
from tests.window import run_events
from widgets.run.log import LogView
from widgets.run.model import LOG_LINES, LOG_SPARE, RunModel


def line(number: int, level: str = "info", address: str = "search") -> StepLog:
    return StepLog(run=run_events.R, at=1000 + number / 100, address=address, level=level, text=f"line {number}")  # type: ignore[arg-type]


def write(run: RunModel, *lines: StepLog) -> None:
    for one in lines:
        run.take(one.as_json())


@pytest.fixture
def run() -> RunModel:
    made = run_events.model(1000.0)
    made.log.clear()
    made.logged = 0
    return made


@pytest.fixture
def view(qtbot: QtBot, run: RunModel) -> LogView:
    made = LogView()
    qtbot.addWidget(made)
    made.resize(700, 200)
    made.show_source(run_events.source(run))
    made.show()
    qtbot.waitExposed(made)
    return made


def texts(view: LogView) -> list[str]:
    return [line.text for line in view.model.lines]


def test_lines_are_filtered_by_level_and_words(view: LogView, run: RunModel) -> None:
    write(run, line(1), line(2, "warning"), line(3, "error", "order"), line(4, "debug"))
    view.take_new()
    assert len(texts(view)) == 4
    places = [view.level.place_of(place).center().toPoint() for place in range(3)]
    QTest.mouseClick(view.level, Qt.MouseButton.LeftButton, pos=places[1])
    assert texts(view) == ["line 2", "line 3"]
    QTest.mouseClick(view.level, Qt.MouseButton.LeftButton, pos=places[2])
    assert texts(view) == ["line 3"]
    write(run, line(5, "error"), line(6))
    view.take_new()
    assert texts(view) == ["line 3", "line 5"]
    QTest.mouseClick(view.level, Qt.MouseButton.LeftButton, pos=places[0])
    QTest.keyClicks(view.find_field, "look up")
    assert texts(view) == ["line 3"]
    QTest.keyClicks(view.find_field, " nothing")
    assert texts(view) == []
    assert view.page() == "none fits"


def test_an_empty_log_says_what_would_be_here(view: LogView) -> None:
    assert view.page() == "none"


def test_it_follows_the_end_until_one_scrolls_away(qtbot: QtBot, view: LogView, run: RunModel) -> None:
    write(run, *map(line, range(200)))
    view.take_new()
    bar = view.list.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    QTest.keyClick(view.list, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: bar.value() == 0)
    assert not view.follows
    write(run, *map(line, range(200, 300)))
    view.take_new()
    qtbot.waitUntil(lambda: bar.maximum() > 4_000)
    assert bar.value() == 0
    QTest.mouseClick(view.end_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    assert view.follows


def test_lines_are_copied_with_time_and_step(view: LogView, run: RunModel) -> None:
    write(run, line(1), line(2, "warning"), line(3))
    view.take_new()
    select = view.list.selectionModel()
    for row in (2, 1):
        select.select(view.model.index(row, 0), QItemSelectionModel.SelectionFlag.Select)
    QTest.keyClick(view.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text().split("\n")
    assert [part.split("\t")[1:] for part in copied] == [
        ["warning", "Search knowledge", "line 2"],
        ["info", "Search knowledge", "line 3"],
    ]
    select.clear()
    QTest.mouseClick(view.copy_button, Qt.MouseButton.LeftButton)
    assert len(QGuiApplication.clipboard().text().split("\n")) == 3


def test_the_log_of_one_step(view: LogView, run: RunModel) -> None:
    write(run, line(1), line(2, address="order"))
    view.show_source(run_events.source(run), "order")
    write(run, line(3), line(4, address="order"))
    view.take_new()
    assert texts(view) == ["line 2", "line 4"]


def test_fifty_thousand_lines_stay_quick(qtbot: QtBot, view: LogView, run: RunModel) -> None:
    begin = time.process_time()
    for first in range(0, LOG_LINES, 1000):
        write(run, *map(line, range(first, first + 1000)))
        view.take_new()
    view.grab()
    assert time.process_time() - begin < 5
    assert view.model.rowCount() == LOG_LINES
    begin = time.process_time()
    QTest.keyClicks(view.find_field, "49")
    assert time.process_time() - begin < 1
    assert all("49" in text for text in texts(view))
    view.find_field.clear()
    begin = time.process_time()
    for step in range(50):
        view.list.verticalScrollBar().setValue(step * 19_000)
        view.list.viewport().repaint()
    assert (time.process_time() - begin) / 50 < 0.03


def test_the_oldest_lines_go_from_run_and_view_alike(view: LogView, run: RunModel) -> None:
    write(run, *map(line, range(LOG_LINES)))
    view.take_new()
    for first in range(LOG_LINES, LOG_LINES + 2 * LOG_SPARE, 500):
        write(run, *map(line, range(first, first + 500)))
        view.take_new()
    assert texts(view)[-1] == f"line {LOG_LINES + 2 * LOG_SPARE - 1}"
    assert LOG_LINES <= view.model.rowCount() <= LOG_LINES + LOG_SPARE
    assert [one.text for one in run.log][-LOG_LINES:] == texts(view)[-LOG_LINES:]


def test_the_log_of_a_step_is_chosen_and_saved(qtbot: QtBot, view: LogView, run: RunModel, tmp_path: Path) -> None:
    view.resize(900, 300)
    write(run, line(1), line(2, address="draft"))
    view.take_new()
    assert view.step.isVisible()
    view.step.setFocus()
    while view.step.value() != "draft":
        QTest.keyClick(view.step, Qt.Key.Key_Down)
    assert {one.address for one in view.model.lines} == {"draft"}
    QTest.mouseClick(view.save_button, Qt.MouseButton.LeftButton)
    dialog = view.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "log.txt"))
    dialog.close()
    saved = (tmp_path / "log.txt").read_text(encoding="utf-8").splitlines()
    assert len(saved) == view.model.rowCount()
    view.save_to(str(tmp_path / "no" / "log.txt"))
    assert (tmp_path / "no").exists() is False
