"""`@node`: a plain `async def` with pydantic models for input and output becomes a node type."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError, create_model

from engine.api.node import Node
from engine.api.ports import Outputs, Port, Ports, type_name
from engine.api.trust import KINDS, Capability, secrets_in
from engine.api.wording import param_issues
from engine.model.issues import WeftError
from engine.model.values import Json

Function = Callable[..., Awaitable[BaseModel]]


def node(
    type_id: str, title: str, category: str = "own", icon: str = "box", capabilities: Iterable[tuple[str, str]] | None = None
) -> Callable[[Function], type[Node]]:
    """Turn `async def f(data: InputModel) -> OutputModel` (or `f(data, ctx)`) into a node type.

    Every field of the input model is a parameter that may be wired; the required ones are shown as input ports. The fields of
    the output model are the output ports.

    `capabilities` is what it does outside, each with kind and target, such as `("host", "api.example.com")`; `()` says that it
    does nothing there, and secrets in its parameters need not be listed. Without it a person is asked about the type as a whole.

    Raises TypeError when the function has another shape or a capability is of an unknown kind.
    """
    told = None if capabilities is None else tuple(map(_capability, capabilities))

    def build(function: Function) -> type[Node]:
        takes, gives, wants_context = _shape(function)
        fields: dict[str, Any] = {name: (field.annotation, field) for name, field in takes.model_fields.items()}

        async def run(self: Node, ctx: Any) -> Outputs:
            values = {name: getattr(self, name) for name in takes.model_fields}
            try:
                data = takes.model_validate(values)
            except ValidationError as error:
                raise WeftError(*param_issues(error, values, takes)) from None
            result = await (function(data, ctx) if wants_context else function(data))
            return Outputs(result.model_dump(mode="json"))

        built = create_model(function.__name__, __base__=Node, __module__=function.__module__, __doc__=function.__doc__, **fields)
        built.type_id, built.title, built.category, built.icon = type_id, title, category, icon
        built.run = run
        if told is not None:
            built.capabilities = classmethod(_told(told))  # type: ignore[assignment]
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


def _capability(told: tuple[str, str]) -> Capability:
    kind, target = told
    if kind not in KINDS:
        raise TypeError(f"{kind!r} is no kind of capability; there are {', '.join(KINDS)}")
    return Capability(kind, target)


def _told(known: Iterable[Capability]) -> Callable[[type[Node], Mapping[str, Json]], Iterator[Capability]]:
    def capabilities(_cls: type[Node], params: Mapping[str, Json]) -> Iterator[Capability]:
        """Return what the type says that it does, and the secrets that it is given."""
        yield from known
        yield from secrets_in(params)

    return capabilities


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
