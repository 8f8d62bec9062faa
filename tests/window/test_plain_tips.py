"""Names from files are no markup: neither in tooltips nor in labels, whose pictures Qt would load."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.library_rows import Row, RowModel
from desktop_app.window.start_cards import RecentRow
from desktop_app.window.tab_button import TabButton
from desktop_app.window.tab_page import TabPage
from widgets.boxes import LONGEST_TIP, tip
from widgets.elided import Elided
from widgets.glyph import IconButton

NAME = "<img src='/tmp/picture.png'> a < b"


def read(text: str) -> str:
    """Return what Qt shows of a tooltip."""
    if not GuiQt.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


def test_a_name_is_shown_as_it_is(qtbot: QtBot) -> None:
    page = TabPage(QWidget(), NAME)
    elided = Elided(NAME)
    made = (IconButton("x", NAME), RecentRow(Path(NAME)), elided, TabButton(page))
    for widget in made:
        qtbot.addWidget(widget)
    qtbot.addWidget(page.widget)
    elided.resize(20, 20)
    elided.grab()
    assert all(read(widget.toolTip()).startswith((NAME, "<img src='/tmp")) for widget in made)
    assert [read(widget.toolTip()) for widget in (made[0], elided)] == [NAME, NAME]


def test_a_row_tells_its_path_as_it_is(qtbot: QtBot) -> None:
    model = RowModel[object]()
    model.show_rows([None], [Row("a", "b", "file", "text.primary", tip=NAME)])
    assert read(model.index(0).data(Qt.ItemDataRole.ToolTipRole)) == NAME


@pytest.mark.parametrize("text", ["", "plain", "a\nb", "a & b &amp; c", "<b>x</b>\n<i>y</i>"])
def test_a_tip_says_what_it_was_given(text: str) -> None:
    assert read(tip(text)) == text


def test_a_tip_is_no_book() -> None:
    assert read(tip("<" * 100_000)) == "<" * LONGEST_TIP + "…"
