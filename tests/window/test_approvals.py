"""Which questions open their dialogs by themselves, and when."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.approvals import Approvals
from desktop_app.window.runs import KnownRun, Question
from widgets.approval import ApprovalDialog
from widgets.elided import Elided
from widgets.run.model import RunModel

LEFT = Qt.MouseButton.LeftButton
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Runs(QObject):
    """Runs of this window that ask."""

    questions_changed = Signal()
    trouble = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Question] = []
        self.known = KnownRun(RunModel("r"), "w", is_ours=True)

    def questions(self) -> list[Question]:
        return self.waiting

    def get(self, _run: str) -> KnownRun:
        return self.known

    def ask(self, *names: str) -> None:
        self.waiting = [Question("r", "w", "Flow", name, {"text": f"Go with {name}?"}, 1.0) for name in names]
        self.questions_changed.emit()

    def answer(self, _run: str, address: str, **_said: Any) -> None:
        self.ask(*(one.address for one in self.waiting if one.address != address))


class Bench:
    """A window with two questions."""

    def __init__(self, qtbot: QtBot) -> None:
        self.runs, self.frame = Runs(), QWidget()
        qtbot.addWidget(self.frame)
        self.frame.show()
        self.toasts: list[str] = []
        toasts = SimpleNamespace(show_toast=lambda text, *_: self.toasts.append(text))
        window = SimpleNamespace(frame=self.frame, show_count=lambda *_: None, toasts=toasts)
        self.approvals = Approvals(lambda: window, self.runs, lambda one: one.address, self.frame)  # type: ignore[arg-type,return-value]
        self.runs.ask("a", "b")

    def shown(self) -> list[str]:
        return [one.card.asked.step for one in self.frame.findChildren(ApprovalDialog) if one.isVisible()]

    def dialog(self) -> ApprovalDialog:
        return next(one for one in self.frame.findChildren(ApprovalDialog) if one.isVisible())

    def settled(self, qtbot: QtBot) -> ApprovalDialog:
        dialog = self.dialog()
        qtbot.waitUntil(dialog.card.approve_button.isEnabled)
        return dialog


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.approvals.close()


def test_a_dialog_that_opens_by_itself_takes_no_keys(qtbot: QtBot, bench: Bench) -> None:
    answers: list[str] = []
    bench.dialog().answered.connect(lambda one: answers.append(one.approval))
    assert bench.dialog().testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is bench.dialog())  # as some window managers do it all the same
    focused = QApplication.focusWidget()
    assert focused is bench.dialog().card.head
    for key, modifier in ((Qt.Key.Key_Space, NONE), (Qt.Key.Key_Return, NONE), (Qt.Key.Key_Return, CTRL)):
        QTest.keyClick(focused, key, modifier)
    assert answers == []
    bench.settled(qtbot)
    QTest.mouseClick(bench.dialog().card.title, LEFT)
    QTest.keyClick(bench.dialog().card, Qt.Key.Key_Return, CTRL)
    assert answers == ["r:a"]


def test_a_click_that_was_on_its_way_answers_nothing(qtbot: QtBot, bench: Bench) -> None:
    answers: list[str] = []
    bench.dialog().answered.connect(lambda one: answers.append(one.approval))
    for button in (bench.dialog().card.approve_button, bench.dialog().card.reject_button):
        QTest.mouseClick(button, LEFT)
    assert answers == []
    QTest.mouseClick(bench.settled(qtbot).card.approve_button, LEFT)
    assert answers == ["r:a"]


def test_while_another_workflow_is_in_front_a_toast_tells_of_it(bench: Bench) -> None:
    bench.approvals.close()
    bench.approvals.is_in_front = lambda one: one.address != "c"
    bench.runs.ask("a", "b", "c")
    assert bench.shown() == []
    assert bench.toasts == ["Flow waits for your answer."]
    bench.approvals.open_of("r", "c")
    assert bench.shown() == ["c"]
    assert bench.dialog().card.approve_button.isEnabled(), "who opens it wants it"


def test_a_question_that_a_person_opens_has_the_focus_on_its_head(qtbot: QtBot, bench: Bench) -> None:
    QTest.keyClick(bench.dialog(), Qt.Key.Key_Escape)
    bench.approvals.open_of("r", "b")
    qtbot.waitUntil(lambda: QApplication.activeWindow() is bench.dialog())
    assert bench.shown() == ["b"]
    assert bench.dialog().card.head.hasFocus()


def test_a_question_of_an_earlier_day_comes_back_when_its_workflow_is_open(bench: Bench) -> None:
    bench.approvals.close()
    for name, was_left in (("c", True), ("d", False)):
        bench.runs.known.is_ours, bench.runs.known.was_left = False, was_left
        bench.runs.ask("a", "b", name)
        assert bench.shown() == (["c"])
    assert bench.toasts == ["Flow waits for your answer."]


def test_the_second_question_waits_for_the_answer_to_the_first(qtbot: QtBot, bench: Bench) -> None:
    assert bench.shown() == ["a"]
    QTest.mouseClick(bench.settled(qtbot).card.approve_button, LEFT)
    assert bench.shown() == [], "the second click of a double click must not answer the next question"
    qtbot.waitUntil(lambda: bench.shown() == ["b"])
    QTest.mouseClick(bench.settled(qtbot).card.reject_button, LEFT)
    assert bench.shown() == []


def test_who_decides_later_sees_the_next_one(qtbot: QtBot, bench: Bench) -> None:
    QTest.keyClick(bench.dialog(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bench.shown() == ["b"])
    QTest.keyClick(bench.dialog(), Qt.Key.Key_Escape)
    assert bench.shown() == []


def test_a_question_that_was_answered_elsewhere_is_not_asked_any_more(bench: Bench) -> None:
    bench.runs.ask("a")
    QTest.keyClick(bench.dialog(), Qt.Key.Key_Escape)
    assert bench.shown() == []


def test_a_step_that_asks_again_is_heard_again(bench: Bench) -> None:
    bench.runs.ask()
    bench.runs.ask("a")
    again = [one for one in bench.frame.findChildren(ApprovalDialog) if one.isVisible() and not one.card.is_over]
    assert [one.card.asked.step for one in again] == ["a"]


def test_ages_in_the_list_go_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1.0 + 130)
    page = bench.approvals.make_page()
    page.setParent(bench.frame)
    page.show()
    assert {label.full_text() for label in page.findChildren(Elided)} >= {"Flow · 2 min ago"}
    monkeypatch.setattr(time, "time", lambda: 1.0 + 190)
    page.hide()
    page.show()
    assert {label.full_text() for label in page.findChildren(Elided)} >= {"Flow · 3 min ago"}
    page.hide()
