"""*Go to…* and *find in all workflows*, in the window as a person has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.window.command_card import CommandCard
from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.frame import Frame
from desktop_app.window.look import Look
from desktop_app.window.preferences import PreferencesFile
from desktop_app.window.workspace import Workspace
from engine.model.changes import SetDocument, SetParam
from tests.window.engine_helpers import LONG_MS

TEXT = """\
schema_version: 1
id: 6f0c1a52-0000-4000-8000-00000000000{number}
name: {name}
nodes:
  hello:
    type: data.transform
    title: Greet {name}
    params:
      operation: template
      template: "{template}"
  out:
    type: flow.output
    params:
      name: said
edges:
  - from: hello.out
    to: out.value
"""
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def workspace(qtbot: QtBot, qapp: QApplication, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A window with the workflow `Near` in it; `Far` was open once."""
    monkeypatch.setattr("desktop_app.services.CHECKOUT", home)
    path = home / "window.json"
    path.write_text('{"look.language": "en", "look.theme": "dark"}', encoding="utf-8")
    look, frame = Look(qapp, PreferencesFile(path)), Frame()
    frame.resize(1400, 900)
    frame.show()
    files = []
    for number, (name, template) in enumerate({"Far": "needle in hay", "Near": "just hay"}.items()):
        file = home / f"{name.lower()}.weft"
        file.write_text(TEXT.format(number=number, name=name, template=template), encoding="utf-8")
        files.append(file)
    made = Workspace(frame, look, files)
    made.begin()
    qtbot.waitUntil(lambda: made.engine.registry is not None and len(made.documents.documents) == 2, timeout=LONG_MS)
    far = next(document for document in made.documents.documents if document.title == "Far")
    listed: list[str] = []

    def known() -> bool:
        made.library.workflows(lambda found: listed.extend(one.name for one in found))
        return {"Far", "Near"} <= set(listed)

    qtbot.waitUntil(known, timeout=LONG_MS)
    made.documents.close(far)
    qtbot.waitUntil(lambda: len(made.documents.documents) == 1, timeout=LONG_MS)
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    yield made
    made.quit.begin(ask=False)
    qtbot.waitUntil(lambda: made.quit.stage == "done", timeout=LONG_MS)
    made.end()
    for thing in (made, frame, look):
        thing.deleteLater()


def press(workspace: Workspace, key: Qt.Key, held: Qt.KeyboardModifier) -> CommandCard:
    QTest.keyClick(workspace.window.frame, key, held)
    card = workspace.finding.card
    assert card is not None
    assert card.field.hasFocus()
    return card


def rows(card: CommandCard) -> list[tuple[str, str]]:
    found = [card.model.at(row).thing for row in range(card.model.rowCount())]
    return [(command.title, command.where) for command in found]


def canvas_of(workspace: Workspace) -> DocumentCanvas:
    view = workspace.pages.current()
    assert view is not None
    assert isinstance(view.canvas, DocumentCanvas)
    return view.canvas


def arrived(workspace: Workspace, title: str, node: str) -> Callable[[], bool]:
    def there() -> bool:
        if workspace.pages.current() is None or canvas_of(workspace).document.title != title:
            return False
        return list(canvas_of(workspace).editor.scene.selected_nodes()) == [node]

    return there


def test_go_to_a_node_of_an_open_workflow(workspace: Workspace, qtbot: QtBot) -> None:
    workspace.settings.open()
    card = press(workspace, Qt.Key.Key_P, CONTROL)
    QTest.keyClicks(card.field, "greet")
    assert rows(card) == [("Greet Near", "Near")]
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    qtbot.waitUntil(arrived(workspace, "Near", "hello"), timeout=LONG_MS)
    assert workspace.finding.card is None
    focus = QApplication.focusWidget()
    assert focus is not None
    assert canvas_of(workspace).editor in (focus, focus.parentWidget())


