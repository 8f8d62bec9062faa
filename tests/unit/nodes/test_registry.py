"""The registry: types of the program, of the user's folder and of installed packages, and what is wrong with them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from engine import registry as registry_module
from engine.api.node import Node
from engine.model.issues import WeftError
from engine.registry import NodeRegistry, open_registry
from tests.conformance.context import FakeContext, run_node

CLASS_FORM = '''
"""Shouting."""

from engine.api.context import RunContext
from engine.api.node import Node
from engine.api.params import Field, Text


class Shout(Node):
    """Shouts."""

    type_id = "own.shout"
    title = "Shout"

    sign: Text = Field("!", description="Added at the end.")

    async def run(self, ctx: RunContext, text: str) -> str:
        return text.upper() + self.sign
'''

FUNCTION_FORM = '''
from __future__ import annotations

from pydantic import BaseModel

from engine.api.decorator import node


class Given(BaseModel):
    text: str


class Got(BaseModel):
    words: int


@node(type_id="own.count", title="Count words")
async def count(data: Given) -> Got:
    """Counts words."""
    return Got(words=len(data.text.split()))
'''


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    """A folder for own nodes; what is imported from it is forgotten afterwards."""
    before = set(sys.modules)
    folder = tmp_path / "nodes"
    folder.mkdir()
    yield folder
    for name in set(sys.modules) - before:
        if name.startswith("weft_own_nodes."):
            del sys.modules[name]


def found(registry: NodeRegistry, name: str) -> type[Node]:
    node_type = registry.get(name)
    assert node_type is not None
    return node_type


async def test_own_nodes_of_both_forms(own: Path, tmp_path: Path) -> None:
    (own / "shout.py").write_text(CLASS_FORM)
    (own / "count.py").write_text(FUNCTION_FORM)
    (own / "_helper.py").write_text("raise SystemError")
    (own / "notes.txt").write_text("no code")
    registry = open_registry(own)
    assert registry.issues == []
    assert await run_node(found(registry, "own.shout"), {"sign": "?"}, FakeContext(tmp_path), {"text": "hey"}) == {"out": "HEY?"}
    assert await run_node(found(registry, "own.count"), {}, FakeContext(tmp_path), {"text": "a b"}) == {"words": 2}
    assert {"own", "logic", "model"} <= set(registry.by_category())


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("x = 1\ndef f(:\n", "SyntaxError", 2),
        ("\n\nimport no_such_module\n", "ModuleNotFoundError", 3),
        ("def f():\n    raise ValueError('no')\nf()\n", "ValueError: no", 2),
        ("import sys\nsys.exit(1)\n", "SystemExit", 2),
        (CLASS_FORM.replace("text: str)", "text)"), "has no annotation", 9),
        (CLASS_FORM.replace("text: str)", "text: Strange)"), "Strange", 17),
        (FUNCTION_FORM.replace("async def count(data: Given)", "def count(data: Given)"), "async def", None),
        (CLASS_FORM.replace("own.shout", "ai.llm"), "'ai.llm'", None),
        (CLASS_FORM.replace("sign:", "title:"), "'title'", 9),
        (CLASS_FORM.replace("sign:", "summary:"), "'summary'", 9),
        (CLASS_FORM.replace("text: str)", "sign: str)"), "'sign' is a parameter and an argument of run", 9),
        (FUNCTION_FORM.replace("text: str", "run: str"), "'run'", None),
    ],
)
@pytest.mark.filterwarnings("ignore:Field name")
async def test_a_broken_own_node_is_reported_and_the_rest_load(own: Path, text: str, said: str, line: int | None) -> None:
    (own / "broken.py").write_text(text)
    (own / "whole.py").write_text(FUNCTION_FORM)
    registry = open_registry(own)
    assert registry.get("own.count")
    assert registry.get("ai.llm")
    (issue,) = registry.issues
    assert (issue.code, issue.file, issue.severity) == ("type.broken", str(own / "broken.py"), "warning")
    assert said in issue.text
    assert line is None or issue.line == line


@pytest.mark.parametrize("kind", ["device", "pipe", "long", "folder", "nowhere"])
def test_only_files_of_a_sensible_length_are_read(own: Path, kind: str) -> None:
    path = own / "odd.py"
    if kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "nowhere":
        path.symlink_to(own / "gone")
    else:
        path.write_bytes(b"#" * ((1 << 20) + 1))
    (own / "whole.py").write_text(FUNCTION_FORM)
    registry = open_registry(own)
    assert registry.get("own.count")
    (issue,) = registry.issues
    assert (issue.code, issue.file) == ("type.broken", str(path))


def test_a_type_id_is_used_once(own: Path) -> None:
    for name in ("a", "b"):
        (own / f"{name}.py").write_text(CLASS_FORM)
    registry = open_registry(own)
    (issue,) = registry.issues
    assert issue.file == str(own / "b.py")
    assert "'own.shout'" in issue.text
    assert found(registry, "own.shout").__module__ == "weft_own_nodes.a"


def test_an_alias_counts_as_an_id() -> None:
    class Ours(Node):
        type_id = "test.ours"
        aliases = ("OLD",)

    class Theirs(Node):
        type_id = "OLD"

    registry = NodeRegistry()
    registry.add(Ours)
    assert registry.get("OLD") is Ours
    with pytest.raises(WeftError) as caught:
        registry.add(Theirs)
    assert caught.value.issue.code == "type.duplicate"
    assert registry.get("test.ours") is Ours


def test_a_folder_that_is_not_there_holds_no_nodes(tmp_path: Path) -> None:
    assert open_registry(tmp_path / "nowhere").issues == []


def test_installed_packages(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "weft_test_pack.py"
    package.write_text(CLASS_FORM)
    monkeypatch.syspath_prepend(tmp_path)
    entries = [
        EntryPoint("good", "weft_test_pack", registry_module.ENTRY_POINTS),
        EntryPoint("bad", "weft_no_such_pack", registry_module.ENTRY_POINTS),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: entries)
    registry = open_registry(own)
    assert registry.get("own.shout")
    (issue,) = registry.issues
    assert (issue.code, issue.file) == ("type.broken", "weft_no_such_pack")
    sys.modules.pop("weft_test_pack", None)


def test_nearest_names_real_types() -> None:
    registry = open_registry()
    assert registry.nearest("ai.lm")[0] == "ai.llm"
    assert registry.nearest("API_CAL")[0] == "http.request"
    assert registry.nearest("zzz") == []


def test_loading_again_is_loading_anew(own: Path) -> None:
    (own / "shout.py").write_text(CLASS_FORM)
    open_registry(own)
    (own / "shout.py").write_text(CLASS_FORM.replace('"Shout"', '"Yell"'))
    assert found(open_registry(own), "own.shout").title == "Yell"
