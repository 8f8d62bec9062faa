"""The palette of node types under real keys and clicks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QDrag
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.window.form_helpers import declarations
from tests.window.form_window import click
from widgets.node_types import NodeTypes
from widgets.palette import Palette
from widgets.palette_model import MIME

Key = Qt.Key


def palette(qtbot: QtBot) -> tuple[Palette, list[str]]:
    made = Palette(NodeTypes(declarations()))
    made.resize(208, 700)
    qtbot.addWidget(made)
    chosen: list[str] = []
    made.chosen.connect(chosen.append)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made, chosen


def rows(made: Palette) -> list[str]:
    return [made.model.data(made.model.index(at)) for at in range(made.model.rowCount())]


def rect(made: Palette, title: str) -> QRect:
    return made.list.visualRect(made.model.index(rows(made).index(title)))


def test_a_type_is_found_and_chosen_with_the_keyboard_alone(qtbot: QtBot) -> None:
    made, chosen = palette(qtbot)
    made.search.setFocus()
    QTest.keyClicks(made.search, "file")
    assert rows(made)[:2] == ["Read file", "Write file"]
    QTest.keyClick(made.search, Key.Key_Down)
    QTest.keyClick(made.search, Key.Key_Return)
    assert chosen == ["file.write"]
    QTest.keyClick(made.search, Key.Key_Escape)
    assert "Approval" in rows(made)


def test_a_double_click_chooses_and_a_click_does_not(qtbot: QtBot) -> None:
    made, chosen = palette(qtbot)
    at = rect(made, "Condition").center()
    click(made.list.viewport(), at)
    assert chosen == []
    QTest.mouseDClick(made.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert chosen == ["flow.condition"]


def test_categories_are_folded_by_a_click(qtbot: QtBot) -> None:
    made, _ = palette(qtbot)
    group = rows(made)[0]
    inside = rows(made)[1]
    click(made.list.viewport(), rect(made, group).center())
    assert inside not in rows(made)
    click(made.list.viewport(), rect(made, group).center())
    assert inside in rows(made)


def test_nothing_found_says_so_and_leads_back(qtbot: QtBot) -> None:
    made, chosen = palette(qtbot)
    QTest.keyClicks(made.search, "zzzz")
    assert rows(made) == []
    QTest.keyClick(made.search, Key.Key_Return)
    assert chosen == []
    click(next(button for button in made.findChildren(QPushButton) if button.text() == "Show all nodes"))
    assert len(rows(made)) > 12


def test_a_type_is_dragged_by_its_id(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = palette(qtbot)
    carried: list[bytes] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, _actions: carried.append(drag.mimeData().data(MIME).data()))
    at = rect(made, "Approval").center()
    view = made.list.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    for way in (10, 20, 30):
        QTest.mouseMove(view, at + QPoint(way, way))
    if not carried:
        made.list.startDrag(Qt.DropAction.CopyAction)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at)
    assert carried[0] == b"flow.approval"


def test_the_palette_follows_new_types(qtbot: QtBot) -> None:
    types = NodeTypes(declarations())
    made = Palette(types)
    qtbot.addWidget(made)
    known = declarations()
    types.use(type(known)({"ai.llm": known.types["ai.llm"]}, known.options), lambda _type_id: None)
    assert rows(made)[1:] == ["LLM"]
    assert made.model.rowCount(made.model.index(0)) == 0
    assert made.model.rowCount(QModelIndex()) == 2
