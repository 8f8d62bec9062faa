"""Read file against real files: what is in them, and all that can be wrong with them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.api.trust import ANYWHERE, WORKFLOW_FOLDER, Capability
from engine.model.values import Json
from engine.nodes.files.read import ReadFile
from tests.conformance.context import FakeContext, run_node
from tests.unit.nodes.failing import issue_of


async def read(folder: Path, data: bytes, name: str = "file.txt", **params: Any) -> Json:
    (folder / name).write_bytes(data)
    return (await run_node(ReadFile, {"path": name, **params}, FakeContext(folder)))["out"]


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"", "utf-8", ""),
        (b"a\r\nb\rc\n ", "utf-8", "a\r\nb\rc\n "),
        (b"\xef\xbb\xbfa", "utf-8", "a"),
        ("가나".encode("cp949"), "cp949", "가나"),
        ("x 💥".encode("utf-16"), "utf-16", "x 💥"),
    ],
)
async def test_text_comes_as_it_is(data: bytes, encoding: str, text: str, tmp_path: Path) -> None:
    assert await read(tmp_path, data, encoding=encoding) == text


async def test_lines_split_at_line_ends_only(tmp_path: Path) -> None:
    data = "one\r\ntwo\rthree\n\nx\u2028y\x0bz".encode()
    assert await read(tmp_path, data, format="lines") == ["one", "two", "three", "", "x\u2028y\x0bz"]
    assert await read(tmp_path, b"", format="lines") == []


async def test_json_and_json_lines(tmp_path: Path) -> None:
    assert await read(tmp_path, b'{"a": [1, null, "\xea\xb0\x80"]}', "a.JSON") == {"a": [1, None, "가"]}
    assert await read(tmp_path, b'{"a": 1}\r\n\n[2]\n', "a.jsonl") == [{"a": 1}, [2]]
    assert await read(tmp_path, b"3", format="json") == 3


async def test_rows(tmp_path: Path) -> None:
    data = 'id,이름,note\r\n1,민지,"a, ""b""\nc"\r\n\r\n2,Bo\r\n'.encode()
    assert await read(tmp_path, data, "a.csv") == [
        {"id": "1", "이름": "민지", "note": 'a, "b"\nc'}, {"id": "2", "이름": "Bo", "note": ""},
    ]
    assert await read(tmp_path, b"a\tb\n1\t2\n", "a.tsv") == [{"a": "1", "b": "2"}]
    assert await read(tmp_path, b"a;b\n1;2\n", "a.csv", delimiter=";") == [{"a": "1", "b": "2"}]
    assert await read(tmp_path, b",x,\n1,2,3\n", "a.csv") == [{"column 1": "1", "x": "2", "column 3": "3"}]
    assert await read(tmp_path, b"", "a.csv") == []
    assert await read(tmp_path, b"a,b\n", "a.csv") == []
    assert await read(tmp_path, b"a\n" + b"x" * 1_000_000, "a.csv") == [{"a": "x" * 1_000_000}]


@pytest.mark.parametrize(
    ("name", "data", "code", "line"),
    [
        ("a.csv", b"a,b\n1,2\n1,2,3\n", "file.bad-csv", 3),
        ("a.csv", b"a,a\n1,2\n", "file.bad-csv", 1),
        ("a.csv", b'a,b\n"1"x,2\n', "file.bad-csv", 2),
        ("a.csv", b'a,b\n1,"2\n', "file.bad-csv", 2),
        ("a.csv", b"a,b\n1,\xff\n", "file.encoding", 2),
        ("a.json", b"{\n'a': 1}", "file.bad-json", 2),
        ("a.json", b"", "file.bad-json", 1),
        ("a.json", b"[NaN]", "file.bad-json", None),
        ("a.json", b"[" * 100_000, "file.bad-json", None),
        ("a.jsonl", b'{"a": 1}\n{"a": \n', "file.bad-json", 2),
        ("a.txt", b"one\ntwo\n\xb0\xa1\n", "file.encoding", 3),
        ("a.txt", "text".encode("utf-16"), "file.encoding", 1),
    ],
)
async def test_what_cannot_be_read_names_the_line(name: str, data: bytes, code: str, line: int | None, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    issue = await issue_of(ReadFile, {"path": name}, tmp_path)
    assert (issue.code, issue.line) == (code, line)
    assert issue.file == str(tmp_path / name)
    assert str(tmp_path / name) in issue.text
    assert (line is None) or f"Line {line}" in issue.text or "first row" in issue.text


async def test_the_encoding_is_guessed_in_the_remedy(tmp_path: Path) -> None:
    for text, name in (("가격", "cp949"), ("price", "utf-16")):
        (tmp_path / "a.txt").write_bytes(text.encode(name))
        issue = await issue_of(ReadFile, {"path": "a.txt"}, tmp_path)
        assert name in issue.remedy


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("nowhere.txt", "file.missing"),
        ("no/folder/a.txt", "file.no-folder"),
        (".", "file.is-folder"),
        ("a.txt/b", "file.no-folder"),
        ("a\0b", "file.bad-name"),
        ("x" * 300, "file.bad-name"),
        ("pipe", "file.not-regular"),
        ("/dev/zero", "file.not-regular"),
        ("~nobody_at_all/x", "file.no-folder"),
    ],
)
async def test_paths_that_lead_to_no_file(path: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    os.mkfifo(tmp_path / "pipe")
    issue = await issue_of(ReadFile, {"path": path}, tmp_path)
    assert (issue.code, issue.field) == (code, "path")


async def test_a_missing_file_is_named_by_its_absolute_path(tmp_path: Path) -> None:
    issue = await issue_of(ReadFile, {"path": "sub/../a.csv"}, tmp_path)
    assert issue.text == f"There is no file {tmp_path / 'a.csv'}."


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may read everything, so as root this is somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch(0o000)
    with ordinary_user():
        assert (await issue_of(ReadFile, {"path": "a.txt"}, tmp_path)).code == "file.permission"


async def test_a_large_file_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(10_000_000_000)
    issue = await issue_of(ReadFile, {"path": "a.txt"}, tmp_path)
    assert issue.code == "file.too-large"
    assert await read(tmp_path, b"x" * 1000, max_mb=0.001) == "x" * 1000


async def test_home_and_absolute_paths(tmp_path: Path, home: Path) -> None:
    (home / "a.txt").write_text("home")
    elsewhere = FakeContext(tmp_path / "elsewhere")
    assert await run_node(ReadFile, {"path": "~/a.txt"}, elsewhere) == {"out": "home"}
    assert await run_node(ReadFile, {"path": str(home / "a.txt")}, elsewhere) == {"out": "home"}


async def test_the_path_may_come_from_a_template_or_an_edge(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    ctx = FakeContext(tmp_path, workflow_inputs={"file": "a.txt"})
    assert await run_node(ReadFile, {"path": "{{ inputs.file }}"}, ctx) == {"out": "text"}
    assert await run_node(ReadFile, {}, ctx, {"path": "a.txt"}) == {"out": "text"}
    with pytest.raises(ValidationError):
        await run_node(ReadFile, {"path": ""}, ctx)


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({"path": "a.csv"}, "list"), ({"path": "a.txt"}, "text"), ({"path": "a.json"}, "any"), ({"path": "{{ x }}.csv"}, "any"),
        ({"path": "a.txt", "format": "lines"}, "list"), ({"format": "text"}, "text"), ({}, "any"),
    ],
)
def test_the_format_tells_what_comes_out(params: dict[str, Json], kind: str) -> None:
    assert [port.type for port in ReadFile.ports(params).outputs] == [kind]


def test_unknown_encodings_are_found_before_a_run() -> None:
    assert [issue.field for issue in ReadFile.check({"path": "a", "encoding": "utf-99"})] == ["encoding"]
    assert list(ReadFile.check({"path": "a", "encoding": "{{ vars.encoding }}"})) == []


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("a.csv", WORKFLOW_FOLDER), ("./sub/a.csv", WORKFLOW_FOLDER), ("sub/../a.csv", WORKFLOW_FOLDER), ("/data/a.csv", "/data"),
        ("../a.csv", ".."), ("sub/../../b/a.csv", "../b"), ("{{ inputs.x }}", ANYWHERE), ("data/{{ inputs.x }}", ANYWHERE),
        (None, ANYWHERE),
    ],
)
def test_what_it_reads_is_told(path: Json, target: str) -> None:
    assert list(ReadFile.capabilities({"path": path})) == [Capability("read", target)]


def test_the_home_folder_is_told_by_its_real_name(home: Path) -> None:
    assert list(ReadFile.capabilities({"path": "~/x/../../etc/passwd"})) == [Capability("read", str(home.parent / "etc"))]


async def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    flow, outside = tmp_path / "flow", tmp_path / "outside"
    for folder in (flow, outside):
        folder.mkdir()
        (folder / "a.txt").write_text("text")
    (flow / "folder").symlink_to(outside)
    (flow / "file.txt").symlink_to(outside / "a.txt")
    (flow / "inner.txt").symlink_to("a.txt")
    (tmp_path / "same").symlink_to(flow)
    for path in ("folder/a.txt", "file.txt", "./folder/../file.txt"):
        assert (await issue_of(ReadFile, {"path": path}, flow)).code == "file.outside"
    for path, start in (("inner.txt", flow), ("a.txt", tmp_path / "same"), (str(flow / "file.txt"), flow)):
        assert (await run_node(ReadFile, {"path": path}, FakeContext(start)))["out"] == "text"
