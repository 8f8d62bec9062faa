"""What is shown on top of the document: a run, problems, breakpoints, and which ports take the edge in the hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.api.ports import Port
from engine.model.graph import Edge
from engine.model.issues import Issue
from graph_editor.edge_item import EdgeState
from graph_editor.edge_states import edge_state
from graph_editor.geometry import Side
from graph_editor.hits import PortHit
from graph_editor.node_face import Face, Marks
from widgets.step_view import IDLE, StepView

Fit = Callable[[str, Port, Side], str | None]
"""Tells whether a port of a node takes the edge in the hand. None: no; an empty text: as it is; else words on how."""

_NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class Overlay:
    """By node: its step, its outputs that gave a value, its problems; and what a person marked."""

    steps: dict[str, StepView] = field(default_factory=dict)
    given: dict[str, frozenset[str]] = field(default_factory=dict)
    problems: Mapping[str, tuple[Issue, ...]] = field(default_factory=dict)
    breakpoints: frozenset[str] = _NONE
    paused: frozenset[str] = _NONE
    fit: Fit | None = None
    source: PortHit | None = None

    def step(self, node: str) -> StepView:
        """Return the step of a node."""
        return self.steps.get(node, IDLE)

    def marks(self, face: Face) -> Marks:
        """Return what stands on a node beside its step."""
        node = face.node.id
        source = (self.source.port, self.source.side) if self.source is not None and self.source.node == node else None
        return Marks(
            node in self.breakpoints,
            node in self.paused,
            self.problems.get(node, ()),
            self.given.get(node),
            self._fits(face, source) if self.fit is not None else None,
            source,
        )

    def _fits(self, face: Face, source: tuple[str, Side] | None) -> dict[tuple[str, Side], str]:
        found: dict[tuple[str, Side], str] = {} if source is None else {source: ""}
        for spot in (*face.inputs, *face.outputs):
            words = self.fit(face.node.id, spot.port, spot.side) if self.fit is not None and not spot.missing else None
            if words is not None:
                found[spot.port.key, spot.side] = words
        return found

    def edge(self, edge: Edge) -> EdgeState:
        """Return the state of an edge both of whose ends are there."""
        source, target = edge
        return edge_state(self.step(source.node), self.step(target.node), source.port, self.given.get(source.node))
