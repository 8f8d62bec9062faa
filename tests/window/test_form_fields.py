"""Fields of a form under real keys and clicks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING
from engine.model.values import Json
from tests.window.form_helpers import Owner, declarations
from tests.window.form_window import ALT, Key, Shown, choose, click, one, open_menu
from widgets.forms.choice_editors import ChoiceEditor, ModelEditor, SwitchEditor
from widgets.forms.context import Models
from widgets.forms.form import Form
from widgets.forms.list_editors import KeyValuesEditor, ListEditor
from widgets.forms.number_editors import DurationEditor, NumberEditor, Slider
from widgets.forms.row_editors import CaseRow, CasesEditor, GroupEditor
from widgets.forms.row_list import Grip
from widgets.forms.text_editors import TemplateText


# ---------------------------------------------------------------------- numbers
def test_a_wrong_number_stays_and_says_why(qtbot: QtBot) -> None:
    shown = one(qtbot, "integer", 5, least=1, most=64)
    line = shown.editor(NumberEditor).line
    line.selectAll()
    QTest.keyClicks(line, "6x")
    assert shown.told == [(("f",), 6)]
    assert "no whole number" in shown.said()
    assert line.property("problem") == "error"
    shown.form.set_values({"f": 6})
    assert line.text() == "6x"
    QTest.keyClick(line, Key.Key_Backspace)
    QTest.keyClicks(line, "5")
    assert "At most 64." in shown.said()
    QTest.keyClick(line, Key.Key_Backspace)
    assert line.property("problem") == ""
    assert shown.told == [(("f",), 6)]


def test_an_empty_number_is_the_default_and_arrows_step(qtbot: QtBot) -> None:
    shown = one(qtbot, "integer", 5, least=1, most=6, default=4)
    line = shown.editor(NumberEditor).line
    QTest.keyClick(line, Key.Key_Up)
    QTest.keyClick(line, Key.Key_Up)
    assert shown.told == [(("f",), 6)]
    line.selectAll()
    QTest.keyClick(line, Key.Key_Delete)
    assert shown.last() == (("f",), MISSING)
    assert line.placeholderText() == "4"


def test_a_click_on_the_label_of_a_switch_switches_it(qtbot: QtBot) -> None:
    shown = one(qtbot, "switch", True, optional=True)
    click(shown.field().label, QPoint(4, 6))
    assert shown.last() == (("f",), False)
    assert shown.editor(SwitchEditor).switch.hasFocus()


def groove(slider: Slider) -> set[str]:
    """The colours of a slider, from left to right."""
    image = slider.grab().toImage()
    return {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}


def test_a_number_that_is_not_set_looks_unlike_zero(qtbot: QtBot) -> None:
    shown = one(qtbot, "number", least=0, most=2, optional=True)
    editor = shown.editor(NumberEditor)
    slider = editor.slider
    assert isinstance(slider, Slider)
    assert editor.line.placeholderText() == "not set"
    unset = groove(slider)
    assert len(unset) <= 3
    QTest.keyClicks(editor.line, "0")
    assert shown.last() == (("f",), 0)
    assert not slider.is_unset
    assert groove(slider) != unset
    QTest.keyClick(editor.line, Key.Key_Backspace)
    assert shown.last() == (("f",), MISSING)
    assert groove(slider) == unset


@pytest.mark.parametrize("by_key", [True, False])
def test_the_least_number_can_be_set_by_the_slider(qtbot: QtBot, by_key: bool) -> None:
    shown = one(qtbot, "number", least=0, most=2, optional=True)
    slider = shown.editor(NumberEditor).slider
    assert slider is not None
    if by_key:
        slider.setFocus()
        QTest.keyClick(slider, Key.Key_Home)
    else:
        click(slider, QPoint(7, 10))
    assert shown.last() == (("f",), 0)


def test_a_slider_sets_the_number(qtbot: QtBot) -> None:
    shown = one(qtbot, "number", 0.5, least=0, most=2)
    editor = shown.editor(NumberEditor)
    assert editor.slider is not None
    click(editor.slider, QPoint(editor.slider.width() // 2, 10))
    path, value = shown.last()
    assert path == ("f",)
    assert 0.9 < value < 1.1
    assert float(editor.line.text()) == value


def test_braces_in_a_number_make_it_a_template_and_a_number_takes_it_back(qtbot: QtBot) -> None:
    shown = Shown(qtbot, [FieldSpec("f", "integer", "F", takes_templates=True), FieldSpec("g", "text", "G")])
    line = shown.editor(NumberEditor).line
    line.setFocus()
    QTest.keyClicks(line, "{{")
    edit = shown.editor(TemplateText).edit
    assert edit.hasFocus()
    QTest.keyClicks(edit, "inputs.limit }}")
    assert shown.last() == (("f",), "{{inputs.limit }}")
    edit.selectAll()
    QTest.keyClicks(edit, "12")
    shown.text("g").setFocus()
    assert shown.last() == (("f",), 12)
    assert shown.editor(NumberEditor).line.text() == "12"


DURATIONS = [(600, "10", "min"), (5400, "1.5", "h"), (1.5, "1.5", "s"), (61, "61", "s")]


@pytest.mark.parametrize(("seconds", "number", "unit"), DURATIONS)
def test_durations_are_shown_in_their_unit(qtbot: QtBot, seconds: float, number: str, unit: str) -> None:
    shown = one(qtbot, "duration", seconds)
    editor = shown.editor(DurationEditor)
    assert (editor.line.text(), editor.unit.currentText()) == (number, unit)


def test_a_duration_is_told_in_seconds(qtbot: QtBot) -> None:
    shown = one(qtbot, "duration", default=600.0, most=86400)
    editor = shown.editor(DurationEditor)
    assert (editor.line.placeholderText(), editor.unit.currentText()) == ("10", "min")
    QTest.keyClicks(editor.line, "5")
    assert shown.last() == (("f",), 300)
    editor.unit.setFocus()
    QTest.keyClick(editor.unit, Key.Key_Down)
    QTest.keyClick(editor.unit, Key.Key_Return)
    editor.unit.activated.emit(editor.unit.currentIndex())
    assert shown.last() == (("f",), 18000)
    QTest.keyClicks(editor.line, "0")
    assert "At most 86400." in shown.said()


# ---------------------------------------------------------------------- choices
def test_a_switch_by_mouse_and_by_keys(qtbot: QtBot) -> None:
    shown = one(qtbot, "switch", default=True)
    switch = shown.editor(SwitchEditor).switch
    assert switch.isChecked()
    click(switch)
    QTest.keyClick(switch, Key.Key_Space)
    assert shown.told == [(("f",), False), (("f",), True)]


def test_few_choices_stand_side_by_side(qtbot: QtBot) -> None:
    shown = one(qtbot, "choice", default="fail", choices=("fail", "leave_out"))
    segments = shown.editor(ChoiceEditor).segments
    assert segments is not None
    assert segments.current() == 0
    click(segments, segments.place_of(1).center().toPoint())
    QTest.keyClick(segments, Key.Key_Left)
    assert shown.told == [(("f",), "leave_out"), (("f",), "fail")]


def test_many_choices_have_a_box_that_the_wheel_does_not_change(qtbot: QtBot) -> None:
    shown = one(qtbot, "choice", default="a", choices=("a", "b", "c", "d"))
    pick = shown.editor(ChoiceEditor).pick
    assert pick is not None
    pick.setFocus()
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(pick, wheel)
    assert shown.told == []
    QTest.keyClick(pick, Key.Key_Down)
    QTest.keyClick(pick, Key.Key_Down)
    assert shown.told == [(("f",), "b"), (("f",), "c")]


def test_models_are_asked_of_the_provider_and_asked_again_when_it_changes(qtbot: QtBot) -> None:
    specs = [FieldSpec("provider", "provider", "Provider", default="local"), FieldSpec("model", "model", "Model")]
    shown = Shown(qtbot, specs)
    editor = shown.editor(ModelEditor, "model")
    assert shown.owner.asked == ["local"]
    assert [editor.pick.itemText(at) for at in range(editor.pick.count())] == ["qwen3-8b", "qwen2.5-1.5b"]
    assert shown.field("model").note.text() == "2 models"
    shown.form.set_values({"provider": "far", "model": "mine"})
    assert shown.owner.asked == ["local", "far"]
    assert "The server does not answer. Check its address." in shown.said("model")
    assert editor.pick.value() == "mine"
    shown.owner.answers["far"] = Models()
    click(next(button for button in editor.findChildren(QPushButton) if button.text() == "Try again"))
    assert "does not answer" not in shown.said("model")
    assert shown.field("model").note.text() == "none yet"


def test_late_answers_of_another_provider_are_left_out(qtbot: QtBot) -> None:
    specs = [FieldSpec("provider", "provider", "Provider", default="local"), FieldSpec("model", "model", "Model")]
    shown = Shown(qtbot, specs)
    shown.owner.answers_at_once = False
    shown.form.set_values({"provider": "far"})
    shown.form.set_values({"provider": "local"})
    assert shown.field("model").note.text() == "loading …"
    far, local = shown.owner.waiting
    local(shown.owner.answers["local"])
    far(shown.owner.answers["far"])
    assert shown.field("model").note.text() == "2 models"


# ---------------------------------------------------------------------- lists, tables, rows
def test_a_list_grows_with_enter_and_counts_what_was_typed(qtbot: QtBot) -> None:
    shown = one(qtbot, "list", default=[])
    editor = shown.editor(ListEditor)
    click(editor.list.add_button)
    assert shown.told == []
    QTest.keyClicks(editor.list.rows[0].edit, "a")
    QTest.keyClick(editor.list.rows[0].edit, Key.Key_Return)
    assert len(editor.list.rows) == 2
    QTest.keyClicks(editor.list.rows[1].edit, "b")
    assert shown.last() == (("f",), ["a", "b"])
    QTest.keyClick(editor.list.rows[0].edit, Key.Key_Down, ALT)
    shown.form.set_values({"f": ["a", "b"]})
    click(editor.list.rows[0].bin)
    assert shown.last() == (("f",), ["b"])
    click(editor.list.rows[0].bin)
    assert shown.last() == (("f",), MISSING)


def test_a_table_of_names_and_values(qtbot: QtBot) -> None:
    shown = one(qtbot, "key_values", {"a": "1"}, takes_templates=True)
    editor = shown.editor(KeyValuesEditor)
    first = editor.list.rows[0]
    assert first.content.edit.toPlainText() == '"1"'
    first.content.edit.selectAll()
    QTest.keyClicks(first.content.edit, "5")
    assert shown.last() == (("f", "a"), 5)
    click(editor.list.add_button)
    second = editor.list.rows[1]
    QTest.keyClicks(second.content.edit, "x")
    assert "Give each value a name." in shown.said()
    QTest.keyClicks(second.name, "a")
    assert "There are two “a”." in shown.said()
    assert shown.last() == (("f", "a"), 5)
    QTest.keyClicks(second.name, "b")
    assert shown.last() == (("f",), {"a": 5, "ab": "x"})
    click(second.bin)
    assert shown.last() == (("f",), {"a": 5})


def test_tab_goes_through_the_rows_and_on(qtbot: QtBot) -> None:
    specs = [FieldSpec("a", "text", "A"), FieldSpec("f", "key_values", "Field"), FieldSpec("s", "json_schema", "Schema")]
    shown = Shown(qtbot, [*specs, FieldSpec("z", "json", "Z"), FieldSpec("y", "text", "Y")], {"f": {"k": 1}})
    shown.text("a").setFocus()
    passed = []
    for _ in range(10):
        focus = shown.window.focusWidget()
        passed.append(focus.accessibleName())
        QTest.keyClick(focus, Key.Key_Tab)
    assert passed == ["A", "Name", "Value", "Remove", "Field: Add", "Shown as", "Schema: Add a field", "Z", "Y", "A"]


def test_names_and_values_change_their_order(qtbot: QtBot) -> None:
    shown = one(qtbot, "key_values", {"a": 1, "b": 2, "c": 3})
    editor = shown.editor(KeyValuesEditor)
    editor.list.rows[0].name.setFocus()
    QTest.keyClick(editor.list.rows[0].name, Key.Key_Down, ALT)
    path, value = shown.last()
    assert (path, list(value.items())) == (("f",), [("b", 2), ("a", 1), ("c", 3)])
    shown.form.set_values({"f": {"a": 1, "b": 2, "c": 3}})
    assert [row.name.text() for row in editor.list.rows] == ["a", "b", "c"]


def test_a_long_name_shows_its_beginning_until_it_is_edited(qtbot: QtBot) -> None:
    shown = one(qtbot, "key_values", {"a" * 80: 1, "b": 2})
    first, second = (row.name for row in shown.editor(KeyValuesEditor).list.rows)
    second.setFocus()
    assert first.cursorPosition() == 0
    first.setFocus()
    QTest.keyClicks(first, "z")
    assert first.text() == "a" * 80 + "z"
    second.setFocus()
    assert first.cursorPosition() == 0
    assert first.toolTip() == first.text()


def test_a_value_of_a_table_can_be_a_secret(qtbot: QtBot) -> None:
    shown = one(qtbot, "key_values", {"a": "x"}, takes_templates=True)
    content = shown.editor(KeyValuesEditor).list.rows[0].content
    click(content.key)
    choose(open_menu(content), "crm-token")
    assert shown.last() == (("f", "a"), {"$secret": "crm-token"})
    assert content.value() == {"$secret": "crm-token"}
    plain = one(qtbot, "key_values", {"a": "x"})
    assert not plain.editor(KeyValuesEditor).list.rows[0].content.key.isVisible()


WHEN = FieldSpec("when", "expression", "When", names=("value",))
CASE = (FieldSpec("id", "text", "Id"), FieldSpec("label", "text", "Label"), WHEN)
CASES: list[Json] = [{"id": "case_1", "label": "One", "when": "value > 1"}, {"id": "b", "label": ""}]


def cases(qtbot: QtBot) -> Shown:
    return one(qtbot, "cases", CASES, rows=CASE, default=[])


def case_row(shown: Shown, at: int) -> CaseRow:
    row = shown.editor(CasesEditor).list.rows[at]
    assert isinstance(row, CaseRow)
    return row


def test_cases_keep_their_keys(qtbot: QtBot) -> None:
    shown = cases(qtbot)
    case_row(shown, 0).label.setFocus()
    QTest.keyClicks(case_row(shown, 0).label, "!")
    assert shown.last() == (("f", 0, "label"), "One!")
    QTest.keyClicks(case_row(shown, 1).when, "value")
    assert shown.last() == (("f", 1, "when"), "value")
    click(shown.editor(CasesEditor).list.add_button)
    path, value = shown.last()
    assert (path, [case["id"] for case in value]) == (("f",), ["case_1", "b", "case_2"])
    assert case_row(shown, 2).when.hasFocus()
    click(case_row(shown, 0).bin)
    assert [case["id"] for case in shown.last()[1]] == ["b", "case_2"]


def test_cases_are_put_in_order_by_dragging_and_by_keys(qtbot: QtBot) -> None:
    shown = cases(qtbot)
    held = next(iter(case_row(shown, 0).findChildren(Grip)))
    start = held.mapToGlobal(held.rect().center())
    QTest.mousePress(held, Qt.MouseButton.LeftButton)
    for way in (10, 30, case_row(shown, 0).height()):
        at = QPointF(start + QPoint(0, way))
        button = Qt.MouseButton.LeftButton
        QApplication.sendEvent(
            held, QMouseEvent(QEvent.Type.MouseMove, QPointF(), at, button, button, Qt.KeyboardModifier.NoModifier)
        )
    assert shown.told == []
    QTest.mouseRelease(held, Qt.MouseButton.LeftButton)
    assert [case["id"] for case in shown.last()[1]] == ["b", "case_1"]
    QTest.keyClick(case_row(shown, 1), Key.Key_Up, ALT)
    assert [case["id"] for case in shown.last()[1]] == ["case_1", "b"]


def test_a_problem_of_a_case_stands_at_its_field(qtbot: QtBot) -> None:
    shown = cases(qtbot)
    shown.form.set_problems([Issue("x", "This is wrong.", field="f[1].when")])
    assert "This is wrong." in shown.said()
    assert case_row(shown, 1).when.property("problem") == "error"
    assert not case_row(shown, 0).when.property("problem")


RETRY = (FieldSpec("attempts", "integer", "Attempts", default=1, least=1), FieldSpec("jitter", "switch", "Jitter", default=True))


def test_a_group_begins_with_the_first_edit_and_ends_with_the_last(qtbot: QtBot) -> None:
    shown = one(qtbot, "group", rows=RETRY, default={"attempts": 1, "jitter": True})
    group = shown.editor(GroupEditor)
    click(group.section.head())
    assert group.section.is_open
    editor = group.form.fields["attempts"].editor
    assert isinstance(editor, NumberEditor)
    QTest.keyClicks(editor.line, "3")
    assert shown.last() == (("f",), {"attempts": 3})
    QTest.keyClicks(editor.line, "0")
    assert shown.last() == (("f", "attempts"), 30)
    editor.line.selectAll()
    QTest.keyClick(editor.line, Key.Key_Delete)
    assert shown.told[-2:] == [(("f", "attempts"), MISSING), (("f",), MISSING)]


def test_a_group_that_may_be_left_out_has_a_switch(qtbot: QtBot) -> None:
    shown = one(qtbot, "group", rows=RETRY, optional=True)
    group = shown.editor(GroupEditor)
    assert group.switch is not None
    click(group.switch)
    click(group.switch)
    assert shown.told == [(("f",), {}), (("f",), MISSING)]


# ---------------------------------------------------------------------- the form
def test_fields_that_do_not_matter_are_hidden(qtbot: QtBot) -> None:
    specs = [
        FieldSpec("mode", "choice", "Mode", default="once", choices=("once", "each")),
        FieldSpec("items", "json", "Items", shown_when=("mode", ("each",))),
    ]
    shown = Shown(qtbot, specs)
    assert not shown.field("items").isVisible()
    segments = shown.editor(ChoiceEditor, "mode").segments
    assert segments is not None
    click(segments, segments.place_of(1).center().toPoint())
    assert shown.field("items").isVisible()


def test_expert_fields_are_folded_until_one_has_a_problem(qtbot: QtBot) -> None:
    shown = Shown(qtbot, [FieldSpec("a", "text", "A"), FieldSpec("b", "text", "B", expert=True)])
    assert not shown.field("b").isVisible()
    shown.form.set_problems([Issue("x", "Wrong.", "Mend it.", field="b")])
    assert shown.field("b").isVisible()
    assert "Wrong. Mend it." in shown.said("b")


def test_a_wired_field_says_where_its_value_comes_from(qtbot: QtBot) -> None:
    shown = one(qtbot, "json", {"a": 1})
    shown.form.set_wired({"f": "New ticket"})
    assert not shown.field().editor.isVisible()
    shown.form.set_wired({})
    assert shown.field().editor.isVisible()


def test_the_menu_resets_to_the_default_and_offers_a_template(qtbot: QtBot) -> None:
    shown = one(qtbot, "switch", True, takes_templates=True)
    field = shown.field()
    QTest.keyClick(field.editor, Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    choose(open_menu(field), "Reset to default")
    assert shown.told == [(("f",), MISSING)]
    QTest.keyClick(field.editor, Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    choose(open_menu(field), "Write a template")
    QTest.keyClicks(shown.editor(TemplateText).edit, "{{ x")
    assert shown.last() == (("f",), "{{ x }}")


def test_the_large_editor_is_asked_for(qtbot: QtBot) -> None:
    shown = one(qtbot, "long_text")
    asked: list[str] = []
    shown.form.enlarge.connect(lambda spec: asked.append(spec.name))
    button = next(button for button in shown.field().findChildren(QWidget) if button.toolTip() == "Open in the large editor")
    click(button)
    assert asked == ["f"]


def test_making_a_form_shows_no_window_of_its_own(qtbot: QtBot) -> None:

    forms = [Form(kind.fields, Owner()) for kind in declarations().types.values()]
    for form in forms:
        qtbot.addWidget(form)
        form.set_values(dict.fromkeys(form.fields, 5))
    assert [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()] == []
