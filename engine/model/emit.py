"""Plain data to YAML text, always in the same form, so that equal data gives equal bytes.

Text with line breaks is a literal block (`|`), whatever blanks it holds; what a block cannot hold is escaped, see
`engine.model.escaped`. Everything else that any common reader of YAML 1.1 or 1.2 could take for something else is quoted.
Mappings and lists are written in block form; short lists of numbers (`[0, 0]`) and what is empty on one line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from engine.model.comments import END, HEAD, Comments, placed
from engine.model.escaped import PRINTABLE, guarded, wrapped
from engine.model.paths import Path
from engine.model.values import Json, JsonObject

MAX_SIMPLE_KEY = 1000
"""Characters of a key that stands on one line with its colon; YAML allows 1,024."""

MAX_NUMBERS_ON_LINE = 8

_INDENT = "  "
_PRINTABLE_LINES = re.compile(f"[\\n{PRINTABLE}]*")
_CONTROL = re.compile(f"[^{PRINTABLE}]|\t")
_ESCAPED_IN_QUOTES = re.compile(rf'[^{PRINTABLE}]|[\t"\\]')
_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_PLAIN = re.compile(rf"(?=[^\W\d]|[/$(])(?:(?!: |:$| #|\t)[{PRINTABLE}])*(?<!\s)")
_OTHER_MEANING = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"))


def emit(data: JsonObject, comments: Comments | None = None) -> str:
    """Return the YAML text of a mapping, with comments above the keys and list items that their paths name."""
    data = guarded(data)
    emitter = _Emitter(placed(comments, data, _is_leaf) if comments else {})
    emitter.comment(HEAD, "")
    if data:
        emitter.block(data, "", ())
    else:
        emitter.lines.append("{}")
    emitter.comment(END, "")
    return "\n".join(emitter.lines) + "\n"


def is_one_line(value: Json) -> bool:
    """Tell whether a value is written on the line of its key (or is a block of text): there is no key below it."""
    if isinstance(value, list):
        return len(value) <= MAX_NUMBERS_ON_LINE and all(type(item) is int or type(item) is float for item in value)
    return not isinstance(value, dict) or not value


def _is_leaf(value: Json) -> bool:
    return is_one_line(value) or _file_form(value) is not value


class _Emitter:
    def __init__(self, comments: Comments) -> None:
        self.lines: list[str] = []
        self._comments = comments

    def comment(self, path: Path, pad: str) -> None:
        """Write the comment that belongs to a path, once."""
        if self._comments:
            self.lines.extend(pad + line for line in self._comments.pop(path, ()))

    def block(self, value: Json, pad: str, path: Path) -> None:
        """Write the lines of a mapping or list that is not empty."""
        if isinstance(value, dict):
            for key, item in value.items():
                below = (*path, key)
                self.comment(below, pad)
                self._entry(self._key(key, pad), item, pad, below)
        elif isinstance(value, list):
            for at, item in enumerate(value):
                self._item(item, pad, (*path, at))

    def _key(self, key: str, pad: str) -> str:
        text = scalar(key)
        if len(text) <= MAX_SIMPLE_KEY:
            return f"{pad}{text}:"
        self.lines.append(f"{pad}? {text}")
        return f"{pad}:"

    def _entry(self, head: str, value: Json, pad: str, path: Path) -> None:
        """Write a value behind its key and colon."""
        value = _file_form(value)
        if not self._short(head, value, pad):
            self.lines.append(head)
            self.block(value, pad + _INDENT, path)

    def _item(self, value: Json, pad: str, path: Path) -> None:
        """Write a list item; the first line of what it holds stands behind its dash."""
        self.comment(path, pad)
        value = _file_form(value)
        if self._short(f"{pad}-", value, pad):
            return
        for below in _first_paths(value, path):
            self.comment(below, pad)
        start = len(self.lines)
        self.block(value, pad + _INDENT, path)
        self.lines[start] = f"{pad}- {self.lines[start][len(pad) + len(_INDENT) :]}"

    def _short(self, head: str, value: Json, pad: str) -> bool:
        """Write a value that has no keys below it and return True, or return False."""
        if isinstance(value, str) and "\n" in value:
            self._literal(head, value, pad + _INDENT)
            return True
        if is_one_line(value):
            self.lines.append(f"{head} {scalar(value)}")
            return True
        return False

    def _literal(self, head: str, text: str, pad: str) -> None:
        """Write text as a literal block whose lines are indented by `pad`."""
        lines = text.split("\n")
        chomping = "-"
        if not lines[-1]:
            lines.pop()
            chomping = "" if lines[-1] else "+"
        indentation = len(_INDENT) if text[0] in " \t\n" else ""
        self.lines.append(f"{head} |{indentation}{chomping}")
        self.lines.extend(pad + line if line else "" for line in lines)


def _file_form(value: Json) -> Json:
    """Return what is written for a value; see `engine.model.escaped`."""
    if isinstance(value, str) and "\n" in value and not _PRINTABLE_LINES.fullmatch(value):
        return wrapped(value)
    return guarded(value) if isinstance(value, dict) else value


def _first_paths(value: Json, path: Path) -> Iterator[Path]:
    """Yield the paths of what shares a line with the dash of the list item `value`."""
    while isinstance(value, list) and not is_one_line(value):
        path, value = (*path, 0), value[0]
        yield path
    if isinstance(value, dict) and value:
        yield (*path, next(iter(value)))


def scalar(value: Json) -> str:
    """Return the text on one line of a scalar, an empty collection, or a short list of numbers."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(scalar, value))}]"
    if isinstance(value, float):
        return _float(value)
    return "{}" if isinstance(value, dict) else json.dumps(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _OTHER_MEANING:
        return text
    if "'" not in text and ("\\" in text or '"' in text) and not _CONTROL.search(text):
        return f"'{text}'"
    return f'"{_ESCAPED_IN_QUOTES.sub(_quoted_char, text)}"'


def _quoted_char(match: re.Match[str]) -> str:
    char = match[0]
    return _SHORT_ESCAPES.get(char) or (f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}")


def _float(number: float) -> str:
    """Write a float so that readers of YAML 1.1, which want a point, take it for one as well."""
    text = repr(number)
    mantissa, e, exponent = text.partition("e")
    return text if "." in mantissa or not e else f"{mantissa}.0e{exponent}"
