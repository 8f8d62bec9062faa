"""Model files of the user's own: looked at, copied or linked, and refused with the reason."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections import namedtuple
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from engine.api.models import ModelError
from engine.providers import fetch
from engine.providers.catalogue import CatalogueModel
from engine.providers.gguf import read_gguf
from engine.providers.model_store import ModelStore
from engine.providers.own_file import look
from tests.helpers.gguf import gguf

KNOWN = CatalogueModel(id="known", title="Known", file="known-q4.gguf", bytes=10, sha256="0" * 64)


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models", [], [KNOWN])


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def failure(do: Callable[[], object]) -> ModelError:
    with pytest.raises(ModelError) as caught:
        do()
    assert caught.value.issue.remedy.endswith(".")
    return caught.value


def test_a_file_says_what_it_is(store: ModelStore, tmp_path: Path) -> None:
    path = write(tmp_path / "my model.gguf", gguf("My Model 1B"))
    found = look(store, path)
    assert (found.id, found.file.name, found.file.quantisation, found.file.context) == ("my-model", "My Model 1B", "Q4_K_M", 8192)
    assert found.memory > found.file.bytes == path.stat().st_size


def test_a_file_without_the_ending_is_named_as_it_names_itself(store: ModelStore, tmp_path: Path) -> None:
    path = write(tmp_path / "sha256-0b4c", gguf("My Model: 1B"))
    assert fetch.add(store, path) == "My-Model-1B"
    assert store.installed() == ["My-Model-1B"]


def test_it_is_copied(store: ModelStore, tmp_path: Path) -> None:
    path = write(tmp_path / "own.gguf", gguf())
    steps: list[tuple[int, int, str]] = []
    assert fetch.add(store, path, on_progress=lambda *step: steps.append(step)) == "own"
    assert steps[-1] == (len(gguf()), len(gguf()), "file")
    path.unlink()
    assert store.find("own").path.read_bytes() == gguf()


def test_it_is_linked_and_stays_when_the_model_is_removed(store: ModelStore, tmp_path: Path) -> None:
    path = write(tmp_path / "own.gguf", gguf())
    assert fetch.add(store, path, link=True) == "own"
    assert store.find("own").path.is_symlink()
    store.remove("own")
    assert store.installed() == []
    assert path.read_bytes() == gguf()


def test_a_link_to_a_file_that_is_gone_can_be_made_anew(store: ModelStore, tmp_path: Path) -> None:
    path = write(tmp_path / "own.gguf", gguf())
    fetch.add(store, path, link=True)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    path.rename(moved / "own.gguf")
    assert store.installed() == []
    fetch.add(store, moved / "own.gguf", link=True)
    assert store.installed() == ["own"]


def test_where_there_are_no_links_a_copy_is_advised(store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "not permitted")

    monkeypatch.setattr(os, "symlink", refuse)
    path = write(tmp_path / "own.gguf", gguf())
    error = failure(lambda: fetch.add(store, path, link=True))
    assert error.issue.code == "model.no-link"
    assert store.installed() == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a GGUF file"), (b"PK\3\4", "not a GGUF file"), (b"GGUF", "cut off after 4 bytes"),
        (gguf()[:60], "cut off after 60 bytes"), (gguf()[:-1], f"cut off after {len(gguf()) - 1} bytes"),
        (gguf(version=9), "version 9"), (gguf(split__count=3), "one of 3 parts"),
        (gguf(general__architecture="clip"), "but clip"), (gguf(general__type="adapter"), "but adapter"),
        (b"GGUF" + b"\xff" * 100, "version"), (gguf()[:32] + b"\xff" * 400, "head is damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_why(store: ModelStore, tmp_path: Path, content: bytes, said: str) -> None:
    path = write(tmp_path / "own.gguf", content)
    error = failure(lambda: fetch.add(store, path))
    assert error.issue.code == "model.bad-file"
    assert said in error.issue.text
    assert not store.folder.exists()


def test_no_head_however_damaged_ends_in_anything_else(tmp_path: Path) -> None:
    whole, path = gguf(), tmp_path / "own.gguf"
    for place in range(4, len(whole) - 256):
        path.write_bytes(whole[:place] + b"\xff" + whole[place + 1 :])
        with suppress(ModelError):
            assert read_gguf(path).bytes == len(whole)


def test_what_is_not_there(store: ModelStore, tmp_path: Path) -> None:
    assert "There is no file" in failure(lambda: look(store, tmp_path / "none.gguf")).issue.text
    assert failure(lambda: look(store, tmp_path)).issue.code == "model.bad-file"


def test_what_is_too_large_for_the_memory(store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=400_000_000))
    path = write(tmp_path / "own.gguf", gguf())
    error = failure(lambda: look(store, path))
    assert (error.issue.code, "0.4 GB" in error.issue.text) == ("model.too-large", True)


def test_what_there_is_no_room_for_can_be_linked(store: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 10, 0))
    path = write(tmp_path / "own.gguf", gguf())
    assert failure(lambda: fetch.add(store, path)).issue.code == "model.disk-full"
    assert fetch.add(store, path, link=True) == "own"


def test_what_is_here_already(store: ModelStore, tmp_path: Path) -> None:
    path = write(tmp_path / "own.gguf", gguf())
    fetch.add(store, path)
    error = failure(lambda: look(store, path))
    assert (error.issue.code, error.issue.remedy) == ("model.exists", "Rename the file, or remove the other one.")
    assert failure(lambda: look(store, store.folder / "own.gguf")).issue.remedy == "There is nothing to add."
    assert failure(lambda: look(store, write(tmp_path / "known.gguf", gguf()))).issue.code == "model.exists"


def test_a_file_that_only_has_the_name_of_a_known_one(store: ModelStore, tmp_path: Path) -> None:
    path = write(tmp_path / KNOWN.file, gguf())
    assert "name of a model that Weft knows" in failure(lambda: look(store, path)).issue.text
    same = ModelStore(store.folder, [], [replace(KNOWN, bytes=len(gguf()))])
    assert failure(lambda: fetch.add(same, path)).issue.code == "model.source-failed"
    assert failure(lambda: fetch.add(same, path, link=True)).issue.code == "model.source-failed"
    assert same.installed() == []


def test_a_copy_can_be_stopped(store: ModelStore, tmp_path: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    path = write(tmp_path / "own.gguf", gguf())
    assert failure(lambda: fetch.add(store, path, cancel=cancel)).issue.code == "model.fetch-cancelled"
    assert [left.suffix for left in store.folder.iterdir()] == [".lock"]
