"""The node types as the window knows them: from an index at first, from the types themselves as soon as they are loaded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Signal

from engine.api.declaration import CATEGORIES, Declaration, Declarations, FieldSpec
from engine.api.ports import Port, Ports, with_error
from engine.api.told import LiveType, ports_told, summary_told
from engine.model.graph import Graph, Node
from engine.model.issues import WeftError
from resources.language import Phrase, tr

_log = logging.getLogger(__name__)


class NodeTypes(QObject):
    """Finds declarations by type id or alias, and tells what a node of a type looks like. `changed` tells of new ones."""

    changed = Signal()

    def __init__(self, known: Declarations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._failing: set[str] = set()
        self._live: Callable[[str], LiveType | None] = lambda _type_id: None
        self._take(known)

    def use(self, known: Declarations, live: Callable[[str], LiveType | None]) -> None:
        """Know these types from now on; `live` gives what a type itself can tell."""
        self._live = live
        self._failing.clear()
        self._take(known)
        self.changed.emit()

    def _take(self, known: Declarations) -> None:
        self.options: tuple[FieldSpec, ...] = known.options
        self._types = dict(known.types)
        self._names = {name: kind for kind in self._types.values() for name in (kind.type_id, *kind.aliases)}

    def __iter__(self) -> Iterator[Declaration]:
        return iter(self._types.values())

    def get(self, name: str) -> Declaration | None:
        """Return the declaration of the type with this id or alias, or None."""
        return self._names.get(name)

    def by_category(self) -> dict[str, list[Declaration]]:
        """Return the types by the title of their category, in the order of the palette."""
        order = {category: place for place, category in enumerate(CATEGORIES)}
        groups: dict[str, list[Declaration]] = {}
        for kind in sorted(self, key=lambda kind: (order.get(kind.category, len(order)), kind.category)):
            groups.setdefault(tr(CATEGORIES.get(kind.category, kind.category.capitalize())), []).append(kind)
        return groups

    def ports(self, node: Node, graph: Graph) -> Ports:
        """Return the ports that a node shows: its type's, the error port, and each parameter that an edge is wired to.

        A node of an unknown type has the ports that its edges name.
        """
        kind = self.get(node.type)
        if kind is None:
            inputs = dict.fromkeys(edge.target.port for edge in graph.edges_into(node.id))
            outputs = dict.fromkeys(edge.source.port for edge in graph.edges_from(node.id))
            return Ports(tuple(map(Port, inputs)), tuple(map(Port, outputs)))
        ports = with_error(self._ports_of(kind, node), node.options.get("on_error"))
        wired = dict.fromkeys(edge.target.port for edge in graph.edges_into(node.id) if ports.input(edge.target.port) is None)
        fields = (kind.field(name) for name in wired)
        promoted = tuple(Port(field.name, label=field.label, help=field.help) for field in fields if field and field.promotable)
        return Ports((*ports.inputs, *promoted), ports.outputs)

    def _ports_of(self, kind: Declaration, node: Node) -> Ports:
        live = self._live(kind.type_id) if kind.changing_ports else None
        try:
            return ports_told(live, kind.type_id, node.params) if live else kind.ports
        except WeftError as error:
            self._note(kind.type_id, error)
            return kind.ports

    def _note(self, type_id: str, error: WeftError) -> None:
        """Log the first failure of a type: it is asked with each change, and the problems tell of each of its nodes."""
        if type_id not in self._failing:
            self._failing.add(type_id)
            _log.warning("%s", error.issue)

    def summary(self, node: Node) -> str:
        """Return the line that a node shows below its title; empty while its type is not loaded."""
        kind = self.get(node.type)
        live = self._live(kind.type_id) if kind else None
        try:
            said = summary_told(live, node.type, node.params) if live else ""
        except WeftError as error:
            self._note(node.type, error)
            return ""
        return said.translated() if isinstance(said, Phrase) else said

    def title(self, node: Node) -> str:
        """Return what a node is called: its own title, else its type's in the language in use, else the type's id."""
        kind = self.get(node.type)
        return node.title or (tr(kind.title) if kind else node.type)
