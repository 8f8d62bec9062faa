"""Questions to people, answered with a real mouse and real keys."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from engine.model.issues import Issue, phrase
from engine.model.values import Json, JsonObject
from widgets.approval import Answer, ApprovalCard, ApprovalDialog, Asked
from widgets.elided import Elided
from widgets.forms.text_editors import TextBased
from widgets.payload.editor import PayloadEditor
from widgets.payload.table import PayloadTable
from widgets.theme import theme

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "order": {"type": "string"},
        "amount": {"type": "number", "minimum": 0},
        "reason": {"enum": ["late", "damaged"]},
        "notify": {"type": "boolean"},
    },
    "required": ["order"],
}
PAYLOAD: JsonObject = {"order": "48-1193", "amount": 86000, "reason": "late", "notify": True, "lines": [1, 2]}
ROWS: list[Json] = [{"id": "a", "to": "Kim", "n": 1}, {"id": "b", "to": "Anna", "n": 2}, {"id": "c", "to": "Bo", "n": 3}]
LIST: JsonObject = {"type": "array", "items": {"type": "object"}}


def asked(payload: Json = None, schema: JsonObject | None = None, text: str = "Refund it?", effect: str = "") -> Asked:
    question: JsonObject = {"text": text, "payload": payload, "effect": effect, "schema": schema or {}}
    return Asked("r1:ask", "Ticket triage", "Approve refund", question, "Run 214", time.time() - 130)


class Owner:
    """Keeps the answers."""

    def __init__(self, qtbot: QtBot, question: Asked) -> None:
        self.answers: list[Answer] = []
        self.dialog = ApprovalDialog(question)
        qtbot.addWidget(self.dialog)
        self.dialog.answered.connect(self.answers.append)
        with qtbot.waitActive(self.dialog):
            self.dialog.show()
            self.dialog.activateWindow()

    @property
    def card(self) -> ApprovalCard:
        return self.dialog.card

    @property
    def payload(self) -> PayloadEditor:
        assert self.card.payload is not None
        return self.card.payload

    @property
    def table(self) -> PayloadTable:
        assert self.payload.table is not None
        return self.payload.table


def type_over(widget: QWidget, text: str) -> None:
    QTest.mouseClick(widget, LEFT)
    QTest.keyClick(widget, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(widget, text)


def field(owner: Owner, name: str) -> QWidget:
    assert owner.payload.form is not None
    editor = owner.payload.form.fields[name].editor
    return editor.edit if isinstance(editor, TextBased) else editor.focusProxy() or editor


def test_who_asks_what_and_since_when(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(effect="Sends [one](http://x.example) mail. <b>Now</b>"))
    assert owner.card.title.text() == "Refund it?"
    assert "Asked by Ticket triage, step Approve refund · Run 214" in owner.card.who.full_text()
    assert owner.card.who.full_text().endswith("2 minutes ago")
    assert owner.card.effect.toPlainText() == "Sends one (http://x.example) mail. <b>Now</b>"
    assert not owner.dialog.isModal()


def test_a_long_question_is_shown_as_markdown(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(text="**Look** at this:\n\n- one\n- two\n\n![x](file:///etc/hostname)"))
    assert owner.card.question.toPlainText().split("\n")[:3] == ["Look at this:", "one", "two"]
    assert "￼" not in owner.card.question.toPlainText()


def test_approving_as_it_is(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(PAYLOAD, SCHEMA))
    QTest.keyClicks(owner.card.comment, "fine ")
    QTest.mouseClick(owner.card.approve_button, LEFT)
    assert owner.answers == [Answer("r1:ask", True, "fine", None, False)]


def test_approving_an_edited_form_shows_what_was_edited(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(PAYLOAD, SCHEMA))
    type_over(field(owner, "amount"), "78000")
    QTest.keyClick(field(owner, "order"), Qt.Key.Key_A, CTRL)
    QTest.keyClick(field(owner, "order"), Qt.Key.Key_Delete)
    assert {one.path: one.after for one in owner.payload.differences()} == {"amount": 78000, "order": ""}
    assert owner.card.edits.text() == "2 edits"
    assert owner.card.approve_button.text().strip() == "Approve edited"
    QTest.mouseClick(owner.card.approve_button, LEFT)
    assert owner.answers == [Answer("r1:ask", True, "", {**PAYLOAD, "amount": 78000, "order": ""}, True)]


def test_nothing_is_approved_while_a_field_holds_no_value(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(PAYLOAD, SCHEMA))
    amount = field(owner, "amount")
    amount.setFocus()
    type_over(amount, "abc")
    assert not owner.card.approve_button.isEnabled()
    QTest.keyClick(amount, Qt.Key.Key_Return, CTRL)
    QTest.mouseClick(owner.card.approve_button, LEFT)
    assert owner.answers == []
    type_over(amount, "5")
    QTest.mouseClick(owner.card.approve_button, LEFT)
    assert [answer.payload for answer in owner.answers] == [{**PAYLOAD, "amount": 5}]


def test_the_dialog_is_as_high_as_what_it_holds(qtbot: QtBot) -> None:
    none = Owner(qtbot, asked()).dialog
    short = Owner(qtbot, asked({"order": "48-1193"})).dialog
    long = Owner(qtbot, asked({f"field {number}": number for number in range(40)})).dialog
    assert none.height() < short.height() < 500
    assert long.height() == 680


def test_the_fields_of_a_short_form_stand_together(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked({"text": "hello", "amount": 5}))
    assert owner.payload.form is not None
    tops = [field(owner, name).mapTo(owner.payload, QPoint()).y() for name in ("text", "amount")]
    assert tops[1] - tops[0] < 60


def test_edits_can_be_taken_back(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(PAYLOAD, SCHEMA))
    type_over(field(owner, "amount"), "1")
    QTest.mouseClick(owner.card.reset, LEFT)
    assert owner.payload.value() == PAYLOAD
    assert not owner.card.edits.isVisible()
    QTest.keyClick(owner.card.comment, Qt.Key.Key_Return, CTRL)
    assert owner.answers == [Answer("r1:ask", True)]


def test_rejecting_with_a_comment_sends_no_payload(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(PAYLOAD, SCHEMA))
    type_over(field(owner, "amount"), "1")
    QTest.keyClicks(owner.card.comment, "too much")
    QTest.mouseClick(owner.card.reject_button, LEFT)
    assert owner.answers == [Answer("r1:ask", False, "too much")]


def test_escape_closes_without_an_answer_and_keeps_what_was_typed(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(PAYLOAD, SCHEMA))
    type_over(field(owner, "order"), "x")
    QTest.keyClick(owner.dialog, Qt.Key.Key_Escape)
    assert not owner.dialog.isVisible()
    assert owner.answers == []
    owner.dialog.show()
    assert owner.payload.value() == {**PAYLOAD, "order": "x"}


def test_nothing_can_be_pressed_while_the_answer_is_sent(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(PAYLOAD, SCHEMA))
    for _ in range(2):
        QTest.keyClick(owner.dialog, Qt.Key.Key_Return, CTRL)
    QTest.mouseClick(owner.card.reject_button, LEFT)
    assert len(owner.answers) == 1
    assert owner.card.state.text() == "Sending…"


def test_an_edit_that_is_not_allowed_is_shown_at_its_field(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(PAYLOAD, SCHEMA))
    type_over(field(owner, "amount"), "12")
    QTest.keyClick(owner.dialog, Qt.Key.Key_Return, CTRL)
    problem = phrase("At ${place}: {what}", place=".amount", what=phrase("{value} is less than {wanted}", value=12, wanted=20))
    text = phrase("The edited value is not allowed. {problem}.", problem=problem)
    owner.card.show_error(Issue("approval.bad-edit", text, "Edit it again."))
    assert owner.card.error.text() == "The edit is not allowed. See the field that is marked."
    assert field(owner, "amount").hasFocus()
    assert owner.card.approve_button.isEnabled()
    type_over(field(owner, "amount"), "90")
    QTest.keyClick(owner.dialog, Qt.Key.Key_Return, CTRL)
    assert [one.payload for one in owner.answers] == [{**PAYLOAD, "amount": 12}, {**PAYLOAD, "amount": 90}]


def test_an_answer_that_came_too_late_leaves_only_closing(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(PAYLOAD, SCHEMA))
    QTest.mouseClick(owner.card.approve_button, LEFT)
    owner.card.show_error(Issue("approval.answered", "ana has answered this.", "Look at the run."))
    assert owner.card.error.text() == "ana has answered this. Look at the run."
    assert not owner.card.approve_button.isVisible()
    QTest.mouseClick(owner.card.later_button, LEFT)
    assert not owner.dialog.isVisible()
    assert len(owner.answers) == 1


def test_an_answer_from_elsewhere_is_shown(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(PAYLOAD, SCHEMA))
    owner.card.show_answered("rejected", "Jiwoo")
    assert owner.card.state.text() == "Rejected by Jiwoo"
    QTest.keyClick(owner.dialog, Qt.Key.Key_Return, CTRL)
    assert owner.answers == []


def cell(owner: Owner, row: int, column: int) -> QPoint:
    return owner.table.visualRect(owner.table.rows.index(row, column)).center()


def test_cells_of_a_table_are_edited_and_rows_left_out(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(ROWS, LIST))
    table = owner.table
    QTest.mouseClick(table.viewport(), LEFT, pos=cell(owner, 0, 2))
    QTest.mouseDClick(table.viewport(), LEFT, pos=cell(owner, 0, 2))
    editor = table.findChild(QLineEdit)
    assert editor is not None
    type_over(editor, "Minjae")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualRect(table.rows.index(1, 0)).topLeft() + QPoint(12, 12))
    assert owner.payload.value() == [{"id": "a", "to": "Minjae", "n": 1}, ROWS[2]]
    assert [(one.path, one.before) for one in owner.payload.differences()] == [("[0].to", "Kim"), ("[1]", ROWS[1])]
    QTest.mouseClick(owner.card.approve_button, LEFT)
    assert owner.answers[0].payload == [{"id": "a", "to": "Minjae", "n": 1}, ROWS[2]]


def test_the_dialog_has_an_edge_where_nobody_else_draws_one(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked([*ROWS], LIST))
    seen = owner.dialog.grab().toImage()
    corners = [(0, 0), (seen.width() - 1, 0), (0, seen.height() - 1), (seen.width() - 1, seen.height() // 2)]
    assert {seen.pixelColor(*corner).name() for corner in corners} == {theme().color("line.strong").name()}


def test_a_cell_under_the_pointer_has_one_ground(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked([*ROWS], LIST))
    place = owner.table.visualRect(owner.table.rows.index(1, 2))
    corner = owner.table.viewport().mapTo(owner.dialog, place.topRight())

    def grounds() -> set[str]:
        seen = owner.dialog.grab().toImage()
        return {seen.pixelColor(corner + QPoint(-8, down)).name() for down in (3, place.height() // 2)}

    resting = grounds()
    QTest.mouseMove(owner.table.viewport(), place.center())
    qtbot.waitUntil(lambda: len(grounds()) == 1 and grounds() != resting)


def test_ctrl_and_enter_takes_a_cell_that_is_being_edited(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked([{"text": "two\nlines"}], {}))
    table = owner.table
    QTest.mouseClick(table.viewport(), LEFT, pos=cell(owner, 0, 0))
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QPlainTextEdit)
    assert editor is not None
    type_over(editor, "one")
    QTest.keyClick(editor, Qt.Key.Key_Return, CTRL)
    assert [one.payload for one in owner.answers] == [[{"text": "one"}]]


def test_escape_leaves_a_cell_before_it_closes_the_dialog(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(ROWS, {}))
    table = owner.table
    QTest.mouseClick(table.viewport(), LEFT, pos=cell(owner, 0, 1))
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    type_over(editor, "other")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert owner.dialog.isVisible()
    assert owner.payload.value() == ROWS
    QTest.keyClick(owner.dialog, Qt.Key.Key_Escape)
    assert not owner.dialog.isVisible()


def test_a_cell_refuses_what_does_not_fit(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(ROWS, {}))
    table = owner.table
    QTest.mouseClick(table.viewport(), LEFT, pos=cell(owner, 0, 2))
    QTest.keyClicks(table, "x")
    editor = table.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: owner.payload.problem == "x is no number.")
    assert owner.payload.value() == ROWS


def test_json_is_the_other_way_to_edit(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked(PAYLOAD, SCHEMA))
    choice = owner.payload.choice
    assert choice is not None
    QTest.keyClick(choice, Qt.Key.Key_Right)
    assert owner.payload.json is not None
    type_over(owner.payload.json, '{"order": ')
    assert not owner.card.approve_button.isEnabled()
    assert owner.payload.problem
    QTest.keyClick(choice, Qt.Key.Key_Left)
    assert choice.current() == 1
    type_over(owner.payload.json, '{"order": "7"')
    if not owner.payload.json.toPlainText().endswith("}"):
        QTest.keyClicks(owner.payload.json, "}")
    assert owner.payload.value() == {"order": "7"}
    QTest.keyClick(choice, Qt.Key.Key_Left)
    assert owner.payload.form is not None
    assert owner.payload.form.fields["order"].value == "7"
    assert owner.card.approve_button.isEnabled()


def test_a_payload_of_ten_megabytes_is_shown_and_goes_on_as_it_is(qtbot: QtBot) -> None:
    begin = time.process_time()
    owner = Owner(qtbot, asked({"text": "x" * 10_000_000}))
    assert time.process_time() - begin < 1
    assert not owner.payload.is_editable
    QTest.mouseClick(owner.card.approve_button, LEFT)
    assert owner.answers == [Answer("r1:ask", True)]


def test_a_question_without_data_can_be_answered_by_keys(qtbot: QtBot) -> None:
    owner = Owner(qtbot, asked())
    assert owner.card.payload is None
    while not owner.card.approve_button.hasFocus():
        QTest.keyClick(QApplication.focusWidget() or owner.dialog, Qt.Key.Key_Tab)
    QTest.keyClick(owner.card.approve_button, Qt.Key.Key_Space)
    assert owner.answers == [Answer("r1:ask", True)]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6, allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=6), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values)
def test_what_nobody_touched_is_unchanged_in_every_way_to_edit_it(qtbot: QtBot, value: Json) -> None:
    editor = PayloadEditor(value, {})
    editor.show()
    for _ in range(2):
        if editor.choice is not None:
            QTest.keyClick(editor.choice, Qt.Key.Key_Right)
            QTest.keyClick(editor.choice, Qt.Key.Key_Left)
    assert repr(editor.value()) == repr(value)
    assert editor.differences() == []
    editor.close()
    editor.deleteLater()


@pytest.mark.parametrize("words", ["", "<b>x</b>", "한글 " * 30, "a" * 500])
def test_any_words_are_shown_as_they_are(qtbot: QtBot, words: str) -> None:
    owner = Owner(qtbot, asked(text=words, payload={"key <i>": words}))
    shown = owner.card.title.text() + owner.card.question.toPlainText()
    assert (words.strip() or "Go on?") in shown
    owner.dialog.grab()


def test_it_is_as_high_as_what_is_shown_and_says_what_happens_then(qtbot: QtBot) -> None:
    heights = {}
    for name, payload in (("none", None), ("line", "hello"), ("rows", ROWS)):
        dialog = ApprovalDialog(replace(asked(payload), follows=("Goes on with Save report.", "Nothing follows.")))
        qtbot.addWidget(dialog)
        dialog.show()
        heights[name] = dialog.height()
        assert {one.full_text() for one in dialog.findChildren(Elided)} >= {"Goes on with Save report.", "Nothing follows."}
    assert heights["none"] < heights["line"] < heights["rows"] < 520
    own = ApprovalDialog(replace(asked(effect="Mails the customer."), follows=("Goes on with Save report.", "Nothing follows.")))
    qtbot.addWidget(own)
    assert "Nothing follows." not in {one.full_text() for one in own.findChildren(Elided)}
