"""The tables of both databases. Rows stay inside `storage`; others get the records of `engine.api.stores`.

Times are UTC seconds since the epoch, JSON columns hold plain JSON, ids and hashes are text. Changing a table needs a
migration in `storage/migrations`, and a test compares the two.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Double, Index, Integer, MetaData, Text, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from storage.encoding import from_json, optional_json

NAMES = {  # a constraint needs a name before a migration can change it
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class JsonText(TypeDecorator[Any]):
    """JSON as text; None is NULL. A column of type JSON would not do: SQLite turns a lone number in it into a float."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write a value."""
        return optional_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read a value."""
        return None if value is None else from_json(value)


class LibraryTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """Base of the tables in `weft.db`."""


class JournalTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """Base of the tables in `journal.db`."""


def _text(default: str = "", **options: Any) -> Any:
    return Field(default=default, sa_type=Text, **options)


def _key(**options: Any) -> Any:
    return Field(sa_type=Text, **options)


def _time(default: float | None = 0.0, **options: Any) -> Any:
    return Field(default=default, sa_type=Double, **options)


def _json(*, nullable: bool = False) -> Any:
    return Field(default=None if nullable else {}, sa_type=JsonText, nullable=nullable)


class Workflow(LibraryTable, table=True):
    """A workflow's entry in the register. `path` is empty when it has no file of its own, `deleted` when it is there to stay."""

    __tablename__ = "workflow"

    id: str = _key(primary_key=True)
    name: str = _text()
    path: str = _text(index=True)
    status: str = _text("draft")
    created: float = _time()
    updated: float = _time(index=True)
    deleted: float | None = _time(None, nullable=True)


class WorkflowVersion(LibraryTable, table=True):
    """An immutable text of a workflow, with the folder that its relative paths start from and the files it refers to."""

    __tablename__ = "workflow_version"
    __table_args__ = (Index(None, "workflow_id", "created"),)

    hash: str = _key(primary_key=True)
    workflow_id: str = _key(foreign_key="workflow.id", ondelete="CASCADE")
    name: str = _text()
    text: str = _text()
    folder: str = _text()
    files: Any = _json()
    created: float = _time()


class Trust(LibraryTable, table=True):
    """What a person allowed one file to do."""

    __tablename__ = "trust"

    workflow_id: str = _key(primary_key=True)
    path: str = _key(primary_key=True)
    capability_hash: str = _text()
    capabilities: Any = _json()
    granted: float = _time()


class Setting(LibraryTable, table=True):
    """A setting of the program that differs from its default."""

    __tablename__ = "setting"

    key: str = _key(primary_key=True)
    value: Any = _json(nullable=True)


class Run(JournalTable, table=True):
    """One execution of one stored version."""

    __tablename__ = "run"
    __table_args__ = (Index(None, "workflow_id", "started"),)

    id: str = _key(primary_key=True)
    workflow_id: str = _text()
    workflow: str = _text()
    version: str = _text()
    folder: str = _text()
    input: Any = _json()
    status: str = _text("queued")
    started: float = _time(index=True)
    ended: float | None = _time(None, nullable=True)
    outputs: Any = _json()
    error: Any = _json(nullable=True)
    parent: str = _text()
    trigger: str = _text("manual")
    until: Any = _json(nullable=True)


class Step(JournalTable, table=True):
    """The recorded outcome of one node. `seq` is the order of commit.

    It has no AUTOINCREMENT, which would cost a third of a commit: a number may come again after the newest row was deleted,
    but the order of the rows that there are holds.
    """

    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("run_id", "path", "node"),)

    seq: int | None = Field(default=None, sa_type=Integer, primary_key=True)
    run_id: str = _key()
    path: str = _text()
    node: str = _key()
    status: str = _key()
    ports: Any = _json()
    error: Any = _json(nullable=True)
    started: float = _time()
    ended: float = _time()
    attempt: int = Field(default=1, sa_type=Integer)
    version: int = Field(default=1, sa_type=Integer)
    inputs: Any = _json()
    usage: Any = _json()
    kept: bool = False


class Attempt(JournalTable, table=True):
    """One try of a step."""

    __tablename__ = "attempt"

    run_id: str = _key(primary_key=True)
    address: str = _key(primary_key=True)
    number: int = Field(sa_type=Integer, primary_key=True)
    started: float = _time()
    ended: float = _time()
    error: Any = _json(nullable=True)


class Call(JournalTable, table=True):
    """A call of a model."""

    __tablename__ = "call"

    run_id: str = _key(primary_key=True)
    address: str = _key(primary_key=True)
    attempt: int = Field(sa_type=Integer, primary_key=True)
    number: int = Field(sa_type=Integer, primary_key=True)
    provider: str = _text()
    model: str = _text()
    messages: Any = _json()
    started: float = _time()
    first: float | None = _time(None, nullable=True)
    ended: float | None = _time(None, nullable=True)
    prompt_tokens: int = Field(default=0, sa_type=Integer)
    completion_tokens: int = Field(default=0, sa_type=Integer)
    error: Any = _json(nullable=True)


class Approval(JournalTable, table=True):
    """A question to a person and, once given, the answer."""

    __tablename__ = "approval"

    run_id: str = _key(primary_key=True)
    address: str = _key(primary_key=True)
    question: Any = _json()
    status: str = _text("waiting", index=True)
    answer: Any = _json(nullable=True)
    comment: str = _text()
    asked: float = _time()
    answered: float | None = _time(None, nullable=True)
    answered_by: str = _text()


class Log(JournalTable, table=True):
    """A line of a run's log. `id` is the order of arrival."""

    __tablename__ = "log"
    __table_args__ = (Index(None, "run_id", "id"),)

    id: int | None = Field(default=None, sa_type=Integer, primary_key=True)
    run_id: str = _key()
    address: str = _text()
    at: float = _time()
    level: str = _text("info")
    text: str = _text()
