"""When something was, in the words of a person."""

from __future__ import annotations

import time

from resources.language import tr, trn

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def ago(moment: float, now: float | None = None) -> str:
    """Return how long ago a moment was, and its date when that is more than a week. UTC seconds since the epoch."""
    passed = (time.time() if now is None else now) - moment
    if passed < _MINUTE:
        return tr("just now")
    if passed < _HOUR:
        return trn("{count} min ago", "{count} min ago", int(passed // _MINUTE))
    if passed < _DAY:
        return trn("{count} h ago", "{count} h ago", int(passed // _HOUR))
    if passed < 7 * _DAY:
        return trn("{count} day ago", "{count} days ago", int(passed // _DAY))
    return date(moment)


def date(moment: float) -> str:
    """Return a day without its time."""
    there = time.localtime(moment)
    return f"{there.tm_year}-{there.tm_mon:02}-{there.tm_mday:02}"


def clock(moment: float, now: float | None = None) -> str:
    """Return the time of a moment, with its day when that is not today."""
    there, here = time.localtime(moment), time.localtime(now)
    hour = f"{there.tm_hour:02}:{there.tm_min:02}"
    return hour if there[:3] == here[:3] else f"{date(moment)} {hour}"
