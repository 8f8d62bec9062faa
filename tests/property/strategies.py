"""Generators of documents, their parts, and edits, from the harmless to the malicious. `SPECIAL_TEXTS` are always in the mix."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import strategies as st

from engine.model.changes import (
    DOCUMENT_FIELDS,
    MISSING,
    AddEdge,
    AddFrame,
    AddNode,
    Batch,
    MoveNodes,
    RemoveEdge,
    RemoveFrame,
    RemoveNode,
    RenameInput,
    RenameNode,
    SetDocument,
    SetFrame,
    SetNode,
    SetOption,
    SetParam,
)  # fmt: skip
from engine.model.comments import END, HEAD
from engine.model.graph import Change, Edge, Endpoint, Frame, Graph, InputSpec, Node
from engine.model.paths import Path
from engine.model.values import Json

SPECIAL_TEXTS = (
    "", " ", "\n", "\t", "  \n\n", "a\n", "a\n\n", "a\n ", " a\nb", "\ta\n\tb\n", "blank at the end \nof a line\t\n",
    "a\r\nb\r\n", "a\rb", "next\x85line", "next\x85\nline", "\u2028\u2029\n", "\x00\x07\n", "\x7f\ufffe", "\ufeffmark",
    "a\ufeff\nb",
    "no", "Yes", "on", "y", "null", "~", "true", "1", "-1", "007", "0x1F", "0o17", "1_000", "1e3", "1.5", ".5", "-.inf", ".nan",
    "1:30", "2026-01-01", "2026-01-01T12:00:00Z", "=", "<<", "- a", "-", "? a", "a: b", "a:", ":a", "a #b", "#a", "&a", "*a",
    "!a", "!!str a", "|", ">", "%a", "@a", "`a", "{a}", "[a]", "{{ a }}", "a, b", "'", '"', "it's", 'say "so"', "\\", "\\n",
    "---", "...", "--- a\n...\n", "# not a comment\n", "티켓 분류", "한국어\n여러 줄 \n", "\U0001f642", "\U0001f642 \nb\n", "é",
    "\u00a0", "$escaped", "$$escaped", "a\\u0041\r\n", "{{ nodes.a.output }}", "nodes.a.output", "{% raw %}{{ nodes.b }}",
)  # fmt: skip
SPECIAL_VALUES: tuple[Json, ...] = (
    [], {}, {"$ref": "#/schemas/Ticket"}, {"$secret": "key"}, {"$escaped": "a"}, {"$$escaped": [1]}, {"$escaped": {}}, [[], [0]],
)  # fmt: skip
PIECES = ("a", "티", "\U0001f642", " ", "\n", "\t", "#", ":", "-", "\r", "\x85", "é", "'", '"', "\\")

NODE_IDS = ("a", "b", "sort_tickets", "티켓_분류", "café", "x1")
"""Few, so that edges meet nodes and new ids meet old ones."""

LONG_KEY = "long " * 210
"""Too long to stand on one line with its colon."""

FRAME_IDS = ("f1", "f2", "틀")
PORTS = ("out", "in", "error", "case.1", "items: no", "한글")
TYPES = ("llm", "condition", "nobody.knows_this", "미래", "2026")


@cache
def texts() -> st.SearchStrategy[str]:
    """Return text of any kind, often one that YAML could misread."""
    return st.one_of(
        st.sampled_from(SPECIAL_TEXTS),
        st.text(max_size=20),
        st.lists(st.sampled_from(PIECES), max_size=10).map("".join),
    )


@cache
def numbers() -> st.SearchStrategy[int | float]:
    """Return whole numbers, also very large ones, and finite floats."""
    return st.one_of(
        st.integers(-10, 10), st.integers(), st.just(10**60), st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from((1e22, -1e-7, 5e-324, 0.1, -0.0, 1e16)),
    )  # fmt: skip


@cache
def keys() -> st.SearchStrategy[str]:
    """Return keys of mappings: often plain words, sometimes any text, rarely one too long for a line."""
    words = ("prompt", "model", "items", "when", "$ref", "$secret", "$escaped", "type", "no", "1e3", "키", LONG_KEY)
    return st.one_of(st.sampled_from(words), st.sampled_from(words), texts())


@cache
def json_values(max_leaves: int = 5) -> st.SearchStrategy[Json]:
    """Return plain data, also nested."""
    leaves = st.one_of(st.none(), st.booleans(), numbers(), texts(), st.sampled_from(SPECIAL_VALUES))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys(), inner, max_size=3)),
        max_leaves=max_leaves,
    )


@cache
def deep_values() -> st.SearchStrategy[Json]:
    """Return a value of 20 to 60 levels."""

    def nested(shape: int, leaf: Json) -> Json:
        for is_list in f"{shape:b}":
            leaf = [leaf] if is_list == "1" else {"below": leaf}
        return leaf

    return st.builds(nested, st.integers(2**20, 2**60), st.sampled_from(SPECIAL_TEXTS))


@cache
def mappings() -> st.SearchStrategy[dict[str, Json]]:
    """Return parameters, options, variables and the like."""
    many = st.lists(st.sampled_from(SPECIAL_TEXTS), min_size=3, max_size=8)
    return st.dictionaries(keys(), st.one_of(json_values(), json_values(), many, deep_values()), max_size=2)


@cache
def extras(known: tuple[str, ...]) -> st.SearchStrategy[dict[str, Json]]:
    """Return keys that this program does not know."""
    others = keys().filter(lambda key: key not in known)
    return st.one_of(st.just({}), st.dictionaries(others, json_values(3), min_size=1, max_size=2))


@cache
def one_of(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Return one of these texts."""
    return st.sampled_from(values)


