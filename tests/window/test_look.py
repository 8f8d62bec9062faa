"""Theme and language: chosen, remembered, followed from the system, and said anew everywhere while documents stay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStyleHints
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.window.start_cards import ExampleCard, StartCard
from resources import language
from tests.window.shell import Make, Shell, make_shell, shell
from widgets.theme import theme

__all__ = ["make_shell", "shell"]


def test_theme_is_used_at_once_and_remembered(make_shell: Make, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    first = make_shell(path)
    first.document("One")
    first.window.actions["theme_light"].trigger()
    assert theme().name == "light"
    ground = first.window.frame.grab().toImage().pixelColor(4, 4)
    assert ground == theme().color("surface.window")
    assert first.window.actions["theme_light"].isChecked()
    assert not first.window.actions["theme_dark"].isChecked()
    first.window.actions["high_contrast"].trigger()
    assert theme().high
    first.window.frame.close()
    assert json.loads(path.read_text(encoding="utf-8"))["look.theme"] == "light"
    second = make_shell(path)
    assert (theme().name, theme().high) == ("light", True)
    second.window.actions["high_contrast"].trigger()
    assert not theme().high


def test_size_waits_for_a_start_and_broken_ones_are_none(make_shell: Make, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    first = make_shell(path)
    first.look.use_scale(150)
    assert (first.look.scale, first.look.shown_scale) == (150, 100)
    first.window.frame.close()
    assert make_shell(path).look.shown_scale == 150
    for broken in ("17", '"large"', "null", "[150]"):
        path.write_text(f'{{"look.scale": {broken}}}', encoding="utf-8")
        assert make_shell(path).look.shown_scale == 100


def test_theme_of_the_system_is_followed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform without a screen has no colours of its own, so what it says is said for it."""
    hints = QApplication.styleHints()

    def say(scheme: Qt.ColorScheme) -> None:
        monkeypatch.setattr(QStyleHints, "colorScheme", lambda _hints: scheme)
        hints.colorSchemeChanged.emit(scheme)

    shell.window.actions["theme_system"].trigger()
    say(Qt.ColorScheme.Light)
    assert theme().name == "light"
    say(Qt.ColorScheme.Dark)
    assert theme().name == "dark"
    shell.window.actions["theme_dark"].trigger()
    say(Qt.ColorScheme.Light)
    assert theme().name == "dark"


def test_another_language_is_said_everywhere_and_documents_stay(shell: Shell, qtbot: QtBot) -> None:
    page = shell.document("One", "run")
    shell.window.show_count("nodes", 2)
    told: list[str] = []
    shell.window.retranslated.connect(lambda: told.append(language.spoken()))
    shell.window.actions["language_ko"].trigger()
    assert told == ["ko"]
    assert shell.window.tabs.current() is page
    assert page.widget.isVisible()
    assert shell.window.toolbar.buttons["run"].accessibleName() == "실행"
    assert shell.window.rail.buttons["nodes"].accessibleName() == "노드 (2)"
    assert shell.window.side.head.title.text() == "노드"
    qtbot.waitUntil(lambda: isinstance(shell.window.layout.panels["inspector"].widget(), QLabel))
    inspector = shell.window.layout.panels["inspector"].widget()
    assert isinstance(inspector, QLabel)
    assert inspector.text() == "속성"
    shell.window.toolbar.buttons["run"].click()
    assert shell.done == ["run One"]
    shell.window.actions["language_en"].trigger()
    assert shell.window.toolbar.buttons["run"].accessibleName() == "Run"


def test_start_page_speaks_too(shell: Shell) -> None:
    shell.window.show_start_page()
    shell.window.actions["language_ko"].trigger()
    assert [page.title for page in shell.window.tabs.pages()] == ["시작"]
    cards = [card.text() for card in shell.window.frame.findChildren(StartCard) if card.isVisible()]
    assert cards == ["빈 캔버스", ".weft 파일 열기"]
    assert "문의 분류" in [card.text() for card in shell.window.frame.findChildren(ExampleCard) if card.isVisible()]


@pytest.mark.parametrize("code", ["en", "ko"])
def test_palette_and_sheet_speak_the_language(shell: Shell, code: str) -> None:
    shell.window.actions[f"language_{code}"].trigger()
    shell.window.palette_card.open()
    model = shell.window.palette_card.model
    titles = {model.at(row).thing.title for row in range(model.rowCount())}
    assert ("Save" if code == "en" else "저장") in titles
    shell.window.palette_card.close_card()
    shell.window.sheet.open()
    said = {label.text() for label in shell.window.sheet.findChildren(QLabel)}
    assert ("Keyboard shortcuts" if code == "en" else "단축키") in said
