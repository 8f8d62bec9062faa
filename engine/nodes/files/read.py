"""Read file: text, JSON, or rows of a table from a file."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Annotated, Any, Literal

from engine.api.context import RunContext
from engine.api.files import absolute, decode, encoding_issues, format_of, is_below, read_bytes, stay_inside
from engine.api.large import loads
from engine.api.node import Node
from engine.api.params import Field, FilePath, Param, Text, has_template
from engine.api.plain import one_line
from engine.api.ports import OUT, After, Port, Ports
from engine.api.tables import read_rows
from engine.api.trust import Capability, folder_read
from engine.model.issues import Issue, WeftError, phrase
from engine.model.values import Json

_TYPES = {"text": "text", "csv": "list", "jsonl": "list", "lines": "list"}


class ReadFile(Node):
    """Reads a file.

    * *text*: as it is, without a byte order mark.
    * *lines*: a list of texts, without line ends.
    * *csv*: a list of objects, one a row, by the names in the first row; every value is text.
    * *json*: what it holds; *jsonl*: a list with what each line holds.
    * *auto*: by the name's ending, else text.

    A relative path is looked for in the workflow's folder, which no link may lead out of.
    """

    type_id = "file.read"
    title = "Read file"
    category = "data"
    icon = "file-text"
    keywords = ("open", "load", "csv", "json", "text", "table", "import")
    examples = (
        {
            "params": {"path": "prices.csv"},
            "outside": {"files": {"prices.csv": 'item,price\nlamp,12\n"cable, 2 m",3\n'}},
            "ports": {"out": [{"item": "lamp", "price": "12"}, {"item": "cable, 2 m", "price": "3"}]},
        },
        {
            "params": {"path": "notes.txt", "format": "lines"},
            "outside": {"files": {"notes.txt": "first\r\nsecond\n"}},
            "ports": {"out": ["first", "second"]},
        },
        {"params": {"path": "a.json"}, "outside": {"files": {"a.json": '{"a": [1]}'}}, "ports": {"out": {"a": [1]}}},
    )

    path: FilePath = Field(min_length=1, description="The file; a relative path starts in the workflow's folder.")
    format: Annotated[Literal["auto", "text", "lines", "csv", "json", "jsonl"], Param(promotable=False)] = Field(
        "auto", description="How to read it."
    )
    encoding: Annotated[Text, Param("encoding", expert=True)] = Field(
        "utf-8", description="How its characters are stored, such as utf-8, utf-16 or cp949."
    )
    delimiter: Annotated[Text, Param("text", expert=True, shown_when=("format", ("auto", "csv")))] = Field(
        "", max_length=1, description="What stands between the values of a row; empty: a tab for .tsv, else a comma."
    )
    max_mb: Annotated[float, Param("number", expert=True, label="Size limit (MB)")] = Field(
        50.0, gt=0, le=1000, description="Larger files are refused."
    )

    async def run(self, ctx: RunContext, after: After = ()) -> Any:
        """Read and parse in a thread: both take long for large files."""
        return await asyncio.to_thread(self._read, absolute(self.path, ctx.folder), ctx.folder)

    def _read(self, path: Path, folder: Path) -> Json:
        if is_below(self.path, folder):
            stay_inside(path, folder)
        text = decode(read_bytes(path, self.max_mb), self.encoding, path)
        kind = format_of(self.format, path)
        if kind == "csv":
            return read_rows(text, self.delimiter or ("\t" if path.suffix.lower() == ".tsv" else ","), str(path))
        if kind == "json":
            return _json(text, path)
        if kind == "text":
            return text
        lines = [line.removesuffix("\n") for line in io.StringIO(text, newline=None)]
        if kind == "lines":
            return [*lines]
        return [_json(line, path, number) for number, line in enumerate(lines, 1) if line.strip()]

    @classmethod
    def ports(cls, params: Mapping[str, Json]) -> Ports:
        """The format decides what comes out."""
        path, kind = params.get("path"), params.get("format", "auto")
        if kind == "auto":
            kind = format_of("auto", PurePath(path)) if isinstance(path, str) and not has_template(path) else ""
        return Ports(cls.declared_ports.inputs, (Port(OUT, _TYPES.get(str(kind), "any")),))

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        """Find an unknown encoding."""
        return encoding_issues(params)

    @classmethod
    def capabilities(cls, params: Mapping[str, Json]) -> Iterable[Capability]:
        """It reads the file's folder."""
        yield Capability("read", folder_read(params.get("path")))

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Show the path."""
        return one_line(params.get("path"))


def _json(text: str, path: Path, line: int | None = None) -> Json:
    try:
        return loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = line or error.lineno
        raise _bad(
            phrase("Line {place} of {path} is no JSON: {msg}.", place=place, path=path, msg=error.msg), path, place
        ) from None
    except RecursionError:
        raise _bad(phrase("{path} is nested too deeply.", path=path), path, line) from None
    except ValueError as error:
        raise _bad(phrase("{path} holds a number that is none: {error}.", path=path, error=error), path, line) from None


def _refuse(name: str) -> None:
    raise ValueError(name)


def _bad(text: str, path: Path, line: int | None) -> WeftError:
    return WeftError(Issue("file.bad-json", text, "Correct the file.", field="path", file=str(path), line=line))
