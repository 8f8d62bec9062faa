"""Reads plain data into typed pieces and collects what has the wrong shape, each with its path."""

from __future__ import annotations

from typing import TypeVar

from engine.model.issues import Issue, phrase
from engine.model.paths import Path, path_text
from engine.model.values import Json, JsonObject

T = TypeVar("T")

_LARGE = 10**300

_KINDS: dict[type, str] = {
    str: phrase("text"),
    bool: phrase("true or false"),
    int: phrase("a whole number"),
    dict: phrase("a mapping"),
    list: phrase("a list"),
}
_REMEDIES: dict[type, str] = {
    str: phrase("Write text; put it in quotes when it looks like a number, a list or a mapping."),
    bool: phrase("Write true or false."),
    int: phrase("Write a whole number."),
    dict: phrase("Write `name: value` lines, indented below it."),
    list: phrase("Write items that start with `- `, indented below it."),
}


class Shape:
    """A reader of one document; `found` is what is wrong, with paths that `Lines` can turn into lines."""

    def __init__(self) -> None:
        self.found: list[tuple[Path, Issue]] = []

    def report(self, path: Path, code: str, text: str, remedy: str) -> None:
        """Add an issue at a path; the node and field follow from it."""
        in_node = len(path) > 1 and path[0] == "nodes"
        node, field = (str(path[1]), path[2:]) if in_node else ("", path)
        self.found.append((path, Issue(f"document.{code}", text, remedy, node=node, field=path_text(field))))

    def expect(self, value: Json, kind: type[T], path: Path) -> T | None:
        """Return the value if it is of the kind; report it otherwise, unless it is null."""
        if type(value) is kind:
            return value
        if value is not None:
            what = next((name for known, name in _KINDS.items() if type(value) is known), phrase("a number with a point"))
            text = phrase("`{place}` is {what} and should be {kinds}.", place=path_text(path[-1:]), what=what, kinds=_KINDS[kind])
            self.report(path, "type", text, _REMEDIES[kind])
        return None

    def text(self, data: JsonObject, key: str, path: Path) -> str:
        """Return the text under a key, empty when it is not there."""
        value = data.get(key, "")
        return value if type(value) is str else self.expect(value, str, (*path, key)) or ""

    def mapping(self, data: JsonObject, key: str, path: Path) -> JsonObject:
        """Return the mapping under a key, empty when it is not there."""
        return self.expect(data.get(key), dict, (*path, key)) or {}

    def flag(self, data: JsonObject, key: str, path: Path) -> bool:
        """Return the boolean under a key, False when it is not there."""
        return self.expect(data.get(key), bool, (*path, key)) or False

    def numbers(self, value: Json, names: str, path: Path) -> tuple[float, ...]:
        """Return the numbers of a list, one for each word in `names`; zeros when it is something else."""
        words = names.split()
        if isinstance(value, list) and len(value) == len(words):
            numbers = tuple(float(item) for item in value if type(item) is float or (type(item) is int and abs(item) < _LARGE))
            if len(numbers) == len(words):
                return numbers
        text = phrase(
            "`{place}` should be a list of {count} numbers: {words}.",
            place=path_text(path[-1:]),
            count=len(words),
            words=", ".join(words),
        )
        self.report(path, "type", text, phrase("Write [{names}], for example.", names=", ".join("0" * len(words))))
        return (0.0,) * len(words)
