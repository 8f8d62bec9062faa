"""Texts, templates and code of a form under real keys."""

from __future__ import annotations

from time import process_time

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING
from engine.model.values import Json
from tests.window.form_window import ALT, Key, Shown, choose, click, one, open_menu
from widgets.code.edit import CodeEdit
from widgets.code.gutter import Gutter
from widgets.forms.place_editors import DateTimeEditor, FileEditor
from widgets.forms.preview import PAUSE
from widgets.forms.schema_editor import SchemaEditor
from widgets.forms.secret_editors import SecretEditor, SecretTextEditor


# ---------------------------------------------------------------------- texts
def test_typing_tells_each_edit_and_enter_ends_it(qtbot: QtBot) -> None:
    shown = one(qtbot, "text", default="Weft")
    assert shown.text().placeholderText() == "Weft"
    QTest.keyClicks(shown.text(), "ab")
    QTest.keyClick(shown.text(), Key.Key_Return)
    assert shown.told == [(("f",), "a"), (("f",), "ab")]
    assert shown.commits == 1
    assert shown.text().toPlainText() == "ab"


def test_new_values_keep_the_caret_and_are_not_told(qtbot: QtBot) -> None:
    shown = one(qtbot, "long_text", "one two three")
    edit = shown.text()
    edit.setFocus()
    cursor = edit.textCursor()
    cursor.setPosition(7)
    edit.setTextCursor(cursor)
    shown.form.set_values({"f": "one two three four"})
    assert edit.textCursor().position() == 7
    shown.form.set_values({"f": "zero one two three four"})
    assert edit.textCursor().position() == 12
    assert shown.told == []


def test_a_text_is_shown_whole_at_once(qtbot: QtBot) -> None:
    shown = one(qtbot, "long_text", "")
    shown.form.set_values({"f": "a few words that take more than one row, so that they wrap here\n" * 4})
    QCoreApplication.sendPostedEvents()
    edit = shown.text()
    assert edit.y() == 0
    assert (edit.minimumHeight(), edit.maximumHeight()) == (edit.height(), edit.height())
    last = edit.textCursor()
    last.setPosition(len(edit.toPlainText()) - 1)
    assert edit.viewport().rect().contains(edit.cursorRect(last))


def test_a_cleared_text_goes_back_to_the_default_or_is_empty(qtbot: QtBot) -> None:
    shown = Shown(qtbot, [FieldSpec("a", "text", "A"), FieldSpec("b", "text", "B", default="x")], {"a": "1", "b": "2"})
    for name in ("a", "b"):
        shown.text(name).selectAll()
        QTest.keyClick(shown.text(name), Key.Key_Delete)
    assert shown.told == [(("a",), MISSING), (("b",), "")]


