"""Input: gives what the workflow was started with."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated

from engine.api.context import RunContext
from engine.api.node import Node
from engine.api.params import Field, Param
from engine.api.plain import one_line
from engine.model.issues import Issue, WeftError, phrase
from engine.model.values import Json


class Input(Node):
    """Gives the inputs that the workflow was started with.

    Inputs are declared in the document with type, default and help. With a name, the node gives the value of that input; without
    one, an object of all of them. Templates can read them without this node, as `inputs.name`.
    """

    type_id = "flow.input"
    title = "Input"
    category = "start"
    icon = "log-in"
    keywords = ("start", "trigger", "parameter", "argument")
    examples = (
        {"params": {"name": "city"}, "outside": {"inputs": {"city": "Seoul"}}, "ports": {"out": "Seoul"}},
        {"params": {}, "outside": {"inputs": {"city": "Seoul", "days": 3}}, "ports": {"out": {"city": "Seoul", "days": 3}}},
    )

    name: Annotated[str, Param("input_name", promotable=False)] = Field(
        "", description="Name of the input; empty gives all of them."
    )

    async def run(self, ctx: RunContext) -> Json:
        """Give the input."""
        inputs = ctx.workflow_inputs
        if not self.name:
            return dict(inputs)
        if self.name in inputs:
            return inputs[self.name]
        near = difflib.get_close_matches(self.name, inputs, n=3, cutoff=0.4) or list(inputs)
        remedy = (
            phrase("Declared inputs: {near}.", near=", ".join(near)) if near else phrase("Declare it in the workflow's inputs.")
        )
        raise WeftError(
            Issue("input.unknown", phrase("The workflow has no input {name!r}.", name=self.name), remedy, field="name")
        )

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Name the input."""
        return one_line(params.get("name") or phrase("all inputs"))
