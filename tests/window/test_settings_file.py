"""A model file of a person's own in the settings: chosen, looked at, copied or linked; what is wrong is said in its place."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop_app.window.settings.file_form import LINK, FileForm
from desktop_app.window.settings.model_state import Here
from tests.helpers.gguf import gguf
from tests.window.settings_helpers import Bench, bench, make_shell, page, texts

__all__ = ["bench", "make_shell", "page"]

LEFT = Qt.MouseButton.LeftButton


def choose(bench: Bench, path: Path) -> FileForm:
    """Choose a file by the button and the dialog, and wait until it was looked at."""
    section = bench.models
    bench.click(section.add_button)
    bench.choose_file(section, path)
    form = section.form
    bench.until(lambda: form.note is not None or (form.place is not None and form.place.isVisible() and form.place.width() > 200))
    return form


def focus(bench: Bench) -> QWidget | None:
    return bench.shell.window.frame.focusWidget()


def said(bench: Bench, form: FileForm, text: str) -> None:
    """Wait until the form says something."""
    bench.until(lambda: any(text in one for one in texts(form)))


def own(home: Path, content: bytes = b"", name: str = "own.gguf") -> Path:
    path = home / name
    path.write_bytes(content or gguf("My Own 1B"))
    return path


def put_link(form: FileForm) -> None:
    """Choose by mouse that the file stays where it is."""
    assert form.place is not None
    QTest.mouseClick(form.place, LEFT, pos=form.place.place_of(LINK).center().toPoint())


def test_a_file_is_copied(bench: Bench, home: Path) -> None:
    form = choose(bench, own(home))
    for text in ("My Own 1B", "Q4_K_M · needs 500 MB of memory", "Nodes choose it as “own”."):
        said(bench, form, text)
    bench.until(lambda: focus(bench) is form.add_button)
    QTest.keyClick(form.add_button, Qt.Key.Key_Return)
    bench.until(lambda: "own" in bench.models.rows)
    assert not form.isVisible()
    row = bench.models.rows["own"]
    assert isinstance(row.state, Here)
    assert "My Own 1B · Q4_K_M" in texts(row)
    assert (home / "weft-data" / "models" / "own.gguf").read_bytes() == gguf("My Own 1B")
    bench.until(lambda: focus(bench) is bench.models.add_button)


def test_a_file_is_linked_and_only_the_link_is_removed(bench: Bench, home: Path) -> None:
    path = own(home)
    form = choose(bench, path)
    put_link(form)
    said(bench, form, "When the file is moved")
    bench.click(form.add_button)
    bench.until(lambda: "own" in bench.models.rows)
    row = bench.models.rows["own"]
    assert any(f"linked to {path}" in text for text in texts(row))
    bench.choose(row.menu(), "Remove …")
    assert row.note is not None
    bench.until(lambda: row.note is not None and any("The file stays where it is." in text for text in texts(row.note)))
    bench.click(row.note.buttons[1])
    bench.until(lambda: "own" not in bench.models.rows)
    assert path.exists()


def test_a_file_that_cannot_be_used_says_why_and_another_is_chosen(bench: Bench, home: Path) -> None:
    form = choose(bench, own(home, gguf()[:-5]))
    assert form.note is not None
    assert form.note.text == f"own.gguf cannot be used: it is cut off after {len(gguf()) - 5:,} bytes."
    assert not form.add_button.isVisible()
    bench.until(lambda: form.note is not None and focus(bench) is form.note.buttons[0])
    bench.click(form.note.buttons[0])
    bench.choose_file(bench.models, own(home, name="whole.gguf"))
    bench.until(lambda: form.add_button.isVisible() and form.note is None)
    QTest.keyClick(form.add_button, Qt.Key.Key_Escape)
    assert not form.isVisible()
    bench.until(lambda: focus(bench) is bench.models.add_button)


def test_a_file_that_is_too_large_for_the_memory(bench: Bench, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=400_000_000, available=1))
    form = choose(bench, own(home))
    assert form.note is not None
    assert form.note.text == "own.gguf needs 0.5 GB of memory, and this machine has 0.4 GB."


def test_a_file_that_is_here_already(bench: Bench, home: Path) -> None:
    path = own(home)
    bench.click(choose(bench, path).add_button)
    bench.until(lambda: "own" in bench.models.rows)
    form = choose(bench, path)
    assert form.note is not None
    assert form.note.text == "There is already a model 'own'."


def test_without_room_for_a_copy_a_link_is_offered(bench: Bench, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10_000_000, 9_000_000, 1_000_000))
    form = choose(bench, own(home))
    assert form.place is not None
    assert form.place.current() == LINK
    QTest.keyClick(form.place, Qt.Key.Key_Left)
    said(bench, form, "A copy has no room: 1.0 MB are free")
    assert not form.add_button.isEnabled()


def test_a_disk_that_fills_up_meanwhile_leaves_the_way_of_a_link(
    bench: Bench, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = choose(bench, own(home))
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10_000_000, 9_000_000, 1_000_000))
    bench.click(form.add_button)
    bench.until(lambda: form.note is not None)
    assert form.note is not None
    bench.click(form.note.buttons[0])
    bench.until(lambda: "own" in bench.models.rows)
    assert (home / "weft-data" / "models" / "own.gguf").is_symlink()


def test_it_goes_on_while_the_settings_are_closed_and_can_be_stopped(bench: Bench, home: Path) -> None:
    form = choose(bench, own(home, gguf(rows=60_000_000)))
    bench.click(form.add_button)
    bench.until(lambda: bench.setup.adding.getting is not None and bench.setup.adding.getting.done > 0)
    bench.settings.close()
    form = bench.models.form
    bench.click(form.stop_button)
    bench.until(form.add_button.isVisible)
    assert form.note is None
    assert "own" not in bench.models.rows
    assert not list((home / "weft-data" / "models").glob("*.copy"))
