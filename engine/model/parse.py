"""Document text to plain data, from YAML or JSON. Nothing is executed, no object is built."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any, NamedTuple

from engine.model.escaped import BadEscape, unwrapped
from engine.model.issues import WeftError, begun, phrase
from engine.model.locate import Lines, json_duplicate
from engine.model.paths import find
from engine.model.plain import MAX_DEPTH, Problem, problem
from engine.model.values import Json
from engine.model.yaml_reader import REMEDY_ESCAPE, REMEDY_NUMBER, REMEDY_TWICE, number, read_yaml, refusal, shortened

MAX_BYTES = 50 * 2**20


class Parsed(NamedTuple):
    """The data of a text, the text itself (without a byte order mark), and whether it was JSON."""

    data: Json
    text: str
    is_json: bool


def parse(text: str | bytes, file: str = "") -> Parsed:
    """Return the data of a YAML or JSON text. A text that starts with `{` or `[` is tried as JSON first.

    Raises:
        WeftError: one issue with the line; codes `document.encoding`, `document.size`, `document.empty`, `document.syntax`,
            `document.depth`, `document.duplicate-key`, `document.key`, `document.number`, `document.text` and
            `document.unsupported` (anchors, aliases, tags, merge keys).
    """
    try:
        source = decoded(text)
        if source.lstrip()[:1] in ("{", "["):
            return _parse_json(source)
        return Parsed(read_yaml(source), source, is_json=False)
    except WeftError as error:
        if not file:
            raise
        raise in_file(error, file) from error


def in_file(error: WeftError, file: str) -> WeftError:
    """Return the error with the file named in its issues."""
    return WeftError(*(replace(issue, file=file) for issue in error.issues))


def decoded(text: str | bytes) -> str:
    """Return the text of a file without a byte order mark.

    Raises:
        WeftError: it is no UTF-8, or larger than `MAX_BYTES`.
    """
    if len(text) > MAX_BYTES:
        size = phrase("The file is larger than {most} MB.", most=MAX_BYTES // 2**20)
        raise refusal("document.size", size, phrase("Keep large data in files of its own."))
    try:
        if isinstance(text, bytes):
            source = text.decode()
        else:
            text.encode()
            source = text
    except UnicodeDecodeError as error:
        before = bytes(error.object[: error.start])
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise refusal(
            "document.encoding", phrase("The file is not UTF-8 text."), phrase("Save it as UTF-8."), line, column
        ) from None
    except UnicodeEncodeError as error:
        before_text = error.object[: error.start]
        line, column = before_text.count("\n") + 1, error.start - before_text.rfind("\n")
        half = phrase("The text holds half of a character (a lone surrogate).")
        raise refusal("document.encoding", half, phrase("Remove it."), line, column) from None
    return source.removeprefix("\ufeff")


def _parse_json(source: str) -> Parsed:
    twice: list[str] = []

    def mapping(pairs: list[tuple[str, Json]]) -> Any:
        data = dict(pairs)
        if len(data) < len(pairs):
            twice.append("")
        try:
            return unwrapped(data)
        except BadEscape as error:
            return error  # not plain data, so it is found below, with its place

    try:
        data: Json = json.loads(source, object_pairs_hook=mapping, parse_int=_json_number, parse_float=_json_number)
    except json.JSONDecodeError as error:
        return _yaml_in_braces(source, error)
    except RecursionError:
        return Parsed(read_yaml(source), source, is_json=False)  # which tells the line
    if twice:
        key, line = json_duplicate(source)
        raise refusal("document.duplicate-key", phrase("The key {key} is there twice.", key=shortened(key)), REMEDY_TWICE, line)
    if bad := problem(data, MAX_DEPTH):
        raise _json_problem(source, data, bad)
    return Parsed(data, source, is_json=True)


def _json_number(text: str) -> Json:
    try:
        return number(text)
    except OverflowError:
        return math.inf


def _json_problem(source: str, data: Json, bad: Problem) -> WeftError:
    line = Lines(source, is_json=True).line(bad.path)
    value: object = find(data, bad.path)
    if isinstance(value, BadEscape):
        return refusal("document.text", phrase("{value}.", value=value), REMEDY_ESCAPE, line)
    if isinstance(value, float):
        text = phrase("The number is not finite or has too many digits.")
        return refusal("document.number", text, REMEDY_NUMBER, line)
    code = "document.depth" if len(bad.path) >= MAX_DEPTH else "document.text"
    return refusal(code, phrase("{bad}.", bad=begun(bad.text)), phrase("Change the value."), line)


def _yaml_in_braces(source: str, error: json.JSONDecodeError) -> Parsed:
    """Read a text that starts with a brace and is not JSON; if it is no YAML either, the JSON error tells more."""
    try:
        return Parsed(read_yaml(source), source, is_json=False)
    except WeftError as yaml_error:
        if yaml_error.issue.code != "document.syntax":
            raise
        remedy = phrase("Check the commas, quotes and brackets here and on the line before.")
        raise refusal("document.syntax", f"{error.msg}.", remedy, error.lineno, error.colno) from None
