"""Getting models from a page and from files: a file server on this machine stands for the page."""

from __future__ import annotations

import hashlib
import random
import shutil
import sys
import threading
from collections import namedtuple
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.api.models import ModelError
from engine.providers import fetch
from engine.providers.catalogue import CatalogueModel
from engine.providers.model_store import ModelStore
from tests.unit.providers.file_server import FileServer

DATA = b"GGUF" + random.Random(1).randbytes(3_000_000)
MODEL = CatalogueModel(
    id="tiny", title="Tiny", file="tiny.gguf", bytes=len(DATA), sha256=hashlib.sha256(DATA).hexdigest()
)  # fmt: skip


@pytest.fixture
def page() -> Iterator[FileServer]:
    with FileServer({"tiny.gguf": DATA}) as server:
        yield server


@pytest.fixture
def store(tmp_path: Path, page: FileServer) -> ModelStore:
    return ModelStore(tmp_path / "models", [], [replace(MODEL, page=page.url("tiny.gguf"))])


def failure(get: Callable[[], object]) -> ModelError:
    with pytest.raises(ModelError) as caught:
        get()
    assert caught.value.issue.remedy.endswith(".")
    return caught.value


def test_from_the_page_with_progress(store: ModelStore, page: FileServer) -> None:
    seen: list[tuple[int, int, str]] = []
    path = fetch.get(store, "tiny", on_progress=lambda *step: seen.append(step))
    assert path == store.folder / "tiny.gguf"
    assert path.read_bytes() == DATA
    assert store.installed() == ["tiny"]
    assert page.asked == [("tiny.gguf", "")]
    assert {stage for *_, stage in seen} == {"page", "verify"}
    for stage in ("page", "verify"):
        done = [done for done, _, which in seen if which == stage]
        assert done == sorted(done)
        assert done[-1] == len(DATA)
    assert {total for _, total, _ in seen} == {len(DATA)}
    assert sorted(left.name for left in store.folder.iterdir() if left.suffix != ".lock") == ["tiny.gguf"]


def test_a_model_that_is_here_is_not_fetched(store: ModelStore, page: FileServer) -> None:
    fetch.get(store, "tiny", "page")
    for source in ("auto", "page", "packages"):
        assert fetch.get(store, "tiny", source) == store.folder / "tiny.gguf"
    assert len(page.asked) == 1


def test_a_dropped_connection_is_taken_up_again(store: ModelStore, page: FileServer) -> None:
    page.drop = [2_000_000, 500_000]
    assert fetch.get(store, "tiny", "page").read_bytes() == DATA
    assert [wanted for _, wanted in page.asked] == ["", "bytes=2000000-", "bytes=2500000-"]


def test_what_came_before_a_failure_is_kept(store: ModelStore, page: FileServer) -> None:
    page.drop = [1_000_000, 0]
    error = failure(lambda: fetch.get(store, "tiny", "page"))
    assert error.issue.code == "model.source-failed"
    assert page.url("tiny.gguf") in error.issue.text
    assert error.retryable
    page.status = 503
    assert "503" in failure(lambda: fetch.get(store, "tiny", "page")).issue.text
    page.status = 200
    assert fetch.get(store, "tiny", "page").read_bytes() == DATA
    assert page.asked[-1] == ("tiny.gguf", "bytes=1000000-")


def test_a_server_without_ranges_begins_anew(store: ModelStore, page: FileServer) -> None:
    page.ranges = False
    page.drop = [2_500_000]
    assert fetch.get(store, "tiny", "page").read_bytes() == DATA
    assert len(page.asked) == 2


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("other", [b"<html>Sorry</html>", DATA + b"x", DATA[:-1] + b"x"], ids=["smaller", "larger", "changed"])
def test_a_page_that_offers_another_file(store: ModelStore, page: FileServer, other: bytes, chunked: bool) -> None:
    page.files["tiny.gguf"] = other
    page.chunked = chunked
    error = failure(lambda: fetch.get(store, "tiny", "page"))
    assert error.issue.code == "model.source-failed"
    assert store.path("tiny") is None
    page.files["tiny.gguf"] = DATA
    assert fetch.get(store, "tiny", "page").read_bytes() == DATA


