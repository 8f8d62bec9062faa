"""The view: zoom, pan, levels of detail, what floats over the canvas, and how little is drawn while something streams."""

from __future__ import annotations

import gettext
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QNativeGestureEvent, QPixmapCache, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsRectItem, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.api.ports import Port
from engine.model.changes import AddFrame, AddNode, Batch, RemoveNode
from engine.model.graph import Edge, Endpoint, Frame, Graph, Node
from engine.model.issues import Issue
from graph_editor.far import FarPainter, titles_with_room
from graph_editor.geometry import Side
from graph_editor.levels import LEAST, MOST
from graph_editor.node_paint import lines_of, metrics
from graph_editor.view import GraphView
from graph_editor.zoom_view import CACHE_KB
from resources import language
from tests.property.strategies import graphs
from tests.window.canvas import sample, scene_of
from widgets.step_view import StepStatus, StepView
from widgets.stylesheet import dress
from widgets.theme import Theme, theme


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    return show(qtbot, sample())


def show(qtbot: QtBot, graph: Graph) -> GraphView:
    """Return a view that is seen and does not glide."""
    scene = scene_of(graph)
    result = GraphView(scene)
    scene.setParent(result)
    scene.motion = False
    qtbot.addWidget(result)
    result.resize(900, 600)
    with qtbot.waitExposed(result):
        result.show()
    result.zoom_to(1.0)
    return result


def picture(view: GraphView) -> QImage:
    return view.viewport().grab().toImage()


def colors(image: QImage) -> set[str]:
    points = ((x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3))
    return {image.pixelColor(x, y).name() for x, y in points}


def button(card: QWidget, name: str) -> QToolButton:
    """Return the button that says this, to the eye or to a screen reader."""
    return next(found for found in card.findChildren(QToolButton) if name in (found.accessibleName(), *found.text().split()))


