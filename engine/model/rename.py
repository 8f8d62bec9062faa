"""Gives a node another id, or an input another name, in everything that a node's templates and expressions say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from engine.model.graph import Node
from engine.model.references import has_template
from engine.model.values import Json, JsonObject

if TYPE_CHECKING:
    from engine.model.template_names import Word

Root = Literal["nodes", "inputs"]

_DATA_OPTIONS = frozenset(("default", "pinned"))
"""Options that hold data which is never rendered."""


def rename_in_node(node: Node, old: str, new: str) -> Node:
    """Return a node whose parameters and options name the node `new` where they named `old`; the id changes if it is `old`."""
    return replace(_renamed_node(node, old, new, "nodes"), id=new if node.id == old else node.id)


def rename_input_in_node(node: Node, old: str, new: str) -> Node:
    """Return a node whose parameters and options read the input `new` where they read `old`; the same node where none does."""
    made = _renamed_node(node, old, new, "inputs")
    return node if made == node else made


def _renamed_node(node: Node, old: str, new: str, root: Root) -> Node:
    params = _renamed_mapping(node.params, old, new, root)
    data = {key: value for key, value in node.options.items() if key in _DATA_OPTIONS}
    return replace(node, params=params, options={**_renamed_mapping(node.options, old, new, root), **data})


def _renamed_mapping(value: Mapping[str, Json], old: str, new: str, root: Root) -> JsonObject:
    return {key: _renamed_value(item, old, new, root) for key, item in value.items()}


def _renamed_value(value: Json, old: str, new: str, root: Root) -> Json:
    if isinstance(value, str):
        return renamed(value, old, new, root)
    if isinstance(value, list):
        return [_renamed_value(item, old, new, root) for item in value]
    return _renamed_mapping(value, old, new, root) if isinstance(value, dict) else value


def renamed(text: str, old: str, new: str, root: Root = "nodes") -> str:
    """Return a template or expression in which `nodes.<old>` and `nodes['<old>']` name `new`; the rest stays byte for byte.

    With another `root` the same for `inputs.<old>` and `inputs['<old>']`.

    A text without braces is an expression when all of it can be read as one, so that fields of unknown node types are covered
    as well. In a template with a mistake in it, all words that look like a reference are taken for one.
    """
    if old not in text or root not in text:
        return text
    from jinja2 import TemplateSyntaxError

    from engine.model.template_names import is_expression, split, words_of_names

    opening = "" if has_template(text) else "{{ "
    source = text if has_template(text) else f"{{{{ {text} }}}}"
    try:
        if opening and not is_expression(source):
            return text
        words = split(source)
    except (TemplateSyntaxError, RecursionError):
        return text
    try:
        found = words_of_names(source, words)
    except (TemplateSyntaxError, RecursionError):
        found = [at for at in range(len(words)) if words[at - 1].text not in (".", "|")]
    pieces, done = [], 0
    for at in found:
        if words[at].text == root and (place := _id_place(words, at + 1, old)) is not None:
            pieces += [source[done:place], new]
            done = place + len(old)
    result = "".join(pieces) + source[done:]
    return result[len(opening) : -len(" }}")] if opening else result


def _id_place(words: list[Word], at: int, old: str) -> int | None:
    """Return the offset of the id `old` in `.old` or `['old']`, where these words begin at `at`."""
    while at < len(words) - 1 and words[at].text == ")":
        at += 1
    if at >= len(words) - 1:
        return None
    access, key = words[at : at + 2]
    if access.text == "." and key.text == old:
        return key.offset
    return key.offset + 1 if access.text == "[" and key.kind == "string" and key.text[1:-1] == old else None
