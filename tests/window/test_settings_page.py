"""The settings as a page: opened by keys, searched, translated; look, language, keys, folders and licences in it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QScrollArea, QScrollBar

from desktop_app.version import VERSION
from desktop_app.window.about import AboutSection
from desktop_app.window.look import LANGUAGES, THEMES
from desktop_app.window.settings.data_section import DataSection
from desktop_app.window.settings.keys_section import KeysSection
from desktop_app.window.settings.look_section import AppearanceSection, LanguageSection
from desktop_app.window.settings.page import SettingsPage
from graph_editor.document import GraphDocument
from graph_editor.scene import GraphScene
from resources import language
from tests.window.canvas import sample, types
from tests.window.settings_helpers import Bench, bench, make_shell, page, texts
from widgets.segments import Segments
from widgets.theme import appearance, theme

__all__ = ["bench", "make_shell", "page"]


@pytest.fixture
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What the desktop was asked to show."""
    asked: list[Path] = []

    def open_url(url: QUrl) -> bool:
        asked.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return asked


def page_of(bench: Bench, section: str = "") -> SettingsPage:
    """Open the settings, and return their page."""
    bench.settings.open(section)
    assert bench.settings.page is not None
    return bench.settings.page


def choose(segments: Segments, place: int) -> None:
    QTest.mouseClick(segments, Qt.MouseButton.LeftButton, pos=segments.place_of(place).center().toPoint())


