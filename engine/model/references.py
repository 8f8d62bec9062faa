"""Which names a template or an expression uses: `nodes.<id>…`, `inputs.<name>`, `vars.<name>`, `run.<name>` and others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from engine.model.foreign import foreign
from engine.model.idioms import syntax_remedy
from engine.model.issues import Issue, phrase
from engine.model.paths import Path

if TYPE_CHECKING:
    from jinja2.nodes import Template

_MARKS = ("{{", "{%")
_OPEN, _CLOSE = "{{ ", " }}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A use of a name that the template does not set itself.

    `root` is the name, `path` the keys behind it as far as they are written out: `nodes.a.output[0].x` has the root `nodes` and
    the path `("a", "output", 0, "x")`, `nodes[i]` an empty one. `line` counts from 1.
    """

    root: str
    path: Path
    line: int


class Usage(NamedTuple):
    """The references of a text in their order and Jinja's tree of it, or the issue that says why it cannot be read."""

    references: tuple[Reference, ...] = ()
    issue: Issue | None = None
    tree: Template | None = None


def has_template(text: str) -> bool:
    """Tell whether a text holds anything that can use a name."""
    return any(mark in text for mark in _MARKS)


def usage(text: str, *, expression: bool = False) -> Usage:
    """Return what a template uses. An `expression` may stand without braces; other text without braces uses nothing."""
    if has_template(text):
        return _usage(text)
    return _parsed(text, _OPEN) if expression and text.strip() else Usage()


_PATH = re.compile(r"(?<!\{)\{\{-?\s*([^\W\d_]\w*(?:\.[^\W\d]\w*)*)\s*-?\}\}")
_KEYWORDS = frozenset(
    ("true", "false", "none", "True", "False", "None", "not", "and", "or", "in", "is", "if", "else", "self", "super")
)


def _plain_paths(text: str) -> Usage | None:
    """Read a template whose braces hold nothing but names such as `nodes.a.output`, as most do, without a parser."""
    if any(mark in _PATH.sub("", text) for mark in (*_MARKS, "{#")):
        return None
    references = []
    for found in _PATH.finditer(text):
        root, *keys = found[1].split(".")
        if root in _KEYWORDS:
            return None
        references.append(Reference(root, tuple(keys), text.count("\n", 0, found.start(1)) + 1))
    return Usage(tuple(references))


def _usage(text: str) -> Usage:
    return _plain_paths(text) or _parsed(text, "")


@lru_cache(maxsize=4096)
def _parsed(text: str, opening: str) -> Usage:
    from jinja2 import TemplateSyntaxError

    from engine.model.template_names import parse, uses

    try:
        tree = parse(f"{opening}{text}{_CLOSE}" if opening else text)
    except TemplateSyntaxError as error:
        problem = phrase("The template cannot be read: {message}.", message=foreign(str(error.message).rstrip(".")))
        remedy = syntax_remedy(text) or phrase("Check the braces, quotes and brackets.")
        return Usage(issue=Issue("template.syntax", problem, remedy, line=error.lineno))
    except ValueError:  # Python reads whole numbers of 4,300 digits and no longer ones
        return Usage(issue=Issue("template.too-large", "A number in the template has too many digits.", "Use a smaller one."))
    except RecursionError:
        return Usage(issue=Issue("template.syntax", "The template is nested too deeply.", "Make it simpler."))
    return Usage(tuple(Reference(use.name, use.path, use.line) for use in uses(tree)), tree=tree)
