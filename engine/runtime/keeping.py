"""What a new run takes over from an earlier one, so that only what changed, or what is asked for, runs again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.api.stores import StepRecord
from engine.runtime.plan import Plan, StepPlan


def outcomes_to_keep(before: Plan, now: Plan, outcomes: Iterable[StepRecord], node: str) -> list[StepRecord]:
    """Return the outcomes of an earlier run that hold for a new one with the same inputs: nothing of `node` and what follows it.

    A step is kept when it succeeded or was skipped, and neither it nor anything before it was changed since.
    """
    if (before.variables, before.settings) != (now.variables, now.settings):
        return []
    known = {step.node: step for step in outcomes if not step.path and step.status != "failed"}
    fresh = {name for name, step in now.steps.items() if name not in known or _changed(before.steps.get(name), step)}
    held = now.steps.keys() - _with_followers(now, fresh | {node})
    return [replace(step, kept=step.status == "succeeded", usage={}) for name, step in known.items() if name in held]


def _changed(before: StepPlan | None, now: StepPlan) -> bool:
    if before is None:
        return True
    return (before.type, before.params, before.options, before.wires) != (now.type, now.params, now.options, now.wires)


def _with_followers(plan: Plan, nodes: set[str]) -> set[str]:
    """Return these nodes and all that they lead to."""
    after: dict[str, list[str]] = {name: [] for name in plan.steps}
    for name, step in plan.steps.items():
        for source in step.sources:
            after[source].append(name)
    found, open_nodes = set(nodes), list(nodes & plan.steps.keys())
    while open_nodes:
        following = [name for name in after[open_nodes.pop()] if name not in found]
        found.update(following)
        open_nodes += following
    return found
