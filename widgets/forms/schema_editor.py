"""Editor of JSON schemas: a table of the fields of an object, and the schema as text for all that a table cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING
from engine.model.values import Json, JsonObject
from resources.language import tr
from widgets.boxes import fill, row, tip, words
from widgets.forms.context import Choice, FormContext
from widgets.forms.editor import FieldEditor, Value
from widgets.forms.line import Line
from widgets.forms.pick import Pick
from widgets.forms.row_list import Grip, Row, RowList
from widgets.forms.text_editors import SchemaText
from widgets.segments import Segments
from widgets.switch import Switch

TYPES = {
    "string": "Text", "integer": "Whole number", "number": "Number", "boolean": "Yes or no", "array": "List", "object": "Object",
}  # fmt: skip
_CHOICE = "enum"
_TYPE_WIDTH, _END_WIDTH = 108, 58
_TOO_MUCH = frozenset(("$ref", "anyOf", "oneOf", "allOf", "not", "if", "enum", "const", "patternProperties"))


def fits_table(schema: Value) -> bool:
    """Tell whether a table can show a schema: an object whose fields have one simple type each, or a choice."""
    if not schema or schema is MISSING:
        return True
    if not isinstance(schema, dict) or schema.get("type", "object") != "object" or _TOO_MUCH & schema.keys():
        return False
    fields, required = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(fields, dict) or not isinstance(required, list) or not all(name in fields for name in required):
        return False
    return all(isinstance(field, dict) and _type_of(field) for field in fields.values())


def _type_of(field: JsonObject) -> str:
    if isinstance(field.get("enum"), list):
        return _CHOICE
    kind = field.get("type")
    return kind if isinstance(kind, str) and kind in TYPES else ""


class _FieldRow(Row):
    typed = Signal()
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.is_fresh = True
        self._field: JsonObject = {}
        self.name = Line(tr("Name of the field"), tr("name"))
        self.kind = Pick(tr("Type"))
        self.needed = Switch(tr("Required"))
        self.needed.setToolTip(tr("Required"))
        self.name.textEdited.connect(self._on_typed)
        self.name.editingFinished.connect(self.ended)
        self.kind.picked.connect(self._on_kind)
        self.needed.clicked.connect(self._on_typed)
        self.first = self.name
        layout = QHBoxLayout(self)
        fill(layout, [Grip(self), self.name, self.kind, self.needed, self.bin], gap=4)
        layout.setStretch(1, 1)
        self.kind.setFixedWidth(_TYPE_WIDTH)

    def show_field(self, name: str, field: JsonObject, *, required: bool) -> None:
        self._field = field
        self.is_fresh = False
        self.name.show_text(name)
        self._offer_kinds()
        self.kind.show_choice(_type_of(field))
        self.needed.setChecked(required)
        more = [key for key in field if key not in ("type", "description", "enum")]
        values = ", ".join(str(one) for one in cast("list[Json]", field.get("enum", [])))
        also = tr("Also: {keys}", keys=", ".join(more)) if more else ""
        self.kind.setToolTip(tip(tr("One of: {values}", values=values) if values else also))
        self.name.setToolTip(tip(str(field.get("description", ""))))

    def start(self) -> None:
        self._field = {"type": "string"}
        self._offer_kinds()
        self.kind.show_choice("string")
        self.needed.setChecked(True)

    def _offer_kinds(self) -> None:
        choices = [Choice(kind, tr(title)) for kind, title in TYPES.items()]
        if _type_of(self._field) == _CHOICE:
            choices.append(Choice(_CHOICE, tr("Choice")))
        self.kind.offer(choices)

    def field(self) -> JsonObject:
        return self._field

    def _on_typed(self) -> None:
        self.is_fresh = False
        self.typed.emit()

    def _on_kind(self, kind: str) -> None:
        if kind != _type_of(self._field):
            kept: JsonObject = {key: value for key, value in self._field.items() if key in ("title", "description")}
            self._field = {"type": kind, **kept}
            if kind == "array":
                self._field["items"] = {"type": "string"}
            self._on_typed()


class SchemaTable(QWidget):
    """The fields of an object: name, type, required. `edited` tells of each edit."""

    edited = Signal()
    ended = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._rest: JsonObject = {}
        self.list: RowList[_FieldRow] = RowList(self._made, tr("Add a field"), name)
        self.list.add_wanted.connect(self._add)
        self.list.remove_wanted.connect(self._remove)
        self.list.reordered.connect(self._reorder)
        kind, needed = words(tr("Type"), "caption"), words(tr("Required"), "caption")
        kind.setFixedWidth(_TYPE_WIDTH)
        needed.setFixedWidth(_END_WIDTH)
        self._head = row(words(tr("Name"), "caption"), None, kind, needed, gap=4)
        fill(QVBoxLayout(self), [self._head, self.list], gap=2)
        self.setFocusProxy(self.list)

    def show_schema(self, schema: JsonObject) -> None:
        """Show a schema that `fits_table`."""
        self._rest = schema
        fields = cast("dict[str, JsonObject]", schema.get("properties", {}))
        required = cast("list[Json]", schema.get("required", []))
        for one, (name, field) in zip(self.list.have(len(fields)), fields.items(), strict=True):
            one.show_field(name, field, required=name in required)
        self._head.setVisible(bool(self.list.rows))

    def schema(self) -> JsonObject:
        """Return the schema of the table. Raises ValueError for two fields of one name, or one without."""
        rows = [one for one in self.list.rows if not one.is_fresh]
        names = [one.name.text() for one in rows]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(tr("There are two “{name}”.", name=name))
        if "" in names:
            raise ValueError(tr("Give each field a name."))
        if not rows and not self._rest:
            return {}
        schema: JsonObject = dict(self._rest) if self._rest else {"type": "object", "properties": {}}
        if rows or "properties" in schema:
            schema["properties"] = {one.name.text(): one.field() for one in rows}
        required: list[Json] = [one.name.text() for one in rows if one.needed.isChecked()]
        if required or "required" in schema:
            schema["required"] = required
        if not self._rest:
            schema["additionalProperties"] = False
        return schema

    def _made(self) -> _FieldRow:
        made = _FieldRow()
        made.typed.connect(self.edited)
        made.ended.connect(self.ended)
        return made

    def _add(self) -> None:
        made = self.list.add()
        self._head.show()
        made.start()
        made.enter()

    def _remove(self, one: QObject) -> None:
        if isinstance(one, _FieldRow):
            self.list.remove(one)
            self._head.setVisible(bool(self.list.rows))
            self.edited.emit()
            self.ended.emit()

    def _reorder(self, _places: object) -> None:
        self.edited.emit()
        self.ended.emit()


class SchemaEditor(FieldEditor):
    """A JSON schema as a table where that is enough, and as text."""

    LARGE = True

    def __init__(self, spec: FieldSpec, context: FormContext, *, large: bool = False) -> None:
        super().__init__(spec, context)
        self.mode = Segments((tr("Fields"), tr("JSON")), tr("Shown as"), height=24)
        self.mode.chosen.connect(self._change_mode)
        self.table = SchemaTable(tr(spec.label))
        self.table.edited.connect(self._on_table)
        self.table.ended.connect(self.committed)
        self.text = SchemaText(spec, context, large=large)
        self.text.edited.connect(self._on_text)
        self.text.refused.connect(self.refused)
        self.text.committed.connect(self.committed)
        self._why = words(tr("This schema says more than a table can show."), "hint", wrap=True)
        layout = QVBoxLayout(self)
        fill(layout, [row(self.mode, None), self.table, self.text, self._why], gap=6)
        self.setFocusProxy(self.mode)
        self._show_mode(0)

    def reveal(self, _below: str) -> None:
        """See `FieldEditor`."""
        self.text.setFocus() if self.mode.current() == 1 else self.table.list.focus_first()

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return SchemaText.fits(spec, value)

    def _show_mode(self, place: int) -> None:
        self.mode.set_current(place)
        self.table.setVisible(place == 0)
        self.text.setVisible(place == 1)
        can = fits_table(self.value)
        self.mode.setEnabled(can or place == 0)
        self._why.setVisible(not can)

    def _change_mode(self, place: int) -> None:
        self._show(place)

    def _show(self, place: int) -> None:
        held = self.value
        if place == 0:
            self.table.show_schema(held if isinstance(held, dict) else {})
        else:
            self.text.set_value(held)
        self._show_mode(place)
        self.refused.emit("")

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        self._show(self.mode.current() if fits_table(value) else 1)

    def read(self) -> Value:
        """See `FieldEditor`."""
        if self.mode.current() == 1:
            return self.text.read()
        schema = self.table.schema()
        return schema if schema else self.value if not self.value or self.value is MISSING else MISSING

    def forget(self) -> None:
        """See `FieldEditor`."""
        super().forget()
        self.text.forget()
        self._show_mode(0)

    def _on_table(self) -> None:
        self.take()

    def _on_text(self, _path: object, value: Value) -> None:
        self.put((), value)
        self.mode.setEnabled(fits_table(value))
        self._why.setVisible(not fits_table(value))

    def set_issues(self, issues: Sequence[Issue]) -> None:
        """See `FieldEditor`."""
        super().set_issues(issues)
        self.text.set_issues(issues)

    def bordered(self) -> Sequence[QWidget]:
        """See `FieldEditor`."""
        return (self.text.edit,)

    def set_read_only(self, read_only: bool) -> None:
        """See `FieldEditor`."""
        self.table.setEnabled(not read_only)
        self.text.set_read_only(read_only)
