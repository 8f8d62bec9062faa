"""What edges tell of a run, from the steps at their ends."""

from __future__ import annotations

from collections.abc import Collection

from engine.api.ports import ERROR
from graph_editor.edge_item import EdgeState
from widgets.step_view import StepView


def edge_state(source: StepView, target: StepView, port: str, given: Collection[str] | None) -> EdgeState:
    """Return the state of an edge between two steps; `given` are the outputs that gave a value, None when not known."""
    if source.status == "failed":
        return "carried" if given and port in given else "skipped" if port == ERROR else "failed"
    if source.status == "running":
        return "flowing" if source.text else "idle"
    if source.status == "skipped":
        return "skipped"
    if source.status not in ("succeeded", "cached"):
        return "idle"
    if (given is not None and port not in given) or (given is None and target.status == "skipped"):
        return "skipped"
    return "flowing" if target.status == "running" else "carried"