@cache
def some_of(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """Return some of these texts, each once."""
    return st.lists(st.sampled_from(values), max_size=3, unique=True)


@cache
def positions() -> st.SearchStrategy[tuple[float, float]]:
    """Return places on the canvas."""
    number = st.one_of(st.integers(-1000, 1000).map(float), st.floats(-1e6, 1e6))
    return st.tuples(number, number)


VERSIONS = st.sampled_from((1, 1, 2, 99))
BOOLEANS = st.booleans()
INPUT_NAMES = ("limit", "파일", "no", "a b")
INPUT_TYPES = ("text", "number", "boolean", "list", "object", "file", "any", "later")


@st.composite
def nodes(draw: st.DrawFn, node_id: str | None = None) -> Node:
    """Return a node, also of unknown type or a newer version."""
    return Node(
        node_id or draw(one_of(NODE_IDS)),
        draw(one_of(TYPES)),
        draw(VERSIONS),
        draw(texts()),
        draw(texts()),
        draw(mappings()),
        draw(mappings()),
        draw(extras(("type", "version", "title", "notes", "params", "options"))),
    )


@cache
def edges() -> st.SearchStrategy[Edge]:
    """Return edges, also from and to nodes that may not exist."""
    ends = st.builds(Endpoint, st.sampled_from((*NODE_IDS, "gone")), st.sampled_from(PORTS))
    return st.builds(Edge, ends, ends)


@st.composite
def frames(draw: st.DrawFn, frame_id: str | None = None) -> Frame:
    """Return a frame."""
    corner, size = draw(positions()), draw(positions())
    color = draw(one_of(("", "blue", "#4a90d9")))
    extra = draw(extras(("title", "rect", "color", "text")))
    return Frame(frame_id or draw(one_of(FRAME_IDS)), draw(texts()), (*corner, *size), color, draw(texts()), extra)


@st.composite
def inputs(draw: st.DrawFn, name: str) -> InputSpec:
    """Return a declared input."""
    kind = draw(one_of(INPUT_TYPES))
    extra = draw(extras(("type", "default", "required", "help")))
    return InputSpec(name, kind, draw(json_values(3)), draw(BOOLEANS), draw(texts()), extra)


EDGE_LISTS = st.lists(edges(), max_size=5, unique=True)
POSITIONS = st.dictionaries(st.sampled_from((*NODE_IDS, "gone")), positions(), max_size=4)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Return a document."""
    graph = Graph(
        id=draw(one_of(("", "6f0c1f0e-0000-4000-8000-000000000000"))),
        name=draw(texts()),
        description=draw(texts()),
        inputs={name: draw(inputs(name)) for name in draw(some_of(INPUT_NAMES))},
        variables=draw(mappings()),
        schemas=draw(mappings()),
        settings=draw(mappings()),
        nodes={node: draw(nodes(node)) for node in draw(some_of(NODE_IDS))},
        edges=draw(EDGE_LISTS),
        positions=draw(POSITIONS),
        frames={frame: draw(frames(frame)) for frame in draw(some_of(FRAME_IDS))},
        extra=draw(extras(("schema_version", *DOCUMENT_FIELDS, "nodes", "edges", "layout"))),
        layout_extra=draw(extras(("nodes", "frames"))),
    )
    for edge in graph.edges:
        if extra := draw(extras(("from", "to"))):
            graph.edge_extra[edge] = extra
    graph.comments = draw(st.dictionaries(comment_paths(graph), comment_lines(), max_size=3))
    return graph


@cache
def comment_lines() -> st.SearchStrategy[tuple[str, ...]]:
    """Return the lines of a comment."""
    line = st.sampled_from(("# why", "#", "# 한국어 \U0001f642", "## a: b", "# - |", "#!x", "# \"quoted' # twice"))
    return st.lists(line, min_size=1, max_size=2).map(tuple)


def comment_paths(graph: Graph) -> st.SearchStrategy[Path]:
    """Return paths at which a comment in a file can stand."""
    paths: list[Path] = [HEAD, END, ("schema_version",), ("nodes",), ("edges",)]
    paths += [("edges", at) for at in range(len(graph.edges))]
    for node in graph.nodes.values():
        paths += [("nodes", node.id), ("nodes", node.id, "type"), ("nodes", node.id, "version")]
        paths += [("nodes", node.id, "params", key) for key in node.params]
    for frame in graph.frames:
        paths += [("layout",), ("layout", "frames", frame), ("layout", "frames", frame, "rect")]
    return st.sampled_from(paths)


def inside(value: Any) -> st.SearchStrategy[Path]:
    """Return paths of keys and items in a value, and of keys that could be added to it."""
    found: list[Path] = [(), ("new",)]

    def collect(item: Any, path: Path) -> None:
        if path:
            found.append(path)
        pairs = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
        for step, below in list(pairs)[:4]:
            collect(below, (*path, step))
        if isinstance(item, list):
            found.append((*path, len(item)))

    collect(value, ())
    return st.sampled_from(found)


INDEXES = st.one_of(st.none(), st.integers(0, 5))
MAYBE_POSITION = st.one_of(st.none(), positions())
FIELDS: st.SearchStrategy[Any] = st.sampled_from(("title", "notes", "type"))
NEW_VALUES: st.SearchStrategy[Any] = st.one_of(json_values(), mappings(), st.just(MISSING))
NEW_INPUTS: st.SearchStrategy[Any] = st.one_of(
    st.just(MISSING), st.fixed_dictionaries({"type": st.just("text")}, optional={"default": json_values(3)}), json_values(3)
)
INPUT_FIELDS = st.sampled_from(("type", "default", "required", "help", "later"))
INPUT_VALUES: st.SearchStrategy[Any] = st.sampled_from((MISSING, False, None, "", "text", 0))
BATCH_SIZES = st.integers(0, 3)


@st.composite
def changes(draw: st.DrawFn, graph: Graph, depth: int = 1) -> Change:
    """Return an edit of this document; now and then one that cannot be applied."""
    node = draw(st.sampled_from((*graph.nodes, "gone")))
    known = graph.nodes.get(node, Node(node, ""))
    declared = (*graph.inputs, "new")
    kinds: dict[str, Callable[[], Change]] = {
        "add": lambda: AddNode(draw(nodes()), draw(INDEXES), draw(MAYBE_POSITION)),
        "remove": lambda: RemoveNode(node, draw(BOOLEANS)),
        "field": lambda: SetNode(node, draw(FIELDS), draw(texts())),
        "version": lambda: SetNode(node, "version", draw(VERSIONS)),
        "param": lambda: SetParam(node, draw(inside(known.params)), draw(NEW_VALUES)),
        "option": lambda: SetOption(node, draw(inside(known.options)), draw(NEW_VALUES)),
        "rename": lambda: RenameNode(node, draw(one_of((*NODE_IDS, "새_이름", "gone", "not an id", "if", "a.b", "")))),
        "rename input": lambda: RenameInput(draw(one_of(declared)), draw(one_of((*INPUT_NAMES, "fresh")))),
        "edge": lambda: AddEdge(draw(edges()), draw(INDEXES), draw(extras(("from", "to")))),
        "cut": lambda: RemoveEdge(draw(st.sampled_from(graph.edges) if graph.edges else edges())),
        "move": lambda: MoveNodes({node: draw(MAYBE_POSITION)}),
        "frame": lambda: AddFrame(draw(frames()), draw(INDEXES)),
        "unframe": lambda: RemoveFrame(draw(one_of(FRAME_IDS))),
        "reframe": lambda: SetFrame(draw(frames())),
        "name": lambda: SetDocument((draw(one_of(("id", "name", "description"))),), draw(texts())),
        "variable": lambda: SetDocument(("variables", *draw(inside(graph.variables))), draw(NEW_VALUES)),
        "schema": lambda: SetDocument(("schemas", *draw(inside(graph.schemas))), draw(NEW_VALUES)),
        "input": lambda: SetDocument(("inputs", draw(one_of(declared))), draw(NEW_INPUTS)),
        "input field": lambda: SetDocument(("inputs", draw(one_of(declared)), draw(INPUT_FIELDS)), draw(INPUT_VALUES)),
        "batch": lambda: Batch(tuple(draw(changes(graph, depth - 1)) for _ in range(draw(BATCH_SIZES)))),
    }
    return kinds[draw(one_of(tuple(kind for kind in kinds if depth or kind != "batch")))]()
