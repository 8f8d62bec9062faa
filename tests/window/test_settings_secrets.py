"""Secrets in the settings and from forms: stored, replaced, removed, and never shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from desktop_app.window.form_dialogs import FormDialogs
from desktop_app.window.settings.secret_card import SecretCard
from engine.api.declaration import FieldSpec
from storage.paths import DataFolder
from storage.secrets import Secrets
from tests.window.settings_helpers import Bench, bench, make_shell, page, texts

__all__ = ["bench", "make_shell", "page"]


def secret(name: str) -> str | None:
    return Secrets(DataFolder.default()).get(name)


def card_of(bench: Bench) -> SecretCard:
    """Return the card that is open."""
    assert bench.settings.card is not None
    return bench.settings.card


def fill_in(card: SecretCard, name: str, value: str) -> None:
    if card.name.isEnabled():
        card.name.selectAll()
        QTest.keyClicks(card.name, name)
    QTest.keyClicks(card.value, value)


def test_a_secret_is_stored_by_keys_and_never_shown(bench: Bench) -> None:
    section = bench.secrets
    assert "No secrets yet" in texts(section)
    bench.click(section.add_button)
    card = card_of(bench)
    assert card.name.hasFocus()
    assert card.value.echoMode() is QLineEdit.EchoMode.Password
    fill_in(card, "chat-hook", "swordfish")
    QTest.keyClick(card.value, Qt.Key.Key_Return)
    bench.until(lambda: "chat-hook" in section.rows)
    bench.until(lambda: {"chat-hook", "Encrypted file"} <= set(texts(section)))
    assert secret("chat-hook") == "swordfish"
    assert bench.settings.card is None
    assert not any("swordfish" in text for text in texts(bench.shell.window.frame))
    bench.until(lambda: bench.facts.secrets == ("chat-hook",))


def test_a_short_value_is_warned_of(bench: Bench) -> None:
    card = bench.settings.ask_secret()
    fill_in(card, "pin", "123")
    assert card.short.isVisible()
    QTest.keyClicks(card.value, "4")
    assert not card.short.isVisible()
    card.value.clear()
    QApplication.clipboard().setText("한")  # three bytes
    QTest.keyClick(card.value, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert card.value.text() == "한"
    assert card.short.isVisible()
    bench.click(card.save_button)
    bench.until(lambda: bench.setup.secrets.has("pin"))


def test_a_bad_name_is_refused_in_the_card(bench: Bench) -> None:
    card = bench.settings.ask_secret()
    assert not card.save_button.isEnabled()
    fill_in(card, "1 bad", "swordfish")
    bench.click(card.save_button)
    bench.until(lambda: card.note is not None)
    assert card.isVisible()
    fill_in(card, "good", "")
    assert card.note is None
    bench.click(card.save_button)
    bench.until(lambda: secret("good") == "swordfish")


def test_a_value_is_replaced_and_a_secret_removed(bench: Bench) -> None:
    Secrets(DataFolder.default()).set("hook", "earlier")
    section = bench.secrets
    bench.until(lambda: "hook" in section.rows)
    bench.click(section.rows["hook"].replace_button)
    card = card_of(bench)
    assert card.value.hasFocus()
    fill_in(card, "", "later")
    bench.click(card.save_button)
    bench.until(lambda: secret("hook") == "later")
    for place in (0, 1):
        row = section.rows["hook"]
        bench.click(row.remove_button)
        assert row.note is not None
        bench.click(row.note.buttons[place])
    bench.until(lambda: not section.rows)
    assert secret("hook") is None


@pytest.mark.usefixtures("bench")
def test_a_name_that_is_taken_is_replaced_knowingly(bench: Bench) -> None:
    Secrets(DataFolder.default()).set("hook", "earlier")
    bench.setup.secrets.refresh()
    bench.until(lambda: bench.setup.secrets.has("hook"))
    card = bench.settings.ask_secret()
    fill_in(card, "hoo", "later")
    assert card.save_button.text() == "Store"
    QTest.keyClicks(card.name, "k")
    assert card.save_button.text() == "Replace"
    QTest.keyClick(card.name, Qt.Key.Key_Escape)
    assert bench.settings.card is None
    assert secret("hook") == "earlier"


def test_a_store_that_is_damaged_says_so(bench: Bench) -> None:
    DataFolder.default().secrets.write_text("{", encoding="utf-8")
    section = bench.secrets
    bench.until(lambda: any("are damaged" in text for text in texts(section)))


def test_a_form_gets_the_name_of_a_new_secret_or_none(bench: Bench) -> None:
    dialogs = FormDialogs(bench.shell.window.frame, lambda: None, bench.settings.add_secret)
    told: list[str | None] = []
    dialogs.add_secret(told.append)
    QTest.keyClick(card_of(bench).name, Qt.Key.Key_Escape)
    assert told == [None]
    dialogs.add_secret(told.append)
    dialogs.add_secret(told.append)
    assert told == [None, None], "one card at a time"
    fill_in(card_of(bench), "hook", "swordfish")
    bench.click(card_of(bench).save_button)
    bench.until(lambda: told == [None, None, "hook"])


FIELD = FieldSpec("path", "file", "File", "", required=True)


def test_a_form_gets_a_file_as_the_document_writes_it(bench: Bench, home: Path) -> None:
    frame, told = bench.shell.window.frame, list[str | None]()
    folder = home / "flows"
    (folder / "data").mkdir(parents=True)
    for file in (folder / "data" / "in.csv", home / "out.csv"):
        file.write_text("a")
    dialogs = FormDialogs(frame, lambda: folder / "one.weft", bench.settings.add_secret)
    for chosen in (folder / "data" / "in.csv", home / "out.csv"):
        dialogs.choose_file(FIELD, "data/in.csv", told.append)
        bench.choose_file(frame, chosen)
        bench.until(lambda: frame.findChild(QFileDialog) is None)
    assert told == ["data/in.csv", str(home / "out.csv")]
    dialogs.choose_file(FIELD, "{{ vars.file }}", told.append)
    dialog = frame.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert Path(dialog.directory().absolutePath()) == folder
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert told[2:] == [None]


def test_a_file_that_is_written_need_not_be_there_and_is_told_whole(bench: Bench, home: Path) -> None:
    frame, told = bench.shell.window.frame, list[str | None]()
    dialogs = FormDialogs(frame, lambda: home / "one.weft", bench.settings.add_secret)
    modes = {}
    for field in (FIELD, replace(FIELD, writes=True), replace(FIELD, help="Writes nothing; it is only read.")):
        dialogs.choose_file(field, "", told.append)
        dialog = frame.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        modes[field] = dialog.acceptMode()
        if field.writes:
            bench.choose_file(frame, home / "new.csv")
        else:
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
        bench.until(lambda: frame.findChild(QFileDialog) is None)
    assert told == [None, str(home / "new.csv"), None]
    reads, writes = QFileDialog.AcceptMode.AcceptOpen, QFileDialog.AcceptMode.AcceptSave
    assert list(modes.values()) == [reads, writes, reads]
