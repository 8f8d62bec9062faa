"""Versions of workflows that are open, with and without a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.window.documents import DocumentService
from desktop_app.window.library import Library
from desktop_app.window.open_document import OpenDocument
from desktop_app.window.versions_panel import VersionsPanel
from storage.paths import DataFolder
from tests.window.canvas import types
from tests.window.document_desk import Register
from tests.window.document_helpers import HELLO, Person, add_node, rename


@pytest.fixture
def service(qtbot: QtBot, home: Path) -> Iterator[DocumentService]:
    service = DocumentService(DataFolder.default().create(), Person())
    yield service
    service.end()


@pytest.fixture
def panel(qtbot: QtBot, service: DocumentService) -> VersionsPanel:
    panel = VersionsPanel(Library(Register(stored=HELLO), service), service, types())
    qtbot.addWidget(panel)
    panel.resize(260, 400)
    panel.show()
    return panel


def restore_first(panel: VersionsPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: [row.detail for row in panel.model.rows] == ["First version"])
    rect = panel.list.visualRect(panel.model.index(0))
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    QTest.mouseClick(panel.restore_button, Qt.MouseButton.LeftButton)


def assert_is_restored(service: DocumentService, document: OpenDocument, identity: str) -> None:
    assert service.documents == [document]
    assert set(document.graph.nodes) == {"hello", "odd"}
    assert (document.graph.id, document.is_modified) == (identity, True)
    document.document.undo()
    assert set(document.graph.nodes) == {"more"}


def test_a_version_of_a_workflow_without_a_file_comes_back_as_an_edit(
    panel: VersionsPanel, service: DocumentService, qtbot: QtBot
) -> None:
    document = service.new()
    add_node(document)
    identity = document.graph.id
    panel.show_workflow(identity, document.title, "")
    restore_first(panel, qtbot)
    assert_is_restored(service, document, identity)


def test_a_workflow_that_was_saved_while_its_versions_are_shown_is_restored_too(
    panel: VersionsPanel, service: DocumentService, qtbot: QtBot
) -> None:
    document = service.new()
    add_node(document)
    rename(document, "Later")
    panel.show_workflow(document.graph.id, document.title, "")
    with qtbot.waitSignal(service.saved):
        service.save(document)
    restore_first(panel, qtbot)
    assert service.documents == [document]
    assert document.title == "Hello"
