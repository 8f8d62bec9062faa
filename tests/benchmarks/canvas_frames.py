"""The graph and the measurements of the canvas benchmark. Needs PySide6 only, so that peers run it in their own environment."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView

VIEW = (1600, 1000)
PICTURE = 10_000
"""Width in pixels of the picture with all nodes at full detail."""
ACROSS, DOWN = 260, 150

Place = tuple[float, float]
Wire = tuple[int, int, int, int]
"""Source node, its output, target node, its input."""


@dataclass
class Figures:
    """CPU milliseconds: of building a graph, of a frame, of a step of a drag at full view and at 100 %, of the large picture."""

    build: float = 0.0
    frame: float = 0.0
    drag: float = 0.0
    near_drag: float = 0.0
    picture: float = 0.0

    def told(self) -> str:
        """Return them as a line of JSON."""
        return json.dumps(asdict(self))


def graph(count: int, seed: int = 7) -> tuple[list[Place], list[Wire]]:
    """Return places in columns, and 1.3 wires a node, most to the next column; each input has one at most."""
    rng = random.Random(seed)
    rows = max(1, int((count * ACROSS / DOWN / 1.6) ** 0.5))
    places = [(float(i // rows * ACROSS), float(i % rows * DOWN)) for i in range(count)]
    wires: list[Wire] = []
    taken: set[tuple[int, int]] = set()
    for _ in range(count * 50):
        if len(wires) >= count * 1.3:
            break
        source = rng.randrange(count)
        column = source // rows + (1 if rng.random() < 0.85 else rng.randint(2, 4))
        target = column * rows + min(rows - 1, max(0, source % rows + rng.randint(-2, 2)))
        wire = (source, rng.randint(0, 1), target, rng.randint(0, 1))
        if target < count and wire[2:] not in taken:
            taken.add(wire[2:])
            wires.append(wire)
    return places, wires


def extent(places: list[Place]) -> QRectF:
    """Return what the graph covers."""
    return QRectF(0, 0, max(x for x, _ in places) + 200, max(y for _, y in places) + 90)


def cpu(do: Callable[[], object], rounds: int = 25) -> float:
    """Return the median CPU time of a call in milliseconds."""
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        do()
        times.append(time.process_time() - begin)
    return statistics.median(times) * 1000


def frame(view: QGraphicsView) -> Callable[[], None]:
    """Return what draws the whole view once."""

    def draw() -> None:
        view.viewport().repaint()
        QCoreApplication.processEvents()

    return draw


def dragging(move: Callable[[float, float], None]) -> Callable[[], None]:
    """Return what moves a node to and fro, a step a call, and draws what changed."""
    side = [1.0]

    def step() -> None:
        side[0] = -side[0]
        move(7 * side[0], 5 * side[0])
        QCoreApplication.processEvents()
        QCoreApplication.processEvents()

    return step


def picture(scene: QGraphicsScene, area: QRectF) -> float:
    """Return the CPU time of the first large picture, when nothing is kept yet, in milliseconds."""
    image = QImage(PICTURE, round(PICTURE * area.height() / area.width()), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    begin = time.process_time()
    QGraphicsScene.render(scene, painter, QRectF(image.rect()), area)
    end = time.process_time()
    painter.end()
    return (end - begin) * 1000
