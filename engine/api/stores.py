"""What the engine asks of storage: protocols and the plain records that cross them. `storage` implements them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal, Protocol

from engine.api.ports import ERROR
from engine.model.issues import plain_error
from engine.model.values import Json, JsonObject

RunStatus = Literal["queued", "running", "waiting", "stopped", "succeeded", "failed", "cancelled"]
StepStatus = Literal["succeeded", "skipped", "failed"]
Caught = Literal["", "port", "default"]
ApprovalStatus = Literal["waiting", "approved", "rejected", "expired", "withdrawn"]

current_run: ContextVar[str] = ContextVar("current_run", default="")
"""The run that the current task works for: set where a run begins, shown in every line of the application's log."""

INLINE_LIMIT = 32 * 1024
"""Bytes of JSON above which a value is kept in the blob store instead of its row."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One execution of one stored version. Times are UTC seconds since the epoch.

    `until` names the nodes that it runs up to, with all that lead to them; without any it runs the whole workflow.
    """

    id: str
    workflow_id: str
    workflow: str
    version: str
    folder: str
    input: JsonObject = field(default_factory=dict)
    status: RunStatus = "queued"
    started: float = 0.0
    ended: float | None = None
    outputs: JsonObject = field(default_factory=dict)
    error: JsonObject | None = None
    parent: str = ""
    trigger: str = "manual"
    until: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepRecord:
    """The recorded outcome of one node: its address is `path + node`. `seq` is the order of commit, 0 before it."""

    run_id: str
    path: str
    node: str
    status: StepStatus
    ports: JsonObject = field(default_factory=dict)
    error: JsonObject | None = None
    started: float = 0.0
    ended: float = 0.0
    attempt: int = 1
    version: int = 1
    inputs: JsonObject = field(default_factory=dict)
    usage: JsonObject = field(default_factory=dict)
    kept: bool = False
    seq: int = 0

    @property
    def address(self) -> str:
        """`path + node`, unique within the run."""
        return self.path + self.node

    @property
    def caught(self) -> Caught:
        """How a step that failed went on all the same: through its error port, or with its default output; else empty."""
        if self.status != "succeeded" or self.error is None:
            return ""
        return "port" if self.ports == {ERROR: plain_error(self.error)} else "default"


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One try of a step; a step that was not repeated has one. Times are UTC seconds since the epoch."""

    run_id: str
    address: str
    number: int
    started: float
    ended: float
    error: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call of a model by an attempt of a step, the `number`-th from 1. Times are UTC seconds since the epoch.

    `messages` are those that were sent, each with `role` and `content`, without the values of secrets; long ones are cut in the
    middle. `first` is when the first piece of the answer came. While the call goes on it has no end.
    """

    run_id: str
    address: str
    attempt: int
    number: int
    provider: str
    model: str
    messages: list[Json]
    started: float
    first: float | None = None
    ended: float | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    error: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class LogRecord:
    """A line of a run's log. `address` is empty for the run itself."""

    run_id: str
    address: str
    at: float
    level: Literal["debug", "info", "warning", "error"]
    text: str


@dataclass(frozen=True, slots=True)
class ApprovalRecord:
    """A question to a person. Its id is `run_id:address`."""

    run_id: str
    address: str
    question: JsonObject
    status: ApprovalStatus = "waiting"
    answer: Json = None
    comment: str = ""
    asked: float = 0.0
    answered: float | None = None
    by: str = ""

    @property
    def id(self) -> str:
        """The id a person types: run id and address."""
        return f"{self.run_id}:{self.address}"


class Journal(Protocol):
    """The truth of every run. Methods return once their row is committed; they are called on the engine's loop.

    A value that a step puts on a port and whose JSON is longer than `INLINE_LIMIT` bytes is kept in the blob store; `load`
    gives it back whole.
    """

    async def create_run(self, run: RunRecord, kept: Sequence[StepRecord] = ()) -> None:
        """Add a run with the outcomes it begins with, all or nothing. Durable across a power cut."""
        ...

    async def update_run(
        self, run_id: str, status: RunStatus, *, ended: float | None = None,
        outputs: JsonObject | None = None, error: JsonObject | None = None,
    ) -> None:
        """Set status and, where given, end, outputs and error (an error is cleared by a status that has none)."""
        ...

    async def run(self, run_id: str) -> RunRecord | None:
        """Return the run, or None."""
        ...

    async def record(self, step: StepRecord) -> int:
        """Store a step's outcome and return its sequence number. Replaces an earlier row of the same address."""
        ...

    async def load(self, run_id: str) -> Sequence[StepRecord]:
        """Return all recorded steps of a run in order of commit."""
        ...

    async def forget_failed(self, run_id: str) -> None:
        """Delete the failed steps of a run, so that a retry runs them again."""
        ...

    async def attempts(self, run_id: str) -> Mapping[str, int]:
        """Return the highest number of the noted attempts by address."""
        ...

    def note_attempt(self, attempt: AttemptRecord) -> None:
        """Store an attempt with the next commit; does not wait.

        The attempt that gave a step its recorded outcome is known from the step; only those before it have to be noted.
        """
        ...

    def note_call(self, call: CallRecord) -> None:
        """Store what is known of a call of a model with the next commit, in place of what was; does not wait."""
        ...

    def note_log(self, line: LogRecord) -> None:
        """Store a log line with the next commit; does not wait."""
        ...

    async def ask(self, approval: ApprovalRecord) -> ApprovalRecord:
        """Register the question once and return what is known of it, answered or not. Durable across a power cut."""
        ...

    async def answer(
        self, approval_id: str, status: ApprovalStatus, *, answer: Json = None, comment: str = "", by: str = "",
    ) -> ApprovalRecord:
        """Answer a waiting question, exactly once. Durable across a power cut.

        Raises:
            WeftError: `approval.unknown` when there is none, `approval.answered` when somebody was faster.
        """
        ...

    async def approvals(self, run_id: str | None = None, status: ApprovalStatus | None = None) -> Sequence[ApprovalRecord]:
        """Return approvals, newest first."""
        ...

    async def flush(self) -> None:
        """Return once everything noted so far is committed."""
        ...


class SecretStore(Protocol):
    """Named secrets. Values are read at the moment of use and never stored elsewhere."""

    def get(self, name: str) -> str | None:
        """Return the secret's value, or None."""
        ...

    def set(self, name: str, value: str) -> None:
        """Store a value under a name, replacing an earlier one."""
        ...

    def remove(self, name: str) -> bool:
        """Delete a secret and tell whether it existed."""
        ...

    def names(self) -> Sequence[str]:
        """Return the names, sorted."""
        ...


@dataclass(frozen=True, slots=True)
class Version:
    """An immutable text of a workflow: what a run executes. `hash` is the SHA-256 of `text`, `folder` and `files`.

    `files` holds the text of each file that it refers to, by its path relative to `folder`.
    """

    hash: str
    workflow_id: str
    name: str
    text: str
    folder: str
    created: float
    files: Mapping[str, str] = field(default_factory=dict)


class Library(Protocol):
    """The register of workflows and their versions."""

    def save_version(
        self, workflow_id: str, name: str, text: str, folder: str, path: str, files: Mapping[str, str] | None = None,
    ) -> Version:
        """Store a version, or return the one with equal content."""
        ...

    def version(self, version_hash: str) -> Version | None:
        """Return a stored version, or None."""
        ...


Settings = Mapping[str, Json]
