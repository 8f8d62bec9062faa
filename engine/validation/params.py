"""Parameters and options of a node against the declaration of its type."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from engine.api.params import has_template, param_of, with_secrets
from engine.model.paths import MISSING, Path, find
from engine.validation.found import Found


def check_fields(model: type[BaseModel], values: Mapping[str, Any], path: Path, found: Found, wired: frozenset[str]) -> None:
    """Check values against a pydantic model. Templates have no value yet and pass; so do fields that an edge fills."""
    values = with_secrets(model, values)
    try:
        model.model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _report(model, values, detail, path, found, wired)


def _report(
    model: type[BaseModel], values: Mapping[str, Any], detail: ErrorDetails, path: Path, found: Found, wired: frozenset[str]
) -> None:
    location = _existing(dict(values), detail["loc"])
    value = find(dict(values), location)
    if detail["loc"][:1] and detail["loc"][0] in wired:
        return
    kind = "option" if path[-1:] == ("options",) else "parameter"
    if detail["type"] == "missing":
        name = str(detail["loc"][-1])
        found.add(f"{_short(kind)}.missing", f"The {kind} {name!r} has no value.", "Give it one.", (*path, *location, name))
    elif detail["type"] == "extra_forbidden":
        name = str(detail["loc"][-1])
        near = difflib.get_close_matches(name, model.model_fields, n=3, cutoff=0.4) if len(location) == 1 else []
        remedy = f"Nearest: {', '.join(near)}." if near else "Remove it."
        found.add(f"{_short(kind)}.unknown", f"There is no {kind} {name!r}.", remedy, (*path, *location))
    elif value is MISSING or not has_template(value) or _is_fixed(model, detail["loc"]):
        found.add(f"{_short(kind)}.invalid", f"{detail['msg'].rstrip('.')}.", f"Correct the {kind}.", (*path, *location))


def _is_fixed(model: type[BaseModel], location: tuple[int | str, ...]) -> bool:
    """Tell whether a field is never rendered, so that a template in it is only text."""
    field = model.model_fields.get(str(location[0])) if location else None
    return field is not None and param_of(field).rendered == "never"


def _short(kind: str) -> str:
    return "param" if kind == "parameter" else kind


def _existing(values: Any, location: tuple[int | str, ...]) -> Path:
    """Return the part of pydantic's location that is a path in the values: union members and the like are left out."""
    path: Path = ()
    for key in location:
        if find(values, (*path, key)) is not MISSING:
            path = (*path, key)
    return path
