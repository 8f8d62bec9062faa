"""The options that every node has, in folded parts below its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING, Path
from engine.model.values import Json
from resources.language import tr
from widgets.boxes import fill, line
from widgets.forms.context import FormContext
from widgets.forms.editor import Value
from widgets.forms.form import Form, split_place
from widgets.forms.row_editors import below, said
from widgets.section import Section

_RENDERED = ("expression", "long_text", "group")
_DEFAULT_WHEN = ("on_error", ("default",))
_NOTES = FieldSpec("notes", "long_text", "Notes", "For people; a run does not read them.")

PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Retry and time-out", ("time_limit", "retry")),
    ("Accept when", ("accept",)),
    ("When it fails", ("on_error", "default")),
    ("Switch off and pin", ("disabled", "pinned")),
)
"""Options that belong together, with what they are called. Others follow in a part of their own."""


class OptionsPart(QWidget):
    """Edits the options of a node. `edited` tells a path in the options, `noted` the notes."""

    edited = Signal(object, object)
    noted = Signal(str)
    committed = Signal()
    enlarge = Signal(object)

    def __init__(self, options: Sequence[FieldSpec], context: FormContext) -> None:
        super().__init__()
        self._options: Mapping[str, Json] = {}
        self._forms: list[tuple[Section, Form, str]] = []
        self._column = QVBoxLayout(self)
        fill(self._column, [], gap=0)
        left = {spec.name: _plain(spec) for spec in options}
        for title, names in PARTS:
            here = [left.pop(name) for name in names if name in left]
            if here:
                self._add_part(tr(title), here, context)
        if left:
            self._add_part(tr("More"), list(left.values()), context)
        self._notes = self._add_form(self._section(tr("Notes")), [_NOTES], context, None)

    def _section(self, title: str) -> Section:
        section = Section(title, gap=10)
        self._column.addWidget(line(subtle=True))
        self._column.addWidget(section)
        return section

    def _add_part(self, title: str, specs: list[FieldSpec], context: FormContext) -> None:
        section = self._section(title)
        flat = [spec for spec in specs if spec.kind != "group" or spec.optional]
        if flat:
            self._add_form(section, flat, context, "")
        for spec in specs:
            if spec.kind == "group" and not spec.optional:
                self._add_form(section, list(spec.rows), context, spec.name)

    def _add_form(self, section: Section, specs: Sequence[FieldSpec], context: FormContext, group: str | None) -> Form:
        form = Form(specs, context, enlarges=group == "")
        form.edited.connect(self._on_note if group is None else self._on_edited)
        form.committed.connect(self.committed)
        form.enlarge.connect(self.enlarge)
        section.body.addWidget(form)
        if group is not None:
            self._forms.append((section, form, group))
        return form

    def show_options(self, options: Mapping[str, Json], notes: str) -> None:
        """Show the options and the notes of a node."""
        self._options = options
        for _, form, group in self._forms:
            held = options.get(group) if group else options
            form.set_values(held if isinstance(held, Mapping) else {})
        self._notes.set_values({"notes": notes} if notes else {})
        self._show_notes()

    def set_problems(self, issues: Sequence[Issue]) -> None:
        """Show issues whose `field` is a path in the options, and open the parts that have some."""
        for section, form, group in self._forms:
            here = (
                [below(issue, f"{group}.") for issue in issues if split_place(issue.field)[0] == group] if group else list(issues)
            )
            form.set_problems(here)
            if any(split_place(issue.field)[0] in form.fields for issue in here):
                section.set_open(True)

    def reveal(self, place: str) -> None:
        """Put the focus to a place in the options, such as `retry.attempts`, and open its part."""
        name, rest = split_place(place)
        for section, form, group in self._forms:
            below_group = rest.removeprefix(".") if group else place
            if group in ("", name) and split_place(below_group)[0] in form.fields:
                section.set_open(True)
                form.reveal(below_group)
                return

    def refresh_names(self) -> None:
        """Ask anew which names templates can use."""
        for _, form, _group in self._forms:
            form.refresh_names()

    def forget(self) -> None:
        """Let go of what was typed and is no value, before another node is shown."""
        for _, form, _group in self._forms:
            form.forget()
        self._notes.forget()

    def _on_note(self, _path: Path, value: Value) -> None:
        self.noted.emit(value if isinstance(value, str) else "")

    def _on_edited(self, path: Path, value: Value) -> None:
        sender: QObject = self.sender()
        group = next((group for _, form, group in self._forms if form is sender), "")
        if not group:
            self.edited.emit(path, value)
        elif isinstance(self._options.get(group), dict):
            self.edited.emit((group, *path), value)
        elif value is not MISSING:
            self.edited.emit((group,), {str(path[0]): value})
        self._show_notes()

    def _show_notes(self) -> None:
        notes: dict[Section, list[str]] = {}
        for section, form, group in self._forms:
            inner = self._options.get(group) if group else self._options
            held = inner if isinstance(inner, Mapping) else {}
            specs = [field.spec for field in form.fields.values()]
            notes.setdefault(section, []).extend(
                filter(None, (said(spec, held[spec.name]) for spec in specs if spec.name in held))
            )
        for section, parts in notes.items():
            section.set_note(" · ".join(parts))


def _plain(spec: FieldSpec) -> FieldSpec:
    """Return an option without templates, which only texts and expressions of options may be, and shown where it matters."""
    when = _DEFAULT_WHEN if spec.name == "default" else spec.shown_when
    takes = spec.takes_templates and spec.kind in _RENDERED
    return replace(spec, takes_templates=takes, shown_when=when, rows=tuple(map(_plain, spec.rows)))
