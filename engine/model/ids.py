"""Ids: node ids made from titles, and document ids."""

from __future__ import annotations

import keyword
import unicodedata
import uuid
from collections.abc import Container
from itertools import count

MAX_ID = 40
"""Characters of a generated node id; longer ones written by hand are fine."""

_RESERVED = frozenset(("true", "false", "none", "loop", "self"))
"""What Jinja2 reads as something else than a name, beside Python's keywords."""


def new_document_id() -> str:
    """Return a new document id, a random UUID."""
    return str(uuid.uuid4())


def is_node_id(text: str) -> bool:
    """Tell whether a text can be a node id: an identifier of any script, in composed form (NFC), and no keyword."""
    if not text.isidentifier() or unicodedata.normalize("NFC", text) != text:
        return False
    return not keyword.iskeyword(text) and text not in _RESERVED


def node_id(title: str, taken: Container[str] = ()) -> str:
    """Return a node id made from a title: short, readable, not in `taken` (`Sort tickets` gives `sort_tickets`)."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", title).lower())
    letters = "".join(char if f"_{char}".isidentifier() else " " for char in text)
    words = "_".join(letters.replace("_", " ").split())[:MAX_ID].strip("_")
    base = words if words[:1].isidentifier() else f"node_{words}".rstrip("_")
    if not is_node_id(base):
        base = f"{base}_node" if is_node_id(f"{base}_node") else "node"
    return next(name for number in count(1) if (name := base if number == 1 else f"{base}_{number}") not in taken)