def wheel(view: GraphView, at: QPoint, turn: int, keys: Qt.KeyboardModifier) -> None:
    place = QPointF(at)
    event = QWheelEvent(
        place, view.viewport().mapToGlobal(place), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_ctrl_and_wheel_zoom_around_the_pointer(view: GraphView) -> None:
    at = QPoint(200, 450)
    fixed = view.mapToScene(at)
    told: list[float] = []
    view.zoom_changed.connect(told.append)
    wheel(view, at, 120, Qt.KeyboardModifier.ControlModifier)
    assert told == [pytest.approx(1.2)]
    off = view.mapToScene(at) - fixed
    assert off.manhattanLength() < 2
    for _ in range(60):
        wheel(view, at, -120, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == LEAST
    for _ in range(60):
        wheel(view, at, 120, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == MOST


def test_the_wheel_alone_scrolls_and_shift_turns_it_to_the_side(view: GraphView) -> None:
    before = view.middle
    wheel(view, QPoint(9, 9), -120, Qt.KeyboardModifier.NoModifier)
    assert view.middle - before == QPointF(0, 60)
    wheel(view, QPoint(9, 9), -120, Qt.KeyboardModifier.ShiftModifier)
    assert view.middle - before == QPointF(60, 60)


def test_fit_shows_everything_and_the_selection(view: GraphView) -> None:
    scene = view.graph_scene
    view.fit()
    assert view.seen.contains(scene.content_rect())
    assert view.zoom < 1
    scene.select(["read"])
    view.fit_selection()
    assert view.zoom == 1.0
    item = scene.node_item("read")
    assert item is not None
    assert (view.middle - item.body.center()).manhattanLength() < 3


def test_center_and_reveal(view: GraphView) -> None:
    view.zoom_to(0.2)
    view.center_on("odd")
    item = view.graph_scene.node_item("odd")
    assert item is not None
    assert view.zoom == 0.7
    assert (view.middle - item.body.center()).manhattanLength() < 3
    before = view.middle
    view.reveal(item.body)
    assert view.middle == before, "what is seen is not moved"
    view.reveal(QRectF(0, 4000, 100, 100))
    assert view.seen.contains(QRectF(0, 4000, 100, 100))


def test_zoom_glides_when_motion_is_allowed(qtbot: QtBot, view: GraphView) -> None:
    view.graph_scene.motion = True
    view.zoom_to(0.5)
    assert view.zoom == 1.0
    qtbot.waitUntil(lambda: view.zoom == 0.5)


def test_a_wider_view_keeps_its_middle(qtbot: QtBot, view: GraphView) -> None:
    before = view.middle
    view.resize(700, 400)
    qtbot.waitUntil(lambda: view.width() == 700)
    assert (view.middle - before).manhattanLength() < 3


def test_each_level_of_detail_is_drawn_and_differs(view: GraphView) -> None:
    view.graph_scene.select(["sort"])
    view.graph_scene.set_steps(
        {"sort": StepView("failed", message="It broke."), "ask": StepView("waiting"), "way": StepView("queued")}
    )
    view.graph_scene.set_problems([Issue("a", "No prompt.", node="save")])
    view.graph_scene.set_marks({"read"}, {"read"})
    seen = []
    view.center_on("sort")
    for zoom in (2.0, 1.0, 0.65, 0.5, 0.2):
        view.zoom_to(zoom)
        seen.append((view.graph_scene.level.detail, picture(view)))
    assert [detail for detail, _ in seen] == ["full", "full", "titles", "titles", "blocks"]
    for _, image in seen:
        assert theme().color("state.failed").name() in colors(image)


@pytest.mark.parametrize("zoom", [1.0, 0.2])
def test_another_theme_is_shown_at_once(qapp: QApplication, view: GraphView, zoom: float) -> None:
    view.zoom_to(zoom)
    before = picture(view)
    try:
        dress(qapp, Theme("light"))
        after = picture(view)
        for one, other, image in (("dark", "light", before), ("light", "dark", after)):
            ground = {name: Theme("dark" if name == "dark" else "light").color("surface.canvas").name() for name in (one, other)}
            assert ground[one] in colors(image)
            assert ground[other] not in colors(image)
    finally:
        dress(qapp, Theme("dark"))


@pytest.mark.parametrize("name", ["dark", "light"])
def test_high_contrast_is_drawn_without_halos(qapp: QApplication, view: GraphView, name: str) -> None:
    view.graph_scene.set_steps({"sort": StepView("failed", message="It broke.")})
    try:
        dress(qapp, Theme("dark" if name == "dark" else "light", high=True))
        assert theme().color("state.failed").name() in colors(picture(view))
    finally:
        dress(qapp, Theme("dark"))


def test_korean_titles_take_their_room(view: GraphView) -> None:
    document = view.graph_scene.document
    document.apply(AddNode(Node("ko", "ai.llm", title="고객 문의를 종류별로 나누는 아주 긴 제목"), position=(0, 0)), "Add")
    view.center_on("ko")
    assert not picture(view).isNull()
    item = view.graph_scene.node_item("ko")
    assert item is not None
    title = lines_of(item.look)[0]
    assert title.words.endswith("…")
    assert title.x + metrics(title.face).horizontalAdvance(title.words) <= item.look.parts.width - 10 + 1


def test_streaming_leaves_the_picture_of_the_node_alone(qtbot: QtBot) -> None:
    names = [f"n{index}" for index in range(50)]
    graph = Graph(
        nodes={name: Node(name, "ai.llm") for name in names},
        positions={name: (index % 10 * 240, index // 10 * 160) for index, name in enumerate(names)},
    )
    view = show(qtbot, graph)
    scene = view.graph_scene
    view.resize(1800, 900)
    view.zoom_to(0.75)
    view.fit_rect(QRectF(0, 0, 2300, 760))
    begun = time.time()
    scene.set_steps({name: StepView("running", started=begun, text="I") for name in names})
    picture(view)
    items = list(scene.node_items())
    before = [item.paints for item in items]
    assert min(before) > 0
    for round_ in range(20):
        for name in names:
            scene.update_step(name, StepView("running", started=begun, text="I am sorry. " * (round_ + 1)))
        qtbot.waitUntil(lambda count=round_: scene.step(names[0]).text == "I am sorry. " * (count + 1))  # type: ignore[misc]
        picture(view)
    assert [item.paints for item in items] == before
    assert QPixmapCache.cacheLimit() == CACHE_KB == 256 * 1024


def test_streamed_text_is_collected_and_states_are_not(qtbot: QtBot, view: GraphView) -> None:
    scene = view.graph_scene
    scene.update_step("sort", StepView("running", text="a"))
    assert scene.step("sort").text == "a"
    scene.update_step("sort", StepView("running", text="ab"))
    scene.update_step("sort", StepView("running", text="abc"))
    assert scene.step("sort").text == "a"
    qtbot.waitUntil(lambda: scene.step("sort").text == "abc")
    scene.update_step("sort", StepView("running", text="abcd"))
    scene.update_step("sort", StepView("succeeded", seconds=1.0))
    assert scene.step("sort").status == "succeeded"
    QTest.qWait(60)
    assert scene.step("sort").status == "succeeded", "what was late is not shown"


def test_edges_tell_what_they_carried(view: GraphView) -> None:
    scene = view.graph_scene

    def state(source: str, target: str) -> str:
        item = scene.edge_item(Edge.of(source, target))
        assert item is not None
        return item.state

    assert state("read.out", "sort.items") == "idle"
    scene.set_steps({"read": StepView("succeeded"), "sort": StepView("running")})
    assert state("read.out", "sort.items") == "flowing"
    scene.update_step("sort", StepView("succeeded"))
    scene.update_step("way", StepView("succeeded"))
    scene.update_given("way", ["urgent"])
    assert state("read.out", "sort.items") == "carried"
    assert state("way.urgent", "ask.payload") == "carried"
    assert state("way.default", "save.content") == "skipped"
    scene.update_step("sort", StepView("failed"))
    assert state("sort.out", "way.value") == "failed"


def test_a_failed_node_offers_to_try_again(view: GraphView) -> None:
    scene = view.graph_scene
    scene.set_steps({"sort": StepView("failed", message="No answer from the model.")})
    item = scene.node_item("sort")
    assert item is not None
    place = item.retry_rect()
    assert item.body.contains(place)
    assert scene.retry_at(place.center()) == "sort"
    assert scene.retry_at(item.body.topLeft() + QPointF(20, 20)) is None
    view.zoom_to(0.5)
    assert scene.retry_at(place.center()) is None, "it cannot be read there"


def test_running_nodes_tick_only_while_they_run(qtbot: QtBot, view: GraphView) -> None:
    scene = view.graph_scene
    scene.motion = True
    item = scene.node_item("sort")
    assert item is not None
    scene.set_steps({"sort": StepView("running", started=time.time())})
    assert (item.moves, item.ticks) == (True, True)
    first = picture(view)
    qtbot.waitUntil(lambda: picture(view) != first)
    scene.update_step("sort", StepView("succeeded", seconds=0.2))
    assert (item.moves, item.ticks) == (False, False)
    second = picture(view)
    QTest.qWait(150)
    assert picture(view) == second


def test_wiring_lights_ports_that_fit_and_fades_the_rest(view: GraphView) -> None:
    scene = view.graph_scene

    def fit(node: str, port: Port, side: Side) -> str | None:
        return "" if (node, port.key, side) == ("save", "content", "input") else None

    source = scene.port_point(Endpoint("sort", "out"), "output")
    assert source is not None
    view.center_on("save")
    before = picture(view)
    scene.dim_ports(fit, scene.port_at(source))
    opacity = {item.node: item.opacity() for item in scene.node_items()}
    assert opacity["save"] == opacity["sort"] == 1.0
    assert opacity["read"] == pytest.approx(theme().alpha["fade_node"])
    lit = picture(view)
    assert lit != before
    end = scene.port_point(Endpoint("save", "content"), "input")
    assert end is not None
    scene.aim_at(scene.port_at(end))
    assert picture(view) != lit
    scene.dim_ports(None)
    assert picture(view) == before


def test_from_afar_a_dragged_block_leaves_nothing_behind(view: GraphView) -> None:
    scene = view.graph_scene
    scene.set_steps({"sort": StepView("failed")})
    view.zoom_to(0.2)
    picture(view)
    for step in range(1, 6):
        scene.shift(["sort"], 120 * step, 90 * step)
        QApplication.processEvents()
    scene.shift(["sort"], 0, 0)
    QApplication.processEvents()
    kept = picture(view)
    view.viewport().update()
    assert picture(view) == kept


def test_from_afar_titles_do_not_lie_on_each_other(view: GraphView) -> None:
    scene = view.graph_scene
    for index in range(3):
        frame = Frame(f"t{index}", f"Step {index} of many", (index * 300.0, 800, 280, 200))
        scene.document.apply(AddFrame(frame), "Frame")
    view.zoom_to(0.12, glide=False)
    view.centerOn(400, 900)
    picture(view)
    placed = [where for _, where in titles_with_room(scene.frame_items(), view.viewportTransform())]
    assert placed
    assert not any(one.intersects(other) for index, one in enumerate(placed) for other in placed[index + 1 :])
    view.zoom_to(0.34, glide=False)
    assert len(titles_with_room(scene.frame_items(), view.viewportTransform())) == 4, "there all have room"


def test_from_afar_the_index_gives_the_same_blocks_as_looking_at_all(view: GraphView) -> None:
    names = [f"n{index}" for index in range(200)]
    for index, name in enumerate(names):
        place = (index % 20 * 300.0, 600 + index // 20 * 200.0)
        view.graph_scene.document.apply(AddNode(Node(name, "ai.llm"), position=place), "Add", joins="many")
    painter = FarPainter(view.graph_scene)
    painter.take_over(names)
    small = QRectF(0, 600, 700, 300)
    blocks, _ = painter._near(small)
    painter._content = QRectF()
    everything, _ = painter._near(small)
    assert {(block.rect.x(), block.rect.y()) for block in everything} <= {(block.rect.x(), block.rect.y()) for block in blocks}


def test_counts_from_afar_lead_to_the_next_one(qtbot: QtBot, view: GraphView) -> None:
    scene = view.graph_scene
    scene.set_steps({"sort": StepView("failed"), "save": StepView("failed"), "way": StepView("running")})
    assert view.counts.isHidden()
    view.zoom_to(0.2)
    assert view.counts.isVisible()
    failed = button(view.counts, "Failed")
    assert failed.text().split() == ["Failed", "2"]
    QTest.mouseClick(failed, Qt.MouseButton.LeftButton)
    assert scene.selected_nodes() == ["sort"]
    view.zoom_to(0.2)
    QTest.mouseClick(failed, Qt.MouseButton.LeftButton)
    assert scene.selected_nodes() == ["save"]
    view.zoom_to(1.0)
    assert view.counts.isHidden()


def test_the_overview_can_be_dragged(view: GraphView) -> None:
    view.zoom_to(1.5)
    view.grab()
    overview = view.minimap
    QTest.mousePress(overview, Qt.MouseButton.LeftButton, pos=QPoint(30, 40))
    one = view.middle
    QTest.mouseMove(overview, QPoint(120, 60))
    QTest.mouseRelease(overview, Qt.MouseButton.LeftButton, pos=QPoint(120, 60))
    assert view.middle.x() - one.x() > 100
    assert view.graph_scene.content_rect().adjusted(-300, -300, 300, 300).contains(view.middle)


def test_the_bar_zooms_and_hides_the_overview(view: GraphView) -> None:
    bar = view.zoom_bar
    for name, zoom in (("Zoom in", 1.2), ("Zoom out", 1.0), ("Show everything", None)):
        QTest.mouseClick(button(bar, name), Qt.MouseButton.LeftButton)
        if zoom is not None:
            assert view.zoom == pytest.approx(zoom)
    assert view.seen.contains(view.graph_scene.content_rect())
    assert view.minimap.isVisible()
    QTest.mouseClick(button(bar, "Overview"), Qt.MouseButton.LeftButton)
    assert not view.minimap.isVisible()


def test_an_empty_canvas_says_how_to_begin(qtbot: QtBot) -> None:
    view = show(qtbot, Graph())
    hint = view.hint
    said = {label.text() for label in hint.words.findChildren(QLabel)}
    assert "Add the first node" in said
    assert view.rect().contains(hint.words.geometry())
    assert hint.words.geometry().bottom() < hint.button.geometry().top()
    with qtbot.waitSignal(hint.examples_asked):
        QTest.mouseClick(hint.button, Qt.MouseButton.LeftButton)
    view.graph_scene.document.apply(AddNode(Node("a", "ai.llm"), position=(0, 0)), "Add")
    assert not hint.words.isVisible()
    assert not hint.button.isVisible()
    view.retranslate()
    assert not hint.words.isVisible()
    view.graph_scene.document.apply(RemoveNode("a"), "Delete")
    assert hint.words.isVisible()


@pytest.mark.parametrize("zoom", [1.0, 0.2])
def test_what_a_gesture_puts_on_the_canvas_is_seen_at_every_zoom(view: GraphView, zoom: float) -> None:
    view.zoom_to(zoom)
    band = QGraphicsRectItem(view.seen.adjusted(50 / zoom, 50 / zoom, -50 / zoom, -50 / zoom))
    band.setBrush(theme().color("guide.align"))
    view.graph_scene.addItem(band)
    assert theme().color("guide.align").name() in colors(picture(view))
    view.graph_scene.removeItem(band)
    assert theme().color("guide.align").name() not in colors(picture(view))


def test_a_large_graph_is_opened_at_its_beginning_where_it_can_be_read(view: GraphView) -> None:
    scene = view.graph_scene
    view.show_start()
    assert view.zoom == 0.85
    first = scene.node_item("read")
    assert first is not None
    assert view.seen.contains(first.body)
    scene.document.apply(Batch(tuple(RemoveNode(name) for name in ("way", "ask", "save", "odd"))), "Delete")
    view.show_start()
    assert view.seen.contains(scene.content_rect())


def test_a_tall_graph_is_opened_with_no_empty_room_above_or_below_it(qtbot: QtBot) -> None:
    for first in (0, 19):  # the one at the left is the uppermost, or the lowest
        nodes = {f"n{number}": Node(f"n{number}", "file.read") for number in range(20)}
        places = {f"n{number}": (0.0 if number == first else 80.0, number * 200.0) for number in range(20)}
        view = show(qtbot, Graph(nodes=nodes, positions=places))
        view.show_start()
        content, seen = view.graph_scene.content_rect(), view.seen
        assert view.zoom == 0.85
        assert content.top() - 60 < seen.top()
        assert seen.bottom() < content.bottom() + 60
        assert abs(seen.center().x() - content.center().x()) < 2
        item = view.graph_scene.node_item(f"n{first}")
        assert item is not None
        assert seen.contains(item.body)


def test_another_language_is_spoken_at_once(view: GraphView, monkeypatch: pytest.MonkeyPatch) -> None:
    class Korean(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return {"Not run yet": "아직 실행 안 됨", "Zoom in": "확대"}.get(message, message)

    before = picture(view)
    monkeypatch.setattr(language, "_catalogue", Korean())
    view.retranslate()
    assert button(view.zoom_bar, "확대").toolTip() == "확대"
    item = view.graph_scene.node_item("sort")
    assert item is not None
    assert "아직 실행 안 됨" in [line.words for line in lines_of(item.look)]
    assert picture(view) != before


def test_a_view_that_is_shown_first_shows_the_start(qtbot: QtBot) -> None:
    scene = scene_of(sample())
    view = GraphView(scene)
    scene.setParent(view)
    qtbot.addWidget(view)
    view.resize(1600, 700)
    with qtbot.waitExposed(view):
        view.show()
    assert view.seen.contains(scene.content_rect())
    assert view.zoom >= 0.85
    view.center_on("odd", glide=False)
    before = view.middle
    view.hide()
    view.show()
    assert view.middle == before


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(graphs(), st.sampled_from(["idle", "running", "failed", "waiting", "succeeded"]))
def test_any_document_is_drawn_at_every_zoom(qapp: QApplication, graph: Graph, status: StepStatus) -> None:
    scene = scene_of(graph)
    scene.motion = False
    view = GraphView(scene)
    view.resize(400, 300)
    view.show()
    scene.set_steps(dict.fromkeys(graph.nodes, StepView(status, time.time(), text="{}\n", message="\x00no\u2028")))
    for zoom in (1.0, 0.65, 0.5, 0.2):
        view.zoom_to(zoom)
        for node in graph.nodes:
            view.reveal(scene.rect_of((node,)))
            view.grab()
    view.fit()
    assert not view.grab().isNull()
    view.close()
    view.deleteLater()
    scene.deleteLater()


def test_two_fingers_drawn_apart_zoom(view: GraphView) -> None:
    at = QPointF(300, 200)
    fixed = view.mapToScene(at.toPoint())
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, at, at,
        view.viewport().mapToGlobal(at), 0.25, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)
    assert view.zoom == pytest.approx(1.25)
    assert (view.mapToScene(at.toPoint()) - fixed).manhattanLength() < 2
