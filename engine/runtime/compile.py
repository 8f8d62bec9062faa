"""From a plan to a LangGraph state machine: flat dataflow.

LangGraph runs in supersteps, so a graph with one LangGraph edge per edge lets a fast branch wait for its slow neighbour at each
of them. Here every node hangs on START, all start in one superstep, and each waits for the futures of its predecessors.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any, TypeAlias, TypedDict

from engine.runtime.lg import START, BaseCheckpointSaver, CompiledStateGraph, GraphInterrupt, Runtime, StateGraph
from engine.runtime.plan import Plan, StepPlan
from engine.runtime.scope import Blocked, Scope
from engine.runtime.step import run_step

BUNDLE_FROM = 50
"""From this many nodes on, several share one LangGraph node: its own work per node grows with their number."""
BUNDLE_SIZE = 20


def _merge(left: dict[str, str] | None, right: dict[str, str] | None) -> dict[str, str]:
    return {**(left or {}), **(right or {})}


class State(TypedDict, total=False):
    """What LangGraph keeps of a region: the status of each step by address. Values live in the journal."""

    status: Annotated[dict[str, str], _merge]


RegionGraph: TypeAlias = "CompiledStateGraph[State, Scope, State, State]"


def compile_plan(plan: Plan, saver: BaseCheckpointSaver[Any] | None) -> RegionGraph:
    """Build the state machine of a region. Only the root region has a saver."""
    graph: StateGraph[State, Scope, State, State] = StateGraph(State, context_schema=Scope)
    steps = list(plan.steps.values())
    size = BUNDLE_SIZE if len(steps) >= BUNDLE_FROM else 1
    for start in range(0, len(steps), size):
        bundle = steps[start : start + size]
        name = bundle[0].id if len(bundle) == 1 else f"{bundle[0].id} … {bundle[-1].id}"
        graph.add_node(name, _langgraph_node(bundle))
        graph.add_edge(START, name)
    return graph.compile(checkpointer=saver)


def _langgraph_node(bundle: list[StepPlan]) -> Callable[..., Awaitable[State]]:
    """Make one LangGraph node of some steps. A bundle is no barrier, because the futures join its steps with all others."""

    async def node(_state: State, runtime: Runtime[Scope]) -> State:
        scope = runtime.context
        done = await settle_all(_run(step, scope) for step in bundle)
        return {"status": {scope.address(step.id): status for step, status in zip(bundle, done, strict=True)}}

    return node


async def _run(step: StepPlan, scope: Scope) -> str:
    status = await run_step(step, scope)
    if status == "failed":
        raise Blocked  # not the error itself: LangGraph would cancel the branches that can still go on
    return status


async def settle_all(work: Iterable[Awaitable[str]]) -> list[str]:
    """Wait for all. Pauses are merged, because `gather` alone would let only the first one surface."""
    done = await asyncio.gather(*work, return_exceptions=True)
    errors = [result for result in done if isinstance(result, BaseException)]
    for error in errors:
        if not isinstance(error, GraphInterrupt):
            raise error
    if errors:
        raise GraphInterrupt(tuple(pause for error in errors for pause in error.args[0]))
    return [result for result in done if isinstance(result, str)]
