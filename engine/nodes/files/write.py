"""Write file: puts text, JSON, or rows of a table into a file."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from engine.api.context import RunContext
from engine.api.files import absolute, decode, encoding_issues, file_error, format_of, is_below, read_bytes, stay_inside
from engine.api.node import Node
from engine.api.params import Field, Param, Text, Wired, WrittenFile
from engine.api.plain import as_text, one_line
from engine.api.ports import After
from engine.api.saving import append, save
from engine.api.tables import first_row, write_rows
from engine.api.trust import Capability, folder_written
from engine.model.issues import Issue, WeftError, failure, phrase
from engine.model.values import Json

TABLE_MB = 50.0
"""Tables up to this size can be added to: their first row has to be read."""


class WriteFile(Node):
    """Writes a file and gives its path and the number of bytes written.

    * *text*: text as it is, anything else as JSON.
    * *json*: indented JSON; *jsonl*: one item of a list a line.
    * *csv*: a list of objects, whose keys become the first row, or a list of lists.
    * *auto*: by the name's ending, else text.

    A relative path is put into the folder of the run, which it cannot leave. Missing folders are made. The file appears whole or
    not at all; only *append* adds to what is there, and a run that was killed while it did may add twice when it is resumed.
    """

    type_id = "file.write"
    title = "Write file"
    category = "data"
    icon = "save"
    keywords = ("save", "store", "csv", "json", "text", "report", "export")
    examples = (
        {
            "params": {"path": "report.md", "content": "# Done\n"},
            "ports": {"out": {"path": "<run>/report.md", "bytes": 7}},
            "writes": {"report.md": "# Done\n"},
        },
        {
            "params": {"path": "rows.csv"},
            "inputs": {"content": [{"id": 1, "name": "a, b"}, {"id": 2, "tags": ["x"]}]},
            "ports": {"out": {"path": "<run>/rows.csv", "bytes": 36}},
            "writes": {"rows.csv": 'id,name,tags\n1,"a, b",\n2,,"[""x""]"\n'},
        },
    )

    path: WrittenFile = Field(min_length=1, description="The file; a relative path starts in the run's own folder.")
    content: Wired = Field(None, description="What to write; a template, or what arrives over an edge.")
    format: Annotated[Literal["auto", "text", "json", "jsonl", "csv"], Param(promotable=False)] = Field(
        "auto", description="How to write it."
    )
    exists: Annotated[Literal["overwrite", "append", "number", "refuse"], Param(promotable=False)] = Field(
        "overwrite", description="What to do when the file is there: replace it, add to it, take a free name, or fail."
    )
    encoding: Annotated[Text, Param("encoding", expert=True)] = Field(
        "utf-8", description="How characters are stored; utf-8-sig helps some spreadsheets."
    )

    async def run(self, ctx: RunContext, after: After = ()) -> dict[str, Any]:
        """Write in a thread. A step that is cancelled before the file is complete leaves none behind."""
        folder = ctx.output_folder
        path = self._target(folder)
        cancelled = threading.Event()
        try:
            return await asyncio.to_thread(self._write, path, folder, cancelled)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    def _target(self, folder: Path) -> Path:
        path = absolute(self.path, folder)
        is_relative = not os.path.isabs(os.path.expanduser(self.path))  # noqa: PTH111, PTH117
        if is_relative and not is_below(self.path, folder):
            text = phrase("{path!r} leads out of the run's own folder.", path=self.path)
            raise failure("file.outside", text, "Write an absolute path, or one without `..`.", field="path")
        return path

    def _write(self, path: Path, folder: Path, cancelled: threading.Event) -> dict[str, Any]:
        if is_below(self.path, folder):
            stay_inside(path, folder)
        try:
            if path.exists() and not path.is_file():
                raise IsADirectoryError(errno.EISDIR, "") if path.is_dir() else _not_regular(path)
            adds = self.exists == "append" and path.exists() and path.stat().st_size > 0
            text = self._addition(path) if adds else _formatted(self.content, format_of(self.format, path))
            data = self._encoded(text, path)
            if adds:
                return {"path": str(path), "bytes": append(path, data)}
            path = save(path, data, "overwrite" if self.exists == "append" else self.exists, cancelled)
            return {"path": str(path), "bytes": len(data)}
        except (OSError, ValueError) as error:
            raise file_error(error, path) from None

    def _encoded(self, text: str, path: Path) -> bytes:
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError as error:
            sign = error.object[error.start]
            text = phrase("{path} cannot hold {sign!r} in {encoding}.", path=path, sign=sign, encoding=self.encoding)
            raise failure("file.encoding", text, "Use utf-8.", field="encoding") from None
        except (LookupError, ValueError):
            raise WeftError(*encoding_issues({"encoding": self.encoding})) from None

    def _addition(self, path: Path) -> str:
        """Return what is added to a file that has content: rows under its own names, items on lines of their own."""
        kind = format_of(self.format, path)
        if kind == "json":
            raise WeftError(_no_json_appended())
        if kind == "text":
            return as_text(self.content)
        before = decode(read_bytes(path, TABLE_MB), self.encoding, path)
        start = "" if before.endswith("\n") else "\n"
        if kind == "jsonl":
            return start + _formatted(self.content, kind)
        rows = self.content if isinstance(self.content, list) else [self.content]
        return start + write_rows(rows, first_row(before))

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        """Find an unknown encoding, and JSON that would be added to."""
        yield from encoding_issues(params)
        path = params.get("path")
        kind = params.get("format", "auto")
        if isinstance(path, str) and params.get("exists") == "append" and format_of(str(kind), Path(path)) == "json":
            yield _no_json_appended()

    @classmethod
    def capabilities(cls, params: Mapping[str, Json]) -> Iterable[Capability]:
        """It writes into the file's folder."""
        yield Capability("write", folder_written(params.get("path")))

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Show the path."""
        return one_line(params.get("path"))


def _formatted(content: Json, kind: str) -> str:
    if kind == "csv":
        return write_rows(content if isinstance(content, list) else [content])
    if kind == "jsonl":
        items = content if isinstance(content, list) else [content]
        return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n" if kind == "json" else as_text(content)


def _not_regular(path: Path) -> WeftError:
    return failure("file.not-regular", phrase("{path} is no ordinary file.", path=path), "Choose another one.", field="path")


def _no_json_appended() -> Issue:
    return Issue("file.no-append", "Nothing can be added to a JSON file.", "Use jsonl, or overwrite the file.", field="exists")
