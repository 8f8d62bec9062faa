"""Condition: sends a value on its way, depending on what is true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal

from engine.api.context import RunContext
from engine.api.node import Node
from engine.api.params import Expression, Field, Param, Row, Text, Wired
from engine.api.ports import ERROR, After, Outputs, Port, Ports
from engine.model.issues import Issue, phrase
from engine.model.values import Json

DEFAULT = "default"


class Case(Row):
    """One way on."""

    id: Annotated[str, Param("text", rendered="never")] = Field(
        min_length=1, description="Key of the output port; edges hold on to it, so it stays when the label changes."
    )
    label: Annotated[Text, Param("text", rendered="never")] = Field("", description="Shown at the port; empty shows the key.")
    when: Annotated[
        Expression, Param("expression", rendered="later", expression=True, promotable=False, names=("value",))
    ] = Field("", description="True when this way is taken, for example `value.score > 3`.")


class Condition(Node):
    """Passes its value on through the port of the first case that is true, or of all that are.

    Each case has an expression and a port. Expressions can use `value`, and all that templates can: `inputs`, `vars`, `nodes`.
    When no case is true, the value leaves through *default*. What hangs on the other ports is skipped.
    """

    type_id = "flow.condition"
    title = "Condition"
    category = "logic"
    icon = "split"
    keywords = ("if", "else", "switch", "branch", "router", "case", "when")
    aliases = ("CONDITION",)
    examples = (
        {
            "params": {"cases": [{"id": "urgent", "when": "value.urgency == 'high'"}, {"id": "late", "when": "value.days > 3"}]},
            "inputs": {"value": {"urgency": "high", "days": 5}},
            "ports": {"urgent": {"urgency": "high", "days": 5}},
        },
        {
            "params": {
                "value": 12,
                "match": "all",
                "cases": [{"id": "even", "when": "value % 2 == 0"}, {"id": "big", "when": "value > 10"}],
            },
            "ports": {"even": 12, "big": 12},
        },
        {"params": {"value": 1, "cases": [{"id": "even", "when": "value % 2 == 0"}]}, "ports": {"default": 1}},
    )

    value: Wired = Field(None, description="What is passed on; a template, or what arrives over an edge.")
    cases: Annotated[list[Case], Param("cases", rendered="later", promotable=False)] = Field(
        default_factory=list, description="The ways on, looked at from top to bottom."
    )
    match: Annotated[Literal["first", "all"], Param(promotable=False)] = Field(
        "first", description="Take the first case that is true, or all that are."
    )

    async def run(self, ctx: RunContext, after: After = ()) -> Outputs:
        """Look at the cases in order."""
        taken: list[str] = []
        for position, case in enumerate(self.cases):
            if case.when.strip() and await ctx.evaluate(case.when, {"value": self.value}, field=f"cases[{position}].when"):
                taken.append(case.id)
                if self.match == "first":
                    break
        return Outputs(dict.fromkeys(taken or [DEFAULT], self.value))

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        """Each case has an output port, and what fits none has one too."""
        ways = {key: label for _, key, label in _rows(params) if key not in (DEFAULT, ERROR)}
        outputs = [Port(key, label=label or key) for key, label in ways.items()]
        return Ports(cls.declared_ports.inputs, (*outputs, Port(DEFAULT, label="Default", help="No case is true.")))

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        """Find cases whose port is taken, and cases without an expression."""
        seen = {DEFAULT: phrase("the default"), ERROR: phrase("errors")}
        for position, key, _ in _rows(params):
            if key in seen:
                text = phrase("The key {key!r} is used for {seen} already.", key=key, seen=seen[key])
                yield Issue("condition.duplicate-case", text, "Give the case another key.", field=f"cases[{position}].id")
            seen.setdefault(key, phrase("another case"))
        for position, case in enumerate(_list(params.get("cases"))):
            if isinstance(case, dict) and not str(case.get("when") or "").strip():
                place = f"cases[{position}].when"
                remedy = phrase("Write one, or remove the case.")
                yield Issue("condition.no-expression", "The case has no expression, so it is never true.", remedy, field=place,
                            severity="warning")

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Say how many ways are taken: the canvas shows the expressions beside their ports."""
        return phrase("every match") if params.get("match") == "all" else phrase("first match")


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _rows(params: Mapping[str, Json]) -> Iterator[tuple[int, str, str]]:
    """Yield position, key and label of the cases that have a key."""
    for position, case in enumerate(_list(params.get("cases"))):
        if isinstance(case, dict) and isinstance(key := case.get("id"), str) and key:
            label = case.get("label")
            yield position, key, label if isinstance(label, str) else ""
