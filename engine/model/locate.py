"""Where things stand in a document's text: lines of paths, and the spans of scalars. Worked out only when asked for."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable
from contextlib import suppress
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, NamedTuple, cast

import yaml

from engine.model.paths import Path


class Place(NamedTuple):
    """A position in a text: offset in characters, line from 1."""

    offset: int
    line: int


class Layout(NamedTuple):
    """Places of all keys and list items by path, in the order of the text, and the spans of scalars."""

    places: dict[Path, Place]
    spans: list[tuple[int, int]]


class Lines:
    """Maps paths of a document to lines of its text."""

    def __init__(self, text: str = "", *, is_json: bool = False) -> None:
        self._text, self._is_json = text, is_json
        self._places: dict[Path, Place] | None = None

    def line(self, path: Path) -> int | None:
        """Return the line of the key or list item at `path`, or of the nearest one around it; None without a text."""
        if self._places is None:
            self._places = json_places(self._text) if self._is_json else yaml_layout(self._text).places
        while path and path not in self._places:
            path = path[:-1]
        return self._places[path].line if path in self._places else None


def events(text: str) -> Callable[[], Any]:
    """Return a function that gives the next parser event of a YAML text, through libyaml."""
    following: Callable[[], Any] = yaml.CSafeLoader(text).get_event
    return following


def yaml_layout(text: str) -> Layout:
    """Return where keys, list items and scalars stand in a YAML text that can be read."""
    places: dict[Path, Place] = {}
    spans: list[tuple[int, int]] = []
    if not text.strip():
        return Layout(places, spans)
    stack: list[_Open] = []
    following = events(text)
    while not isinstance(event := following(), yaml.StreamEndEvent):
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            mark: Any = event.start_mark
            path = stack[-1].enter(event) if stack else ()
            places.setdefault(path, Place(mark.index, mark.line + 1))
            if isinstance(event, yaml.ScalarEvent):
                end: Any = event.end_mark
                spans.append((_content_start(text, mark.index, event.style), end.index))
            else:
                stack.append(_Open(path, isinstance(event, yaml.MappingStartEvent)))
    return Layout(places, spans)


def _content_start(text: str, start: int, style: str | None) -> int:
    """Return the offset of a scalar's text: a block begins on the line after its `|`, which may be followed by a comment."""
    if style in ("|", ">") and (end := _LINE_END.search(text, start)):
        return end.start()
    return start


_LINE_END = re.compile("[\r\n\x85\u2028\u2029]|\\Z")


class _Open:
    """A collection whose end has not come yet."""

    def __init__(self, path: Path, is_mapping: bool) -> None:
        self.path, self._is_mapping, self._count = path, is_mapping, 0
        self._key = ""

    def enter(self, event: Any) -> Path:
        """Return the path of the next key, value or item."""
        self._count += 1
        if not self._is_mapping:
            return (*self.path, self._count - 1)
        if self._count % 2:
            self._key = str(getattr(event, "value", ""))
        return (*self.path, self._key)


_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_int=float)  # which takes any number of digits


def json_places(text: str) -> dict[Path, Place]:
    """Return where keys and list items stand in a text that is JSON."""
    ends = [match.start() for match in re.finditer("\n", text)]
    return {path: Place(offset, bisect_left(ends, offset) + 1) for path, offset in _walk_json(text)}


def json_duplicate(text: str) -> tuple[str, int | None]:
    """Return the first key that is twice in one object of a JSON text, and the line of the second."""
    seen: set[Path] = set()
    for path, offset in _walk_json(text):
        if path in seen:
            return str(path[-1]), text.count("\n", 0, offset) + 1
        seen.add(path)
    return "", None


def _walk_json(text: str) -> list[tuple[Path, int]]:
    """Return paths and offsets of all keys and list items in the order of the text."""
    found: list[tuple[Path, int]] = [((), 0)]

    def skip(at: int) -> int:
        match = _BLANK.match(text, at)
        return match.end() if match else at

    def walk(at: int, path: Path) -> int:
        """Note what is below the value at `at` and return the offset behind it."""
        if text[at] not in "{[":
            return _DECODER.raw_decode(text, at)[1]
        is_object, at, count = text[at] == "{", skip(at + 1), 0
        while text[at] not in "}]":
            step, start = cast("str | int", count), at
            if is_object:
                step, at = scanstring(text, at + 1)
                at = skip(skip(at) + 1)
            found.append(((*path, step), start))
            at = skip(walk(at, (*path, step)))
            if text[at] == ",":
                at = skip(at + 1)
            count += 1
        return at + 1

    with suppress(RecursionError):  # such a text is refused for its depth
        walk(skip(0), ())
    return found