def test_pasting_into_one_line_leaves_out_the_break_at_the_end(qtbot: QtBot) -> None:
    shown = one(qtbot, "text")
    QGuiApplication.clipboard().setText(" https://example.com \n")
    QTest.keyClick(shown.text(), Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert shown.last() == (("f",), "https://example.com")


def test_leaving_a_field_ends_the_edit(qtbot: QtBot) -> None:
    shown = Shown(qtbot, [FieldSpec("a", "text", "A"), FieldSpec("b", "text", "B")])
    shown.text("a").setFocus()
    QTest.keyClicks(shown.text("a"), "x")
    QTest.keyClick(shown.text("a"), Key.Key_Tab)
    assert shown.text("b").hasFocus()
    assert shown.commits == 1


def test_code_indents_and_escape_lets_tab_leave(qtbot: QtBot) -> None:
    shown = Shown(qtbot, [FieldSpec("c", "code", "C", language="python"), FieldSpec("b", "text", "B")])
    edit = shown.text("c")
    edit.setFocus()
    QTest.keyClicks(edit, "def f():")
    QTest.keyClick(edit, Key.Key_Return)
    QTest.keyClicks(edit, "x")
    QTest.keyClick(edit, Key.Key_Return)
    QTest.keyClick(edit, Key.Key_Backspace)
    QTest.keyClick(edit, Key.Key_Tab)
    QTest.keyClicks(edit, "y")
    assert shown.last() == (("c",), "def f():\n    x\n    y")
    QTest.keyClick(edit, Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert edit.toPlainText().endswith("    # y")
    QTest.keyClick(edit, Key.Key_Backtab)
    assert edit.toPlainText().endswith("\n# y")
    QTest.keyClick(edit, Key.Key_Escape)
    QTest.keyClick(edit, Key.Key_Tab)
    assert shown.text("b").hasFocus()


# ---------------------------------------------------------------------- templates
def template(qtbot: QtBot, value: str = "") -> Shown:
    return one(qtbot, "long_text", value or None, takes_templates=True, names=("item",))


def offers(edit: CodeEdit) -> list[str]:
    card = edit.completion.card if edit.completion else None
    return [name.path for name, _ in card.rows.offers] if card else []


def test_names_are_offered_while_typing_and_taken_with_tab(qtbot: QtBot) -> None:
    shown = template(qtbot)
    edit = shown.text()
    edit.setFocus()
    QTest.keyClicks(edit, "Dear {{")
    assert edit.toPlainText() == "Dear {{  }}"
    assert len(offers(edit)) > 5
    QTest.keyClicks(edit, "nodes.prof")
    assert offers(edit)[:2] == ["nodes.profile.output.name", "nodes.profile.output.tier"]
    QTest.keyClick(edit, Key.Key_Down)
    QTest.keyClick(edit, Key.Key_Tab)
    assert shown.last() == (("f",), "Dear {{ nodes.profile.output.tier }}")
    assert offers(edit) == []


def test_tab_takes_an_offer_and_then_goes_on_to_the_next_field(qtbot: QtBot) -> None:
    spec = FieldSpec("f", "long_text", "Field", takes_templates=True)
    shown = Shown(qtbot, [spec, FieldSpec("g", "text", "Next")])
    edit = shown.text()
    edit.setFocus()
    QTest.keyClicks(edit, "{{nodes.profile.output.ti")
    QTest.keyClick(edit, Key.Key_Tab)
    assert shown.last() == (("f",), "{{ nodes.profile.output.tier }}")
    assert edit.hasFocus()
    QTest.keyClicks(edit, " ")
    QTest.keyClick(edit, Key.Key_Tab)
    assert shown.text("g").hasFocus()


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("{{ inputs.brand }} is", "{{ inputs.brand }} is"),
        ("{{inputs.brand}} is", "{{ inputs.brand}} is"),
        ("{{ nothing.like.it  }}", "{{ nothing.like.it  }}"),
        ('{{ {"a": 1} }}.', '{{ {"a": 1} }}.'),
        ('{{{"a": {"b": 1}}}}.', '{{ {"a": {"b": 1}}}}.'),
        ("{{ inputs.brand }} and {{ inputs.brand }}", "{{ inputs.brand }} and {{ inputs.brand }}"),
        ("a } b }}", "a } b }}"),
    ],
)
def test_a_template_typed_to_its_end_is_as_typed(qtbot: QtBot, typed: str, text: str) -> None:
    shown = template(qtbot)
    edit = shown.text()
    edit.setFocus()
    QTest.keyClicks(edit, typed)
    assert edit.toPlainText() == text


def test_a_click_takes_an_offer_and_the_caret_stays(qtbot: QtBot) -> None:
    shown = template(qtbot)
    edit = shown.text()
    edit.setFocus()
    QTest.keyClicks(edit, "{{brand")
    card = edit.completion.card if edit.completion else None
    assert card is not None
    assert shown.window.isAncestorOf(card)
    click(card.rows, QPoint(60, 20))
    assert edit.toPlainText() == "{{ inputs.brand }}"
    assert edit.hasFocus()


def test_there_is_no_card_without_an_offer(qtbot: QtBot) -> None:
    shown = template(qtbot)
    edit = shown.text()
    edit.setFocus()
    QTest.keyClicks(edit, "{{ in")
    assert offers(edit)
    QTest.keyClicks(edit, " ~ zzzz")
    assert edit.lost_names()
    assert edit.completion is not None
    assert edit.completion.card is None
    assert "There is no “zzzz”." in shown.said()


