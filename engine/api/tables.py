"""Rows of a table as text (CSV, RFC 4180), both ways."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from engine.model.issues import Issue, WeftError, failure, phrase, phrase_n
from engine.model.values import Json

LARGEST_CELL = 2**31 - 1


def read_rows(text: str, delimiter: str = ",", file: str = "") -> list[Json]:
    """Return the rows as objects by the names in the first row; every value is text, and short rows are filled up.

    Raises:
        WeftError: `file.bad-csv` with the line, for a row that is too long, a name that comes twice, or broken quotes.
    """
    csv.field_size_limit(LARGEST_CELL)  # whoever read the text has limited it already
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table = file or phrase("the table")
    rows: list[Json] = []
    names: list[str] = []
    try:
        for row in filter(None, reader):
            if not names:
                names = [name.strip() or f"column {number}" for number, name in enumerate(row, 1)]
                if twice := next((name for name in names if names.count(name) > 1), None):
                    raise _bad(
                        phrase("The first row of {table} names {twice!r} twice.", table=table, twice=twice), file, reader.line_num
                    )
            elif len(row) > len(names):
                line = phrase("Line {line_num} of {table}", line_num=reader.line_num, table=table)
                text = phrase(
                    "{line} has {values}, the first row {names}.",
                    line=line,
                    values=phrase_n("{count:,} value", "{count:,} values", len(row)),
                    names=phrase_n("{count:,} name", "{count:,} names", len(names)),
                )
                raise _bad(text, file, reader.line_num)
            else:
                rows.append(dict(zip(names, row + [""] * (len(names) - len(row)), strict=True)))
    except csv.Error as error:
        found = phrase("Line {line_num} of {table} cannot be read: {error}.", line_num=reader.line_num, table=table, error=error)
        raise _bad(found, file, reader.line_num) from None
    return rows


def first_row(text: str) -> list[str]:
    """Return the values of the first row, none for an empty table."""
    return next(csv.reader(io.StringIO(text, newline="")), [])


def write_rows(rows: Sequence[Json], names: Sequence[str] | None = None) -> str:
    """Return objects with a first row of their keys, or lists as they are. With `names` a table with that first row goes on.

    Raises:
        WeftError: `file.bad-csv` when there is something else among the rows, or a key that `names` lacks.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    objects = [row for row in rows if isinstance(row, dict)]
    lists = [row for row in rows if isinstance(row, list)]
    if len(rows) not in (len(objects), len(lists)):
        found = phrase("A table is a list of objects, or a list of lists, and this is neither.")
        raise failure("file.bad-csv", found, "Give it rows, or choose another format.", field="content")
    columns = list(dict.fromkeys(key for row in objects for key in row))
    if names is None and objects:
        writer.writerow(columns)
    elif names is not None and (strange := [name for name in columns if name not in names]):
        found = phrase("The table has no column {strange!r}.", strange=strange[0])
        raise failure("file.bad-csv", found, "Add rows with the columns it has.", field="content")
    writer.writerows([_cell(row.get(name)) for name in names or columns] for row in objects)
    writer.writerows([_cell(value) for value in row] for row in lists)
    return text.getvalue()


def _cell(value: Json) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _bad(text: str, file: str, line: int) -> WeftError:
    return WeftError(Issue("file.bad-csv", text, "Correct the file.", field="path", file=file, line=line))
