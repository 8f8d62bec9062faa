"""Write file on a real disk: formats, files that are there, and disks that refuse."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from engine.api.trust import ANYWHERE, RUN_FOLDER, Capability
from engine.model.values import Json
from engine.nodes.files.write import WriteFile
from tests.conformance.context import FakeContext, run_node
from tests.unit.nodes.failing import issue_of


async def written(folder: Path, content: Any, path: str = "a.txt", **params: Any) -> bytes:
    """Write into the run's folder and return what the file holds."""
    ctx = FakeContext(folder)
    out: Any = (await run_node(WriteFile, {"path": path, **params}, ctx, {"content": content}))["out"]
    assert not [left for left in Path(out["path"]).parent.iterdir() if left.name.startswith(".")]
    return Path(out["path"]).read_bytes()


@pytest.mark.parametrize(
    ("content", "path", "data"),
    [
        ("a\r\nb", "a.txt", b"a\r\nb"),
        (None, "a.txt", b""),
        (3, "a.md", b"3"),
        ({"a": "가"}, "a.txt", '{\n  "a": "가"\n}'.encode()),
        ({"a": [1]}, "a.json", b'{\n  "a": [\n    1\n  ]\n}\n'),
        ("text", "a.json", b'"text"\n'),
        ([{"a": 1}, "x"], "a.jsonl", b'{"a": 1}\n"x"\n'),
        ({"a": 1}, "a.jsonl", b'{"a": 1}\n'),
        ([{"a": 1, "b": None}, {"c": True, "a": "x,\ny"}], "a.csv", b'a,b,c\n1,,\n"x,\ny",,true\n'),
        ({"a": [1]}, "a.csv", b"a\n[1]\n"),
        ([["x", 1], []], "a.csv", b"x,1\n\n"),
        ([], "a.csv", b""),
    ],
)
async def test_formats(content: Json, path: str, data: bytes, tmp_path: Path) -> None:
    assert await written(tmp_path, content, path) == data


async def test_bytes_and_path_are_told(tmp_path: Path) -> None:
    ports = await run_node(WriteFile, {"path": "x/./y/a.txt", "content": "가"}, FakeContext(tmp_path))
    assert ports == {"out": {"path": str(tmp_path / "run/x/y/a.txt"), "bytes": 3}}


async def test_encodings(tmp_path: Path) -> None:
    assert await written(tmp_path, "가", encoding="cp949") == "가".encode("cp949")
    assert await written(tmp_path, "a", encoding="utf-8-sig") == b"\xef\xbb\xbfa"
    issue = await issue_of(WriteFile, {"path": "a.txt", "content": "a💥", "encoding": "cp949"}, tmp_path)
    assert (issue.code, issue.field) == ("file.encoding", "encoding")
    assert "💥" in issue.text
    issue = await issue_of(WriteFile, {"path": "a.txt", "content": "a", "encoding": "utf-99"}, tmp_path)
    assert (issue.code, issue.field) == ("file.encoding", "encoding")


async def test_a_file_that_is_there(tmp_path: Path) -> None:
    assert await written(tmp_path, "one") == b"one"
    assert await written(tmp_path, "two") == b"two"
    assert await written(tmp_path, "three", exists="number") == b"three"
    assert await written(tmp_path, "four", exists="number") == b"four"
    issue = await issue_of(WriteFile, {"path": "a.txt", "content": "x", "exists": "refuse"}, tmp_path)
    assert (issue.code, issue.field) == ("file.exists", "path")
    assert await written(tmp_path, "new", "b.txt", exists="refuse") == b"new"
    assert await written(tmp_path, "new", "c.txt", exists="number") == b"new"
    names = {path.name: path.read_text() for path in (tmp_path / "run").iterdir()}
    assert names == {"a.txt": "two", "a-2.txt": "three", "a-3.txt": "four", "b.txt": "new", "c.txt": "new"}


async def test_append_text(tmp_path: Path) -> None:
    for text in ("a\n", "b\n"):
        await written(tmp_path, text, exists="append", encoding="utf-8-sig")
    assert await written(tmp_path, "c", exists="append") == b"\xef\xbb\xbfa\nb\nc"


