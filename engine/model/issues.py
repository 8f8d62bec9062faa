"""What is wrong, where, and what to do about it: one shape for validation, runs and commands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal, TypeVar

from engine.model.values import JsonObject

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Issue:
    """A located finding.

    `code` is stable and dotted (`template.unknown-name`), `text` says what is wrong and `remedy` what to do, each in one
    sentence. `field` is a parameter path such as `cases[0].when`; `line` and `column` count from 1.
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

    def as_json(self) -> JsonObject:
        """Return the fields that are set; `code`, `node`, `field`, `text` and `remedy` always are."""
        always = {"code", "node", "field", "text", "remedy", "severity"}
        return {key: value for key, value in asdict(self).items() if key in always or value not in ("", None)}

    def __str__(self) -> str:
        place = ".".join(part for part in (self.node, self.field or self.port) if part)
        line = f"line {self.line}" if self.line else ""
        file = "" if self.file and self.file in self.text else self.file
        where = ", ".join(part for part in (file, line, place) if part)
        return f"{where}: {self.text}" if where else self.text


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


def counted(number: int, noun: str) -> str:
    """Return `1 run`, `2,000 runs` and so on, for nouns that get an s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
