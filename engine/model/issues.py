"""What is wrong, where, and what to do about it: one shape for validation, runs and commands."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeVar

from engine.model.values import Json, JsonObject
from resources.language import Phrase, phrase, phrase_n, tr

__all__ = [
    "Issue",
    "Severity",
    "WeftError",
    "begun",
    "both",
    "counted",
    "either",
    "failure",
    "listed",
    "moved",
    "one_after_other",
    "open_ended",
    "phrase",
    "phrase_n",
    "plain_error",
]

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Issue:
    """A located finding.

    `code` is stable and dotted (`template.unknown-name`), `text` says what is wrong and `remedy` what to do, each in one
    sentence; what is put into them is put in by `phrase`, so that the window can say them in other languages. `field` is a
    parameter path such as `cases[0].when`; `line` and `column` count from 1.
    """

    code: str
    text: str
    remedy: str = ""
    node: str = ""
    field: str = ""
    port: str = ""
    line: int | None = None
    column: int | None = None
    file: str = ""
    severity: Severity = "error"

    def as_json(self, *, phrases: bool = False) -> JsonObject:
        """Return the fields that are set; `code`, `node`, `field`, `text` and `remedy` always are.

        With `phrases` there is also what `from_json` makes phrases of again, for text and remedy where they are some.
        """
        always = {"code", "node", "field", "text", "remedy", "severity"}
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        found: JsonObject = {name: value for name, value in values.items() if name in always or value not in ("", None)}
        found |= {"text": str(self.text), "remedy": str(self.remedy)}
        parts: JsonObject = {name: _parts(values[name]) for name in ("text", "remedy") if isinstance(values[name], Phrase)}
        if phrases and parts:
            found["phrases"] = parts
        return found

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Issue:
        """Return the issue that `as_json` and a JSON reader made `given` of; what a newer program put in is left out."""
        known: dict[str, Any] = {"code": "", "text": ""}
        known |= {field.name: given[field.name] for field in fields(cls) if field.name in given}
        phrases = given.get("phrases")
        for name, parts in phrases.items() if isinstance(phrases, dict) else ():
            if name in ("text", "remedy"):
                known[name] = _joined(parts, str(known.get(name, "")))
        return cls(**known)

    @property
    def said(self) -> str:
        """What is wrong, in the language in use."""
        return tr(self.text)

    @property
    def advice(self) -> str:
        """What to do, in the language in use."""
        return tr(self.remedy)

    @property
    def told(self) -> str:
        """What is wrong and what to do, in the language in use."""
        return " ".join(filter(None, (self.said, self.advice)))

    def __str__(self) -> str:
        place = ".".join(part for part in (self.node, self.field or self.port) if part)
        line = f"line {self.line}" if self.line else ""
        file = "" if self.file and self.file in self.text else self.file
        where = ", ".join(part for part in (file, line, place) if part)
        return f"{where}: {self.text}" if where else self.text


def plain_error(error: Mapping[str, Any]) -> JsonObject:
    """Return an issue's `as_json` without what phrases are made of: for templates, outputs and other programs."""
    return {name: value for name, value in error.items() if name != "phrases"}


class WeftError(Exception):
    """An error that a user can understand: its first issue is the message, the rest are details.

    `retryable` tells whether trying again may help (busy server, time-out), so that a step's retry policy can decide, and
    `retry_after` is the pause in seconds that a server asked for.
    """

    def __init__(self, *issues: Issue, retryable: bool = False, retry_after: float | None = None) -> None:
        super().__init__("; ".join(map(str, issues)))
        self.issues = issues
        self.retryable = retryable
        self.retry_after = retry_after

    @property
    def issue(self) -> Issue:
        """The issue to show when there is room for one."""
        return self.issues[0]


E = TypeVar("E", bound=WeftError)


def failure(code: str, text: str, remedy: str = "", *, node: str = "", field: str = "") -> WeftError:
    """Build the error for a single issue."""
    return WeftError(Issue(code, text, remedy, node=node, field=field))


def moved(error: E, fields: Mapping[str, str], other: str = "") -> E:
    """Return the error with its fields named as in `fields`, parts behind a known name kept; any other becomes `other`."""

    def place(field: str) -> str:
        name = next((name for name in fields if re.match(rf"{re.escape(name)}(?![\w-])", field)), None)
        return other if name is None else f"{fields[name]}{field[len(name) :]}"

    error.issues = tuple(replace(issue, field=place(issue.field)) for issue in error.issues)
    return error


def begun(text: str) -> str:
    """Return a text with a capital letter, as a sentence begins; a phrase stays one."""
    large = text[:1].upper() + text[1:]
    return Phrase(large, text.template, text.values, text.many) if isinstance(text, Phrase) else large


def open_ended(text: str) -> str:
    """Return a text without the full stop at its end; phrases that are put into others have none."""
    return text.rstrip(".") if text.endswith(".") else text


def either(first: str, second: str) -> Phrase:
    """Return `first or second`."""
    return phrase("{first} or {second}", first=first, second=second)


def one_after_other(first: str, second: str) -> Phrase:
    """Return two sentences as one text."""
    return phrase("{first} {second}", first=first, second=second)


def both(first: str, second: str) -> Phrase:
    """Return `first and second`."""
    return phrase("{first} and {second}", first=first, second=second)


def listed(first: str, second: str) -> Phrase:
    """Return `first, second`."""
    return phrase("{first}, {second}", first=first, second=second)


def counted(number: int, noun: str) -> str:
    """Return `1 run`, `2,000 runs` and so on, for nouns that get an s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _parts(said: Phrase) -> JsonObject:
    """Return what a phrase is made of, as plain data."""
    return {"template": said.template, "many": said.many, "values": {name: _part(value) for name, value in said.values.items()}}


def _part(value: Any) -> Json:
    if isinstance(value, Phrase):
        return _parts(value)
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _joined(parts: Json, text: str) -> str:
    """Return the phrase that `_parts` took apart, else the text where it says another one: something was struck out of it."""
    try:
        said = _phrase_of(parts)
    except (KeyError, IndexError, AttributeError, TypeError, ValueError):
        return text
    return Phrase(text, said.template, said.values, said.many) if said.casefold() == text.casefold() else text


def _phrase_of(parts: Any) -> Phrase:
    values = {name: _phrase_of(value) if isinstance(value, dict) else value for name, value in parts["values"].items()}
    if many := parts["many"]:
        return phrase_n(parts["template"], many, int(str(values.pop("count"))), **values)
    return phrase(parts["template"], **values)
