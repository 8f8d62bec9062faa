"""What the window says of this machine: in the tool bar, the status bar, and on the start page; and the model it offers once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.model.issues import failure
from tests.unit.providers.file_server import FileServer
from tests.window.settings_helpers import Bench, bench, make_shell, opened, page, texts
from tests.window.shell import Make

__all__ = ["bench", "make_shell", "page"]


def start_page(bench: Bench) -> set[str]:
    """Return what the start page says."""
    return set(texts(bench.shell.window.frame))


def button(bench: Bench, text: str) -> QPushButton:
    """Return a button that is seen, by its words."""
    found = [one for one in bench.shell.window.frame.findChildren(QPushButton) if one.text() == text and one.isVisible()]
    assert len(found) == 1
    return found[0]


def part(bench: Bench, name: str) -> str:
    """Return the words of a part of the status bar."""
    shown = bench.shell.window.status.parts[name]
    return shown.text() if shown.isVisible() else ""


def test_without_a_model_one_is_offered(bench: Bench, page: FileServer) -> None:
    window = bench.shell.window
    window.show_start_page()
    bench.until(lambda: {"No model yet", "Get Good 1B, 3.0 MB"} <= start_page(bench))
    assert (window.toolbar.model.text(), part(bench, "model")) == ("No model yet", "No model yet · get one")
    page.pause = 0.01
    bench.click(button(bench, "Get"))
    bench.until(lambda: "Getting Good 1B" in start_page(bench))
    assert window.toasts.shown[-1].text == "Getting Good 1B. Go on working meanwhile."
    bench.until(lambda: part(bench, "model").startswith("Getting Good 1B · "))
    bench.until(lambda: "3.0 MB on this machine, ready" in start_page(bench))
    assert "Get Good 1B, 3.0 MB" not in start_page(bench)
    assert part(bench, "model") == "Good 1B · 1.0 MB"


def test_it_is_offered_beside_the_demonstration_and_not_again_after_a_refusal(
    make_shell: Make, qtbot: QtBot, page: FileServer, home: Path, tmp_path: Path
) -> None:
    for declined in (False, True):
        with pytest.MonkeyPatch.context() as patch, opened(make_shell, qtbot, page, home, tmp_path, patch) as bench:
            bench.setup.models.get("demo")
            bench.until(bench.setup.default_model)
            bench.shell.window.show_start_page()
            bench.until(lambda bench=bench: "Demo 135M" in start_page(bench))  # type: ignore[misc]
            assert bench.shell.window.toolbar.model.accessibleName() == "Demo 135M demonstration"
            assert (bench.machine.offered() is None) == declined
            if not declined:
                bench.click(button(bench, "Not now"))
                bench.until(lambda bench=bench: "Get Good 1B, 3.0 MB" not in start_page(bench))  # type: ignore[misc]
            assert "Get Good 1B, 3.0 MB" not in start_page(bench)
        qtbot.waitUntil(lambda: True)


def test_everything_is_said_again_in_another_language(bench: Bench) -> None:
    window = bench.shell.window
    window.show_start_page()
    bench.until(lambda: part(bench, "storage"))
    window.actions["language_ko"].trigger()
    bench.until(lambda: part(bench, "storage"))
    assert part(bench, "network") not in ("", "Offline: prompts stay on this machine")
    assert window.toolbar.model.isVisible()
    assert "No model yet" not in start_page(bench)


def test_a_model_that_did_not_come_is_told_of_where_a_person_is(bench: Bench, page: FileServer) -> None:
    page.status = 503
    bench.machine.accept()
    toasts = bench.shell.window.toasts
    bench.until(lambda: "Good 1B could not be got." in [toast.text for toast in toasts.shown])
    toast = next(toast for toast in toasts.shown if toast.text == "Good 1B could not be got.")
    bench.click(toast.action_button)
    row = bench.models.rows["good"]
    assert row.note is not None
    assert [button.text() for button in row.note.buttons] == ["Try again", "From a file …"]
    bench.click(row.note.buttons[0])
    bench.until(lambda: not bench.setup.models.getting)
    assert "Good 1B could not be got." not in [toast.text for toast in toasts.shown], "it stands in its place"


def test_parts_of_the_status_bar_lead_to_their_settings(bench: Bench) -> None:
    bench.until(lambda: part(bench, "storage").startswith("Data "))
    for name, section in (("storage", "data"), ("network", "providers"), ("model", "models")):
        QTest.mouseClick(bench.shell.window.status.parts[name], Qt.MouseButton.LeftButton)
        assert bench.settings.page is not None
        assert bench.settings.page.current == section


def test_prompts_that_leave_this_machine_are_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.shell.window.show_start_page()
    assert part(bench, "network") == "Offline: prompts stay on this machine"
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-a-test")
    bench.setup.providers.refresh()
    bench.until(lambda: part(bench, "network") == "Models elsewhere: openai")
    bench.until(lambda: "openai" in start_page(bench))


def test_an_engine_that_does_not_come_is_said(bench: Bench) -> None:
    bench.shell.window.show_start_page()
    bench.engine.problem.emit(failure("data.owned", "The data folder is taken.", "Close the other program."))
    assert bench.shell.window.toolbar.model.accessibleName() == "No engine see the log"
    bench.until(lambda: {"The data folder is taken.", "Close the other program."} <= start_page(bench))
    bench.engine.bridge.attached.emit()
    assert bench.shell.window.toolbar.model.text() == "No model yet"


def test_the_size_of_the_data_follows_runs_and_the_time(bench: Bench) -> None:
    bench.until(lambda: part(bench, "storage").startswith("Data "))
    (bench.setup.engine.folder.root / "runs.bin").write_bytes(b"x" * 50_000_000)
    bench.setup.follow_run("r", {"step"})
    bench.setup.follow_run("r", {"", "step"})
    bench.until(lambda: part(bench, "storage").startswith("Data 50"))
    (bench.setup.engine.folder.root / "runs.bin").write_bytes(b"x" * 90_000_000)
    bench.setup.again.setInterval(1)
    bench.until(lambda: part(bench, "storage").startswith("Data 9"))
    bench.setup.again.setInterval(60_000)
