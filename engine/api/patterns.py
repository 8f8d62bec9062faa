"""Regular expressions of strangers: a matcher without backtracking, which pydantic brings along, and limits on its work.

Its time is the size of the pattern times the length of the text. It has no look-around and no references to groups.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.model.issues import phrase

if TYPE_CHECKING:
    from pydantic_core import SchemaValidator

MAX_PATTERN = 1_000
MAX_WEIGHT = 2_000
"""Characters of a pattern when its counted repeats are written out."""
MAX_TEXT = 100_000

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d*)(?:,(\d*))?\}|[()]|.", re.DOTALL)


class BadPattern(ValueError):
    """A pattern or its text is too much for the matcher."""


def pattern_problem(pattern: str) -> str:
    """Return why a pattern cannot be used, or an empty text."""
    if len(pattern) > MAX_PATTERN:
        return phrase("it is longer than {max_pattern:,} characters", max_pattern=MAX_PATTERN)
    if _weight(pattern) > MAX_WEIGHT:
        return phrase("its repeats amount to more than {max_weight:,} characters", max_weight=MAX_WEIGHT)
    try:
        _compiled(pattern)
    except BadPattern as error:
        return phrase("{error}", error=error)
    return ""


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern that has no problem is found anywhere in a text.

    Raises:
        BadPattern: the text is longer than `MAX_TEXT`, or the pattern is none.
    """
    if len(text) > MAX_TEXT:
        raise BadPattern(phrase("A text of {count:,} characters is too long for a pattern", count=len(text)))
    return _compiled(pattern).isinstance_python(text)


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> SchemaValidator:
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex", strict=True))
    except SchemaError as error:
        reason = str(error).strip().splitlines()[-1].removeprefix("error: ").strip()
        raise BadPattern(reason.rstrip(".") or phrase("it is no regular expression")) from None


def _weight(pattern: str) -> int:
    """Return about how many characters a pattern has once its counted repeats are written out."""
    groups, last = [0], 0
    for token in _TOKEN.finditer(pattern):
        part = token[0]
        if part == "(":
            groups.append(0)
        elif part == ")" and len(groups) > 1:
            last = groups.pop()
            groups[-1] += last
        elif token[1] is not None:
            times = max(int(count) for count in (token[1], token[2], "1") if count)
            groups[-1] += last * (times - 1)
            last *= times
        else:
            last = 1
            groups[-1] += 1
    return sum(groups)
