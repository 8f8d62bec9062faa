"""The examples: each is tidy on the canvas, and the small ones give what their descriptions say."""

from __future__ import annotations

import csv
import io
import itertools
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.model.serialize import dump, load
from tests.helpers.fake_model_server import FakeModelServer, Reply
from tests.helpers.indexes import EXAMPLES
from tests.helpers.weft_command import REST, Weft

FILES = sorted(EXAMPLES.glob("*/*.weft"))
NODE_WIDTH, NODE_HEIGHT, GRID = 212, 96, 8


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_canvas_is_tidy(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    graph = load(text).graph
    assert dump(graph) == text
    assert all(node.title for node in graph.nodes.values())
    assert set(graph.positions) == set(graph.nodes)
    assert all(at % GRID == 0 for position in graph.positions.values() for at in position)
    for (ax, ay), (bx, by) in itertools.combinations(graph.positions.values(), 2):
        assert abs(ax - bx) >= NODE_WIDTH + GRID or abs(ay - by) >= NODE_HEIGHT + GRID
    for edge in graph.edges:
        assert graph.positions[edge.source.node][0] < graph.positions[edge.target.node][0], f"{edge} runs from left to right"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_frames_hold_nodes_and_notes_do_not(file: Path) -> None:
    graph = load(file.read_text(encoding="utf-8")).graph
    held = []
    for frame in graph.frames.values():
        x, y, width, height = frame.rect
        inside = [
            name for name, (left, top) in graph.positions.items()
            if x < left and left + NODE_WIDTH < x + width and y < top and top + NODE_HEIGHT < y + height
        ]  # fmt: skip
        touched = [
            name for name, (left, top) in graph.positions.items()
            if x < left + NODE_WIDTH and left < x + width and y < top + NODE_HEIGHT and top < y + height
        ]  # fmt: skip
        assert touched == inside, f"{frame.id} cuts through a node"
        assert bool(inside) is not bool(frame.text), frame.id
        held += inside
    assert len(held) == len(set(held))
    assert any(frame.text for frame in graph.frames.values()), "a note tells where to begin"


def run(weft: Weft, name: str, folder: Path, approve: str = "yes") -> dict[str, Any]:
    """Run a copy of an example that asks the provider `mine`, and return what the run gave."""
    copy = shutil.copytree(EXAMPLES / name, folder / name)
    file = copy / f"{name}.weft"
    file.write_text(file.read_text(encoding="utf-8").replace("provider: local", "provider: mine"), encoding="utf-8")
    done = weft("run", str(file), "--trust", "--approve", approve, "--json")
    assert done.code == 0, done
    rest: dict[str, Any] = done.json(REST)
    return rest


def written(place: Path, name: str) -> list[Path]:
    """Return the files of this name that runs wrote below a place."""
    return list(place.rglob(f"runs/*/{name}"))


def test_facts_become_a_line(weft: Weft, tmp_path: Path) -> None:
    facts = {
        "sender": "Ines Halloran", "company": "Halloran Lighting", "about": "two lamps", "amount": 248.5, "currency": "EUR",
        "due": "4 December",
    }  # fmt: skip
    with FakeModelServer(default=lambda body: Reply(json.dumps(facts))) as server:
        weft("providers", "set", "mine", "--base-url", server.url, "--model", "m")
        outputs = run(weft, "first_facts", tmp_path)["outputs"]
        (asked,) = server.calls
    assert outputs == {"facts": facts, "line": "Halloran Lighting: 248.5 EUR, due 4 December"}
    assert "invoice 2026-1184" in asked["messages"][-1]["content"]


@pytest.mark.parametrize("approve", ["yes", "no"])
def test_only_what_is_approved_is_sent(weft: Weft, tmp_path: Path, approve: str) -> None:
    reply = {"subject": "Order 48-1193", "text": "Dear Dana Whitfield, we look at it today."}
    with FakeModelServer(default=lambda body: Reply(json.dumps(reply))) as server:
        weft("providers", "set", "mine", "--base-url", server.url, "--model", "m")
        rest = run(weft, "ask_before_sending", tmp_path, approve)
    assert rest["outputs"]["decision"]["approved"] is (approve == "yes")
    if approve == "no":
        assert "sent" not in rest["outputs"]
        assert not written(weft.here, "reply.md")
    else:
        assert rest["outputs"]["sent"] == {**reply, "text": reply["text"] + "\n\nKind regards\nYour Nuribit team"}
        (file,) = written(weft.here, "reply.md")
        assert file.read_text(encoding="utf-8").startswith("# Order 48-1193\n\nDear Dana Whitfield")


def test_a_list_becomes_clean(weft: Weft, tmp_path: Path) -> None:
    rest = run(weft, "clean_a_list", tmp_path, "no")
    assert rest["outputs"]["figures"] == {"read": 10, "written": 5, "doubtful": 3}
    (table,) = written(weft.here, "contacts_clean.csv")
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert [row["mail"] for row in rows] == [
        "dana@example.com", "priya@example.com", "harin.mun@example.kr", "seoyun.park@example.kr", "irang@example.kr",
    ]  # fmt: skip
    assert rows[1] == {"name": "Priya Lonsdale", "mail": "priya@example.com", "phone": "+441614960042", "since": "2026-02-14"}
