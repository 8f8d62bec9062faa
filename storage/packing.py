"""JSON objects as the journal keeps them: each large value in the blob store, a reference in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from engine.api.stores import INLINE_LIMIT
from engine.model.values import Json, JsonObject
from storage.blobs import BlobStore
from storage.encoding import from_json, to_json

BLOB_KEY = "$blob"
PREVIEW = 200
"""How many characters of a large value stand in its reference."""


class Packed(NamedTuple):
    """The JSON text to store, and the bytes that have to be in the blob store before it is."""

    text: str
    blobs: tuple[bytes, ...] = ()


EMPTY = Packed("{}")


def pack(values: Mapping[str, Json]) -> Packed:
    """Return `values` with each one whose JSON has more than `INLINE_LIMIT` bytes replaced by a reference.

    A reference is `{"$blob": hash, "size": bytes, "type": "text" | "application/json", "preview": text}`. A value that
    looks like one goes to the blob store whatever its size, so that it comes back as it was.

    Raises:
        TypeError, ValueError, RecursionError: when a value is not plain JSON.
    """
    if not values:
        return EMPTY
    parts, blobs = [], []
    for key, value in values.items():
        text = to_json(value)
        if _is_large(text) or (isinstance(value, dict) and BLOB_KEY in value):
            data, text = _refer(value, text)
            blobs.append(data)
        parts.append(f"{_key(key)}:{text}")
    return Packed(f"{{{','.join(parts)}}}", tuple(blobs))


def unpack(values: JsonObject, blobs: BlobStore) -> JsonObject:
    """Return stored `values` with the references replaced by what they refer to.

    Raises:
        WeftError: `blob.missing` or `blob.damaged`.
    """
    for key, value in values.items():
        if isinstance(value, dict) and isinstance(digest := value.get(BLOB_KEY), str):
            text = blobs.get(digest).decode()
            values[key] = text if value.get("type") == "text" else from_json(text)
    return values


def references(values: object) -> list[str]:
    """Return the hashes that stored values refer to."""
    found = values.values() if isinstance(values, dict) else ()
    return [v[BLOB_KEY] for v in found if isinstance(v, dict) and isinstance(v.get(BLOB_KEY), str)]


def _is_large(text: str) -> bool:
    if len(text) > INLINE_LIMIT:
        return True
    return not text.isascii() and len(text) * 4 > INLINE_LIMIT and len(text.encode()) > INLINE_LIMIT


def _refer(value: Json, text: str) -> tuple[bytes, str]:
    kind, shown = "application/json", text
    if isinstance(value, str):
        try:
            data = value.encode()
            kind, shown = "text", value
        except UnicodeEncodeError:  # only escaped JSON can hold it
            data = text.encode()
    else:
        data = text.encode()
    digest = hashlib.sha256(data).hexdigest()
    return data, to_json({BLOB_KEY: digest, "size": len(data), "type": kind, "preview": shown[:PREVIEW]})


@lru_cache(maxsize=1000)
def _key(name: str) -> str:
    return to_json(name)
