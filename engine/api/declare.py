"""Derives declarations from node types: their pydantic fields become `FieldSpec`s."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterable
from typing import Any, Literal, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from engine.api.declaration import Declaration, Declarations, FieldSpec
from engine.api.node import Node
from engine.api.options import Options
from engine.api.params import Param, param_of
from engine.api.ports import Ports
from engine.api.told import ports_told
from engine.model.issues import WeftError
from engine.model.values import Json

_KINDS: dict[object, str] = {bool: "switch", int: "integer", float: "number", str: "text", dict: "key_values", list: "list"}


def declarations_of(node_types: Iterable[type[Node]]) -> Declarations:
    """Return what these node types and the options of every node declare."""
    return Declarations({known.type_id: declaration_of(known) for known in node_types}, fields_of(Options))


def declaration_of(node_type: type[Node]) -> Declaration:
    """Return what a node type declares."""
    own_ports = node_type.ports.__func__ is not Node.ports.__func__  # type: ignore[attr-defined]
    return Declaration(
        node_type.type_id,
        node_type.version,
        node_type.title,
        node_type.category,
        node_type.icon,
        inspect.cleandoc(node_type.__doc__ or ""),
        node_type.keywords,
        node_type.aliases,
        fields_of(node_type),
        _ports(node_type),
        own_ports,
        tuple(dict(example) for example in node_type.examples),
    )


def _ports(node_type: type[Node]) -> Ports:
    try:
        return ports_told(node_type, node_type.type_id, {})
    except WeftError:
        return node_type.declared_ports


def fields_of(model: type[BaseModel]) -> tuple[FieldSpec, ...]:
    """Return the fields of a node type, of the options, or of a row, in their order."""
    return tuple(_field(field.alias or name, field) for name, field in model.model_fields.items())


def _field(name: str, field: FieldInfo) -> FieldSpec:
    bounds = _bounds(field)
    kind, optional, marks = _without_none(field.annotation)
    param = next((mark for mark in marks if isinstance(mark, Param)), param_of(field))
    choices = get_args(kind) if get_origin(kind) is Literal else ()
    rows = _rows(kind)
    return FieldSpec(
        name,
        _kind(param.widget, kind, rows),
        param.label or name.replace("_", " ").capitalize(),
        field.description or "",
        required=field.is_required(),
        default=_default(field),
        optional=optional,
        choices=choices,
        least=bounds[0],
        most=bounds[1],
        rows=rows,
        names=param.names,
        placeholder=param.placeholder,
        language=param.language,
        shown_when=param.shown_when and (param.shown_when[0], typing.cast("tuple[Json, ...]", param.shown_when[1])),
        takes_templates=param.rendered != "never",
        expert=param.expert,
        promotable=param.promotable,
        writes=param.writes,
    )


def _kind(widget: str, kind: object, rows: tuple[FieldSpec, ...]) -> str:
    if widget == "number":
        return "integer" if kind is int else "number"
    if widget:
        return widget
    if get_origin(kind) is Literal:
        return "choice"
    if rows:
        return "rows" if get_origin(kind) in (list, tuple) else "group"
    return _KINDS.get(get_origin(kind) or kind, "json")


def _without_none(annotation: Any) -> tuple[Any, bool, tuple[Any, ...]]:
    """Return the annotation without None, whether None was allowed, and what the annotation was marked with."""
    if get_origin(annotation) is typing.Annotated:
        inner, optional, marks = _without_none(get_args(annotation)[0])
        return inner, optional, (*annotation.__metadata__, *marks)
    if get_origin(annotation) in (types.UnionType, typing.Union):
        others = [other for other in get_args(annotation) if other is not type(None)]
        optional = len(others) < len(get_args(annotation))
        if len(others) == 1:
            return _without_none(others[0])[0], optional, _without_none(others[0])[2]
        return annotation, optional, ()
    return annotation, False, ()


def _rows(kind: Any) -> tuple[FieldSpec, ...]:
    inner = get_args(kind)[0] if get_origin(kind) in (list, tuple) and get_args(kind) else kind
    return fields_of(inner) if isinstance(inner, type) and issubclass(inner, BaseModel) else ()


def _default(field: FieldInfo) -> Json:
    if field.is_required():
        return None
    value = field.get_default(call_default_factory=True, validated_data={})
    return typing.cast("Json", value.model_dump(mode="json", by_alias=True) if isinstance(value, BaseModel) else value)


def _bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    least = most = None
    for mark in field.metadata:
        if isinstance(mark, annotated_types.Ge | annotated_types.Gt):
            least = mark.ge if isinstance(mark, annotated_types.Ge) else mark.gt
        elif isinstance(mark, annotated_types.Le | annotated_types.Lt):
            most = mark.le if isinstance(mark, annotated_types.Le) else mark.lt
    return typing.cast("tuple[float | None, float | None]", (least, most))
