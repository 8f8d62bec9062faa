"""`@node`: a plain `async def` with pydantic models for input and output becomes a node type."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, create_model

from engine.api.node import Node
from engine.api.ports import Outputs, Port, Ports, type_name

Function = Callable[..., Awaitable[BaseModel]]


def node(type_id: str, title: str, category: str = "own", icon: str = "box") -> Callable[[Function], type[Node]]:
    """Turn `async def f(data: InputModel) -> OutputModel` (or `f(data, ctx)`) into a node type.

    Every field of the input model is a parameter that may be wired; the required ones are shown as input ports. The fields of
    the output model are the output ports. Raises TypeError when the function has another shape.
    """

    def build(function: Function) -> type[Node]:
        takes, gives, wants_context = _shape(function)
        fields: dict[str, Any] = {name: (field.annotation, field) for name, field in takes.model_fields.items()}

        async def run(self: Node, ctx: Any) -> Outputs:
            data = takes.model_validate({name: getattr(self, name) for name in takes.model_fields})
            result = await (function(data, ctx) if wants_context else function(data))
            return Outputs(result.model_dump(mode="json"))

        built = create_model(function.__name__, __base__=Node, __module__=function.__module__, __doc__=function.__doc__, **fields)
        built.type_id, built.title, built.category, built.icon = type_id, title, category, icon
        built.run = run
        built.declared_ports = Ports(
            tuple(
                Port(name, type_name(field.annotation), required=True, help=field.description or "")
                for name, field in takes.model_fields.items()
                if field.is_required()
            ),
            tuple(
                Port(name, type_name(field.annotation), help=field.description or "")
                for name, field in gives.model_fields.items()
            ),
        )
        return built

    return build


def _shape(function: Function) -> tuple[type[BaseModel], type[BaseModel], bool]:
    hints = typing.get_type_hints(function)
    names = list(inspect.signature(function).parameters)
    takes, gives = hints.get(names[0]) if names else None, hints.get("return")
    fits = (
        inspect.iscoroutinefunction(function)
        and len(names) in (1, 2)
        and all(isinstance(model, type) and issubclass(model, BaseModel) for model in (takes, gives))
    )
    if not fits:
        raise TypeError(f"{function.__name__} has to be `async def f(data: InputModel) -> OutputModel` or take ctx second")
    return typing.cast("type[BaseModel]", takes), typing.cast("type[BaseModel]", gives), len(names) == 2
