"""The inspector: what is selected, its parameters, its last run and its reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from engine.model.issues import Issue
from engine.model.paths import Path
from resources.language import tr, trn
from widgets.boxes import column, fill, line, row, words
from widgets.elided import Elided
from widgets.forms.context import FormContext
from widgets.forms.editor import Value
from widgets.forms.form import Form
from widgets.inspection.current import Current
from widgets.inspection.docs_page import DocsPage
from widgets.inspection.foot import ActionButton, Foot
from widgets.inspection.header import Header
from widgets.inspection.node_form import NodeForm, PageArea
from widgets.inspection.run_page import RunPage
from widgets.inspection.shown import LastRun, NodeShown, WorkflowShown
from widgets.inspection.workflow_page import WorkflowPage
from widgets.step_view import StepView
from widgets.theme import theme

Part = Literal["params", "options", "node", "document"]
Tab = Literal["parameters", "run", "docs"]
_TABS: tuple[Tab, ...] = ("parameters", "run", "docs")
_LISTED = 12


class Inspector(QWidget):
    """Shows one thing: the workflow, a node, or several nodes.

    Signals:
        edited: the part (`params`, `options`, `node` for title and notes, `document`), a path in it, and the new value, MISSING
            to take it out. For every edit by a person; the owner turns it into a change that joins the one before.
        input_named: the path of a parameter of the node that names an input, and the name; the owner declares or renames it.
        input_renamed: the old and the new name of an input.
        committed: an edit is at its end.
        enlarge: the part and the `FieldSpec` of a field that should be shown in a large editor.
        left: Esc was pressed, to go back to what is shown.
    """

    edited = Signal(str, object, object)
    input_named = Signal(object, object)
    input_renamed = Signal(str, str)
    committed = Signal()
    enlarge = Signal(str, object)
    left = Signal()

    def __init__(self, context: FormContext) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(280)
        self._context = Current(context)
        self._node: NodeShown | None = None
        self._forms: dict[str, NodeForm] = {}
        self._form: NodeForm | None = None
        self._build()
        self.show_workflow(WorkflowShown())

    def _build(self) -> None:
        self.header, self.foot = Header(), Foot()
        self.header.retitled.connect(self._retitle)
        self.header.ended.connect(self.committed)
        self.tabs = QTabBar()
        for name in (tr("Parameters"), tr("Last run"), tr("Docs")):
            self.tabs.addTab(name)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.currentChanged.connect(self._show_tab)
        self._workflow = WorkflowPage(self._context)
        self._workflow.edited.connect(self._on_document)
        self._workflow.input_renamed.connect(self.input_renamed)
        self._workflow.committed.connect(self.committed)
        self._run, self._docs = RunPage(), DocsPage()
        self._many: QWidget | None = None
        self._many_shown: tuple[tuple[str, ...], tuple[QAction, ...]] = ((), ())
        self._parameters = QStackedWidget()
        self._pages = QStackedWidget()
        self._scrolls = [PageArea(page) for page in (self._workflow, self._run, self._docs)]
        for page in (self._parameters, *self._scrolls):
            self._pages.addWidget(page)
        self._tab_row = column(row(self.tabs, None, margins=(14, 0, 12, 0)), line())
        self.setMinimumHeight(200)
        layout = QVBoxLayout(self)
        fill(layout, [self.header, self._tab_row, self._pages, self.foot])
        layout.setStretch(2, 1)
        self.set_actions(())

    def sizeHint(self) -> QSize:
        """Return the width of the design, whatever the height."""
        return QSize(theme().metric["inspector"], super().sizeHint().height())

    # ------------------------------------------------------------------ what is shown
    def show_workflow(self, shown: WorkflowShown, untitled: str = "") -> None:
        """Show the workflow itself: nothing is selected. It is called `untitled` while it has no name."""
        if self._node is not None:
            self._workflow.forget()
        self._leave_node()
        self.header.show_what("workflow", "logic", shown.name, untitled or tr("Untitled"), tr("Workflow"))
        self.header.set_editable(editable=True)
        self.header.show_state(None)
        self._tab_row.hide()
        self._workflow.show_workflow(shown)
        self._pages.setCurrentWidget(self._scrolls[0])

    def show_node(self, shown: NodeShown) -> None:
        """Show a node, or the one that is shown with its values as they are now."""
        other = self._node is None or self._node.node.id != shown.node.id or self._node.kind != shown.kind
        self._node = shown
        self._context.now = shown.context
        kind, node = shown.kind, shown.node
        usual = tr(kind.title) if kind else node.type
        tip = tr("{type}, written as nodes.{id} in templates", type=usual, id=node.id)
        self.header.show_what(
            kind.icon if kind else "circle-help", kind.category if kind else "", node.title, usual, f"{usual} · {node.id}", tip
        )
        self.header.set_editable(editable=True)
        form = self._form_of(shown)
        if other:
            form.forget()
            form.set_problems(())
            self._run.show_run(None)
            self.header.show_state(None)
        form.show_node(shown)
        self._form = form
        self._docs.show_kind(kind, shown.ports if kind else None)
        self._parameters.setCurrentWidget(form.area)
        self._tab_row.show()
        self._show_tab(self.tabs.currentIndex())

    def show_many(self, titles: Sequence[str], actions: Sequence[QAction] = ()) -> None:
        """Show that several nodes are selected, and what can be done with all of them."""
        self._leave_node()
        count = trn("{count} node", "{count} nodes", len(titles))
        self.header.show_what("layers", "logic", count, "", tr("Selected"))
        self.header.set_editable(editable=False)
        self.header.show_state(None)
        self._tab_row.hide()
        shown = (tuple(titles), tuple(actions))
        if self._many is None or shown != self._many_shown:
            if self._many is not None:
                self._pages.removeWidget(self._many)
                self._many.deleteLater()
            self._many, self._many_shown = _many(titles, actions), shown
            self._pages.addWidget(self._many)
        self._pages.setCurrentWidget(self._many)

    def set_problems(self, issues: Sequence[Issue]) -> None:
        """Show the issues of the node or the workflow that is shown; places in options of a node begin with `options`."""
        (self._form or self._workflow).set_problems(issues)

    def set_step(self, step: StepView | None) -> None:
        """Show the state of the node's step in the run that is shown."""
        self.header.show_state(step)

    def set_last_run(self, run: LastRun | None) -> None:
        """Show what the node's step got and gave."""
        self._run.show_run(run)
        if run is not None:
            self.header.show_state(run.step)

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """Show what can be done: the first two as buttons, the rest in a menu."""
        self.foot.set_actions(actions)

    def refresh_names(self) -> None:
        """Ask the context anew which names there are, as after a run."""
        if self._form is not None:
            self._form.refresh_names()

    def open_tab(self, tab: Tab) -> None:
        """Show another tab."""
        self.tabs.setCurrentIndex(_TABS.index(tab))

    def reveal(self, place: str) -> None:
        """Put the focus into the field at a place such as `cases[0].when` or `options.retry`."""
        self.open_tab("parameters")
        if self._form is not None:
            self._form.reveal(place)
        else:
            self._workflow.reveal(place)
            self._scrolls[0].follow_focus()

    def take_focus(self) -> None:
        """Put the focus into the first field that is written into, else into the first one, or the title where there is none."""
        self.open_tab("parameters")
        fields = [field for field in self._form.form.fields.values() if field.isVisibleTo(self._form)] if self._form else []
        written = next((text for field in fields if (text := _text_of(field)) is not None), None)
        if self._form is None or not fields:
            self.edit_title()
            return
        (written or fields[0]).setFocus(Qt.FocusReason.OtherFocusReason)
        self._form.area.follow_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of Esc that no field has use for."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def edit_title(self) -> None:
        """Put the caret into the title, all of it chosen."""
        self.header.title.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.header.title.selectAll()

    @property
    def node_form(self) -> Form | None:
        """The form of the parameters of the node that is shown."""
        return self._form.form if self._form is not None else None

    # ------------------------------------------------------------------ inside
    def _form_of(self, shown: NodeShown) -> NodeForm:
        key = shown.kind.type_id if shown.kind else ""
        known = self._forms.get(key)
        if known is None or known.kind != shown.kind:
            if known is not None:
                self._parameters.removeWidget(known.area)
                known.area.deleteLater()
            known = NodeForm(shown.kind, shown.options, self._context)
            known.edited.connect(self.edited)
            known.input_named.connect(self.input_named)
            known.input_renamed.connect(self.input_renamed)
            known.committed.connect(self.committed)
            known.enlarge.connect(self.enlarge)
            self._parameters.addWidget(known.area)
            self._forms[key] = known
        return known

    def _leave_node(self) -> None:
        self._node = self._form = None

    def _show_tab(self, place: int) -> None:
        if self._node is not None:
            self._pages.setCurrentWidget((self._parameters, self._scrolls[1], self._scrolls[2])[place])

    def _retitle(self, title: str) -> None:
        if self._node is not None:
            self.edited.emit("node", ("title",), title)
        else:
            self.edited.emit("document", ("name",), title)

    def _on_document(self, path: Path, value: Value) -> None:
        self.edited.emit("document", path, value)


def _many(titles: Sequence[str], actions: Sequence[QAction]) -> QWidget:
    """Return the names of several nodes, with a button for each thing that can be done with them."""
    listed: list[QWidget] = [Elided(title, "") for title in titles[:_LISTED]]
    if (more := len(titles) - _LISTED) > 0:
        listed.append(words(tr("and {count} more", count=more), "hint"))
    buttons = QGridLayout()
    buttons.setSpacing(6)
    for side in (0, 1):
        buttons.setColumnStretch(side, 1)
    for place, action in enumerate(actions):
        buttons.addWidget(ActionButton(action), place // 2, place % 2)
    hint = words(tr("Select one node to see its settings."), "hint", wrap=True)
    return column(*listed, 8, buttons, 8, hint, None, gap=6, margins=(14, 10, 14, 12))


def _text_of(field: QWidget) -> QWidget | None:
    """Return what a field is written into, None when it is chosen from or switched."""
    found = (text for text in field.findChildren(QWidget) if isinstance(text, QLineEdit | QPlainTextEdit))
    return next((text for text in found if text.isVisibleTo(field) and text.isEnabled() and not text.isReadOnly()), None)
