"""What the inspector is given, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.api.declaration import Declaration, FieldSpec
from engine.api.ports import Ports
from engine.model.graph import InputSpec, Node
from engine.model.issues import Issue
from engine.model.values import Json
from widgets.forms.context import FormContext
from widgets.step_view import IDLE, StepView


@dataclass(frozen=True, slots=True)
class NodeShown:
    """A node of the document.

    `kind` is None for a type that is not known. `options` are those that every node has, `ports` the node's own. `wired` names
    the parameters that an edge fills, each with the title of the node it comes from, and `inputs` are those that the workflow
    declares.
    """

    node: Node
    kind: Declaration | None
    options: Sequence[FieldSpec]
    ports: Ports
    context: FormContext
    wired: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, InputSpec] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkflowShown:
    """The workflow itself, shown while nothing is selected."""

    name: str = ""
    description: str = ""
    inputs: Mapping[str, InputSpec] = field(default_factory=dict)
    variables: Mapping[str, Json] = field(default_factory=dict)
    allow_hosts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a step's log; `time` as it is shown."""

    text: str
    time: str = ""
    level: str = "info"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a step; `words` say how it came out."""

    number: int
    words: str
    time: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class LastRun:
    """A step of the run that is shown.

    `facts` are figures with their names, such as tokens and cost. `prompt` is what a model was asked, as it was sent.
    """

    run: str
    step: StepView = IDLE
    inputs: Mapping[str, Json] = field(default_factory=dict)
    outputs: Mapping[str, Json] = field(default_factory=dict)
    log: Sequence[LogLine] = ()
    attempts: Sequence[Attempt] = ()
    facts: Sequence[tuple[str, str]] = ()
    prompt: str = ""
    issue: Issue | None = None
