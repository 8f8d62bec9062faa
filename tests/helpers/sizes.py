"""How long the files and functions of the project are."""

from __future__ import annotations

import ast
import statistics
from dataclasses import dataclass

from tests.helpers.checkout import ROOT, python_files

MAX_FILE = 600
MAX_FUNCTION = 60
MAX_MEDIAN = 120


@dataclass(frozen=True, order=True)
class Size:
    """Lines of a file or a function, and where it is."""

    lines: int
    place: str


def file_sizes() -> list[Size]:
    """Return the size of every Python file that is not empty."""
    sizes = [Size(len((ROOT / path).read_text(encoding="utf-8").splitlines()), path.as_posix()) for path in python_files()]
    return [size for size in sizes if size.lines]


def function_sizes() -> list[Size]:
    """Return the size of every function and method, decorators and docstring included."""
    sizes = []
    for path in python_files():
        for item in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([item.lineno, *(decorator.lineno for decorator in item.decorator_list)])
                end = item.end_lineno or first
                sizes.append(Size(end - first + 1, f"{path.as_posix()}:{item.lineno} {item.name}"))
    return sizes


def median_file() -> int:
    """Return the middle of the file sizes, in lines."""
    return int(statistics.median(size.lines for size in file_sizes()))


def summary() -> str:
    """Return one line that tells the median and the longest."""
    longest, function = max(file_sizes()), max(function_sizes())
    return (
        f"sizes: {len(file_sizes())} files, median {median_file()} lines, longest {longest.lines} ({longest.place}); "
        f"longest function {function.lines} ({function.place})"
    )
