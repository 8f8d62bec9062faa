"""A main window with plain widgets in the places of canvas, inspector, run panel and side pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.command_list import Command
from desktop_app.window.frame import Frame
from desktop_app.window.look import Look
from desktop_app.window.main import MainWindow, Panels
from desktop_app.window.preferences import PreferencesFile
from desktop_app.window.rail import SidePage
from desktop_app.window.remembered import place_window
from desktop_app.window.skeleton import Skeleton
from desktop_app.window.tab_page import TabPage
from resources.language import tr
from widgets.boxes import words
from widgets.stylesheet import dress
from widgets.theme import Theme


@dataclass
class Shell:
    """A window, what was done in it, and how to put documents into it."""

    window: MainWindow
    look: Look
    done: list[str] = field(default_factory=list)

    def note(self, what: str) -> Callable[[], None]:
        return lambda: self.done.append(what)

    def document(self, title: str, *handlers: str) -> TabPage:
        canvas = QWidget()
        canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field_in_canvas = QLineEdit(canvas)
        field_in_canvas.setObjectName("field")
        page = TabPage(canvas, title, handlers={name: self.note(f"{name} {title}") for name in handlers})
        self.window.open_page(page)
        return page


Make = Callable[[Path], Shell]


def side_page(name: str) -> Callable[[], QWidget]:
    return lambda: words(tr(name))


@pytest.fixture
def make_shell(qtbot: QtBot, qapp: QApplication) -> Iterator[Make]:
    """Make a window over a file of preferences, as the program does: the frame is shown with a skeleton, then it is filled."""
    looks = []

    def make(preferences: Path) -> Shell:
        look = Look(qapp, PreferencesFile(preferences))
        looks.append(look)
        frame = Frame()
        place_window(frame, look.preferences)
        frame.setCentralWidget(Skeleton(("workflow", "boxes", "stamp"), {}, None))
        qtbot.addWidget(frame)
        frame.resize(1400, 900)
        frame.show()
        pages = (
            SidePage("workflows", "Workflows", "workflow", side_page("Workflows"), ("new", "open")),
            SidePage("nodes", "Nodes", "boxes", side_page("Nodes")),
            SidePage("approvals", "Approvals", "stamp", side_page("Approvals")),
        )
        panels = Panels(pages, lambda: words(tr("Inspector")), lambda: words(tr("Run panel")), lambda _type: ("box", "data"))
        shell: Shell
        window = MainWindow(frame, look, panels, [lambda: _nodes(shell)])
        shell = Shell(window, look)
        qtbot.waitUntil(window.toolbar.isVisible)
        qtbot.waitActive(frame).__enter__()
        return shell

    yield make
    for look in looks:
        look.deleteLater()
    dress(qapp, Theme("dark"))


@pytest.fixture
def shell(make_shell: Make, tmp_path: Path) -> Shell:
    """A window as at the first start, in English."""
    path = tmp_path / "window.json"
    path.write_text('{"look.language": "en", "look.theme": "dark"}', encoding="utf-8")
    return make_shell(path)


def _nodes(shell: Shell) -> list[Command]:
    titles = {"LLM": "Asks a language model.", "Python script": "Runs Python code in a process of its own."}
    return [Command(title, shell.note(f"add {title}"), "Nodes", "box", "model", said) for title, said in titles.items()]
