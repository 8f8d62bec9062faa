"""Templates in the fields of nodes: Jinja on plain data, with limits on time and size.

Names are `inputs`, `vars`, `nodes`, `run` and what a node adds, such as `item`. Differences from plain Jinja, all for data:

* A name that does not exist is an error that says which one and what is near. `is defined` and `default` can test for it.
* Null reads as empty: as text it is the empty text, a loop over it has no rounds, a part of it is null. A skipped node's
  output is null. `default` replaces null as well as missing names.
* `{{ … }}` writes lists, objects, true and false as JSON.
* `item.name` reads keys before methods, and only harmless methods of texts, lists and objects exist.
* No blocks, includes or imports, no filters whose cost their input does not bound, nothing random.

A template runs on the thread that asks, at most `limits.MAX_SECONDS` of processor time; `limits.at_once` and
`limits.unless_stopped` are for threads that cannot wait that long. It is not a security boundary of its
own: it sees nothing but the data that it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from engine.model.issues import WeftError
from engine.model.references import Usage, usage
from engine.model.values import Json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.api.templating.environment import Compiled

FUNCTIONS = ("range", "dict", "namespace")
"""What every template can call."""

_MARKS = ("{{", "{%", "{#")


def is_template(text: str) -> bool:
    """Tell whether a text holds anything to render."""
    return any(mark in text for mark in _MARKS)


def render(text: str, names: Mapping[str, Any], *, field: str = "") -> str:
    """Render a template to text, blanks and line ends exactly as written (CRLF becomes LF in a text that is a template).

    `names` and the mappings in it may be lazy: only what the template asks for is looked up.

    Raises:
        WeftError: `template.syntax`, `template.unknown-name`, `template.not-allowed`, `template.too-large`,
            `template.too-much-work`, `template.failed` or `template.not-data`; with `field`, and the line where known.
    """
    if not is_template(text):
        return text
    with _located(text, names, field):
        return _text(_engine().compiled_text(text), names)


def render_value(value: Json, names: Mapping[str, Any], *, field: str = "") -> Json:
    """Render every text in a value, however deep; keys stay as they are.

    A text that is one single expression keeps its type: `{{ nodes.a.output }}` gives the list itself, to be treated as
    read-only. Blanks around it do not matter unless it gives a text.

    Raises:
        WeftError: as `render`; `field` is continued to the place, such as `body.items[2].name`.
    """
    from engine.api.templating.limits import rendering

    if not isinstance(value, (list, dict)) and not (isinstance(value, str) and is_template(value)):
        return value
    with rendering():
        return _render_value(value, names, field)


def evaluate(expression: str, names: Mapping[str, Any], *, field: str = "") -> Json:
    """Return what an expression such as `item.score > 3` gives; `{{ item.score > 3 }}` is the same.

    Raises:
        WeftError: as `render`.
    """
    with _located(expression, names, field):
        return _value(_engine().compiled_expression(expression), names)


def check(text: str, *, expression: bool = False, field: str = "") -> Usage:
    """Return what a template or expression uses, or the issue it has before any data is there.

    That is syntax, filters and tests that do not exist, and what a field has no use for; nothing is compiled or run.
    """
    from engine.api.templating.limits import MAX_TOKENS

    if len(text) > MAX_TOKENS and (expression or is_template(text)):
        try:
            with _located(text, {}, field):
                _engine().check_source(text, expression=not is_template(text))
        except WeftError as error:
            return Usage(issue=error.issue)
    used = usage(text, expression=expression)
    if used.issue is not None:
        return Usage(issue=replace(used.issue, field=used.issue.field or field))
    if used.tree is None:
        return used
    try:
        with _located(text, {}, field):
            _engine().check_tree(used.tree)
    except WeftError as error:
        return Usage(issue=error.issue)
    return used


def _render_value(value: Json, names: Mapping[str, Any], field: str) -> Json:
    if isinstance(value, str):
        if not is_template(value):
            return value
        with _located(value, names, field):
            return _kept_or_text(_engine().compiled_text(value), names)
    if isinstance(value, list):
        return [_render_value(one, names, f"{field}[{number}]") for number, one in enumerate(value)]
    if isinstance(value, dict):
        return {key: _render_value(one, names, f"{field}.{key}" if field else key) for key, one in value.items()}
    return value


def _kept_or_text(compiled: Compiled, names: Mapping[str, Any]) -> Json:
    if compiled.as_value is None:
        return _text(compiled, names)
    value = _value(compiled, names)
    before, after = compiled.blanks
    return f"{before}{value}{after}" if isinstance(value, str) and (before or after) else value


def _text(compiled: Compiled, names: Mapping[str, Any]) -> str:
    from engine.api.templating.limits import MAX_OUTPUT, rendering, too_large

    pieces = []
    length = 0
    with rendering():
        for piece in compiled.chunks(names):
            length += len(piece)
            if length > MAX_OUTPUT:
                raise too_large("texts")
            pieces.append(piece)
    return "".join(pieces)


def _value(compiled: Compiled, names: Mapping[str, Any]) -> Json:
    from engine.api.templating.limits import rendering
    from engine.api.templating.values import plain

    with rendering():
        value = compiled.value(names)
        if compiled.path and isinstance(value, (str, list, dict)):
            return cast("Json", value)
        return plain(value)


def _engine() -> Any:
    from engine.api.templating import environment

    return environment


@contextmanager
def _located(source: str, names: Mapping[str, Any], field: str) -> Iterator[None]:
    """Turn what a template raises into a WeftError that names the field and the line."""
    try:
        yield
    except WeftError:
        raise
    except Exception as error:
        from engine.api.templating.errors import explained

        issue = explained(error, names, field, source)
        if issue is None:
            raise
        raise WeftError(issue) from None