# ------------------------------------------------------------------ the tab
def test_a_key_opens_them_and_a_key_closes_them(bench: Bench) -> None:
    window = bench.shell.window
    QTest.keyClick(window.frame, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    current = window.tabs.current()
    assert current is not None
    assert (current.title, current.is_document) == ("Settings", False)
    assert page_of(bench).search.hasFocus()
    window.actions["settings"].trigger()
    assert len(window.tabs.pages()) == 1, "there is one page of settings"
    page_of(bench).show_section("keys")
    QTest.keyClick(window.frame, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert bench.settings.page is None
    assert page_of(bench).current == "keys", "where they were left"


def test_the_model_in_the_tool_bar_opens_its_settings(bench: Bench) -> None:
    bench.click(bench.shell.window.toolbar.model)
    assert bench.settings.page is not None
    assert bench.settings.page.current == "models"
    tab = bench.shell.window.tabs.current()
    assert tab is not None
    bench.shell.window.close_page(tab)  # as those do who answer to the cross of a tab
    assert tab not in bench.shell.window.tabs.pages()
    bench.shell.window.actions["language_ko"].trigger()
    bench.click(bench.shell.window.toolbar.model)
    assert bench.settings.page is not None


def test_settings_are_found_by_what_they_are_called(bench: Bench) -> None:
    found = page_of(bench)
    QTest.keyClicks(found.search, "contrast")
    assert [row.text() for row in found.found] == ["High contrast"]
    QTest.keyClick(found.search, Qt.Key.Key_Return)
    assert found.current == "appearance"
    QTest.keyClick(found.search, Qt.Key.Key_Escape)
    assert [name for name, row in found.rows.items() if row.isChecked()] == ["appearance"]
    QTest.keyClicks(found.search, "xyzzy")
    assert found.found == []
    bench.until(lambda: "No setting is called so." in texts(found))
    found.search.clear()
    QTest.keyClicks(found.search, "ollama")
    bench.click(found.found[0])
    assert found.current == "providers"


def test_the_list_is_used_with_the_keyboard(bench: Bench) -> None:
    found = page_of(bench)
    QTest.keyClick(found.search, Qt.Key.Key_Down)
    assert found.rows["models"].hasFocus()
    QTest.keyClick(found.rows["models"], Qt.Key.Key_Down)
    QTest.keyClick(found.rows["providers"], Qt.Key.Key_Return)
    assert found.current == "providers"
    assert not found.rows["models"].isChecked()


def test_every_section_opens(bench: Bench) -> None:
    found = page_of(bench)
    for name in found.rows:
        assert found.show_section(name) is found.section
        assert texts(found.show_section(name)) or found.section


def test_the_palette_can_offer_them(bench: Bench) -> None:
    command = next(command for command in bench.settings.commands() if command.title == "Backup")
    command.do()
    assert bench.settings.page is not None
    assert bench.settings.page.current == "data"


# ------------------------------------------------------------------ look and language
def test_theme_contrast_and_motion_hold_at_once(bench: Bench) -> None:
    section = page_of(bench, "appearance").section
    assert isinstance(section, AppearanceSection)
    look = bench.shell.look
    choose(section.theme, THEMES.index("light"))
    assert (theme().name, look.theme) == ("light", "light")
    assert bench.shell.window.actions["theme_light"].isChecked()
    bench.shell.window.actions["theme_dark"].trigger()
    assert section.theme.current() == THEMES.index("dark"), "the menu is followed"
    bench.click(section.contrast)
    assert theme().high
    bench.click(section.contrast)
    assert not theme().high
    scene = GraphScene(GraphDocument(sample()), types())
    bench.click(section.motion)
    assert (appearance.motion, scene.motion) == (False, False)
    assert look.preferences.get("look.motion") is False
    bench.click(section.motion)
    assert (appearance.motion, scene.motion) == (True, True)
    scene.deleteLater()


def test_a_language_is_spoken_at_once_and_the_section_stays(bench: Bench) -> None:
    found = page_of(bench, "language")
    section = found.section
    assert isinstance(section, LanguageSection)
    choose(section.language, LANGUAGES.index("ko"))
    assert found.current == "language"
    assert found.section is not section
    tab = bench.shell.window.tabs.current()
    assert tab is not None
    assert tab.title == "설정"
    bench.until(bench.shell.window.toolbar.model.isVisible)  # the new tool bar knows the model
    bench.shell.window.actions["language_en"].trigger()
    assert tab.title == "Settings"


def test_a_card_of_a_secret_does_not_outlive_its_language(bench: Bench) -> None:
    bench.settings.ask_secret()
    bench.shell.window.actions["language_ko"].trigger()
    assert bench.settings.card is None


# ------------------------------------------------------------------ keys
def test_keys_of_ones_own_are_listed(bench: Bench) -> None:
    section = page_of(bench, "keys").section
    assert isinstance(section, KeysSection)
    bench.until(lambda: "All keys are as they came." in texts(section))
    bench.shell.window.actions.remap("save", ["Ctrl+Alt+S"])
    bench.until(lambda: {"1 key of your own", "Save"} <= set(texts(section)))
    bench.click(section.open_button)
    assert bench.shell.window.sheet.isVisible()


# ------------------------------------------------------------------ folders and data
def data_of(bench: Bench) -> DataSection:
    section = page_of(bench, "data").section
    assert isinstance(section, DataSection)
    return section


def test_folders_are_named_measured_and_opened(bench: Bench, home: Path, opened_files: list[Path]) -> None:
    (home / "weft-data" / "library" / "x.weft").write_bytes(bytes(20_000))
    section = data_of(bench)
    bench.until(lambda: section.folders["library"].amount.text() == "20 kB")
    assert section.folders["models"].amount.text() == "empty"
    bench.click(section.folders["logs"].button)
    assert opened_files == [home / "weft-data" / "logs"]


def test_a_backup_is_written_and_never_over_another_file(bench: Bench, home: Path, opened_files: list[Path]) -> None:
    section, file = data_of(bench), home / "kept.zip"
    bench.click(section.backup_button)
    bench.choose_file(section, home / "kept.zip")
    bench.until(lambda: "The backup is written." in texts(section))
    with zipfile.ZipFile(file) as archive:
        assert "weft.db" in "".join(archive.namelist())
    bench.click(next(button for button in section.findChildren(QPushButton) if button.text() == "Show"))
    assert opened_files == [home]
    section.back_up(str(file))
    bench.until(lambda: any(text.startswith(f"There is {file} already") for text in texts(section)))
    bench.until(section.backup_button.isEnabled)


def test_damage_is_told_where_it_was_looked_for(bench: Bench, home: Path) -> None:
    section = data_of(bench)
    journal = home / "weft-data" / "journal.db"
    bench.until(lambda: journal.exists() and journal.stat().st_size > 0)  # an empty one counts as lost
    bench.click(section.check_button)
    bench.until(lambda: "All is well." in texts(section))
    (home / "weft-data" / "secrets.json").write_text("{")
    bench.click(section.check_button)
    bench.until(lambda: any("are damaged" in text for text in texts(section)))
    assert "All is well." not in texts(section)


# ------------------------------------------------------------------ about
def test_about_says_what_runs_here_and_where_it_lies(bench: Bench, opened_files: list[Path], home: Path) -> None:
    bench.shell.window.actions["about"].trigger()
    card = bench.settings.about
    assert card is not None
    section = card.findChild(AboutSection)
    assert isinstance(section, AboutSection)
    bench.until(lambda: any(text.startswith("langgraph ") for text in texts(section)))
    assert {f"Weft {VERSION}", "Pretendard", "JetBrains Mono", "Lucide"} <= set(texts(section))
    for notice in section.notices:
        button = notice.findChild(QPushButton)
        assert isinstance(button, QPushButton)
        card.area.ensureWidgetVisible(button)
        bench.click(button)
    assert len(opened_files) == 4
    assert all(file.read_text(encoding="utf-8").strip() for file in opened_files)
    for folder in section.folders:
        card.area.ensureWidgetVisible(folder.button)
        bench.click(folder.button)
    assert opened_files[4:] == [home / "weft-data", home / "weft-data" / "logs"]
    card.area.ensureWidgetVisible(section.copy_button)
    bench.click(section.copy_button)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(f"Weft {VERSION}\nPython ")
    assert all(part in copied for part in (str(home / "weft-data"), "Lucide: ISC", "langgraph 1."))
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_the_folder_of_the_log_is_shown_on_request(bench: Bench, opened_files: list[Path], home: Path) -> None:
    bench.shell.window.actions["show_log"].trigger()
    assert opened_files == [home / "weft-data" / "logs"]


@pytest.mark.parametrize("width", [960, 1280, 1600])
def test_all_that_can_be_clicked_is_seen_in_any_window(bench: Bench, width: int) -> None:
    frame = bench.shell.window.frame
    frame.resize(width, 700)
    found = page_of(bench)
    area = found.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    for name in found.rows:
        section = found.show_section(name)
        bench.until(section.isVisible)
        buttons = [one for one in section.findChildren(QAbstractButton) if one.isVisibleTo(section)]
        bench.until(lambda area=area: area.horizontalScrollBar().maximum() == 0)  # type: ignore[misc]
        for button in buttons:
            assert button.mapTo(area, QPoint(button.width(), 0)).x() <= area.width(), (
                name,
                button.accessibleName(),
                button.text(),
            )


def test_another_language_leaves_focus_and_scroll_where_they_were(bench: Bench) -> None:
    """Chosen with the arrow keys, one after the other: the focus has to stay on the words."""
    frame = bench.shell.window.frame
    bench.settings.open("language")
    page = bench.settings.page
    assert page is not None
    section = page.section
    assert isinstance(section, LanguageSection)
    section.language.setFocus()
    QTest.keyClick(section.language, Qt.Key.Key_Right)
    bench.until(lambda: language.spoken() == "ko" and isinstance(frame.focusWidget(), Segments))
    again = page.section
    assert isinstance(again, LanguageSection)
    assert again is not section
    assert frame.focusWidget() is again.language
    QTest.keyClick(again.language, Qt.Key.Key_Left)
    bench.until(lambda: language.spoken() == "en" and isinstance(frame.focusWidget(), Segments))


@pytest.mark.parametrize("action", ["language_ko", "theme_light"])
def test_a_long_page_stays_where_it_was_scrolled_to(bench: Bench, action: str) -> None:
    frame = bench.shell.window.frame
    frame.setMinimumSize(1, 1)  # the page is to be longer than its room
    bench.settings.open("data")
    frame.resize(1100, 480)
    page = bench.settings.page
    assert page is not None

    def bar() -> QScrollBar:
        assert page is not None
        areas = [area for area in page.findChildren(QScrollArea) if area.isVisible()]
        assert len(areas) == 1
        return areas[0].verticalScrollBar()

    bench.until(lambda: bar().maximum() > 60)
    bar().setValue(60)
    section = page.section
    assert isinstance(section, DataSection)
    section.check_button.setFocus()
    bench.shell.window.actions[action].trigger()
    bench.until(lambda: isinstance(frame.focusWidget(), QPushButton) and bar().value() == 60)
    assert isinstance(page.section, DataSection)
    assert frame.focusWidget() is page.section.check_button


def test_words_keep_their_room_beside_wide_controls(bench: Bench) -> None:
    bench.shell.window.frame.resize(1024, 768)
    bench.settings.open("language")
    page = bench.settings.page
    assert page is not None
    section = page.section
    assert isinstance(section, LanguageSection)
    bench.until(section.language.isVisible)
    detail = next(label for label in section.findChildren(QLabel) if label.text().startswith("Menus"))
    bench.until(lambda: detail.width() >= 200)
    assert detail.height() < 3 * detail.fontMetrics().height()
