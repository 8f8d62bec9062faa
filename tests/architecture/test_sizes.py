"""Files and functions stay short enough to be read at once."""

from __future__ import annotations

from tests.helpers import sizes


def test_no_file_is_too_long() -> None:
    assert [size for size in sizes.file_sizes() if size.lines > sizes.MAX_FILE] == []


def test_no_function_is_too_long() -> None:
    assert [size for size in sizes.function_sizes() if size.lines > sizes.MAX_FUNCTION] == []


def test_files_are_short_as_a_rule() -> None:
    assert sizes.median_file() <= sizes.MAX_MEDIAN, sizes.summary()
