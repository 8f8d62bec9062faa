"""What every node type has to declare: palette entry, form, documentation, ports and effects come from it."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any, Literal, get_args, get_origin

import pytest

from engine.api.declaration import CATEGORIES
from engine.api.node import Node
from engine.api.options import Options
from engine.api.params import Row, param_of, with_secrets
from engine.api.trust import ANYWHERE
from engine.model.values import Json
from tests.conformance.types import EXAMPLE_IDS, EXAMPLES, TYPES, builtin_types

each_type = pytest.mark.parametrize("node_type", TYPES, ids=lambda known: known.type_id)

WIDGETS = {
    "", "text", "long_text", "code", "expression", "json", "json_schema", "file", "secret", "secret_text", "duration", "datetime",
    "number", "key_values", "list", "cases", "template", "encoding", "provider", "model", "input_name",
}
"""The editors that forms offer; an empty name leaves the choice to the field's type."""

EFFECTS = {"http.request": "host", "file.read": "read", "file.write": "write", "code.python": "script", "notify.send": "notice"}
"""The kind of effect that each type has as it comes; all others have none."""


def sentences(text: str) -> bool:
    """Tell whether a text reads like sentences."""
    return bool(re.fullmatch(r"[A-Z0-9].*\.", text.strip(), re.DOTALL))


@each_type
def test_has_a_face(node_type: type[Node]) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", node_type.type_id)
    assert node_type.title
    assert node_type.icon
    assert node_type.category in CATEGORIES or not node_type.__module__.startswith("engine.nodes.")
    assert sentences(inspect.getdoc(node_type) or "")
    assert not any("_" in port.key for port in node_type.ports({}).outputs)


@each_type
def test_fields_are_described(node_type: type[Node]) -> None:
    for name, field in node_type.model_fields.items():
        assert sentences(field.description or ""), name
        assert param_of(field).widget in WIDGETS, name


@each_type
def test_rows_are_described(node_type: type[Node]) -> None:
    for inner in inspect.getmodule(node_type).__dict__.values():
        if isinstance(inner, type) and issubclass(inner, Row) and inner is not Row:
            assert sentences(inspect.getdoc(inner) or "")
            assert all(sentences(field.description or "") for field in inner.model_fields.values())


@each_type
def test_what_a_node_renders_itself_cannot_be_wired(node_type: type[Node]) -> None:
    """Data that arrives would be taken for a template."""
    for name, field in node_type.model_fields.items():
        assert param_of(field).rendered != "later" or not param_of(field).promotable, name


@each_type
def test_shown_when_names_a_parameter_and_its_values(node_type: type[Node]) -> None:
    for name, field in node_type.model_fields.items():
        if condition := param_of(field).shown_when:
            other, values = condition
            assert values, name
            for value in values:
                node_type.__pydantic_validator__.validate_assignment(node_type.model_construct(), other, value)


@each_type
def test_secrets_can_be_given_where_one_is_wanted(node_type: type[Node]) -> None:
    for name, field in node_type.model_fields.items():
        assert param_of(field).secrets or "SecretRef" not in str(field.annotation), name


@each_type
def test_form_can_be_built(node_type: type[Node]) -> None:
    assert set(node_type.model_json_schema()["properties"]) == set(node_type.model_fields)


@pytest.mark.parametrize(("node_type", "example"), EXAMPLES, ids=EXAMPLE_IDS)
def test_parameters_survive_json(node_type: type[Node], example: Any) -> None:
    wired = {name: value for name, value in example.get("inputs", {}).items() if name in node_type.model_fields}
    node = node_type.model_validate({**with_secrets(node_type, example["params"]), **wired})
    stored = json.loads(json.dumps(node.model_dump(mode="json", by_alias=True)))
    assert node_type.model_validate(with_secrets(node_type, stored)) == node


@each_type
def test_a_node_cannot_be_changed(node_type: type[Node]) -> None:
    example = node_type.examples[0]
    wired = {name: value for name, value in example.get("inputs", {}).items() if name in node_type.model_fields}
    node = node_type.model_validate({**with_secrets(node_type, example["params"]), **wired})
    for name in node_type.model_fields:
        with pytest.raises(ValueError, match="frozen"):
            setattr(node, name, None)


@pytest.mark.parametrize("node_type", builtin_types(), ids=lambda known: known.type_id)
def test_effects_are_listed(node_type: type[Node]) -> None:
    kinds = {capability.kind for capability in node_type.capabilities(dict(node_type.examples[0]["params"]))}
    assert kinds == {EFFECTS[node_type.type_id]} if node_type.type_id in EFFECTS else kinds == set()


class Watched(dict[str, Any]):
    """Parameters that remember which of them were asked for."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


@each_type
def test_what_effects_depend_on_cannot_be_chosen_by_a_template(node_type: type[Node]) -> None:
    fields = node_type.model_fields
    choices = {name: get_args(field.annotation) for name, field in fields.items() if get_origin(field.annotation) is Literal}
    asked: set[str] = set()
    for name, known in choices.items():
        for choice in known:
            params = Watched({**node_type.examples[0]["params"], name: choice})
            list(node_type.capabilities(params))
            asked |= params.asked
    for name in asked & set(choices):
        assert (param_of(fields[name]).rendered, param_of(fields[name]).promotable) == ("never", False), name


@pytest.mark.parametrize(
    ("type_id", "params"),
    [
        ("http.request", {"url": "{{ inputs.url }}"}),
        ("http.request", {"url": "https://example.com{{ inputs.x }}"}),
        ("http.request", {"url": "https://{{ inputs.x }}.example.com/"}),
        ("file.read", {"path": "{{ inputs.path }}"}),
        ("file.write", {"path": "{{ inputs.path }}"}),
        ("notify.send", {"channel": "webhook", "url": {"$secret": "hook"}}),
        ("notify.send", {"channel": "mail", "host": "{{ vars.host }}"}),
        ("ai.llm", {"provider": "{{ vars.provider }}"}),
    ],
)
def test_what_a_template_decides_may_be_anything(type_id: str, params: dict[str, Json]) -> None:
    node_type = next(known for known in builtin_types() if known.type_id == type_id)
    assert ANYWHERE in {capability.target for capability in node_type.capabilities(params)}


def test_old_names_are_read() -> None:
    aliases = {alias for node_type in builtin_types() for alias in node_type.aliases}
    assert aliases >= {"LLM_CALL", "API_CALL", "PYTHON_SCRIPT", "CONDITION", "APPROVAL", "NOTIFICATION", "DATA_TRANSFORM"}


def test_options_that_every_node_has_are_described() -> None:
    assert all(sentences(field.description or "") for field in Options.model_fields.values())