def test_a_cancelled_get_is_continued(store: ModelStore, page: FileServer) -> None:
    cancel = threading.Event()
    page.pause = 0.005

    def stop(done: int, *_: object) -> None:
        if done > 1_000_000:
            cancel.set()

    error = failure(lambda: fetch.get(store, "tiny", "auto", stop, cancel))
    assert error.issue.code == "model.fetch-cancelled"
    assert store.path("tiny") is None
    assert fetch.get(store, "tiny", "page").read_bytes() == DATA
    assert page.asked[-1][1] != ""


def test_a_second_get_waits_for_the_first(store: ModelStore, page: FileServer) -> None:
    page.pause = 0.03
    begun, stages = threading.Event(), set()
    first = threading.Thread(target=fetch.get, args=(store, "tiny", "page", lambda *_: begun.set()))
    first.start()
    begun.wait(10)
    assert fetch.get(store, "tiny", "page", lambda *step: stages.add(step[2])).read_bytes() == DATA
    first.join()
    assert stages == {"waiting"}
    assert len(page.asked) == 1


def test_waiting_can_be_cancelled(store: ModelStore, page: FileServer) -> None:
    page.pause = 0.03
    begun, cancel = threading.Event(), threading.Event()
    first = threading.Thread(target=fetch.get, args=(store, "tiny", "page", lambda *_: begun.set()))
    first.start()
    begun.wait(10)
    cancel.set()
    error = failure(lambda: fetch.get(store, "tiny", "page", cancel=cancel))
    first.join()
    assert error.issue.code == "model.fetch-cancelled"


def test_too_little_room_is_found_before(store: ModelStore, page: FileServer, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, 40_000_000))
    error = failure(lambda: fetch.get(store, "tiny"))
    assert error.issue.code == "model.disk-full"
    assert "67 MB" in error.issue.text
    assert "40 MB" in error.issue.text
    assert not page.asked


def test_a_folder_that_cannot_be_written(store: ModelStore) -> None:
    store.folder.write_text("a file is in the way")
    assert failure(lambda: fetch.get(store, "tiny")).issue.code == "model.disk"


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
def test_a_disk_that_fills_up_keeps_what_came(store: ModelStore, page: FileServer) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        error = failure(lambda: fetch.get(store, "tiny", "page"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert error.issue.code == "model.disk-full"
    assert fetch.get(store, "tiny", "page").read_bytes() == DATA
    assert page.asked[-1][1] == "bytes=1000000-"


@pytest.mark.parametrize(("name", "source", "code"), [("tiny", "ftp", "bad-source"), ("nobody", "auto", "not-found")])
def test_wrong_wishes(store: ModelStore, name: str, source: str, code: str) -> None:
    assert failure(lambda: fetch.get(store, name, source)).issue.code == f"model.{code}"


def test_from_a_file(store: ModelStore, page: FileServer, tmp_path: Path) -> None:
    own = tmp_path / "download.bin"
    own.write_bytes(DATA)
    stages: set[str] = set()
    path = fetch.get(store, "tiny", f"file:{own}", lambda *step: stages.add(step[2]))
    assert path.read_bytes() == own.read_bytes() == DATA
    assert stages == {"file", "verify"}
    assert not page.asked


@pytest.mark.parametrize(("content", "said"), [(None, "no file"), (b"GGUF", "4 bytes"), (DATA[:-1] + b"x", "SHA-256")])
def test_from_a_wrong_file(store: ModelStore, tmp_path: Path, content: bytes | None, said: str) -> None:
    own = tmp_path / "download.bin"
    if content is not None:
        own.write_bytes(content)
    error = failure(lambda: fetch.get(store, "tiny", f"file:{own}"))
    assert error.issue.code == "model.source-failed"
    assert said in error.issue.text
    assert [left.suffix for left in store.folder.iterdir()] == [".lock"]
