"""What actions do to what is selected: each method is one entry of the menus."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QWidget

from engine.model.changes import RemoveFrame
from engine.model.graph import Frame, Graph
from engine.model.issues import failure
from graph_editor import clipboard
from graph_editor.arranging import (
    CASCADE,
    NOTE_SIZE,
    add_note,
    beside,
    carried,
    free_place,
    group,
    members,
    paint_frames,
    release,
    set_frame,
    united,
)
from graph_editor.canvas import Canvas
from graph_editor.edits import Edit, Place, delete, rename, switch, unpin
from graph_editor.fragments import corner, duplicate, fragment, paste, read
from graph_editor.inline_edit import InlineEdit
from graph_editor.interactions.dispatch import Dispatcher
from graph_editor.interactions.key_wire import KeyWire, own_ports
from graph_editor.tidying import align, distribute, tidy
from graph_editor.wiring import heal
from resources.language import tr
from widgets.theme import theme

LONGEST_NOTE = 20_000
USUAL_SIZE = (212.0, 114.0)
"""About how large a node is whose type is not known yet."""


class Editing(QObject):
    """Edits of the selection, copying and pasting, and words that are edited where they stand."""

    def __init__(self, canvas: Canvas, gestures: Dispatcher, host: QWidget) -> None:
        """Edit what is on a canvas; `host` is the widget over which fields open."""
        super().__init__(canvas)
        self._canvas, self._gestures = canvas, gestures
        self.inline = InlineEdit(canvas.view, host)
        canvas.title_asked.connect(self.edit_words)

    @property
    def _graph(self) -> Graph:
        return self._canvas.document.graph

    # ------------------------------------------------------------ delete, switch, group
    def delete(self) -> None:
        """Delete what is selected."""
        scene = self._canvas.scene
        self._canvas.attempt(lambda: delete(self._graph, scene.selected_nodes(), scene.selected_edges(), scene.selected_frames()))

    def heal(self) -> None:
        """Delete the selected nodes and join their neighbours."""
        nodes = self._canvas.scene.selected_nodes()
        if nodes:
            self._canvas.attempt(lambda: heal(self._graph, self._canvas.ports_of, nodes))
        else:
            self.delete()

    def disable(self) -> None:
        """Switch the selected nodes off, or on again."""
        self._canvas.attempt(lambda: switch(self._graph, self._canvas.scene.selected_nodes()))

    def unpin(self) -> None:
        """Let the selected nodes give what they give again."""
        self._canvas.attempt(lambda: unpin(self._graph, self._canvas.scene.selected_nodes()))

    def is_framed(self) -> bool:
        """Tell whether a frame is selected, or a node in one."""
        scene, frames = self._canvas.scene, self._graph.frames
        rects = self._canvas.rects(scene.selected_nodes())
        chosen = any(frame in frames and not frames[frame].text for frame in scene.selected_frames())
        return chosen or any(members(self._graph, frame, rects) for frame in frames)

    def frame(self) -> None:
        """Put a frame around the selected nodes, and let its title be written."""
        scene = self._canvas.scene
        rooms = {node: room for node in scene.selected_nodes() if (room := scene.room_of(node)) is not None}
        if self._canvas.attempt(lambda: group(self._graph, rooms)):
            self.edit_words(scene.selected_frames()[0])

    def unframe(self) -> None:
        """Take away the selected frames, or those around the selected nodes."""
        scene, rects = self._canvas.scene, self._canvas.rects()
        self._canvas.attempt(lambda: release(self._graph, scene.selected_nodes(), scene.selected_frames(), rects))

    def color(self, color: str) -> None:
        """Give the selected frames another colour."""
        self._canvas.attempt(lambda: paint_frames(self._graph, self._canvas.scene.selected_frames(), color))

    def align(self) -> None:
        """Put the selected nodes in one row or column."""
        rects = self._canvas.spaces(self._canvas.scene.selected_nodes())
        self._canvas.attempt(lambda: align(self._graph, rects, theme().metric["snap"]))

    def distribute(self) -> None:
        """Give the selected nodes equal gaps."""
        rects = self._canvas.spaces(self._canvas.scene.selected_nodes())
        self._canvas.attempt(lambda: distribute(self._graph, rects))

    def tidy(self) -> None:
        """Put what is selected in columns along the edges; everything, when less than two nodes are selected.

        Who saw everything before does so afterwards.
        """
        scene, view, rects = self._canvas.scene, self._canvas.view, self._canvas.spaces()
        was_seen = view.seen.contains(scene.content_rect())
        chosen, chosen_frames = scene.selected_nodes(), scene.selected_frames()
        nodes, frames = carried(self._graph, chosen, chosen_frames, rects)
        if len(nodes) < 2:
            nodes, frames = set(rects), set(self._graph.frames)
        edit = tidy(self._graph, rects, nodes, frames, scene.port_y, theme().metric["snap"])
        self._canvas.apply(replace(edit, nodes=tuple(chosen), frames=tuple(chosen_frames)) if edit is not None else None)
        if was_seen and not view.seen.contains(scene.content_rect()):
            view.fit()

    def select_all(self) -> None:
        """Select all nodes, frames and notes."""
        self._canvas.scene.select(self._graph.nodes, (), self._graph.frames)

    # ------------------------------------------------------------ copy and paste
    def copy(self) -> None:
        """Put the selected nodes, frames and notes on the clipboard; frames take along what they hold."""
        part = self._selected_part()
        if part.nodes or part.frames:
            clipboard.put(part)

    def cut(self) -> None:
        """Copy and delete."""
        self.copy()
        scene = self._canvas.scene
        edit = delete(self._graph, scene.selected_nodes(), (), scene.selected_frames())
        self._canvas.apply(replace(edit, text=tr("Cut")) if edit else None)

    def paste(self) -> None:
        """Paste what is on the clipboard."""
        text = clipboard.text()
        if text.strip():
            self.paste_text(text)

    def paste_text(self, text: str, at: QPointF | None = None) -> bool:
        """Paste the text of nodes as nodes, any other as a note; at a point, else under the pointer or beside the original."""
        done = self._canvas.attempt(lambda: self._pasted(text, at))
        if done:
            self._reveal_selected()
        return done

    def _pasted(self, text: str, at: QPointF | None) -> Edit:
        part = read(text)
        if part is not None:
            return paste(self._graph, part, self._offset(part, at))
        text = text.strip()
        if len(text) > LONGEST_NOTE:
            said = tr("The text on the clipboard is too long for a note.")
            raise failure("clipboard.too-long", said, tr("Put it into a file and add a Read file node."))
        middle = self._canvas.view.middle - QPointF(NOTE_SIZE[0] / 2, NOTE_SIZE[1] / 2)
        return add_note(self._graph, text, self._canvas.snap(at or self._pointer() or middle))

    def duplicate(self) -> None:
        """Add what is selected once more, beside it."""
        part = self._selected_part()
        if self._canvas.attempt(lambda: duplicate(self._graph, part, self._beside(part))):
            self._reveal_selected()

    def _reveal_selected(self) -> None:
        """Scroll to what is selected, when it can be seen at once."""
        scene, view = self._canvas.scene, self._canvas.view
        rect = scene.rect_of(scene.selected_nodes())
        for frame in scene.selected_frames():
            if (item := scene.frame_item(frame)) is not None:
                rect = rect.united(item.area)
        if rect.width() < 0.9 * view.seen.width() and rect.height() < 0.9 * view.seen.height():
            view.reveal(rect)

    def _selected_part(self) -> Graph:
        scene, rects = self._canvas.scene, self._canvas.rects()
        nodes, frames = carried(self._graph, scene.selected_nodes(), scene.selected_frames(), rects)
        return fragment(self._graph, nodes, frames, self._canvas.places(nodes))

    def _offset(self, part: Graph, at: QPointF | None) -> Place:
        x, y = corner(part)
        point = at or self._pointer()
        if point is None and self._canvas.view.seen.contains(QPointF(x, y)):
            return self._beside(part)
        point = point or self._canvas.view.middle
        place = self._canvas.snap(point)
        taken = {self._canvas.scene.position(node) for node in self._graph.nodes}
        taken |= {frame.rect[:2] for frame in self._graph.frames.values()}
        while place in taken:
            place = place[0] + CASCADE, place[1] + CASCADE
        return place[0] - x, place[1] - y

    def _beside(self, part: Graph) -> Place:
        """Return how far a copy of a part is moved to lie beside what is there."""
        spaces = self._canvas.spaces()
        frames = [frame.rect for frame in self._graph.frames.values() if frame.text or part.frames]
        kept = [(*place, *(spaces[node][2:] if node in spaces else USUAL_SIZE)) for node, place in part.positions.items()]
        covered = united([*kept, *(frame.rect for frame in part.frames.values())])
        return beside([*spaces.values(), *frames], covered, theme().metric["snap"])

    def _pointer(self) -> QPointF | None:
        """Return the point of the scene under the pointer, when it is over the canvas."""
        view = self._canvas.view
        if not view.viewport().underMouse():
            return None
        return QPointF(view.mapToScene(view.viewport().mapFromGlobal(view.cursor().pos())))

    # ------------------------------------------------------------ words where they stand
    def rename(self) -> None:
        """Let the title of what is selected be written where it stands."""
        scene = self._canvas.scene
        for found in (*scene.selected_nodes()[-1:], *scene.selected_frames()[-1:]):
            self.edit_words(found)
            return

    def edit_words(self, thing: str) -> None:
        """Let the title of a node or frame, or the text of a note, be written where it stands."""
        scene, metric = self._canvas.scene, theme().metric
        if (item := scene.node_item(thing)) is not None and thing not in self._graph.frames:
            self._canvas.view.reveal(item.body, glide=False)
            place = QRectF(item.body.left() + 45, item.body.top() + 4, item.body.width() - 41, metric["node_header"] / 2)
            self.inline.edit_title(place, item.look.face.title, lambda text: self._keep_title(thing, text))
        elif (area := scene.frame_item(thing)) is not None:
            frame = area.frame
            self._canvas.view.reveal(area.area, glide=False)
            if area.is_note:
                self.inline.edit_note(area.area, frame.text, lambda text: self._keep_note(thing, text))
            else:
                place = area.title_rect().translated(area.pos())
                self.inline.edit_title(place, frame.title, lambda text: self._keep_frame(thing, text), tr("Title"))

    def note(self) -> None:
        """Write a note in the middle of the view, or under the pointer."""
        self.note_at(self._pointer() or self._canvas.view.middle)

    def note_at(self, point: QPointF) -> None:
        """Write a note near a point, where it lies on nothing; without words there will be none."""
        wanted = self._canvas.snap(point - QPointF(16, 16))
        notes = [frame.rect for frame in self._graph.frames.values() if frame.text]
        x, y = free_place([*self._canvas.spaces().values(), *notes], NOTE_SIZE, wanted)
        self._canvas.view.reveal(QRectF(x, y, *NOTE_SIZE), glide=False)
        self.inline.edit_note(QRectF(x, y, *NOTE_SIZE), "", lambda text: self._add_note(text, (x, y)))

    def _add_note(self, text: str, place: Place) -> None:
        if text.strip():
            self._canvas.attempt(lambda: add_note(self._graph, text.strip("\n"), place))

    def _keep_title(self, node: str, text: str) -> None:
        known = self._graph.nodes.get(node)
        if known is None:
            return
        kind = self._canvas.types.get(known.type)
        self._canvas.attempt(lambda: rename(self._graph, node, text, tr(kind.title) if kind else known.type))

    def _keep_frame(self, frame: str, title: str) -> None:
        self._set(frame, tr("Rename frame"), title=title.strip())

    def _keep_note(self, frame: str, text: str) -> None:
        if text.strip():
            self._set(frame, tr("Edit note"), text=text)
        elif frame in self._graph.frames:
            self._canvas.apply(Edit(RemoveFrame(frame), tr("Delete note")))

    def _set(self, frame: str, what: str, **values: str) -> None:
        known: Frame | None = self._graph.frames.get(frame)
        if known is not None:
            new = replace(known, title=values.get("title", known.title), text=values.get("text", known.text))
            self._canvas.attempt(lambda: set_frame(self._graph, new, what))

    # ------------------------------------------------------------ edges by keyboard
    def wire(self) -> None:
        """Draw an edge from the selected node with the keyboard."""
        nodes = self._canvas.scene.selected_nodes()
        ports = own_ports(self._canvas, nodes[-1]) if nodes else []
        if ports and self._gestures.active is None:
            self._gestures.begin(KeyWire(self._canvas, ports))
