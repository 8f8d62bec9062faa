"""Words of forms: what choices are called, defaults, and problems with what was typed."""

from __future__ import annotations

import json

from engine.api.declaration import FieldSpec
from engine.model.values import Json
from resources.language import tr

_NAMES = {
    "json": "JSON", "jsonl": "JSON lines", "csv": "CSV", "tls": "TLS", "starttls": "STARTTLS", "raw": "As it is",
    "bearer": "Bearer token", "key": "API key", "basic": "User and password", "utf-8": "UTF-8", "fail": "Fail the run",
    "port": "Error port", "default": "Go on with the default",
}  # fmt: skip


def human(value: Json) -> str:
    """Return what a choice of a declaration is called: `leave_out` is Leave out."""
    if not isinstance(value, str):
        return json.dumps(value)
    if value in _NAMES:
        return tr(_NAMES[value])
    if value.isupper() or not value:
        return value
    return tr(value.replace("_", " ").capitalize())


def help_text(spec: FieldSpec) -> str:
    """Return the help of a field without the marks of Markdown."""
    return tr(spec.help).replace("`", "")


def shown_default(spec: FieldSpec) -> str:
    """Return the default of a field for its placeholder; the hint of its declaration where it has no default."""
    default = spec.default
    if default is None or default == "" or isinstance(default, dict | list):
        return tr(spec.placeholder)
    return number_text(default) if isinstance(default, int | float) and not isinstance(default, bool) else str(default)


def number_text(number: float) -> str:
    """Return a number as one types it: 600 and not 600.0."""
    return str(int(number)) if isinstance(number, float) and number.is_integer() and abs(number) < 1e15 else str(number)


def json_problem(error: json.JSONDecodeError) -> str:
    """Return why a text is no JSON, in our own words."""
    known = {
        "Expecting value": tr("a value is missing or not quoted"),
        "Expecting property name enclosed in double quotes": tr("a name in double quotes is missing"),
        "Expecting ',' delimiter": tr("a comma or closing bracket is missing"),
        "Expecting ':' delimiter": tr("a colon is missing"),
        "Unterminated string starting at": tr("a quote is not closed"),
        "Extra data": tr("there is more behind the end"),
        "Illegal trailing comma before end of object": tr("there is a comma too many"),
        "Illegal trailing comma before end of array": tr("there is a comma too many"),
    }
    what = known.get(error.msg, tr("it cannot be read"))
    return tr("Line {line}: {what}.", line=error.lineno, what=what)
