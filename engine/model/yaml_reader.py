"""Reads YAML through libyaml's event parser into plain data, and refuses what a document may not hold, with its line.

The YAML is a plain subset: one document, no anchors, aliases, tags or merge keys, keys that are text. Of the plain (unquoted)
scalars `null`, `~` and nothing at all are null, `true` and `false` (also `True`, `TRUE`, ...) are booleans, and numbers are
written as in JSON (`3`, `-0.5`, `1e3`). Everything else is text: `no`, `on`, `2026-01-01`, `1_000`, `0x1F`, `007`, `1:30`.
"""

from __future__ import annotations

import math
import re
from typing import Any, NoReturn

import yaml

from engine.model.escaped import BadEscape, unwrapped
from engine.model.issues import Issue, WeftError, phrase
from engine.model.locate import events
from engine.model.plain import MAX_DEPTH, MAX_DIGITS
from engine.model.values import Json, JsonObject

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: dict[str, Json] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
REMEDY_TWICE = phrase("Remove or rename one of them.")
REMEDY_ESCAPE = phrase("Write a backslash as two, and other characters as \\uXXXX.")
REMEDY_NUMBER = phrase("Put it in quotes if it is text, else write a smaller number.")
_MESSAGES = {
    "expected a single document in the stream": phrase("There is more than one document in the file"),
    "found character that cannot start any token": phrase("A character here cannot start a value"),
    "mapping values are not allowed in this context": phrase("A colon here starts a value where none can be"),
    "could not find expected ':'": phrase("A key has no colon behind it"),
    "did not find expected ',' or ']'": phrase("A comma or a closing bracket is missing"),
    "did not find expected ',' or '}'": phrase("A comma or a closing brace is missing"),
    "did not find expected key": phrase("There is no key where one should begin"),
    "did not find expected '-' indicator": phrase("There is no dash where an item should begin"),
    "did not find expected node content": phrase("There is no value where one should begin"),
    "did not find expected <document start>": phrase("There is something behind the end of the workflow"),
    "found unexpected end of stream": phrase("The file ends within a quoted text"),
    "found a tab character that violates indentation": phrase("There is a tab in the indentation"),
    "found a tab character where an indentation space is expected": phrase("There is a tab in the indentation"),
    "found unknown escape character": phrase("There is an unknown escape in the text"),
    "block sequence entries are not allowed in this context": phrase("A dash here starts an item where none can be"),
    "control characters are not allowed": phrase("There is a control character in the text"),
}


def read_yaml(source: str) -> Json:
    """Return the data of a YAML text.

    Raises:
        WeftError: one issue with the line, see `engine.model.parse.parse`.
    """
    return _Reader(source).document()


def number(text: str) -> Json:
    """Return the number that a text is in JSON.

    Raises:
        OverflowError: it is too large for a float, or has more than `MAX_DIGITS` digits.
    """
    if len(text) <= MAX_DIGITS and _INTEGER.fullmatch(text):
        return int(text)
    value = float(text) if len(text) <= MAX_DIGITS else math.inf
    if math.isinf(value):
        raise OverflowError
    return value


def refusal(code: str, text: str, remedy: str, line: int | None = None, column: int | None = None) -> WeftError:
    """Build the error for a text that cannot be read; line and column count from 1."""
    return WeftError(Issue(code, text, remedy, line=line, column=column))


