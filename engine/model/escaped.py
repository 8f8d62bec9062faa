r"""Text that a YAML block cannot hold, as `{$escaped: …}` with backslash escapes.

`{"$escaped": "one\\r\ntwo"}` in a file stands for the text `one`, carriage return, line feed, `two`. A mapping of the user's
own that looks like this gets one more `$` in the file (`$$escaped`), and one is taken off when it is read.
"""

from __future__ import annotations

import re

from engine.model.issues import phrase
from engine.model.values import Json, JsonObject

ESCAPED_KEY = "$escaped"

PRINTABLE = "\\t\\x20-\\x7e\\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
"""Inside of a regular expression's brackets: what YAML and every editor keep as it is on one line."""

_LOOKS_ESCAPED = re.compile(r"\$+escaped")
_NEEDS_ESCAPE = re.compile(f"[^\\n{PRINTABLE}]|\\\\")
_ESCAPE = re.compile(r"\\(?:\\|r|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|)")


class BadEscape(ValueError):
    """A `$escaped` value that is no text, or holds an unknown escape."""


def wrapped(text: str) -> JsonObject:
    """Return the mapping that stands for `text` in a file."""
    return {ESCAPED_KEY: _NEEDS_ESCAPE.sub(_escape, text)}


def guarded(data: JsonObject) -> JsonObject:
    """Return what stands in a file for a mapping of the user's own."""
    key = next(iter(data)) if len(data) == 1 else ""
    return {f"${key}": data[key]} if _LOOKS_ESCAPED.fullmatch(key) else data


def unwrapped(data: JsonObject) -> Json:
    """Return what a mapping of a file stands for: itself, in nearly all cases.

    Raises:
        BadEscape: it has the key `$escaped` and no well escaped text.
    """
    key = next(iter(data)) if len(data) == 1 else ""
    if not _LOOKS_ESCAPED.fullmatch(key):
        return data
    value = data[key]
    if key != ESCAPED_KEY:
        return {key[1:]: value}
    if not isinstance(value, str):
        raise BadEscape(phrase("{escaped_key} stands for text and has none", escaped_key=ESCAPED_KEY))
    return _ESCAPE.sub(_unescape, value)


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if char == "\\":
        return "\\\\"
    return "\\r" if char == "\r" else f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _unescape(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    if digits:
        code = int(digits, 16)
        if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            raise BadEscape(phrase("{match} is no character", match=match[0]))
        return chr(code)
    if match[0] == "\\":
        raise BadEscape(phrase("There is an unknown escape in the text"))
    return "\r" if match[0] == "\\r" else "\\"
