"""Joins the inspector with what is selected on the canvas: shows it, and turns what a person enters into edits."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction

from desktop_app.window.aside import Aside
from desktop_app.window.input_names import named, names_of_inputs, renamed
from desktop_app.window.node_context import NodeContext
from desktop_app.window.setup_facts import SetupFacts
from engine.api.declaration import FieldSpec
from engine.model.changes import SetDocument, SetNode, SetOption, SetParam
from engine.model.graph import Change, Graph
from engine.model.issues import Issue, WeftError
from engine.model.paths import MISSING, Path
from engine.model.values import Json
from graph_editor.document import Delta
from graph_editor.moved_ports import with_edges
from resources.language import tr
from widgets.forms.context import Dialogs
from widgets.forms.editor import Value
from widgets.inspection.shown import Attempt, LastRun, LogLine, NodeShown, WorkflowShown
from widgets.issue_labels import labelled
from widgets.marks import unmarked
from widgets.node_types import NodeTypes
from widgets.run.model import RunModel, Step
from widgets.run.words import clock_time
from widgets.step_view import time_text

if TYPE_CHECKING:
    from desktop_app.window.document_canvas import DocumentCanvas
    from widgets.code.large_editor import LargeEditor
    from widgets.inspector import Inspector, Part

LOG_LINES = 500


class Inspecting(QObject):
    """Keeps an inspector equal to the page that a person works with. `actions` gives what can be done with a node."""

    def __init__(
        self, types: NodeTypes, facts: SetupFacts, dialogs: Callable[[DocumentCanvas], Dialogs],
        actions: Callable[[Sequence[str]], Sequence[QAction]], parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._types, self._facts, self._dialogs, self._actions = types, facts, dialogs, actions
        self._previews = Aside("previews", self)
        self._inspector: Inspector | None = None
        self._page: DocumentCanvas | None = None
        self._large: tuple[LargeEditor, Part, str] | None = None
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._show)
        types.changed.connect(self._soon.start)
        facts.changed.connect(self._soon.start)

    def make(self) -> Inspector:
        """Make an inspector and serve it from now on."""
        from widgets.inspector import Inspector

        self._inspector = Inspector(self._context(""))
        self._inspector.edited.connect(self._on_edited)
        self._inspector.input_named.connect(self._on_input_named)
        self._inspector.input_renamed.connect(self._on_input_renamed)
        self._inspector.committed.connect(self._on_committed)
        self._inspector.enlarge.connect(self._enlarge)
        self._inspector.left.connect(self._go_back)
        self._soon.start()
        return self._inspector

    def follow(self, page: DocumentCanvas | None) -> None:
        """Show what is selected on this page from now on."""
        if self._page is not None and page is not self._page:
            self._close_large()
            self._page.editor.selection_changed.disconnect(self._soon.start)
            self._page.document.changed.disconnect(self._soon.start)
            self._page.document.document.changed.disconnect(self._on_changed)
            self._page.problems_changed.disconnect(self._soon.start)
            self._page.run_changed.disconnect(self._on_run)
        if page is not None and page is not self._page:
            page.editor.selection_changed.connect(self._soon.start)
            page.document.changed.connect(self._soon.start)
            page.document.document.changed.connect(self._on_changed)
            page.problems_changed.connect(self._soon.start)
            page.run_changed.connect(self._on_run)
        self._page = page
        self._soon.start()

    @property
    def inspector(self) -> Inspector | None:
        """The inspector, once it was shown."""
        return self._inspector

    def reveal(self, node: str, place: str = "") -> None:
        """Select a node, none for the workflow itself, and put the focus into one of its fields."""
        if self._page is None or self._inspector is None:
            return
        self._page.editor.scene.select([node] if node else [])
        if node:
            self._page.editor.view.center_on(node)
        self._show()
        self._inspector.reveal(place)

    def open(self, node: str) -> None:
        """Select a node and put the focus to where its settings are written."""
        if self._page is None or self._inspector is None:
            return
        self._page.editor.scene.select([node])
        self._page.editor.view.reveal(self._page.editor.scene.rect_of((node,)))
        self._show()
        self._inspector.take_focus()

    def _go_back(self) -> None:
        """Go from the inspector back to the canvas."""
        if self._page is not None:
            self._page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def close(self) -> None:
        """Let go of everything."""
        self.follow(None)
        self._previews.close()

    # ------------------------------------------------------------------ showing
    def _context(self, node: str) -> NodeContext:
        page = self._page
        if page is None:
            from graph_editor.document import GraphDocument

            return NodeContext(
                GraphDocument(Graph(), self), "", self._types, self._facts, _NO_DIALOGS, lambda: None, self._previews
            )
        return NodeContext(
            page.document.document, node, self._types, self._facts, self._dialogs(page), lambda: page.run, self._previews
        )

    def _show(self) -> None:
        inspector, page = self._inspector, self._page
        if inspector is None or page is None:
            return
        graph, selected = page.document.graph, page.editor.scene.selected_nodes()
        actions = self._actions(selected)
        inspector.set_actions(actions if len(selected) == 1 else ())
        if not selected:
            inspector.show_workflow(_workflow(graph), page.document.title)
            inspector.set_problems([issue for issue in page.problems if not issue.node])
        elif len(selected) > 1:
            rects = page.editor.canvas.rects(selected)
            titles = [self._types.title(graph.nodes[node]) for node in sorted(rects, key=lambda one: rects[one][:2])]
            inspector.show_many(titles, actions)
        elif (node := graph.nodes.get(selected[0])) is not None:
            wired = {
                edge.target.port: self._types.title(graph.nodes[edge.source.node])
                for edge in graph.edges_into(node.id)
                if edge.source.node in graph.nodes
            }
            shown = NodeShown(
                node,
                self._types.get(node.type),
                self._types.options,
                self._types.ports(node, graph),
                self._context(node.id),
                wired,
                graph.inputs,
            )
            inspector.show_node(shown)
            with_inputs = bool(names_of_inputs(node, self._types))
            inspector.set_problems([one for one in page.problems if one.node == node.id or (with_inputs and _is_of_inputs(one))])
            inspector.set_last_run(self._last_run(graph, node.id, page.run) if page.run else None)
        self._refresh_large()

    def _last_run(self, graph: Graph, node: str, run: RunModel) -> LastRun:
        """Return what a step got and gave, its failure in the words of the form."""
        last = last_run(graph, node, run)
        return last if last.issue is None else replace(last, issue=labelled(replace(last.issue, node=node), graph, self._types))

    def _on_changed(self, _delta: Delta) -> None:
        self._soon.start()

    def _on_run(self, addresses: object) -> None:
        """Show the state of the node's step; its values only once it is over, because they are worked out from everything."""
        page, inspector = self._page, self._inspector
        if page is None or inspector is None or page.run is None or not isinstance(addresses, set):
            return
        selected = page.editor.scene.selected_nodes()
        if len(selected) != 1:
            return
        if page.run.status != "running":
            self._soon.start()
        elif selected[0] in addresses:
            inspector.set_step(page.run.step(selected[0]).view)
            if page.run.step(selected[0]).ended is not None:
                self._soon.start()

    # ------------------------------------------------------------------ edits
    def _on_edited(self, part: Part, path: Path, value: Value) -> None:
        if self._page is None:
            return
        selected = self._page.editor.scene.selected_nodes()
        node = selected[0] if len(selected) == 1 else ""
        self._edit(part, node, path, value)

    def _edit(self, part: Part, node: str, path: Path, value: Value) -> None:
        assert self._page is not None, "who edits shows a page"
        change = change_of(part, node, path, value)
        if change is not None and part == "params":
            change = with_edges(self._page.document.graph, self._types.ports, node, change)
        if change is not None:
            self._apply(change, self._title_of(part, node, path), f"{part} {node} {path}")

    def _title_of(self, part: Part, node: str, path: Path) -> str:
        """Return what an edit is called, with the field as it is called above its value."""
        if not path:
            return tr("Edit")
        assert self._page is not None, "who edits shows a page"
        name, spec = str(path[0]), None
        if part == "options":
            spec = next((option for option in self._types.options if option.name == name), None)
        elif part == "params" and (kind := self._types.get(self._page.document.graph.nodes[node].type)) is not None:
            spec = kind.field(name)
        return tr("Edit {field}", field=tr(spec.label) if spec else _part_word(name))

    def _apply(self, change: Change, title: str, joins: str = "") -> None:
        assert self._page is not None, "who edits shows a page"
        try:
            self._page.document.document.apply(change, title, joins=joins)
        except WeftError as error:
            self._page.editor.edit_failed.emit(error)

    def _on_input_named(self, path: Path, value: Value) -> None:
        selected = self._page.editor.scene.selected_nodes() if self._page is not None else []
        if self._page is not None and len(selected) == 1:
            graph = self._page.document.graph
            self._apply(named(graph, selected[0], path, value, self._types), tr("Name the input"))

    def _on_input_renamed(self, old: str, new: str) -> None:
        if self._page is not None:
            self._apply(renamed(self._page.document.graph, old, new, self._types), tr("Rename the input"))

    def _on_committed(self) -> None:
        if self._page is not None:
            self._page.document.document.end_joining()

    # ------------------------------------------------------------------ the large editor
    def _enlarge(self, part: Part, spec: FieldSpec) -> None:
        from widgets.code.large_editor import LargeEditor

        page = self._page
        selected = page.editor.scene.selected_nodes() if page else []
        if page is None or len(selected) != 1:
            return
        self._close_large()
        node = page.document.graph.nodes[selected[0]]
        values = node.options if part == "options" else node.params
        kind = self._types.get(node.type)
        large = LargeEditor(page.editor, spec, self._context(node.id), values.get(spec.name, MISSING))
        large.show_what(self._types.title(node), kind.icon if kind else "", kind.category if kind else "")
        large.edited.connect(partial(self._edit, part, node.id))
        large.committed.connect(self._on_committed)
        large.closed.connect(self._close_large)
        self._large = large, part, node.id
        area = page.editor.rect().adjusted(24, 24, -24, -24)
        area.setHeight(min(area.height(), 560))
        area.setWidth(min(area.width(), 760))
        large.put(area)
        large.show()
        large.setFocus()
        self._refresh_large()

    def _refresh_large(self) -> None:
        if self._large is None or self._page is None:
            return
        large, part, node_id = self._large
        node = self._page.document.graph.nodes.get(node_id)
        if node is None:
            self._close_large()
            return
        values = node.options if part == "options" else node.params
        large.set_value(values.get(large.spec.name, MISSING))
        large.set_issues([issue for issue in self._page.problems if issue.node == node_id and _is_of(issue, large.spec.name)])
        large.refresh_names()

    def _close_large(self) -> None:
        if self._large is not None:
            self._large[0].hide()
            self._large[0].deleteLater()
            self._large = None


