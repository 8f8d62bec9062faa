"""What commands print: for people, or one JSON object, or one object a line. Results go to stdout, all else to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, Literal, cast

from desktop_app.show.issues import show_issue
from desktop_app.show.layout import UNBOUNDED
from desktop_app.streams import Stream
from engine.model.issues import Issue, WeftError, plain_error
from engine.model.values import JsonObject

if TYPE_CHECKING:
    from rich.console import Console

Mode = Literal["human", "json", "events"]
ERROR_KEYS = ("code", "node", "field", "text", "remedy")


@dataclass
class Output:
    """The two streams and the mode. `shape` is what a command's object has also when it fails before it did anything."""

    mode: Mode = "human"
    debug: bool = False
    shape: JsonObject = field(default_factory=dict)
    stdout: Stream = field(default_factory=lambda: Stream(sys.stdout))
    stderr: Stream = field(default_factory=lambda: Stream(sys.stderr, optional=True))

    @cached_property
    def screen(self) -> Console:
        """Where results for people go."""
        return _console(self.stdout)

    @cached_property
    def notes(self) -> Console:
        """Where progress, questions and errors go."""
        return _console(self.stderr)

    @property
    def is_human(self) -> bool:
        """Tell whether a person reads the results."""
        return self.mode == "human"

    def result(self, value: Mapping[str, Any], show: Callable[[Console], None]) -> None:
        """Give a command's one result. With `--events` its lines have told it already, if there were any."""
        if self.is_human:
            show(self.screen)
        else:
            self._line(value)

    def items(self, items: Iterable[Mapping[str, Any]], show: Callable[[Console], None]) -> None:
        """Give a command's list."""
        if self.is_human:
            show(self.screen)
        elif self.mode == "json":
            self._line({"items": list(items)})
        else:
            for item in items:
                self._line(item)

    def event(self, event: Mapping[str, Any]) -> None:
        """Give an event, with `--events` only."""
        if self.mode == "events":
            error = event.get("error")
            self._line({**event, "error": plain_error(error)} if isinstance(error, dict) else event)

    def note(self, text: str) -> None:
        """Tell something beside the result."""
        self.notes.print(text, markup=False, highlight=False, soft_wrap=True)

    def error(self, error: WeftError) -> None:
        """Give the error that ended a command: all issues to people, the first one, and several as `issues`, to programs."""
        if self.is_human:
            for issue in error.issues:
                self.issue(issue)
            return
        begin = {"event": "error"} if self.mode == "events" else self.shape
        value = {**begin, "error": error_json(error.issue.as_json())}
        if len(error.issues) > 1:
            value["issues"] = [issue.as_json() for issue in error.issues]
        self._line(value)

    def issue(self, issue: Issue) -> None:
        """Show an issue to a person: place and text, then what to do."""
        show_issue(self.notes, issue)

    def _line(self, value: Mapping[str, Any]) -> None:
        self.stdout.write(to_line(value, readable=self.stdout.is_utf8) + "\n")


def to_line(value: Mapping[str, Any], *, readable: bool = True) -> str:
    """Return an object as one line of JSON; half surrogate pairs are escaped."""
    text = json.dumps(value, ensure_ascii=not readable, separators=(", ", ": "), default=str)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(", ", ": "), default=str)
    return text


def error_json(error: Mapping[str, Any]) -> JsonObject:
    """Return an error with the five keys that every one has, and the further ones that say where."""
    return {**dict.fromkeys(ERROR_KEYS, ""), **plain_error(error)}


def _console(stream: Stream) -> Console:
    from rich.console import Console

    width = None if stream.isatty() else UNBOUNDED
    return Console(file=cast("IO[str]", stream), highlight=False, emoji=False, width=width)
