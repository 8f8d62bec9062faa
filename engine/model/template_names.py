"""Reads the words of a Jinja template, and which of them are names that come from outside.

Jinja's tree knows lines only. Where the exact place of a name matters, a template is parsed with a line break put before each
word, which changes nothing in its meaning; the line of a name then tells which word it was. Importing this module imports Jinja2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError, nodes

from engine.model.paths import Path

_LEFT_OUT = frozenset(("data", "whitespace", "comment_begin", "comment", "comment_end"))
_IN_MACROS = frozenset(("caller", "varargs", "kwargs"))


class Word(NamedTuple):
    """A token inside of braces: its offset in the text, its kind (`name`, `string`, `operator`, ...) and how it is written."""

    offset: int
    kind: str
    text: str


class Use(NamedTuple):
    """A use of a name from outside: its line from 1, the name, and the path behind it as far as that is written out."""

    line: int
    name: str
    path: Path


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(keep_trailing_newline=True, autoescape=False)


def split(text: str) -> list[Word]:
    """Return the words of a template.

    Raises:
        jinja2.TemplateSyntaxError: a word cannot be read, or braces are open.
    """
    source = text.replace("\r", " ")  # the lexer would turn CRLF into LF, and offsets would no longer fit
    words, at = [], 0
    for _, kind, value in _environment().lexer.tokeniter(source, None):
        at = source.index(value, at)  # blanks that a `-` takes away come in no token
        if kind not in _LEFT_OUT:
            words.append(Word(at, kind, value))
        at += len(value)
    return words


def parse(text: str) -> nodes.Template:
    """Return Jinja's tree of a template.

    Raises:
        jinja2.TemplateSyntaxError: the template cannot be parsed.
    """
    return _environment().parse(text.replace("\r", " "))


def uses(tree: nodes.Template) -> list[Use]:
    """Return the uses of names from outside, by line."""
    return sorted(_uses(tree, set()), key=lambda use: use.line)


def words_of_names(text: str, words: list[Word]) -> list[int]:
    """Return which words are names from outside, in the order of the text. Raises as `parse`."""
    pieces, word_of_line, line, done = [], {}, 1, 0
    for index, word in enumerate(words):
        if word.kind == "name":
            pieces.append(text[done : word.offset] + "\n")
            line += pieces[-1].count("\n")
            word_of_line[line] = index
            done = word.offset
    found = uses(parse("".join(pieces) + text[done:]))
    return sorted(word_of_line[use.line] for use in found if use.line in word_of_line)


def places_from_outside(text: str, *, expression: bool = False) -> frozenset[int] | None:
    """Return where names from outside stand, by offset; None for a text that cannot be read, as while it is typed.

    An `expression` may stand without braces.
    """
    opening = "{{ " if expression and "{{" not in text and "{%" not in text else ""
    source = f"{opening}{text} }}}}" if opening else text
    try:
        words = split(source)
        return frozenset(words[index].offset - len(opening) for index in words_of_names(source, words))
    except (TemplateSyntaxError, ValueError, RecursionError):
        return None


def is_expression(text: str) -> bool:
    """Tell whether a text in braces, `{{ … }}`, is a single expression with nothing around it."""
    body = _environment().parse(text).body
    return len(body) == 1 and isinstance(body[0], nodes.Output) and len(body[0].nodes) == 1


def _uses(node: nodes.Node, known: set[str]) -> Iterator[Use]:
    """Yield the names in `node` that are not `known`; what the template sets from there on is added."""
    if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        yield from _chain(node, known)
    elif isinstance(node, nodes.For):
        yield from _uses(node.iter, known)
        inner = known | _targets(node.target) | {"loop"}
        yield from _all([*([node.test] if node.test else []), *node.body], inner)
        yield from _all(node.else_, set(known))
    elif isinstance(node, nodes.With):
        yield from _all(node.values, known)
        yield from _all(node.body, known.union(*map(_targets, node.targets)))
    elif isinstance(node, nodes.Macro | nodes.CallBlock):
        if isinstance(node, nodes.Macro):
            known.add(node.name)
        else:
            yield from _uses(node.call, known)
        yield from _all(node.defaults, known)
        yield from _all(node.body, known.union(_IN_MACROS, *map(_targets, node.args)))
    elif isinstance(node, nodes.Assign):
        yield from _uses(node.node, known)
        known |= _targets(node.target)
    elif isinstance(node, nodes.AssignBlock | nodes.FilterBlock):
        yield from _all(node.body, set(known))
        yield from _all([node.filter] if node.filter else [], known)
        known |= _targets(node.target) if isinstance(node, nodes.AssignBlock) else set()
    else:
        yield from _all(node.iter_child_nodes(), known)


def _all(children: Iterable[nodes.Node], known: set[str]) -> Iterator[Use]:
    for item in children:
        yield from _uses(item, known)


def _chain(node: nodes.Node, known: set[str]) -> Iterator[Use]:
    """Yield what `name.key["key"][0]` uses; the path ends before a part that is worked out."""
    path: list[str | int] = []
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        if isinstance(node, nodes.Getattr):
            path.append(node.attr)
        elif isinstance(node.arg, nodes.Const) and type(node.arg.value) in (str, int):
            path.append(node.arg.value)
        else:
            path.clear()
            yield from _uses(node.arg, known)
        node = node.node
    if not isinstance(node, nodes.Name):
        yield from _uses(node, known)
    elif node.ctx == "load" and node.name not in known:
        yield Use(node.lineno, node.name, tuple(reversed(path)))


def _targets(node: nodes.Node) -> set[str]:
    """Return the names that a target of `set`, `for`, `with` or a macro's arguments binds."""
    if isinstance(node, nodes.Name):
        return {node.name}
    return {name.name for name in node.find_all(nodes.Name)}