class _Scalars(dict[str, Json]):
    """Values of plain scalars by their text, worked out once each."""

    def __missing__(self, text: str) -> Json:
        value: Json = text
        if _NUMBER.fullmatch(text):
            value = number(text)
        elif _NOT_FINITE.fullmatch(text):
            raise OverflowError
        self[text] = value
        return value


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._next = events(source)
        self._plain = _Scalars(_WORDS)

    def document(self) -> Json:
        try:
            self._next()
            if type(self._next()) is yaml.StreamEndEvent:
                raise refusal(
                    "document.empty", phrase("The file is empty."), phrase("Write a workflow into it, or take it from a backup.")
                )
            value = self._value(self._next(), MAX_DEPTH)
            self._next()
            extra = self._next()
            if type(extra) is not yaml.StreamEndEvent:
                _refuse(
                    extra,
                    "syntax",
                    phrase("There is more than one document in the file"),
                    phrase("Put each into a file of its own."),
                )
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
            _refuse(
                event,
                "depth",
                phrase("The data is nested deeper than {max_depth} levels", max_depth=MAX_DEPTH),
                phrase("Make it flatter."),
            )
        return self._mapping(depth - 1) if kind is yaml.MappingStartEvent else self._list(depth - 1)

    def _scalar(self, event: Any) -> Json:
        try:
            return self._plain[event.value]
        except OverflowError:
            _refuse(
                event,
                "number",
                phrase("{value} is not finite or has too many digits", value=shortened(event.value)),
                REMEDY_NUMBER,
            )

    def _list(self, depth: int) -> Json:
        items: list[Json] = []
        following = self._next
        while type(event := following()) is not yaml.SequenceEndEvent:
            items.append(self._value(event, depth))
        return items

    def _mapping(self, depth: int) -> Json:
        data: JsonObject = {}
        following = self._next
        while type(event := following()) is not yaml.MappingEndEvent:
            key = self._key(event)
            if key in data:
                _refuse(event, "duplicate-key", phrase("The key {key} is there twice", key=shortened(key)), REMEDY_TWICE)
            data[key] = self._value(following(), depth)
        return _unwrapped(data, event) if len(data) == 1 else data

    def _key(self, event: Any) -> str:
        if type(event) is yaml.AliasEvent:
            _refuse_alias(event)
        if event.anchor is not None or event.tag is not None:
            _refuse_property(event)
        if type(event) is not yaml.ScalarEvent:
            _refuse(event, "key", phrase("A key is a list or a mapping"), phrase("Write a word as the key."))
        key = event.value
        if not event.style:
            if key == "<<":
                _refuse(event, "unsupported", phrase("Merge keys (<<) are not supported"), phrase("Write the keys out."))
            if not isinstance(self._scalar(event), str):
                _refuse(
                    event,
                    "key",
                    phrase("The key {key} is not text", key=shortened(key) or "(nothing)"),
                    phrase("Put it in quotes."),
                )
        return str(key)


def _unwrapped(data: JsonObject, event: Any) -> Json:
    try:
        return unwrapped(data)
    except BadEscape as error:
        _refuse(event, "text", phrase("{error}", error=error), REMEDY_ESCAPE)


def _refuse_alias(event: Any) -> NoReturn:
    _refuse(
        event,
        "unsupported",
        phrase("Aliases (*{anchor}) are not supported", anchor=event.anchor),
        phrase("Write the value out, or use $ref."),
    )


def _refuse_property(event: Any) -> NoReturn:
    if event.anchor is not None:
        _refuse(
            event,
            "unsupported",
            phrase("Anchors (&{anchor}) are not supported", anchor=event.anchor),
            phrase("Remove it, or use $ref."),
        )
    _refuse(
        event,
        "unsupported",
        phrase("Tags ({tag}) are not supported", tag=shortened(event.tag)),
        phrase("Remove it, or quote the text."),
    )


def _refuse(event: Any, code: str, text: str, remedy: str) -> NoReturn:
    mark = event.start_mark
    raise refusal(f"document.{code}", phrase("{text}.", text=text), remedy, mark.line + 1, mark.column + 1)


def shortened(text: str) -> str:
    """Return the beginning of a long text."""
    return text if len(text) <= 40 else f"{text[:39]}…"


def _syntax_error(error: yaml.MarkedYAMLError) -> WeftError:
    mark = error.problem_mark or error.context_mark
    problem = (error.problem or phrase("the YAML cannot be read")).removesuffix(".")
    text = _MESSAGES.get(problem) or f"{problem[:1].upper()}{problem[1:]}"
    if error.context and problem not in _MESSAGES:
        text += f", {error.context}"
    remedy = phrase("Check the indentation (spaces, no tabs), the quotes and the brackets here and on the line before.")
    line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return refusal("document.syntax", phrase("{text}.", text=text), remedy, line, column)


def _character_error(source: str, error: yaml.reader.ReaderError) -> WeftError:
    line = source.encode()[: error.position].count(b"\n") + 1
    text = phrase("The character U+{character:04X} cannot stand in a YAML file.", character=error.character)
    return refusal("document.text", text, phrase("Remove it, or write it with an escape in double quotes."), line)
