"""A small graph for tests of edits, with the ports of its node types, without Qt."""

from __future__ import annotations

from engine.api.ports import Port, Ports, with_error
from engine.model.graph import Edge, Frame, Graph, Node

PORTS = {
    "source": Ports((), (Port("out", "text"),)),
    "step": Ports((Port("in", "text", required=True),), (Port("out", "text"),)),
    "list": Ports((Port("items", "list"),), (Port("out", "list"), Port("count", "number"))),
    "join": Ports((Port("left", "text"), Port("right", "list"), Port("after", "any", multiple=True)), (Port("out", "object"),)),
    "sink": Ports((Port("value", "any"),), ()),
}


def ports_of(node: Node, graph: Graph) -> Ports:
    """Return the ports of a node of these tests."""
    return with_error(PORTS[node.type], node.options.get("on_error"))


def line() -> Graph:
    """Return a -> b -> c, and d that stands alone; b and c in a frame."""
    return Graph(
        nodes={
            "a": Node("a", "source"),
            "b": Node("b", "step", title="B", params={"prompt": "{{ nodes.a.output }}"}),
            "c": Node("c", "step", params={"prompt": "{{ nodes.b.output }}"}),
            "d": Node("d", "list"),
        },
        edges=[Edge.of("a.out", "b.in"), Edge.of("b.out", "c.in")],
        positions={"a": (0, 0), "b": (250, 0), "c": (500, 0), "d": (0, 200)},
        frames={"f1": Frame("f1", "Both", (230, -40, 480, 160)), "n1": Frame("n1", "", (0, 400, 100, 60), text="Hello")},
    )


RECTS = {
    "a": (0.0, 0.0, 196.0, 80.0),
    "b": (250.0, 0.0, 196.0, 80.0),
    "c": (500.0, 0.0, 196.0, 80.0),
    "d": (0.0, 200.0, 196.0, 80.0),
}
