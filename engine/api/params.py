"""Kinds of parameters. A node type annotates its fields with them; forms, rendering and validation follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.fields import FieldInfo

from engine.api.plain import as_text
from engine.api.templates import is_template
from engine.model.values import SECRET_KEY, Json, secret_name

__all__ = [
    "Code", "Data", "Expression", "Field", "FilePath", "LongText", "Param", "Prompt", "Rendered", "Row", "Schema", "Seconds",
    "Secret", "SecretRef", "SecretText", "Text", "Wired", "has_template", "param_of", "revealed",
]

Rendered = Literal["before", "later", "never"]


@dataclass(frozen=True, slots=True)
class Param:
    """How a parameter is edited and rendered.

    `rendered`: `before` the node runs, `later` by the node itself (prompts that need `item`), or `never` (code, schemas). What
    is rendered later is not promotable: data that arrives must never be taken for a template.
    `expression`: the text is an expression such as `item.score > 3`, with or without braces. `names` are what its templates can
    use besides the usual names, because the node gives them to `ctx.render` or `ctx.evaluate`. `shown_when` names another
    parameter and the values with which this one matters; `expert` fields are folded. `promotable` ones may be wired; with
    `port` the input port is shown from the start, for the data that a node is about.
    """

    widget: str = ""
    rendered: Rendered = "before"
    expression: bool = False
    names: tuple[str, ...] = ()
    label: str = ""
    placeholder: str = ""
    language: str = ""
    shown_when: tuple[str, tuple[object, ...]] | None = None
    expert: bool = False
    promotable: bool = True
    port: bool = False


class Row(BaseModel):
    """Base of the rows of a list parameter, such as the cases of a Condition."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SecretRef(BaseModel):
    """A secret by name, `{"$secret": "name"}`. `RunContext.secret` gives its value at the moment of use."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str = Field(alias=SECRET_KEY, min_length=1)


def _shown(value: Any) -> Any:
    return value if isinstance(value, str | SecretRef) else as_text(value)


_AS_TEXT = BeforeValidator(_shown)
"""Text takes every value that a template or an edge brings, as people read it."""

Text = Annotated[str, Param("text"), _AS_TEXT]
LongText = Annotated[str, Param("long_text"), _AS_TEXT]
Code = Annotated[str, Param("code", rendered="never", promotable=False)]
Prompt = Annotated[str, Param("long_text", rendered="later", promotable=False)]
Expression = Annotated[str, Param("expression", rendered="later", expression=True, promotable=False)]
Schema = Annotated[dict[str, Any], Param("json_schema", rendered="never", promotable=False)]
Data = Annotated[Any, Param("json")]
Wired = Annotated[Any, Param("json", port=True)]
"""Data that usually comes over an edge: a parameter whose input port is shown from the start."""
FilePath = Annotated[str, Param("file"), _AS_TEXT]
Secret = Annotated[SecretRef, Param("secret", rendered="never", promotable=False)]
SecretText = Annotated[str | SecretRef, Param("secret_text")]
Seconds = Annotated[float, Param("duration"), Field(ge=0)]


def param_of(field: FieldInfo) -> Param:
    """Return the `Param` of a pydantic field, the outermost of several, or a default one."""
    return next((mark for mark in reversed(field.metadata) if isinstance(mark, Param)), Param())


def revealed(value: Json, secret: Callable[[SecretRef], str]) -> Json:
    """Return a value in which each `{"$secret": name}`, however deep, is the secret itself; `secret` is `ctx.secret`."""
    if (name := secret_name(value)) is not None:
        return secret(SecretRef(name=name))
    if isinstance(value, dict):
        return {key: revealed(item, secret) for key, item in value.items()}
    return [revealed(item, secret) for item in value] if isinstance(value, list) else value


def has_template(value: Json) -> bool:
    """Tell whether a value contains a template anywhere."""
    if isinstance(value, str):
        return is_template(value)
    if isinstance(value, dict):
        return any(map(has_template, value.values()))
    return isinstance(value, list) and any(map(has_template, value))

