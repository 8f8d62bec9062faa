"""Problems in the words of the window: fields are called as a person sees them, and not as they stand in the file. Free of Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.api.declaration import FieldSpec
from engine.model.graph import Graph
from engine.model.issues import Issue, listed, phrase
from resources.language import Phrase
from widgets.node_types import NodeTypes

_SETTINGS: Mapping[str, str] = {"settings.allow_hosts": phrase("Allowed hosts")}
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def labelled(issue: Issue, graph: Graph, types: NodeTypes) -> Issue:
    """Return a problem in which the place that it names is the label of the field; the same where no field has one."""
    label = label_of(issue, graph, types)
    if not label:
        return issue
    names = {issue.field.removeprefix("options."), issue.field}
    return replace(issue, text=_said(issue.text, names, label), remedy=_said(issue.remedy, names, label))


def label_of(issue: Issue, graph: Graph, types: NodeTypes) -> str:
    """Return what the place of a problem is called, in English; empty when no field is there."""
    if issue.field in _SETTINGS:
        return _SETTINGS[issue.field]
    node = graph.nodes.get(issue.node)
    kind = types.get(node.type) if node is not None else None
    if issue.field.startswith("options."):
        return _label(issue.field.removeprefix("options."), tuple(types.options))
    return _label(issue.field, tuple(kind.fields) if kind else ())


def _label(place: str, specs: Sequence[FieldSpec]) -> str:
    """Return what a place such as `cases[0].when` is called: Case 1, When. Empty where there is no such field."""
    words: list[str] = []
    spec: FieldSpec | None = None
    for number, name in _STEP.findall(place):
        if name:
            spec = next((one for one in specs if one.name == name), None)
            if spec is None and not words:
                return ""
            words.append(phrase(spec.label) if spec else name)
            specs = spec.rows if spec else ()
        elif spec is not None and spec.kind == "cases":
            words[-1] = phrase("Case {number}", number=int(number) + 1)
        elif words:
            words[-1] = phrase("{field}, row {number}", field=words[-1], number=int(number) + 1)
    found = words[0] if words else ""
    for word in words[1:]:
        found = listed(found, word)
    return found


def _said(text: str, names: set[str], label: str) -> str:
    """Return a phrase with the label in place of the name of the field."""
    if not isinstance(text, Phrase):
        return text
    values = {name: _value(value, names, label) for name, value in text.values.items()}
    if values == dict(text.values) or text.many:
        return text
    return phrase(text.template, **values)


def _value(value: object, names: set[str], label: str) -> object:
    if isinstance(value, Phrase):
        return _said(value, names, label)
    return label if isinstance(value, str) and value.strip("`") in names else value
