"""What references stand for, and which are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.model.files import MAX_BYTES, MAX_FILE_BYTES, Files
from engine.model.graph import Graph
from engine.model.issues import WeftError
from engine.model.refs import resolve_refs
from engine.model.serialize import dump, load
from engine.model.values import Json, JsonObject

SCHEMAS: JsonObject = {
    "Ticket": {"type": "object", "properties": {"place": {"$ref": "#/schemas/Place"}}},
    "Place": {"type": "string"},
    "a/b~c": {"x": [{"y": 1}, "two"]},
    "Local": {"$defs": {"Item": {"type": "number"}}, "items": {"$ref": "#/$defs/Item"}},
    "Tree": {"$defs": {"Node": {"next": {"$ref": "#/$defs/Node"}}}, "$ref": "#/$defs/Node"},
    "Named": {"properties": {"$ref": {"type": "string"}}},
    "Loop": {"a": {"$ref": "#/schemas/Pool"}},
    "Pool": {"b": {"$ref": "#/schemas/Loop"}},
    "Self": {"$ref": "#/schemas/Self"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workflow's folder with files in and around it."""
    flow = tmp_path / "flow"
    (flow / "prompts" / "deep").mkdir(parents=True)
    (flow / "prompts" / "system.md").write_text("Be kind.\r\n한국어\n", encoding="utf-8", newline="")
    (flow / "prompts" / "all.yaml").write_text(
        "triage:\n  system: {$ref: system.md}\n  user: hello\n  again: {$ref: '#/triage/user'}\n"
        "up: {$ref: ../shared.json#/list/1}\nring: {$ref: ring.yaml}\n",
        encoding="utf-8",
    )
    (flow / "prompts" / "ring.yaml").write_text("back: {$ref: all.yaml#/ring}\n", encoding="utf-8")
    (flow / "shared.json").write_text('{"list": [1, {"x": "no"}]}', encoding="utf-8")
    (flow / "schema.json").write_text('{"$defs": {"A": {"type": "null"}}, "items": {"$ref": "#/$defs/A"}}', encoding="utf-8")
    (flow / "broken.yaml").write_text("a: 1\nb: [\n", encoding="utf-8")
    (flow / "latin.txt").write_bytes(b"caf\xe9")
    (flow / "big.txt").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    (tmp_path / "outside.txt").write_text("secret", encoding="utf-8")
    (flow / "link.txt").symlink_to(tmp_path / "outside.txt")
    (flow / "inner.md").symlink_to(flow / "prompts" / "system.md")
    (flow / "circle.txt").symlink_to(flow / "circle.txt")
    return flow


def resolve(value: Json, folder: Path | None = None) -> Json:
    return resolve_refs({"value": value}, Graph(schemas=SCHEMAS), Files(folder) if folder else None, node="ask")["value"]


RESOLVED: dict[str, tuple[Json, Json]] = {
    "schema": ({"$ref": "#/schemas/Place"}, {"type": "string"}),
    "schema in a schema": ({"$ref": "#/schemas/Ticket"}, {"type": "object", "properties": {"place": {"type": "string"}}}),
    "part of a schema": ({"$ref": "#/schemas/a~1b~0c/x/0/y"}, 1),
    "in a list": (["a", {"$ref": "#/schemas/a~1b~0c/x/1"}], ["a", "two"]),
    "keys beside it": ({"$ref": "#/schemas/Place", "title": "P", "type": "x"}, {"type": "x", "title": "P"}),
    "references beside it": (
        {"$ref": "#/schemas/Place", "p": {"$ref": "#/schemas/Place"}},
        {"type": "string", "p": {"type": "string"}},
    ),
    "definitions of a whole schema": ({"$ref": "#/schemas/Local"}, SCHEMAS["Local"]),
    "definitions of a part": (
        {"items": {"$ref": "#/schemas/Local"}},
        {"items": {"$defs": {"Item": {"type": "number"}}, "items": {"type": "number"}}},
    ),
    "definitions of the field": (
        {"$defs": {"A": {}}, "items": {"$ref": "#/$defs/A"}}, {"$defs": {"A": {}}, "items": {"$ref": "#/$defs/A"}},
    ),
    "schema that holds itself": ({"a": [{"$ref": "#"}]}, {"a": [{"$ref": "#"}]}),
    "property of that name": ({"$ref": "#/schemas/Named"}, SCHEMAS["Named"]),
    "text file": ({"$ref": "prompts/system.md"}, "Be kind.\r\n한국어\n"),
    "dots that stay inside": ({"$ref": "./prompts/deep/../system.md"}, "Be kind.\r\n한국어\n"),
    "link that stays inside": ({"$ref": "inner.md"}, "Be kind.\r\n한국어\n"),
    "data file": ({"$ref": "shared.json"}, {"list": [1, {"x": "no"}]}),
    "part of a file": (
        {"$ref": "prompts/all.yaml#/triage"},
        {"system": "Be kind.\r\n한국어\n", "user": "hello", "again": "hello"},
    ),
    "file above a file": ({"$ref": "prompts/all.yaml#/up"}, {"x": "no"}),
    "schema file": ({"$ref": "schema.json"}, {"$defs": {"A": {"type": "null"}}, "items": {"$ref": "#/$defs/A"}}),
    "schema file as a part": ({"x": {"$ref": "schema.json#/items"}}, {"x": {"type": "null"}}),
    "nothing": ({"a": [1, None, {"b": {}}]}, {"a": [1, None, {"b": {}}]}),
}  # fmt: skip


