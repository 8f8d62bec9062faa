"""Python script: own code, in a process of its own."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from engine.api.context import RunContext
from engine.api.node import Node
from engine.api.params import Code, Field, Param, Seconds
from engine.api.plain import one_line
from engine.api.ports import After, Port, Ports
from engine.api.scripts import MIB, ScriptJob, ScriptLimits, ScriptResult, Stream
from engine.api.trust import Capability
from engine.model.issues import Issue, WeftError, failure, open_ended, phrase
from engine.model.values import Json


class PythonScript(Node):
    """Runs Python code in a process of its own, never in the program's.

    The code sees `inputs` and sets `result`, or defines `main(inputs)` and returns it; both are plain JSON data, and a script
    that gives no result gives null. What it prints goes to the step's log. Each name under *inputs* is a port as well: what
    arrives there over an edge replaces its value.
    """

    type_id = "code.python"
    title = "Python script"
    category = "code"
    icon = "code"
    keywords = ("code", "function", "script", "program", "custom")
    aliases = ("PYTHON_SCRIPT",)
    examples = (
        {
            "params": {"code": "result = inputs['price'] * inputs['pieces']", "inputs": {"price": 3, "pieces": 1}},
            "inputs": {"pieces": 4},
            "ports": {"out": 12},
        },
        {
            "params": {"code": "def main(inputs):\n    return sorted(inputs['names'])\n", "inputs": {"names": ["b", "a"]}},
            "ports": {"out": ["a", "b"]},
        },
    )

    code: Annotated[Code, Param("code", rendered="never", promotable=False, language="python")] = Field(
        "result = inputs\n", max_length=1_000_000, description="Sets `result`, or defines `main(inputs)`."
    )
    inputs: Annotated[dict[str, Any], Param("key_values", promotable=False)] = Field(
        default_factory=dict, description="What the code sees as `inputs`; each name is a port too."
    )
    time_limit: Annotated[Seconds, Param("duration", expert=True)] = Field(
        300.0, gt=0, le=86400, description="Seconds after which the script is stopped."
    )

    async def run(self, ctx: RunContext, after: After = (), **wired: Json) -> Any:
        """Run the script, its lines going to the log."""

        def hear(_stream: Stream, line: str) -> None:
            ctx.log(line)

        job = ScriptJob(self.code, {**self.inputs, **wired}, name="script", time_limit=self.time_limit)
        result = await ctx.scripts.run(job, hear)
        if result.status != "succeeded":
            if result.error and result.error.traceback:
                ctx.log(result.error.traceback.rstrip(), "error")
            raise _error(result, self.time_limit)
        return result.result

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        """Each input is a port."""
        inputs = params.get("inputs")
        names = [name for name in inputs if name and name not in _TAKEN] if isinstance(inputs, dict) else []
        declared = cls.declared_ports
        return Ports((*(Port(name, label=name) for name in names), *declared.inputs), declared.outputs)

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        """Find errors of syntax, without running anything, and inputs whose port is taken."""
        if isinstance(code := params.get("code"), str):
            yield from _syntax_issues(code)
        inputs = params.get("inputs")
        for name in inputs if isinstance(inputs, dict) else ():
            if not name or name in _TAKEN:
                text = phrase("An input cannot be named {name!r}.", name=name) if name else phrase("An input has no name.")
                yield Issue("script.bad-input", text, "Choose another name.", field="inputs")

    @classmethod
    def capabilities(cls, params: Mapping[str, Json]) -> Iterable[Capability]:
        """It runs a script."""
        yield Capability("script", "Python")

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Show the first line of the code, or the file that it stands in."""
        code = params.get("code")
        return one_line(code.strip().partition("\n")[0] if isinstance(code, str) else code)


_TAKEN = frozenset({"code", "inputs", "time_limit", "after", "self", "ctx", "error"})
"""Names that ports of a script cannot have."""

_ENDINGS = {
    "timeout": (
        phrase("The script took longer than its limit of {limit:g} s."),
        phrase("Raise the limit or let the script do less."),
    ),
    "limit": (phrase("The script used more than it may: {hit}."), phrase("Let it use less.")),
    "killed": (phrase("The script was killed (code {code})."), phrase("Look at the log; it may have used too much memory.")),
    "bad-result": (
        phrase("The script gave no result that can be used: {why}."),
        phrase("Set `result`, or return from `main`, plain JSON data."),
    ),
    "no-confinement": (phrase("The script was not started: {why}."), phrase("Look at the program's log.")),
    "failed": (phrase("The script ended with code {code}."), phrase("Look at the step's log.")),
}


def _error(result: ScriptResult, limit: float) -> WeftError:
    """Explain how a script ended, with the line of its own text where there is one."""
    error = result.error
    if result.status == "failed" and error is not None:
        message = f"{error.type}: {error.message}" if error.message else error.type
        place = phrase(" (line {line})", line=error.line) if error.line else ""
        issue = Issue(
            "script.error",
            phrase("{message}{place}.", message=message, place=place),
            "Correct the script.",
            field="code",
            line=error.line,
        )
        return WeftError(replace(issue, column=error.column))
    if "result" in result.limits_hit:
        text = phrase("The result of the script is longer than {size} MB.", size=ScriptLimits().result // MIB)
        remedy = phrase("Give back only what later steps need, or spread the work over several steps.")
        return failure("script.result-too-long", text, remedy, field="code")
    text, remedy = _ENDINGS[result.status]
    why = open_ended(error.message) if error else ""
    text = phrase(text, limit=limit, hit=", ".join(result.limits_hit), code=result.exit_code, why=why)
    field = "time_limit" if result.status == "timeout" else "code"
    return failure(f"script.{result.status}", text, remedy, field=field)


def _syntax_issues(code: str) -> Iterable[Issue]:
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(code)
    except SyntaxError as error:
        text = phrase("{msg} (line {lineno}).", msg=error.msg, lineno=error.lineno)
        yield Issue("script.syntax", text, "Correct the script.", field="code", line=error.lineno, column=error.offset)
    except (ValueError, RecursionError, MemoryError) as error:
        yield Issue(
            "script.syntax", phrase("The script cannot be read: {error}.", error=error), "Correct the script.", field="code"
        )
