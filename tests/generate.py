"""Writes the committed files that are made from the source: the index of node types, that of examples, and the languages.

python -m tests.generate            write what is out of date, and name the texts that have no Korean
python -m tests.generate --check    only tell what is out of date; exit code 1 when something is
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tests.helpers.checkout import ROOT
from tests.helpers.indexes import examples, node_types
from tests.helpers.texts import catalogue, compiled, untranslated

FILES: dict[str, Callable[[], bytes]] = {
    "resources/node_types.json": node_types,
    "resources/examples/index.json": examples,
    "resources/languages/ko.po": catalogue,
    "resources/languages/ko.mo": compiled,
}
"""Each file with what it should hold, in the order in which they build on each other."""


def stale() -> list[str]:
    """Return the files that do not hold what they should."""
    return [name for name, content in FILES.items() if _read(ROOT / name) != content()]


def write() -> list[str]:
    """Write the files that are out of date and return their names."""
    written = []
    for name, content in FILES.items():
        data, path = content(), ROOT / name
        if _read(path) != data:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            written.append(name)
    return written


def main(arguments: list[str]) -> int:
    """Check or write, and return an exit code."""
    if arguments == ["--check"]:
        names = stale()
        print(*(f"out of date: {name}" for name in names), sep="\n")
        return 1 if names else 0
    for name in write():
        print(f"written: {name}")
    for text in untranslated():
        print(f"no Korean: {text!r}")
    return 0


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