async def test_append_json_lines_and_rows(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run/a.jsonl").write_bytes(b"1")
    assert await written(tmp_path, [2, 3], "a.jsonl", exists="append") == b"1\n2\n3\n"
    assert await written(tmp_path, [{"a": 1, "b": 2}], "a.csv", exists="append") == b"a,b\n1,2\n"
    assert await written(tmp_path, [{"b": 4, "a": 3}, {"a": 5}], "a.csv", exists="append") == b"a,b\n1,2\n3,4\n5,\n"
    issue = await issue_of(WriteFile, {"path": "a.csv", "content": {"c": 1}, "exists": "append"}, tmp_path)
    assert (issue.code, issue.field) == ("file.bad-csv", "content")


async def test_json_cannot_be_added_to(tmp_path: Path) -> None:
    params: dict[str, Json] = {"path": "a.json", "content": 1, "exists": "append"}
    assert [issue.code for issue in WriteFile.check(params)] == ["file.no-append"]
    await run_node(WriteFile, params, FakeContext(tmp_path))
    assert (await issue_of(WriteFile, params, tmp_path)).code == "file.no-append"


@pytest.mark.parametrize("content", ["text", [1], [{"a": 1}, [2]], None, 3])
async def test_what_is_no_table(content: Json, tmp_path: Path) -> None:
    issue = await issue_of(WriteFile, {"path": "a.csv"}, tmp_path, content=content)
    assert (issue.code, issue.field) == ("file.bad-csv", "content")


@pytest.mark.parametrize("path", ["../a.txt", "x/../../a.txt", ".."])
async def test_a_relative_path_stays_in_the_run(path: str, tmp_path: Path) -> None:
    assert (await issue_of(WriteFile, {"path": path, "content": "x"}, tmp_path)).code == "file.outside"
    assert not (tmp_path / "a.txt").exists()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (".", "file.is-folder"), ("taken", "file.is-folder"), ("a.txt/b", "file.exists"), ("x" * 300, "file.bad-name"),
        ("a\0", "file.bad-name"), ("pipe", "file.not-regular"), ("/dev/null", "file.not-regular"),
        ("/proc/nothing/a", "file.missing"),
    ],
)
async def test_places_that_cannot_be_written(path: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "run/taken").mkdir(parents=True)
    (tmp_path / "run/a.txt").touch()
    os.mkfifo(tmp_path / "run/pipe")
    for exists in ("overwrite", "append", "number"):
        issue = await issue_of(WriteFile, {"path": path, "content": "x", "exists": exists}, tmp_path)
        assert (issue.code, issue.field) in ((code, "path"), ("file.no-folder", "path"))


async def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await written(tmp_path, "before")

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for exists in ("overwrite", "append", "number", "refuse"):
        issue = await issue_of(WriteFile, {"path": "a.txt", "content": "more", "exists": exists}, tmp_path)
        assert issue.code == "file.no-space"
        assert [(path.name, path.read_text()) for path in (tmp_path / "run").iterdir()] == [("a.txt", "before")]


async def test_a_step_that_is_cancelled_while_it_writes_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slow(_file: int) -> None:
        loop.call_soon_threadsafe(reached.set)
        go_on.wait(10)

    monkeypatch.setattr(os, "fsync", slow)
    step = asyncio.create_task(run_node(WriteFile, {"path": "a.txt", "content": "x"}, FakeContext(tmp_path)))
    await reached.wait()
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    go_on.set()
    await loop.shutdown_default_executor()
    assert list((tmp_path / "run").iterdir()) == []


async def test_links_and_permissions_stay(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "real.txt").chmod(0o640)
    (tmp_path / "link.txt").symlink_to("real.txt")
    await run_node(WriteFile, {"path": str(tmp_path / "link.txt"), "content": "new"}, FakeContext(tmp_path))
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"
    assert stat.S_IMODE((tmp_path / "real.txt").stat().st_mode) == 0o640
    plain = tmp_path / "plain.txt"
    plain.touch()
    out: Any = (await run_node(WriteFile, {"path": "b.txt", "content": "new"}, FakeContext(tmp_path)))["out"]
    assert stat.S_IMODE(Path(out["path"]).stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("a.md", RUN_FOLDER), ("sub/{{ run.id }}.md", RUN_FOLDER), ("report-{{ x }}.md", RUN_FOLDER), ("{{ x }}.md", ANYWHERE),
        ("/data/a.md", "/data"), ("/data/{{ x }}", ANYWHERE), ("~{{ x }}", ANYWHERE), ("C{{ x }}", ANYWHERE), (3, ANYWHERE),
    ],
)
def test_what_it_writes_is_told(path: Json, target: str) -> None:
    assert list(WriteFile.capabilities({"path": path})) == [Capability("write", target)]


async def test_no_link_leads_out_of_the_run(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "run" / "folder").symlink_to(tmp_path / "outside")
    assert (await issue_of(WriteFile, {"path": "folder/a.txt", "content": "x"}, tmp_path)).code == "file.outside"
    assert not (tmp_path / "outside" / "a.txt").exists()
