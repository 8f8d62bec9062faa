"""The first page of the inspector: the parameters and the options of the nodes of one type."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from engine.api.declaration import Declaration, FieldSpec
from engine.model.issues import Issue
from engine.model.paths import MISSING, Path
from resources.language import tr
from widgets.boxes import Item, column, fill
from widgets.empty import EmptyState
from widgets.forms.context import FormContext
from widgets.forms.editor import Value
from widgets.forms.field import Field
from widgets.forms.form import Form, split_place
from widgets.forms.notes import Problems
from widgets.forms.row_editors import below
from widgets.inspection.input_part import InputPart
from widgets.inspection.options import OptionsPart
from widgets.inspection.pinned import PinnedNote
from widgets.inspection.shown import NodeShown
from widgets.inspection.strays import Strays

_GAP, _GAP_OF_FIELDS = 14, 10
_MARGIN = 12
"""Pixels that stay free above and below what is scrolled to."""


class NodeForm(QWidget):
    """The parameters and options of the nodes of one type; of a type that reads an input, that input as well.

    Signals as those of the inspector.
    """

    edited = Signal(str, object, object)
    input_named = Signal(object, object)
    input_renamed = Signal(str, str)
    committed = Signal()
    enlarge = Signal(str, object)

    def __init__(self, kind: Declaration | None, options: Sequence[FieldSpec], context: FormContext) -> None:
        super().__init__()
        self.kind = kind
        ports = [port.key for port in kind.ports.inputs] if kind else ()
        self.form = Form(kind.fields if kind else (), context, ports=ports)
        self.form.edited.connect(self._on_param)
        self.form.committed.connect(self.committed)
        self.form.enlarge.connect(self._enlarge_param)
        self._input_field = next((spec.name for spec in kind.fields if spec.kind == "input_name"), "") if kind else ""
        self._input = InputPart(context)
        self._input.setVisible(bool(self._input_field))
        self._input.edited.connect(self._on_input)
        self._input.renamed.connect(self.input_renamed)
        self._input.committed.connect(self.committed)
        self._options = OptionsPart(options, context)
        self._options.edited.connect(self._on_option)
        self._options.noted.connect(self._on_note)
        self._options.committed.connect(self.committed)
        self._options.enlarge.connect(self._enlarge_option)
        self._problems = Problems()
        self._unknown = EmptyState(
            "circle-help", tr("Unknown node type"), tr("It is not installed here. The node and its wires are kept as they are.")
        )
        self._unknown.setVisible(kind is None)
        self._strays = Strays(kept=kind is None)
        self._strays.removed.connect(self._remove_param)
        self._stray_options = Strays()
        self._stray_options.removed.connect(self._remove_option)
        self.pinned = PinnedNote()
        self.pinned.unpin_wanted.connect(self._unpin)
        above = column(self.pinned, self._problems, self._unknown, self._strays, self._stray_options, gap=6)
        self._gap = column(height=_GAP)
        shown = column(self.form, self._input, gap=_GAP_OF_FIELDS)
        parts: list[Item] = [above, shown, self._gap, self._options, None]
        fill(QVBoxLayout(self), parts, margins=(14, 10, 14, 12))
        self.area = PageArea(self)

    def show_node(self, shown: NodeShown) -> None:
        """Show the values of a node."""
        self._strays.show_values({name: value for name, value in shown.node.params.items() if name not in self.form.fields})
        known = {spec.name for spec in shown.options}
        self._stray_options.show_values({name: value for name, value in shown.node.options.items() if name not in known})
        self.form.set_values(shown.node.params)
        self.form.set_wired(shown.wired)
        self.pinned.setVisible(shown.node.options.get("pinned") is not None)
        if self._input_field:
            self._input.show_input(str(shown.node.params.get(self._input_field) or ""), shown.inputs)
        self._gap.setVisible(not self.form.ends_folded)
        self._options.show_options(shown.node.options, shown.node.notes)
        self.refresh_names()

    def set_problems(self, issues: Sequence[Issue]) -> None:
        """Show the issues of the node: at their fields, above all where they name none, such as those of ports."""
        options = [below(issue, "options.") for issue in issues if split_place(issue.field)[0] == "options"]
        self._options.set_problems(options)
        self._stray_options.set_problems(options)
        self.form.set_problems(issues)
        self._strays.set_problems(issues)
        self._input.set_problems(
            [below(issue, "inputs.") for issue in issues if issue.field.startswith("inputs.") and not issue.node]
        )
        here = {*self.form.fields, *self._strays.names, "options", *(("inputs",) if self._input_field else ())}
        self._problems.show_all("", (), [issue for issue in issues if split_place(issue.field)[0] not in here])

    def refresh_names(self) -> None:
        """Ask anew which names there are."""
        self.form.refresh_names()
        self._options.refresh_names()

    def reveal(self, place: str) -> None:
        """Put the focus into the field at a place."""
        name, rest = split_place(place)
        if name == "options":
            self._options.reveal(rest.removeprefix("."))
        elif not self.form.reveal(place):
            self._strays.reveal(name)
            self.area.verticalScrollBar().setValue(0)
        self.area.follow_focus()

    def forget(self) -> None:
        """Let go of what was typed and is no value, before another node is shown."""
        self._problems.show_all("", (), ())
        self.form.forget()
        self._input.forget()
        self._options.forget()
        self.area.verticalScrollBar().setValue(0)

    def _on_param(self, path: Path, value: Value) -> None:
        if path == (self._input_field,):
            self.input_named.emit(path, value)
        else:
            self.edited.emit("params", path, value)

    def _on_input(self, path: Path, value: Value) -> None:
        self.edited.emit("document", ("inputs", *path), value)

    def _on_option(self, path: Path, value: Value) -> None:
        self.edited.emit("options", path, value)

    def _remove_param(self, name: str) -> None:
        self.edited.emit("params", (name,), MISSING)
        self.committed.emit()

    def _remove_option(self, name: str) -> None:
        self.edited.emit("options", (name,), MISSING)
        self.committed.emit()

    def _unpin(self) -> None:
        self._remove_option("pinned")

    def _on_note(self, notes: str) -> None:
        self.edited.emit("node", ("notes",), notes)

    def _enlarge_param(self, spec: FieldSpec) -> None:
        self.enlarge.emit("params", spec)

    def _enlarge_option(self, spec: FieldSpec) -> None:
        self.enlarge.emit("node" if spec.name == "notes" else "options", spec)


class PageArea(QScrollArea):
    """A page that scrolls downwards. Its scroll bar takes the room of the margin, so that nothing moves when it comes."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)
        page.setMinimumWidth(1)  # what is too wide is squeezed: nothing may lie under the scroll bar
        page.setAutoFillBackground(False)
        self._layout = page.layout()
        self._margins = self._layout.contentsMargins() if self._layout is not None else QMargins()
        self.verticalScrollBar().rangeChanged.connect(self._make_room)
        self._followed: QWidget | None = None
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._scroll)

    def follow_focus(self) -> None:
        """Scroll to the field that has the focus, as soon as what was unfolded has its place, and as long as the page grows."""
        self._followed = self.focusWidget()
        self._soon.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, and stay there."""
        self._followed = None
        super().wheelEvent(event)

    def _scroll(self) -> None:
        focus: QWidget | None = self.focusWidget()
        around = focus
        while around is not None and not isinstance(around, Field):
            around = around.parentWidget()
        for part in filter(None, (around, focus)):  # what is edited last, in a field that is higher than the page
            self.ensureWidgetVisible(part, 0, _MARGIN)

    def _make_room(self, _least: int, most: int) -> None:
        taken = self.verticalScrollBar().sizeHint().width() if most > 0 else 0
        if self._layout is not None:
            self._layout.setContentsMargins(self._margins - QMargins(0, 0, taken, 0))
        if self._followed is not None and self._followed is self.focusWidget():
            self._soon.start()
