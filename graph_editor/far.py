"""The canvas from afar: one painter that draws all blocks, for zooms at which no item can be told from another."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from engine.model.graph import Edge
from graph_editor.edge_item import EdgeItem
from graph_editor.frame_item import FAR_TITLE, FrameItem, frame_color, frame_role
from graph_editor.node_chrome import LOUD
from graph_editor.node_item import NodeItem
from graph_editor.node_paint import Line, line, metrics, paint_lines, title_face
from graph_editor.scene import GraphScene
from widgets.icons import paint_icon
from widgets.step_view import StepStatus, role_of
from widgets.theme import theme

TALLEST = 68.0
"""A block is as high as the smallest node, in scene units, whatever the node holds."""
MARK = 15.0
SPILL = 14.0
"""Pixels by which a loud block reaches over its node."""
MANY = 900
"""Above this many blocks in view, they are drawn without icons and corners."""
SMALL = 8
"""An area so many times smaller than the whole is not looked for among all blocks."""
_DONE = ("succeeded", "cached", "running", "waiting", "failed", "paused")
_RINGED = frozenset((*LOUD, "queued"))
_MARKS: dict[StepStatus, str] = {"running": "play", "waiting": "user", "failed": "x", "paused": "pause"}
_CANVAS_RING = 2.0


@dataclass(slots=True)
class Block:
    """A node from afar, in scene units. `kind` is what its picture depends on."""

    rect: QRectF
    kind: tuple[str, str, bool]
    status: StepStatus
    selected: bool


class FarPainter:
    """Draws a scene as blocks and straight lines. What changes is taken over block by block."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        self._blocks: dict[str, Block] = {}
        self._lines: dict[Edge, QLineF] = {}
        self._live: set[Edge] = set()
        self._stale: set[str] | None = None
        self._content = QRectF()

    def touch(self, nodes: Iterable[str] | None) -> None:
        """Look at these nodes again before something is drawn; None stands for all."""
        if nodes is None:
            self._stale = None
        elif self._stale is not None:
            self._stale.update(nodes)

    def blocks(self) -> Collection[Block]:
        """Return all nodes as blocks."""
        self._refresh()
        return self._blocks.values()

    def take_over(self, nodes: Iterable[str]) -> list[QRectF]:
        """Look at these nodes at once; return what has to be drawn anew, in scene units."""
        changed = list(nodes)
        before = self._rects(changed) if self._stale is not None else []
        self.touch(changed)
        self._refresh()
        return before + self._rects(changed)

    def _rects(self, nodes: Iterable[str]) -> list[QRectF]:
        found: list[QRectF] = []
        for node in nodes:
            if (block := self._blocks.get(node)) is not None:
                found.append(QRectF(block.rect))
            lines = (self._lines.get(edge) for edge in self._scene.edges_of(node))
            found += [QRectF(known.p1(), known.p2()).normalized() for known in lines if known is not None]
        return found

    def paint(self, painter: QPainter, to_screen: QTransform, dirty: QRectF) -> None:
        """Draw what lies in `dirty`, in pixels; `to_screen` turns scene units into pixels."""
        self._refresh()
        style = theme()
        painter.fillRect(dirty, style.color("surface.canvas"))
        area = to_screen.inverted()[0].mapRect(dirty.adjusted(-SPILL, -SPILL, SPILL, SPILL))
        zoom = to_screen.m11()
        frames = [item for item in self._scene.frame_items() if item.sceneBoundingRect().intersects(area)]
        blocks, edges = self._near(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for frame in frames:
            _paint_frame(painter, frame, to_screen)
        self._paint_lines(painter, to_screen, edges)
        if len(blocks) > MANY:
            _paint_plain(painter, blocks, to_screen)
        else:
            _paint_blocks(painter, blocks, to_screen, zoom)
        for block in blocks:
            if block.selected or block.status in _RINGED:
                _paint_state(painter, block, to_screen.mapRect(block.rect))
        for frame, where in titles_with_room(self._scene.frame_items(), to_screen):
            if where.intersects(dirty):
                paint_lines(painter, (_title_line(frame, where),))
        self._paint_held(painter, to_screen)

    def _refresh(self) -> None:
        scene = self._scene
        if self._stale is None:
            items = list(scene.node_items())
            self._blocks = {item.node: _block(item) for item in items}
            self._lines, self._live = {}, set()
            edges: Iterable[Edge] = [item.edge for item in scene.edge_items()]
            self._content = scene.content_rect()
        else:
            found = [item for node in self._stale if (item := scene.node_item(node)) is not None]
            for item in found:
                self._blocks[item.node] = _block(item)
            edges = [edge for node in self._stale for edge in scene.edges_of(node)]
        self._stale = set()
        for edge in edges:
            self._take_line(edge)

    def _take_line(self, edge: Edge) -> None:
        source, target = self._blocks.get(edge.source.node), self._blocks.get(edge.target.node)
        if source is None or target is None:
            return
        one, two = source.rect, target.rect
        self._lines[edge] = QLineF(one.right(), one.center().y(), two.left(), two.center().y())
        item = self._scene.edge_item(edge)
        (self._live.add if item is not None and item.state == "flowing" else self._live.discard)(edge)

    def _near(self, area: QRectF) -> tuple[list[Block], Iterable[Edge]]:
        """Return the blocks and edges that may lie in an area; a small one is asked of the scene's index."""
        content = self._content
        if area.contains(content):
            return list(self._blocks.values()), self._lines
        if area.width() * area.height() * SMALL < content.width() * content.height():
            items = self._scene.items(area, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
            blocks = [self._blocks[item.node] for item in items if isinstance(item, NodeItem)]
            return blocks, [item.edge for item in items if isinstance(item, EdgeItem) and item.edge in self._lines]
        found = [block for block in self._blocks.values() if block.rect.intersects(area)]
        return found, [edge for edge, known in self._lines.items() if _meets(known, area)]

    def _paint_lines(self, painter: QPainter, to_screen: QTransform, edges: Iterable[Edge]) -> None:
        """Draw edges as hair lines, in scene units, so that no line has to be mapped by itself; opaque ones are quickest."""
        style, live = theme(), self._live
        calm = [self._lines[edge] for edge in edges if edge not in live] if live else [self._lines[edge] for edge in edges]
        painter.save()
        painter.setTransform(to_screen, combine=True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(calm) <= MANY)
        for lines, color, width in (
            (calm, style.mix("text.tertiary", "surface.canvas", 1.0 if style.high else 0.45), 1.0),
            ([self._lines[edge] for edge in live], style.color("state.running"), 1.4),
        ):
            pen = QPen(color, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            if lines:
                painter.drawLines(lines)
        painter.restore()

    def _paint_held(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw what gestures put on the canvas, each item below its children."""
        waiting = sorted(self._scene.held, key=lambda item: item.zValue(), reverse=True)
        while waiting:
            item = waiting.pop()
            if not item.isVisible():
                continue
            painter.save()
            painter.setTransform(item.deviceTransform(to_screen), combine=True)
            painter.setOpacity(item.opacity())
            item.paint(painter, QStyleOptionGraphicsItem(), None)
            painter.restore()
            waiting += item.childItems()


def _block(item: NodeItem) -> Block:
    look, body = item.look, item.body
    done = look.status in _DONE
    rect = QRectF(body.x(), body.y(), body.width(), min(body.height(), TALLEST))
    return Block(rect, (look.face.role, look.face.icon, done), look.status, item.isSelected())


def _meets(known: QLineF, area: QRectF) -> bool:
    x1, x2, y1, y2 = known.x1(), known.x2(), known.y1(), known.y2()
    return not (
        (x1 < area.left() and x2 < area.left())
        or (x1 > area.right() and x2 > area.right())
        or (y1 < area.top() and y2 < area.top())
        or (y1 > area.bottom() and y2 > area.bottom())
    )


def _paint_frame(painter: QPainter, item: FrameItem, to_screen: QTransform) -> None:
    box = to_screen.mapRect(item.area)
    if item.is_note:
        painter.setPen(QPen(theme().color("text.note", 0.22), 1))
        painter.setBrush(theme().color("surface.note"))
        painter.drawRoundedRect(box, 2, 2)
        return
    painter.setPen(QPen(frame_color(item.frame, 1.0 if theme().high else 0.4), 1))
    painter.setBrush(frame_color(item.frame, 0.06))
    painter.drawRoundedRect(box, 8, 8)


def titles_with_room(frames: Iterable[FrameItem], to_screen: QTransform) -> list[tuple[FrameItem, QRectF]]:
    """Return the frames whose titles have room, larger ones first, with where they stand in pixels."""
    found: list[tuple[FrameItem, QRectF]] = []
    for item in sorted(frames, key=lambda frame: -frame.area.width() * frame.area.height()):
        if item.is_note or not item.frame.title:
            continue
        box = to_screen.mapRect(item.area)
        where = QRectF(box.left() + 2, box.top() - 22, max(box.width() - 4, FAR_TITLE), 20)
        where.setWidth(min(metrics(title_face()).horizontalAdvance(item.frame.title) + 1, where.width()))
        if not any(where.intersects(other) for _, other in found):
            found.append((item, where))
    return found


def _title_line(item: FrameItem, where: QRectF) -> Line:
    return line(where, item.frame.title, frame_role(item.frame, theme()), title_face())


def _paint_blocks(painter: QPainter, blocks: Iterable[Block], to_screen: QTransform, zoom: float) -> None:
    scale = painter.deviceTransform().m11()
    name = f"{theme().name}{theme().high}"
    for block in blocks:
        width, height = round(block.rect.width() * zoom), round(block.rect.height() * zoom)
        corner = to_screen.map(block.rect.topLeft())
        sprite = _sprite(name, block.kind, max(width, 3), max(height, 2), scale)
        painter.drawPixmap(QPointF(round(corner.x()) - _CANVAS_RING, round(corner.y()) - _CANVAS_RING), sprite)


def _paint_plain(painter: QPainter, blocks: Iterable[Block], to_screen: QTransform) -> None:
    """Draw blocks as rectangles, all of a colour at once."""
    groups: dict[tuple[str, bool], list[QRectF]] = {}
    for block in blocks:
        groups.setdefault((block.kind[0], block.kind[2]), []).append(block.rect)
    painter.save()
    painter.setTransform(to_screen, combine=True)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(Qt.PenStyle.NoPen)
    for (role, done), rects in groups.items():
        painter.setBrush(_fill(role, done=done))
        painter.drawRects(rects)
    painter.restore()


def _fill(role: str, *, done: bool) -> QColor:
    return theme().mix(role, "surface.node", 0.62 if done else 0.26)


@lru_cache(maxsize=512)
def _sprite(_theme: str, kind: tuple[str, str, bool], width: int, height: int, scale: float) -> QPixmap:
    """Return the picture of blocks of a kind, with a ring of the canvas around it."""
    role, icon, done = kind
    ring = _CANVAS_RING
    sprite = QPixmap(round((width + 2 * ring) * scale), round((height + 2 * ring) * scale))
    sprite.setDevicePixelRatio(scale)
    sprite.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sprite)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("surface.canvas"))
    painter.drawRoundedRect(QRectF(0, 0, width + 2 * ring, height + 2 * ring), 5, 5)
    painter.setBrush(_fill(role, done=done))
    box = QRectF(ring, ring, width, height)
    painter.drawRoundedRect(box, 3.5, 3.5)
    side = min(height * 0.62, 14.0)
    if side >= 5:
        ink = theme().color("text.on_tile", 0.85) if done else theme().color(role, 0.9)
        paint_icon(painter, icon, QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side), ink, 1.4)
    painter.end()
    return sprite


def _paint_state(painter: QPainter, block: Block, box: QRectF) -> None:
    """Draw what has to be found at a glance: ring, halo and a mark that does not shrink; and what is selected."""
    style = theme()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if block.status == "queued":
        pen = QPen(style.color("state.queued"), 1)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.drawRoundedRect(box, 3.5, 3.5)
    if block.status in LOUD:
        role = role_of(block.status)
        painter.setPen(QPen(style.color(role, style.alpha["halo"]), 5))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QPen(style.color(role), 1.75))
        painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), 4, 4)
    if block.selected:
        painter.setPen(QPen(style.color("accent.base"), 2))
        painter.drawRoundedRect(box.adjusted(-3.5, -3.5, 3.5, 3.5), 6, 6)
    if block.status in LOUD:
        mark = QRectF(box.right() - MARK / 2, box.top() - MARK / 2, MARK, MARK)
        painter.setPen(QPen(style.color("surface.canvas"), 1.5))
        painter.setBrush(style.color(role_of(block.status)))
        painter.drawEllipse(mark)
        paint_icon(painter, _MARKS[block.status], mark.adjusted(3, 3, -3, -3), style.color("text.on_tile"), 1.6)
