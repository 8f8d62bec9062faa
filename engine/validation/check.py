"""The rules over a document: what would keep it from running, found without running anything."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.api.node import Node
from engine.api.options import Accept, Options
from engine.api.params import has_template, param_of
from engine.api.ports import ERROR, Ports, type_name, type_phrase, with_error
from engine.api.schemas import schema_issues
from engine.api.told import capabilities_told, findings_told, ports_told, upgraded
from engine.model.files import Files
from engine.model.graph import INPUT_TYPES, Graph
from engine.model.graph import Node as GraphNode
from engine.model.issues import Issue, WeftError, phrase
from engine.model.paths import Path
from engine.model.refs import resolve_options, resolve_refs
from engine.model.topology import ancestors_of
from engine.model.values import Json, JsonObject
from engine.validation.found import Found
from engine.validation.names import Names, texts_of
from engine.validation.params import check_fields
from engine.validation.secrets import check_declared_secrets, check_secrets
from engine.validation.wiring import check_wiring

if TYPE_CHECKING:
    from engine.model.locate import Lines
    from engine.registry import NodeRegistry


def check(
    graph: Graph, registry: NodeRegistry, *, files: Files | None = None, lines: Lines | None = None, file: str = ""
) -> list[Issue]:
    """Return everything that is wrong with a document, errors and warnings.

    `files` are those that it refers to; without them such references are issues. `lines` and `file` add the place in the text.
    """
    found = Found(lines, file)
    if not graph.nodes:
        found.add("graph.empty", "The workflow has no nodes.", "Add a node.", ())
    types: dict[str, type[Node]] = {}
    params: dict[str, JsonObject] = {}
    options: dict[str, JsonObject] = {}
    for node_id, node in graph.nodes.items():
        node_type = _type_of(node_id, graph, registry, found)
        if node_type is not None:
            types[node_id] = node_type
            params[node_id] = _resolved(resolve_refs, node.params, graph, files, ("nodes", node_id, "params"), found)
            before = len(found.issues)
            options[node_id] = _resolved(resolve_options, node.options, graph, files, ("nodes", node_id, "options"), found)
            if len(found.issues) > before:
                del options[node_id]["accept"]  # the rest of it would be a second finding
    ports: dict[str, Ports] = {}
    for node_id, node_type in list(types.items()):
        try:
            params[node_id], ports[node_id] = _form_of(graph.nodes[node_id], node_type, params[node_id])
        except WeftError as error:
            found.place(error.issue, ("nodes", node_id))
            del types[node_id]  # it is unknown what such a node is like
    check_wiring(graph, ports, registry, found)
    _check_error_ports(graph, found)
    _check_pinned(graph, ports, found)
    _check_hosts(graph, found)
    _check_outputs({node_id: ports[node_id] for node_id, node_type in types.items() if node_type.gives_outputs}, found)
    names = Names(graph, ports, ancestors_of(graph))
    wired: dict[str, set[str]] = {}
    for edge in graph.edges:
        wired.setdefault(edge.target.node, set()).add(edge.target.port)
    for node_id, node_type in types.items():
        _check_node(node_id, node_type, params[node_id], frozenset(wired.get(node_id, ())), names, found)
        if options[node_id]:
            _check_options(node_id, options[node_id], names, found)
    _check_declarations(graph, found)
    check_declared_secrets(graph, found)
    return found.issues


def _type_of(node_id: str, graph: Graph, registry: NodeRegistry, found: Found) -> type[Node] | None:
    node = graph.nodes[node_id]
    node_type = registry.get(node.type)
    if node_type is None:
        near = registry.nearest(node.type)
        remedy = (
            phrase("Nearest: {near}.", near=", ".join(near))
            if near
            else phrase("Install the package that has it, or choose another type.")
        )
        found.add(
            "type.unknown",
            phrase("There is no node type {node!r}.", node=node.type),
            remedy,
            ("nodes", node_id, "type"),
            node=node_id,
        )
    elif node.version > node_type.version:
        text = phrase(
            "The node was made with version {version} of {node!r}; this program has {version_2}.",
            version=node.version,
            node=node.type,
            version_2=node_type.version,
        )
        found.add("type.newer", text, "Update Weft.", ("nodes", node_id, "version"), node=node_id)
        return None
    return node_type


def _resolved(
    resolve: Callable[..., JsonObject], values: Mapping[str, Json], graph: Graph, files: Files | None, path: Path, found: Found
) -> JsonObject:
    try:
        return resolve(dict(values), graph, files)
    except WeftError as error:
        for issue in error.issues:
            found.place(replace(issue, field=""), (*path, *_path_of(issue.field)))
        return dict(values)


def _form_of(node: GraphNode, node_type: type[Node], params: JsonObject) -> tuple[JsonObject, Ports]:
    if node.version < node_type.version:
        params = upgraded(node_type, params, node.version)
    return params, with_error(ports_told(node_type, node_type.type_id, params), node.options.get("on_error"))


def _check_node(
    node_id: str, node_type: type[Node], params: JsonObject, wired: frozenset[str], names: Names, found: Found
) -> None:
    path = ("nodes", node_id, "params")
    before = len(found.issues)
    check_fields(node_type, params, path, found, wired)
    check_secrets(node_type, params, path, found)
    _check_input_names(node_type, params, path, names, found)
    if len(found.issues) == before:
        _check_by_type(node_type, params, path, wired, found)
    for at in texts_of(node_type, params, path):
        if at.path[3] not in wired:
            names.check(at, node_id, found, frozenset(at.param.names))


def _check_by_type(node_type: type[Node], params: JsonObject, path: Path, wired: frozenset[str], found: Found) -> None:
    try:
        issues = findings_told(node_type, params)
        capabilities_told(node_type, params)
    except WeftError as error:
        found.place(error.issue, path)
        return
    for issue in issues:
        place = _path_of(issue.field)
        if not ((place and place[0] in wired) or issue.port in wired):  # else what arrives over the edge decides
            found.place(issue, (*path, *place))


def _check_input_names(node_type: type[Node], params: JsonObject, path: Path, names: Names, found: Found) -> None:
    for name, field in node_type.model_fields.items():
        value = params.get(name)
        if param_of(field).widget == "input_name" and isinstance(value, str) and value and not has_template(value):
            names.check_input(value, (*path, name), found)


def _check_options(node_id: str, options: JsonObject, names: Names, found: Found) -> None:
    path = ("nodes", node_id, "options")
    check_fields(Options, options, path, found, frozenset())
    check_secrets(Options, options, path, found)
    accept = options.get("accept")
    if isinstance(accept, dict):
        _check_schema(accept.get("schema"), (*path, "accept", "schema"), found)
        for at in texts_of(Accept, accept, (*path, "accept")):
            names.check(at, node_id, found, frozenset({"output", "ports"}))


def _check_outputs(ports: Mapping[str, Ports], found: Found) -> None:
    names: dict[str, str] = {}
    for node_id, node_ports in ports.items():
        for port in node_ports.outputs:
            if port.key in names:
                text = phrase(
                    "{names!r} and {node_id!r} both give the output {port!r} of the workflow.",
                    names=names[port.key],
                    node_id=node_id,
                    port=port.key,
                )
                found.add("output.twice", text, "Give one of them another name.", ("nodes", node_id, "params", "name"))
            names.setdefault(port.key, node_id)


def _check_pinned(graph: Graph, ports: Mapping[str, Ports], found: Found) -> None:
    for node_id, node_ports in ports.items():
        pinned = graph.nodes[node_id].options.get("pinned")
        for key in pinned if isinstance(pinned, dict) else ():
            if node_ports.output(key) is None:
                path = ("nodes", node_id, "options", "pinned", key)
                keys = ", ".join(port.key for port in node_ports.outputs) or phrase("none")
                found.add(
                    "option.pinned",
                    phrase("The node has no output {key!r} to pin.", key=key),
                    phrase("It has: {keys}.", keys=keys),
                    path,
                )


def _check_hosts(graph: Graph, found: Found) -> None:
    hosts = graph.settings.get("allow_hosts", [])
    for index, host in enumerate(hosts if isinstance(hosts, list) else [hosts]):
        if not isinstance(host, str) or not host.strip() or "/" in host:
            path: Path = ("settings", "allow_hosts", index) if isinstance(hosts, list) else ("settings", "allow_hosts")
            text = phrase("{host!r} is no host.", host=host)
            found.add("settings.host", text, "Write hosts as `localhost:8080`, `*.example.com` or `[::1]:8080`.", path)


def _check_error_ports(graph: Graph, found: Found) -> None:
    wired = {edge.source.node for edge in graph.edges if edge.source.port == ERROR}
    for node_id, node in graph.nodes.items():
        if node.options.get("on_error") == "port" and node_id not in wired:
            text = phrase("The error port of {node_id!r} leads nowhere, so an error fails the run.", node_id=node_id)
            path = ("nodes", node_id, "options", "on_error")
            found.add("error.unwired", text, "Draw an edge from it.", path, severity="warning")


def _path_of(field: str) -> Path:
    """Return the path of a field written as `cases[0].when`."""
    keys = field.replace("[", ".").replace("]", "").split(".")
    return tuple(int(key) if key.isdecimal() else key for key in keys if key)


def _check_declarations(graph: Graph, found: Found) -> None:
    for name, spec in graph.inputs.items():
        path = ("inputs", name)
        kind = "text" if spec.type == "file" else spec.type
        if spec.type not in INPUT_TYPES:
            near = difflib.get_close_matches(spec.type, INPUT_TYPES, n=1)
            text = phrase("{spec!r} is no type of an input.", spec=spec.type)
            found.add(
                "input.type",
                text,
                phrase("Write {near}.", near=near[0] if near else phrase("one of {types}", types=", ".join(INPUT_TYPES))),
                (*path, "type"),
            )
        elif spec.default is not None and kind not in ("any", type_name(type(spec.default))):
            text = phrase(
                "The default of the input {name!r} is {kind}, not {wanted}.",
                name=name,
                kind=type_phrase(type(spec.default)),
                wanted=phrase(spec.type),
            )
            found.add("input.default", text, "Give a default of that type.", (*path, "default"))
    for name, schema in graph.schemas.items():
        _check_schema(schema, ("schemas", name), found, whole=False)


def _check_schema(schema: Json, path: Path, found: Found, *, whole: bool = True) -> None:
    for issue in schema_issues(schema, "", whole=whole):
        found.place(replace(issue, field=""), (*path, *_path_of(issue.field)))
