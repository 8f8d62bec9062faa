"""Between 35 and 70 %: titles can be read, and state, problems, pins and breakpoints are seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from engine.model.graph import Frame, Graph, Node
from engine.model.issues import Issue
from graph_editor.view import GraphView
from tests.window.test_canvas_view import picture, show
from widgets.step_view import StepView
from widgets.theme import theme

ZOOMS = pytest.mark.parametrize("zoom", [0.36, 0.45, 0.56, 0.68])


def one(**values: object) -> Graph:
    node = Node("a", "file.read", title="Read the tickets")
    return Graph(nodes={"a": replace(node, **values)}, positions={"a": (0, 0)})  # type: ignore[arg-type]


def seen(qtbot: QtBot, graph: Graph, zoom: float) -> QImage:
    return looked_at(show(qtbot, graph), zoom)


def looked_at(view: GraphView, zoom: float) -> QImage:
    view.minimap.hide()
    view.zoom_to(zoom)
    view.reveal(view.graph_scene.content_rect())
    return picture(view)


@ZOOMS
def test_nodes_are_told_apart_by_their_titles(qtbot: QtBot, zoom: float) -> None:
    assert seen(qtbot, one(), zoom) != seen(qtbot, one(title="Save the tickets"), zoom)


@ZOOMS
def test_a_title_has_the_same_size_at_each_zoom(qtbot: QtBot, zoom: float) -> None:
    """The first letters stand as high on the screen as at any other zoom."""
    ink = theme().color("text.primary").name()
    image = seen(qtbot, one(title="IIII"), zoom)
    rows = {y for y in range(image.height()) if any(image.pixelColor(x, y).name() == ink for x in range(image.width()))}
    assert 7 <= len(rows) <= 9


@ZOOMS
@pytest.mark.parametrize("role", ["state.ok", "state.failed", "state.pinned", "state.breakpoint"])
def test_marks_are_seen(qtbot: QtBot, zoom: float, role: str) -> None:
    view = show(qtbot, one(options={"pinned": {"out": "x"}}) if role == "state.pinned" else one())
    before = looked_at(view, zoom) if role != "state.pinned" else seen(qtbot, one(), zoom)
    if role == "state.ok":
        view.graph_scene.update_step("a", StepView("succeeded"))
    elif role == "state.failed":
        view.graph_scene.set_problems([Issue("x", "No path.", node="a")])
    elif role == "state.breakpoint":
        view.graph_scene.set_marks(["a"])
    color = theme().color(role).name()
    assert not _has(before, color)
    assert _has(looked_at(view, zoom), color)


@ZOOMS
def test_notes_can_be_read(qtbot: QtBot, zoom: float) -> None:
    """Letters are as high as at any other zoom, and the text is cut where there is no room."""
    image = seen(qtbot, Graph(frames={"n": Frame("n", "", (0, 0, 240, 120), text="I" + " I" * 400)}), zoom)
    rows = [any(image.pixelColor(x, y).lightness() > 110 for x in range(image.width())) for y in range(image.height() - 60)]
    runs = [len(run) for run in "".join("x" if row else " " for row in rows).split()]
    assert runs
    assert all(7 <= run <= 9 for run in runs)


def _has(image: QImage, color: str) -> bool:
    return any(image.pixelColor(x, y).name() == color for x in range(image.width()) for y in range(image.height()))
