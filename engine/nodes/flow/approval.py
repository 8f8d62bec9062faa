"""Approval: a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated

from engine.api.context import Question, RunContext
from engine.api.node import Node
from engine.api.params import Field, LongText, Param, Schema, Wired
from engine.api.plain import one_line
from engine.api.ports import After, Outputs, Port, Ports
from engine.api.schemas import schema_issues
from engine.model.issues import Issue, phrase
from engine.model.values import Json, JsonObject


class Approval(Node):
    """Asks a person, and goes on through *approved* or *rejected*.

    The payload is shown with the question and may be edited before it is approved; it leaves through the port of the answer.
    The port *decision* tells the answer as an object with `approved`, `comment` and `by`, whatever it was; `by` is a name that
    was stated and not proved. Other branches of the run go on meanwhile. A time limit of the node does not run while a person
    thinks.
    """

    type_id = "flow.approval"
    title = "Approval"
    category = "people"
    icon = "user-check"
    keywords = ("human", "review", "confirm", "ask", "question", "person")
    aliases = ("APPROVAL",)
    examples = (
        {
            "params": {"question": "Send this reply?", "effect": "The customer gets a mail."},
            "inputs": {"payload": "Dear Ms Kim"},
            "outside": {"answer": {"approved": True, "payload": "Dear Ms Kim,", "comment": "comma", "by": "ana"}},
            "ports": {"approved": "Dear Ms Kim,", "decision": {"approved": True, "comment": "comma", "by": "ana"}},
        },
        {
            "params": {"payload": {"amount": 900}},
            "outside": {"answer": {"approved": False, "payload": {"amount": 900}}},
            "ports": {"rejected": {"amount": 900}, "decision": {"approved": False, "comment": "", "by": ""}},
        },
    )

    question: LongText = Field("Go on?", description="What the person is asked.")
    payload: Wired = Field(None, description="Shown with the question; the person may edit it.")
    effect: LongText = Field("", description="What approving will do, in a sentence.")
    payload_schema: Annotated[Schema, Param("json_schema", rendered="never", promotable=False, expert=True)] = Field(
        default_factory=dict, description="JSON schema that an edited payload has to match."
    )

    async def run(self, ctx: RunContext, after: After = ()) -> Outputs:
        """Ask, and give what was answered."""
        answer = await ctx.ask(Question(self.question, self.payload, self.effect, self.payload_schema))
        decision: JsonObject = {"approved": answer.approved, "comment": answer.comment, "by": answer.by}
        return Outputs({"approved" if answer.approved else "rejected": answer.payload, "decision": decision})

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        """One port for each answer, and one for the words that came with it."""
        return Ports(
            cls.declared_ports.inputs,
            (
                Port("approved", label="Approved", help="The payload, as edited."),
                Port("rejected", label="Rejected", help="The payload."),
                Port("decision", "object", label="Decision", help="approved, comment and by; after either answer."),
            ),
        )

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        """Find an invalid schema."""
        return schema_issues(params.get("payload_schema"), "payload_schema")

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Show the question."""
        return one_line(params.get("question") or phrase("Go on?"))
