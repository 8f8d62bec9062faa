"""Ports of a node: typed connection points with stable keys."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from engine.model.issues import phrase

OUT = "out"
"""Key of the output port of a node that declares a single value."""
ERROR = "error"
"""Key of the port that carries a failure when a node's *on error* says so."""

_TYPE_NAMES: dict[object, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "boolean",
    dict: "object",
    list: "list",
    tuple: "list",
}


@dataclass(frozen=True, slots=True)
class In:
    """Marks an argument of `run` as an input port: `Annotated[str, In(label="Text")]`."""

    multiple: bool = False
    label: str = ""
    help: str = ""


After = Annotated[
    Sequence[Any], In(multiple=True, label="After", help="Nodes that have to be done before this one; their values are not used.")
]
"""The input port of nodes that take their data from parameters: `after: After = ()` lets them be put behind any others.

Of several edges one that carries a value is enough, so that branches meet here whichever of them was taken.
"""


@dataclass(frozen=True, slots=True)
class Out:
    """Marks the result of `run`, or a field of its NamedTuple, as an output port."""

    label: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Port:
    """One connection point.

    `type` is text, number, boolean, object, list or any. A required input without an edge is an issue; `multiple` takes any
    number of edges and gives the node the list of their active values, in edge order.
    """

    key: str
    type: str = "any"
    required: bool = False
    multiple: bool = False
    label: str = ""
    help: str = ""


class Ports(NamedTuple):
    """The ports of a node, in the order in which they are drawn. The first output is the node's `output`."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]

    def input(self, key: str) -> Port | None:
        """Return the input port with this key, or None."""
        return next((port for port in self.inputs if port.key == key), None)

    def output(self, key: str) -> Port | None:
        """Return the output port with this key, or None."""
        return next((port for port in self.outputs if port.key == key), None)


class Outputs(dict[str, Any]):
    """Returned by `run` to activate some of its declared ports: `Outputs(approved=payload)`. The others stay inactive."""


def with_error(ports: Ports, on_error: object) -> Ports:
    """Add the error port when a node's *on error* asks for it."""
    if on_error != "port" or ports.output(ERROR):
        return ports
    return Ports(ports.inputs, (*ports.outputs, Port(ERROR, "object", label="Error")))


def is_assignable(source: str, target: str) -> bool:
    """Tell whether an edge may carry `source` values to a `target` port. Every value can be shown as text."""
    return "any" in (source, target) or target in (source, "text")


def ports_of(run: Callable[..., Any]) -> Ports:
    """Derive the ports from the annotations of `run(self, ctx, ...)`. Raises TypeError for a missing annotation."""
    hints = typing.get_type_hints(run, include_extras=True)
    result = hints.pop("return", Any)
    code = run.__code__
    names = code.co_varnames[2 : code.co_argcount + code.co_kwonlyargcount]
    defaulted = set(run.__kwdefaults__ or ()) | set(names[len(names) - len(run.__defaults__ or ()) :] if names else ())
    inputs = []
    for name in names:
        if name not in hints:
            raise TypeError(f"argument {name!r} of run has no annotation")
        mark = _mark(hints[name], In) or In()
        kind = "any" if mark.multiple else type_name(hints[name])
        inputs.append(Port(name, kind, name not in defaulted, mark.multiple, mark.label, mark.help))
    return Ports(tuple(inputs), _outputs(result))


def type_name(annotation: object) -> str:
    """Return the port type of a Python annotation; unions of several kinds are `any`."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return type_name(typing.get_args(annotation)[0])
    if origin in (types.UnionType, typing.Union):
        kinds = {type_name(arg) for arg in typing.get_args(annotation) if arg is not type(None)}
        return kinds.pop() if len(kinds) == 1 else "any"
    return _TYPE_NAMES.get(origin or annotation, "any")


def type_phrase(annotation: object) -> str:
    """Return the port type of a Python annotation as a message says it."""
    return phrase(type_name(annotation))


def _outputs(result: object) -> tuple[Port, ...]:
    if result in (None, type(None)):
        return ()
    fields = getattr(result, "_fields", None)
    if fields is None:
        mark = _mark(result, Out) or Out()
        return (Port(OUT, type_name(result), label=mark.label, help=mark.help),)
    hints = typing.get_type_hints(result, include_extras=True)
    marks = {name: _mark(hints[name], Out) or Out() for name in fields}
    return tuple(Port(name, type_name(hints[name]), label=marks[name].label, help=marks[name].help) for name in fields)


def _mark(annotation: object, kind: type[Any]) -> Any:
    return next((arg for arg in typing.get_args(annotation)[1:] if isinstance(arg, kind)), None)