def test_go_to_a_file_of_another_day_and_to_a_workflow_of_the_register(workspace: Workspace, qtbot: QtBot) -> None:
    card = press(workspace, Qt.Key.Key_P, CONTROL)
    QTest.keyClicks(card.field, "far")
    assert rows(card)[0] == ("far", "Opened last")
    QTest.keyClick(card.field, Qt.Key.Key_Escape)
    workspace.window.recent.clear()
    card = press(workspace, Qt.Key.Key_P, CONTROL)
    qtbot.waitUntil(lambda: ("Far", "Workflow") in rows(card), timeout=LONG_MS)
    QTest.keyClicks(card.field, "far")
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: canvas_of(workspace).document.title == "Far", timeout=LONG_MS)


def test_go_to_a_run(workspace: Workspace, qtbot: QtBot) -> None:
    workspace.window.actions["run"].trigger()
    qtbot.waitUntil(lambda: (run := canvas_of(workspace).run) is not None and run.status == "succeeded", timeout=LONG_MS)
    first = canvas_of(workspace).run
    assert first is not None
    canvas_of(workspace).show_run(None)
    card = press(workspace, Qt.Key.Key_P, CONTROL)
    qtbot.waitUntil(lambda: ("Run of Near", "just now") in rows(card), timeout=LONG_MS)
    QTest.keyClicks(card.field, "run of")
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: (run := canvas_of(workspace).run) is not None and run.run == first.run, timeout=LONG_MS)


def test_a_text_is_found_in_files_and_in_what_is_not_saved(workspace: Workspace, qtbot: QtBot) -> None:
    canvas_of(workspace).document.document.apply(SetParam("hello", ("template",), "a needle that is new"), "Edit")
    card = press(workspace, Qt.Key.Key_F, CONTROL | SHIFT)
    QTest.keyClicks(card.field, "n")
    assert card.nothing.text() == "Write two letters or more of what stands in a workflow."
    QTest.keyClicks(card.field, "eedle")
    assert rows(card) == [("Greet Near", "Near · Template")], "what is open is found at once"
    qtbot.waitUntil(lambda: len(rows(card)) == 2, timeout=LONG_MS)
    found = card.model.at(1)
    assert rows(card)[1] == ("Greet Far", "Far · Template")
    assert "".join(found.thing.sentence[place] for place in found.sentence_places) == "needle"
    QTest.keyClick(card.field, Qt.Key.Key_Down)
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    qtbot.waitUntil(arrived(workspace, "Far", "hello"), timeout=LONG_MS)


def test_what_a_workflow_says_of_itself_leads_to_its_page(workspace: Workspace, qtbot: QtBot) -> None:
    document = canvas_of(workspace).document.document
    document.apply(SetDocument(("description",), "What the haystack is for."), "Describe")
    canvas_of(workspace).editor.scene.select(["hello"])
    card = press(workspace, Qt.Key.Key_F, CONTROL | SHIFT)
    QTest.keyClicks(card.field, "haystack")
    assert rows(card) == [("Near", "Near · description")]
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: canvas_of(workspace).editor.scene.selected_nodes() == [], timeout=LONG_MS)


def test_examples_are_found_among_the_commands(workspace: Workspace, qtbot: QtBot) -> None:
    QTest.keyClick(workspace.window.frame, Qt.Key.Key_K, CONTROL)
    card = workspace.window.palette_card
    QTest.keyClicks(card.field, "example")
    assert ("Ticket triage", "Example") in rows(card)
    card.field.clear()
    QTest.keyClicks(card.field, "clean a list")
    assert rows(card)[0] == ("Clean a list", "Example")
    with qtbot.waitSignal(workspace.documents.opened, timeout=LONG_MS):
        QTest.keyClick(card.field, Qt.Key.Key_Return)


def test_a_text_that_stands_nowhere_is_told(workspace: Workspace, qtbot: QtBot) -> None:
    card = press(workspace, Qt.Key.Key_F, CONTROL | SHIFT)
    QTest.keyClicks(card.field, "zebra")
    qtbot.waitUntil(lambda: card.nothing.text() == "“zebra” stands in no workflow.", timeout=LONG_MS)
    QTest.keyClick(card.field, Qt.Key.Key_Escape)
    assert workspace.finding.card is None
