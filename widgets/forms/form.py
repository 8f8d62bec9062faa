"""A form made from declarations alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING, Path
from engine.model.values import Json
from resources.language import tr, trn
from widgets.boxes import column, fill, line, tip
from widgets.code.names import Name, Names, readable
from widgets.forms.context import FormContext
from widgets.forms.editor import Value
from widgets.forms.field import Field
from widgets.forms.wording import help_text
from widgets.glyph import Button
from widgets.section import Section

_GAP = 10


class Form(QWidget):
    """Edits the values of some fields.

    Signals:
        edited: a path that begins with the name of a field, and its new value, MISSING to take it out. For each edit by a person.
        committed: an edit is at its end, so that the next one is undone on its own.
        enlarge: the `FieldSpec` of a field that should be shown in a large editor; only when it `enlarges`.
    """

    edited = Signal(object, object)
    committed = Signal()
    enlarge = Signal(object)

    def __init__(
        self, fields: Sequence[FieldSpec], context: FormContext, *, enlarges: bool = True, ports: Collection[str] = ()
    ) -> None:
        """Make a form; an optional field with a name of `ports` is folded as long as nothing stands in it or arrives."""
        super().__init__()
        self._context, self._enlarges, self._ports = context, enlarges, frozenset(ports)
        self._folds: dict[str, Button] = {}
        self._unfolded: set[str] = set()
        self._known: tuple[Name, ...] | None = None
        self.fields: dict[str, Field] = {}
        self._expert: Section | None = None
        self._folded: QWidget | None = None
        layout = QVBoxLayout(self)
        fill(layout, [], gap=_GAP)
        for spec in fields:
            if not spec.expert:
                layout.addWidget(self._made(spec))
                if spec.optional and spec.name in ports:
                    layout.addWidget(self._made_fold(spec))
        expert = [spec for spec in fields if spec.expert]
        if expert:
            self._expert = Section(tr("Expert"), gap=_GAP)
            self._folded = column(line(subtle=True), self._expert)
            layout.addWidget(self._folded)
            for spec in expert:
                self._expert.body.addWidget(self._made(spec))
        if self.fields:
            self.setFocusProxy(next(iter(self.fields.values())))
        self.refresh_names()
        self._show_what_matters()

    def _made(self, spec: FieldSpec) -> Field:
        field = Field(spec, self._context, enlarges=self._enlarges)
        field.edited.connect(self._on_edited)
        field.committed.connect(self.committed)
        field.enlarge.connect(self.enlarge)
        self.fields[spec.name] = field
        return field

    def _made_fold(self, spec: FieldSpec) -> Button:
        fold = self._folds[spec.name] = Button(tr(spec.label), "plus", "link")
        fold.setToolTip(tip(help_text(spec)))
        fold.setProperty("field", spec.name)
        fold.clicked.connect(self._unfold)
        return fold

    # ------------------------------------------------------------------ what the owner tells
    def set_values(self, values: Mapping[str, Json]) -> None:
        """Show the values of the document, without telling of them; what is the same keeps its caret."""
        for name, field in self.fields.items():
            field.set_value(values.get(name, MISSING))
        self._show_what_matters()

    def forget(self) -> None:
        """Let go of what was typed and is no value, before the values of another node are shown."""
        self._unfolded.clear()
        for field in self.fields.values():
            field.forget()
        if self._expert is not None:
            self._expert.set_open(False)

    def set_wired(self, sources: Mapping[str, str]) -> None:
        """Show which fields get their value over an edge, by name, and from what; and which rows of names and values do."""
        free = {name: source for name, source in sources.items() if name not in self.fields and name not in self._ports}
        for name, field in self.fields.items():
            field.set_wired(sources.get(name, ""))
            field.set_replaced(free)
        self._show_what_matters()

    def set_problems(self, issues: Sequence[Issue]) -> None:
        """Show issues at the fields that they name."""
        by_field: dict[str, list[Issue]] = {}
        for issue in issues:
            name, below = split_place(issue.field)
            by_field.setdefault(name, []).append(replace(issue, field=below))
        for name, field in self.fields.items():
            field.set_issues(by_field.get(name, ()))
        if self._expert is not None and any(self.fields[name].spec.expert for name in by_field if name in self.fields):
            self._expert.set_open(True)

    def refresh_names(self) -> None:
        """Ask the context anew which names templates can use, as after a run or a change of the graph."""
        known = tuple(self._context.names())
        if known == self._known:
            return
        self._known = known
        made: dict[tuple[str, ...], Names] = {}
        for field in self.fields.values():
            free = _free(field.spec)
            if free not in made:
                made[free] = Names(readable(known, free), free)
            field.set_names(made[free])

    @property
    def ends_folded(self) -> bool:
        """Whether a part that folds is the last that is shown."""
        return self._folded is not None and not self._folded.isHidden()

    def values(self) -> dict[str, Value]:
        """Return what the fields hold, MISSING where the default counts."""
        return {name: field.value for name, field in self.fields.items()}

    def reveal(self, place: str) -> bool:
        """Put the focus to a place such as `cases[0].when`, also in a folded field; tell whether there is such a field."""
        name, below = split_place(place)
        field = self.fields.get(name)
        if field is None:
            return False
        if field.spec.expert and self._expert is not None:
            self._expert.set_open(True)
        if name in self._folds:
            self._unfolded.add(name)
            self._show_what_matters()
        field.editor.reveal(below)
        return True

    # ------------------------------------------------------------------ inside
    def _on_edited(self, path: Path, value: Value) -> None:
        self.edited.emit(path, value)
        self._show_what_matters()

    def _unfold(self) -> None:
        self.reveal(str(self.sender().property("field")))

    def _show_what_matters(self) -> None:
        """Hide the fields that do not count with the values of the others."""
        held = {name: field.spec.default if field.value is MISSING else field.value for name, field in self.fields.items()}
        experts = 0
        for field in self.fields.values():
            when = field.spec.shown_when
            shown = when is None or when[0] not in held or _is_among(held[when[0]], when[1])
            folded = field.spec.name in self._folds and field.spec.name not in self._unfolded and field.is_idle
            if field.spec.name in self._folds:
                self._folds[field.spec.name].setVisible(shown and folded)
            field.setVisible(shown and not folded)
            field.set_siblings(held)
            experts += shown and field.spec.expert
        if self._expert is not None and self._folded is not None:
            self._folded.setVisible(experts > 0)
            self._expert.set_note(trn("{count} field", "{count} fields", experts))


def _free(spec: FieldSpec) -> tuple[str, ...]:
    """Return the names that only a field and its rows have."""
    return tuple(dict.fromkeys((*spec.names, *(name for row in spec.rows for name in row.names))))


def _is_among(value: object, wanted: Sequence[object]) -> bool:
    """Tell whether a value is one of the wanted ones; a template could become any of them."""
    return value in wanted or (isinstance(value, str) and "{{" in value)


def split_place(place: str) -> tuple[str, str]:
    """Split the place of an issue into the name of the field and what is below: `cases[0].when` gives cases and [0].when."""
    ends = [at for at in (place.find("."), place.find("[")) if at >= 0]
    end = min(ends, default=len(place))
    return place[:end], place[end:]
