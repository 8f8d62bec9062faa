"""How large values are, about. Free of Qt."""

from __future__ import annotations

from engine.model.values import Json

_LOOKED_AT, _DEEPEST, _SCALAR = 64, 6, 8


def size_of(value: Json, looked_at: int = _LOOKED_AT, depth: int = 0) -> int:
    """Return about how many characters of JSON a value has, however large, at once: of many items only some are looked at."""
    if isinstance(value, str):
        return len(value)
    if not isinstance(value, dict | list) or not value:
        return _SCALAR
    if depth == _DEEPEST:
        return _SCALAR * len(value)
    items = list(value.values()) if isinstance(value, dict) else value
    some = items[:: -(-len(items) // looked_at)]
    return len(items) * sum(_SCALAR + size_of(item, max(1, looked_at // 4), depth + 1) for item in some) // len(some)
