"""Edits the payload of a question: as a form, as a table, or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING, Missing, Path, replaced
from engine.model.values import Json, JsonObject
from resources.language import tr
from widgets.boxes import column, fill, words
from widgets.code.edit import CodeEdit, Style
from widgets.code.names import Name
from widgets.forms.context import Choice, Dialogs, Models, Resolved
from widgets.forms.form import Form
from widgets.forms.literal import read_data
from widgets.forms.number_editors import NumberEditor
from widgets.payload.schema import Difference, as_object, differences, emptied, fields_of, table_of
from widgets.payload.table import PayloadTable
from widgets.run.value_text import is_small
from widgets.run.values import ValueView
from widgets.segments import Segments
from widgets.values import as_json

_EDITABLE = 400_000
"""Characters up to which a payload can be edited; a larger one goes on as it is."""


_NUMBER = 160


class DataContext:
    """What a form for data asks of its owner (see `FormContext`): nothing but files, when it is given their dialogs."""

    def __init__(self, dialogs: Dialogs | None = None) -> None:
        self._dialogs = dialogs

    @property
    def dialogs(self) -> Dialogs:
        """Where files come from."""
        return self._dialogs or self

    def choose_file(self, field: FieldSpec, current: str, done: Callable[[str | None], None]) -> None:
        """Choose none."""
        done(None)

    def add_secret(self, done: Callable[[str | None], None]) -> None:
        """Add none."""
        done(None)

    def names(self) -> Sequence[Name]:
        """Return none."""
        return ()

    def providers(self) -> Sequence[Choice]:
        """Return none."""
        return ()

    def models(self, provider: str, done: Callable[[Models], None]) -> None:
        """Tell of none."""
        done(Models())

    def secrets(self) -> Sequence[str]:
        """Return none."""
        return ()

    def inputs(self) -> Sequence[str]:
        """Return none."""
        return ()

    def resolve(self, value: Json, field: FieldSpec, done: Callable[[Resolved], None]) -> None:
        """Resolve nothing: data has no templates."""
        done(Resolved())


class _Pages(QStackedWidget):
    """Wants the room of the page that is shown, not of the largest."""

    def sizeHint(self) -> QSize:
        """Return that of the page."""
        page = self.currentWidget()
        return page.sizeHint() if page is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return that of the page."""
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        """Return whether the page has."""
        page = self.currentWidget()
        return page is not None and page.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        """Return that of the page."""
        page = self.currentWidget()
        return page.heightForWidth(width) if page is not None else -1


