"""From what Jinja and Python raise while a template is compiled or runs, to an issue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Template, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError

from engine.api.templating.environment import unknown_part
from engine.api.templating.limits import TemplateFailure, too_large
from engine.api.templating.values import UnknownName
from engine.model.foreign import foreign
from engine.model.idioms import name_remedy, syntax_remedy
from engine.model.issues import Issue, phrase
from resources.language import Phrase

_UNKNOWN_PART = re.compile(r"No (filter|test) named '([^']*)'")
_FAULTS_OF_TEMPLATES = (
    TemplateError, TemplateFailure, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, AssertionError,
    RecursionError, MemoryError,
)  # fmt: skip


def explained(error: Exception, names: Mapping[str, Any], field: str, source: str) -> Issue | None:
    """Return the issue for an error, or None for one that is no fault of a template."""
    if not isinstance(error, _FAULTS_OF_TEMPLATES):
        return None
    failure = _failure(error, names)
    line = error.lineno if isinstance(error, TemplateSyntaxError) else _line(error)
    remedy = _idiom(error, failure, source) or failure.remedy or _REMEDIES[failure.code]
    return Issue(failure.code, failure.text, remedy, field=field, line=line if "\n" in source else None)


def _idiom(error: Exception, failure: TemplateFailure, source: str) -> str | None:
    """Return how that is written which people know from elsewhere."""
    if isinstance(failure, UnknownName) and isinstance(error, UnknownName) and error.at_top:
        return name_remedy(failure.name, source)
    return syntax_remedy(source) if isinstance(error, TemplateSyntaxError) and not _UNKNOWN_PART.search(str(error)) else None


def _failure(error: Exception, names: Mapping[str, Any]) -> TemplateFailure:
    if isinstance(error, UnknownName) and error.at_top:
        return UnknownName(error.text, error.name, names)
    if isinstance(error, TemplateFailure):
        return error
    if isinstance(error, RecursionError):
        return TemplateFailure("template.too-much-work", "The template or its data is nested too deeply.")
    if isinstance(error, MemoryError):
        return TemplateFailure("template.too-large", "There is not enough memory for the template.")
    if "integer string conversion" in str(error):
        return too_large(phrase("numbers"))
    if isinstance(error, SecurityError):
        return TemplateFailure(
            "template.not-allowed", phrase("The template is not allowed to do this: {reason}", reason=_end(error))
        )
    if match := _UNKNOWN_PART.search(str(error)):
        return unknown_part(*match.groups())
    if isinstance(error, TemplateSyntaxError):
        return TemplateFailure(
            "template.syntax",
            phrase("The template cannot be read: {reason}", reason=_end(error.message or error)),
            "Check the braces.",
        )
    if isinstance(error, OverflowError):
        return TemplateFailure("template.failed", "A number in the template is infinite or too large.", "Use a smaller one.")
    if match := _NOT_COMPARED.match(str(error)):
        sign, left, right = match.groups()
        text = phrase(
            "`{sign}` does not compare {left} with {right}.",
            sign=sign,
            left=_KINDS.get(left, left),
            right=_KINDS.get(right, right),
        )
        return TemplateFailure("template.failed", text, "Turn texts into numbers with `| int` or `| float`.")
    return TemplateFailure(
        "template.failed", phrase("The template fails: {reason}", reason=_end(error)), "Check the types of the values in it."
    )


_NOT_COMPARED = re.compile(r"'([<>=]+)' not supported between instances of '(\w+)' and '(\w+)'")
_KINDS = {
    **dict.fromkeys(("int", "float"), phrase("a number")), **dict.fromkeys(("list", "tuple"), phrase("a list")),
    "bool": phrase("true or false"), "str": phrase("a text"), "dict": phrase("an object"), "NoneType": phrase("nothing"),
}  # fmt: skip
_REMEDIES = {
    "template.failed": phrase("Change the template, or the values in it."),
    "template.not-allowed": phrase("Templates only read and shape data; use a Python script for the rest."),
    "template.not-data": phrase("Give a text, number, list or object."),
    "template.syntax": phrase("Correct the template."),
    "template.too-large": phrase("Use a Data transform or a Python script for this."),
    "template.too-much-work": phrase("Use a Data transform or a Python script for this."),
    "template.unknown-name": phrase("Test for it with `is defined`, or give a `default`."),
}
"""What to do where nothing more precise is known."""


def _end(message: object) -> str:
    plain = str(message).strip() or type(message).__name__
    if isinstance(said := foreign(plain), Phrase):
        return phrase("{text}.", text=said)
    return plain[:1].lower() + plain[1:300] + ("" if plain.endswith(".") else ".")


def _line(error: Exception) -> int | None:
    """Return the line of the template in which an error happened, counted from 1."""
    trace = error.__traceback__
    found = None
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            found = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return found
