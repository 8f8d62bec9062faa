"""Values as they are typed: data as JSON, and cells of tables, where text needs no quotes. Each form reads what it wrote."""

from __future__ import annotations

import json
from typing import NoReturn

from engine.model.plain import problem
from engine.model.values import Json
from resources.language import tr
from widgets.forms.wording import json_problem

_MARKS = ("{{", "{%", "{#")


def is_template(text: str) -> bool:
    """Tell whether a text holds a template."""
    return any(mark in text for mark in _MARKS)


def shown_data(value: Json) -> str:
    """Return data as JSON; a text that is a template stands as it is, where that is not read as something else."""
    if isinstance(value, str) and is_template(value) and not _is_json(value) and value.strip() == value:
        return value
    return json.dumps(value, ensure_ascii=False, indent=2)


def read_data(text: str, *, templates: bool) -> Json:
    """Return the data that a text stands for. Raises ValueError with the reason, for people."""
    try:
        return _checked(_loads(text))
    except json.JSONDecodeError as error:
        if templates and is_template(text):
            return text.strip()
        raise ValueError(json_problem(error)) from None
    except RecursionError:
        raise ValueError(tr("This is nested too deeply.")) from None


def shown_cell(value: Json) -> str:
    """Return a value for a cell of one line: text as it is, where that is not read as something else."""
    if isinstance(value, str) and not _is_cell_json(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def read_cell(text: str) -> Json:
    """Return what a cell stands for: JSON that is written as JSON is written, else text."""
    return _checked(_loads(text)) if _is_cell_json(text) else text


def _is_cell_json(text: str) -> bool:
    """Numbers count only as they would be written: `007` and `1.10` are text."""
    try:
        value = _loads(text)
        return not isinstance(value, int | float) or isinstance(value, bool) or json.dumps(value) == text.strip()
    except (ValueError, RecursionError):
        return False


def _is_json(text: str) -> bool:
    try:
        _loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _loads(text: str) -> Json:
    value: Json = json.loads(text, parse_constant=_no_constant)
    return value


def _no_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError("Expecting value", name, 0)


def _checked(value: Json) -> Json:
    if (bad := problem(value)) is not None:
        raise ValueError(tr("This cannot be kept: {what}.", what=bad.text))
    return value