def change_of(part: Part, node: str, path: Path, value: Value) -> Change | None:
    """Return the change that sets a value which was entered in the inspector."""
    match part:
        case "document":
            return SetDocument(path, value)
        case "params":
            return SetParam(node, path, value)
        case "options":
            return SetOption(node, path, value)
    if path == ("title",) and isinstance(value, str):
        return SetNode(node, "title", value)
    if path == ("notes",) and isinstance(value, str):
        return SetNode(node, "notes", value)
    return None


def _part_word(name: str) -> str:
    """Return what is edited besides the fields of nodes, in a word; the name of what there is no word for."""
    words = {
        "title": tr("Title"), "notes": tr("Notes"), "description": tr("Description"), "inputs": tr("Inputs"),
        "variables": tr("Variables"), "settings": tr("Settings"),
    }  # fmt: skip
    return words.get(name, name)


def last_run(graph: Graph, node: str, run: RunModel) -> LastRun:
    """Return what a step of a run got and gave."""
    step = run.step(node)
    inputs: dict[str, Json] = {}
    for edge in graph.edges_into(node):
        if edge.source.port in (given := run.step(edge.source.node).ports):
            inputs[edge.target.port] = given[edge.source.port]
    lines = [LogLine(line.text, clock_time(line.at), line.level) for line in run.log if line.address == node][-LOG_LINES:]
    facts = [(tr("Tokens"), f"{tokens:,}")] if (tokens := step.tokens) else []
    return LastRun(run.run, step.view, inputs, step.ports, lines, _attempts(step), facts, issue=_issue(step))


