"""What the form of a node may ask: names with their values, providers, models, secrets, files, and what a template gives."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.window.aside import Aside
from desktop_app.window.setup_facts import SetupFacts
from desktop_app.window.template_names import ancestors_of, names_for
from engine.api.declaration import FieldSpec
from engine.model.graph import Graph
from engine.model.issues import WeftError
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
        names = sample_values(self._document.graph, self._node, field, run, self._types)
        source = tr("From the last run")

        def work() -> Resolved:
            from engine.api import templates

            if field.kind == "expression":
                result = templates.evaluate(str(value), names, field=field.name)
            else:
                result = templates.render_value(value, names, field=field.name)
            return Resolved(_as_text(result)[:SHOWN], source)

        def failed(error: WeftError) -> None:
            done(Resolved(issue=error.issue, source=source))

        self._previews.do(work, done, failed)


def sample_values(graph: Graph, node: str, field: FieldSpec, run: RunModel, types: NodeTypes) -> dict[str, Any]:
    """Return the names of templates with the values of a run; `item` is the first item of the list that arrives."""
    nodes: dict[str, Any] = {}
    for ancestor in ancestors_of(graph, node):
        step = run.step(ancestor)
        ports = {port.key: None for port in types.ports(graph.nodes[ancestor], graph).outputs} | step.ports
        first = next(iter(ports.values()), None)
        nodes[ancestor] = {"output": first, "ports": ports, "status": step.view.status}
    inputs = {spec.name: run.inputs.get(spec.name, spec.default) for spec in graph.inputs.values()}
    about = {"id": run.run, "workflow": run.workflow, "started": run.started or time.time()}
    arrived = {edge.target.port: run.step(edge.source.node).ports.get(edge.source.port) for edge in graph.edges_into(node)}
    own: dict[str, Any] = {name: arrived.get(name) for name in field.names}
    listed = next((value for value in arrived.values() if isinstance(value, list) and value), None)
    if listed is not None and "item" in field.names:
        own |= {"item": listed[0], "index": 0}
    return {"inputs": inputs, "vars": dict(graph.variables), "run": about, "nodes": nodes, **own}


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
