"""The last resort: find and kill what is left of a script from the outside, when its guard was stopped or killed."""

from __future__ import annotations

import contextlib

MARK = "WEFT_SCRIPT"
"""Environment variable by which the processes of a run are known, wherever they have gone."""


def kill_strays(guard: int, mark: str, *, guard_too: bool) -> int:
    """Kill the descendants of a guard and every process that carries the mark; return how many were found.

    `guard` is looked at only with `guard_too`: without it, it has ended and its number may be somebody else's. Takes some
    ten milliseconds. A process that dropped its environment and left its parent is not found.
    """
    import psutil

    found: set[psutil.Process] = set()
    if guard_too:
        with contextlib.suppress(psutil.Error):
            top = psutil.Process(guard)
            found.update(top.children(recursive=True), [top])
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == mark:
                found.add(process)
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return len(found)
