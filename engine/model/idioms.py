"""How that is written in a template which people know from Python and JavaScript. Code in what is said stands in backquotes."""

from __future__ import annotations

import re

from engine.model.issues import phrase
from resources.language import Phrase

NAMES = dict.fromkeys(("null", "undefined", "nil", "NULL", "Null", "NaN"), "none") | {"TRUE": "true", "FALSE": "false"}
"""Constants that other languages have, with what they are called here."""
_FUNCTIONS = {
    "len": "{it} | length",
    **dict.fromkeys(("str", "String"), "{it} | string"),
    **dict.fromkeys(("int", "parseInt", "Math.floor"), "{it} | int"),
    **dict.fromkeys(("float", "parseFloat", "Number"), "{it} | float"),
    **{name: f"{{it}} | {name}" for name in ("abs", "round", "sum", "min", "max", "list")},
    **{f"Math.{name}": f"{{it}} | {name}" for name in ("abs", "round", "min", "max")},
    "sorted": "{it} | sort",
    "reversed": "{it} | reverse | list",
    "set": "{it} | unique | list",
    "any": "{it} | select | list | length > 0",
    "all": "{it} | reject | list | length == 0",
    **dict.fromkeys(("isinstance", "type"), "{it} is string"),
    **dict.fromkeys(("json.dumps", "JSON.stringify", "repr"), "{it} | tojson"),
    **dict.fromkeys(("json.loads", "JSON.parse"), "{it} | fromjson"),
    "print": "{it}",
    **dict.fromkeys(("datetime.now", "Date.now", "now", "time.time"), "run.started"),
}
_MEMBERS = {
    **dict.fromkeys(("length", "len", "size", "__len__"), "{it} | length"),
    **dict.fromkeys(("append", "push", "add"), "{it} + [item]"),
    **dict.fromkeys(("extend", "concat"), "{it} + other"),
    "pop": "{it}[-1]",
    "shift": "{it}[0]",
    **dict.fromkeys(("includes", "contains", "has", "hasOwnProperty", "has_key"), "item in {it}"),
    "indexOf": "{it}.index(item)",
    "toUpperCase": "{it}.upper()",
    "toLowerCase": "{it}.lower()",
    "trim": "{it}.strip()",
    "startsWith": "{it}.startswith(text)",
    "endsWith": "{it}.endswith(text)",
    **dict.fromkeys(("slice", "substring", "substr"), "{it}[0:3]"),
    **dict.fromkeys(("toString", "str"), "{it} | string"),
    "sort": "{it} | sort",
    "reverse": "{it} | reverse | list",
    "join": "{it} | join(', ')",
    "map": "{it} | map(attribute='name') | list",
    "filter": "{it} | selectattr('name') | list",
    "toFixed": "{it} | round(2)",
}
_ARGUMENT = r"\s*\(\s*(?P<it>[^\W\d]\w*(?:\.[^\W\d]\w*|\[\d+\])*)?"
_BRACES = re.compile(r"\{\{(.*?)(?:\}\}|\Z)|\{%(.*?)(?:%\}|\Z)", re.DOTALL)
_STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
_ANYWHERE = tuple((re.compile(pattern), remedy) for pattern, remedy in (
    (r"&&", phrase("Write `and` for `&&`.")),
    (r"\|\|", phrase("Write `or` for `||`.")),
    (r"[=!]==", phrase("Write `==` to compare, `!=` for what differs.")),
    (r"(?:=>|\blambda\b)", phrase("There are no functions here: write `map(attribute='name')` behind `|`, or a `for` loop.")),
    (r"!(?!=)", phrase("Write `not` for `!`.")),
    (r"\?\?", phrase("Write `value | default(other)` for `value ?? other`.")),
    (r"\?\.", phrase("Write `.` for `?.`: a part of nothing is nothing.")),
    (r"\?", phrase("Write `a if test else b` for `test ? a : b`.")),
    (r"\b[fFrRbB]''", phrase("Texts are put together with `~`, as in `'Dear ' ~ name`.")),
    (r"`", phrase("Write texts in quotes, as in `'text'`, and put them together with `~`.")),
    (r"\+\+|--|[-+*/]=", phrase("Nothing is changed in a template: write the new value, as in `value + 1`.")),
    (r"[\[(].*\bfor\b.*\bin\b", phrase("Write `list | map(attribute='name') | list`, or a `for` loop.")),
))  # fmt: skip
_IN_VALUES = tuple((re.compile(pattern), remedy) for pattern, remedy in (
    (r"^\s*(?:import|from|def|return|class)\b", phrase("A template is no program: use a Python script for this.")),
    (r"^\s*if\b", phrase("Write `a if test else b`.")),
    (r"^[^()]*(?<![=!<>])=(?!=)", phrase("Write `==` to compare.")),
))  # fmt: skip


def name_remedy(name: str, text: str) -> Phrase | None:
    """Return how that is written for which a template has a name that there is not; None where nothing is known."""
    if name in NAMES:
        return phrase("Write `{how}`.", how=NAMES[name])
    for function, how in _FUNCTIONS.items():
        if function.partition(".")[0] == name and (used := re.search(rf"(?<![\w.]){re.escape(function)}{_ARGUMENT}", text)):
            return phrase("Write `{how}`.", how=how.format(it=used["it"] or "value"))
    return None


def is_function(name: str) -> bool:
    """Tell whether a name is one that `name_remedy` knows as a function or what holds some."""
    return any(function.partition(".")[0] == name for function in _FUNCTIONS)


def member_remedy(name: str, owner: str) -> Phrase | None:
    """Return how that is written for which a value has a part that there is not; `owner` is how the value is written."""
    how = _MEMBERS.get(name)
    return phrase("Write `{how}`.", how=how.format(it=owner or "value")) if how else None


def syntax_remedy(text: str) -> Phrase | None:
    """Return how that is written which makes a template unreadable; None where it is nothing of another language."""
    parts = _BRACES.findall(text)
    values = [_STRING.sub("''", value) for value, statement in parts if not statement] if parts else [_STRING.sub("''", text)]
    statements = [_STRING.sub("''", statement) for _, statement in parts]
    for patterns, among in ((_ANYWHERE, [*values, *statements]), (_IN_VALUES, values)):
        found = next((remedy for pattern, remedy in patterns for part in among if pattern.search(part)), None)
        if found is not None:
            return found
    return None
