"""Presses that begin nothing longer: on an edge, and on what a failed or waiting node offers."""

from __future__ import annotations

from engine.model.graph import Edge
from graph_editor.canvas import Canvas
from graph_editor.interactions.base import Interaction, Pointer


def select_edge(canvas: Canvas, edge: Edge, *, adds: bool) -> None:
    """Select an edge; with `adds` add it to what is selected or take it out."""
    scene = canvas.scene
    if adds:
        scene.select(scene.selected_nodes(), set(scene.selected_edges()) ^ {edge}, scene.selected_frames())
    else:
        scene.select((), [edge])


class EdgeClick(Interaction):
    """Selects an edge."""

    scrolls = False

    def __init__(self, canvas: Canvas, start: Pointer, edge: Edge) -> None:
        super().__init__(canvas, start)
        select_edge(canvas, edge, adds=start.adds)


class RetryClick(Interaction):
    """Asks to try a failed node again, when the button goes up where it went down."""

    scrolls = False

    def __init__(self, canvas: Canvas, start: Pointer, node: str) -> None:
        super().__init__(canvas, start)
        self._node = node

    def release(self, pointer: Pointer) -> None:
        """Ask."""
        self.is_over = True
        if self.canvas.scene.retry_at(pointer.point) == self._node:
            self.canvas.retry_asked.emit(self._node)


class AnswerClick(Interaction):
    """Asks for the dialog of a question, when the button goes up where it went down."""

    scrolls = False

    def __init__(self, canvas: Canvas, start: Pointer, node: str) -> None:
        super().__init__(canvas, start)
        self._node = node
        canvas.scene.select([node])

    def release(self, pointer: Pointer) -> None:
        """Ask."""
        self.is_over = True
        if self.canvas.scene.question_at(pointer.point) == self._node:
            self.canvas.answer_asked.emit(self._node)
