"""The form of what a run starts with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.inputs_card import InputsCard
from engine.model.graph import InputSpec
from widgets.forms.text_editors import TextBased

CTRL = Qt.KeyboardModifier.ControlModifier
INPUTS = {
    "text": InputSpec("text", "text", help="What is looked at."),
    "count": InputSpec("count", "number", 3),
    "tags": InputSpec("tags", "list"),
    "table": InputSpec("table", "file"),
    "quick": InputSpec("quick", "boolean"),
    "who": InputSpec("who", "text", required=True),
}


class Bench:
    def __init__(self, qtbot: QtBot, inputs: Mapping[str, InputSpec], last: Any = None) -> None:
        self.window, self.given = QWidget(), list[object]()
        qtbot.addWidget(self.window)
        self.window.resize(1000, 760)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window)
        self.card = InputsCard(self.window, "Weather", inputs, last or {})
        self.card.given.connect(self.given.append)

    def type(self, name: str, text: str) -> None:
        editor = self.card.form.fields[name].editor
        assert isinstance(editor, TextBased)
        editor.edit.setFocus()
        QTest.keyClicks(editor.edit, text)

    def run(self) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.card, Qt.Key.Key_Return, CTRL)


def test_each_input_has_an_editor_of_its_type(qtbot: QtBot) -> None:
    bench = Bench(qtbot, INPUTS)
    kinds = {name: field.spec.kind for name, field in bench.card.form.fields.items()}
    assert kinds == {
        "text": "long_text", "count": "number", "tags": "json", "table": "file", "quick": "choice", "who": "long_text",
    }  # fmt: skip
    assert bench.card.form.fields["count"].value == 3
    assert bench.card.height() < 760, "no higher than the window"


def test_what_is_needed_is_asked_for_and_what_is_empty_is_left_out(qtbot: QtBot) -> None:
    bench = Bench(qtbot, INPUTS)
    bench.type("text", "first line")
    bench.run()
    assert bench.given == []
    assert bench.card.form.fields["who"].editor.isAncestorOf(QApplication.focusWidget() or bench.card)
    bench.type("who", "Ann")
    bench.type("tags", '["a"]')
    bench.run()
    assert bench.given == [{"text": "first line", "count": 3, "tags": ["a"], "who": "Ann"}]


def test_what_is_no_value_is_not_taken(qtbot: QtBot) -> None:
    bench = Bench(qtbot, {"tags": INPUTS["tags"]})
    bench.type("tags", "[1,")
    bench.run()
    assert bench.given == []
    assert bench.card.isVisible()


@pytest.mark.parametrize(("last", "shown"), [({}, 3), ({"count": 8}, 8), ({"count": None}, 3)])
def test_the_values_of_the_last_run_are_there(qtbot: QtBot, last: dict[str, Any], shown: int) -> None:
    bench = Bench(qtbot, {"count": INPUTS["count"]}, last)
    bench.run()
    assert bench.given == [{"count": shown}]
