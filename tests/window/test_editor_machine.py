"""An editing session at random: after each step the scene is equal to the document, and undo leads back to where it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QCoreApplication, QEvent, QPointF
from PySide6.QtWidgets import QApplication

from engine.model.changes import SetParam
from engine.model.graph import Edge, Endpoint, Graph
from engine.model.serialize import dump, load
from engine.model.topology import cycles_of
from graph_editor.document import GraphDocument
from graph_editor.editor import GraphEditor
from graph_editor.wiring import connect
from tests.window.canvas import sample, types
from tests.window.test_canvas_scene import check

TYPES = ("file.read", "ai.llm", "flow.wait", "flow.condition", "flow.approval", "notify.send", "flow.output")
PLACES = st.tuples(st.integers(-40, 40).map(lambda n: n * 16.0), st.integers(-30, 30).map(lambda n: n * 16.0))
NUMBER = st.integers(0, 1000)


class EditorMachine(RuleBasedStateMachine):
    """Uses an editor as its owner does. Numbers choose among what is there."""

    def __init__(self) -> None:
        super().__init__()
        self._open(Graph())

    def _open(self, graph: Graph) -> None:
        self.document = GraphDocument(graph)
        self.editor = GraphEditor(self.document, types())
        self.editor.scene.motion = False
        self.failed: list[object] = []
        self.editor.edit_failed.connect(self.failed.append)
        self.texts: list[str] = [self.text]

    @property
    def graph(self) -> Graph:
        return self.document.graph

    @property
    def text(self) -> str:
        return dump(self.graph)

    def teardown(self) -> None:
        while self.document.undo_stack.canUndo():
            self.document.undo()
        check(self.editor.scene)
        assert self.text == self.texts[0]
        self._close()

    def _close(self) -> None:
        self.editor.close()
        self.editor.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def note(self) -> None:
        """Remember the document at this place of the undo stack."""
        at = self.document.undo_stack.index()
        if at < len(self.texts) and self.texts[at] == self.text:
            return
        self.texts[at:] = [self.text]

    def some(self, number: int) -> list[str]:
        """Return some nodes: the bits of the number choose."""
        return [node for bit, node in enumerate(list(self.graph.nodes)[:10]) if number >> bit & 1]

    def one(self, number: int) -> str:
        return list(self.graph.nodes)[number % len(self.graph.nodes)]

    @initialize(full=st.booleans())
    def begin(self, *, full: bool) -> None:
        if full:
            self._close()
            self._open(sample())

    @rule(kind=st.sampled_from(TYPES), place=PLACES)
    def add(self, kind: str, place: tuple[float, float]) -> None:
        before = set(self.graph.nodes)
        added = self.editor.add_node(kind, QPointF(*place))
        assert {added} == self.graph.nodes.keys() - before
        assert self.editor.scene.selected_nodes() == [added]
        self.note()

    @precondition(lambda self: self.graph.nodes)
    @rule(source=NUMBER, sink=NUMBER, out=NUMBER, into=NUMBER)
    def wire(self, source: int, sink: int, out: int, into: int) -> None:
        one, other = self.graph.nodes[self.one(source)], self.graph.nodes[self.one(sink)]
        outputs, inputs = types().ports(one, self.graph).outputs, types().ports(other, self.graph).inputs
        if not outputs or not inputs:
            return
        ends = Endpoint(one.id, outputs[out % len(outputs)].key), Endpoint(other.id, inputs[into % len(inputs)].key)
        self.failed.clear()
        cycles = len(cycles_of(self.graph))
        done = self.editor.canvas.attempt(lambda: connect(self.graph, types().ports, Edge(*ends)))
        assert not (done and self.failed)
        assert len(cycles_of(self.graph)) == cycles, "an edge closed a circle"
        self.note()

    @precondition(lambda self: self.graph.nodes)
    @rule(number=NUMBER, place=PLACES)
    def move(self, number: int, place: tuple[float, float]) -> None:
        from graph_editor.arranging import carried, move

        canvas, rects = self.editor.canvas, self.editor.canvas.rects()
        nodes, frames = carried(self.graph, self.some(number), list(self.graph.frames)[: number % 3], rects)
        canvas.attempt(lambda: move(self.graph, nodes, frames, place, canvas.places(nodes)))
        self.note()

    @precondition(lambda self: self.graph.nodes)
    @rule(number=NUMBER, value=st.sampled_from(("", "x", "{{ nodes.read.output }}", "한국어")))
    def set_param(self, number: int, value: str) -> None:
        change = SetParam(self.one(number), ("prompt",), value)
        self.document.apply(change, "Edit", joins=f"{number % 3}")
        self.note()

    @rule(nodes=NUMBER, edges=NUMBER, frames=NUMBER)
    def delete(self, nodes: int, edges: int, frames: int) -> None:
        chosen = [edge for at, edge in enumerate(self.graph.edges) if edges >> (at % 10) & 1]
        self.editor.scene.select(self.some(nodes & (nodes >> 1)), chosen[:2], list(self.graph.frames)[: frames % 2])
        self.editor.editing.delete()
        self.note()

    @rule(number=NUMBER)
    def heal(self, number: int) -> None:
        self.editor.scene.select(self.some(number & (number >> 1)))
        cycles = len(cycles_of(self.graph))
        self.editor.editing.heal()
        assert len(cycles_of(self.graph)) <= cycles
        self.note()

    @rule(number=NUMBER, frames=NUMBER)
    def copy_and_paste(self, number: int, frames: int) -> None:
        self.editor.scene.select(self.some(number), (), list(self.graph.frames)[: frames % 2])
        many = len(self.graph.nodes)
        self.editor.editing.copy()
        if self.editor.scene.selected_nodes():
            self.editor.editing.paste()
            assert len(self.graph.nodes) > many
        self.note()

    @rule(text=st.sampled_from(("Remember", "nodes:\n  a:\n    type: flow.wait\n  b:\n    type: nobody.knows\n", "두 줄\n메모")))
    def paste_text(self, text: str) -> None:
        assert self.editor.paste_text(text)
        self.note()

    @rule(number=NUMBER)
    def frame(self, number: int) -> None:
        self.editor.scene.select(self.some(number))
        self.editor.editing.frame()
        self.editor.editing.inline.end(keeps=False)
        self.note()

    @rule(number=NUMBER)
    def tidy(self, number: int) -> None:
        self.editor.scene.select(self.some(number))
        self.editor.editing.tidy()
        self.note()

    @rule(number=NUMBER)
    def align(self, number: int) -> None:
        self.editor.scene.select(self.some(number))
        self.editor.editing.align()
        self.note()

    @rule(number=NUMBER)
    def unframe(self, number: int) -> None:
        self.editor.scene.select(self.some(number))
        self.editor.editing.unframe()
        self.note()

    @rule(number=NUMBER)
    def disable(self, number: int) -> None:
        self.editor.scene.select(self.some(number))
        self.editor.editing.disable()
        self.note()

    @precondition(lambda self: self.graph.nodes)
    @rule(number=NUMBER, title=st.sampled_from(("Sort", "정렬", "A b", "")))
    def rename(self, number: int, title: str) -> None:
        self.editor.scene.select([self.one(number)])
        self.editor.editing.rename()
        field = self.editor.editing.inline.field
        assert field is not None
        field.setText(title)  # type: ignore[union-attr]
        self.editor.editing.inline.end(keeps=True)
        self.note()

    @rule()
    def undo(self) -> None:
        at = self.document.undo_stack.index()
        self.editor.undo()
        if at > 0:
            assert self.text == self.texts[at - 1]

    @rule()
    def redo(self) -> None:
        at = self.document.undo_stack.index()
        can = self.document.undo_stack.canRedo()
        self.editor.redo()
        if can:
            assert self.text == self.texts[at + 1]

    @rule()
    def save_and_load(self) -> None:
        assert dump(load(self.text).checked()) == self.text

    @invariant()
    def scene_is_the_document(self) -> None:
        check(self.editor.scene)
        assert self.editor.scene.held == []
        assert set(self.editor.scene.selected_nodes()) <= self.graph.nodes.keys()
        assert set(self.editor.scene.selected_edges()) <= set(self.graph.edges)


@pytest.fixture(autouse=True)
def _no_clipboard_left(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.clipboard().clear()


def run(examples: int, steps: int) -> None:
    limits = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    run_state_machine_as_test(EditorMachine, settings=limits)


def test_a_session_at_random(qapp: QApplication) -> None:
    run(200, 30)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_many_sessions_at_random(qapp: QApplication) -> None:
    run(600, 60)
