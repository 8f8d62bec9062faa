"""Plain JSON values, the only data that documents, edges and the journal carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]
JsonMapping: TypeAlias = Mapping[str, Json]

SECRET_KEY = "$secret"
"""`{"$secret": "name"}` stands in a document where a secret is used; its value never does."""


def secret_name(value: object) -> str | None:
    """Return the name in a `{"$secret": name}` reference, or None when `value` is something else."""
    if isinstance(value, dict) and len(value) == 1 and isinstance(name := value.get(SECRET_KEY), str):
        return name
    return None
