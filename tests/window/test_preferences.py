"""What the window remembers, when its file is damaged, cannot be written, or is changed by another program meanwhile."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from desktop_app.window.preferences import PreferencesFile
from engine.model.issues import WeftError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "window.json"


@pytest.mark.parametrize("damaged", ["{", "[]", "", '{"look.theme": "li', "\xff"])
def test_a_damaged_file_is_kept_and_told_of(path: Path, damaged: str) -> None:
    path.write_bytes(damaged.encode("latin-1"))
    told: list[WeftError] = []
    made = PreferencesFile(path)
    assert made.get("look.theme", "dark") == "dark"
    made.watch(told.append)
    assert [error.issue.code for error in told] == ["window.forgot"]
    made.set("look.theme", "light")
    assert path.with_name("window.json.damaged").read_bytes() == damaged.encode("latin-1")
    assert json.loads(path.read_text("utf-8")) == {"look.theme": "light"}
    assert len(told) == 1


def test_what_was_known_outlives_a_file_that_is_damaged_meanwhile(path: Path) -> None:
    made = PreferencesFile(path)
    made.set("a", 1)
    path.write_text("{", "utf-8")
    made.set("b", 2)
    assert json.loads(path.read_text("utf-8")) == {"a": 1, "b": 2}


def test_what_others_set_meanwhile_is_kept(path: Path) -> None:
    first, second = PreferencesFile(path), PreferencesFile(path)
    first.set("a", 1)
    second.set("b", 2)
    assert json.loads(path.read_text("utf-8")) == {"a": 1, "b": 2}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_what_cannot_be_written_is_told_once_and_written_later(path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[WeftError] = []
    made = PreferencesFile(path)
    made.watch(told.append)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("storage.atomic.write_whole", refuse)
        made.set("a", 1)
        made.set("b", 2)
        assert [error.issue.code for error in told] == ["window.not-kept"]
        assert "No space left on device" in told[0].issue.text
        assert (made.get("a"), made.get("b")) == (1, 2), "it holds all the same"
    made.set("c", 3)
    assert json.loads(path.read_text("utf-8")) == {"a": 1, "b": 2, "c": 3}
    with monkeypatch.context() as patch:
        patch.setattr("storage.atomic.write_whole", refuse)
        made.set("a", 4)
    assert len(told) == 2


def test_a_folder_that_is_none_is_told_of_when_somebody_listens(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    made = PreferencesFile(tmp_path / "file" / "window.json")
    made.set("a", 1)
    told: list[WeftError] = []
    made.watch(told.append)
    assert [error.issue.code for error in told] == ["window.not-kept"]
    assert made.get("a") == 1
