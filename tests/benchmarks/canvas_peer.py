"""The canvas benchmark for NodeGraphQt: `python -m tests.benchmarks.canvas_peer 1000`, run where NodeGraphQt is installed."""

from __future__ import annotations

import importlib
import os
import sys
import time
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QGraphicsItem, QGraphicsView

from tests.benchmarks.canvas_frames import VIEW, Figures, cpu, dragging, extent, frame, graph, picture


def main(count: int) -> None:
    """Print the figures of a graph of so many nodes, and end without tidying up."""
    QApplication([])
    peer: Any = importlib.import_module("NodeGraphQt")
    places, wires = graph(count)
    figures = Figures()

    class Node(peer.BaseNode):  # type: ignore[misc]
        __identifier__ = "bench"
        NODE_NAME = "Node"

        def __init__(self) -> None:
            super().__init__()
            for name in ("a", "b"):
                self.add_input(name, multi_input=True)
            for name in ("x", "y"):
                self.add_output(name)

    begin = time.process_time()
    canvas = peer.NodeGraph()
    canvas.register_node(Node)
    view = canvas.viewer()
    view.resize(*VIEW)
    nodes = [
        canvas.create_node("bench.Node", name=f"Node {index} 노드", pos=list(place), selected=False, push_undo=False)
        for index, place in enumerate(places)
    ]
    for source, output, target, port in wires:
        nodes[source].output(output).connect_to(nodes[target].input(port), push_undo=False, emit_signal=False)
    figures.build = (time.process_time() - begin) * 1000
    view.show()
    QCoreApplication.processEvents()
    item = nodes[count // 2].view
    home = QGraphicsItem.pos(item)

    def move(dx: float, dy: float) -> None:
        QGraphicsItem.setPos(item, home.x() + dx, home.y() + dy)

    area = extent(places)
    QGraphicsView.setSceneRect(view, area.adjusted(-1500, -1500, 1500, 1500))
    view.resetTransform()
    QGraphicsView.fitInView(view, area, Qt.AspectRatioMode.KeepAspectRatio)
    frame(view)()
    figures.frame = cpu(frame(view), 9)
    figures.drag = cpu(dragging(move), 60)
    view.resetTransform()
    view.centerOn(item)
    frame(view)()
    figures.near_drag = cpu(dragging(move), 60)
    figures.picture = picture(QGraphicsView.scene(view), area)
    print(figures.told(), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
