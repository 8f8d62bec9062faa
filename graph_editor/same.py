"""Whether two values would be written as the same text: as `==`, but the order of keys and the kind of numbers count."""

from __future__ import annotations

from dataclasses import fields, is_dataclass


def same(one: object, other: object) -> bool:
    """Tell whether two graphs, or values in them, are the same. What they share costs nothing."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return one == other
