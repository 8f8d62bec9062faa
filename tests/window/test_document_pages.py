"""Documents in the window: tabs, bars, cards, drops, trust and the last session, with the real canvas and mouse and keys."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.broken_page import BrokenPage
from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.drop_cover import DropCover
from desktop_app.window.library import Library, Listed
from desktop_app.window.recovered_page import RecoveredPage
from engine.model.changes import MoveNodes
from engine.model.serialize import load
from graph_editor.view import GraphView
from resources.files import path as resource
from storage.paths import DataFolder
from tests.window.canvas import sample, scene_of
from tests.window.document_desk import (
    RISKY,
    Desk,
    MakeDesk,
    button,
    canvas_of,
    click,
    desk,
    drop,
    hello,
    make_desk,
    make_real_desk,
)
from tests.window.document_helpers import HELLO, add_node, modified, rename
from tests.window.shell import make_shell
from tests.window.test_recovery import kill_a_program_with_edits

__all__ = ["desk", "hello", "make_desk", "make_real_desk", "make_shell"]


def test_a_dropped_file_is_opened(desk: Desk, hello: Path, home: Path, qtbot: QtBot) -> None:
    (home / "notes.txt").write_text("no workflow")
    assert not drop(desk.shell.window.frame, home / "notes.txt")
    with qtbot.waitSignal(desk.service.opened):
        assert drop(desk.shell.window.frame, hello, home / "notes.txt")
    assert desk.titles() == ["Hello"]
    assert desk.shell.window.recent.paths() == [hello]
    canvas = desk.view().canvas
    assert isinstance(canvas, DocumentCanvas)
    other = home / "other.WEFT"
    other.write_text(HELLO.replace("name: Hello", "name: Other"))
    with qtbot.waitSignal(desk.service.opened):
        assert drop(canvas.editor.view.viewport(), hello, other)
    assert desk.titles() == ["Hello", "Other"]


def test_a_file_that_is_dragged_over_the_window_is_said_to_be_opened(desk: Desk, hello: Path) -> None:
    frame = desk.shell.window.frame
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(hello))])
    enter = QDragEnterEvent(
        QPoint(300, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(frame, enter)
    cover = frame.findChild(DropCover)
    assert cover is not None
    assert (cover.isVisible(), cover.title, cover.names) == (True, "Drop to open", hello.name)
    assert cover.geometry() == frame.rect()
    assert frame.childAt(frame.rect().center()) is not cover, "what is below it takes the mouse"
    QApplication.sendEvent(frame, QDragLeaveEvent())
    assert not cover.isVisible()
    assert drop(frame, hello)
    assert not cover.isVisible()


def test_views_of_one_file_are_told_apart(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    view = desk.open(qtbot, hello)
    first = desk.pages.page_of(view)
    second = desk.pages.page_of(desk.pages.open_view(view.document))
    assert desk.titles() == ["Hello", "Hello · 2"]
    assert desk.shell.window.frame.windowTitle() == "Hello · 2 - Weft"
    rename(view.document, "Renamed")
    assert desk.titles() == ["Renamed", "Renamed · 2"]
    desk.pages.close_page(first)
    assert desk.titles() == ["Renamed"]
    assert desk.shell.window.tabs.current() is second


def test_a_view_behind_another_one_shows_what_was_edited_meanwhile(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    view = desk.open(qtbot, hello)
    minimap = canvas_of(desk).editor.view.minimap
    qtbot.waitUntil(minimap.isVisible)
    before = minimap.grab().toImage()
    desk.pages.open_view(view.document)
    view.document.document.apply(MoveNodes({"odd": (900.0, 700.0)}), "Move")
    desk.shell.window.tabs.show_page(desk.pages.page_of(view))
    assert minimap.isVisible()
    assert minimap.grab().toImage() != before


def test_a_file_that_takes_a_while_is_told_of(desk: Desk, hello: Path, home: Path, qtbot: QtBot) -> None:
    part, busy = desk.shell.window.status.parts["reading"], threading.Event()
    desk.service._aside.do(busy.wait, lambda _: None, lambda _: None)
    desk.service.open(hello)
    qtbot.waitUntil(part.isVisible)
    assert part.text() == f"Reading {hello.name}…"
    with qtbot.waitSignal(desk.service.opened):
        busy.set()
    assert not part.isVisible()


def test_a_new_document_is_edited_saved_and_closed_by_keys(desk: Desk, qtbot: QtBot) -> None:
    frame = desk.shell.window.frame
    QTest.keyClick(frame, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert desk.titles() == ["Untitled"]
    rename(desk.view().document, "Mine")
    assert desk.titles() == ["Mine"]
    assert frame.windowTitle() == "Mine - Weft"
    assert desk.shell.window.tabs.pages()[0].is_modified
    with qtbot.waitSignal(desk.service.saved):
        QTest.keyClick(frame, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not desk.shell.window.tabs.pages()[0].is_modified
    assert "Saved in your library as Mine.weft." in desk.toasts()
    rename(desk.view().document, "Yours")
    QTest.keyClick(frame, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(desk.card(), Qt.Key.Key_Escape)
    assert desk.titles() == ["Yours"]
    QTest.keyClick(frame, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(desk.service.closed):
        QTest.keyClick(desk.card(), Qt.Key.Key_Return)
    assert desk.titles() == ["Start"]
    assert load((DataFolder.default().library / "Mine.weft").read_text()).graph.name == "Yours"


def test_recent_files_that_are_gone_cannot_be_chosen(desk: Desk, hello: Path, home: Path, qtbot: QtBot) -> None:
    gone = home / "gone.weft"
    gone.write_text(HELLO)
    for path in (gone, hello):
        desk.open(qtbot, path)
    gone.unlink()
    menu = QMenu(desk.shell.window.frame)
    desk.shell.window._fill_recent(menu)
    shown = [(action.text(), action.isEnabled()) for action in menu.actions()][:2]
    assert shown == [(str(hello), True), (f"{gone} (not found)", False)]


def test_edits_can_be_thrown_away(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    rename(desk.open(qtbot, hello).document, "Edited")
    desk.shell.window.actions["close"].trigger()
    click(button(desk.card(), "Do not save"))
    assert desk.service.documents == []
    assert hello.read_text(encoding="utf-8") == HELLO


def test_a_question_comes_in_front_of_windows_of_their_own(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    view, frame = desk.open(qtbot, hello), desk.shell.window.frame
    add_node(view.document)
    desk.shell.window.actions["detach"].trigger()
    qtbot.waitUntil(view.window().isActiveWindow)
    assert view.window() is not frame
    desk.shell.window.actions["close"].trigger()
    qtbot.waitUntil(frame.isActiveWindow)
    QTest.keyClick(desk.card(), Qt.Key.Key_Escape)
    desk.shell.window.tabs.attach_all()


def test_a_further_view_shows_the_same_graph(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    first = desk.open(qtbot, hello)
    desk.shell.window.actions["another_view"].trigger()
    second = desk.view()
    assert second is not first
    assert second.document is first.document
    add_node(first.document)
    for view in (first, second):
        canvas = view.canvas
        assert isinstance(canvas, DocumentCanvas)
        assert canvas.editor.scene.node_item("more") is not None
    desk.shell.window.actions["close"].trigger()
    assert desk.titles() == ["Hello"], "the last view asks, not this one"
    desk.shell.window.actions["close"].trigger()
    assert desk.card().isVisible()


def test_a_broken_file_is_mended_in_place(desk: Desk, home: Path, qtbot: QtBot) -> None:
    path = home / "broken.weft"
    path.write_text(HELLO.replace("name: Hello", "name: [Hello"))
    with qtbot.waitSignal(desk.service.failed):
        desk.service.open(path)
    page = desk.shell.window.tabs.pages()[-1].widget
    assert isinstance(page, BrokenPage)
    desk.shell.window.frame.activateWindow()
    qtbot.waitUntil(desk.shell.window.frame.isActiveWindow)
    click(page.text_button)
    assert page.text is not None
    qtbot.waitUntil(page.text.hasFocus)
    QTest.keyClick(page.text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    page.text.insertPlainText(HELLO)
    with qtbot.waitSignal(desk.service.opened):
        click(page.save_button)
    assert desk.titles() == ["Hello"]
    assert path.read_text() == HELLO


def test_a_file_that_came_back_is_opened_by_another_try(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    aside = hello.rename(hello.with_suffix(".aside"))
    for _ in (1, 2):
        with qtbot.waitSignal(desk.service.failed):
            desk.service.open(hello)
    assert desk.titles() == [hello.name]
    page = desk.shell.window.tabs.pages()[0].widget
    assert isinstance(page, BrokenPage)
    aside.rename(hello)
    with qtbot.waitSignal(desk.service.opened):
        click(page.again_button)
    assert desk.titles() == ["Hello"]


def test_an_unknown_workflow_runs_only_with_trust(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    desk.register.effects = desk.register.unknown = RISKY
    view = desk.open(qtbot, hello)
    run = desk.shell.window.actions["run"]
    assert view.trust_bar.isVisible()
    assert "what it could do" in run.reason
    shown = [label.text() for label in view.trust_bar.list.findChildren(type(view.trust_bar.title))]
    assert shown == ["Runs a script", "Calls api.example.com"]
    click(view.trust_bar.look_button)
    assert not view.trust_bar.list.isVisible()
    assert "what it could do" in run.reason
    click(view.trust_bar.trust_button)
    assert view.trust_bar.list.isVisible()
    click(view.trust_bar.trust_button)
    assert not view.trust_bar.isVisible()
    assert "what it could do" not in run.reason
    before = view.document.saved_text
    rename(view.document, "Edited")
    with qtbot.waitSignal(desk.service.saved):
        desk.service.save(view.document)
    assert desk.register.asked[-1][0] == "register"
    said = desk.register.asked[-1][1]
    assert (said["trust"], said["base"]) == (False, before)


def test_what_is_only_looked_at_does_not_become_ours_by_a_save(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    desk.register.effects = desk.register.unknown = RISKY
    view = desk.open(qtbot, hello)
    rename(view.document, "Edited")
    with qtbot.waitSignal(desk.service.saved):
        desk.service.save(view.document)
    said = next(given for do, given in reversed(desk.register.asked) if do == "register")
    assert said["trust"] is False


def test_it_is_asked_again_when_the_file_can_do_more(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    desk.register.effects = RISKY
    view = desk.open(qtbot, hello)
    assert not view.trust_bar.isVisible()
    desk.register.unknown = RISKY[:1]
    hello.write_text(HELLO.replace("template: hello", "template: more"), encoding="utf-8")
    qtbot.waitUntil(view.trust_bar.isVisible)
    assert "more now" in view.trust_bar.title.text()


def test_a_copied_file_becomes_a_workflow_of_its_own(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    desk.register.workflow = "6f0c1a52-0000-4000-8000-00000000c0b1"
    view = desk.open(qtbot, hello)
    assert (view.document.graph.id, view.document.is_modified) == (desk.register.workflow, False)
    hello.write_text(HELLO.replace("name: Hello", "name: Theirs"), encoding="utf-8")
    qtbot.waitUntil(lambda: desk.titles() == ["Theirs"])
    assert view.document.graph.id == desk.register.workflow, "what another program writes does not make it the other one"
    rename(view.document, "Copy")
    with qtbot.waitSignal(desk.service.saved):
        desk.service.save(view.document)
    assert desk.register.workflow in hello.read_text(encoding="utf-8")
    assert any("workflow of its own" in text for text in desk.toasts())


def test_an_example_is_copied_after_it_was_said(desk: Desk, qtbot: QtBot) -> None:
    source = resource("examples", "ticket_triage", "ticket_triage.weft")
    view = desk.open(qtbot, source)
    assert desk.shell.window.recent.paths() == []
    desk.shell.window.actions["save"].trigger()
    with qtbot.waitSignal(desk.service.saved):
        click(button(desk.card(), "Save a copy"))
    assert view.document.path is not None
    assert (view.document.path.parent / "tickets.csv").exists()
    assert desk.shell.window.recent.paths() == [view.document.path]


def test_who_gives_up_choosing_a_place_may_ask_to_end_again(desk: Desk, qtbot: QtBot) -> None:
    desk.open(qtbot, resource("examples", "ticket_triage", "ticket_triage.weft"))
    add_node(desk.view().document)
    for _ in range(2):
        said: list[bool] = []
        desk.service.may_end(said.append)
        click(desk.card().buttons[-1])
        click(button(desk.card(), "Choose a place…"))
        assert said == [False], "the person chose none"


def test_an_edited_example_is_copied_when_it_is_closed(desk: Desk, qtbot: QtBot) -> None:
    view = desk.open(qtbot, resource("examples", "ticket_triage", "ticket_triage.weft"))
    rename(view.document, "My triage")
    desk.shell.window.actions["close"].trigger()
    click(button(desk.card(), "Save"))
    with qtbot.waitSignal(desk.service.closed):
        click(button(desk.card(), "Save a copy"))
    assert (DataFolder.default().library / "My triage" / "My triage.weft").exists()
    assert desk.titles() == ["Start"]


def test_an_untitled_one_is_called_the_same_everywhere_and_saved_by_enter(make_real_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_real_desk()
    frame, library = desk.shell.window.frame, DataFolder.default().library
    for _ in range(2):
        QTest.keyClick(frame, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert desk.titles() == ["Untitled", "Untitled 2"]
    add_node(desk.view().document)
    QTest.keyClick(frame, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    assert field.selectedText() == "Untitled 2"
    QTest.keyClicks(field, "Triage")
    with qtbot.waitSignal(desk.service.saved):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.titles() == ["Untitled", "Triage"]
    assert (library / "Triage.weft").is_file()


def test_the_last_session_comes_back(make_desk: MakeDesk, hello: Path, home: Path, qtbot: QtBot) -> None:
    first = make_desk()
    others = [home / "b.weft", home / "c.weft"]
    for other in others:
        other.write_text(HELLO.replace("name: Hello", f"name: {other.stem}"))
    for path in (hello, *others):
        first.open(qtbot, path)
    first.service.new()
    first.shell.window.tabs.show_page(first.shell.window.tabs.pages()[1])
    canvas = first.view().canvas
    assert isinstance(canvas, DocumentCanvas)
    canvas.editor.view.zoom_to(0.6, glide=False)
    canvas.editor.view.pan(-120, 44)
    canvas.editor.scene.select(["odd"])
    middle = canvas.editor.view.middle
    first.shell.window.frame.close()
    others[1].unlink()

    second = make_desk()
    second.pages.restore_session()
    qtbot.waitUntil(lambda: second.titles() == ["Hello", "b"])
    qtbot.waitUntil(lambda: second.view().document.title == "b")
    canvas = second.view().canvas
    assert isinstance(canvas, DocumentCanvas)
    scene = canvas.editor.scene
    qtbot.waitUntil(lambda: scene.selected_nodes() == ["odd"])
    assert canvas.editor.view.zoom == pytest.approx(0.6)
    assert (canvas.editor.view.middle - middle).manhattanLength() < 4
    assert any("not at its place" in text for text in second.toasts())


def test_a_look_at_another_page_moves_nothing(qtbot: QtBot) -> None:
    scene, stack = scene_of(sample()), QStackedWidget()
    qtbot.addWidget(stack)
    canvas_view = GraphView(scene)
    scene.setParent(canvas_view)
    stack.addWidget(canvas_view)
    stack.addWidget(QWidget())
    stack.resize(800, 600)
    stack.show()
    canvas_view.zoom_to(0.8, glide=False)
    canvas_view.pan(-70, 30)
    middle = canvas_view.middle
    stack.setCurrentIndex(1)
    stack.resize(1100, 750)
    stack.setCurrentIndex(0)
    stack.resize(800, 600)
    qtbot.waitUntil(lambda: canvas_view.width() == 800)
    assert (canvas_view.middle - middle).manhattanLength() < 4


def test_a_damaged_session_is_an_empty_one(make_desk: MakeDesk, home: Path) -> None:
    desk = make_desk()
    for damage in (5, {"tabs": 3}, {"tabs": [1, {"path": 2}, {}], "current": "x"}, {"tabs": [{"path": "/none.weft", "view": 3}]}):
        desk.shell.window.preferences.set("documents.open", damage)  # type: ignore[arg-type]
        desk.pages.restore_session()
    assert desk.titles() == ["Start"]


def test_unsaved_work_is_offered_and_restored_by_a_click(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    kill_a_program_with_edits(hello)
    desk.pages.offer_leftovers()
    qtbot.waitUntil(lambda: desk.titles() == ["Unsaved work"])
    page = desk.shell.window.tabs.pages()[0].widget
    assert isinstance(page, RecoveredPage)
    with_file = next(card for card in page.cards if card.leftover.path == hello)
    click(button(with_file, "Show the difference"))
    qtbot.waitUntil(lambda: len(desk.titles()) == 2)
    desk.shell.window.actions["close"].trigger()
    click(with_file.restore_button)
    assert modified(desk.view().document)
    desk.shell.window.tabs.show_page(desk.shell.window.tabs.pages()[0])
    click(page.cards[0].discard_button)
    assert desk.titles() == ["Edited before the kill"]


def test_another_language_is_spoken_by_all_pages(desk: Desk, hello: Path, home: Path, qtbot: QtBot) -> None:
    desk.register.effects = desk.register.unknown = RISKY
    view = desk.open(qtbot, hello)
    with qtbot.waitSignal(desk.service.failed):
        desk.service.open(home / "none.weft")
    page = desk.shell.window.tabs.pages()[-1].widget
    assert isinstance(page, BrokenPage)
    before = (view.trust_bar.title.text(), page.again_button.text())
    desk.shell.look.use_language("ko")
    after = (view.trust_bar.title.text(), page.again_button.text())
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_a_damaged_file_is_replaced_by_its_last_good_version(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    hello.write_text("no: [workflow", encoding="utf-8")
    desk.register.stored = HELLO
    with qtbot.waitSignal(desk.service.failed):
        desk.service.open(hello)
    current = desk.shell.window.tabs.current()
    assert current is not None
    page = current.widget
    assert isinstance(page, BrokenPage)
    assert page.version_button.text().startswith("Restore the last good version")
    assert (page.version_button.property("kind"), page.again_button.property("kind")) == ("primary", "")
    page.retranslate()
    with qtbot.waitSignal(desk.service.opened):
        click(page.version_button)
    assert desk.titles() == ["Hello"]
    kept = hello.with_name("안녕 (damaged).weft")
    assert (kept.read_text(encoding="utf-8"), hello.read_text(encoding="utf-8")) == ("no: [workflow", HELLO)
    assert f"What was in the file is kept as {kept.name}." in desk.toasts()


def test_what_was_deleted_is_not_among_the_files_of_other_days(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    desk.open(qtbot, hello)
    assert desk.shell.window.recent.paths() == [hello]
    library = desk.service.findChild(Library)
    assert library is not None
    library.delete(Listed("id", "Hello", str(hello), "draft", 0.0))
    assert desk.shell.window.recent.paths() == []


def test_others_are_closed_after_one_question_for_all(desk: Desk, hello: Path, home: Path, qtbot: QtBot) -> None:
    desk.open(qtbot, hello)
    for _ in range(2):
        desk.service.new()
        add_node(desk.view().document)
    desk.pages.open_view(desk.view().document)
    tabs, kept = desk.shell.window.tabs, desk.shell.window.tabs.pages()[0]
    tabs.strip.button(kept).menu_asked.emit(QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    others = next(action for action in menu.actions() if action.text() == "Close others")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(others).center())
    assert "2 workflows have edits" in [label.text() for label in desk.card().findChildren(QLabel)]
    click(button(desk.card(), "Save none"))
    assert tabs.pages() == [kept]
