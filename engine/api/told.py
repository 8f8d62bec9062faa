"""Asks a node type about one of its nodes. That is someone else's code: whatever it does, the caller gets data or an issue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

from engine.api.ports import Port, Ports
from engine.api.trust import Capability
from engine.model.issues import Issue, WeftError, failure, phrase
from engine.model.values import Json, JsonObject

if TYPE_CHECKING:
    from engine.api.node import Node

T = TypeVar("T")


class LiveType(Protocol):
    """What only a node type itself can tell."""

    def ports(self, params: Mapping[str, Json]) -> Ports:
        """Return the ports of a node with these parameters."""
        ...

    def summary(self, params: Mapping[str, Json]) -> str:
        """Return the line that a node shows below its title."""
        ...


def ports_told(kind: LiveType, type_id: str, params: Mapping[str, Json]) -> Ports:
    """Return the ports of a node. Raises WeftError `type.fails`."""

    def ask() -> Ports:
        ports = kind.ports(params)
        return Ports(_all(Port, ports.inputs), _all(Port, ports.outputs))

    return _told(type_id, phrase("its ports"), ask)


def summary_told(kind: LiveType, type_id: str, params: Mapping[str, Json]) -> str:
    """Return the line below a node's title. Raises WeftError `type.fails`."""
    return _told(type_id, phrase("its summary"), lambda: _all(str, (kind.summary(params),))[0])


def findings_told(kind: type[Node], params: Mapping[str, Json]) -> tuple[Issue, ...]:
    """Return what a type finds wrong with parameters. Raises WeftError `type.fails`."""
    return _told(kind.type_id, phrase("what is wrong with its parameters"), lambda: _all(Issue, kind.check(params)))


def capabilities_told(kind: type[Node], params: Mapping[str, Json]) -> tuple[Capability, ...]:
    """Return what a node could do outside the workflow. Raises WeftError `type.fails`."""
    return _told(kind.type_id, phrase("what it does outside the workflow"), lambda: _all(Capability, kind.capabilities(params)))


def upgraded(kind: type[Node], params: JsonObject, version: int) -> JsonObject:
    """Return parameters of an older version in today's form. Raises WeftError `type.fails`."""
    return _told(kind.type_id, phrase("parameters of an older version"), lambda: _all(dict, (kind.upgrade(params, version),))[0])


def fails(type_id: str, asked: str, error: Exception) -> WeftError:
    """Return the error for a type that raised this when it was `asked` for something."""
    text = phrase(
        "The node type {kind!r} fails when it is asked for {asked}: {error}",
        kind=type_id,
        asked=asked,
        error=f"{type(error).__name__}: {error}",
    )
    return failure("type.fails", text, "Correct the node type, or other values of the node may do.")


def _told(type_id: str, asked: str, ask: Callable[[], T]) -> T:
    try:
        return ask()
    except Exception as error:
        raise fails(type_id, asked, error) from error


def _all(wanted: type[T], given: object) -> tuple[T, ...]:
    """Return what is given as a tuple; raises TypeError for anything that is not `wanted`."""
    found: tuple[T, ...] = tuple(given)  # type: ignore[arg-type]
    for item in found:
        if not isinstance(item, wanted):
            raise TypeError(f"{item!r} is no {wanted.__name__}")
    return found
