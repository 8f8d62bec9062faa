"""From a document to what runs: types found, references resolved, parameters sorted by when they are rendered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from engine.api.node import Node
from engine.api.options import DEFAULTS, Accept, Options
from engine.api.params import has_template, param_of, with_secrets
from engine.api.ports import ERROR, OUT, Ports, with_error
from engine.api.told import capabilities_told, ports_told, upgraded
from engine.api.trust import secrets_in
from engine.model.files import Files
from engine.model.graph import Endpoint, Graph, InputSpec
from engine.model.issues import WeftError
from engine.model.references import Reference, usage
from engine.model.refs import resolve_options, resolve_refs
from engine.model.topology import ancestors_of
from engine.model.values import JsonObject
from engine.registry import NodeRegistry
from engine.validation.check import check
from engine.validation.names import texts_of


@dataclass(frozen=True, slots=True)
class Wire:
    """An edge as the node that receives it sees it."""

    port: str
    source: str
    source_port: str


@dataclass(frozen=True, slots=True)
class StepPlan:
    """All that is known of a node before it runs.

    `reads` are the ancestors that its templates name, `variables` the variables with their values, all of them when one is
    worked out. `template_fields` are rendered before each attempt. `ready` is the finished node when nothing is left to render
    or wire. `secrets` are the names of those that the document gives to the node.
    """

    id: str
    title: str
    type: type[Node]
    params: Mapping[str, Any]
    options: Options
    ports: Ports
    wires: tuple[Wire, ...]
    ancestors: Set[str]
    reads: frozenset[str]
    variables: JsonObject
    template_fields: tuple[str, ...]
    ready: Node | None
    secrets: frozenset[str]

    @property
    def sources(self) -> frozenset[str]:
        """The nodes whose edges lead here."""
        return frozenset(wire.source for wire in self.wires)

    @property
    def output_key(self) -> str:
        """Key of the first declared output port, whose value is `nodes.<id>.output`."""
        return self.ports.outputs[0].key if self.ports.outputs else OUT


@dataclass(frozen=True, slots=True)
class Plan:
    """One acyclic region, ready to run. Loops, maps and sub-workflows will be steps that hold a plan of their own."""

    name: str
    steps: Mapping[str, StepPlan]
    inputs: Mapping[str, InputSpec]
    variables: JsonObject
    settings: JsonObject


def make_plan(graph: Graph, registry: NodeRegistry, files: Files) -> Plan:
    """Plan a document. `files` are those that it refers to.

    Raises:
        WeftError: with every error that validation finds; nothing that has one is ever started.
    """
    errors = [issue for issue in check(graph, registry, files=files) if issue.severity == "error"]
    if errors:
        raise WeftError(*errors)
    ancestors = ancestors_of(graph)
    wires: dict[str, list[Wire]] = {node_id: [] for node_id in graph.nodes}
    for edge in graph.edges:
        wires[edge.target.node].append(Wire(edge.target.port, *edge.source))
    steps = {
        node_id: _plan_step(graph, node_id, registry, files, tuple(wires[node_id]), ancestors[node_id]) for node_id in graph.nodes
    }
    return Plan(graph.name, steps, dict(graph.inputs), dict(graph.variables), dict(graph.settings))


def _plan_step(
    graph: Graph, node_id: str, registry: NodeRegistry, files: Files, wires: tuple[Wire, ...], ancestors: Set[str]
) -> StepPlan:
    node = graph.nodes[node_id]
    node_type = registry.get(node.type)
    assert node_type is not None, "validation lets no unknown type through"
    params = dict(node.params)
    if node.version < node_type.version:
        params = upgraded(node_type, params, node.version)
    params = resolve_refs(params, graph, files)
    options = Options.model_validate(resolve_options(node.options, graph, files)) if node.options else DEFAULTS
    if options.on_error == "port" and Endpoint(node_id, ERROR) not in {edge.source for edge in graph.edges}:
        options = options.model_copy(update={"on_error": "fail"})  # a port that leads nowhere would swallow the error
    templates = tuple(
        name
        for name, value in params.items()
        if param_of(node_type.model_fields[name]).rendered == "before" and has_template(value)
    )
    promoted = any(wire.port in node_type.model_fields for wire in wires)
    marked = with_secrets(node_type, params)
    ready = None if templates or promoted else node_type.model_validate(marked)
    secrets = frozenset(_secrets(node_type, params))
    references = list(_references(node_type, params, options))
    reads = frozenset(_named("nodes", references, ancestors))
    variables = {name: graph.variables[name] for name in _named("vars", references, graph.variables.keys())}
    ports = with_error(ports_told(node_type, node_type.type_id, params), options.on_error)
    return StepPlan(
        node_id, node.title, node_type, marked, options, ports, wires, ancestors, reads, variables, templates, ready, secrets
    )


def _secrets(node_type: type[Node], params: JsonObject) -> Iterator[str]:
    for capability in (*capabilities_told(node_type, params), *secrets_in(params)):
        if capability.kind == "secret":
            yield capability.target


def _references(node_type: type[Node], params: JsonObject, options: Options) -> Iterator[Reference]:
    texts = [*texts_of(node_type, params, ())]
    if options.accept is not None:
        texts += texts_of(Accept, options.accept.model_dump(by_alias=True), ())
    for at in texts:
        yield from usage(at.text, expression=at.param.expression).references


def _named(root: str, references: Iterable[Reference], known: Set[str]) -> Iterator[str]:
    """Yield which of the names below a root are used; all of them where one is worked out."""
    for reference in references:
        if reference.root == root:
            yield from known & {str(reference.path[0])} if reference.path else known
