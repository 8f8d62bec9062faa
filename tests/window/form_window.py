"""A form in a window, under real keys and clicks, and all that it told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.api.declaration import FieldSpec
from engine.model.values import Json
from tests.window.form_helpers import Owner
from widgets.code.edit import CodeEdit
from widgets.forms.field import Field
from widgets.forms.form import Form
from widgets.forms.text_editors import TextBased

T = TypeVar("T")
Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


class Shown:
    """A form in a window, and all that it told."""

    def __init__(self, qtbot: QtBot, specs: Sequence[FieldSpec], values: dict[str, Json] | None = None) -> None:
        self.owner = Owner()
        self.window = QWidget()
        self.window.resize(700, 700)
        self.form = Form(specs, self.owner)
        self.form.setFixedWidth(292)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.form)
        layout.addStretch(1)
        qtbot.addWidget(self.window)
        self.told: list[tuple[Any, Any]] = []
        self.commits = 0
        self.form.edited.connect(self._on_edited)
        self.form.committed.connect(self._on_committed)
        self.form.set_values(values or {})
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    def _on_edited(self, path: object, value: object) -> None:
        self.told.append((path, value))

    def _on_committed(self) -> None:
        self.commits += 1

    def field(self, name: str = "f") -> Field:
        return self.form.fields[name]

    def editor(self, kind: type[T], name: str = "f") -> T:
        editor = self.field(name).editor
        assert isinstance(editor, kind)
        return editor

    def text(self, name: str = "f") -> CodeEdit:
        return self.editor(TextBased, name).edit

    def said(self, name: str = "f") -> str:
        """Everything that can be read in a field."""
        return texts(self.field(name))

    def last(self) -> Any:
        return self.told[-1] if self.told else None


def texts(widget: QWidget) -> str:
    """Everything that can be read in a widget."""
    QCoreApplication.sendPostedEvents()
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def one(qtbot: QtBot, kind: str, value: Json | None = None, **more: Any) -> Shown:
    return Shown(qtbot, [FieldSpec("f", kind, "Field", "Help.", **more)], {} if value is None else {"f": value})


def click(widget: QWidget, at: QPoint | None = None) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())


def open_menu(widget: QWidget) -> QMenu:
    return next(menu for menu in widget.findChildren(QMenu) if menu.isVisible())


def choose(menu: QMenu, text: str) -> None:
    action = next(action for action in menu.actions() if action.text() == text)
    click(menu, menu.actionGeometry(action).center())
