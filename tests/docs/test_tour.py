"""Every command of docs/tour.md is run as it stands there, in one folder, one after another."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.helpers.checkout import ROOT

TOUR = ROOT / "docs" / "tour.md"
_FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Command:
    """A command of the page with the lines that it has to print and its exit code."""

    line: str
    printed: list[str] = field(default_factory=list)
    code: int = 0


def blocks() -> Iterator[tuple[str, str, str]]:
    """Yield language, mark and text of the fenced blocks, in the order of the page."""
    for found in _FENCE.finditer(TOUR.read_text(encoding="utf-8")):
        yield found[1], found[2] or "", found[3]


def commands(text: str) -> list[Command]:
    """Return the commands of a console block."""
    found: list[Command] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:]))
        elif code := re.fullmatch(r"exit code (\d+)", line):
            found[-1].code = int(code[1])
        elif line.strip():
            found[-1].printed.append(line.strip())
    return found


def matches(expected: str, output: str) -> bool:
    """Tell whether a printed line is there; `…` stands for anything, blanks and line ends are one blank."""
    pattern = ".*?".join(r"\s+".join(map(re.escape, part.split())) for part in expected.split("…"))
    return re.search(pattern, output, re.DOTALL) is not None


def test_the_tour(tmp_path: Path, path_with_weft: str) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "resources").symlink_to(ROOT / "resources")
    own = {
        "WEFT_DATA": str(tmp_path / "data"),
        "WEFT_CONFIG": str(tmp_path / "config"),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "160",
        "PATH": path_with_weft,
    }
    environment = {**os.environ, **own}
    ran = 0
    for language, mark, text in blocks():
        if mark.startswith("file="):
            (here / mark.removeprefix("file=")).write_text(text, encoding="utf-8")
        elif language == "console":
            for command in commands(text):
                done = subprocess.run(
                    ["/bin/sh", "-c", command.line], cwd=here, env=environment, capture_output=True, text=True, check=False
                )
                output = done.stdout + done.stderr
                assert done.returncode == command.code, f"{command.line}: exit code {done.returncode}\n{output}"
                assert "Traceback" not in output
                for line in command.printed:
                    assert matches(line, output), f"{command.line}: {line!r} is not in\n{output}"
                ran += 1
    assert ran >= 15
