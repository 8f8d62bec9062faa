"""Kinds of parameters. A node type annotates its fields with them; forms, rendering and validation follow."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from engine.api.plain import as_text
from engine.api.templates import is_template
from engine.model.paths import Path
from engine.model.values import SECRET_KEY, Json, secret_name

__all__ = [
    "Code",
    "Data",
    "Expression",
    "Field",
    "FilePath",
    "LongText",
    "Param",
    "Prompt",
    "Rendered",
    "Row",
    "Schema",
    "Seconds",
    "Secret",
    "SecretRef",
    "SecretText",
    "Text",
    "Wired",
    "WrittenFile",
    "has_template",
    "inner_model",
    "param_of",
    "place_of",
    "revealed",
    "with_secrets",
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
    `port` the input port is shown from the start, for the data that a node is about. With `secrets` the `{"$secret": name}`
    that stand in the value count, for `revealed`; elsewhere they are plain data. A file that `writes` need not be there.
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
    secrets: bool = False
    writes: bool = False


class Row(BaseModel):
    """Base of the rows of a list parameter, such as the cases of a Condition."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class SecretRef:
    """A secret by name. `RunContext.secret` gives its value at the moment of use.

    `with_secrets` makes it of each `{"$secret": "name"}` that stands in the document. A parameter takes nothing else for a
    secret: data that arrives in a run can look like one and is none.
    """

    name: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept instances only, and write them as the document does."""
        written = core_schema.plain_serializer_function_ser_schema(lambda ref: {SECRET_KEY: ref.name})
        kind = core_schema.is_instance_schema(cls, serialization=written)
        return core_schema.custom_error_schema(kind, "secret", custom_error_message="Choose a secret by its name")

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe the form that the document has."""
        name = {"type": "string", "minLength": 1}
        return {"type": "object", "properties": {SECRET_KEY: name}, "required": [SECRET_KEY], "additionalProperties": False}


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
WrittenFile = Annotated[str, Param("file", writes=True), _AS_TEXT]
Secret = Annotated[SecretRef, Param("secret", rendered="never", promotable=False, secrets=True)]
SecretText = Annotated[str | SecretRef, Param("secret_text", secrets=True)]
Seconds = Annotated[float, Param("duration"), Field(ge=0)]


def param_of(field: FieldInfo) -> Param:
    """Return the `Param` of a pydantic field, the outermost of several, or a default one."""
    return next((mark for mark in reversed(field.metadata) if isinstance(mark, Param)), Param())


def inner_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model of the rows or the object that an annotation describes, or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(inner_model, typing.get_args(annotation))), None)


def with_secrets(model: type[BaseModel], params: Mapping[str, Json]) -> dict[str, Any]:
    """Return a document's parameters with a `SecretRef` for each `{"$secret": name}`, however deep, in fields that take some.

    Only what stands in the document may come here, before templates are rendered and edges bring data.
    """
    takes = _takes_secrets(model)
    return {name: _with_secrets(value) if name in takes else value for name, value in params.items()}


@lru_cache(maxsize=1024)
def _takes_secrets(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, field in model.model_fields.items() if param_of(field).secrets)


def _with_secrets(value: Json) -> Any:
    if isinstance(value, dict):
        return SecretRef(name) if (name := secret_name(value)) else {key: _with_secrets(item) for key, item in value.items()}
    return [_with_secrets(item) for item in value] if isinstance(value, list) else value


def place_of(ref: SecretRef, value: Any, path: Path = ()) -> Path | None:
    """Return the path of the first place in a value where a secret stands, or None."""
    if value == ref:
        return path
    for key, item in value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ():
        if (found := place_of(ref, item, (*path, key))) is not None:
            return found
    return None


def revealed(value: Any, secret: Callable[[SecretRef], str]) -> Json:
    """Return a value in which each `SecretRef`, however deep, is the secret itself; `secret` is `ctx.secret`."""
    if isinstance(value, SecretRef):
        return secret(value)
    if isinstance(value, dict):
        return {key: revealed(item, secret) for key, item in value.items()}
    if isinstance(value, list):
        return [revealed(item, secret) for item in value]
    plain: Json = value
    return plain


def has_template(value: Any) -> bool:
    """Tell whether a value contains a template anywhere."""
    if isinstance(value, str):
        return is_template(value)
    if isinstance(value, dict):
        return any(map(has_template, value.values()))
    return isinstance(value, list) and any(map(has_template, value))
