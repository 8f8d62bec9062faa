"""Columns and paragraphs at the widths that screens have, and in a pipe."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from desktop_app.show.layout import UNBOUNDED, say
from desktop_app.show.values import show_values, table

ID = "1m7w30y7pmnmtbbn:sends_the_mail"
ROWS: list[tuple[str, ...]] = [
    (ID, "Ticket triage of the whole company, with a long name", "waiting", "2026-11-20 09:01"),
    ("1m7w310syc5yndek:a", "요약 " * 20, "approved", "2026-11-20 09:02"),
]
HEADS = ("approval", "workflow", "status", "asked")


def shown(width: int, rows: list[tuple[str, ...]] = ROWS) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False, emoji=False)
    table(console, HEADS, rows, empty="Nothing.", styles={"waiting": "yellow"})
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 120, 200, UNBOUNDED])
def test_ids_stay_whole_at_every_width(width: int) -> None:
    lines = shown(width)
    words = " ".join(lines).split()
    assert ID in words
    assert "1m7w310syc5yndek:a" in words
    assert {"waiting", "approved"} <= set(words)
    assert all(line == line.rstrip() for line in lines), "no blanks at the ends"
    assert all(cell_len(line) <= width or line.strip() == ID for line in lines)


def test_a_pipe_gets_one_line_for_each_row() -> None:
    head, first, second = shown(UNBOUNDED)
    assert head.split() == list(HEADS)
    assert first == f"{ID}   {ROWS[0][1]}{' ' * (cell_len(ROWS[1][1]) - len(ROWS[0][1]))}   waiting    2026-11-20 09:01"
    assert second.startswith("1m7w310syc5yndek:a")


def test_columns_without_room_stand_below_their_id() -> None:
    assert shown(40)[:4] == [
        ID, "  Ticket triage of the whole company,", "  with a long name", "  waiting  2026-11-20 09:01",
    ]  # fmt: skip


def test_the_widest_column_gives_way() -> None:
    head, first, second, *_ = shown(100, ROWS[:1])
    assert head.split() == list(HEADS)
    assert first == f"{ID}   Ticket triage of the whole company,     waiting   2026-11-20 09:01"
    assert second.strip() == "with a long name"


def test_paragraphs_keep_words_styles_and_indents() -> None:
    console = Console(file=io.StringIO(), width=30, highlight=False)
    say(console, f"See {'x' * 40} and\n  {{\n    tell me what you think of it\n", indent="    ", begin=Text("> "))
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [
        "> See", "    " + "x" * 40, "    and", "      {", "        tell me what you think", "    of it", "",
    ]  # fmt: skip


def test_a_value_too_long_for_its_line_stands_below_its_name() -> None:
    console = Console(file=io.StringIO(), width=30, highlight=False)
    show_values(console, {"a": "short", "long": "a text that needs more than one line"})
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == ["  a     short", "  long", "    a text that needs more", "    than one line"]
