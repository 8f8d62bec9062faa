"""The inputs a run starts with, checked against what the document declares."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from engine.api.ports import type_name, type_phrase
from engine.model.graph import InputSpec
from engine.model.issues import Issue, WeftError, phrase
from engine.model.paths import path_text
from engine.model.plain import problem
from engine.model.values import Json, JsonObject


def accept_inputs(declared: Mapping[str, InputSpec], given: Mapping[str, Json]) -> JsonObject:
    """Return a value for each declared input: the given one, or its default.

    Raises:
        WeftError: `input.unknown`, `input.missing`, `input.wrong-type` or `input.not-plain`, one issue for each.
    """
    issues = [_unknown(name, declared) for name in given if name not in declared]
    values: JsonObject = {}
    for name, spec in declared.items():
        if name not in given and spec.required and spec.default is None:
            remedy = phrase("Give one with --input {name}=VALUE.", name=name)
            issues.append(Issue("input.missing", phrase("The input {name!r} has no value.", name=name), remedy, field=name))
            continue
        value = values[name] = given.get(name, spec.default)
        wanted = "text" if spec.type == "file" else spec.type
        if value is not None and wanted not in ("any", type_name(type(value))):
            text = phrase(
                "The input {name!r} has to be {wanted}, not {kind}.",
                name=name,
                wanted=phrase(spec.type),
                kind=type_phrase(type(value)),
            )
            remedy = phrase("Give {example}.", example=_EXAMPLES.get(spec.type) or phrase("a value of that type"))
            issues.append(Issue("input.wrong-type", text, remedy, field=name))
        elif bad := problem(value):
            text = phrase("The input {name!r} cannot be used: {bad}.", name=name, bad=bad.text)
            remedy = phrase("Give text, finite numbers, true, false, null, lists and objects.")
            issues.append(Issue("input.not-plain", text, remedy, field=path_text((name, *bad.path))))
    if issues:
        raise WeftError(*issues)
    return values


_EXAMPLES = {
    "text": phrase("text"),
    "number": phrase("a number such as 3 or 0.5"),
    "boolean": phrase("true or false"),
    "object": phrase('an object such as {"key": 1}'),
    "list": phrase("a list such as [1, 2]"),
    "file": phrase("the path of a file"),
}


def _unknown(name: str, declared: Mapping[str, InputSpec]) -> Issue:
    near = difflib.get_close_matches(name, declared, n=3, cutoff=0.4) or list(declared)
    remedy = phrase("Declared inputs: {near}.", near=", ".join(near)) if near else phrase("The workflow declares no inputs.")
    return Issue("input.unknown", phrase("The workflow has no input {name!r}.", name=name), remedy, field=name)
