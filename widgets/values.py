"""Values as people read them: in one short line, or as JSON."""

from __future__ import annotations

import json

from engine.model.values import Json, secret_name
from resources.language import tr, trn

TYPE_WORDS = {
    "text": "text", "number": "number", "boolean": "yes or no", "list": "list", "object": "object", "file": "file", "any": "any",
}  # fmt: skip
"""What the types of ports are called."""


def type_of(value: Json) -> str:
    """Return the port type of a value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    kinds: dict[type, str] = {str: "text", list: "list", dict: "object"}
    return kinds.get(type(value), "any")


def syntax_role(value: Json) -> str:
    """Return the colour role in which a value is written."""
    if isinstance(value, str):
        return "syntax.string"
    return "syntax.keyword" if value is None or isinstance(value, bool) else "syntax.number"


def brief(value: Json, length: int = 60) -> str:
    """Return a value in one line of at most about `length` letters; lists and objects as how much they hold."""
    if isinstance(value, list):
        return trn("{count} item", "{count} items", len(value))
    if isinstance(value, dict):
        if (name := secret_name(value)) is not None:
            return tr("secret {name}", name=name)
        return trn("{count} key", "{count} keys", len(value))
    text = json.dumps(value[: length + 1] if isinstance(value, str) else value, ensure_ascii=False)
    return text if len(text) <= length + 2 else f"{text[:length]}…"


def as_json(value: Json) -> str:
    """Return a value as JSON that people can read."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def as_text(value: Json) -> str:
    """Return a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else as_json(value)
