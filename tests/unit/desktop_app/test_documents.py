"""Files and values from the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop_app.documents import document_id, typed_inputs
from engine.model.graph import Graph, InputSpec
from engine.model.issues import WeftError
from engine.model.values import Json

KINDS = ("text", "number", "boolean", "list", "object", "file", "any")
SPECS = {kind: InputSpec(kind, kind) for kind in KINDS}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "5", "5"),
        ("text", "", ""),
        ("text", "@@home", "@home"),
        ("number", "5", 5),
        ("number", "-1e3", -1000.0),
        ("boolean", "Yes", True),
        ("boolean", "0", False),
        ("list", "[1, null]", [1, None]),
        ("object", '{"a": {"b": "감사"}}', {"a": {"b": "감사"}}),
        ("any", "5", 5),
        ("any", "null", None),
        ("any", "hello", "hello"),
        ("any", "NaN", "NaN"),
        ("undeclared", "5", "5"),
    ],
)
def test_values_are_typed_by_the_declared_input(kind: str, text: str, value: Json, tmp_path: Path) -> None:
    given = typed_inputs({kind: text}, SPECS, tmp_path)[kind]
    assert given == value
    assert type(given) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "five"), ("number", "NaN"), ("number", "true"), ("number", '"5"'), ("boolean", "maybe"), ("list", "{}"),
        ("list", "a,b"), ("object", "[]"), ("object", "{"),
    ],
)  # fmt: skip
def test_wrong_values_name_the_input(kind: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(WeftError) as caught:
        typed_inputs({kind: text}, SPECS, tmp_path)
    issue = caught.value.issue
    assert (issue.code, issue.field) == ("input.wrong-type", kind)
    assert issue.remedy


def test_a_relative_file_starts_in_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    assert typed_inputs({"file": "a.csv"}, SPECS, tmp_path) == {"file": str(tmp_path / "a.csv")}
    with pytest.raises(WeftError) as caught:
        typed_inputs({"file": "b.csv"}, SPECS, tmp_path)
    assert caught.value.issue.code == "input.no-file"
    for name in ("~nobody-of-that-name/a", "long" * 2000):
        with pytest.raises(WeftError, match="There is no file"):
            typed_inputs({"file": name}, SPECS, tmp_path)


def test_a_text_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("\ufeff감사\n", encoding="utf-8")
    (tmp_path / "list.json").write_text("[1]")
    assert typed_inputs({"text": "@prompt.txt", "list": "@list.json"}, SPECS, tmp_path) == {"text": "감사\n", "list": [1]}
    (tmp_path / "binary").write_bytes(b"\xff\xfe\0")
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(5 << 30)
    for name in ("missing.txt", "binary", ".", "pipe", "sparse", "/dev/zero", "~nobody-of-that-name/a", "long" * 2000):
        with pytest.raises(WeftError) as caught:
            typed_inputs({"text": f"@{name}"}, SPECS, tmp_path)
        assert (caught.value.issue.code, caught.value.issue.field) == ("input.no-file", "text")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("list", "[NaN]"), ("list", "[1e999]"), ("object", '{"a": "\\ud800"}'), ("list", "[" * 500 + "]" * 500),
        ("number", "9" * 5000),
        ("text", "\udcff"),
    ],
)  # fmt: skip
def test_what_could_not_be_stored_is_refused(kind: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(WeftError) as caught:
        typed_inputs({kind: text}, SPECS, tmp_path)
    assert (caught.value.issue.code, caught.value.issue.field) == ("input.wrong-type", kind)


def test_all_wrong_values_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(WeftError) as caught:
        typed_inputs({"number": "x", "list": "x", "text": "x"}, SPECS, tmp_path)
    assert [issue.field for issue in caught.value.issues] == ["number", "list"]


def test_a_file_without_an_id_is_known_by_its_place(tmp_path: Path) -> None:
    first, again, other = (document_id(Graph(), tmp_path / name) for name in ("a.weft", "a.weft", "b.weft"))
    assert first == again != other
    assert document_id(Graph(id="x"), tmp_path / "a.weft") == "x"
