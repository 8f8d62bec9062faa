"""What is under a point of the canvas."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF

from engine.api.ports import Port
from engine.model.graph import Endpoint
from graph_editor.geometry import PortSpot, Side


@dataclass(frozen=True, slots=True)
class PortHit:
    """A port that was met. `point` is its centre in scene units; `is_list` says that it is drawn as a square."""

    node: str
    port: str
    side: Side
    point: QPointF
    spot: PortSpot

    @property
    def endpoint(self) -> Endpoint:
        """The port as the end of an edge."""
        return Endpoint(self.node, self.port)

    @property
    def declared(self) -> Port:
        """The port as its node type declares it."""
        return self.spot.port

    @property
    def is_list(self) -> bool:
        """Whether it gives a list or takes any number of edges."""
        return self.spot.is_list
