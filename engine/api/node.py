"""What a node type is: a frozen pydantic class whose fields are parameters and whose `run` declares the ports."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from engine.api.params import param_of
from engine.api.ports import Port, Ports, ports_of, type_name
from engine.api.trust import Capability
from engine.model.issues import Issue
from engine.model.values import Json, JsonObject


class Node(BaseModel):
    """Base of all node types.

    A subclass sets `type_id` (never changed; old ones go into `aliases`), `title`, `category` and `icon`, declares parameters
    as fields with descriptions, and implements `async def run(self, ctx, ...)`: its further arguments are the input ports,
    its result annotation the output ports (key `out`, or the fields of a NamedTuple). The class docstring is its
    documentation. What a type with `gives_outputs` puts on its ports is an output of the whole run. Parameters with
    `Param(port=True)`, such as `Wired`, are input ports too.

    Rules for `run`: do not change inputs, do nothing blocking, one effect to the outside per node, raise `WeftError` for errors
    a user can act on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    type_id: ClassVar[str] = ""
    version: ClassVar[int] = 1
    title: ClassVar[str] = ""
    category: ClassVar[str] = ""
    icon: ClassVar[str] = "box"
    keywords: ClassVar[tuple[str, ...]] = ()
    aliases: ClassVar[tuple[str, ...]] = ()
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ()
    gives_outputs: ClassVar[bool] = False
    declared_ports: ClassVar[Ports] = Ports((), ())

    if TYPE_CHECKING:
        run: ClassVar[Callable[..., Coroutine[Any, Any, Any]]]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Derive the ports once, when the type is defined."""
        super().__pydantic_init_subclass__(**kwargs)
        if taken := [name for name in cls.model_fields if name in _TAKEN]:
            raise TypeError(f"{cls.__name__}: a parameter cannot be called {taken[0]!r}, because every node has that")
        if "run" in cls.__dict__:
            declared = ports_of(cls.__dict__["run"])
            if twice := [port.key for port in declared.inputs if port.key in cls.model_fields]:
                raise TypeError(f"{cls.__name__}: {twice[0]!r} is a parameter and an argument of run; one of them is enough")
            cls.declared_ports = Ports((*_wired_fields(cls), *declared.inputs), declared.outputs)

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        """Return the ports for these parameters (which may be incomplete or hold templates). Pure; keys are stable."""
        return cls.declared_ports

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        """Return findings that the fields' own types cannot express; `field` is set, `node` is filled in by the caller."""
        return ()

    @classmethod
    def capabilities(cls, params: Mapping[str, Json]) -> Iterable[Capability]:
        """Return what a node with these parameters could do to the world outside the workflow; `()` says nothing at all.

        A person is asked to agree to it before the workflow of a stranger is run, and to a type that does not override this
        as a whole. A parameter with choices that is read here must be `rendered="never"` and not `promotable`: else the choice
        that was looked at is not the one that runs.
        """
        return ()

    @classmethod
    def upgrade(cls, params: JsonObject, version: int) -> JsonObject:
        """Return parameters that an older `version` of this type wrote in today's form."""
        return params

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Return the one line that a node shows below its title."""
        return ""


_TAKEN = frozenset({
    *("type_id", "version", "title", "category", "icon", "keywords", "aliases", "examples", "gives_outputs"),
    *("declared_ports", "run", "ports", "check", "capabilities", "upgrade", "summary"),
})
"""Names that parameters cannot have."""


def _wired_fields(cls: type[BaseModel]) -> Iterator[Port]:
    """Yield a port for each parameter that shows one from the start."""
    for name, field in cls.model_fields.items():
        param = param_of(field)
        if param.port:
            yield Port(name, type_name(field.annotation), label=param.label, help=field.description or "")