@pytest.mark.parametrize("name", RESOLVED)
def test_resolved(name: str, folder: Path) -> None:
    value, expected = RESOLVED[name]
    before = repr(value)
    assert resolve(value, folder) == expected
    assert repr(value) == before


REFUSED: dict[str, tuple[Json, str, str]] = {
    "number": ({"$ref": 1}, "ref.form", "text"),
    "empty": ({"$ref": ""}, "ref.form", "text"),
    "keys beside a text": ({"$ref": "prompts/system.md", "x": 1}, "ref.form", "no mapping"),
    "unknown schema": ({"$ref": "#/schemas/Tickt"}, "ref.pointer", "Tickt"),
    "unknown key": ({"$ref": "#/schemas/Ticket/propertys"}, "ref.pointer", "propertys"),
    "unknown item": ({"$ref": "#/schemas/a~1b~0c/x/2"}, "ref.pointer", "2"),
    "item of a text": ({"$ref": "#/schemas/Place/type/0"}, "ref.pointer", "0"),
    "bad tilde": ({"$ref": "#/schemas/a~2"}, "ref.pointer", "~"),
    "no slash": ({"$ref": "#schemas"}, "ref.pointer", "#schemas"),
    "elsewhere in the document": ({"$ref": "#/nodes/a"}, "ref.pointer", "#/nodes/a"),
    "unknown definition": ({"$ref": "#/$defs/X"}, "ref.pointer", "$defs"),
    "pair": ({"$ref": "#/schemas/Loop"}, "ref.cycle", "#/schemas/Loop -> #/schemas/Pool -> #/schemas/Loop"),
    "itself": ({"$ref": "#/schemas/Self"}, "ref.cycle", "#/schemas/Self -> #/schemas/Self"),
    "tree as a part": ({"x": {"$ref": "#/schemas/Tree"}}, "ref.cycle", "#/schemas/Tree/$defs/Node"),
    "ring of files": ({"$ref": "prompts/all.yaml#/ring"}, "ref.cycle", "prompts/ring.yaml#"),
    "address": ({"$ref": "https://example.org/a.yaml"}, "ref.place", "https:"),
    "file address": ({"$ref": "file:prompts/system.md"}, "ref.place", "file:"),
    "drive": ({"$ref": "C:\\a.txt"}, "ref.place", "C:"),
    "full path": ({"$ref": "/etc/passwd"}, "ref.place", "/etc"),
    "other machine": ({"$ref": "\\\\host\\a.txt"}, "ref.place", "host"),
    "above": ({"$ref": "../outside.txt"}, "ref.place", "outside"),
    "above and nothing": ({"$ref": "../nothing.txt"}, "ref.place", "outside"),
    "link that leads out": ({"$ref": "link.txt"}, "ref.place", "outside"),
    "circle of links": ({"$ref": "circle.txt"}, "ref.file", "circle.txt"),
    "no file": ({"$ref": "prompts/sytem.md"}, "ref.file", "prompts/sytem.md"),
    "folder": ({"$ref": "prompts"}, "ref.file", "prompts"),
    "NUL": ({"$ref": "a\0b"}, "ref.place", "a"),
    "long name": ({"$ref": "a" * 300}, "ref.file", "aaa"),
    "too large": ({"$ref": "big.txt"}, "ref.size", "big.txt"),
    "pointer into text": ({"$ref": "prompts/system.md#/a"}, "ref.pointer", "`a`"),
    "broken file": ({"$ref": "broken.yaml"}, "document.syntax", ""),
    "file that is no UTF-8": ({"$ref": "latin.txt"}, "document.encoding", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, folder: Path) -> None:
    value, code, told = REFUSED[name]
    with pytest.raises(WeftError) as error:
        resolve_refs({"rows": [1, {"schema": value}]}, Graph(schemas=SCHEMAS), Files(folder), node="ask")
    issue = error.value.issue
    assert (issue.code, issue.node, issue.field) == (code, "ask", "rows[1].schema" + (".x" if "x" in str(value)[:4] else ""))
    assert told in issue.text
    assert issue.remedy


def test_errors_in_files_name_file_and_line(folder: Path) -> None:
    with pytest.raises(WeftError) as error:
        resolve({"$ref": "broken.yaml"}, folder)
    assert (error.value.issue.file, error.value.issue.line) == ("broken.yaml", 3)


def test_nearest_keys_are_named() -> None:
    with pytest.raises(WeftError) as error:
        resolve({"$ref": "#/schemas/Tickt"})
    assert "`Ticket`" in error.value.issue.remedy


def test_all_issues_are_told() -> None:
    with pytest.raises(WeftError) as error:
        resolve([{"$ref": "#/schemas/X"}, {"$ref": 1}])
    assert [(issue.code, issue.field) for issue in error.value.issues] == [("ref.pointer", "value[0]"), ("ref.form", "value[1]")]


def test_a_document_without_folder_has_no_files() -> None:
    with pytest.raises(WeftError, match="no folder yet"):
        resolve({"$ref": "prompts/system.md"})


def test_a_changed_file_is_read_again(folder: Path) -> None:
    file = folder / "a.txt"
    file.write_text("one", encoding="utf-8")
    assert resolve({"$ref": "a.txt"}, folder) == "one"
    file.write_text("two", encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert resolve({"$ref": "a.txt"}, folder) == "two"


def test_references_that_unfold_without_end_are_refused() -> None:
    schemas: JsonObject = {f"s{level}": [{"$ref": f"#/schemas/s{level + 1}"}] * 10 for level in range(12)}
    schemas["s12"] = "x"
    with pytest.raises(WeftError) as error:
        resolve_refs({"a": {"$ref": "#/schemas/s0"}}, Graph(schemas=schemas), None)
    assert error.value.issue.code == "ref.size"
    chain: JsonObject = {f"s{level}": {"$ref": f"#/schemas/s{level + 1}"} for level in range(5000)}
    with pytest.raises(WeftError) as error:
        resolve_refs({"a": {"$ref": "#/schemas/s0"}}, Graph(schemas=chain), None)
    assert error.value.issue.code == "ref.size"


def test_the_document_keeps_its_references(folder: Path) -> None:
    text = "schema_version: 1\nname: N1\nnodes:\n  a:\n    type: t\n    version: 1\n    params:\n      p:\n        $ref: a.md\n"
    text += "edges: []\n"
    (folder / "a.md").write_text("Hello", encoding="utf-8")
    graph = load(text).checked()
    assert resolve_refs(graph.nodes["a"].params, graph, Files(folder)) == {"p": "Hello"}
    assert dump(graph) == text


def test_what_was_read_once_stays_and_can_be_kept(folder: Path) -> None:
    files = Files(folder)
    value: JsonObject = {"a": {"$ref": "prompts/all.yaml#/triage"}, "b": {"$ref": "prompts/deep/../system.md"}}
    first = resolve_refs(value, Graph(), files)
    (folder / "prompts" / "system.md").unlink()
    assert resolve_refs(value, Graph(), files) == first
    assert set(files.texts) == {"prompts/all.yaml", "prompts/system.md"}
    assert resolve_refs(value, Graph(), Files(texts=files.texts)) == first
    with pytest.raises(WeftError) as error:
        resolve_refs({"c": {"$ref": "shared.json"}}, Graph(), Files(texts=files.texts))
    assert error.value.issue.code == "ref.file"


def test_all_files_together_have_a_limit(folder: Path) -> None:
    names = [f"{number}.txt" for number in range(MAX_BYTES // MAX_FILE_BYTES + 1)]
    for name in names:
        (folder / name).write_bytes(b"x" * MAX_FILE_BYTES)
    with pytest.raises(WeftError) as error:
        resolve_refs({name: {"$ref": name} for name in names}, Graph(), Files(folder))
    assert [(issue.code, issue.field) for issue in error.value.issues] == [("ref.size", names[-1])]
