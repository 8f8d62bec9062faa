"""Follows "Your own node in ten minutes" in CONTRIBUTING.md to the letter: its files are written, its commands are run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.helpers.checkout import ROOT

CHAPTER = "## Your own node in ten minutes\n"
BLOCK = re.compile(r"(?:Put this into `(?P<file>[^`]+)`[^`]*?)?\n\n```(?P<kind>\w+)\n(?P<text>.*?)```(?=\n)", re.DOTALL)

MARK = "--- the next block ---"


class Block(NamedTuple):
    """A block of the chapter: a file to write, commands to run, or what is printed."""

    file: str
    kind: str
    text: str


def blocks() -> list[Block]:
    """Return the blocks of the chapter in order."""
    chapter = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition(CHAPTER)[2].partition("\n## ")[0]
    found = [Block(match["file"] or "", match["kind"], match["text"]) for match in BLOCK.finditer(chapter)]
    assert len(found) == chapter.count("\n```") / 2
    return found


def test_every_file_has_a_name_and_every_block_a_use() -> None:
    assert [(block.kind, block.file) for block in blocks() if block.kind in ("python", "yaml")] == [
        ("python", "weft-try/nodes/slug.py"),
        ("yaml", "slug.weft"),
        ("python", "weft-try/nodes/_test_slug.py"),
        ("python", "weft-try/nodes/words.py"),
        ("yaml", "words.weft"),
    ]
    assert {block.kind for block in blocks()} == {"sh", "python", "yaml", "json"}


def script() -> str:
    """Return the chapter as one shell script, which says MARK before what each block of commands prints."""
    parts = ["set -eu"]
    for block in blocks():
        if block.file:
            parts.append(f"cat > {block.file} <<'END-OF-FILE'\n{block.text}END-OF-FILE")
        elif block.kind == "sh":
            parts += [f"echo {MARK}", block.text]
    return "\n".join(parts)


@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands are written for a POSIX shell")
def test_the_chapter_works_as_written(tmp_path: Path, path_with_weft: str) -> None:
    environment = {**os.environ, "PATH": path_with_weft}
    done = subprocess.run(
        ["bash", "-c", script()], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    _, _, shown, ran, tested, listed, counted = done.stdout.split(f"{MARK}\n")
    assert "Characters that the slug may have." in shown
    (promised,) = (json.loads(block.text) for block in blocks() if block.kind == "json")
    assert json.loads(ran.splitlines()[-1])["outputs"] == promised
    assert "1 passed" in tested
    assert "own.slug" in listed
    assert "own.words" in listed
    assert json.loads(counted.splitlines()[-1])["outputs"] == {"count": 5}
