"""Workflow files as commands take them: read, located, and with the values given on the command line."""

from __future__ import annotations

import json
import os
import stat
import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from engine.api.plain import as_plain
from engine.model.graph import Graph, InputSpec
from engine.model.issues import Issue, WeftError, failure, phrase
from engine.model.values import Json, JsonObject

LONGEST_TEXT = 50 * 1024 * 1024
"""Bytes of a file that gives the value of an input."""
TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def document_id(graph: Graph, path: Path) -> str:
    """Return the document's id; a file that was written by hand without one is known by its place."""
    return graph.id or str(uuid.uuid5(uuid.NAMESPACE_URL, path.absolute().as_uri()))


def typed_inputs(texts: Mapping[str, str], specs: Mapping[str, InputSpec], folder: Path) -> JsonObject:
    """Return the values of `--input NAME=TEXT` by the types that the workflow declares.

    `@FILE` stands for the text of a file, `@@…` for a text that begins with `@`. Numbers, and JSON for lists and objects, are
    read from the text; `any` takes JSON where it is, else text; for a file a relative path starts in `folder`.

    Raises:
        WeftError: `input.wrong-type` or `input.no-file`, one issue for each. Names that nothing declares stay texts.
    """
    values: JsonObject = {}
    issues: list[Issue] = []
    for name, text in texts.items():
        spec = specs.get(name)
        try:
            values[name] = _typed(text, spec.type if spec else "text", folder)
        except WeftError as error:
            issues += [replace(issue, field=name) for issue in error.issues]
    if issues:
        raise WeftError(*issues)
    return values


def _typed(text: str, kind: str, folder: Path) -> Json:
    if kind == "file":
        path = _place(text, folder)
        if not os.path.exists(path):  # noqa: PTH110 - a name that is too long is none that exists
            raise failure("input.no-file", phrase("There is no file {path}.", path=path), "Name a file that exists.")
        return str(path)
    if text.startswith("@"):
        text = text[1:] if text.startswith("@@") else _file_text(_place(text[1:], folder))
    if kind == "text":
        if not is_unicode(text):
            raise failure(
                "input.wrong-type",
                phrase("{text!r} is no Unicode text.", text=text[:80]),
                "Give it in UTF-8, or in a file with @FILE.",
            )
        return text
    if kind == "boolean":
        return _boolean(text)
    value = _json(text)
    if kind == "any":
        return text if value is None and text.strip() != "null" else value
    if type(value) not in {"number": (int, float), "list": (list,), "object": (dict,)}.get(kind, (object,)):
        wanted = {
            "number": phrase("a number"),
            "list": phrase("a list, such as [1, 2]"),
            "object": phrase('an object, such as {"a": 1}'),
        }.get(kind, kind)
        raise failure(
            "input.wrong-type", phrase("{text!r} is not {wanted}.", text=text[:80], wanted=wanted), "Give the value as JSON."
        )
    return value


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in (*TRUE, *FALSE):
        raise failure("input.wrong-type", phrase("{text!r} is neither true nor false.", text=text[:80]), "Give true or false.")
    return word in TRUE


def is_unicode(text: str) -> bool:
    """Tell whether a text is whole; bytes of an argument that are no UTF-8 come as halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def plain_json(text: str) -> Json:
    """Return the value of a JSON text.

    Raises:
        ValueError: it is none, or holds what cannot be stored: NaN, infinity, half a character, endless digits or depth.
    """
    try:
        return as_plain(json.loads(text))
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError):
        raise ValueError("it has more digits or levels than can be stored") from None
    except WeftError as error:
        raise ValueError(error.issue.text.partition(": ")[2].rstrip(".")) from None


def _json(text: str) -> Json:
    """Return the value of a JSON text, None when it is none."""
    try:
        return plain_json(text)
    except ValueError:
        return None


def _place(text: str, folder: Path) -> Path:
    return folder / os.path.expanduser(text)  # noqa: PTH111 - an unknown user stays as written


def _file_text(path: Path) -> str:
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= LONGEST_TEXT:
            return path.read_text(encoding="utf-8-sig")
        why: str = (
            phrase("it has more than {longest_text:,} bytes", longest_text=LONGEST_TEXT)
            if stat.S_ISREG(status.st_mode)
            else phrase("it is no ordinary file")
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else phrase("it is no UTF-8 text")
    raise failure(
        "input.no-file",
        phrase("{path} cannot be read: {why}.", path=path, why=why),
        "Name a text file, or write @@ for a plain @.",
    )
