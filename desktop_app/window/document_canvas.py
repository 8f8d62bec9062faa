"""The canvas of a document, with what is shown on it: problems, breakpoints, and a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from PySide6.QtCore import QObject, Signal

from desktop_app.window.open_document import OpenDocument
from engine.api.large import is_large
from engine.model.changes import Batch, SetOption
from engine.model.graph import Change, Edge
from engine.model.issues import Issue
from engine.model.paths import MISSING
from engine.model.values import Json, JsonObject
from graph_editor.document import Delta
from graph_editor.edge_values import EdgeValue
from graph_editor.editor import GraphEditor
from resources.language import tr
from widgets.node_types import NodeTypes
from widgets.run.model import AT_REST, OVER, RunModel
from widgets.run.words import run_look
from widgets.step_view import StepStatus, StepView

EXCERPT = 2_000
MANY = 300
"""Nodes that take longer to show than nobody would notice."""


class DocumentCanvas(QObject):
    """One canvas of an open document; see `desktop_app.window.document_view.Canvas`.

    `problems_changed` tells of other problems. `run_changed` tells the addresses of steps whose look changed in the run that is
    shown, all of them when it is another run. `breakpoints_changed` tells of other breakpoints. `status_changed` gives how its
    tab shows the run, `shown_asked` that a person wants to see it. `id_changed` tells that the
    document is another workflow now.
    """

    problems_changed = Signal()
    run_changed = Signal(object)
    breakpoints_changed = Signal()
    status_changed = Signal(str)
    shown_asked = Signal()
    facts_changed = Signal()
    placed = Signal()
    id_changed = Signal()

    def __init__(self, document: OpenDocument, types: NodeTypes) -> None:
        self.editor = GraphEditor(document.document, types, in_slices=len(document.graph.nodes) > MANY)
        super().__init__(self.editor)
        self.document = document
        self.handlers: dict[str, Callable[[], object]] = self.editor.handlers()
        self.problems: list[Issue] = []
        self.run: RunModel | None = None
        self._beside: StepStatus | None = None
        self.editor.set_edge_values(self._edge_value)
        self.editor.breakpoint_requested.connect(self._turn_breakpoints)
        self.editor.pin_requested.connect(self._turn_pins)
        self.editor.facts_changed.connect(self.facts_changed)
        document.document.changed.connect(self._on_changed)
        document.breakpoints_changed.connect(self._on_breakpoints)
        document.placed.connect(self.placed)
        document.id_changed.connect(self.id_changed)
        self._wanted: JsonObject | None = None
        self.editor.scene.built.connect(self._on_built)
        self._show_marks()

    @property
    def breakpoints(self) -> frozenset[str]:
        """The nodes before which runs of the document stop."""
        return self.document.breakpoints

    @property
    def widget(self) -> GraphEditor:
        """What is seen."""
        return self.editor

    def facts(self) -> Mapping[str, bool]:
        """Return what actions need to know."""
        run = self.run
        running = run is not None and run.status not in AT_REST
        return {
            **self.editor.facts(), "running": running, "open_run": run is not None and run.status not in OVER,
            "question": run is not None and bool(run.questions), "inputs": bool(self.document.graph.inputs),
            "resting_run": run is not None and (run.is_paused or run.status in ("stopped", "failed", "waiting")),
        }  # fmt: skip

    def state(self) -> JsonObject:
        """Return where it is looked at and what is selected."""
        view = self.editor.view
        selected: list[Json] = [*self.editor.scene.selected_nodes()]
        return {"zoom": view.zoom, "middle": [view.middle.x(), view.middle.y()], "selected": selected}

    def restore(self, state: JsonObject) -> None:
        """Look at what `state` told, once everything is there."""
        if self.editor.scene.is_building:
            self._wanted = state
            return
        zoom, middle, selected = state.get("zoom"), state.get("middle"), state.get("selected")
        if isinstance(zoom, int | float):
            self.editor.view.zoom_to(float(zoom), glide=False)
        else:
            self.editor.view.show_start()
        if isinstance(middle, list) and len(middle) == 2:
            x, y = middle
            if isinstance(x, int | float) and isinstance(y, int | float):
                self.editor.view.centerOn(x, y)
        if isinstance(selected, list):
            self.editor.scene.select([str(node) for node in selected if node in self.document.graph.nodes])

    def _on_built(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.restore(wanted)

    # ------------------------------------------------------------------ problems and breakpoints
    def show_problems(self, problems: Sequence[Issue]) -> None:
        """Show what is wrong with the document."""
        self.problems = list(problems)
        self.editor.scene.set_problems(self.problems)
        self.problems_changed.emit()

    def _turn_breakpoints(self, nodes: list[str]) -> None:
        chosen, now = frozenset(nodes), self.breakpoints
        self.document.set_breakpoints(now - chosen if chosen <= now else now | chosen)

    def _on_breakpoints(self) -> None:
        self._show_marks()
        self.breakpoints_changed.emit()

    def _turn_pins(self, nodes: list[str]) -> None:
        """Keep the outputs of the run that is shown for these nodes, or let them run again when all are pinned."""
        graph = self.document.graph
        changes: list[Change]
        if all(graph.nodes[node].options.get("pinned") is not None for node in nodes):
            changes = [SetOption(node, ("pinned",), MISSING) for node in nodes]
        else:
            found = {node: self.run.step(node).ports for node in nodes} if self.run else {}
            changes = [SetOption(node, ("pinned",), ports) for node, ports in found.items() if ports]
        if changes:
            self.document.document.apply(Batch(tuple(changes)), tr("Pin output"))

    # ------------------------------------------------------------------ the run that is shown
    def show_run(self, run: RunModel | None) -> None:
        """Show a run on the canvas, or none."""
        self.run = run
        self._show_steps()
        self.run_changed.emit(set(run.steps) | {""} if run else set())

    def show_beside(self, status: StepStatus | None) -> None:
        """Take the state of another run that goes on beside the one that is shown, None for none: the tab shows it."""
        if status != self._beside:
            self._beside = status
            self._tell_status()

    def take_run_changes(self, addresses: AbstractSet[str]) -> None:
        """Show what changed in the run that is shown."""
        if self.run is None:
            return
        scene, steps = self.editor.scene, self.run.steps
        for address in addresses:
            if address in steps and address in self.document.graph.nodes:
                scene.update_step(address, self._view(address))
                scene.update_given(address, steps[address].ports)
        if scene.overlay.paused or scene_paused(self.run) or "" in addresses:  # the run has already changed
            self._show_marks()
        if "" in addresses:
            self._tell_status()
        self.run_changed.emit(set(addresses))

    def _view(self, node: str) -> StepView:
        return self.run.step(node).view if self.run else StepView()

    def _show_steps(self) -> None:
        run, nodes = self.run, self.document.graph.nodes
        views = {node: view for node, view in run.views().items() if node in nodes} if run else {}
        given = {node: run.step(node).ports for node in views} if run else {}
        self.editor.scene.set_steps(views, given)
        self._show_marks()
        self._tell_status()

    def _tell_status(self) -> None:
        shown: StepStatus = run_look(self.run) if self.run else "idle"
        is_at_rest = self.run is None or self.run.status in AT_REST
        self.status_changed.emit(self._beside if self._beside and is_at_rest else shown)
        self.facts_changed.emit()

    def _show_marks(self) -> None:
        nodes = self.document.graph.nodes
        paused = [node for node in scene_paused(self.run) if node in nodes]
        self.editor.scene.set_marks(self.breakpoints, paused)

    def _edge_value(self, edge: Edge) -> EdgeValue | None:
        step = self.run.step(edge.source.node) if self.run else None
        if step is None or step.ended is None or edge.source.port not in step.ports:
            return None
        return edge_value(step.ports[edge.source.port], step.ended)

    # ------------------------------------------------------------------ the document
    def _on_changed(self, delta: Delta) -> None:
        if (delta.added or delta.removed) and self.run is not None:
            self._show_steps()
        self.facts_changed.emit()


def scene_paused(run: RunModel | None) -> list[str]:
    """Return the steps that stand at a breakpoint."""
    return [address for address, step in run.steps.items() if step.view.status == "paused"] if run else []


def edge_value(value: Json, at: float) -> EdgeValue:
    """Return a value as the card of an edge shows it; a large one is cut, and its size is that of the part that was looked at."""
    if isinstance(value, str):
        return EdgeValue(value[:EXCERPT], len(value.encode()), at)
    count = len(value) if isinstance(value, list) else None
    shown = value[:20] if isinstance(value, list) else value
    if is_large(value):
        part = json.dumps(shown, ensure_ascii=False) if not is_large(shown) else ""
        size = round(len(part) * (count or 20) / 20) if count else len(part)
        return EdgeValue(shown, size, at, count)
    return EdgeValue(shown, len(json.dumps(value, ensure_ascii=False).encode()), at, count)
