"""Laws of the document: edits can be undone exactly, and files come back exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.model.emit import emit
from engine.model.escaped import unwrapped
from engine.model.graph import Change, Graph
from engine.model.issues import WeftError
from engine.model.parse import parse
from engine.model.serialize import dump, from_json, load, to_json
from engine.model.values import Json
from tests.property.strategies import changes, graphs, json_values, keys, mappings, texts

pytestmark = pytest.mark.timeout(400)  # a failing example takes up to 300 s to become small

CHECKED = settings(
    max_examples=120, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def plain_yaml(text: str) -> Any:
    """Read YAML as any program does, and unfold escaped texts."""
    return unfolded(yaml.load(text, Loader=yaml.CSafeLoader))


def unfolded(value: Json) -> Json:
    if isinstance(value, list):
        return [unfolded(item) for item in value]
    return unwrapped({key: unfolded(item) for key, item in value.items()}) if isinstance(value, dict) else value


def same(one: Json, other: Json) -> bool:
    """Tell whether two values are equal, with types and the order of keys."""
    return repr(one) == repr(other)


@CHECKED
@given(graphs(), st.data())
def test_any_changes_undone_and_redone_give_the_same_document(graph: Graph, data: st.DataObject) -> None:
    states, inverses = [(graph.copy(), dump(graph))], []
    for _ in range(data.draw(st.integers(1, 6))):
        change = data.draw(changes(graph))
        try:
            inverses.append(graph.apply(change))
        except WeftError:
            assert (graph, dump(graph)) == states[-1]
        else:
            states.append((graph.copy(), dump(graph)))
    redo: list[Change] = []
    for inverse, state in zip(reversed(inverses), reversed(states[:-1]), strict=True):
        redo.append(graph.apply(inverse))
        assert (graph, dump(graph)) == state
    for change, state in zip(reversed(redo), states[1:], strict=True):
        graph.apply(change)
        assert (graph, dump(graph)) == state


@CHECKED
@given(graphs())
def test_a_saved_document_comes_back_exactly(graph: Graph) -> None:
    text, data = dump(graph), to_json(graph)
    loaded = load(text)
    assert loaded.issues == ()
    assert dump(loaded.graph) == text
    assert same(to_json(loaded.graph), data)
    assert same(plain_yaml(text), data)
    again = from_json(data)
    assert again.issues == ()
    assert again.graph == replace(graph, comments={}) == replace(loaded.graph, comments={})


@CHECKED
@given(st.dictionaries(keys(), st.one_of(json_values(20), mappings(), texts()), max_size=4))
def test_emitted_data_is_read_exactly(data: dict[str, Json]) -> None:
    text = emit(data)
    assert same(parse(text).data, data)
    assert same(plain_yaml(text), data)
    assert emit(data) == text


@CHECKED
@given(graphs(), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 8), st.booleans()), min_size=1, max_size=5))
def test_no_comment_is_lost_wherever_it_stands(graph: Graph, places: list[tuple[int, int, bool]]) -> None:
    lines = dump(graph).split("\n")
    for number, (at, indentation, behind) in enumerate(places):
        at %= len(lines)  # noqa: PLW2901
        if behind and lines[at]:
            lines[at] += f" # remark {number}"
        else:
            lines.insert(at, f"{' ' * indentation}# remark {number}")
    try:
        saved = dump(load("\n".join(lines)).graph)
    except WeftError:
        return  # it has cut a block of text in two
    assert all(f"# remark {number}" in saved for number in range(len(places)))
    assert dump(load(saved).graph) == saved
