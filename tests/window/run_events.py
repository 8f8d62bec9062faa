"""Runs for tests of the run panel: a small workflow, and the events of a run of it."""

from __future__ import annotations

from engine.api.events import (
    ApprovalAsked,
    RunEvent,
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepStarted,
    StepToken,
)
from engine.model.graph import Edge, Graph, InputSpec, Node
from engine.model.values import Json, JsonObject
from tests.window.canvas import types
from widgets.run.model import RunModel
from widgets.run.source import RunSource

R = "run-1"
ERROR: JsonObject = {
    "code": "http.status", "text": "The server answered 503.", "remedy": "Try again later.", "node": "order", "field": "url",
}  # fmt: skip
DOCS: list[Json] = [{"text": "Refund policy", "score": 0.91}, {"text": "Shipping", "score": 0.84}]


def graph() -> Graph:
    """Return the workflow."""
    return Graph(
        name="Ticket triage",
        inputs={"tickets": InputSpec("tickets", "file", "tickets.csv")},
        variables={"tone": "kind"},
        nodes={
            "ticket": Node("ticket", "flow.input", title="New ticket"),
            "search": Node("search", "http.request", title="Search knowledge"),
            "order": Node("order", "http.request", title="Look up <b>order</b>"),
            "draft": Node("draft", "ai.llm", title="Draft reply"),
            "ask": Node("ask", "flow.approval", title="Approve refund"),
            "save": Node("save", "file.write", title="Save evidence"),
        },
        edges=[
            Edge.of("ticket.out", "search.after"),
            Edge.of("ticket.out", "order.after"),
            Edge.of("search.out", "draft.items"),
            Edge.of("order.out", "draft.prompt"),
            Edge.of("ticket.out", "ask.payload"),
            Edge.of("draft.out", "save.content"),
        ],
    )


def before(of: Graph) -> dict[str, set[str]]:
    """Return which nodes stand before each."""
    found: dict[str, set[str]] = {}
    for edge in of.edges:
        found.setdefault(edge.target.node, set()).add(edge.source.node)
    return found


def finished(address: str, start: float, end: float, **extra: object) -> StepFinished:
    """Return the end of a step."""
    given = {"status": "succeeded", "ports": {"out": "ok"}, "seconds": end - start, **extra}
    return StepFinished(run=R, at=end, address=address, **given)  # type: ignore[arg-type]


def events(begin: float) -> list[RunEvent]:
    """Return the first 6.5 seconds of a run: done, failed after three attempts, waiting, streaming, queued."""
    at = begin.__add__
    tries: list[RunEvent] = []
    for number, (start, end, pause) in enumerate(((0.3, 1.6, 1.0), (2.6, 3.8, 1.6), (5.4, 6.4, None)), 1):
        tries.append(StepStarted(run=R, at=at(start), address="order", attempt=number))
        tries.append(StepFailed(run=R, at=at(end), address="order", attempt=number, error=ERROR, retry_in=pause))
        tries.append(StepLog(run=R, at=at(end), address="order", level="warning", text="503, tries again"))
    return [
        RunStarted(run=R, at=at(0), workflow="Ticket triage", steps=6),
        StepStarted(run=R, at=at(0), address="ticket"),
        finished("ticket", at(0), at(0.3), ports={"out": {"id": 48213, "lang": "en"}}),
        StepStarted(run=R, at=at(0.3), address="search"),
        StepLog(run=R, at=at(0.4), address="search", level="info", text="GET https://kb.example"),
        finished("search", at(0.3), at(1.1), ports={"out": DOCS}),
        ApprovalAsked(run=R, at=at(0.5), address="ask", question={"text": "Refund?", "payload": {"amount": 5}}),
        *tries,
        finished("order", at(0.3), at(6.4), status="failed", ports={}, error=ERROR),
        StepStarted(run=R, at=at(6.4), address="draft"),
        StepToken(run=R, at=at(6.5), address="draft", text="Dear Ms. Park"),
    ]


def model(begin: float, *more: RunEvent) -> RunModel:
    """Return a run that has had its events, and some more."""
    run = RunModel(R, before(graph()))
    for event in (*events(begin), *more):
        run.take(event.as_json())
    return run


def source(run: RunModel | None) -> RunSource:
    """Return a run with its workflow."""
    return RunSource(types(), graph(), run)
