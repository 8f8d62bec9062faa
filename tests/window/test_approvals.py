"""Which questions open their dialogs by themselves, and when."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.approvals import Approvals
from desktop_app.window.runs import KnownRun, Question
from widgets.approval import ApprovalDialog
from widgets.run.model import RunModel

LEFT = Qt.MouseButton.LeftButton


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
        window = SimpleNamespace(frame=self.frame, show_count=lambda *_: None)
        self.approvals = Approvals(lambda: window, self.runs, lambda one: one.address, self.frame)  # type: ignore[arg-type,return-value]
        self.runs.ask("a", "b")

    def shown(self) -> list[str]:
        return [one.card.asked.step for one in self.frame.findChildren(ApprovalDialog) if one.isVisible()]

    def dialog(self) -> ApprovalDialog:
        return next(one for one in self.frame.findChildren(ApprovalDialog) if one.isVisible())


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_the_second_question_waits_for_the_answer_to_the_first(bench: Bench) -> None:
    assert bench.shown() == ["a"]
    QTest.mouseClick(bench.dialog().card.approve_button, LEFT)
    assert bench.shown() == ["b"]
    QTest.mouseClick(bench.dialog().card.reject_button, LEFT)
    assert bench.shown() == []


def test_who_decides_later_sees_the_next_one(bench: Bench) -> None:
    QTest.keyClick(bench.dialog(), Qt.Key.Key_Escape)
    assert bench.shown() == ["b"]
    QTest.keyClick(bench.dialog(), Qt.Key.Key_Escape)
    assert bench.shown() == []


def test_a_question_that_was_answered_elsewhere_is_not_asked_any_more(bench: Bench) -> None:
    bench.runs.ask("a")
    QTest.keyClick(bench.dialog(), Qt.Key.Key_Escape)
    assert bench.shown() == []