def _workflow(graph: Graph) -> WorkflowShown:
    hosts = graph.settings.get("allow_hosts")
    allowed = [str(host) for host in hosts] if isinstance(hosts, list) else []
    return WorkflowShown(graph.name, graph.description, dict(graph.inputs), dict(graph.variables), allowed)


def _attempts(step: Step) -> list[Attempt]:
    found = []
    for attempt in step.attempts:
        seconds = (attempt.ended or time.time()) - attempt.started
        said = unmarked(Issue.from_json(attempt.error).said) if attempt.error else time_text(seconds)
        found.append(Attempt(attempt.number, said, clock_time(attempt.started), attempt.error is not None))
    return found


def _issue(step: Step) -> Issue | None:
    return None if step.error is None else Issue.from_json(step.error)


def _is_of_inputs(issue: Issue) -> bool:
    return not issue.node and issue.field.startswith("inputs.")


def _is_of(issue: Issue, name: str) -> bool:
    return issue.field == name or issue.field.startswith((f"{name}.", f"{name}["))


class _NoDialogs:
    """Stands in while no document is open."""

    def choose_file(self, field: FieldSpec, current: str, done: Callable[[str | None], None]) -> None:
        done(None)

    def add_secret(self, done: Callable[[str | None], None]) -> None:
        done(None)


_NO_DIALOGS = _NoDialogs()
