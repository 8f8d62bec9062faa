"""Where a text stands in a workflow."""

from __future__ import annotations

from engine.model.graph import Frame, Graph, InputSpec, Node
from engine.model.text_search import TextHit, find_text
from engine.model.values import JsonObject


def test_titles_values_and_names_of_members_are_found_in_any_case() -> None:
    node = Node("a", "data.transform", title="Sort Mail", notes="see MAIL rules", params={"rows": [{"mail": "x"}], "n": 3})
    graph = Graph(nodes={"a": node}, frames={"f": Frame("f", title="Mail room")})
    found = [(hit.kind, hit.id, hit.field, hit.line[hit.start : hit.end]) for hit in find_text(graph, " mail ")]
    assert found == [
        ("node", "a", "title", "Mail"), ("node", "a", "notes", "MAIL"), ("node", "a", "rows[0]", "mail"),
        ("frame", "f", "title", "Mail"),
    ]  # fmt: skip
    assert [hit.field for hit in find_text(graph, "3")] == ["n"]
    assert list(find_text(graph, "  ")) == []


def test_what_a_workflow_says_of_itself_is_found() -> None:
    inputs = {"mail": InputSpec("mail", default=["first", "a needle"], help="Where needles are."), "other": InputSpec("other")}
    variables: JsonObject = {"needles": 3, "nested": {"deep": [{"text": "needle"}]}}
    graph = Graph(name="Needlework", description="One\n  more needle", inputs=inputs, variables=variables)
    found = [(hit.kind, hit.id, hit.field, hit.line) for hit in find_text(graph, "needle")]
    assert found == [
        ("workflow", "", "name", "Needlework"), ("workflow", "", "description", "more needle"),
        ("workflow", "", "inputs.mail", "Where needles are."), ("workflow", "", "inputs.mail", "a needle"),
        ("workflow", "", "variables.needles", "needles"), ("workflow", "", "variables.nested", "needle"),
    ]  # fmt: skip


def test_what_stands_is_no_pattern() -> None:
    graph = Graph(nodes={"a": Node("a", "x", params={"code": "a.*b(", "other": "aXb"})})
    assert [hit.field for hit in find_text(graph, ".*b(")] == ["code"]


def hit_in(text: str, wanted: str) -> TextHit:
    return next(iter(find_text(Graph(nodes={"a": Node("a", "x", params={"code": text})}), wanted)))


def test_only_the_line_is_shown_without_its_indent() -> None:
    hit = hit_in("first\n        return needle\nlast", "needle")
    assert (hit.line, hit.line[hit.start : hit.end]) == ("return needle", "needle")


def test_a_long_line_is_cut_around_what_was_found() -> None:
    hit = hit_in("x" * 5000 + " needle " + "y" * 5000, "needle")
    assert hit.line.startswith("… ")
    assert len(hit.line) < 200
    assert hit.line[hit.start : hit.end] == "needle"
