"""Document text to plain data: YAML through libyaml's event parser, and JSON. Nothing is executed, no object is built.

The YAML is a plain subset: one document, no anchors, aliases, tags or merge keys, keys that are text. Of the plain (unquoted)
scalars `null`, `~` and nothing at all are null, `true` and `false` (also `True`, `TRUE`, ...) are booleans, and numbers are
written as in JSON (`3`, `-0.5`, `1e3`). Everything else is text: `no`, `on`, `2026-01-01`, `1_000`, `0x1F`, `007`, `1:30`.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NamedTuple, NoReturn

import yaml

from engine.model.escaped import BadEscape, unwrapped
from engine.model.issues import Issue, WeftError
from engine.model.locate import Lines, events, json_duplicate
from engine.model.paths import find
from engine.model.plain import MAX_DEPTH, MAX_DIGITS, Problem, problem
from engine.model.values import Json, JsonObject

MAX_BYTES = 50 * 2**20

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: dict[str, Json] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_TWICE = "Remove or rename one of them."
_ESCAPES = "Write a backslash as two, and other characters as \\uXXXX."
_NUMBERS = "Put it in quotes if it is text, else write a smaller number."
_MESSAGES = {
    "expected a single document in the stream": "There is more than one document in the file",
    "found character that cannot start any token": "A character here cannot start a value",
    "mapping values are not allowed in this context": "A colon here starts a value where none can be",
    "could not find expected ':'": "A key has no colon behind it",
    "control characters are not allowed": "There is a control character in the text",
}


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
        if not source.strip():
            raise refusal("document.empty", "The file is empty.", "Write a workflow into it, or take it from a backup.")
        if source.lstrip()[0] in "{[":
            return _parse_json(source)
        return Parsed(_YamlReader(source).document(), source, is_json=False)
    except WeftError as error:
        if not file:
            raise
        raise in_file(error, file) from error


def in_file(error: WeftError, file: str) -> WeftError:
    """Return the error with the file named in its issues."""
    from dataclasses import replace

    return WeftError(*(replace(issue, file=file) for issue in error.issues))


def decoded(text: str | bytes) -> str:
    """Return the text of a file without a byte order mark.

    Raises:
        WeftError: it is no UTF-8, or larger than `MAX_BYTES`.
    """
    if len(text) > MAX_BYTES:
        size = f"The file is larger than {MAX_BYTES // 2**20} MB."
        raise refusal("document.size", size, "Keep large data in files of its own.")
    try:
        if isinstance(text, bytes):
            source = text.decode()
        else:
            text.encode()
            source = text
    except UnicodeDecodeError as error:
        before = bytes(error.object[: error.start])
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise refusal("document.encoding", "The file is not UTF-8 text.", "Save it as UTF-8.", line, column) from None
    except UnicodeEncodeError as error:
        before_text = error.object[: error.start]
        line, column = before_text.count("\n") + 1, error.start - before_text.rfind("\n")
        half = "The text holds half of a character (a lone surrogate)."
        raise refusal("document.encoding", half, "Remove it.", line, column) from None
    return source.removeprefix("\ufeff")


def refusal(code: str, text: str, remedy: str, line: int | None = None, column: int | None = None) -> WeftError:
    """Build the error for a text that cannot be read; line and column count from 1."""
    return WeftError(Issue(code, text, remedy, line=line, column=column))


class _Scalars(dict[str, Json]):
    """Values of plain scalars by their text, worked out once each."""

    def __missing__(self, text: str) -> Json:
        value: Json = text
        if _NUMBER.fullmatch(text):
            value = _number(text)
        elif _NOT_FINITE.fullmatch(text):
            raise OverflowError
        self[text] = value
        return value


def _number(text: str) -> Json:
    if len(text) <= MAX_DIGITS and _INTEGER.fullmatch(text):
        return int(text)
    value = float(text) if len(text) <= MAX_DIGITS else math.inf
    if math.isinf(value):
        raise OverflowError
    return value


class _YamlReader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._next = events(source)
        self._plain = _Scalars(_WORDS)

    def document(self) -> Json:
        try:
            self._next()
            if type(self._next()) is yaml.StreamEndEvent:
                raise refusal("document.empty", "The file is empty.", "Write a workflow into it, or take it from a backup.")
            value = self._value(self._next(), MAX_DEPTH)
            self._next()
            extra = self._next()
            if type(extra) is not yaml.StreamEndEvent:
                _refuse(extra, "syntax", "There is more than one document in the file", "Put each into a file of its own.")
        except yaml.MarkedYAMLError as error:
            raise _syntax_error(error) from None
        except yaml.reader.ReaderError as error:
            raise _character_error(self._source, error) from None
        return value

    def _value(self, event: Any, depth: int) -> Json:
        kind = type(event)
        if kind is yaml.AliasEvent:
            _refuse_alias(event)
        if event.anchor is not None or event.tag is not None:
            _refuse_property(event)
        if kind is yaml.ScalarEvent:
            return event.value if event.style else self._scalar(event)
        if depth == 0:
            _refuse(event, "depth", f"The data is nested deeper than {MAX_DEPTH} levels", "Make it flatter.")
        return self._mapping(depth - 1) if kind is yaml.MappingStartEvent else self._list(depth - 1)

    def _scalar(self, event: Any) -> Json:
        try:
            return self._plain[event.value]
        except OverflowError:
            _refuse(event, "number", f"{_shortened(event.value)} is not finite or has too many digits", _NUMBERS)

    def _list(self, depth: int) -> Json:
        items: list[Json] = []
        following = self._next
        while type(event := following()) is not yaml.SequenceEndEvent:
            items.append(self._value(event, depth))
        return items

    def _mapping(self, depth: int) -> Json:
        data: JsonObject = {}
        following, plain = self._next, self._plain
        while type(event := following()) is not yaml.MappingEndEvent:
            key = self._key(event)
            if key in data:
                _refuse(event, "duplicate-key", f"The key {_shortened(key)} is there twice", _TWICE)
            event = following()
            if type(event) is yaml.ScalarEvent and event.anchor is None and event.tag is None:
                if event.style:
                    data[key] = event.value
                elif (word := event.value) in plain:
                    data[key] = plain[word]
                else:
                    data[key] = self._scalar(event)
            else:
                data[key] = self._value(event, depth)
        if len(data) == 1:
            return _unwrapped(data, event)
        return data

    def _key(self, event: Any) -> str:
        if type(event) is yaml.AliasEvent:
            _refuse_alias(event)
        if event.anchor is not None or event.tag is not None:
            _refuse_property(event)
        if type(event) is not yaml.ScalarEvent:
            _refuse(event, "key", "A key is a list or a mapping", "Write a word as the key.")
        key = event.value
        if not event.style:
            if key == "<<":
                _refuse(event, "unsupported", "Merge keys (<<) are not supported", "Write the keys out.")
            if not isinstance(self._scalar(event), str):
                _refuse(event, "key", f"The key {_shortened(key) or '(nothing)'} is not text", "Put it in quotes.")
        return str(key)


def _unwrapped(data: JsonObject, event: Any) -> Json:
    try:
        return unwrapped(data)
    except BadEscape as error:
        _refuse(event, "text", str(error), _ESCAPES)


def _refuse_alias(event: Any) -> NoReturn:
    _refuse(event, "unsupported", f"Aliases (*{event.anchor}) are not supported", "Write the value out, or use $ref.")


def _refuse_property(event: Any) -> NoReturn:
    if event.anchor is not None:
        _refuse(event, "unsupported", f"Anchors (&{event.anchor}) are not supported", "Remove it, or use $ref.")
    _refuse(event, "unsupported", f"Tags ({_shortened(event.tag)}) are not supported", "Remove it, or quote the text.")


def _refuse(event: Any, code: str, text: str, remedy: str) -> NoReturn:
    mark = event.start_mark
    raise refusal(f"document.{code}", f"{text}.", remedy, mark.line + 1, mark.column + 1)


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _syntax_error(error: yaml.MarkedYAMLError) -> WeftError:
    mark = error.problem_mark or error.context_mark
    problem = (error.problem or "the YAML cannot be read").removesuffix(".")
    text = _MESSAGES.get(problem) or f"{problem[:1].upper()}{problem[1:]}"
    if error.context and problem not in _MESSAGES:
        text += f", {error.context}"
    remedy = "Check the indentation (spaces, no tabs), the quotes and the brackets here and on the line before."
    line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return refusal("document.syntax", f"{text}.", remedy, line, column)


def _character_error(source: str, error: yaml.reader.ReaderError) -> WeftError:
    line = source.encode()[: error.position].count(b"\n") + 1
    text = f"The character U+{error.character:04X} cannot stand in a YAML file."
    return refusal("document.text", text, "Remove it, or write it with an escape in double quotes.", line)


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
        return Parsed(_YamlReader(source).document(), source, is_json=False)  # which tells the line
    if twice:
        key, line = json_duplicate(source)
        raise refusal("document.duplicate-key", f"The key {_shortened(key)} is there twice.", _TWICE, line)
    if bad := problem(data, MAX_DEPTH):
        raise _json_problem(source, data, bad)
    return Parsed(data, source, is_json=True)


def _json_number(text: str) -> Json:
    try:
        return _number(text)
    except OverflowError:
        return math.inf


def _json_problem(source: str, data: Json, bad: Problem) -> WeftError:
    line = Lines(source, is_json=True).line(bad.path)
    value: object = find(data, bad.path)
    if isinstance(value, BadEscape):
        return refusal("document.text", f"{value}.", _ESCAPES, line)
    if isinstance(value, float):
        text = "The number is not finite or has too many digits."
        return refusal("document.number", text, _NUMBERS, line)
    code = "document.depth" if len(bad.path) >= MAX_DEPTH else "document.text"
    return refusal(code, f"{bad.text[:1].upper()}{bad.text[1:]}.", "Change the value.", line)


def _yaml_in_braces(source: str, error: json.JSONDecodeError) -> Parsed:
    """Read a text that starts with a brace and is not JSON; if it is no YAML either, the JSON error tells more."""
    try:
        return Parsed(_YamlReader(source).document(), source, is_json=False)
    except WeftError as yaml_error:
        if yaml_error.issue.code != "document.syntax":
            raise
        remedy = "Check the commas, quotes and brackets here and on the line before."
        raise refusal("document.syntax", f"{error.msg}.", remedy, error.lineno, error.colno) from None
