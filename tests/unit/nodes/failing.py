"""How tests of nodes say which error they expect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.api.node import Node
from engine.model.issues import Issue, WeftError
from engine.model.values import JsonObject
from tests.conformance.context import FakeContext, run_node


async def error_of(node_type: type[Node], params: JsonObject, ctx: FakeContext | Path, **inputs: Any) -> WeftError:
    """Run a node that has to fail with an error that people can act on, and return it."""
    ctx = ctx if isinstance(ctx, FakeContext) else FakeContext(ctx)
    with pytest.raises(WeftError) as caught:
        await run_node(node_type, params, ctx, inputs)
    issue = caught.value.issue
    assert issue.remedy or issue.code.startswith("template.")
    return caught.value


async def issue_of(node_type: type[Node], params: JsonObject, ctx: FakeContext | Path, **inputs: Any) -> Issue:
    """Run a node that has to fail, and return what is said first."""
    return (await error_of(node_type, params, ctx, **inputs)).issue
