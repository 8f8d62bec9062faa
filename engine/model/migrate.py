"""Brings the data of an older document up to the current schema version, one step a version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from engine.model.issues import failure, phrase
from engine.model.values import JsonObject

Step: TypeAlias = Callable[[JsonObject], JsonObject]

STEPS: dict[int, Step] = {}
"""The step that leads away from each old version; `migrations/m0001_….py` holds the one from version 1."""


def migrate(data: JsonObject, version: int, target: int, steps: Mapping[int, Step] = STEPS) -> JsonObject:
    """Return the data in the form of version `target`. A step is given a mapping of its own to change or replace.

    Raises:
        WeftError: `document.newer` for a version above `target`, `document.version` when there is no step for it.
    """
    if version > target:
        text = phrase(
            "The document has schema version {version}; this program reads up to {target}.", version=version, target=target
        )
        raise failure("document.newer", text, "Update Weft, or open a version saved by this one.", field="schema_version")
    for number in range(version, target):
        if number not in steps:
            text = phrase("Schema version {number} is not known.", number=number)
            raise failure(
                "document.version", text, phrase("Write `schema_version: {target}`.", target=target), field="schema_version"
            )
        data = {**steps[number](dict(data)), "schema_version": number + 1}
    return data
