"""A window with its settings over a real engine, with a catalogue of small models that a server on this machine offers."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.engine import EngineService
from desktop_app.window.machine import MachineStatus
from desktop_app.window.settings.models_section import ModelsSection
from desktop_app.window.settings.providers_section import ProvidersSection
from desktop_app.window.settings.secrets_section import SecretsSection
from desktop_app.window.settings.settings import Settings
from desktop_app.window.settings.setup import Setup
from desktop_app.window.setup_facts import SetupFacts
from engine.providers.catalogue import CatalogueModel
from tests.unit.providers.file_server import FileServer
from tests.window.engine_helpers import LONG_MS, engine_of
from tests.window.shell import Make, Shell, make_shell
from widgets.elided import Elided

__all__ = ["Bench", "bench", "make_shell", "page"]

DATA = b"GGUF" + random.Random(1).randbytes(3_000_000)
OTHER = b"GGUF" + random.Random(2).randbytes(300_000)
DEMO = b"GGUF" + random.Random(3).randbytes(100_000)
LEFT, _ACCEPT = Qt.MouseButton.LeftButton, QDialogButtonBox.ButtonRole.AcceptRole


def catalogue(server: FileServer) -> list[CatalogueModel]:
    """Return three models: one to recommend, one whose licence is to be read, one to try things with."""

    def model(name: str, title: str, data: bytes, licence: str, **more: object) -> CatalogueModel:
        digest = hashlib.sha256(data).hexdigest()
        about = "Slower and better: summaries and Korean as well."
        return CatalogueModel(
            name, title, f"{name}.gguf", len(data), digest, about, licence, "https://example.com", 1_000_000, 4096,
            server.url(f"{name}.gguf"), **more,  # type: ignore[arg-type]
        )  # fmt: skip

    return [
        model("good", "Good 1B Instruct", DATA, "Apache-2.0"), model("other", "Other 7B", OTHER, "CC-BY-NC-4.0"),
        model("demo", "Demo 135M Instruct", DEMO, "MIT", demonstration=True),
    ]  # fmt: skip


@dataclass
class Bench:
    """The window, and what belongs to its settings."""

    shell: Shell
    engine: EngineService
    facts: SetupFacts
    setup: Setup
    settings: Settings
    machine: MachineStatus
    qtbot: QtBot

    @property
    def models(self) -> ModelsSection:
        """The section of models, opened."""
        section = self._section("models")
        assert isinstance(section, ModelsSection)
        return section

    @property
    def providers(self) -> ProvidersSection:
        """The section of providers, opened."""
        section = self._section("providers")
        assert isinstance(section, ProvidersSection)
        return section

    @property
    def secrets(self) -> SecretsSection:
        """The section of secrets, opened."""
        section = self._section("secrets")
        assert isinstance(section, SecretsSection)
        return section

    def _section(self, name: str) -> QWidget:
        self.settings.open(name)
        assert self.settings.page is not None
        assert self.settings.page.section is not None
        return self.settings.page.section

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until something holds."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LONG_MS)

    def click(self, widget: QWidget | None) -> None:
        """Click on the middle of a widget."""
        assert widget is not None
        self.until(widget.isVisible)
        assert widget.isEnabled()
        QTest.mouseClick(widget, LEFT)

    def choose(self, menu: QMenu, text: str) -> None:
        """Open a menu and click on the entry with this text."""
        entry = next(action for action in menu.actions() if action.text() == text)
        menu.popup(QPoint(0, 0))
        self.until(menu.isVisible)
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())

    def choose_file(self, owner: QWidget, path: Path) -> None:
        """Name a file in the dialog that was opened over a widget, and accept it."""
        dialog = owner.findChild(QFileDialog)
        assert isinstance(dialog, QFileDialog)
        buttons = dialog.findChild(QDialogButtonBox)
        assert isinstance(buttons, QDialogButtonBox)
        accept = next(button for button in buttons.buttons() if buttons.buttonRole(button) is _ACCEPT)
        self.until(accept.isVisible)
        dialog.selectFile(str(path))
        self.until(lambda: dialog.selectedFiles() == [str(path)] and accept.isEnabled())
        QTest.mouseClick(accept, LEFT)


@pytest.fixture
def page() -> Iterator[FileServer]:
    """The server that the models come from."""
    with FileServer({"good.gguf": DATA, "other.gguf": OTHER, "demo.gguf": DEMO}) as server:
        yield server


@pytest.fixture
def bench(
    make_shell: Make, qtbot: QtBot, page: FileServer, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """A window whose settings are known, with no model on the machine."""
    with opened(make_shell, qtbot, page, home, tmp_path, monkeypatch) as made:
        yield made


@contextmanager
def opened(
    make_shell: Make, qtbot: QtBot, page: FileServer, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """Open such a window, and let go of it."""
    monkeypatch.setattr("desktop_app.services.CHECKOUT", home)
    monkeypatch.setattr("engine.providers.model_store.read_catalogue", lambda: catalogue(page))
    monkeypatch.setattr(QFileDialog, "open", _open_own)
    preferences = tmp_path / "window.json"
    if not preferences.exists():
        preferences.write_text('{"look.language": "en", "look.theme": "dark"}', encoding="utf-8")
    shell = make_shell(preferences)
    with engine_of(qtbot) as engine:
        facts = SetupFacts(engine.bridge, shell.window)
        setup = Setup(engine, facts, shell.window)
        settings = Settings(shell.window, setup)
        machine = MachineStatus(shell.window, engine, setup, settings)
        engine.bridge.attached.emit()
        made = Bench(shell, engine, facts, setup, settings, machine, qtbot)
        made.until(lambda: setup.models.is_known and setup.providers.providers and setup.models.memory)
        try:
            yield made
        finally:
            setup.close()


def _open_own(dialog: QFileDialog) -> None:
    """Show the dialog of Qt, which a test can type into whatever the desktop has."""
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.show()


def texts(widget: QWidget) -> list[str]:
    """Return the words that are seen in a widget."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    said = [label.full_text() if isinstance(label, Elided) else label.text() for label in labels]
    return [text for text in said if text]
