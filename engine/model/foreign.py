"""What the system and libraries say, as phrases where it is known: their English goes into messages that are translated."""

from __future__ import annotations

import re

from engine.model.issues import phrase

_KNOWN = {
    str(said): said
    for said in (
        phrase("No such file or directory"),
        phrase("Permission denied"),
        phrase("Operation not permitted"),
        phrase("Is a directory"),
        phrase("Not a directory"),
        phrase("File exists"),
        phrase("File name too long"),
        phrase("No space left on device"),
        phrase("Disk quota exceeded"),
        phrase("Read-only file system"),
        phrase("Input/output error"),
        phrase("Device or resource busy"),
        phrase("Too many open files"),
        phrase("Connection refused"),
        phrase("Connection reset by peer"),
        phrase("Connection timed out"),
        phrase("Network is unreachable"),
        phrase("No route to host"),
        phrase("Name or service not known"),
        phrase("Temporary failure in name resolution"),
        phrase("All connection attempts failed"),
        phrase("division by zero"),
        phrase("end of template"),
        phrase("end of print statement"),
        phrase("end of statement block"),
        phrase("begin of print statement"),
        phrase("begin of statement block"),
    )
}
_PATTERNS = (
    (re.compile(r"unexpected '(?P<token>.+)'"), phrase("unexpected '{token}'")),
    (re.compile(r"unexpected char '(?P<sign>.)' at (?P<place>\d+)"), phrase("unexpected char '{sign}' at {place}")),
    (re.compile(r"expected token '(?P<wanted>.+)', got '(?P<found>.+)'"), phrase("expected token '{wanted}', got '{found}'")),
)
"""Of Jinja."""


def foreign(said: object) -> str:
    """Return what something else than Weft said; a phrase where it is known."""
    text = str(said)
    if text in _KNOWN:
        return _KNOWN[text]
    for pattern, template in _PATTERNS:
        if match := pattern.fullmatch(text):
            return phrase(template, **{name: foreign(value) for name, value in match.groupdict().items()})
    return text
