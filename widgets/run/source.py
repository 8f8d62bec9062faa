"""What the parts of the run panel share: the run that is shown, and the names and edges of the workflow it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.api.declaration import Declaration
from engine.model.graph import Graph, Node
from engine.model.values import Json
from widgets.node_types import NodeTypes
from widgets.run.model import RunModel


@dataclass(frozen=True, slots=True)
class RunSource:
    """A run, or none yet, with the graph that it executes."""

    types: NodeTypes
    graph: Graph = field(default_factory=Graph)
    run: RunModel | None = None

    def node(self, address: str) -> Node | None:
        """Return the node of a step; None when the graph has it no more."""
        return self.graph.nodes.get(address)

    def declaration(self, address: str) -> Declaration | None:
        """Return what the type of a step declares."""
        node = self.node(address)
        return self.types.get(node.type) if node else None

    def title(self, address: str) -> str:
        """Return what a step is called: the title of its node, else its address."""
        node = self.node(address)
        return self.types.title(node) if node else address

    def category(self, address: str) -> str:
        """Return the category of a step's type, empty for a type that is not known."""
        declared = self.declaration(address)
        return declared.category if declared else ""

    def icon(self, address: str) -> str:
        """Return the icon of a step's type."""
        declared = self.declaration(address)
        return declared.icon if declared else "box"

    def port_name(self, address: str, port: str, *, output: bool) -> str:
        """Return what a port of a step is called."""
        node = self.node(address)
        if node is None:
            return port
        ports = self.types.ports(node, self.graph)
        found = ports.output(port) if output else ports.input(port)
        return (found.label if found else "") or port

    def inputs(self, address: str) -> Mapping[str, Json]:
        """Return what came to a step over its edges, by port; a list where several edges gave something to one port."""
        if self.run is None:
            return {}
        given: dict[str, list[Json]] = {}
        for edge in self.graph.edges_into(address):
            ports = self.run.step(edge.source.node).ports
            if edge.source.port in ports:
                given.setdefault(edge.target.port, []).append(ports[edge.source.port])
        return {port: values if len(values) > 1 else values[0] for port, values in given.items()}
