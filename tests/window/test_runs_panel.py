"""The side page of runs, with mouse and keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.past_runs import PAGE, PastRun, PastRuns, Wanted
from desktop_app.window.runs_panel import RunsPanel
from widgets.glyph import Button

LEFT, NOTHING = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
NOW = time.time()


def run(number: int, status: str = "succeeded", workflow: str = "w") -> PastRun:
    return PastRun(f"r{number}", workflow, f"Flow {workflow}", "v", status, NOW - 60 * number, NOW - 60 * number + 5)


class Journal(PastRuns):
    """Holds runs, and notes what is done with them."""

    def __init__(self) -> None:
        QObject.__init__(self)
        self.workflow = ""
        self.runs = [run(number, "failed" if number % 10 == 3 else "succeeded") for number in range(150)]
        self.runs.insert(1, run(900, "waiting", "other"))
        self.asked: list[tuple[Wanted, str]] = []
        self.seen: list[str] = []
        self.opened: list[str] = []
        self.gone: list[str] = []

    def find(self, wanted: Wanted, before: str, done: Callable[[list[PastRun], bool], None]) -> None:
        self.asked.append((wanted, before))
        fitting = [
            one for one in self.runs
            if wanted.workflow in ("", one.workflow) and wanted.status in ("", one.status) and wanted.search in one.id
        ]  # fmt: skip
        start = [one.id for one in fitting].index(before) + 1 if before else 0
        done(fitting[start : start + PAGE], len(fitting) > start + PAGE)

    def show(self, run: PastRun) -> None:
        self.seen.append(run.id)

    def open_version(self, run: PastRun) -> None:
        self.opened.append(run.id)

    def delete(self, runs: Sequence[PastRun]) -> None:
        self.gone += [one.id for one in runs]
        self.runs = [one for one in self.runs if one not in runs]
        self.deleted.emit()


class Bench:
    """A page in a window, over a journal."""

    def __init__(self, qtbot: QtBot) -> None:
        self.past = Journal()
        self.window = QWidget()
        self.window.resize(700, 500)
        self.page = RunsPanel(self.past)
        self.page.setParent(self.window)
        self.page.setGeometry(0, 0, 260, 500)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self.past.follow("w")

    def ids(self) -> list[str]:
        return [one.id for one in self.page.model.things]

    def click(self, row: int, modifier: Qt.KeyboardModifier = NOTHING) -> QPoint:
        index = self.page.model.index(row)
        self.page.list.scrollTo(index)
        place = self.page.list.visualRect(index).center()
        QTest.mouseClick(self.page.list.viewport(), LEFT, modifier, place)
        return place

    def button(self, words: str) -> Button | None:
        return next((one for one in self.window.findChildren(Button) if one.text().strip() == words), None)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_more_runs_come_when_the_list_is_scrolled_to_its_end(qtbot: QtBot, bench: Bench) -> None:
    assert bench.ids() == [f"r{number}" for number in range(PAGE)]
    bar = bench.page.list.verticalScrollBar()
    first = bar.maximum()
    bar.setValue(first)
    assert len(bench.ids()) == 2 * PAGE
    qtbot.waitUntil(lambda: bar.maximum() > first)
    bar.setValue(bar.maximum())
    assert len(bench.ids()) == 150
    count = len(bench.past.asked)
    bar.setValue(0)
    bar.setValue(bar.maximum())
    assert len(bench.past.asked) == count, "there are no more"


def test_runs_are_found_by_workflow_state_and_words(qtbot: QtBot, bench: Bench) -> None:
    QTest.keyClicks(bench.page.search, "r14")
    qtbot.waitUntil(lambda: bench.ids() == ["r14", *(f"r{number}" for number in range(140, 150))])
    QTest.keyClick(bench.page.search, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(bench.page.search, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(bench.ids()) == PAGE)
    bench.page.state.setFocus()
    QTest.keyClicks(bench.page.state, "W")
    assert bench.past.asked[-1][0] == Wanted("w", "waiting", "")
    assert bench.page.nothing.isVisible()
    QTest.mouseClick(bench.page.scope, LEFT, pos=QPoint(bench.page.scope.width() - 10, 10))
    assert bench.ids() == ["r900"]
    assert bench.page.model.rows[0].title == "Flow other"


def test_another_workflow_shows_its_runs(bench: Bench) -> None:
    bench.past.follow("other")
    assert bench.ids() == ["r900"]


def test_a_run_is_shown_by_double_click_and_by_keys(bench: Bench) -> None:
    place = bench.click(2)
    QTest.mouseDClick(bench.page.list.viewport(), LEFT, pos=place)
    assert bench.past.seen == ["r2"]
    bench.page.search.setFocus()
    QTest.keyClick(bench.page.search, Qt.Key.Key_Down)
    QTest.keyClick(bench.page.list, Qt.Key.Key_Return)
    assert bench.past.seen == ["r2", "r0"]


def test_what_ran_is_opened_from_the_menu(bench: Bench) -> None:
    bench.page.open_menu(bench.click(4))
    menu = bench.page.findChild(QMenu)
    assert isinstance(menu, QMenu)
    action = next(one for one in menu.actions() if one.text() == "Open the workflow as it ran")
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    assert bench.past.opened == ["r4"]


def test_chosen_runs_are_deleted_after_a_question(bench: Bench) -> None:
    bench.click(1)
    bench.click(3, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(bench.page.list, Qt.Key.Key_Delete)
    assert bench.past.gone == []
    button = bench.button("Delete")
    assert button is not None
    QTest.mouseClick(button, LEFT)
    assert bench.past.gone == ["r1", "r2", "r3"]
    assert bench.ids()[:3] == ["r0", "r4", "r5"]
    assert bench.page.list.hasFocus()


def test_runs_that_may_go_on_are_not_deleted(bench: Bench) -> None:
    bench.past.follow("other")
    bench.click(0)
    QTest.keyClick(bench.page.list, Qt.Key.Key_Delete)
    assert bench.button("Delete") is None


def test_a_run_that_begins_is_seen_and_nothing_jumps(qtbot: QtBot, bench: Bench) -> None:
    bar = bench.page.list.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert len(bench.ids()) == 2 * PAGE
    bench.click(70)
    at = bar.value()
    bench.past.runs.insert(0, run(-1, "running"))
    bench.past.news.emit()
    qtbot.waitUntil(lambda: bench.ids()[0] == "r-1")
    assert len(bench.ids()) > 2 * PAGE
    assert bar.value() == at
    assert [one.id for one in bench.page.chosen()] == ["r70"]
