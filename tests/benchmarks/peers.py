"""`make bench-peers`: installs what we are measured against into an environment of its own, then measures both side by side."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

from tests.benchmarks.run import main
from tests.helpers.checkout import ROOT

LOCK = Path(__file__).with_name("peers.lock")
ENVIRONMENT = ROOT / ".cache" / "peers" / "nodegraphqt"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = ENVIRONMENT / "installed.txt"


def install() -> None:
    """Make the environment as peers.lock has it; at once when it is there already."""
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    print("Installing NodeGraphQt into .cache/peers (once).", file=sys.stderr)
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    options = ["-qq", "--disable-pip-version-check", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([PYTHON, "-m", "pip", "install", *options, "-r", LOCK], check=True)
    STAMP.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    install()
    main(["window_canvas"])
