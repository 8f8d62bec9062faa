"""Places inside plain data: a path is a tuple of mapping keys and list positions, `("cases", 0, "when")`."""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias

from engine.model.values import Json

Path: TypeAlias = tuple[str | int, ...]


class Missing(Enum):
    """The type of `MISSING`, a value that stands for "there is nothing here" where None is a real value."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING


def path_text(path: Path) -> str:
    """Write a path as people read it: `cases[0].when`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def child(value: Json, step: str | int) -> Json | Missing:
    """Return the value one step below, or MISSING when there is none."""
    if isinstance(value, dict) and isinstance(step, str):
        return value.get(step, MISSING)
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return value[step]
    return MISSING


def find(value: Json, path: Path) -> Json | Missing:
    """Return the value at a path, or MISSING when there is none."""
    found: Json | Missing = value
    for step in path:
        if isinstance(found, Missing):
            return MISSING
        found = child(found, step)
    return found


def replaced(value: Json, path: Path, new: Json | Missing) -> Json:
    """Return a copy of `value` with the value at `path` set, or removed for MISSING; all that is not touched is shared.

    The last step may be a new key of a mapping or the position after the end of a list; steps before it must exist.

    Raises:
        LookupError: there is no such place, or nothing to remove; its argument is the path up to the missing step.
    """
    if not path:
        if isinstance(new, Missing):
            raise LookupError(path)
        return new
    below: Json | Missing = new
    if len(path) > 1:
        inner = child(value, path[0])
        if isinstance(inner, Missing):
            raise LookupError(path[:1])
        try:
            below = replaced(inner, path[1:], new)
        except LookupError as error:
            raise LookupError((path[0], *error.args[0])) from None
    return _with_child(value, path[0], below)


def _with_child(value: Json, step: str | int, new: Json | Missing) -> Json:
    known = not isinstance(child(value, step), Missing)
    if isinstance(value, dict) and isinstance(step, str) and (known or not isinstance(new, Missing)):
        if isinstance(new, Missing):
            return {key: item for key, item in value.items() if key != step}
        return {**value, step: new}
    if isinstance(value, list) and isinstance(step, int):
        if isinstance(new, Missing) and known:
            return [*value[:step], *value[step + 1 :]]
        if not isinstance(new, Missing) and (known or step == len(value)):
            return [*value[:step], new, *value[step + 1 :]]
    raise LookupError((step,))
