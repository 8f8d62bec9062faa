"""Starts pieces of Python as programs of their own, from the checkout's root."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.helpers.checkout import ROOT


def run(code: str, *arguments: object, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run `code` to its end; `arguments` are its `sys.argv[1:]`."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)


@contextlib.contextmanager
def started(code: str, *arguments: object, log: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """Start `code`, with its standard output in a pipe or in `log`; it is killed at the end if it still runs."""
    command = [sys.executable, "-u", "-c", code, *map(str, arguments)]
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("w")) if log else subprocess.PIPE
        program = stack.enter_context(subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.PIPE, text=True,
        ))
        try:
            yield program
        finally:
            program.kill()


def read_line(program: subprocess.Popen[str]) -> str:
    """Return the next line that the program prints, without its end; empty when there is none."""
    assert program.stdout is not None
    return program.stdout.readline().rstrip("\n")
