"""What an edge carried last, as the canvas tells it: type and count, size, age, and a few lines of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from engine.model.values import Json
from resources.language import tr, trn
from widgets.values import TYPE_WORDS, brief, type_of

LINES = 3
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class EdgeValue:
    """The last value of an edge: itself, its size in bytes as JSON, and when it came, UTC in seconds since the epoch.

    `value` may be cut; `size` and `count` tell of the whole. A `count` is given for lists.
    """

    value: Json
    size: int
    at: float
    count: int | None = None


def headline(port: str, value: EdgeValue) -> str:
    """Return the port with what it gave: `docs · 4 items`, `reply · text`."""
    if isinstance(value.value, list):
        count = value.count if value.count is not None else len(value.value)
        return f"{port} · {trn('{count} item', '{count} items', count)}"
    return f"{port} · {tr(TYPE_WORDS[type_of(value.value)])}"


def size_text(size: int) -> str:
    """Return a size as people say it: `812 B`, `6.2 kB`, `1.4 MB`."""
    if size < 1000:
        return tr("{count} B", count=size)
    if size < 1_000_000:
        return tr("{count} kB", count=f"{size / 1000:.1f}")
    return tr("{count} MB", count=f"{size / 1_000_000:.1f}")


def age_text(seconds: float) -> str:
    """Return how long ago something was, roughly."""
    if seconds < 1:
        return tr("just now")
    if seconds < 60:
        return tr("{count} s ago", count=int(seconds))
    if seconds < 3600:
        return tr("{count} min ago", count=int(seconds // 60))
    if seconds < 86_400:
        return tr("{count} h ago", count=int(seconds // 3600))
    return trn("{count} day ago", "{count} days ago", int(seconds // 86_400))


def excerpt(value: Json) -> list[str]:
    """Return the first lines of a value, of a text, a list, or an object by keys; where there are more, the last one says so."""
    if isinstance(value, str):
        lines = [line.rstrip() for line in value[:_LONGEST].expandtabs(2).split("\n") if line.strip()]
    elif isinstance(value, list):
        lines = [_line(item) for item in value[: LINES + 1]]
    elif isinstance(value, Mapping):
        lines = [f"{key}: {_line(item)}" for key, item in list(value.items())[: LINES + 1]]
    else:
        lines = [json.dumps(value, ensure_ascii=False)]
    if not lines:
        return [tr("empty")]
    more = len(lines) > LINES and not isinstance(value, list)  # how many items there are is told above
    return [*lines[: LINES - 1], f"{lines[LINES - 1]} …"] if more else lines[:LINES]


def _line(value: Json) -> str:
    if isinstance(value, str):
        return " ".join(value[:_LONGEST].split())
    if isinstance(value, Mapping):
        parts = [f"{key}: {brief(item, 24)}" for key, item in list(value.items())[:4]]
        return ", ".join(parts)
    return brief(value)
