"""Seconds of a run as places on its time-line: long waits are folded, and ticks stand at round times. Free of Qt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, inf

from resources.language import tr
from widgets.run.lanes import Lane

STEPS = (
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30,
    60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400,
)  # fmt: skip
"""Seconds between ticks."""
_LONG_WAIT = 30.0
_TIMES_WORK = 2.0
_KEPT_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Fold:
    """A time in which nothing worked, drawn as `width` seconds only."""

    start: float
    end: float
    width: float


class TimeScale:
    """Maps seconds since the begin of a run to seconds as they are drawn, and back."""

    def __init__(self, folds: Sequence[Fold] = ()) -> None:
        self.folds = tuple(folds)
        self._starts = [fold.start for fold in self.folds]
        saved = 0.0
        self._saved: list[float] = []
        for fold in self.folds:
            self._saved.append(saved)
            saved += fold.end - fold.start - fold.width

    def shown(self, seconds: float) -> float:
        """Return where a time is drawn."""
        place = bisect_right(self._starts, seconds) - 1
        if place < 0:
            return seconds
        fold = self.folds[place]
        if seconds >= fold.end:
            return seconds - self._saved[place] - (fold.end - fold.start - fold.width)
        share = (seconds - fold.start) / (fold.end - fold.start)
        return fold.start - self._saved[place] + share * fold.width

    def real(self, shown: float) -> float:
        """Return the time that is drawn at a place."""
        seconds = shown
        for fold, saved in zip(self.folds, self._saved, strict=True):
            begin = fold.start - saved
            if shown <= begin:
                break
            inside = min((shown - begin) / fold.width, 1.0)
            seconds = fold.start + inside * (fold.end - fold.start) + max(0.0, shown - begin - fold.width)
        return seconds

    def ticks(self, begin: float, end: float, least: float) -> Iterator[float]:
        """Yield round times between two, drawn at least `least` seconds apart; none lies in a fold."""
        step = tick_step(least)
        place, last = ceil(begin / step), -inf
        while (time := place * step) <= end:
            fold = next((fold for fold in self.folds if fold.start < time < fold.end), None)
            if fold is not None:
                place = max(place + 1, int(fold.end // step))
                continue
            drawn = self.shown(time)
            if drawn - last >= least * 0.999:
                yield time
                last = drawn
            place += 1


def tick_step(least: float) -> float:
    """Return the seconds between ticks that are to be drawn at least this far apart."""
    return next((step for step in STEPS if step >= least), STEPS[-1])


def folds_of(lanes: Iterable[Lane], origin: float, now: float) -> list[Fold]:
    """Return the long times in which no step worked, such as a night in which a question waited for its answer."""
    spans = sorted(
        (piece.start - origin, (now if piece.end is None else piece.end) - origin)
        for lane in lanes
        for piece in lane.pieces
        if piece.kind not in ("wait", "held")
    )
    active, gaps, reach = 0.0, [], 0.0
    for start, end in spans:
        if start > reach:
            gaps.append((reach, start))
        active += max(0.0, end - max(start, reach))
        reach = max(reach, end)
    if now - origin > reach:
        gaps.append((reach, now - origin))
    longest = max(_LONG_WAIT, _TIMES_WORK * active)
    kept = max(1.0, _KEPT_SHARE * active)
    return [Fold(start, end, kept) for start, end in gaps if end - start > longest]


def tick_text(seconds: float, step: float) -> str:
    """Return a time as the axis says it: `0.2 s`, `12 s`, `1 m 30 s`, `2 h`."""
    if step < 1:
        digits = 1 if step >= 0.1 else 2 if step >= 0.01 else 3
        return tr("{time} s", time=f"{seconds:.{digits}f}" if seconds else "0")
    whole = round(seconds)
    if whole < 60:
        return tr("{time} s", time=whole)
    minutes, rest = divmod(whole, 60)
    if minutes < 60 and rest:
        return tr("{minutes} m {seconds} s", minutes=minutes, seconds=f"{rest:02}")
    if minutes < 60:
        return tr("{minutes} m", minutes=minutes)
    hours, minutes = divmod(minutes, 60)
    return tr("{hours} h {minutes} m", hours=hours, minutes=f"{minutes:02}") if minutes else tr("{hours} h", hours=hours)
