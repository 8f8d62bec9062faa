"""What a person decides between a document and its file, and what is remembered of a document beside its file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.difference_page import DifferencePage
from engine.model.changes import AddNode, RemoveNode, RenameNode
from engine.model.graph import Node
from engine.model.serialize import load
from tests.window.document_desk import Desk, MakeDesk, button, canvas_of, click, desk, hello, make_desk
from tests.window.document_helpers import HELLO, add_node, rename
from tests.window.shell import make_shell

__all__ = ["desk", "hello", "make_desk", "make_shell"]


def current_widget(desk: Desk) -> QWidget:
    page = desk.shell.window.tabs.current()
    assert page is not None
    return page.widget


def difference_text(desk: Desk) -> str:
    found = current_widget(desk)
    return found.text.toPlainText() if isinstance(found, DifferencePage) else ""


def test_a_conflict_is_shown_compared_and_decided(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    view = desk.open(qtbot, hello)
    add_node(view.document)
    hello.write_text(HELLO.replace("name: Hello", "name: Theirs"), encoding="utf-8")
    qtbot.waitUntil(view.message.isVisible)
    click(button(view.message, "Show the difference"))
    qtbot.waitUntil(lambda: len(desk.titles()) == 2)
    page = desk.shell.window.tabs.current()
    assert page is not None
    assert isinstance(page.widget, DifferencePage)
    assert "−  name: Hello\n+  name: Theirs" in page.widget.text.toPlainText()
    click(button(page.widget, "Take theirs"))
    assert not view.message.isVisible()
    assert desk.titles() == ["Theirs"]
    assert "Theirs is as the file has it now." in desk.toasts()
    view.document.document.undo()
    assert desk.titles() == ["Hello"]
    assert "more" in view.document.graph.nodes


def test_mine_is_kept_in_the_difference_and_undo_brings_theirs(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    view = desk.open(qtbot, hello)
    add_node(view.document)
    hello.write_text(HELLO.replace("name: Hello", "name: Theirs"), encoding="utf-8")
    qtbot.waitUntil(view.message.isVisible)
    click(button(view.message, "Show the difference"))
    qtbot.waitUntil(lambda: len(desk.titles()) == 2)
    hello.write_text(HELLO.replace("name: Hello", "name: Theirs again"), encoding="utf-8")
    view.document.changed.emit()
    qtbot.waitUntil(lambda: "Theirs again" in difference_text(desk), timeout=5000)
    assert len(desk.titles()) == 2
    click(button(current_widget(desk), "Keep mine"))
    assert desk.titles() == ["Hello"]
    with qtbot.waitSignal(desk.service.saved):
        desk.shell.window.actions["save"].trigger()
    assert "more" in load(hello.read_text(encoding="utf-8")).graph.nodes
    view.document.document.undo()
    assert desk.titles() == ["Theirs again"]
    view.document.document.redo()
    assert (desk.titles(), view.document.is_modified) == (["Hello"], False)


def test_undo_of_a_message_undoes_nothing_else(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    view = desk.open(qtbot, hello)
    add_node(view.document)
    hello.write_text(HELLO.replace("name: Hello", "name: Theirs"), encoding="utf-8")
    qtbot.waitUntil(view.message.isVisible)
    click(button(view.message, "Take theirs"))
    told = desk.shell.window.toasts.past[-1]
    assert told.way() is not None
    rename(view.document, "Later")
    assert told.way() is None
    toast = desk.shell.window.toasts.shown[-1]
    click(toast.action_button)
    assert desk.titles() == ["Later"]


def test_a_difference_that_was_decided_elsewhere_goes(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    view = desk.open(qtbot, hello)
    add_node(view.document)
    hello.write_text(HELLO.replace("name: Hello", "name: Theirs"), encoding="utf-8")
    qtbot.waitUntil(view.message.isVisible)
    click(button(view.message, "Show the difference"))
    qtbot.waitUntil(lambda: len(desk.titles()) == 2)
    desk.service.take_theirs(view.document)
    assert desk.titles() == ["Theirs"]


def test_a_text_that_is_no_workflow_is_kept_beside_mine(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    view = desk.open(qtbot, hello)
    add_node(view.document)
    hello.write_text("no: [workflow", encoding="utf-8")
    qtbot.waitUntil(view.message.isVisible)
    click(button(view.message, "Show the difference"))
    qtbot.waitUntil(lambda: len(desk.titles()) == 2)
    click(button(current_widget(desk), "Keep mine"))
    kept = hello.with_name("안녕 (other program).weft")
    qtbot.waitUntil(kept.exists)
    assert kept.read_text(encoding="utf-8") == "no: [workflow"


def test_a_failed_save_says_why_and_can_be_tried_again(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    import resource as limits

    view = desk.open(qtbot, hello)
    rename(view.document, "Edited")
    soft, hard = limits.getrlimit(limits.RLIMIT_FSIZE)
    limits.setrlimit(limits.RLIMIT_FSIZE, (50, hard))
    try:
        desk.shell.window.actions["save"].trigger()
        qtbot.waitUntil(view.message.isVisible)
    finally:
        limits.setrlimit(limits.RLIMIT_FSIZE, (soft, hard))
    assert "too full" in view.message.title.text()
    with qtbot.waitSignal(desk.service.saved):
        click(button(view.message, "Try again"))
    assert not view.message.isVisible()


def test_a_save_elsewhere_that_failed_is_tried_again_there(desk: Desk, hello: Path, home: Path, qtbot: QtBot) -> None:
    view, there = desk.open(qtbot, hello), home / "no" / "there.weft"
    there.parent.write_text("a file where a folder is needed")
    desk.service.save_to(view.document, there)
    qtbot.waitUntil(view.message.isVisible)
    there.parent.unlink()
    there.parent.mkdir()
    again = button(view.message, "Try again")
    again.setFocus()
    with qtbot.waitSignal(desk.service.saved):
        click(again)
    assert view.document.path == there
    assert there.is_file()
    assert not view.message.isVisible()
    assert view.canvas.widget.isAncestorOf(view.focusWidget())


def test_breakpoints_come_back_at_the_next_start(make_desk: MakeDesk, hello: Path, qtbot: QtBot) -> None:
    first = make_desk()
    document = first.open(qtbot, hello).document
    canvas = canvas_of(first)
    canvas.editor.scene.select(["hello", "odd"])
    first.shell.window.actions["breakpoint"].trigger()
    canvas.editor.scene.select(["odd"])
    first.shell.window.actions["breakpoint"].trigger()
    first.pages.open_view(document)
    assert canvas_of(first) is not canvas
    assert canvas_of(first).editor.scene.overlay.breakpoints == {"hello"}, "both views show the same"
    second = make_desk()
    second.open(qtbot, hello)
    assert canvas_of(second).breakpoints == {"hello"}
    assert canvas_of(second).editor.scene.overlay.breakpoints == {"hello"}
    assert "breakpoint" not in hello.read_text(encoding="utf-8")


def test_a_breakpoint_follows_its_node(desk: Desk, hello: Path, qtbot: QtBot) -> None:
    document = desk.open(qtbot, hello).document
    document.set_breakpoints(["hello"])
    document.document.apply(RemoveNode("hello"), "Delete")
    assert document.breakpoints == set()
    document.document.undo()
    assert document.breakpoints == {"hello"}
    document.document.redo()
    document.document.apply(AddNode(Node("hello", "flow.wait")), "Another one")
    assert document.breakpoints == set()
    document.set_breakpoints(["hello"])
    document.document.apply(RenameNode("hello", "hi"), "Rename")
    assert document.breakpoints == {"hi"}
