"""Sentences with code in them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.model.issues import Issue
from engine.model.values import JsonObject
from tests.window import run_events
from tests.window.form_window import one
from tests.window.hand import open_editor
from widgets.prose import Prose, unmarked


def test_code_is_set_as_code_and_its_marks_are_not_shown(qtbot: QtBot) -> None:
    label = Prose("Write `a < b` & more.")
    qtbot.addWidget(label)
    assert label.text() == "Write a < b & more."
    assert label.accessibleName() == label.text()
    assert label.textFormat() == Qt.TextFormat.RichText
    shown = label.grab().toImage()
    label.setText("Write a < b & more.")
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.grab().toImage() != shown


def test_what_is_no_pair_of_marks_stays() -> None:
    assert unmarked("a ` b") == "a ` b"
    assert unmarked("`x`\n`y") == "x\n`y"


def test_a_problem_at_a_field_shows_no_marks(qtbot: QtBot) -> None:
    shown = one(qtbot, "text", "x")
    shown.form.set_problems([Issue("a", "`f` is <b>wrong</b>.", "Write `and`.", field="f")])
    assert "f is <b>wrong</b>. Write and." in shown.said()


def test_a_failure_is_said_without_marks_on_its_node_and_in_the_log(qtbot: QtBot) -> None:
    error: JsonObject = {**run_events.ERROR, "text": "`127.0.0.1:80` cannot be reached."}
    failed = run_events.finished("order", 1006.4, 1007, status="failed", error=error, ports={})
    model = run_events.model(1000.0, failed)
    hand = open_editor(qtbot, run_events.graph())
    hand.editor.scene.set_steps(model.views())
    item = hand.editor.scene.node_item("order")
    assert item is not None
    assert " ".join(item.look.well.lines).startswith("127.0.0.1:80 cannot")
    assert "127.0.0.1:80 cannot be reached." in model.log[-1].text
    assert "`" not in model.log[-1].text
