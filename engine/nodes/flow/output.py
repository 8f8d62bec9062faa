"""Output: what the run gives to whoever started it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from engine.api.context import RunContext
from engine.api.node import Node
from engine.api.params import Field, Param, Wired
from engine.api.plain import one_line
from engine.api.ports import After, Outputs, Port, Ports
from engine.model.values import Json

DEFAULT_NAME = "result"


class Output(Node):
    """Gives a value as a named output of the whole run.

    The value comes over an edge or from a template such as `{{ nodes.report.output }}`. A workflow may have several outputs, each
    with a name of its own; one that is skipped is not among the outputs of the run.
    """

    type_id = "flow.output"
    title = "Output"
    category = "start"
    icon = "log-out"
    keywords = ("result", "return", "end", "answer")
    gives_outputs = True
    examples = (
        {"params": {"name": "report", "value": "All well."}, "ports": {"report": "All well."}},
        {"params": {}, "inputs": {"value": [1, 2]}, "ports": {"result": [1, 2]}},
    )

    name: Annotated[str, Param("text", rendered="never", promotable=False)] = Field(
        DEFAULT_NAME, min_length=1, description="Name of the output."
    )
    value: Wired = Field(None, description="The value to give; a template, or what arrives over an edge.")

    async def run(self, ctx: RunContext, after: After = ()) -> Outputs:
        """Give the value under its name."""
        return Outputs({self.name: self.value})

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        """The output port's key is the name of the output."""
        name = params.get("name")
        key = name if isinstance(name, str) and name else DEFAULT_NAME
        return Ports(cls.declared_ports.inputs, (Port(key, label=key),))

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Name the output."""
        return one_line(params.get("name") or DEFAULT_NAME)
