"""Keys where the keychain is locked, absent or works, and in the environment; no key is ever in a log or on the screen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.window.settings.provider_form import ProviderForm
from engine.model.issues import failure
from storage.keychain import Keychain
from tests.helpers.fake_model_server import FakeModelServer
from tests.unit.providers.file_server import FileServer
from tests.window.settings_helpers import Bench, make_shell, opened, page, texts
from tests.window.shell import Make
from tests.window.test_settings_providers import enter

__all__ = ["make_shell", "page"]

KEY, OTHER = "sk-key-of-the-lab-4711", "sk-another-key-0815"


class FakeKeyring(KeyringBackend):
    """A keychain in memory, which can be locked."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._look()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._look()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._look()
        del self.kept[service, username]

    def _look(self) -> None:
        if self.is_locked:
            raise KeyringLocked("locked")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    made = FakeKeyring()
    monkeypatch.setattr("storage.secrets.find_keychain", lambda _environ: Keychain(made))
    return made


@pytest.fixture
def bench(
    make_shell: Make, qtbot: QtBot, page: FileServer, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    keyring: FakeKeyring, caplog: pytest.LogCaptureFixture,
) -> Iterator[Bench]:  # fmt: skip
    """A window with a keychain, none of whose logs has a key in it at the end."""
    caplog.set_level(logging.DEBUG)
    with opened(make_shell, qtbot, page, home, tmp_path, monkeypatch) as made:
        yield made
    logged = caplog.text + "".join(file.read_text("utf-8") for file in home.rglob("*.log*"))
    assert "weft" in logged
    assert [key for key in (KEY, OTHER) if key in logged] == []


@pytest.fixture
def server() -> Iterator[FakeModelServer]:
    with FakeModelServer(models=("large",), key=KEY) as found:
        yield found


def form_of(bench: Bench, server: FakeModelServer, key: str) -> ProviderForm:
    """Open the form of a new provider, and connect with a key."""
    bench.click(bench.providers.add_button)
    form = bench.providers.form
    assert form is not None
    enter(form.name, "Lab")
    enter(form.address, server.url)
    enter(form.key, key)
    bench.click(form.connect_button)
    bench.until(lambda: form.note is not None or form.save_button.isVisible())
    return form


def save(bench: Bench, form: ProviderForm) -> None:
    bench.click(form.save_button)
    bench.until(lambda: bench.providers.form is None and "Lab" in bench.providers.rows and not bench.setup.providers.testing)


def test_a_key_lives_in_the_keychain_until_it_is_removed(bench: Bench, server: FakeModelServer, keyring: FakeKeyring) -> None:
    save(bench, form_of(bench, server, KEY))
    bench.until(lambda: "In the keychain" in texts(bench.providers.rows["Lab"]))
    assert list(keyring.kept.values()) == [KEY]
    row = bench.providers.rows["Lab"]
    bench.choose(row.menu(), "Remove …")
    assert row.note is not None
    bench.click(row.note.buttons[1])
    bench.until(lambda: not keyring.kept)


def test_a_locked_keychain_is_told_of_and_the_file_takes_the_key(
    bench: Bench, server: FakeModelServer, keyring: FakeKeyring
) -> None:
    keyring.is_locked = True
    form = form_of(bench, server, KEY)
    assert form.note is not None
    assert form.note.text == "The keychain cannot be used: it is locked."
    bench.until(lambda: form.note is not None and any("Unlock it and try again" in text for text in texts(form.note)))
    assert form.key.text() == KEY, "it need not be entered again"
    assert KEY not in " ".join(texts(form))
    bench.click(form.note.buttons[0])
    bench.until(form.save_button.isVisible)
    save(bench, form)
    bench.until(lambda: "In the encrypted file" in texts(bench.providers.rows["Lab"]))
    assert not keyring.kept
    bench.until(lambda: "1 model" in texts(bench.providers.rows["Lab"]))


def test_a_keychain_that_is_locked_later_is_told_of_in_the_row(
    bench: Bench, server: FakeModelServer, keyring: FakeKeyring
) -> None:
    save(bench, form_of(bench, server, KEY))
    keyring.is_locked = True
    row = bench.providers.rows["Lab"]
    bench.click(row.test_button)
    bench.until(lambda: row.note is not None)
    assert row.note is not None
    assert row.note.text == "The keychain cannot be used: it is locked."
    assert row.note.buttons[0].text() == "Set key"
    keyring.is_locked = False
    bench.click(row.test_button)
    bench.until(lambda: row.note is None and "1 model" in texts(row))


def test_a_key_that_cannot_be_removed_says_so(bench: Bench, server: FakeModelServer, keyring: FakeKeyring) -> None:
    save(bench, form_of(bench, server, KEY))
    keyring.is_locked = True
    row = bench.providers.rows["Lab"]
    bench.choose(row.menu(), "Remove …")
    assert row.note is not None
    bench.click(row.note.buttons[1])
    bench.until(lambda: any("The keychain cannot be used" in toast.text for toast in bench.shell.window.toasts.shown))
    assert list(keyring.kept.values()) == [KEY], "nothing was lost by it"


def test_a_secret_of_a_workflow_can_go_into_the_file_too(bench: Bench, keyring: FakeKeyring) -> None:
    keyring.is_locked = True
    card = bench.settings.ask_secret()
    enter(card.name, "hook")
    enter(card.value, OTHER)
    QTest.keyClick(card.value, Qt.Key.Key_Return)
    bench.until(lambda: card.note is not None)
    assert card.note is not None
    note = card.note
    bench.until(lambda: note.isVisible() and note.height() >= note.heightForWidth(note.width()))
    assert card.value.height() == card.name.height() >= card.name.minimumSizeHint().height(), "the card grew for it"
    bench.click(note.buttons[0])
    bench.until(lambda: bench.setup.secrets.has("hook"))
    assert [(known.name, known.source) for known in bench.setup.secrets.secrets] == [("hook", "file")]


def test_a_key_in_the_environment_is_named_and_not_asked_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    bench.setup.providers.refresh()
    bench.until(lambda: "In the environment" in texts(bench.providers.rows["openai"]))
    row = bench.providers.rows["openai"]
    assert row.key_button is None
    assert [action.text() for action in row.menu().actions()] == ["Change …", "Test"], "Weft cannot remove it"


def test_a_setting_that_cannot_be_stored_says_so_and_shows_what_holds(
    bench: Bench, server: FakeModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(bench, form_of(bench, server, KEY))

    def full(*_: object) -> None:
        raise failure("storage.full", "The disk is full.", "Free some space.")

    monkeypatch.setattr("storage.repositories.settings.SettingsRepository.set", full)
    pick = bench.providers.rows["Lab"].model
    assert pick is not None
    before = pick.value()
    pick.setFocus()
    QTest.keyClick(pick, Qt.Key.Key_Up)
    bench.until(lambda: [toast.text for toast in bench.shell.window.toasts.shown] == ["The disk is full. Free some space."])
    shown = bench.providers.rows["Lab"].model
    assert shown is not None
    assert shown.value() == before
