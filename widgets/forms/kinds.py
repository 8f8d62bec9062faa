"""Which editor each kind of field has."""

from __future__ import annotations

from engine.api.declaration import FieldSpec
from widgets.forms.choice_editors import ChoiceEditor, EncodingEditor, InputNameEditor, ModelEditor, ProviderEditor, SwitchEditor
from widgets.forms.context import FormContext
from widgets.forms.editor import FieldEditor, Value
from widgets.forms.list_editors import KeyValuesEditor, ListEditor
from widgets.forms.literal import is_template
from widgets.forms.number_editors import DurationEditor, IntegerEditor, NumberEditor
from widgets.forms.place_editors import DateTimeEditor, FileEditor
from widgets.forms.row_editors import CasesEditor, GroupEditor, RowsEditor
from widgets.forms.schema_editor import SchemaEditor
from widgets.forms.secret_editors import SecretEditor, SecretTextEditor
from widgets.forms.text_editors import (
    AnyEditor,
    CodeEditor,
    ExpressionEditor,
    JsonEditor,
    LongTextEditor,
    TemplateEditor,
    TemplateText,
    TextEditor,
)

EDITORS: dict[str, type[FieldEditor]] = {
    "text": TextEditor,
    "long_text": LongTextEditor,
    "code": CodeEditor,
    "expression": ExpressionEditor,
    "template": TemplateEditor,
    "json": JsonEditor,
    "json_schema": SchemaEditor,
    "file": FileEditor,
    "secret": SecretEditor,
    "secret_text": SecretTextEditor,
    "duration": DurationEditor,
    "datetime": DateTimeEditor,
    "number": NumberEditor,
    "integer": IntegerEditor,
    "switch": SwitchEditor,
    "choice": ChoiceEditor,
    "list": ListEditor,
    "key_values": KeyValuesEditor,
    "cases": CasesEditor,
    "rows": RowsEditor,
    "group": GroupEditor,
    "encoding": EncodingEditor,
    "provider": ProviderEditor,
    "model": ModelEditor,
    "input_name": InputNameEditor,
    "any": AnyEditor,
}


def editor_for(spec: FieldSpec, value: Value) -> type[FieldEditor]:
    """Return the editor for a value: that of the kind; a template or JSON where the value is of another kind."""
    usual = EDITORS.get(spec.kind, JsonEditor)
    if usual.fits(spec, value):
        return usual
    return TemplateText if isinstance(value, str) and (spec.takes_templates or is_template(value)) else JsonEditor


def make(kind: type[FieldEditor], spec: FieldSpec, context: FormContext, *, large: bool = False) -> FieldEditor:
    """Return an editor, made for a lot of room if `large` and if it can use that."""
    if large and kind.LARGE:
        return kind(spec, context, large=True)  # type: ignore[call-arg]
    return kind(spec, context)
