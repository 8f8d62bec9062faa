"""What can be added: node types that are found by a few letters, and those that an edge in the hand fits. Pure, but for words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.api.declaration import CATEGORIES, Declaration
from engine.api.ports import ERROR, Port
from engine.model.graph import Graph
from graph_editor.edits import PortsOf, new_node
from graph_editor.geometry import Side
from graph_editor.wiring import How, how_it_fits
from resources.language import tr
from widgets.search import Found, Searched, rank

_RANK: dict[How, int] = {"exact": 0, "text": 1, "any": 2}


@dataclass(frozen=True, slots=True)
class Choice:
    """A node type to add. `ports` are those that the edge in the hand fits, best first, each with how; `at` is the one taken."""

    kind: Declaration
    ports: tuple[tuple[Port, How], ...] = ()
    at: int = 0

    @property
    def title(self) -> str:
        """What it is called in the language in use."""
        return tr(self.kind.title)

    @property
    def category(self) -> str:
        """What its category is called."""
        return tr(CATEGORIES.get(self.kind.category, self.kind.category.capitalize()))

    @property
    def sentence(self) -> str:
        """What it does, without what the help has for the page of its own."""
        return tr(self.kind.help).partition("\n")[0].replace("`", "").replace("*", "")

    @property
    def port(self) -> Port | None:
        """The port that would be wired."""
        return self.ports[self.at][0] if self.ports else None

    @property
    def how(self) -> How | None:
        """How this port fits."""
        return self.ports[self.at][1] if self.ports else None

    def other_port(self) -> Choice:
        """Return the same with the next port."""
        return replace(self, at=(self.at + 1) % len(self.ports)) if self.ports else self


def how_words(how: How) -> str:
    """Say how a value fits."""
    return {"exact": tr("exact"), "text": tr("as text"), "any": tr("any")}[how]


def find(query: str, choices: Iterable[Choice]) -> list[Found[Choice]]:
    """Return the choices that match, best first; all as they came for an empty query."""
    return rank(query, choices, _searched)


def _searched(choice: Choice) -> Searched:
    kind = choice.kind
    return Searched(choice.title, (kind.title, *kind.keywords, choice.category, kind.type_id), choice.sentence)


def that_fit(kinds: Sequence[Declaration], graph: Graph, ports_of: PortsOf, fixed: Port, side: Side, node: str) -> list[Choice]:
    """Return the types that take an edge from a port (`side` is the side of this port, `node` its node).

    In this order: what fits exactly, then what is used together in this graph, then the rest as they came.
    """
    together = _together(graph, graph.nodes[node].type, side)
    found: list[tuple[int, int, int, Choice]] = []
    for place, kind in enumerate(kinds):
        ports = ports_of(new_node(Graph(), kind.type_id, kind.version, kind.title), Graph())
        candidates = ports.inputs if side == "output" else [port for port in ports.outputs if port.key != ERROR]
        fits = [(port, how) for port in candidates if (how := _how(fixed, port, side)) is not None]
        if fits:
            fits.sort(key=lambda fit: (fit[0].multiple, _RANK[fit[1]]))
            exact = 0 if fits[0][1] == "exact" else 1
            found.append((exact, -together[kind.type_id], place, Choice(kind, tuple(fits))))
    return [choice for *_, choice in sorted(found, key=lambda entry: entry[:3])]


def _how(fixed: Port, port: Port, side: Side) -> How | None:
    return how_it_fits(fixed, port) if side == "output" else how_it_fits(port, fixed)


def _together(graph: Graph, type_id: str, side: Side) -> Counter[str]:
    """Count the types that nodes of this type are wired to."""
    count: Counter[str] = Counter()
    for edge in graph.edges:
        here, there = (edge.source, edge.target) if side == "output" else (edge.target, edge.source)
        if here.node in graph.nodes and there.node in graph.nodes and graph.nodes[here.node].type == type_id:
            count[graph.nodes[there.node].type] += 1
    return count