@pytest.mark.parametrize("lines", [0, 12])
def test_the_card_covers_neither_the_line_nor_what_is_wrong(qtbot: QtBot, lines: int) -> None:
    shown = Shown(
        qtbot, [FieldSpec("a", "text", "Above", takes_templates=True), FieldSpec("f", "long_text", "Field", takes_templates=True)]
    )
    shown.form.set_values({"f": "\n" * lines})
    edit = shown.text()
    edit.setFocus()
    QTest.keyClicks(edit, "{{ inputs.brnd ~ nodes.prof")
    card = edit.completion.card if edit.completion else None
    assert card is not None
    window, said = shown.window, edit.said_below
    assert said is not None

    def on_window(widget: QWidget, rect: QRect) -> QRect:
        return QRect(widget.mapTo(window, rect.topLeft()), rect.size())

    def is_free() -> bool:
        drawn = on_window(card, card.card_rect())
        line = on_window(edit.viewport(), edit.cursorRect())
        return not drawn.intersects(on_window(said, said.rect())) and not drawn.intersects(line)

    qtbot.waitUntil(lambda: said.isVisible() and is_free())


def test_offers_go_away_with_escape_outside_of_braces_and_with_the_focus(qtbot: QtBot) -> None:
    shown = template(qtbot)
    edit = shown.text()
    edit.setFocus()
    QTest.keyClicks(edit, "{{in")
    assert offers(edit)
    QTest.keyClick(edit, Key.Key_Escape)
    assert offers(edit) == []
    QTest.keyClick(edit, Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert offers(edit)
    QTest.keyClick(edit, Key.Key_End)
    QTest.keyClicks(edit, " inputs")
    assert offers(edit) == []
    edit.setPlainText("{{ in")
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    QTest.keyClicks(edit, "p")
    assert offers(edit)
    edit.clearFocus()
    assert offers(edit) == []


def test_a_missing_name_is_told_and_mended_by_key_and_by_link(qtbot: QtBot) -> None:
    shown = template(qtbot, "{{ inputs.brnd }} {{ item.anything }}")
    assert "No “brnd” in inputs." in shown.said()
    shown.form.set_problems([Issue("template.unknown-name", "There is no such thing as an input: 'brnd'.", field="f")])
    assert "no such thing" not in shown.said()
    QTest.keyClick(shown.text(), Key.Key_Return, ALT)
    assert shown.last() == (("f",), "{{ inputs.brand }} {{ item.anything }}")
    shown.form.set_values({"f": "a\n{{ nodes.profle.output.name }}"})
    assert "Line 2: No “profle” in nodes." in shown.said()
    link = next(button for button in shown.field().findChildren(QPushButton) if button.text() == "Use “profile”")
    click(link)
    assert shown.last() == (("f",), "a\n{{ nodes.profile.output.name }}")
    assert "profle" not in shown.said()


def test_the_resolved_value_is_shown_and_follows(qtbot: QtBot) -> None:
    shown = template(qtbot, "For {{ inputs.brand }}")
    qtbot.waitUntil(lambda: "For Hanbit Books" in shown.said())
    assert "run 214" in shown.said()
    shown.form.set_values({"f": "plain"})
    assert "Hanbit" not in shown.said()


def test_without_a_run_nothing_is_resolved(qtbot: QtBot) -> None:
    shown = template(qtbot, "For {{ inputs.brand }}")
    qtbot.waitUntil(lambda: "Resolved" in shown.said())
    shown.owner.has_run = False
    shown.form.set_values({"f": "To {{ inputs.brand }}"})
    qtbot.waitUntil(lambda: "Resolved" not in shown.said())


def test_what_has_a_problem_is_not_resolved(qtbot: QtBot) -> None:
    shown = template(qtbot, "For {{ inputs.brand }}")
    qtbot.waitUntil(lambda: "Resolved" in shown.said())
    shown.form.set_problems([Issue("template.syntax", "There is no filter.", field="f")])
    assert "Resolved" not in shown.said()
    shown.form.set_problems([])
    qtbot.waitUntil(lambda: "Resolved" in shown.said())
    shaped = one(qtbot, "template", "For {{ inputs.brnd }}", takes_templates=True)
    qtbot.waitUntil(lambda: "brnd" in shaped.said())
    qtbot.wait(2 * PAUSE)
    assert shaped.owner.resolved == []


def test_why_nothing_is_resolved_is_said_as_that(qtbot: QtBot) -> None:
    shown = template(qtbot, "")
    shown.owner.issue = Issue("x", "“Draft” has given nothing in this run.")
    shown.form.set_values({"f": "For {{ inputs.brand }}"})
    qtbot.waitUntil(lambda: "“Draft” has given nothing in this run." in shown.said())
    assert "Not resolved · run 214" in shown.said()


def test_a_missing_name_in_a_row_is_mended_by_its_link(qtbot: QtBot) -> None:
    shown = one(qtbot, "key_values", {"a": 1, "b": "{{ inputs.brnd }}"}, takes_templates=True)
    click(next(button for button in shown.field().findChildren(QPushButton) if button.text() == "Use “brand”"))
    assert shown.last() == (("f", "b"), "{{ inputs.brand }}")
    assert "brnd" not in shown.said()


def test_the_engine_does_not_say_again_what_the_field_says_of_a_name(qtbot: QtBot) -> None:
    shown = template(qtbot, "{{ nodes.profile.outptu }}")
    engine = "A node has no outptu."
    shown.form.set_problems([Issue("reference.unknown-part", engine, field="f")])
    assert "outptu" in shown.said()
    assert engine not in shown.said()
    early = "Draft reads Send, which need not be done before it."
    shown.form.set_values({"f": "{{ nodes.send.output }}"})
    shown.form.set_problems([Issue("reference.not-before", early, field="f")])
    assert early in shown.said()
    assert "There is no" not in shown.said()
    assert "No “send”" not in shown.said()


# ---------------------------------------------------------------------- JSON, files, secrets, moments
def test_broken_json_stays_and_says_the_line(qtbot: QtBot) -> None:
    shown = one(qtbot, "json", {"a": 1})
    edit = shown.text()
    edit.setFocus()
    edit.go_to(2, 9)
    QTest.keyClick(edit, Key.Key_Return)
    QTest.keyClicks(edit, "x")
    assert "Line 3: a comma or closing bracket is missing." in shown.said()
    assert shown.told == []
    shown.form.set_values({"f": {"a": 1}})
    assert edit.toPlainText() == '{\n  "a": 1\n  x\n}'
    QTest.keyClick(edit, Key.Key_Backspace)
    assert "missing" not in shown.said()


def test_a_schema_as_table_and_as_text(qtbot: QtBot) -> None:
    shown = one(qtbot, "json_schema", default={})
    editor = shown.editor(SchemaEditor)
    click(editor.table.list.add_button)
    row = editor.table.list.rows[0]
    QTest.keyClicks(row.name, "n")
    wanted = {"type": "object", "properties": {"n": {"type": "string"}}, "required": ["n"], "additionalProperties": False}
    assert shown.last() == (("f",), wanted)
    click(row.needed)
    assert "required" not in shown.last()[1]
    click(editor.mode, editor.mode.place_of(1).center().toPoint())
    assert '"properties"' in editor.text.edit.toPlainText()
    editor.text.edit.selectAll()
    QTest.keyClicks(editor.text.edit, '{"anyOf": []')
    assert "Line 1" in shown.said()
    QTest.keyClick(editor.text.edit, Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor.text.edit, "}")
    assert shown.last() == (("f",), {"anyOf": []})
    assert "more than a table" in shown.said()


def test_a_schema_keeps_what_the_table_does_not_show(qtbot: QtBot) -> None:
    schema: Json = {"title": "T", "type": "object", "properties": {"a": {"type": "string", "maxLength": 5}}}
    shown = one(qtbot, "json_schema", schema)
    row = shown.editor(SchemaEditor).table.list.rows[0]
    row.name.setFocus()
    QTest.keyClicks(row.name, "b")
    assert shown.last()[1] == {"title": "T", "type": "object", "properties": {"ab": {"type": "string", "maxLength": 5}}}


def test_a_file_is_chosen_or_dropped(qtbot: QtBot) -> None:
    shown = one(qtbot, "file")
    editor = shown.editor(FileEditor)
    click(editor.button)
    assert shown.last() == (("f",), "data/orders.csv")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/data/new.csv")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    editor.dragEnterEvent(enter)
    assert enter.isAccepted()
    editor.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    assert shown.last() == (("f",), "/data/new.csv")


def test_a_secret_is_chosen_by_name_or_added(qtbot: QtBot) -> None:
    shown = one(qtbot, "secret", optional=True)
    pick = shown.editor(SecretEditor).pick
    assert [pick.itemText(at) for at in range(pick.count())] == ["None", "smtp", "crm-token", "New secret …"]
    pick.setCurrentIndex(1)
    pick.activated.emit(1)
    assert shown.last() == (("f",), {"$secret": "smtp"})
    pick.activated.emit(3)
    assert shown.last() == (("f",), {"$secret": "fresh"})
    shown.form.set_values({"f": {"$secret": "gone"}})
    assert "no secret “gone” yet" in shown.said()


def test_a_text_becomes_a_secret_and_text_again(qtbot: QtBot) -> None:
    shown = one(qtbot, "secret_text", "https://x", takes_templates=True)
    line = shown.editor(SecretTextEditor).line
    click(line.key)
    choose(open_menu(line), "New secret …")
    assert shown.last() == (("f",), {"$secret": "fresh"})
    click(line.findChildren(type(line.key))[-1])
    assert shown.last() == (("f",), MISSING)


def test_a_moment_is_written_or_picked(qtbot: QtBot) -> None:
    shown = one(qtbot, "datetime")
    edit = shown.text()
    QTest.keyClicks(edit, "2026-05-0")
    assert "Write date and time" in shown.said()
    assert shown.told == []
    QTest.keyClicks(edit, "1T09:00")
    assert shown.last() == (("f",), "2026-05-01T09:00")
    click(shown.editor(DateTimeEditor).button)
    choose(open_menu(shown.window), "Tomorrow, 9:00")
    assert shown.last()[1].endswith("T09:00")
    assert shown.last()[1] != "2026-05-01T09:00"


# ---------------------------------------------------------------------- keys that the window has, too
def test_keys_of_the_window_are_for_the_text_only_where_it_has_a_use_for_them(qtbot: QtBot) -> None:
    shown = one(qtbot, "long_text", "{{ inputs.brnd }}", takes_templates=True)
    pressed: list[str] = []
    for keys in ("Alt+Return", "Ctrl+Z"):
        action = QAction(keys, shown.window)
        action.setShortcut(keys)
        action.triggered.connect(lambda _on=False, keys=keys: pressed.append(keys))
        shown.window.addAction(action)
    edit = shown.text()
    edit.setFocus()
    QTest.keyClick(edit, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["Ctrl+Z"]
    QTest.keyClick(edit, Key.Key_Return, ALT)
    assert shown.last() == (("f",), "{{ inputs.brand }}")
    QTest.keyClick(edit, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert edit.toPlainText() == "{{ inputs.brnd }}"
    assert pressed == ["Ctrl+Z"]
    shown.form.set_values({"f": "plain"})
    QTest.keyClick(edit, Key.Key_Return, ALT)
    assert pressed == ["Ctrl+Z", "Alt+Return"]


def test_find_in_a_field_opens_the_large_editor(qtbot: QtBot) -> None:
    shown = one(qtbot, "code", "x = 1", language="python")
    asked: list[str] = []
    shown.form.enlarge.connect(lambda spec: asked.append(spec.name))
    shown.text().setFocus()
    QTest.keyClick(shown.text(), Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert asked == ["f"]


def test_a_long_prompt_is_typed_without_delay(qtbot: QtBot) -> None:
    shown = one(qtbot, "long_text", "Read {{ inputs.brand }} and {{ nodes.profile.output.name }}.\n" * 300, takes_templates=True)
    edit = shown.text()
    edit.setFocus()
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    started = process_time()
    for _ in range(20):
        QTest.keyClick(edit, Key.Key_A)
    assert (process_time() - started) / 20 < 0.06


def test_long_text_is_prose_until_there_is_a_template_in_it(qtbot: QtBot) -> None:
    shown = one(qtbot, "long_text", "Send it?", takes_templates=True)
    edit = shown.text()
    prose = edit.font().family()
    left = edit.cursorRect().left()
    assert not edit.findChildren(Gutter)
    QTest.keyClicks(edit, " {{ inputs.brand")
    assert edit.font().family() != prose
    assert any(gutter.isVisible() for gutter in edit.findChildren(Gutter))
    assert edit.cursorRect().left() > left
    QTest.keyClick(edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(edit, "Plain")
    assert edit.font().family() != prose  # it does not jump under the hand
    edit.clearFocus()
    assert edit.font().family() == prose
    shown.form.set_values({"f": "{{ inputs.brand }}"})
    assert edit.font().family() != prose


def test_long_text_without_templates_is_prose_whatever_stands_in_it(qtbot: QtBot) -> None:
    shown = one(qtbot, "long_text", "In braces: {{ x }}")
    assert not shown.text().findChildren(Gutter)
    assert shown.text().font().family() == shown.field().note.font().family()
