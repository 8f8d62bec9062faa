"""Which names a template or an expression uses: `nodes.<id>…`, `inputs.<name>`, `vars.<name>`, `run.<name>` and others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from engine.model.issues import Issue
from engine.model.paths import Path

_MARKS = ("{{", "{%")
_OPEN, _CLOSE = "{{ ", " }}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A use of a name that the template does not set itself.

    `root` is the name, `path` the keys behind it as far as they are written out: `nodes.a.output[0].x` has the root `nodes` and
    the path `("a", "output", 0, "x")`, `nodes[i]` an empty one. `line` and `column` count from 1.
    """

    root: str
    path: Path
    line: int
    column: int


class Usage(NamedTuple):
    """The references of a text in their order, or the issue that says why it cannot be read."""

    references: tuple[Reference, ...] = ()
    issue: Issue | None = None


def has_template(text: str) -> bool:
    """Tell whether a text holds anything that can use a name."""
    return any(mark in text for mark in _MARKS)


def usage(text: str, *, expression: bool = False) -> Usage:
    """Return what a template uses. An `expression` may stand without braces; other text without braces uses nothing."""
    if has_template(text):
        return _usage(text, "")
    return _usage(text, _OPEN) if expression and text.strip() else Usage()


@lru_cache(maxsize=4096)
def _usage(text: str, opening: str) -> Usage:
    from jinja2 import TemplateSyntaxError

    from engine.model.template_names import names, split

    source = f"{opening}{text}{_CLOSE}" if opening else text
    try:
        words = split(source)
        found = names(source, words)
    except TemplateSyntaxError as error:
        remedy = "Check the braces, quotes and brackets."
        return Usage(
            issue=Issue(
                "template.syntax", f"The template cannot be read: {str(error.message).rstrip('.')}.", remedy, line=error.lineno
            )
        )
    except RecursionError:
        return Usage(issue=Issue("template.syntax", "The template is nested too deeply.", "Make it simpler."))
    references = []
    for word, path in found:
        at = words[word].offset - len(opening)
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        references.append(Reference(words[word].text, path, line, column))
    return Usage(tuple(references))
