"""The files that belong to the project, whether this is a clone or an unpacked archive."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("desktop_app", "graph_editor", "widgets", "storage", "engine", "resources")


@functools.cache
def committed_files() -> tuple[Path, ...]:
    """Return the files that git tracks, relative to the checkout; without git, those that .gitignore does not name."""
    try:
        listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        listing = b""
    tracked = [Path(name) for name in listing.decode().split("\0") if name]
    return tuple(path for path in tracked or _not_ignored() if (ROOT / path).is_file())


@functools.cache
def python_files() -> tuple[Path, ...]:
    """Return the committed Python files, relative to the checkout."""
    return tuple(path for path in committed_files() if path.suffix == ".py")


def _not_ignored() -> list[Path]:
    patterns = [line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()]
    paths = (path.relative_to(ROOT) for path in sorted(ROOT.rglob("*")))
    return [path for path in paths if ".git" not in path.parts and not _ignored(path, patterns)]


def _ignored(path: Path, patterns: list[str]) -> bool:
    return any(Path(part).match(pattern) for part in path.parts for pattern in patterns)
