"""Models in the settings: got from a real server with progress, stopped, continued, removed; every click is a real one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.window.settings.local_models import Getting
from desktop_app.window.settings.model_state import Here, Obtainable, OnItsWay, TooBig
from tests.unit.providers.file_server import FileServer
from tests.window.settings_helpers import DATA, Bench, bench, make_shell, opened, page, texts
from tests.window.shell import Make
from widgets.chip import Chip

__all__ = ["bench", "make_shell", "page"]


def test_the_list_says_what_a_model_needs(bench: Bench) -> None:
    rows = bench.models.rows
    assert list(rows) == ["good", "other", "demo"]
    said = texts(rows["good"])
    assert {"Good 1B", "3.0 MB", "1.0 MB · fits", "Apache 2.0"} <= set(said)
    assert "Not for business" in texts(rows["other"])
    badges = {name: [chip.text() for chip in row.findChildren(QWidget) if isinstance(chip, Chip)] for name, row in rows.items()}
    assert badges == {"good": ["Recommended"], "other": [], "demo": ["Demonstration"]}
    assert all(isinstance(row.state, Obtainable) for row in rows.values())


def test_a_model_is_got_with_progress_and_used_by_default(bench: Bench, page: FileServer, home: Path) -> None:
    page.pause = 0.01
    row = bench.models.rows["good"]
    assert isinstance(row.state, Obtainable)
    bench.click(row.state.button)
    assert isinstance(row.state, OnItsWay)
    on_its_way = row.state
    bench.until(lambda: " MB" in on_its_way.done.full_text() and 0 < on_its_way.meter.share < 1)
    bench.until(lambda: "left" in on_its_way.rest.full_text())
    assert bench.shell.window.toolbar.model.text() == "Good 1B"
    bench.until(lambda: isinstance(row.state, Here))
    bench.until(lambda: "Used by default" in texts(row))
    assert (home / "weft-data" / "models" / "good.gguf").read_bytes() == DATA
    assert [toast.text for toast in bench.shell.window.toasts.shown] == ["Good 1B is here."]
    assert bench.shell.window.toolbar.model.accessibleName() == "Good 1B local · ready"


def test_a_stopped_download_is_kept_and_continued(bench: Bench, page: FileServer) -> None:
    page.pause = 0.02
    row = bench.models.rows["good"]
    assert isinstance(row.state, Obtainable)
    bench.click(row.state.button)
    bench.until(lambda: bench.setup.models.getting["good"].done > 500_000)
    assert isinstance(row.state, OnItsWay)
    bench.click(row.state.stop_button)
    bench.until(lambda: isinstance(row.state, Obtainable))
    assert row.note is None, "what a person did is no failure"
    bench.until(lambda: any(text.startswith("Stopped at ") for text in texts(row)))
    assert any(text.endswith(" kept") for text in texts(row))
    page.pause = 0
    bench.click(row.state.button)
    bench.until(lambda: isinstance(row.state, Here))
    assert page.asked[-1][1].startswith("bytes=")


def test_what_came_can_be_dropped(bench: Bench, page: FileServer, home: Path) -> None:
    part = home / "weft-data" / "models" / ".good.gguf.page"
    part.write_bytes(DATA[:1_000_000])
    bench.setup.models.refresh()
    row = bench.models.rows["good"]
    bench.until(lambda: "Stopped at 33%" in texts(row))
    bench.choose(row.menu(), "Drop what came …")
    assert row.note is not None
    bench.click(row.note.buttons[1])
    bench.until(lambda: "Stopped at 33%" not in texts(row) and not part.exists())


def test_it_goes_on_while_the_settings_are_closed(bench: Bench, page: FileServer) -> None:
    page.pause = 0.005
    row = bench.models.rows["good"]
    assert isinstance(row.state, Obtainable)
    bench.click(row.state.button)
    bench.settings.close()
    assert bench.settings.page is None
    bench.until(bench.setup.default_model)
    assert isinstance(bench.models.rows["good"].state, Here)


def test_a_failed_source_says_what_to_do_and_a_file_does_it(bench: Bench, page: FileServer, home: Path) -> None:
    page.status = 503
    row = bench.models.rows["good"]
    assert isinstance(row.state, Obtainable)
    bench.click(row.state.button)
    bench.until(lambda: row.note is not None)
    assert row.note is not None
    assert row.note.text == "Good 1B could not be got from any source."
    assert "503" in row.note.toolTip(), "what they said is there for who wants it"
    remedy = "Check the network and try again. Or load the file elsewhere and choose it here."
    bench.until(lambda: row.note is not None and remedy in texts(row.note))
    own = home / "loaded.gguf"
    own.write_bytes(DATA)
    bench.click(row.note.buttons[1])
    bench.choose_file(bench.models, own)
    bench.until(lambda: isinstance(row.state, Here) and remedy not in texts(row))
    assert own.exists(), "it was copied"


def test_a_model_is_removed_only_when_that_is_confirmed(bench: Bench, home: Path) -> None:
    file = home / "weft-data" / "models" / "good.gguf"
    bench.setup.models.get("good")
    row = bench.models.rows["good"]
    bench.until(lambda: isinstance(row.state, Here))
    bench.choose(row.menu(), "Remove …")
    assert row.note is not None
    bench.until(lambda: row.note is not None and any("cannot be undone" in text for text in texts(row.note)))
    bench.click(row.note.buttons[0])
    bench.until(lambda: not any("cannot be undone" in text for text in texts(row)))
    assert file.exists()
    bench.choose(row.menu(), "Remove …")
    bench.click(row.note.buttons[1])
    bench.until(lambda: isinstance(row.state, Obtainable))
    assert not file.exists()
    assert bench.shell.window.toolbar.model.text() == "No model yet"


def test_another_model_becomes_the_default_until_it_is_removed(bench: Bench) -> None:
    for name in ("good", "other"):
        bench.setup.models.get(name)
    rows = bench.models.rows
    bench.until(lambda: all(isinstance(rows[name].state, Here) for name in ("good", "other")))
    bench.until(lambda: "Used by default" in texts(rows["good"]))
    bench.choose(rows["other"].menu(), "Use by default")
    bench.until(lambda: "Used by default" in texts(rows["other"]))
    assert "Ready" in texts(rows["good"])
    bench.choose(rows["other"].menu(), "Remove …")
    note = rows["other"].note
    assert note is not None
    bench.click(note.buttons[1])
    bench.until(lambda: "Used by default" in texts(rows["good"]))
    assert bench.setup.chosen_model() == ""


def test_a_model_in_a_folder_of_others_is_left_alone(bench: Bench, home: Path) -> None:
    theirs = home / ".models" / "good.gguf"
    theirs.parent.mkdir()
    theirs.write_bytes(DATA)
    row = bench.models.rows["good"]
    bench.setup.models.refresh()
    bench.until(lambda: isinstance(row.state, Here))
    bench.choose(row.menu(), "Remove …")
    assert row.note is not None
    bench.click(row.note.buttons[1])
    bench.until(lambda: any("which Weft only reads" in text for text in texts(row)))
    assert theirs.exists()
    assert row.note is not None
    bench.click(row.note.buttons[0])
    bench.until(lambda: not any("which Weft only reads" in text for text in texts(row)))


@pytest.fixture
def small_machine(
    make_shell: Make, qtbot: QtBot, page: FileServer, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    memory = SimpleNamespace(total=900_000, available=100_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    with opened(make_shell, qtbot, page, home, tmp_path, monkeypatch) as made:
        yield made


def test_a_model_that_does_not_fit_is_not_offered(small_machine: Bench) -> None:
    row = small_machine.models.rows["good"]
    assert isinstance(row.state, TooBig)
    assert {"1.0 MB · too big", "Needs 100 kB more than this machine has"} <= set(texts(row))
    assert small_machine.setup.models.recommended() is None
    assert small_machine.machine.offered() is None


@pytest.mark.parametrize(
    ("memory", "best"),
    [(25_000_000_000, "large"), (8_000_000_000, "small"), (3_000_000_000, "small"), (1_000_000_000, None), (0, "small")],
)
def test_memory_decides_what_is_recommended(bench: Bench, memory: int, best: str | None) -> None:
    models = bench.setup.models
    good = models.models[0]
    models.models = tuple(
        replace(good, id=name, memory=needs, own=name == "own")
        for name, needs in (("small", 1_000_000_000), ("large", 2_600_000_000), ("huge", 30_000_000_000), ("own", 5_000_000_000))
    )
    models.memory = memory
    found = models.recommended()
    assert (found.id if found else None) == best


def test_what_is_recommended_says_why(bench: Bench) -> None:
    row = bench.models.rows["good"]
    bench.until(lambda: any("memory has room for, it answers best." in text for text in texts(row)))


def test_speed_and_time_left_are_those_of_late() -> None:
    getting = Getting()
    for second in range(20):
        getting.take("page", 1_000 * second if second < 10 else 10_000 + 2_000 * (second - 10), 60_000, float(second))
    assert getting.speed == 2_000
    assert getting.seconds_left == 16
    getting.take("verify", 0, 60_000, 20.0)
    assert getting.seconds_left is None
