"""What the form of a node may ask: names with their values, providers, models, secrets, files, and what a template gives."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.window.aside import Aside
from desktop_app.window.own_names import source_of_items
from desktop_app.window.setup_facts import SetupFacts
from desktop_app.window.template_names import ancestors_of, names_for
from engine.api.declaration import FieldSpec
from engine.model.graph import Graph
from engine.model.issues import WeftError, failure
from engine.model.values import Json
from resources.language import tr
from widgets.code.names import Name
from widgets.forms.context import NOTHING, Choice, Dialogs, Models, Resolved
from widgets.node_types import NodeTypes
from widgets.run.model import RunModel

if TYPE_CHECKING:
    from graph_editor.document import GraphDocument

SHOWN = 4_000
"""Characters of a resolved value that are shown."""
_TOLD = frozenset(("succeeded", "cached", "skipped"))
"""States of steps whose outputs are known; those of a skipped one are empty."""


class NodeContext:
    """Answers for one node of a document; see `widgets.forms.context.FormContext`."""

    def __init__(
        self, document: GraphDocument, node: str, types: NodeTypes, facts: SetupFacts, dialogs: Dialogs,
        run: Callable[[], RunModel | None], previews: Aside,
    ) -> None:  # fmt: skip
        self._document, self._node, self._types, self._facts = document, node, types, facts
        self._dialogs, self._run, self._previews = dialogs, run, previews

    @property
    def dialogs(self) -> Dialogs:
        """Where files and new secrets come from."""
        return self._dialogs

    def names(self) -> Sequence[Name]:
        """Return the names that templates of this node can use."""
        return names_for(self._document.graph, self._node, self._types, self._run())

    def providers(self) -> Sequence[Choice]:
        """Return the providers of models."""
        return self._facts.providers

    def models(self, provider: str, done: Callable[[Models], None]) -> None:
        """Ask a provider which models it has."""
        self._facts.models(provider, done)

    def secrets(self) -> Sequence[str]:
        """Return the names of the secrets there are."""
        return self._facts.secrets

    def inputs(self) -> Sequence[str]:
        """Return the names of the inputs that the workflow declares."""
        return list(self._document.graph.inputs)

    def resolve(self, value: Json, field: FieldSpec, done: Callable[[Resolved], None]) -> None:
        """Tell what a value gives with the values of the run that is shown; without a run there is nothing to tell."""
        run = self._run()
        if run is None or not run.steps:
            done(NOTHING)
            return
        graph, types = self._document.graph, self._types
        names = sample_values(graph, self._node, field, run, types)
        written = _written_own(graph, self._node, field, types)
        items = _items_of(graph, self._node, types)
        silent = silent_nodes(graph, self._node, field, run, types)
        source = tr("From the last run")

        def work() -> Resolved:
            from engine.api import templates

            if (title := _first_silent(value, silent, expression=field.kind == "expression")) is not None:
                raise failure("preview.nothing", tr("“{node}” has given nothing in this run.", node=title))
            for name, own in written.items():  # what arrives by no edge stands in a field, as a template perhaps
                names[name] = templates.render_value(own, names, field=name)
            _add_item(names, items)
            if field.kind == "expression":
                result = templates.evaluate(str(value), names, field=field.name)
            else:
                result = templates.render_value(value, names, field=field.name)
            return Resolved(_as_text(result)[:SHOWN], source)

        def failed(error: WeftError) -> None:
            done(Resolved(issue=error.issue, source=source))

        self._previews.do(work, done, failed)


def sample_values(graph: Graph, node: str, field: FieldSpec, run: RunModel, types: NodeTypes) -> dict[str, Any]:
    """Return the names of templates with the values of a run; those of the node itself as they arrive over edges."""
    nodes: dict[str, Any] = {}
    for ancestor in ancestors_of(graph, node):
        step = run.step(ancestor)
        ports = {port.key: None for port in types.ports(graph.nodes[ancestor], graph).outputs} | step.ports
        first = next(iter(ports.values()), None)
        nodes[ancestor] = {"output": first, "ports": ports, "status": step.view.status}
    inputs = {spec.name: run.inputs.get(spec.name, spec.default) for spec in graph.inputs.values()}
    about = {"id": run.run, "workflow": run.workflow, "started": run.started or time.time()}
    arrived = {edge.target.port: run.step(edge.source.node).ports.get(edge.source.port) for edge in graph.edges_into(node)}
    own = {name: arrived.get(name) for name in _own(field, _items_of(graph, node, types))}
    return {"inputs": inputs, "vars": dict(graph.variables), "run": about, "nodes": nodes, **own}


def _own(field: FieldSpec, items: str) -> list[str]:
    """Return the names that only this field has, and the one of the list whose items they stand for."""
    names = [name for spec in (field, *field.rows) for name in spec.names]
    return list(dict.fromkeys([*names, *([items] if items and "item" in names else [])]))


def _items_of(graph: Graph, node: str, types: NodeTypes) -> str:
    kind = types.get(graph.nodes[node].type) if node in graph.nodes else None
    return source_of_items(kind, graph.nodes[node].params) if kind else ""


def _written_own(graph: Graph, node: str, field: FieldSpec, types: NodeTypes) -> dict[str, Json]:
    """Return the values of own names that stand in the node and come over no edge."""
    if node not in graph.nodes:
        return {}
    wired, params = {edge.target.port for edge in graph.edges_into(node)}, graph.nodes[node].params
    return {name: params[name] for name in _own(field, _items_of(graph, node, types)) if name in params and name not in wired}


def _add_item(names: dict[str, Any], items: str) -> None:
    """Let `item` be the first item of the list, where there is one."""
    listed = names.get(items)
    if isinstance(listed, list) and listed:
        names |= {"item": listed[0], "index": 0}


def silent_nodes(graph: Graph, node: str, field: FieldSpec, run: RunModel, types: NodeTypes) -> dict[str, str]:
    """Return the titles of nodes that a run knows nothing of, by the name that a template reads them by."""
    steps = {id_: run.step(id_) for id_ in ancestors_of(graph, node)}
    quiet = [id_ for id_, step in steps.items() if not step.ports and step.view.status not in _TOLD]
    titles = {id_: types.title(graph.nodes[id_]) for id_ in quiet}
    found = {f"nodes.{id_}": title for id_, title in titles.items()}
    items = _items_of(graph, node, types)
    for edge in graph.edges_into(node):
        if edge.source.node in titles and edge.target.port in _own(field, items):
            found[edge.target.port] = titles[edge.source.node]
            if edge.target.port == items:
                found |= dict.fromkeys(("item", "index"), titles[edge.source.node])
    return found


def _first_silent(value: Json, silent: Mapping[str, str], *, expression: bool) -> str | None:
    """Return the title of the first node that a value with templates reads and that gave nothing."""
    from engine.model.references import usage

    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return next(filter(None, (_first_silent(one, silent, expression=expression) for one in inside)), None)
    if not isinstance(value, str):
        return None
    used = usage(value, expression=expression).references
    names = (f"nodes.{one.path[0]}" if one.root == "nodes" and one.path else one.root for one in used)
    return next((silent[name] for name in names if name in silent), None)


def file_for(document: Path | None, chosen: Path) -> str:
    """Return how a document writes a file: relative to its folder when it lies in there."""
    if document is not None and chosen.is_relative_to(document.parent):
        return chosen.relative_to(document.parent).as_posix()
    return str(chosen)


def _as_text(value: Json) -> str:
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value, ensure_ascii=False, indent=2)
