"""What is copied is the document's own text, and what is pasted gets ids and references of its own."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings

from engine.model.graph import Edge, Graph, Node
from engine.model.issues import WeftError
from engine.model.serialize import dump, load
from graph_editor.fragments import LONGEST, as_text, corner, duplicate, fragment, paste, read
from tests.property.strategies import graphs
from tests.unit.graph_editor.graphs import line


def copied(graph: Graph, *nodes: str) -> str:
    return as_text(fragment(graph, nodes, (), graph.positions))


def test_the_text_is_a_document() -> None:
    graph = line()
    part = load(copied(graph, "b", "c")).checked()
    assert list(part.nodes) == ["b", "c"]
    assert part.edges == [Edge.of("b.out", "c.in")]
    assert part.positions == {"b": (250, 0), "c": (500, 0)}


def test_pasting_gives_new_ids_and_references_inside_follow() -> None:
    graph = line()
    part = read(copied(graph, "b", "c"))
    assert part is not None
    edit = paste(graph, part, (32, 32))
    inverse = graph.apply(edit.change)
    assert edit.nodes == ("b_2", "c_2")
    assert graph.nodes["c_2"].params["prompt"] == "{{ nodes.b_2.output }}"
    assert graph.nodes["b_2"].params["prompt"] == "{{ nodes.a.output }}", "what is outside stays"
    assert graph.edges[-1] == Edge.of("b_2.out", "c_2.in")
    assert graph.positions["b_2"] == (282.0, 32.0)
    graph.apply(inverse)
    assert dump(graph) == dump(line())


def test_large_parts_are_pasted_without_delay() -> None:
    ids = [f"n{number}" for number in range(500)]
    params = [{"prompt": f"{{{{ nodes.n{max(number - 1, 0)}.output }}}}"} for number in range(500)]
    graph = Graph(nodes={id_: Node(id_, "step", params=given) for id_, given in zip(ids, params, strict=True)})
    begin = time.process_time()
    edit = paste(graph, graph, (32, 32))
    assert time.process_time() - begin < 1, "once it took seconds, as each node was renamed for each other one"
    graph.apply(edit.change)
    assert graph.nodes["n499_2"].params["prompt"] == "{{ nodes.n498_2.output }}"


def test_a_node_is_asked_for_the_names_in_it_and_not_for_each_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()

    def note(node: Node, old: str, _new: str) -> Node:
        asked.append(old)
        return node

    monkeypatch.setattr("graph_editor.fragments.rename_in_node", note)
    nodes = [Node(f"n{at}", "step", params={"p": [f"{{{{ nodes.\nn{at + 1} }}}}"], "q": f"n{at} alone"}) for at in range(40)]
    graph = Graph(nodes={node.id: node for node in nodes})
    paste(graph, graph, (0, 0))
    assert asked == [f"n{at + 1}" for at in range(39)]


def test_odd_ids_are_followed_as_well() -> None:
    part = Graph(nodes={"an id": Node("an id", "step"), "b": Node("b", "step", params={"p": "{{ nodes['an id'].output }}"})})
    graph = Graph()
    graph.apply(paste(graph, part, (0, 0)).change)
    assert graph.nodes["b"].params == {"p": "{{ nodes['an_id'].output }}"}


def test_a_text_that_would_take_seconds_is_refused_with_words() -> None:
    text = "nodes:\n" + "".join(f"  n{number}: {{type: a.b}}\n" for number in range(LONGEST // 18))
    with pytest.raises(WeftError, match="too many to be pasted at once"):
        read(text)
    assert read("word " * (LONGEST // 4)) is None


def test_ids_that_are_free_stay() -> None:
    part = read(copied(line(), "b", "c"))
    assert part is not None
    empty = Graph()
    empty.apply(paste(empty, part, (0, 0)).change)
    assert list(empty.nodes) == ["b", "c"]


def test_numbered_ids_count_on() -> None:
    graph = line()
    for _ in range(3):
        part = fragment(graph, [list(graph.nodes)[-1]], (), graph.positions)
        edit = duplicate(graph, part, (0, 0))
        assert edit is not None
        graph.apply(edit.change)
    assert list(graph.nodes)[-3:] == ["d_2", "d_3", "d_4"]
    assert duplicate(graph, Graph(), (0, 0)) is None


def test_new_ids_do_not_meet_old_ones_of_what_is_pasted() -> None:
    graph = Graph(nodes={"a": Node("a", "step")})
    part = Graph(nodes={"a": Node("a", "step"), "a_2": Node("a_2", "step", params={"p": "{{ nodes.a.output }}"})})
    graph.apply(paste(graph, part, (0, 0)).change)
    assert graph.nodes["a_2"].params == {"p": "{{ nodes.a_3.output }}"}


@pytest.mark.parametrize("text", ["", "hello", "nodes: many", "- a\n- b", "{}", "nodes: {a: 3}", "# nodes:\n", "{a", "a: [1"])
def test_other_text_is_no_fragment(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "nodes:\n  a:\n    type: llm",
        '{"nodes": {"a": {"type": "llm"}}}',
        "Some words cannot stand before it:\n```yaml\nnodes:\n  a: {type: llm}\n```".partition("\n")[2],
        "schema_version: 1\nname: All of it\nnodes: {a: {type: llm}}\nedges: []",
        "layout: {frames: {n: {text: Hello, rect: [0, 0, 1, 1]}}}",
    ],
)
def test_any_text_of_a_document_can_be_pasted(text: str) -> None:
    part = read(text)
    assert part is not None
    assert part.nodes or part.frames


def test_text_of_a_newer_program_says_so() -> None:
    with pytest.raises(WeftError, match="999"):
        read("schema_version: 999\nnodes: {a: {type: llm}}")


def test_bad_ids_are_made_good() -> None:
    part = read("nodes: {'not an id': {type: llm}}")
    graph = Graph()
    assert part is not None
    graph.apply(paste(graph, part, (0, 0)).change)
    assert list(graph.nodes) == ["not_an_id"]


def test_the_corner() -> None:
    assert corner(line()) == (0, -40)
    assert corner(Graph()) == (0, 0)


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_whatever_is_copied_can_be_pasted_and_taken_back(graph: Graph) -> None:
    before = dump(graph)
    part = fragment(graph, list(graph.nodes), list(graph.frames), graph.positions)
    edit = paste(graph, part, (32, 32))
    inverse = graph.apply(edit.change)
    assert len(set(edit.nodes)) == len(part.nodes)
    assert len(graph.nodes) == 2 * len(part.nodes)
    graph.apply(inverse)
    assert dump(graph) == before
