"""The canvas: building a graph of 1,000 nodes and drawing it, against NodeGraphQt where `make bench-peers` has installed it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from engine.api.declaration import Declaration, Declarations
from engine.api.ports import Port, Ports
from engine.model.graph import Edge, Endpoint, Graph, Node
from graph_editor.document import GraphDocument
from graph_editor.scene import GraphScene
from graph_editor.view import GraphView
from tests.benchmarks import peers
from tests.benchmarks.canvas_frames import VIEW, Figures, cpu, dragging, extent, frame, graph, picture
from tests.helpers.checkout import ROOT
from widgets.node_types import NodeTypes
from widgets.stylesheet import dress
from widgets.theme import Theme, load_fonts

COUNT = 1000
KINDS = ("model", "code", "data")
NAMES = {
    "build": ("build", 0.2),
    "frame": ("frame with all nodes in view", 0.05),
    "drag": ("step of a drag, all in view", 1.0),
    "near_drag": ("step of a drag at 100 %", 1.0),
    "picture": ("all nodes with text, 10,000 px", 0.7),
}
"""What is measured, and how much of the peer's time it may take."""


async def measure(_folder: Path) -> tuple[str, list[str], list[list[str]]]:
    """Run ours and the peer one after the other, each in a process of its own."""
    ours = _figures(sys.executable, "tests.benchmarks.window_canvas")
    peer = _figures(str(peers.PYTHON), "tests.benchmarks.canvas_peer") if peers.STAMP.exists() else {}
    rows = []
    for key, (name, limit) in NAMES.items():
        ratio = f"{ours[key] / peer[key]:.3f}" if peer else "-"
        theirs = f"{peer[key]:.1f} ms" if peer else "not installed"
        rows.append([name, f"{ours[key]:.1f} ms", theirs, ratio, f"{limit:g}"])
    return f"The canvas, {COUNT:,} nodes, CPU time", ["", "Weft", "NodeGraphQt", "ratio", "at most"], rows


def _figures(python: str, module: str) -> dict[str, float]:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [python, "-m", module, str(COUNT)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main(count: int) -> None:
    """Print our figures, and end without tidying up."""
    app = QApplication([])
    load_fonts()
    dress(app, Theme("dark"))
    places, wires = graph(count)
    figures = Figures()
    figures.build, view = _built(_document(places, wires))
    scene, held = view.graph_scene, f"n{count // 2}"

    def move(dx: float, dy: float) -> None:
        scene.shift([held], dx, dy)

    view.show()
    view.fit(glide=False)
    frame(view)()
    figures.frame = cpu(frame(view))
    figures.drag = cpu(dragging(move), 60)
    view.zoom_to(1.0, glide=False)
    view.center_on(held, glide=False)
    frame(view)()
    figures.near_drag = cpu(dragging(move), 60)
    figures.picture = picture(scene, extent(places))
    print(figures.told(), flush=True)
    os._exit(0)


def _document(places: list[tuple[float, float]], wires: list[tuple[int, int, int, int]]) -> GraphDocument:
    ids = [f"n{index}" for index in range(len(places))]
    return GraphDocument(
        Graph(
            nodes={id_: Node(id_, f"bench.{KINDS[index % 3]}", title=f"Node {index} 노드") for index, id_ in enumerate(ids)},
            edges=[Edge(Endpoint(ids[a], "xy"[out]), Endpoint(ids[b], "ab"[port])) for a, out, b, port in wires],
            positions=dict(zip(ids, places, strict=True)),
        )
    )


def _built(document: GraphDocument) -> tuple[float, GraphView]:
    """Return how long scene and view take, in milliseconds, and the view."""
    ports = Ports((Port("a"), Port("b")), (Port("x"), Port("y")))
    kinds = [Declaration(f"bench.{name}", 1, "Node", name, "box", ports=ports) for name in KINDS]
    begin = time.process_time()
    view = GraphView(GraphScene(document, NodeTypes(Declarations({kind.type_id: kind for kind in kinds}))))
    view.resize(*VIEW)
    return (time.process_time() - begin) * 1000, view


if __name__ == "__main__":
    main(int(sys.argv[1]))
