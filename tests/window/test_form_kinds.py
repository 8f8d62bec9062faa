"""Every kind of field has an editor of its own, and each gives back what it was given."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from engine.api.declaration import KINDS, FieldSpec
from engine.model.paths import MISSING
from engine.model.values import Json
from tests.window.form_helpers import Owner, declarations
from tests.window.form_window import Shown, click
from widgets.forms import literal
from widgets.forms.editor import FieldEditor
from widgets.forms.field import Field
from widgets.forms.form import Form
from widgets.forms.kinds import EDITORS, editor_for, make
from widgets.forms.text_editors import JsonEditor, TemplateText

CASE = (
    FieldSpec("id", "text", "Id", required=True),
    FieldSpec("label", "text", "Label"),
    FieldSpec("when", "expression", "When", names=("value",), takes_templates=True),
)
GROUP = (
    FieldSpec("attempts", "integer", "Attempts", default=1, least=1, most=100),
    FieldSpec("jitter", "switch", "Jitter", default=True),
)
SCHEMA: Json = {
    "type": "object",
    "properties": {"kind": {"enum": ["a", "b"]}, "n": {"type": "integer", "maximum": 4}},
    "required": ["n"],
    "additionalProperties": False,
}

VALUES: dict[str, list[Json]] = {
    "text": ["", "plain", "two\nlines", "{{ inputs.brand }}", " 값 ", '"quoted"'],
    "long_text": ["", "a\n\nb\n", "{% for d in x %}{{ d }}{% endfor %}"],
    "code": ["", "def f():\n    return 1\n", "\tx = '''\n'''"],
    "expression": ["", "item.score > 3", "{{ item }}"],
    "template": ["", "text", "5", '{"a": 1}', {"a": "{{ item }}"}, [1, "b"], 5, True],
    "json": [
        None,
        0,
        1.5,
        True,
        "",
        "text",
        "{{ inputs.brand }}",
        '"{{ a }}"',
        "5",
        [],
        {},
        [1, {"a": None}],
        {"$secret": "smtp"},
    ],
    "json_schema": [
        {},
        SCHEMA,
        {"$ref": "#/schemas/Triage"},
        {"type": "object"},
        {"anyOf": [{"type": "string"}]},
        {"type": "array"},
    ],
    "file": ["", "a/b.csv", "{{ inputs.file }}"],
    "secret": [None, {"$secret": "smtp"}, {"$secret": "elsewhere"}],
    "secret_text": ["", "https://x", "{{ inputs.url }}", {"$secret": "smtp"}],
    "duration": [0, 1, 1.5, 45.0, 90, 600.0, 5400, 86400, 0.25],
    "datetime": ["", "2026-05-01T09:00", "2026-05-01T09:00:00+09:00", "{{ inputs.when }}"],
    "number": [0, 0.5, 2, -3.25, 1e-9, 1e300],
    "integer": [0, 1, 64, -5, 10**30],
    "switch": [True, False],
    "choice": ["once", "each"],
    "list": [[], ["a"], ["", "b", "{{ inputs.brand }}", "c\nd"]],
    "key_values": [
        {},
        {"a": "1", "b": 1, "c": None, "d": [1], "e": {"$secret": "smtp"}, "f": "{{ x }}", "g": "007", "h": "true"},
    ],
    "cases": [[], [{"id": "a", "label": "A", "when": "x > 1"}, {"id": "b"}]],
    "rows": [[], [{"id": "a", "label": "", "when": "x"}]],
    "group": [None, {}, {"attempts": 3}, {"attempts": 3, "jitter": False}],
    "encoding": ["", "utf-8", "cp949", "{{ inputs.enc }}"],
    "provider": ["", "local", "{{ inputs.p }}"],
    "model": ["", "qwen3-8b", "own-model"],
    "input_name": ["", "tickets", "not declared"],
    "any": ["", "plain", "two\nlines", "5", 5, True, "true", [1, "a"], {"a": None}],
}


def spec_of(kind: str) -> FieldSpec:
    rows = GROUP if kind == "group" else CASE if kind in ("cases", "rows") else ()
    choices = ("once", "each") if kind == "choice" else ()
    return FieldSpec("field", kind, "Field", "What it is.", optional=True, rows=rows, choices=choices, takes_templates=True)


def made(qtbot: QtBot, spec: FieldSpec) -> FieldEditor:
    editor = make(EDITORS[spec.kind], spec, Owner())
    qtbot.addWidget(editor)
    return editor


def all_fields(specs: tuple[FieldSpec, ...]) -> Iterator[FieldSpec]:
    for spec in specs:
        yield spec
        yield from all_fields(spec.rows)


def test_every_kind_has_an_editor() -> None:
    assert set(EDITORS) == set(KINDS)
    assert set(VALUES) == set(KINDS)


@pytest.mark.parametrize("type_id", [*declarations().types, "options"])
def test_no_node_type_needs_a_fallback(qtbot: QtBot, type_id: str) -> None:
    specs = declarations().options if type_id == "options" else declarations().types[type_id].fields
    form = Form(specs, Owner())
    qtbot.addWidget(form)
    for spec in all_fields(specs):
        assert spec.kind in EDITORS, spec
        assert editor_for(spec, MISSING) is EDITORS[spec.kind]
        if not spec.required:
            default = spec.default if spec.default is not None else MISSING
            assert EDITORS[spec.kind].fits(spec, default), (spec.name, spec.default)
    form.set_values({})
    form.set_values({spec.name: spec.default for spec in specs if spec.default is not None})
    for name, field in form.fields.items():
        assert type(field.editor) is EDITORS[field.spec.kind], name


@pytest.mark.parametrize("kind", KINDS)
def test_value_in_is_value_out(qtbot: QtBot, kind: str) -> None:
    spec = spec_of(kind)
    editor = made(qtbot, spec)
    told: list[object] = []
    editor.edited.connect(lambda path, value: told.append((path, value)))
    for value in [MISSING, *VALUES[kind], MISSING, *reversed(VALUES[kind])]:
        if not editor.fits(spec, value):
            assert value is not MISSING
            continue
        editor.set_value(value)
        read = editor.read()
        assert (type(read), read) == (type(value), value)
        assert editor.value == value
    assert told == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_value_finds_an_editor_that_shows_it(qtbot: QtBot, kind: str) -> None:
    field = Field(spec_of(kind), Owner())
    qtbot.addWidget(field)
    told: list[object] = []
    field.edited.connect(lambda path, value: told.append((path, value)))
    others: list[Json] = ["{{ inputs.brand }}", 5, [1], {"a": 1}, None]
    for value in others + VALUES[kind]:
        field.set_value(value)
        assert field.editor.fits(field.spec, value)
        assert field.editor.read() == value
    assert told == []


@pytest.mark.parametrize(
    ("kind", "value"), [("integer", "{{ inputs.limit }}"), ("switch", "{{ true }}"), ("key_values", "{{ x }}")]
)
def test_a_template_in_place_of_another_value_is_text(qtbot: QtBot, kind: str, value: str) -> None:
    field = Field(spec_of(kind), Owner())
    qtbot.addWidget(field)
    field.set_value(value)
    assert isinstance(field.editor, TemplateText)
    field.set_value([1, 2])
    assert isinstance(field.editor, JsonEditor)
    field.set_value(MISSING)
    assert type(field.editor) is EDITORS[kind]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
    | st.sampled_from(["{{ a }}", '"{{ a }}"', "[{{ a }}]", " {{ a }} ", "5", "null", "1.10", "{# c #}"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(json_values)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_data_reads_as_it_is_written(value: Json) -> None:
    for read in (literal.read_data(literal.shown_data(value), templates=True), literal.read_cell(literal.shown_cell(value))):
        assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "group"])
def test_a_click_on_the_label_goes_to_the_editor(qtbot: QtBot, kind: str) -> None:
    shown = Shown(qtbot, [spec_of(kind)])
    field = shown.field(spec_of(kind).name)
    if focused := shown.window.focusWidget():
        focused.clearFocus()
    click(field.label, QPoint(4, 6))
    focused = shown.window.focusWidget()
    assert focused is not None
    assert field.editor.isAncestorOf(focused)
    assert field.label.full_text() in focused.accessibleName()
