"""How long calls of the command take, against an interpreter that does nothing."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.helpers.weft_command import Weft, result

ROUNDS = 5


async def measure(folder: Path) -> tuple[str, list[str], list[list[str]]]:
    weft = Weft(folder)
    file = str(weft.write("one.weft", result("x")))
    calls = (["--help"], ["secrets", "list"], ["validate", file], ["runs", "list"], ["run", file])
    weft("run", file)  # makes the data folder, and compiles what was never imported
    nothing = _median([sys.executable, "-P", "-c", "pass"], weft)
    rows = []
    for call in calls:
        seconds = _median(weft.command(*call), weft)
        name = " ".join(["weft", *(part if part != file else "FILE" for part in call)])
        rows.append([name, f"{seconds:.2f} s", f"{seconds / nothing:.0f}"])
    return "Calls of the command, cold", ["call", "median", "times `python -c pass`"], rows


def _median(command: Sequence[str], weft: Weft) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        subprocess.run(command, cwd=weft.here, env=weft.env(), capture_output=True, check=True)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)
