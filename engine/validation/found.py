"""Collects the issues of a document, each with its place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.model.issues import Issue, Severity
from engine.model.paths import Path, path_text

if TYPE_CHECKING:
    from engine.model.locate import Lines


class Found:
    """The issues found so far. With `lines`, each names its line in the file."""

    def __init__(self, lines: Lines | None = None, file: str = "") -> None:
        self.issues: list[Issue] = []
        self._lines, self._file = lines, file

    def add(
        self, code: str, text: str, remedy: str, path: Path, *, node: str = "", port: str = "", severity: Severity = "error"
    ) -> None:
        """Add an issue at a path of the file, such as `("nodes", "ask", "params", "cases", 0, "when")`."""
        self.place(Issue(code, text, remedy, node=node, port=port, severity=severity), path)

    def place(self, issue: Issue, path: Path) -> None:
        """Add an issue that somebody else found; node, field and line come from the path where they are not set.

        The field of an option begins with `options`, because a parameter may have the same name.

        A line that the issue has counts from the start of the value at the path.
        """
        if path[:1] == ("nodes",) and len(path) > 1:
            inside = path[3:] if path[2:3] == ("params",) else path[2:] if path[2:3] == ("options",) else ()
            issue = replace(issue, node=issue.node or str(path[1]), field=issue.field or path_text(inside))
        elif not issue.field and path[:1] != ("edges",):
            issue = replace(issue, field=path_text(path))
        if self._lines is not None:
            first = self._lines.line(path)
            inner = issue.line - 1 if issue.line and first else 0
            issue = replace(issue, line=first + inner if first else None, file=self._file)
        self.issues.append(issue)
