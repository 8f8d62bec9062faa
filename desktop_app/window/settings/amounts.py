"""Sizes, speeds and times left, in few words."""

from __future__ import annotations

from math import ceil

from resources.language import tr

_GB, _MB, _KB = 1e9, 1e6, 1e3


def size(count: float) -> str:
    """Return a size: `491 MB`, `1.1 GB`."""
    if count >= _GB:
        return tr("{count} GB", count=f"{count / _GB:.1f}" if count < 100 * _GB else f"{count / _GB:.0f}")
    if count >= _MB:
        return tr("{count} MB", count=f"{count / _MB:.1f}" if count < 10 * _MB else f"{count / _MB:.0f}")
    return tr("{count} kB", count=ceil(count / _KB))


def part_of(done: float, total: float) -> str:
    """Return how much of a size is there: `305 of 491 MB`."""
    if total >= _GB:
        return tr("{done} of {total} GB", done=f"{done / _GB:.1f}", total=f"{total / _GB:.1f}")
    digits = 1 if total < 10 * _MB else 0
    return tr("{done} of {total} MB", done=f"{done / _MB:.{digits}f}", total=f"{total / _MB:.{digits}f}")


def speed(count: float) -> str:
    """Return bytes each second: `14 MB/s`."""
    if count >= _MB:
        return tr("{count} MB/s", count=f"{count / _MB:.1f}" if count < 10 * _MB else f"{count / _MB:.0f}")
    return tr("{count} kB/s", count=round(count / _KB))


def left(seconds: float) -> str:
    """Return how long something still takes, about: `40 s left`, `4 min left`."""
    if seconds < 90:
        return tr("{count} s left", count=max(round(seconds), 1))
    if seconds < 90 * 60:
        return tr("{count} min left", count=round(seconds / 60))
    return tr("{count} h left", count=round(seconds / 3600))
