"""What a new run takes over from an earlier one, so that only what changed, or what is asked for, runs again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from typing import NamedTuple

from engine.api.options import Options
from engine.api.stores import StepRecord
from engine.model.issues import phrase
from engine.runtime.plan import Plan, StepPlan


class Kept(NamedTuple):
    """The outcomes of an earlier run that hold for a new one, and why others do not, by the address of their step."""

    outcomes: list[StepRecord]
    lost: dict[str, str]


def outcomes_to_keep(before: Plan, now: Plan, outcomes: Iterable[StepRecord], node: str) -> Kept:
    """Return the outcomes of an earlier run that hold for a new one with the same inputs: nothing of `node` and what follows it.

    A step is kept when it succeeded or was skipped, and nothing was changed since that made its result or one before it.
    """
    known = {step.node: step for step in outcomes if not step.path and step.status != "failed" and step.node in now.steps}
    changes = {name: what for name in known if (what := _change(before.steps.get(name), now.steps[name]))}
    again = _with_followers(now, (now.steps.keys() - known.keys()) | changes.keys() | {node})
    asked_for = _with_followers(now, {node})
    held = [replace(step, kept=step.status == "succeeded", usage={}) for name, step in known.items() if name not in again]
    lost = {step.address: _why(now.steps[name], changes, again) for name, step in known.items() if name in again - asked_for}
    return Kept(held, lost)


def _change(before: StepPlan | None, now: StepPlan) -> str:
    """Return what was changed of what makes a step's result; empty when nothing was."""
    if before is None:
        return phrase("the node is new")
    pairs = (
        (before.type != now.type, phrase("it is of another type")),
        (before.params != now.params, phrase("its fields were changed")),
        (_of_result(before.options) != _of_result(now.options), phrase("its options were changed")),
        (before.wires != now.wires, phrase("its edges were changed")),
        (before.variables != now.variables, phrase("variables that it reads were changed")),
    )
    return next((what for is_so, what in pairs if is_so), "")


def _of_result(options: Options) -> Options:
    """Return options without those that a result does not depend on once it is there."""
    return options.model_copy(update={"time_limit": None, "retry": None})


def _why(step: StepPlan, changes: Mapping[str, str], again: Set[str]) -> str:
    if what := changes.get(step.id):
        return phrase("Not kept from the earlier run: {what}.", what=what)
    source = min(step.sources & again)
    return phrase("Not kept from the earlier run: {node} before it runs again.", node=source)


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
