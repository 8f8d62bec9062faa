"""When Python looks for garbage that reference counts do not find.

A full collection goes through all lists and objects in one go, which with 30 MB of rows takes 0.3 s, and their growth is what
starts it. To look at young objects only is cheap and is done as ever; the rest waits for the end of the runs.
"""

from __future__ import annotations

import gc

FULL_AFTER = 5000
"""Collections of middle-aged objects before a full one that nobody asked for: 35 million new ones. A step leaves some four."""
WORTH_IT = 20
"""Collections of middle-aged objects after which a full one is worth its time when nothing runs."""


def collect_between_runs() -> None:
    """Keep full collections out of runs from now on, and out of them all that is loaded. For the whole program."""
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, FULL_AFTER)


def collect_now() -> None:
    """Collect all garbage if much came together."""
    if gc.get_count()[2] >= WORTH_IT:
        gc.collect()
