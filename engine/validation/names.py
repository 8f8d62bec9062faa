"""What templates and expressions name: does it exist, is it an ancestor, is it declared."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from engine.api import templates
from engine.api.params import Param, inner_model, param_of
from engine.api.ports import Ports
from engine.model.graph import Graph
from engine.model.idioms import name_remedy
from engine.model.issues import phrase
from engine.model.paths import Path
from engine.model.references import Reference
from engine.validation.found import Found

RUN_NAMES = ("id", "workflow", "started")
SHOWN = 10
ROOTS = ("inputs", "vars", "run", "nodes")
NODE_PARTS = ("output", "ports", "status")


class TextAt(NamedTuple):
    """A text of a node that may be a template."""

    path: Path
    text: str
    param: Param


def texts_of(model: type[BaseModel], values: Mapping[str, Any], path: Path) -> Iterator[TextAt]:
    """Yield the texts in parameters that are templates or expressions, with the declaration that governs each."""
    for name, value in values.items():
        field = model.model_fields.get(name)
        if field is None:
            continue
        param = param_of(field)
        inner = inner_model(field.annotation)
        if inner and isinstance(value, list):
            for index, row in enumerate(value):
                if isinstance(row, dict):
                    yield from texts_of(inner, row, (*path, name, index))
        elif inner and isinstance(value, dict):
            yield from texts_of(inner, value, (*path, name))
        elif param.rendered != "never":
            yield from _texts(value, (*path, name), param)


def _texts(value: Any, path: Path, param: Param) -> Iterator[TextAt]:
    if isinstance(value, str):
        if param.expression or templates.is_template(value):
            yield TextAt(path, value, param)
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(item, (*path, key), param)


class Names:
    """The names that are known in a document."""

    def __init__(self, graph: Graph, ports: Mapping[str, Ports], ancestors: Mapping[str, Iterable[str]]) -> None:
        self._graph, self._ports, self._ancestors = graph, ports, ancestors

    def check(self, at: TextAt, node: str, found: Found, extra: frozenset[str] = frozenset()) -> None:
        """Check one text of a node. `extra` are names that exist only there, such as `item`."""
        used = templates.check(at.text, expression=at.param.expression)
        if used.issue is not None:
            found.place(used.issue, at.path)
        once = {(reference.root, reference.path): reference for reference in used.references}
        for reference in once.values():
            if reference.root in extra or reference.root in templates.FUNCTIONS:
                continue
            if reference.root not in ROOTS and (remedy := name_remedy(reference.root, at.text)):
                text = phrase("Templates have no `{name}`.", name=reference.root)
                found.add("template.unknown-name", text, remedy, at.path)
            else:
                self._check_reference(reference, at.path, node, found, extra)

    def check_input(self, name: str, path: Path, found: Found) -> None:
        """Check the name of an input that stands in a field of its own."""
        if name not in self._graph.inputs:
            near = difflib.get_close_matches(name, self._graph.inputs, n=3, cutoff=0.4) or list(self._graph.inputs)
            remedy = (
                phrase("Declared inputs: {names}.", names=", ".join(near[:SHOWN]))
                if near
                else phrase("Declare it in the workflow's inputs.")
            )
            found.add("input.unknown", phrase("The workflow has no input {name!r}.", name=name), remedy, path)

    def _check_reference(self, reference: Reference, path: Path, node: str, found: Found, extra: frozenset[str]) -> None:
        graph, keys = self._graph, reference.path
        known: dict[str, Iterable[str]]
        known = {"inputs": graph.inputs, "vars": graph.variables, "run": RUN_NAMES, "nodes": graph.nodes}
        if reference.root not in known:
            _unknown(reference.root, (*sorted(extra), *known), phrase("There is no name"), path, found)
        elif keys and str(keys[0]) not in known[reference.root]:
            what = {
                "inputs": phrase("an input"),
                "vars": phrase("a variable"),
                "run": phrase("a part of run"),
                "nodes": phrase("a node"),
            }[reference.root]
            _unknown(str(keys[0]), known[reference.root], phrase("There is no such thing as {what}", what=what), path, found)
        elif reference.root == "nodes" and keys:
            self._check_node(str(keys[0]), keys[1:], path, node, found)

    def _check_node(self, used: str, keys: Path, path: Path, node: str, found: Found) -> None:
        if used == node:
            found.add(
                "reference.itself",
                phrase("{node!r} reads its own output.", node=node),
                "Read a node that is done before it.",
                path,
            )
        elif used not in self._ancestors[node]:
            text = phrase("{node!r} reads {used!r}, which need not be done before it.", node=node, used=used)
            found.add("reference.not-before", text, phrase("Draw an edge from {used!r} to {node!r}.", used=used, node=node), path)
        elif keys and keys[0] not in NODE_PARTS:
            remedy = phrase("Write nodes.{used}.output.{keys} for a part of its output.", used=used, keys=keys[0])
            found.add(
                "reference.unknown-part",
                phrase("A node has output, ports and status, and no {keys!r}.", keys=keys[0]),
                remedy,
                path,
            )
        elif keys[:1] == ("ports",) and len(keys) > 1 and (ports := self._ports.get(used)) and not ports.output(str(keys[1])):
            _unknown(str(keys[1]), [port.key for port in ports.outputs], phrase("{used!r} has no port", used=used), path, found)


def _unknown(name: str, known: Iterable[str], text: str, path: Path, found: Found) -> None:
    known = list(known)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    if name in ("secret", "secrets") and not near:
        found.add(
            "template.unknown-name",
            phrase("{text}: {name!r}.", text=text, name=name),
            "Templates see no secrets; write {$secret: NAME} instead.",
            path,
        )
        return
    listed = (
        phrase("There are: {names}{more}.", names=", ".join(known[:SHOWN]), more=", …" if len(known) > SHOWN else "")
        if known
        else phrase("None are declared.")
    )
    remedy = phrase("Nearest: {near}.", near=", ".join(near)) if near else listed
    found.add("template.unknown-name", phrase("{text}: {name!r}.", text=text, name=name), remedy, path)
