"""Parameters and options of a node against the declaration of its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from engine.api.params import has_template, param_of, with_secrets
from engine.api.told import fails
from engine.api.wording import wrongs
from engine.model.issues import phrase
from engine.model.paths import Path, find
from engine.validation.found import Found


def check_fields(model: type[BaseModel], values: Mapping[str, Any], path: Path, found: Found, wired: frozenset[str]) -> None:
    """Check values against a pydantic model. Templates have no value yet and pass; so do fields that an edge fills."""
    values = with_secrets(model, values)
    kind = "option" if path[-1:] == ("options",) else "parameter"
    try:
        model.model_validate(values)
    except ValidationError as error:
        for wrong in wrongs(error, values, model, _NOUNS[kind]):
            if wrong.location[:1] and wrong.location[0] in wired:
                continue
            later = wrong.kind == "invalid" and has_template(find(values, wrong.path)) and not _is_fixed(model, wrong.location)
            if not later:
                found.add(f"{_CODES[kind]}.{wrong.kind}", wrong.text, wrong.remedy, (*path, *wrong.path))
    except Exception as error:  # noqa: BLE001 - a validator of someone else's type
        type_id = str(getattr(model, "type_id", model.__name__))
        found.place(fails(type_id, phrase("what is wrong with its parameters"), error).issue, path)


_CODES = {"parameter": "param", "option": "option"}
_NOUNS = {"parameter": phrase("parameter"), "option": phrase("option")}


def _is_fixed(model: type[BaseModel], location: Path) -> bool:
    """Tell whether a field is never rendered, so that a template in it is only text."""
    field = model.model_fields.get(str(location[0])) if location else None
    return field is not None and param_of(field).rendered == "never"