class PayloadEditor(QWidget):
    """Edits a value. `changed` tells of each edit; `problem` says why what was typed is no value, empty when it is one."""

    changed = Signal()

    def __init__(self, value: Json, schema: JsonObject) -> None:
        super().__init__()
        self._original, self._value, self._schema = value, value, schema
        self.problem = ""
        self.form: Form | None = None
        self.table: PayloadTable | None = None
        self.json: CodeEdit | None = None
        self._pages = _Pages()
        self.choice: Segments | None = None
        self._note = words("", "error", wrap=True)
        self._note.hide()
        fill(QVBoxLayout(self), [self._pages, self._note], gap=4)
        self.is_editable = is_small(value, _EDITABLE)
        if self.is_editable:
            self._make_pages()
        else:
            view = ValueView()
            view.show_value(value, "payload")
            self._pages.addWidget(view)

    # ------------------------------------------------------------------ what it holds
    def value(self) -> Json:
        """Return the value as edited."""
        return self._value

    @property
    def is_edited(self) -> bool:
        """Whether the value is another one than at first."""
        return bool(self.differences())

    def differences(self) -> list[Difference]:
        """Return what was edited."""
        original = self._original
        if (
            self.table is not None
            and self._is_first_page()
            and isinstance(original, list)
            and len(self.table.rows.rows) == len(original)
        ):
            return _table_differences(self.table, original)
        return [] if self._value is self._original else differences(self._original, self._value)

    def reset(self) -> None:
        """Take all edits back."""
        self._value = self._original
        self._say("")
        page = self._pages.currentIndex()
        self._clear_pages()
        self._make_pages()
        self._show_page(min(page, self._pages.count() - 1))
        self.changed.emit()

    def show_refusal(self, place: str, text: str) -> bool:
        """Show at a field why its value is not allowed; tell whether there is such a field."""
        name = place.removeprefix("$").lstrip(".").partition(".")[0].partition("[")[0]
        if self.form is None or name not in self.form.fields or not self._is_first_page():
            return False
        self.form.set_problems([Issue("approval.bad-edit", text, field=name)])
        self.form.reveal(name)
        return True

    # ------------------------------------------------------------------ pages
    def _make_pages(self) -> None:
        shape = table_of(self._value, self._schema)
        specs = () if shape else fields_of(self._value, self._schema)
        if shape is not None and isinstance(self._value, list):
            rows = [row for row in self._value if isinstance(row, dict)]
            self.table = PayloadTable(rows, shape)
            self.table.rows.edited.connect(self._on_table)
            self.table.rows.refused.connect(self._say)
            self._pages.addWidget(self.table)
        elif specs:
            self.form = self._made_form(specs)
            self._pages.addWidget(column(self.form, None))
        self.json = CodeEdit(Style(language="json", numbers=True, lines=(4, 24)))
        self.json.setAccessibleName(tr("Data as JSON"))
        self.json.set_text(as_json(self._value))
        self.json.typed.connect(self._on_json)
        self._pages.addWidget(self.json)
        if self.choice is None and self._pages.count() > 1:
            self.choice = Segments([tr("Table") if shape else tr("Form"), tr("JSON")], tr("How the data is edited"), height=24)
            self.choice.set_current(0)
            self.choice.chosen.connect(self._on_chosen)

    def _made_form(self, specs: Sequence[FieldSpec]) -> Form:
        form = Form(specs, DataContext())
        form.set_values(as_object(self._value))
        for field in form.fields.values():
            field.label.set_text(field.spec.label, field.spec.help)  # names of data are not translated
            field.refusal_changed.connect(self._on_refusal)
            if isinstance(field.editor, NumberEditor):
                field.editor.line.setFixedWidth(_NUMBER)
        form.edited.connect(self._on_form)
        form.enlarge.connect(self._show_json)
        return form

    def _clear_pages(self) -> None:
        self.form = self.table = self.json = None
        while (page := self._pages.widget(0)) is not None:
            self._pages.removeWidget(page)
            page.hide()
            page.deleteLater()

    def _is_first_page(self) -> bool:
        return self._pages.currentIndex() == 0 and self._pages.count() > 1

    def _on_chosen(self, page: int) -> None:
        """Show the same value in the other way; what is no value stays where it can be mended."""
        if self.problem and self.choice is not None:
            self.choice.set_current(self._pages.currentIndex())
            return
        if page != self._pages.currentIndex():
            self._clear_pages()
            self._make_pages()
            self._show_page(page)

    def _show_json(self) -> None:
        self._on_chosen(1)

    def _show_page(self, page: int) -> None:
        last = self._pages.count() - 1
        self._pages.setCurrentIndex(min(page if last else 0, last) if self.choice else last)
        if self.choice is not None:
            self.choice.set_current(1 if self._pages.currentIndex() == last else 0)

    # ------------------------------------------------------------------ edits
    def _on_form(self, path: Path, value: Json | Missing) -> None:
        assert self.form is not None
        spec = self.form.fields[str(path[0])].spec
        if isinstance(value, Missing) and len(path) == 1:
            value = emptied(spec)
        if isinstance(self._value, dict):
            self._value = replaced(self._value, path, value)
        elif not isinstance(value, Missing):
            self._value = value
        self.form.set_problems([])
        self.changed.emit()

    def _on_refusal(self) -> None:
        """What is no value stays at its field, which says so; nothing is approved before that is mended."""
        assert self.form is not None
        self.problem = next((field.refusal for field in self.form.fields.values() if field.refusal), "")
        self.changed.emit()

    def _on_table(self) -> None:
        assert self.table is not None
        self._value = self.table.rows.value()
        self.changed.emit()

    def _on_json(self) -> None:
        assert self.json is not None
        try:
            self._value = read_data(self.json.toPlainText(), templates=False)
        except ValueError as error:
            self._say(str(error))
        else:
            self._say("")
        self.changed.emit()

    def _say(self, problem: str) -> None:
        self.problem = problem
        self._note.setText(problem)
        self._note.setVisible(bool(problem))


def _table_differences(table: PayloadTable, before: Sequence[Json]) -> list[Difference]:
    """Rows that were left out are told as such; the others keep their numbers."""
    after: list[Json] = [*table.rows.rows]
    gone = [place for place, kept in enumerate(table.rows.kept) if not kept]
    found = [one for one in differences([*before], after) if not any(one.path.startswith(f"[{place}]") for place in gone)]
    return [*found, *(Difference(f"[{place}]", before[place], MISSING) for place in gone)]
