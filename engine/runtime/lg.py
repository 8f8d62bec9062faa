"""The one door to LangGraph. What has to be set before its import is set here.

Tracing is off, so that a variable in the user's environment never ships workflow data to a tracing service, and strict
msgpack is on, because LangGraph's default checkpoint reader executes code that a damaged or foreign file names.
"""

from __future__ import annotations

import os

os.environ["LANGSMITH_TRACING"] = "false"
os.environ["LANGCHAIN_TRACING_V2"] = "false"
os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.errors import GraphInterrupt
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt

__all__ = [
    "START",
    "AsyncSqliteSaver",
    "BaseCheckpointSaver",
    "CompiledStateGraph",
    "GraphInterrupt",
    "RunnableConfig",
    "Runtime",
    "StateGraph",
    "interrupt",
]
