"""Secrets that stand where none is put in, or that are written in another way than `{$secret: NAME}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from engine.api.params import param_of
from engine.model.graph import Graph
from engine.model.issues import phrase
from engine.model.paths import Path, path_text
from engine.model.values import SECRET_KEY, Json, secret_name
from engine.validation.found import Found

_IN_TEXT = re.compile(r"\{\s*[\"']?\$secret\b")
_REMEDY = phrase("Write {$secret: NAME} as the whole value of a field that takes secrets.")


def check_secrets(model: type[BaseModel], values: Mapping[str, Any], path: Path, found: Found) -> None:
    """Find references to secrets in the parameters or options of a node that would not be replaced by the secret."""
    told = {issue.field for issue in found.issues if issue.node == path[1]}
    for name, value in values.items():
        field = model.model_fields.get(name)
        if field is not None and name not in told:
            takes = param_of(field).secrets
            _check(value, (*path, name), found, takes=takes, is_error=takes or field.annotation is str)


def check_declared_secrets(graph: Graph, found: Found) -> None:
    """Find references to secrets in what a document declares: nothing there takes any."""
    defaults: dict[str, Json] = {name: spec.default for name, spec in graph.inputs.items()}
    for name, value in defaults.items():
        _check(value, ("inputs", name, "default"), found, takes=False, is_error=False)
    for part, values in (("variables", graph.variables), ("settings", graph.settings)):
        _check(values, (part,), found, takes=False, is_error=False)


def _check(value: Json, path: Path, found: Found, *, takes: bool, is_error: bool) -> None:
    for at, holder in _references(value, path):
        place = path_text(at[3:] if at[0] == "nodes" else at)
        name = secret_name(holder)
        if name and takes:
            continue
        if isinstance(holder, str):
            text, severe = phrase("`{place}` is text, in which no secret is put.", place=place), False
        elif takes:
            text, severe = phrase("`{place}` does not name a secret.", place=place), True
        else:
            text, severe = phrase("`{place}` takes no secret and keeps the reference as it stands.", place=place), is_error
        found.add("secret.place", text, _REMEDY, at, severity="error" if severe else "warning")


def _references(value: Json, path: Path) -> Iterator[tuple[Path, Json]]:
    """Yield what looks like a reference to a secret, with its path."""
    if isinstance(value, str):
        if _IN_TEXT.search(value):
            yield path, value
    elif isinstance(value, dict) and SECRET_KEY in value:
        yield path, value
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _references(item, (*path, key))
